import { z } from 'zod'
import { listRuns } from '../../integrations/store/runs.ts'
import { BudgetAnswer, ForecastAnswer, forecastRuns, readBudgets } from '../answers/budget-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** What the providers still allow, what they asked to wait for, and when the work under way will have ended. */
export const readRateLimits = makeUseCase({
  name: 'read-rate-limits',
  summary: 'What the providers still allow, and when the work under way will have ended.',
  access: 'read',
  input: z.strictObject({ connection: z.string().optional().describe('Only this connection, such as `jira`') }),
  output: z.object({
    items: z.array(BudgetAnswer),
    running: z.array(
      ForecastAnswer.extend({
        run: z.string(),
        kind: z.string(),
        connection: z.string().nullable(),
        done: z.number().int(),
        total: z.number().int().nullable(),
        requests: z.number().int(),
      }),
    ),
  }),
  http: { method: 'GET', path: '/rate-limits' },
  async run(ctx, { connection }) {
    const { db } = await ctx.store()
    const now = ctx.clock.now()
    const page = await listRuns(db, { state: 'running' })
    const runs = page.items.filter(({ connectionId }) => connection === undefined || connectionId === connection)
    const [items, forecasts] = await Promise.all([readBudgets(db, now, connection), forecastRuns(db, runs, now)])
    const running = runs.map(({ id, kind, connectionId, done, total, requests }, index) => ({
      run: String(id),
      kind,
      connection: connectionId ?? null,
      done,
      total: total ?? null,
      requests,
      endsAt: forecasts[index]?.endsAt ?? null,
      waitsFor: forecasts[index]?.waitsFor ?? null,
    }))
    return { items, running }
  },
})
