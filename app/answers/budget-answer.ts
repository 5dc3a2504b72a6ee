// Budgets, and the ends of runs that depend on them, as answers carry them.
import { z } from 'zod'
import { forecastRun } from '../../integrations/engine/forecast.ts'
import { type Budget, listBudgets } from '../../integrations/store/budgets.ts'
import type { Db } from '../../integrations/store/db.ts'
import type { Run } from '../../integrations/store/runs.ts'

export const BudgetAnswer = z.object({
  connection: z.string(),
  scope: z
    .string()
    .describe('`*`: everything of the connection; `quota:…`: the same, counted in points; `object:…`, `operation:…`; else a budget'),
  limit: z.number().int().nullable(),
  remaining: z.number().int().nullable(),
  resetAt: z.iso.datetime().nullable(),
  pausedUntil: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
})

export const ForecastAnswer = z.object({
  endsAt: z.iso
    .datetime()
    .nullable()
    .describe('When it will have ended, by its speed so far and the budgets; null while that is not known'),
  waitsFor: z.string().nullable().describe('The scope it has to wait for before that'),
})

/** What still counts of a budget: after its reset all of it is there again, and a pause that is over is none. */
function toAnswer(budget: Budget, now: Date): z.input<typeof BudgetAnswer> {
  const { connectionId: connection, scope, limit, remaining, resetAt, pausedUntil, reason } = budget
  const isReset = resetAt !== undefined && resetAt <= now
  const isPaused = pausedUntil !== undefined && pausedUntil > now
  return {
    connection,
    scope,
    limit: limit ?? null,
    remaining: (isReset ? limit : remaining) ?? null,
    resetAt: isReset ? null : (resetAt?.toISOString() ?? null),
    pausedUntil: isPaused ? pausedUntil.toISOString() : null,
    reason: isPaused ? (reason ?? null) : null,
  }
}

/** The budgets of all connections, or of one; pauses that are over are left out. */
export async function readBudgets(db: Db, now: Date, connectionId?: string): Promise<z.input<typeof BudgetAnswer>[]> {
  const budgets = await listBudgets(db, connectionId === undefined ? {} : { connectionId })
  return budgets.map((budget) => toAnswer(budget, now)).filter(({ limit, remaining, pausedUntil }) => limit ?? remaining ?? pausedUntil)
}

/** The forecasts of runs, in their order. */
export async function forecastRuns(db: Db, runs: readonly Run[], now: Date): Promise<z.input<typeof ForecastAnswer>[]> {
  const budgets = runs.length === 0 ? [] : await listBudgets(db)
  return runs.map((run) => {
    const forecast = forecastRun(
      run,
      budgets.filter(({ connectionId }) => connectionId === run.connectionId),
      now,
    )
    return { endsAt: forecast?.endsAt.toISOString() ?? null, waitsFor: forecast?.waitsFor ?? null }
  })
}
