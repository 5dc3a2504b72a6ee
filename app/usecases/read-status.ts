import { z } from 'zod'
import { listRuns } from '../../integrations/store/runs.ts'
import { BudgetAnswer, ForecastAnswer, forecastRuns, readBudgets } from '../answers/budget-answer.ts'
import { QueueAnswer, readQueue } from '../answers/queue-answer.ts'
import { RunSummary, summarizeRuns } from '../answers/run-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** What is going on: the queue, the runs under way, and what the providers still allow. */
export const readStatus = makeUseCase({
  name: 'read-status',
  summary: 'What is waiting, running and dead, and the budgets that are left.',
  access: 'read',
  input: z.strictObject({}),
  output: z.object({
    jobs: QueueAnswer,
    running: z.array(RunSummary.extend(ForecastAnswer.shape)),
    budgets: z.array(BudgetAnswer),
  }),
  http: { method: 'GET', path: '/status' },
  cli: { command: 'status' },
  async run(ctx) {
    const { db } = await ctx.store()
    const now = ctx.clock.now()
    const [jobs, running, budgets] = await Promise.all([readQueue(db, now), listRuns(db, { state: 'running' }), readBudgets(db, now)])
    const [summaries, forecasts] = await Promise.all([summarizeRuns(db, running.items, now), forecastRuns(db, running.items, now)])
    const nothing = { endsAt: null, waitsFor: null }
    return { jobs, running: summaries.map((summary, index) => ({ ...summary, ...(forecasts[index] ?? nothing) })), budgets }
  },
})
