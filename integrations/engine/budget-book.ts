// What is known of the limits of one connection: numbers from headers, and pauses, by scope. No queue, no waiting.
import type { Clock } from '../kernel/clock.ts'
import type { Budget } from '../store/budgets.ts'
import type { Priority } from './provider.ts'

/** The scope of everything that a connection sends. */
export const EVERYTHING = '*'
/** Scopes of quotas begin so; all of a connection's requests count against each of them. */
export const QUOTA = 'quota:'
const OPERATION = 'operation:'

/** The share of a budget that is left for those who matter more. */
export const RESERVED_SHARE: Readonly<Record<Priority, number>> = { interactive: 0, webhook: 0.02, poll: 0.1, backfill: 0.2 }
const MANY_SCOPES = 200

export interface BudgetBookOptions {
  readonly connectionId: string
  readonly clock: Clock
  /** What was known before the restart. */
  readonly saved?: readonly Budget[] | undefined
  /** Called when a budget or pause changed that is worth keeping: those of endpoints are over within a second. */
  readonly onChange?: ((budget: Budget) => void) | undefined
}

export type BudgetNews = Partial<Pick<Budget, 'limit' | 'remaining' | 'resetAt' | 'pausedUntil' | 'reason'>>

/** A scope that stands in the way of a request, and until when. */
export interface Block {
  readonly scope: string
  readonly reason: string | undefined
  readonly until: Date
}

export interface BudgetBook {
  /** Records what was learnt of a scope. */
  change(scope: string, news: BudgetNews): void
  /** Adds what other processes learnt; nothing of it is handed on. */
  absorb(others: readonly Budget[]): void
  /** Of the scopes and the quotas, the one that blocks longest; undefined when none does. */
  blockOf(scopes: readonly string[], priority: Priority): Block | undefined
  /** Everything that is known, by scope. */
  snapshot(): readonly Budget[]
}

/** Until when a budget blocks: by a pause, or because only the reserve of more important work is left before its reset. */
function blockedUntil(budget: Budget, priority: Priority, now: Date): Date | undefined {
  const { scope, remaining, limit, resetAt, pausedUntil } = budget
  // The bucket of an endpoint fills by the second: a reserve in it would only slow everything down.
  const reserve = limit === undefined || scope.startsWith(OPERATION) ? 0 : Math.floor(limit * RESERVED_SHARE[priority])
  const isSpent = remaining !== undefined && remaining <= reserve
  const ends = [pausedUntil, isSpent ? resetAt : undefined].flatMap((at) => (at && at > now ? [at.getTime()] : []))
  return ends.length > 0 ? new Date(Math.max(...ends)) : undefined
}

/** One budget from what two processes know of it: the numbers of the later answer, and the longer of the pauses. */
export function mergeBudgets(one: Budget, other: Budget): Budget {
  const newer = other.observedAt > one.observedAt ? other : one
  const pausing = (other.pausedUntil?.getTime() ?? 0) > (one.pausedUntil?.getTime() ?? 0) ? other : one
  return { ...newer, pausedUntil: pausing.pausedUntil, reason: pausing.reason }
}

/** The book of one connection. */
export function makeBudgetBook({ connectionId, clock, saved = [], onChange }: BudgetBookOptions): BudgetBook {
  const budgets = new Map<string, Budget>(saved.map((budget) => [budget.scope, budget]))

  /** Pauses of single objects come and go; those that are over and carry no numbers, or those of an endpoint, are dropped. */
  function forgetPast() {
    const now = clock.now()
    for (const [scope, { remaining, pausedUntil }] of budgets) {
      const kept = remaining !== undefined && !scope.startsWith(OPERATION)
      if (!kept && (pausedUntil === undefined || pausedUntil <= now)) budgets.delete(scope)
    }
  }

  return Object.freeze({
    change(scope: string, news: BudgetNews) {
      const blank = { limit: undefined, remaining: undefined, resetAt: undefined, pausedUntil: undefined, reason: undefined }
      const budget: Budget = { ...blank, ...budgets.get(scope), ...news, connectionId, scope, observedAt: clock.now() }
      budgets.set(scope, budget)
      if (budgets.size > MANY_SCOPES) forgetPast()
      if (news.pausedUntil || !scope.startsWith(OPERATION)) onChange?.(budget)
    },
    absorb(others: readonly Budget[]) {
      for (const other of others) {
        const known = budgets.get(other.scope)
        budgets.set(other.scope, known ? mergeBudgets(known, other) : other)
      }
    },
    blockOf(scopes: readonly string[], priority: Priority) {
      const quotas = [...budgets.keys()].filter((scope) => scope.startsWith(QUOTA))
      const blocks = [...scopes, ...quotas].flatMap((scope): Block[] => {
        const budget = budgets.get(scope)
        const until = budget && blockedUntil(budget, priority, clock.now())
        return until ? [{ scope, reason: budget.reason, until }] : []
      })
      return blocks.sort((a, b) => b.until.getTime() - a.until.getTime())[0]
    },
    snapshot: () => [...budgets.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1)),
  })
}
