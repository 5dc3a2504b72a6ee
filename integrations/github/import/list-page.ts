// One page of a REST list. GitHub has lists by page number and lists by cursor; a scan keeps its place as an offset or a cursor,
// because the size of a page may change on the way and page numbers would then name other things.
import { z } from 'zod'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { firstPageSize, type PageSizeLimits, PageSizeSchema, readSized } from './page-size.ts'

/** 100 is GitHub's most; a REST page of ten that cannot be answered is no matter of size. */
export const LIST_SIZES: PageSizeLimits = { largest: 100, smallest: 10 }

export const ListPlaceSchema = z.object({
  /** Things before this place; 0 where a cursor tells. */
  offset: z.int().min(0),
  after: z.string().optional(),
  size: PageSizeSchema,
})
export type ListPlace = z.infer<typeof ListPlaceSchema>

export const LIST_START: ListPlace = { offset: 0, size: firstPageSize(LIST_SIZES) }

export interface ListPage<T> {
  readonly data: T
  readonly etag: string | undefined
  /** Undefined when GitHub says that the list ends here. */
  readonly next: ListPlace | undefined
  /** Which of the list's things the page begins with; 0 where a cursor tells. */
  readonly offset: number
}

/**
 * Reads the page at a place, in smaller ones where that is too much for GitHub. A page may begin before the place when the
 * size has grown: what is in both is read twice.
 * @param etag of the list's first page as it was read before
 */
export async function readListPage<T>(
  github: GitHubContext,
  call: GitHubCall<T>,
  place: ListPlace,
  etag?: string,
): Promise<ListPage<T> | 'not-modified'> {
  const { answer, asked, next } = await readSized(LIST_SIZES, place.size, (size) => {
    const page = Math.floor(place.offset / size) + 1
    // Some lists refuse `page`, so the first one goes without.
    const where = place.after !== undefined ? { after: place.after } : page > 1 ? { page } : {}
    return github.client.requestIfChanged({ ...call, parameters: { ...call.parameters, per_page: size, ...where } }, etag)
  })
  if (answer === 'not-modified') return answer
  const { data, nextQuery } = answer
  const page = Math.floor(place.offset / asked)
  const after = nextQuery?.get('after') ?? undefined
  const follows = after === undefined ? { offset: (page + 1) * asked } : { offset: 0, after }
  return { data, etag: answer.etag, next: nextQuery && { ...follows, size: next }, offset: page * asked }
}
