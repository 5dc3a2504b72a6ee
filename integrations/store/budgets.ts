// What the providers last said about their limits, per connection and scope, for the next process and for people.
import type { Budget as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'

export interface Budget {
  readonly connectionId: string
  /** Such as `core`, `search` or `jira-burst-based`. */
  readonly scope: string
  readonly limit: number | undefined
  readonly remaining: number | undefined
  readonly resetAt: Date | undefined
  /** Nothing of the scope is sent before. */
  readonly pausedUntil: Date | undefined
  /** Why it is paused, as the provider named it. */
  readonly reason: string | undefined
  readonly observedAt: Date
}

const toBudget = (row: Row): Budget => ({
  ...row,
  limit: row.limit ?? undefined,
  remaining: row.remaining ?? undefined,
  resetAt: row.resetAt ?? undefined,
  pausedUntil: row.pausedUntil ?? undefined,
  reason: row.reason ?? undefined,
})

export async function saveBudget(db: Db, budget: Budget): Promise<void> {
  const { connectionId, scope, limit, remaining, resetAt, pausedUntil, reason, observedAt } = budget
  const columns = {
    limit: limit ?? null,
    remaining: remaining ?? null,
    resetAt: resetAt ?? null,
    pausedUntil: pausedUntil ?? null,
    reason: reason ?? null,
    observedAt,
  }
  await db.prisma.budget.upsert({
    where: { connectionId_scope: { connectionId, scope } },
    create: { connectionId, scope, ...columns },
    update: columns,
  })
}

/** Of one connection or all, by connection and scope. */
export async function listBudgets(db: Db, filter: { readonly connectionId?: string } = {}): Promise<readonly Budget[]> {
  return (await db.prisma.budget.findMany({ where: filter, orderBy: [{ connectionId: 'asc' }, { scope: 'asc' }] })).map(toBudget)
}

/** Deletes pauses that were over before an instant and carry no numbers: those of single objects would pile up. */
export async function prunePauses(db: Db, before: Date): Promise<number> {
  return (await db.prisma.budget.deleteMany({ where: { limit: null, remaining: null, pausedUntil: { lt: before } } })).count
}
