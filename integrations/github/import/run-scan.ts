// Where a scan of workflow runs stands, and where it goes next. GitHub lists runs newest first and shows 40,000 of them; filtered
// by when they were created it shows 1,000. So a scan follows the plain list, and where that ends goes on in windows whose end
// slides to the oldest run seen, each far below the cap. Runs that had not ended are remembered and looked at again. Pure.
import { z } from 'zod'
import { LIST_START, type ListPlace, ListPlaceSchema } from './list-page.ts'
import { parseScanText } from './scan-text.ts'

/** GitHub's cap of a filtered list ("List workflow runs for a repository"). */
export const FILTERED_CAP = 1_000
/** GitHub lets a run wait for an approval for 30 days and a job run for five more. */
const OPEN_DAYS = 35
/** A run can be run again for 30 days after it was created ("Re-running workflows and jobs"). */
const RERUN_DAYS = 30
const DAY_MS = 86_400_000
/** How often the runs that can be run again are all looked at: nothing else tells of those beyond the first page. */
const DEEP_EVERY_MS = DAY_MS
/** Clocks differ, and lists lag. */
export const SLACK_MS = 10 * 60_000
/** Bounds the watermark; a repository with more unfinished runs at once has a stuck queue, and its newest are looked at. */
const MOST_OPEN = 200

const instant = z.iso.datetime()
const OpenRun = z.object({ id: z.int(), at: instant })
export type OpenRun = z.infer<typeof OpenRun>

const Reached = z.object({
  v: z.literal(1),
  etag: z.string().optional(),
  /** When the scan began: what was updated before it has been read. */
  readAt: instant,
  /** The start of the window it covered. */
  from: instant,
  /** Creation of the newest run, and of the oldest on the first page: the ETag answers for those in between. */
  newest: instant.optional(),
  firstPageFrom: instant.optional(),
  /** When the runs that can be run again were last read. */
  deepAt: instant,
  open: z.array(OpenRun),
})
export type Reached = z.infer<typeof Reached>

const common = { v: z.literal(1), until: instant, waiting: z.array(OpenRun) }
const Cursor = z.discriminatedUnion('phase', [
  z.object({ ...common, phase: z.literal('list'), place: ListPlaceSchema, total: z.int(), oldest: instant.optional() }),
  z.object({ ...common, phase: z.literal('window'), place: ListPlaceSchema, to: instant }),
  z.object({ ...common, phase: z.literal('open') }),
])
export type RunCursor = z.infer<typeof Cursor>

export const parseReached = (text: string | undefined): Reached | undefined => parseScanText(Reached, text)
export const parseRunCursor = (text: string | undefined): RunCursor | undefined => parseScanText(Cursor, text)

/** What the last scan left, as far as it holds for this window: a longer one was never read. */
export const reachedFor = (from: Date, known: Reached | undefined): Reached | undefined =>
  known !== undefined && new Date(known.from) <= from ? known : undefined

const later = (first: Date, second: Date): Date => (first > second ? first : second)

const isDeepDue = (known: Reached, now: Date): boolean => now.getTime() - Date.parse(known.deepAt) >= DEEP_EVERY_MS

/** Where a scan that finds something new begins. */
export function beginScan(from: Date, now: Date, known: Reached | undefined): { readonly cursor: RunCursor; readonly deepAt: Date } {
  const start = (until: Date): RunCursor => ({
    ...{ v: 1, phase: 'list', place: LIST_START, total: 0 },
    until: until.toISOString(),
    waiting: stillOpen(known?.open ?? [], now),
  })
  if (known?.newest === undefined) return { cursor: start(from), deepAt: now }
  const isDeep = isDeepDue(known, now)
  const back = isDeep ? new Date(now.getTime() - RERUN_DAYS * DAY_MS) : new Date(Date.parse(known.newest) - SLACK_MS)
  return { cursor: start(later(from, back)), deepAt: isDeep ? now : new Date(known.deepAt) }
}

/**
 * Where a scan begins that was told "not modified": at all that can be run again once a day, else at the unfinished runs the first
 * page does not show; undefined without any.
 */
