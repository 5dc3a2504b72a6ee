import { z } from 'zod'
import { countJobs } from '../../integrations/engine/jobs.ts'
import { listBudgets } from '../../integrations/store/budgets.ts'
import { listRuns } from '../../integrations/store/runs.ts'
import { RunSummary, summarizeRuns } from '../run-answer.ts'
import { makeUseCase } from '../use-case.ts'

const Budget = z.object({
  connection: z.string(),
  scope: z.string(),
  limit: z.number().int().nullable(),
  remaining: z.number().int().nullable(),
  resetAt: z.iso.datetime().nullable(),
  pausedUntil: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
})

/** What is going on: the queue, the runs under way, and what the providers still allow. */
export const readStatus = makeUseCase({
  name: 'read-status',
  summary: 'What is waiting, running and dead, and the budgets that are left.',
  access: 'read',
  input: z.strictObject({}),
  output: z.object({
    jobs: z.object({
      waiting: z.number().int(),
      running: z.number().int(),
      dead: z.number().int(),
      oldestWaitingSeconds: z.number().nullable(),
    }),
    running: z.array(RunSummary),
    budgets: z.array(Budget),
  }),
  http: { method: 'GET', path: '/status' },
  cli: { command: 'status' },
  async run(ctx) {
    const { db } = await ctx.store()
    const [jobs, running, budgets] = await Promise.all([
      countJobs(db, ctx.clock.now()),
      listRuns(db, { state: 'running' }),
      listBudgets(db),
    ])
    const iso = (at: Date | undefined) => at?.toISOString() ?? null
    return {
      jobs,
      running: await summarizeRuns(db, running.items, ctx.clock.now()),
      budgets: budgets.map(({ connectionId, scope, limit, remaining, resetAt, pausedUntil, reason }) => ({
        connection: connectionId,
        scope,
        limit: limit ?? null,
        remaining: remaining ?? null,
        resetAt: iso(resetAt),
        pausedUntil: iso(pausedUntil),
        reason: reason ?? null,
      })),
    }
  },
})
