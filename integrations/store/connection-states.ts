// What is known against a connection: how often in a row its jobs failed because of it, and whether they wait until somebody
// or something has found it well again. Keyed by the connection ids that jobs carry, such as `jira` or `github:<installation>`.
import type { ConnectionState as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { changeRows, queryRows } from './sql.ts'

export interface ConnectionState {
  readonly connectionId: string
  readonly status: 'ok' | 'needs-attention'
  /** Failures in a row. */
  readonly failures: number
  readonly code: string | undefined
  /** Why it needs attention, in a sentence for an admin. */
  readonly reason: string | undefined
  /** When one job is let through to see; undefined waits for a person. */
  readonly probeAt: Date | undefined
  readonly since: Date
}

const toState = (row: Row): ConnectionState => ({
  connectionId: row.connectionId,
  status: row.status as ConnectionState['status'],
  failures: row.failures,
  code: row.code ?? undefined,
  reason: row.reason ?? undefined,
  probeAt: row.probeAt ?? undefined,
  since: row.since,
})

/** Counts a failure that was the connection's; returns how many there are in a row. */
export async function countConnectionFailure(
  db: Db,
  connectionId: string,
  failure: { readonly code: string; readonly reason: string; readonly at: Date },
): Promise<number> {
  const { code, reason, at } = failure
  const [row] = await queryRows<{ failures: number | bigint }>(
    db,
    `INSERT INTO "connection_states" ("connectionId", "status", "failures", "code", "reason", "since", "updatedAt")
     VALUES ($1, 'ok', 1, $2, $3, $4, $4)
     ON CONFLICT ("connectionId") DO UPDATE SET "failures" = "connection_states"."failures" + 1, "code" = excluded."code",
       "reason" = excluded."reason", "updatedAt" = excluded."updatedAt" RETURNING "failures"`,
    [connectionId, code, reason, at],
  )
  return Number(row?.failures ?? 1)
}

/** Parks a connection: its jobs wait until `probeAt`, or without one until somebody reopens it. */
export async function parkConnection(
  db: Db,
  connectionId: string,
  { probeAt, at }: { readonly probeAt: Date | undefined; readonly at: Date },
): Promise<void> {
  const data = { status: 'needs-attention', probeAt: probeAt ?? null, updatedAt: at }
  await db.prisma.connectionState.updateMany({ where: { connectionId }, data })
}

/** Forgets failures of connections that work again; those that wait for a person stay parked. */
export async function forgetConnectionFailures(db: Db, connectionIds: readonly string[]): Promise<void> {
  const mayReopen = { OR: [{ status: 'ok' }, { probeAt: { not: null } }] }
  await db.prisma.connectionState.deleteMany({ where: { connectionId: { in: [...connectionIds] }, ...mayReopen } })
}

/**
 * Reopens the connections of a provider (`github`, and all of `github:…`); their jobs are due at once, in
 * the queue's order: `handicapMs` for each step of priority. Returns how many were parked.
 */
export async function reopenConnections(
  db: Db,
  provider: string,
  due: { readonly now: Date; readonly handicapMs: number },
): Promise<number> {
  const states = await listConnectionStates(db, provider)
  const ids = states.map(({ connectionId }) => connectionId)
  const parked = states.filter(({ status }) => status === 'needs-attention')
  await db.prisma.connectionState.deleteMany({ where: { connectionId: { in: ids } } })
  for (const { connectionId } of parked)
    await changeRows(
      db,
      // What was put off waited for this: its waiting is over, and does not count towards the most there may be.
      `UPDATE "jobs" SET "runAt" = $2, "rank" = CAST($3 AS BIGINT) + "priority" * CAST($4 AS INTEGER), "snoozedSince" = NULL
       WHERE "state" = 'queued' AND "connectionId" = $1 AND "snoozedSince" IS NOT NULL`,
      [connectionId, due.now, BigInt(due.now.getTime()), due.handicapMs],
    )
  return parked.length
}

/** Lets one job of every connection that waits for a person through, to see; returns how many connections that are. */
export async function probeConnections(db: Db, at: Date): Promise<number> {
  const where = { status: 'needs-attention', probeAt: null }
  return (await db.prisma.connectionState.updateMany({ where, data: { probeAt: at, updatedAt: at } })).count
}

/** What is known against connections: all of them, or those of one provider. */
export async function listConnectionStates(db: Db, provider?: string): Promise<readonly ConnectionState[]> {
  const where = provider === undefined ? {} : { OR: [{ connectionId: provider }, { connectionId: { startsWith: `${provider}:` } }] }
  return (await db.prisma.connectionState.findMany({ where, orderBy: { connectionId: 'asc' } })).map(toState)
}

/** The parked connection that jobs of a run wait for, if there is one. */
export async function findParkedConnection(db: Db, runId: number): Promise<ConnectionState | undefined> {
  const waiting = await db.prisma.job.findMany({
    where: { runId, state: { in: ['queued', 'running'] }, connectionId: { not: null } },
    distinct: ['connectionId'],
    select: { connectionId: true },
  })
  const ids = waiting.flatMap(({ connectionId }) => connectionId ?? [])
  const row = await db.prisma.connectionState.findFirst({ where: { connectionId: { in: ids }, status: 'needs-attention', probeAt: null } })
  return row ? toState(row) : undefined
}
