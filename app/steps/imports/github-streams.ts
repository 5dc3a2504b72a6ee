// Reading streams into the store: a page's facts and the place after it are one transaction, and how far a kind has been read is
// noted when its scan is complete. Imports read so, and events about things that have no reader of their own.
import { pull } from '../../../integrations/engine/pull.ts'
import type { OpenRun } from '../../../integrations/engine/runs.ts'
import type { FactKind } from '../../../integrations/foe/facts/fact-kinds.ts'
import { listCollections, markPresent } from '../../../integrations/store/collections.ts'
import { forgetWatermark } from '../../../integrations/store/cursors.ts'
import { applyFacts, branchOfKind } from '../../../integrations/store/facts.ts'
import type { AppContext } from '../../context.ts'
import type { GitHubContext, ImportPlace } from './import-place.ts'

export type FactStream = AppContext['providers']['github']['importStreams'][number]

/** One stream's share of the progress: it is divided by pages where GitHub says how many there are. */
export const STEPS_PER_STREAM = 100

/** A repository while it is read. */
export interface Reading {
  readonly ctx: AppContext
  readonly signal: AbortSignal
  /** Called after every page; throwing stops the reading there. */
  readonly advance: OpenRun['advance']
  readonly github: GitHubContext
  readonly place: ImportPlace
  /** Of protection and rules; empty for the default branch. */
  readonly branch: string
  readonly startedAt: Date
}

/** Marks what a complete scan brought as read from `place.from` on, but for what it was refused. */
async function noteReach({ ctx, place, branch, startedAt }: Reading, kinds: readonly FactKind[]): Promise<void> {
  const { db } = await ctx.store()
  const keys = kinds.map((kind) => ({ kind, branch: branchOfKind(kind, branch) }))
  const refused = (await listCollections(db, place.repositoryId)).filter(
    ({ state, updatedAt }) => state === 'absent' && updatedAt >= startedAt,
  )
  const isRefused = (key: (typeof keys)[number]) => refused.some((one) => one.kind === key.kind && one.branch === key.branch)
  const read = keys.filter((key) => !isRefused(key))
  await markPresent(db, place.repositoryId, read, { at: ctx.clock.now(), reachedFrom: place.from })
}

/** A window that begins earlier than anything read so far is read to its beginning, whatever the last scan reached. */
async function widenReach({ ctx, github, place }: Reading, stream: FactStream, name: string): Promise<void> {
  const { db } = await ctx.store()
  const reached = (await listCollections(db, place.repositoryId)).filter(({ kind }) => stream.brings.includes(kind))
  if (reached.some(({ reachedFrom }) => reachedFrom !== undefined && reachedFrom > place.from))
    await forgetWatermark(db, github.connectionId, name)
}

/** Reads a stream to its end, from where it stopped. Throws `provider-*` and `cancelled`; what was read by then stays. */
export async function readStream(reading: Reading, stream: FactStream): Promise<void> {
  const { ctx, github, place, branch } = reading
  const store = await ctx.store()
  const name = `${place.repositoryId}:${stream.name}${branch === '' ? '' : `@${branch}`}`
  await widenReach(reading, stream, name)
  let steps = 0
  let pagesInAll: number | undefined
  await pull({
    store,
    clock: ctx.clock,
    signal: reading.signal,
    connectionId: github.connectionId,
    stream: name,
    async fetchPage(position) {
      const { batch, next, candidate, total } = await stream.fetchPage(github, place, position)
      pagesInAll = total
      return { items: [batch], next, ...(candidate === undefined ? {} : { candidate }) }
    },
    async apply(db, batches) {
      for (const batch of batches) await applyFacts(db, place.repositoryId, batch, ctx.clock.now(), branch)
    },
    async onPage({ pages }) {
      const reached = pagesInAll === undefined ? 0 : Math.min(STEPS_PER_STREAM - 1, Math.floor((STEPS_PER_STREAM * pages) / pagesInAll))
      const done = Math.max(0, reached - steps)
      steps += done
      await reading.advance({ done, phase: `${stream.name}, page ${pages}` })
    },
  })
  await noteReach(reading, stream.brings)
  await reading.advance({ done: STEPS_PER_STREAM - steps })
}
