// How a job that was taken is ended, given back, or taken from a worker that died. Every change says whose lease it means:
// owner and attempt. A worker that was away too long holds an attempt that no longer exists, and changes nothing.
import { type Db, isUniqueViolation } from './db.ts'
import { changeRows, queryRows } from './sql.ts'

const FREE = '"runningKey" = NULL, "connectionSlot" = NULL, "leaseOwner" = NULL, "leaseUntil" = NULL'

/** Who holds a job: the worker and the attempt. A worker that was away too long holds an attempt that no longer exists. */
export interface Lease {
  readonly id: number
  readonly owner: string
  readonly attempt: number
}

const held = ({ id, owner, attempt }: Lease) => ({ id, state: 'running', leaseOwner: owner, attempts: attempt })
const released = { runningKey: null, connectionSlot: null, leaseOwner: null, leaseUntil: null }

/** What a failure leaves behind on the job, for whoever looks at it later. */
export interface JobFault {
  readonly errorCode?: string | undefined
  readonly error?: string | undefined
  readonly httpStatus?: number | undefined
  readonly providerRequestId?: string | undefined
}

const faultColumns = ({ errorCode, error, httpStatus, providerRequestId }: JobFault) => ({
  errorCode: errorCode ?? null,
  error: error ?? null,
  httpStatus: httpStatus ?? null,
  providerRequestId: providerRequestId ?? null,
})

/** Ends a held job; false when the lease was lost meanwhile, and then nothing changed. */
export async function finishJob(
  db: Db,
  lease: Lease,
  end: JobFault & { readonly state: 'done' | 'dead'; readonly at: Date },
): Promise<boolean> {
  const data = { state: end.state, ...faultColumns(end), finishedAt: end.at, snoozedSince: null, ...released }
  return (await db.prisma.job.updateMany({ where: held(lease), data })).count === 1
}

/** Ends many jobs of one owner as done, in one statement; the ids of those whose lease was still held. */
export async function finishJobs(db: Db, owner: string, leases: readonly Lease[], at: Date): Promise<ReadonlySet<number>> {
  const rows =
    db.dialect === 'postgresql'
      ? 'SELECT "id", "attempt" FROM jsonb_to_recordset($3::jsonb) AS rows("id" integer, "attempt" integer)'
      : `SELECT row.value ->> '$.id', row.value ->> '$.attempt' FROM json_each($3) AS row`
  const ended = await queryRows<{ id: number | bigint }>(
    db,
    `UPDATE "jobs" SET "state" = 'done', "finishedAt" = $2, "snoozedSince" = NULL, "errorCode" = NULL, "error" = NULL,
       "httpStatus" = NULL, "providerRequestId" = NULL, ${FREE}
     WHERE "state" = 'running' AND "leaseOwner" = $1 AND ("id", "attempts") IN (${rows}) RETURNING "id"`,
    [owner, at, JSON.stringify(leases.map(({ id, attempt }) => ({ id, attempt })))],
  )
  return new Set(ended.map(({ id }) => Number(id)))
}

export interface Requeue extends JobFault {
  readonly dedupeKey: string | undefined
  readonly runAt: Date
  readonly rank: number
  /** What the attempt count becomes: a snooze gives the attempt back. */
  readonly attempts: number
  readonly snoozedSince: Date | undefined
  readonly at: Date
}

/**
 * Puts a held job back to wait. `superseded`: a newer job with its dedupe key waits already, so this one is done.
 * Not to be called in a transaction: on PostgreSQL the collision would end it.
 */
export async function requeueJob(db: Db, lease: Lease, requeue: Requeue): Promise<'queued' | 'superseded' | 'lost'> {
  const { dedupeKey, runAt, rank, attempts, snoozedSince } = requeue
  const waiting = { state: 'queued', queuedKey: dedupeKey ?? null, runAt, rank: BigInt(rank), attempts, snoozedSince: snoozedSince ?? null }
  const data = { ...waiting, ...faultColumns(requeue), ...released }
  try {
    return (await db.prisma.job.updateMany({ where: held(lease), data })).count === 1 ? 'queued' : 'lost'
  } catch (failure) {
    if (!isUniqueViolation(failure)) throw failure
    return (await finishJob(db, lease, { state: 'done', errorCode: 'superseded', at: requeue.at })) ? 'superseded' : 'lost'
  }
}

