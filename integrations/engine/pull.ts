// Reading a remote stream page by page. A page's items and the place after it are saved in one transaction, so a stop at
// any moment goes on at the page and not at the start. The watermark, up to where everything has been read, moves only
// when a scan is complete: one that stopped half way leaves no gap.
import type { Clock } from '../kernel/clock.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import { findCursor, type StreamCursor, saveCursor } from '../store/cursors.ts'
import type { Db } from '../store/db.ts'
import type { Store } from '../store/open-store.ts'

/** Where a scan stands; the texts are the provider's own. */
export interface PullPosition {
  /** Undefined at the start of a scan. */
  readonly cursor: string | undefined
  /** How far the last complete scan came; undefined before the first. */
  readonly watermark: string | undefined
  /** The newest thing this scan has seen on earlier pages. */
  readonly candidate: string | undefined
}

export interface PulledPage<T> {
  readonly items: readonly T[]
  /** Where the next page begins; undefined when the scan has reached the watermark, or the end. */
  readonly next: string | undefined
  /** What the watermark becomes when the scan is complete; left out it stays what earlier pages said. */
  readonly candidate?: string | undefined
}

export interface PullOptions<T> {
  readonly store: Store
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly connectionId: string
  /** Names what is read, such as `issues:KAT`. */
  readonly stream: string
  readonly fetchPage: (position: PullPosition) => Promise<PulledPage<T>>
  /** Writes a page's items, in the transaction that moves the cursor; must be repeatable. */
  readonly apply: (db: Db, items: readonly T[]) => Promise<void>
  /** Called after each saved page; throwing stops the scan at this page. */
  readonly onPage?: (page: { readonly items: number; readonly pages: number }) => Promise<void>
  /** Stops after so many pages, to be continued; without it a scan ends when it is complete. */
  readonly maxPages?: number
}

export interface PullEnd {
  /** False when it stopped at `maxPages`. */
  readonly complete: boolean
  readonly pages: number
  readonly items: number
}

/** Codes with which providers refuse a cursor that has expired meanwhile. */
const EXPIRED = new Set(['provider-rejected', 'provider-gone', 'provider-not-found'])

/** Fetches a page; a cursor of an earlier process that the provider no longer knows starts the scan over. */
async function fetchOrRestart<T>(
  options: PullOptions<T>,
  position: PullPosition,
  resumed: boolean,
): Promise<{ readonly page: PulledPage<T>; readonly position: PullPosition }> {
  try {
    return { page: await options.fetchPage(position), position }
  } catch (error) {
    if (!resumed || !isAppError(error) || !EXPIRED.has(error.code)) throw error
    const start = { ...position, cursor: undefined, candidate: undefined }
    return { page: await options.fetchPage(start), position: start }
  }
}

/** Where the scan stands after a page. */
function placeAfter<T>(page: PulledPage<T>, position: PullPosition): PullPosition {
  const candidate = page.candidate ?? position.candidate
  return page.next === undefined
    ? { cursor: undefined, watermark: candidate ?? position.watermark, candidate: undefined }
    : { cursor: page.next, watermark: position.watermark, candidate }
}

/** Applies a page and saves the place after it as one change. */
async function savePage<T>(options: PullOptions<T>, page: PulledPage<T>, after: PullPosition, pages: number): Promise<void> {
  const isLast = page.next === undefined
  const { connectionId, stream, clock } = options
  const row: StreamCursor = { connectionId, stream, ...after, pages: isLast ? 0 : pages, updatedAt: clock.now() }
  await options.store.transaction(async (db) => {
    await options.apply(db, page.items)
    await saveCursor(db, row)
  })
}

/**
 * Asks for the next page while this one is saved: the provider and the database are waited for at the same time. What is asked for
 * in vain, because saving fails or somebody stops the scan, is thrown away; the scan goes on at the page that was saved.
 */
function askAhead<T>(options: PullOptions<T>, after: PullPosition): Promise<PulledPage<T>> {
  const asked = options.fetchPage(after)
  // It may fail before it is waited for; whoever waits is told.
  asked.catch(() => {})
  return asked
}

/**
 * Reads a stream from where it stopped to its end. Throws what `fetchPage`, `apply` and `onPage` throw, `cancelled`, and
 * `provider-unreadable` when the provider sends the scan round in a circle; every page saved by then stays.
 */
export async function pull<T>(options: PullOptions<T>): Promise<PullEnd> {
  const { store, connectionId, stream, signal, maxPages = Number.POSITIVE_INFINITY } = options
  const saved = await findCursor(store.db, connectionId, stream)
  let position: PullPosition = { cursor: saved?.cursor, watermark: saved?.watermark, candidate: saved?.candidate }
  const visited = new Set<string>()
  let items = 0
  let ahead: Promise<PulledPage<T>> | undefined
  for (let pages = 1; ; pages += 1) {
    if (signal.aborted) throw new AppError('cancelled', `Reading ${stream} was stopped; it goes on at the same page.`)
    const resumed = pages === 1 && position.cursor !== undefined
    const fetched = ahead ? { page: await ahead, position } : await fetchOrRestart(options, position, resumed)
    const { page } = fetched
    if (fetched.position.cursor !== undefined) visited.add(fetched.position.cursor)
    if (page.next !== undefined && visited.has(page.next)) {
      throw new AppError(
        'provider-unreadable',
        `${stream}: the provider answers with a page that was read already, so the scan makes no progress. Import again; if it stays so, start it over.`,
        {
          details: { connection: connectionId, stream, pages },
        },
      )
    }
    position = placeAfter(page, fetched.position)
    ahead = page.next === undefined || pages >= maxPages ? undefined : askAhead(options, position)
    await savePage(options, page, position, (saved?.pages ?? 0) + pages)
    items += page.items.length
    await options.onPage?.({ items: page.items.length, pages })
    if (page.next === undefined) return { complete: true, pages, items }
    if (pages >= maxPages) return { complete: false, pages, items }
  }
}
