// When running work will have ended: as fast as so far, held up by the pauses and budgets of its connection. Pure.
import type { Budget } from '../store/budgets.ts'
import type { Run } from '../store/runs.ts'
import { EVERYTHING } from './budget-book.ts'
import { estimateSecondsLeft } from './runs.ts'

/** GitHub's budgets and Atlassian's quotas are those of an hour. */
const WINDOW_MS = 60 * 60_000

export interface RunForecast {
  readonly endsAt: Date
  /** The scope of the budget or pause it will have to wait for; absent where nothing holds it up. */
  readonly waitsFor?: string
}

/** When a run would end if only this budget mattered. Undefined: it does not hold the run up. */
function heldUpTo({ remaining, limit, resetAt }: Budget, requests: number, workMs: number, now: Date): Date | undefined {
  if (remaining === undefined || !limit || !resetAt || resetAt <= now || requests <= remaining) return undefined
  const later = requests - remaining
  const windows = Math.ceil(later / limit)
  const inLast = later - (windows - 1) * limit
  return new Date(resetAt.getTime() + (windows - 1) * WINDOW_MS + (workMs * inLast) / requests)
}

/** The end of a running run; undefined while its speed or size is not known. `budgets` are those of its connection. */
export function forecastRun(run: Run, budgets: readonly Budget[], now: Date): RunForecast | undefined {
  const secondsLeft = estimateSecondsLeft(run, now)
  if (secondsLeft === undefined || run.total === undefined) return undefined
  const workMs = secondsLeft * 1_000
  const requests = Math.ceil((run.requests / run.done) * (run.total - run.done))
  const held = budgets.flatMap((budget) => {
    const { scope, pausedUntil } = budget
    const pause = scope === EVERYTHING && pausedUntil && pausedUntil > now ? [new Date(pausedUntil.getTime() + workMs)] : []
    const spent = heldUpTo(budget, requests, workMs, now)
    return [...pause, ...(spent ? [spent] : [])].map((endsAt) => ({ endsAt, waitsFor: scope }))
  })
  const latest = held.sort((a, b) => b.endsAt.getTime() - a.endsAt.getTime())[0]
  return latest ?? { endsAt: new Date(now.getTime() + workMs) }
}
