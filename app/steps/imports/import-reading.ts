// The frame around the reading of an import, whichever provider it is from: one job resumes it, what stands in its way is waited for
// or becomes part of the answer, and a cancelled one ends with what there is.
import { z } from 'zod'
import type { Priority } from '../../../integrations/engine/provider.ts'
import { type OpenRun, resumeRun } from '../../../integrations/engine/runs.ts'
import { toAppError } from '../../../integrations/kernel/errors.ts'
import { findImport, type StoredImport } from '../../../integrations/store/imports.ts'
import { findRun } from '../../../integrations/store/runs.ts'
import type { AppContext } from '../../context.ts'
import { isWorthWaiting } from './import-patience.ts'
import type { Refusal } from './import-refusal.ts'

export const ImportReadAnswer = z.object({ status: z.enum(['done', 'cancelled', 'ended']) })
type ImportReadAnswer = z.output<typeof ImportReadAnswer>

/** What kept an import from reading something; without an error the provider answered that there is nothing. */
export interface Obstacle {
  readonly refusal: Refusal
  readonly error?: unknown
}

interface Conclusion {
  readonly refusals: readonly Refusal[]
  readonly requests: number
  readonly state: 'done' | 'cancelled'
}

export interface ImportReader<Place> {
  /** As people call the provider. */
  readonly provider: string
  /** What the row already says of where the facts are; where a cancelled reading ends. */
  placeOf(row: StoredImport): Place
  /** Reads everything that is asked for. @throws what is a fault of ours, and `cancelled` */
  read(row: StoredImport, run: OpenRun): Promise<{ readonly place: Place; readonly obstacles: readonly Obstacle[] }>
  conclude(row: StoredImport, conclusion: Place & Conclusion): Promise<unknown>
}

interface ImportJob {
  readonly importId: string
  readonly priority: Priority
  /** Of the job, from 1. */
  readonly attempt: number
}

/**
 * Does the reading of an import and ends it. Whatever page it stops at, the next try goes on there.
 * @throws what may work later, where nobody waits for it, and a refused credential, which its connection counts
 */
export async function runImport<Place>(ctx: AppContext, job: ImportJob, reader: ImportReader<Place>): Promise<ImportReadAnswer> {
  const store = await ctx.store()
  const row = await findImport(store.db, job.importId)
  if (row?.state !== 'running' || row.runId === undefined) return { status: 'ended' }
  const { runId } = row
  const run = await resumeRun({ store, clock: ctx.clock, signal: ctx.signal }, runId)
  if (!run) return { status: 'ended' }
  const spent = async () => (await findRun(store.db, runId))?.requests ?? 0
  try {
    const { place, obstacles } = await reader.read(row, run)
    const failures = obstacles.flatMap(({ error }) => (error === undefined ? [] : [toAppError(error)]))
    const waits = failures.find((failure) => isWorthWaiting(failure, { ...job, now: ctx.clock.now() }))
    await run.advance({ phase: waits ? `waiting for ${reader.provider}` : 'computing' })
    if (waits) throw waits
    const refusals = obstacles.map(({ refusal }) => refusal)
    await reader.conclude(row, { ...place, refusals, requests: await spent(), state: 'done' })
    // The connection's own failure counts against it, so that the jobs behind this one need not meet it too.
    const rejected = failures.find(({ code }) => code === 'provider-unauthenticated')
    if (rejected) throw rejected
    return { status: 'done' }
  } catch (error) {
    const isCancelled = toAppError(error).code === 'cancelled' && (await findRun(store.db, runId))?.cancelRequestedAt !== undefined
    if (!isCancelled) throw error
    await reader.conclude(row, { ...reader.placeOf(row), refusals: [], requests: await spent(), state: 'cancelled' })
    return { status: 'cancelled' }
  }
}