export function beginUnchanged(from: Date, known: Reached, now: Date): RunCursor | undefined {
  if (isDeepDue(known, now)) return beginScan(from, now, known).cursor
  const shown = known.firstPageFrom ?? now.toISOString()
  const waiting = stillOpen(known.open, now).filter(({ at }) => at < shown)
  return waiting.length === 0 ? undefined : { v: 1, phase: 'open', until: known.from, waiting }
}

/** A page of runs as far as the way goes. */
export interface SeenPage {
  readonly runs: readonly { readonly id: number; readonly createdAt: Date }[]
  readonly total: number
  /** Which of the list's runs it begins with. */
  readonly offset: number
  /** The place GitHub says comes next. */
  readonly next: ListPlace | undefined
}

/** To the runs that were unfinished when they were last seen and were not seen in this scan; undefined where there are none. */
const toOpen = ({ until }: RunCursor, waiting: readonly OpenRun[]): RunCursor | undefined =>
  waiting.length === 0 ? undefined : { v: 1, phase: 'open', until, waiting: [...waiting] }

/** Where the scan goes after a page; undefined at its end. */
export function afterPage(cursor: Exclude<RunCursor, { phase: 'open' }>, page: SeenPage): RunCursor | undefined {
  const ids = new Set(page.runs.map(({ id }) => id))
  const waiting = cursor.waiting.filter(({ id }) => !ids.has(id))
  const oldest = page.runs.at(-1)?.createdAt
  if (oldest === undefined || oldest < new Date(cursor.until)) {
    // An empty page in the middle of the plain list is its cap, not its end.
    if (oldest === undefined && cursor.phase === 'list' && cursor.oldest !== undefined && page.total > page.offset)
      return toWindow({ ...cursor, waiting }, cursor.oldest, cursor.place)
    return toOpen(cursor, waiting)
  }
  const at = oldest.toISOString()
  if (cursor.phase === 'list') {
    if (page.next) return { ...cursor, waiting, place: withoutGap(page, cursor.total), total: page.total, oldest: at }
    return page.total > page.offset + page.runs.length ? toWindow({ ...cursor, waiting }, at, cursor.place) : toOpen(cursor, waiting)
  }
  if (page.total <= page.offset + page.runs.length) return toOpen(cursor, waiting)
  if (at < cursor.to) return { ...cursor, waiting, to: at, place: { ...LIST_START, size: page.next?.size ?? cursor.place.size } }
  // The whole page was created in one second: its later pages, as far as there are any. GitHub queues 500 runs of a repository in ten
  // seconds at most ("Actions limits"), so that a second has never more of them than the cap shows.
  if (page.next && page.next.offset < FILTERED_CAP) return { ...cursor, waiting, place: page.next }
  return { ...cursor, waiting, to: new Date(Date.parse(cursor.to) - 1_000).toISOString(), place: LIST_START }
}

/** From the plain list to windows: also after a refusal to show what is beyond the cap. */
export const toWindow = (cursor: RunCursor, oldest: string, { size }: ListPlace): RunCursor => ({
  ...{ v: 1, phase: 'window', until: cursor.until, waiting: cursor.waiting, to: oldest },
  place: { ...LIST_START, size },
})

/** When runs were deleted between two pages everything moved up by as many: the next page begins that much earlier. */
function withoutGap({ next, total }: SeenPage, before: number): ListPlace {
  const place = next as ListPlace
  return { ...place, offset: Math.max(0, place.offset - Math.max(0, before - total)) }
}

/** The `created` filter of a window: both ends belong to it. */
export const createdFilter = ({ until, to }: { readonly until: string; readonly to: string }): string =>
  `${until.replace(/\.\d+/, '')}..${to.replace(/\.\d+/, '')}`

/** Unfinished runs worth another look: not older than a run can wait, and the newest where there are too many. */
export const stillOpen = (open: readonly OpenRun[], now: Date): OpenRun[] =>
  [...new Map(open.map((run) => [run.id, run])).values()]
    .filter(({ at }) => now.getTime() - Date.parse(at) <= OPEN_DAYS * DAY_MS)
    .sort((left, right) => right.id - left.id)
    .slice(0, MOST_OPEN)
