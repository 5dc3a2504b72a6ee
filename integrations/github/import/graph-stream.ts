// Streams over one connection whose newest entries come first. GraphQL has no conditional requests, so a further scan asks the REST
// list of the same things first, for one entry and with its ETag: where that is "not modified", nothing more is asked.
import { z } from 'zod'
import type { AbsenceReason } from '../../foe/collected.ts'
import type { ListKind } from '../../foe/facts/fact-kinds.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { GRAPH_START, type GraphList, GraphPlaceSchema, readGraphPage } from './graph-page.ts'
import { parseScanText, toScanText } from './scan-text.ts'
import type { FactBatch, FactPage, FactStream, ImportPlace } from './stream.ts'

/** What a watermark and a candidate hold. */
const Reached = z.object({
  v: z.literal(1),
  etag: z.string().optional(),
  /** The instant of the newest entry. */
  newest: z.iso.datetime().optional(),
  /** How far back the scan went; undefined for everything there is. */
  from: z.iso.datetime().optional(),
  /** Node ids of entries that a further scan looks at again. */
  open: z.array(z.string()).optional(),
})
type Reached = z.infer<typeof Reached>

/** `open` was found on earlier pages of this scan, `etag` came before them. */
const Cursor = z.object({
  v: z.literal(1),
  /** Left out at the start. */
  place: GraphPlaceSchema.optional(),
  open: z.array(z.string()).optional(),
  etag: z.string().optional(),
})
type Cursor = z.infer<typeof Cursor>

/** A deployment that never ends must not be asked for until the end of days, and a watermark must not grow without limit. */
const MOST_OPEN = 500

export interface GraphStreamDefinition<N> {
  readonly name: string
  readonly brings: readonly ListKind[]
  readonly list: GraphList<N>
  /** A REST list that changes whenever this one does; without it a further scan begins with a query. */
  readonly probe?: (place: ImportPlace) => GitHubCall<unknown>
  /** What the connection is ordered by, newest first. */
  readonly movedAt: (node: N) => Date
  /** Entries before it are of no interest; undefined: all are. */
  readonly from: (place: ImportPlace) => Date | undefined
  /** How far before the newest known entry a further scan goes on. */
  readonly overlapMs: number
  /** Reads what did not fit into the page. */
  readonly complete?: (github: GitHubContext, nodes: readonly N[]) => Promise<readonly N[]>
  readonly toLists: (nodes: readonly N[], place: ImportPlace) => NonNullable<FactBatch['lists']>
  /** What of it can be deleted at GitHub: where one page has everything, what else is stored is gone. */
  readonly vanishes?: ListKind
  /** Entries that change where they are: their node ids, and how to read them again. */
  readonly again?: {
    readonly isOpen: (node: N, place: ImportPlace) => string | undefined
    readonly read: (github: GitHubContext, ids: readonly string[]) => Promise<readonly N[]>
  }
}

const latestOf = (instants: readonly (Date | undefined)[]): Date | undefined =>
  instants.reduce((latest, at) => (latest === undefined || (at !== undefined && at > latest) ? at : latest), undefined)

/** Whether what the last complete scan saw reaches as far back as this one wants. */
const isCovered = (known: Reached, from: Date | undefined): boolean =>
  known.from === undefined || (from !== undefined && new Date(known.from) <= from)

const none = (kinds: readonly ListKind[]): NonNullable<FactBatch['lists']> => Object.fromEntries(kinds.map((kind) => [kind, []]))

const toAbsent = (kinds: readonly ListKind[], reason: AbsenceReason): FactPage => ({
  batch: { absent: Object.fromEntries(kinds.map((kind) => [kind, reason])) },
  next: undefined,
  // An empty candidate forgets the ETag: when the feature is there again, "not modified" must not be the answer.
  candidate: '',
})

interface Scan {
  readonly github: GitHubContext
  readonly place: ImportPlace
  /** The last complete scan, where it reached as far back as this one is to. */
  readonly before: Reached | undefined
  readonly from: Date | undefined
}

