// Streams that read one REST list whose newest entries come first: the first page is asked for with its ETag, and what follows is
// read down to where the last complete scan came, with some overlap where entries change without moving up.
import { z } from 'zod'
import type { ListKind } from '../../foe/facts/fact-kinds.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { LIST_START, ListPlaceSchema, readListPage } from './list-page.ts'
import { parseScanText, toScanText } from './scan-text.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

/** What a watermark and a candidate hold. */
const Reached = z.object({
  v: z.literal(1),
  etag: z.string().optional(),
  /** The instant of the newest entry. */
  newest: z.iso.datetime().optional(),
  /** How far back the scan went; undefined for everything there is. */
  from: z.iso.datetime().optional(),
})

const Cursor = z.object({ v: z.literal(1), place: ListPlaceSchema })

export interface ListStreamDefinition<T> {
  readonly name: string
  readonly brings: ListKind
  /** Without paging; the answer is the array. */
  readonly call: (place: ImportPlace) => GitHubCall<readonly T[]>
  /** What the list is ordered by, newest first. */
  readonly movedAt: (entry: T) => Date
  /** Entries before it are of no interest; undefined: all are. */
  readonly from: (place: ImportPlace) => Date | undefined
  /** How far before the newest known entry a further scan goes on: entries there may have changed where they are. */
  readonly overlapMs: number
  readonly toLists: (github: GitHubContext, place: ImportPlace, entries: readonly T[]) => Promise<NonNullable<FactBatch['lists']>>
}

/** The latest of the instants there are. */
const latestOf = (instants: readonly (Date | undefined)[]): Date | undefined =>
  instants.reduce((latest, at) => (latest === undefined || (at !== undefined && at > latest) ? at : latest), undefined)

/** A stream over one list. A further scan with nothing new is one request that GitHub answers 304 and does not count. */
export function makeListStream<T>(definition: ListStreamDefinition<T>): FactStream {
  const { name, brings, movedAt } = definition
  return Object.freeze({
    name,
    brings: [brings],
    async fetchPage(github, place, position) {
      const known = parseScanText(Reached, position.watermark)
      const from = definition.from(place)
      // A longer window than the last scan's is read anew: its older part was never looked at.
      const covered = known !== undefined && (known.from === undefined || (from !== undefined && new Date(known.from) <= from))
      const before = covered ? known : undefined
      const at = parseScanText(Cursor, position.cursor)?.place ?? LIST_START
      const isFirst = position.cursor === undefined
      const page = await readUnlessAbsent(() => readListPage(github, definition.call(place), at, isFirst ? before?.etag : undefined))
      if (page === 'not-modified') return { batch: { lists: { [brings]: [] } }, next: undefined }
      // An empty candidate forgets the ETag: when the feature is there again, "not modified" must not be the answer.
      if ('absent' in page) return { batch: { absent: { [brings]: page.absent } }, next: undefined, candidate: '' }

      const newest = latestOf(page.data.map(movedAt))
      const oldest = page.data.at(-1)
      const seen = before?.newest === undefined ? undefined : new Date(Date.parse(before.newest) - definition.overlapMs)
      const until = latestOf([from, seen])
      const isDone = page.next === undefined || (until !== undefined && oldest !== undefined && movedAt(oldest) < until)
      const reached = {
        v: 1,
        ...(page.etag === undefined ? {} : { etag: page.etag }),
        ...(newest === undefined ? {} : { newest: newest.toISOString() }),
        ...(from === undefined ? {} : { from: from.toISOString() }),
      }
      return {
        batch: {
          lists: await definition.toLists(github, place, page.data),
          // A list on one page is all there is: not every deletion is told by an event, and some events are missed.
          ...(isFirst && page.next === undefined ? { whole: [brings] } : {}),
        },
        next: isDone ? undefined : toScanText({ v: 1, place: page.next }),
        ...(isFirst ? { candidate: toScanText(reached) } : {}),
      }
    },
  } satisfies FactStream)
}
