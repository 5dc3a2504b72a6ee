// Which pages a space has, by title and by our mark. Asked once for all new documents of a run, in a request for every 250
// pages; asked anew, page by page, where a creation may just have happened.
import type { Space } from './client.ts'
import type { ConfluenceContext } from './context.ts'
import { PAGE_LABEL, PROPERTY_KEY, readProperty } from './marker.ts'

export interface KnownTitle {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly parentId: string | undefined
}

export type MarkedPage = Pick<KnownTitle, 'id' | 'title'>

export interface PageDirectory {
  /** Reads the titles of the whole space: worth it for more than a few of them. */
  load(): Promise<void>
  /** The page that has the title; `fresh` does not believe what was read before. */
  byTitle(title: string, fresh: boolean): Promise<KnownTitle | undefined>
  /** Pages that carry the mark, as far as search knows. */
  byMarker(marker: string): Promise<readonly MarkedPage[]>
  /** A page that was made or renamed by us. */
  remember(page: KnownTitle): void
}

const toKnown = ({ id, title, status, parentId }: KnownTitle): KnownTitle => ({ id, title, status, parentId })
const keyOf = (title: string) => title.trim().toLowerCase()

/** Opens nothing. */
export function makePageDirectory({ client }: ConfluenceContext, space: Space): PageDirectory {
  let titles: Map<string, KnownTitle> | undefined
  let marks: Promise<ReadonlyMap<string, readonly MarkedPage[]>> | undefined

  const readMarks = async () => {
    // Both are ours or checked by us: nothing in them can end the quotes.
    const cql = `label = "${PAGE_LABEL}" AND space = "${space.key}" AND type = page`
    const found = new Map<string, MarkedPage[]>()
    for (const { id, title, property } of await client.search(cql, { propertyKey: PROPERTY_KEY })) {
      const marker = readProperty(property, id)?.marker
      if (marker) found.set(marker, [...(found.get(marker) ?? []), { id, title }])
    }
    return found
  }
  const getMarks = () => {
    marks ??= readMarks()
    return marks
  }
  return Object.freeze({
    async load() {
      if (titles) return
      const pages = await client.spacePages(space)
      titles = new Map(pages.map((page) => [keyOf(page.title), toKnown(page)]))
    },
    async byTitle(title: string, fresh: boolean) {
      if (titles && !fresh) return titles.get(keyOf(title))
      const page = await client.pageByTitle(space, title)
      const known = page && toKnown(page)
      if (known) titles?.set(keyOf(title), known)
      return known
    },
    byMarker: async (marker: string) => (await getMarks()).get(marker) ?? [],
    remember: (page: KnownTitle) => void titles?.set(keyOf(page.title), page),
  })
}