/** Extends the leases of everything a worker holds and says what that is, so that it can stop what it lost. */
export async function extendLeases(db: Db, owner: string, leaseUntil: Date): Promise<readonly Lease[]> {
  await db.prisma.job.updateMany({ where: { state: 'running', leaseOwner: owner }, data: { leaseUntil } })
  const rows = await db.prisma.job.findMany({ where: { state: 'running', leaseOwner: owner }, select: { id: true, attempts: true } })
  return rows.map(({ id, attempts }) => ({ id, owner, attempt: attempts }))
}

/**
 * How long a job waits after its process ended or hung while it ran, in seconds: at once the first time, since another process
 * is as good; then longer and longer, so that processes that are killed again and again soon after their start do not meet the
 * same few jobs each time. The last one holds from then on.
 */
const LOSS_DELAYS_SECONDS = [0, 1, 2, 4, 8, 16, 32, 60] as const
/** A job that ends its process must not do so for ever: after so many losses, a quarter of an hour at least, it is dead. */
export const MOST_LOSSES = 20

/** Values by how many losses there were before, as parameters of a statement. */
const byLosses = (firstParameter: number, cast: (parameter: string) => string) => {
  const value = (index: number) => cast(`$${firstParameter + index}`)
  const last = LOSS_DELAYS_SECONDS.length - 1
  const cases = LOSS_DELAYS_SECONDS.slice(0, last).map((_, index) => `WHEN ${index} THEN ${value(index)}`)
  return `CASE "losses" ${cases.join(' ')} ELSE ${value(last)} END`
}

/**
 * Frees jobs whose lease ran out, because their process died or hung. They wait again and the lost attempt is made good, since
 * the failure was the process's; those that were lost `MOST_LOSSES` times are dead.
 */
export async function recoverJobs(db: Db, now: Date): Promise<{ readonly requeued: number; readonly buried: number }> {
  // Nearly always there is none, and looking costs one index entry.
  if ((await queryRows(db, `SELECT "id" FROM "jobs" WHERE "state" = 'running' AND "leaseUntil" < $1 LIMIT 1`, [now])).length === 0)
    return { requeued: 0, buried: 0 }
  const expired = `"state" = 'running' AND "leaseUntil" < $1`
  const lost = `"losses" = "losses" + 1, "errorCode" = 'lease-lost', "error" = 'The process that worked on it ended or did not answer in time.'`
  const buried = await changeRows(
    db,
    `UPDATE "jobs" SET "state" = 'dead', "finishedAt" = $1, ${lost}, ${FREE} WHERE ${expired} AND "losses" + 1 >= CAST($2 AS INTEGER)`,
    [now, MOST_LOSSES],
  )
  const newer = `EXISTS (SELECT 1 FROM "jobs" AS n WHERE n."queuedKey" = "jobs"."dedupeKey")`
  await changeRows(
    db,
    `UPDATE "jobs" SET "state" = 'done', "finishedAt" = $1, "errorCode" = 'superseded', ${FREE} WHERE ${expired} AND ${newer}`,
    [now],
  )
  const dueAt = LOSS_DELAYS_SECONDS.map((seconds) => new Date(now.getTime() + seconds * 1_000))
  // Inside CASE, PostgreSQL takes a parameter for text unless told; SQLite's cast would make a number of an instant.
  const due = byLosses(2, (parameter) => (db.dialect === 'postgresql' ? `${parameter}::timestamp(3)` : parameter))
  const rank = byLosses(2 + dueAt.length, (parameter) => `CAST(${parameter} AS BIGINT)`)
  const requeued = await changeRows(
    db,
    // Behind what waits already: a job that ends its process gets others done between its attempts.
    `UPDATE "jobs" SET "state" = 'queued', "queuedKey" = "dedupeKey", "maxAttempts" = "maxAttempts" + 1, "runAt" = ${due},
      "rank" = CASE WHEN "rank" < ${rank} THEN ${rank} ELSE "rank" END, ${lost}, ${FREE} WHERE ${expired}`,
    [now, ...dueAt, ...dueAt.map((at) => BigInt(at.getTime()))],
  ).catch((error) => {
    // A newer job with the same dedupe key arrived in between: the next round finds it and finishes the old one.
    if (isUniqueViolation(error)) return 0
    throw error
  })
  return { requeued, buried }
}