/** Looks again at what was open when nothing else changed; the candidate is the watermark without what has ended since. */
async function readOpen<N>(definition: GraphStreamDefinition<N>, { github, place, before }: Scan): Promise<FactPage> {
  const { again, brings, complete = unchanged } = definition
  if (!again || !before?.open?.length) return { batch: { lists: none(brings) }, next: undefined }
  const nodes = await complete(github, await again.read(github, before.open))
  const open = nodes.flatMap((node) => again.isOpen(node, place) ?? [])
  return { batch: { lists: definition.toLists(nodes, place) }, next: undefined, candidate: toScanText({ ...before, open }) }
}

const unchanged = async <N>(_github: GitHubContext, nodes: readonly N[]): Promise<readonly N[]> => nodes

/** Reads one page; the first of a scan also looks again at what was open after the last. */
async function readPage<N>(
  definition: GraphStreamDefinition<N>,
  { github, place, before, from }: Scan,
  cursor: Cursor | undefined,
  candidate: Reached | undefined,
): Promise<FactPage> {
  const { again, brings, movedAt, complete = unchanged } = definition
  const page = await readUnlessAbsent(() => readGraphPage(github, place, definition.list, cursor?.place ?? GRAPH_START))
  if ('absent' in page) return toAbsent(brings, page.absent)
  const wasOpen = again && !cursor?.place && before?.open?.length ? await again.read(github, before.open) : []
  const nodes = await complete(github, [...wasOpen, ...page.nodes])
  const open = again ? [...new Set([...(cursor?.open ?? []), ...nodes.flatMap((node) => again.isOpen(node, place) ?? [])])] : []

  const oldest = page.nodes.at(-1)
  const seen = before?.newest === undefined ? undefined : new Date(Date.parse(before.newest) - definition.overlapMs)
  const until = latestOf([from, seen])
  const isDone = page.next === undefined || (until !== undefined && oldest !== undefined && movedAt(oldest) < until)
  const newest = latestOf([...page.nodes.map(movedAt), candidate?.newest === undefined ? undefined : new Date(candidate.newest)])
  const etag = cursor?.etag
  const reached: Reached = {
    v: 1,
    ...(etag === undefined ? {} : { etag }),
    ...(newest === undefined ? {} : { newest: newest.toISOString() }),
    ...(from === undefined ? {} : { from: from.toISOString() }),
    ...(again ? { open: open.slice(0, MOST_OPEN) } : {}),
  }
  return {
    batch: {
      lists: { ...none(brings), ...definition.toLists(nodes, place) },
      ...(definition.vanishes && page.isAll ? { whole: [definition.vanishes] } : {}),
    },
    next: isDone ? undefined : toScanText({ v: 1, place: page.next, etag, ...(again ? { open } : {}) }),
    candidate: toScanText(reached),
    ...(page.total === undefined ? {} : { total: page.total }),
  }
}

/** A stream over one connection. */
export function makeGraphStream<N>(definition: GraphStreamDefinition<N>): FactStream {
  const { name, brings, probe } = definition
  return Object.freeze({
    name,
    brings,
    async fetchPage(github, place, position) {
      const known = parseScanText(Reached, position.watermark)
      const from = definition.from(place)
      const scan: Scan = { github, place, from, before: known && isCovered(known, from) ? known : undefined }
      const cursor = parseScanText(Cursor, position.cursor)
      if (cursor !== undefined || !probe) return readPage(definition, scan, cursor, parseScanText(Reached, position.candidate))
      const probed = await readUnlessAbsent(() => github.client.requestIfChanged(probe(place), scan.before?.etag))
      if (probed === 'not-modified') return readOpen(definition, scan)
      if ('absent' in probed) return toAbsent(brings, probed.absent)
      return readPage(definition, scan, { v: 1, etag: probed.etag }, undefined)
    },
  } satisfies FactStream)
}
