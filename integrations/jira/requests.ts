// What the requests of both editions have in common: ids in paths, what kind of request it is, lists by offset, and answers that
// are not what they should be.
import type { z } from 'zod'
import type { RequestMeta } from '../engine/provider.ts'
import { AppError, isAppError } from '../kernel/errors.ts'

/** A list that needs more pages than this is not the kind of list we read. */
export const MAX_PAGES = 50

/** One segment of a path. Dots alone would climb out of it, escaped or not, and name no issue. */
export function escaped(id: string): string {
  if (/^\.*$/.test(id)) throw new AppError('bad-request', `"${id}" is no id or key of anything in Jira.`)
  return encodeURIComponent(id)
}
export const reading = (operation: string): RequestMeta => ({ operation, reads: true, idempotent: true })
export const writing = (operation: string, id: string): RequestMeta => ({ operation, object: `issue:${id}` })
export const isMissing = (error: unknown) => isAppError(error) && (error.code === 'provider-not-found' || error.code === 'provider-gone')

/** What of an answer is used. @throws AppError `provider-unreadable` naming what it lacks */
export function parseAnswer<T>(raw: unknown, answer: z.ZodType<T>, operation: string): T {
  const parsed = answer.safeParse(raw)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || '(whole answer)')
  throw new AppError(
    'provider-unreadable',
    `Jira's answer to ${operation} lacks what its documentation promises: ${places.join(', ')}. Try again later; if it stays so, check the base URL.`,
    { details: { operation, places } },
  )
}

/** All items of a list with `startAt`: Jira may answer with fewer than asked, so what was received counts. */
export async function pages<T>(
  fetchPage: (
    startAt: number,
  ) => Promise<{ readonly items: readonly T[]; readonly total: number | undefined; readonly last: boolean | undefined }>,
): Promise<T[]> {
  const all: T[] = []
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, total, last } = await fetchPage(all.length)
    all.push(...items)
    if (items.length === 0 || last === true || (last === undefined && total !== undefined && all.length >= total)) break
  }
  return all
}
