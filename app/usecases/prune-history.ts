import { z } from 'zod'
import { pruneConflicts } from '../../integrations/store/conflicts.ts'
import { pruneDeliveries } from '../../integrations/store/deliveries.ts'
import { pruneJobs } from '../../integrations/store/job-history.ts'
import { pruneRuns } from '../../integrations/store/runs.ts'
import { makeUseCase } from '../use-case.ts'

const DAY_MS = 24 * 60 * 60_000

/** For how many days what has ended is kept. Waiting and running things are never deleted. */
export const KEPT_DAYS = { done: 7, discarded: 7, dead: 30, deliveries: 30, runs: 90, conflicts: 90 } as const

// Each batch is a statement of its own, so that no other writer waits long; what is left waits for the next hour.
const MOST_BATCHES = 50

async function inBatches(signal: AbortSignal, prune: () => Promise<number>): Promise<number> {
  let deleted = 0
  for (let batch = 0; batch < MOST_BATCHES && !signal.aborted; batch += 1) {
    const count = await prune()
    if (count === 0) break
    deleted += count
  }
  return deleted
}

/** Deletes what ended long ago: jobs, handled deliveries, runs, and conflicts that went away by themselves. */
export const pruneHistory = makeUseCase({
  name: 'prune-history',
  summary: 'Deletes jobs, deliveries, runs and settled conflicts that ended long ago.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ jobs: z.number().int(), deliveries: z.number().int(), runs: z.number().int(), conflicts: z.number().int() }),
  async run(ctx) {
    const { db } = await ctx.store()
    const before = (days: number) => new Date(ctx.clock.now().getTime() - days * DAY_MS)
    let jobs = 0
    for (const state of ['done', 'discarded', 'dead'] as const)
      jobs += await inBatches(ctx.signal, () => pruneJobs(db, state, before(KEPT_DAYS[state])))
    const deliveries = await inBatches(ctx.signal, () => pruneDeliveries(db, before(KEPT_DAYS.deliveries)))
    const runs = await inBatches(ctx.signal, () => pruneRuns(db, before(KEPT_DAYS.runs)))
    const conflicts = await inBatches(ctx.signal, () => pruneConflicts(db, before(KEPT_DAYS.conflicts)))
    ctx.log.info({ jobs, deliveries, runs, conflicts }, 'history pruned')
    return { jobs, deliveries, runs, conflicts }
  },
})
