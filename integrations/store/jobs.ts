// The rows of the queue. What a job's life looks like is engine/jobs.ts's; here are the statements that must be atomic.
// Two unique columns carry the promises: `queuedKey` (one waiting job per dedupe key) and `runningKey` (one running job
// per serial key) are filled only while the job is in that state, which replaces partial indexes on both databases.
import type { Job as Row } from '../../prisma/generated/sqlite/client.ts'
import { type BulkTable, upsertRows } from './bulk.ts'
import { type Db, isUniqueViolation } from './db.ts'
import type { Json } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'
import { changeRows, queryRows } from './sql.ts'

const CLAIM_TRIES = 3

export const JOB_STATES = ['queued', 'running', 'done', 'dead', 'discarded'] as const
export type JobState = (typeof JOB_STATES)[number]

export interface Job {
  readonly id: number
  readonly kind: string
  /** Of the payload's shape, so that old and new processes can work side by side. */
  readonly version: number
  readonly payload: Json
  readonly connectionId: string | undefined
  readonly serialKey: string | undefined
  readonly dedupeKey: string | undefined
  readonly runId: number | undefined
  readonly state: JobState
  /** Lower goes first. */
  readonly priority: number
  readonly runAt: Date
  readonly attempts: number
  readonly maxAttempts: number
  readonly leaseOwner: string | undefined
  readonly leaseUntil: Date | undefined
  /** Since when it has been put off without an attempt that counts. */
  readonly snoozedSince: Date | undefined
  readonly errorCode: string | undefined
  readonly error: string | undefined
  readonly createdAt: Date
  readonly finishedAt: Date | undefined
}

const toJob = (row: Row): Job => ({
  id: row.id,
  kind: row.kind,
  version: row.version,
  payload: row.payload as Json,
  connectionId: row.connectionId ?? undefined,
  serialKey: row.serialKey ?? undefined,
  dedupeKey: row.dedupeKey ?? undefined,
  runId: row.runId ?? undefined,
  state: row.state as JobState,
  priority: row.priority,
  runAt: row.runAt,
  attempts: row.attempts,
  maxAttempts: row.maxAttempts,
  leaseOwner: row.leaseOwner ?? undefined,
  leaseUntil: row.leaseUntil ?? undefined,
  snoozedSince: row.snoozedSince ?? undefined,
  errorCode: row.errorCode ?? undefined,
  error: row.error ?? undefined,
  createdAt: row.createdAt,
  finishedAt: row.finishedAt ?? undefined,
})

export type NewJob = Pick<Job, 'kind' | 'version' | 'payload' | 'priority' | 'runAt' | 'maxAttempts' | 'createdAt'> &
  Partial<Pick<Job, 'connectionId' | 'serialKey' | 'dedupeKey' | 'runId'>> & { readonly rank: number }

const INSERTED = {
  kind: 'text',
  version: 'int',
  payload: 'json',
  connectionId: 'text',
  serialKey: 'text',
  dedupeKey: 'text',
  queuedKey: 'text',
  runId: 'int',
  state: 'text',
  priority: 'int',
  runAt: 'instant',
  rank: 'bigint',
  attempts: 'int',
  maxAttempts: 'int',
  snoozedSince: 'instant',
  errorCode: 'text',
  error: 'text',
  createdAt: 'instant',
} as const

const smaller = (column: string) =>
  `CASE WHEN excluded."${column}" < "jobs"."${column}" THEN excluded."${column}" ELSE "jobs"."${column}" END`

const INSERT: BulkTable<keyof typeof INSERTED> = {
  table: 'jobs',
  columns: INSERTED,
  key: ['queuedKey'],
  keep: ['createdAt'],
  update: { runAt: smaller('runAt'), rank: smaller('rank'), priority: smaller('priority') },
}

/**
 * Adds jobs. Where one with the same dedupe key waits already, that one takes the newer payload and run, the earlier
 * time and the better priority, and counts its attempts from zero: it now stands for a newer change.
 */
export async function insertJobs(db: Db, jobs: readonly NewJob[]): Promise<void> {
  const rows = jobs.map((job) => ({
    ...job,
    connectionId: job.connectionId,
    serialKey: job.serialKey,
    dedupeKey: job.dedupeKey,
    runId: job.runId,
    // A job without a dedupe key needs none of its own: SQL nulls do not collide.
    queuedKey: job.dedupeKey,
    state: 'queued',
    attempts: 0,
    snoozedSince: undefined,
    errorCode: undefined,
    error: undefined,
  }))
  await upsertRows(db, INSERT, rows)
}

/**
 * Takes up to `limit` due jobs, best rank first, and counts the attempt. A job whose serial key is running is passed
 * over. On PostgreSQL rows that another worker is just taking are skipped instead of waited for.
 */
export async function claimJobs(
  db: Db,
  claim: { readonly owner: string; readonly now: Date; readonly leaseUntil: Date; readonly limit: number },
): Promise<readonly Job[]> {
  const statement = `
    WITH "due" AS MATERIALIZED (
      SELECT j."id", j."serialKey" FROM "jobs" AS j
      WHERE j."state" = 'queued' AND j."runAt" <= $3 AND NOT EXISTS (SELECT 1 FROM "jobs" AS r WHERE r."runningKey" = j."serialKey")
      ORDER BY j."rank", j."id" LIMIT $4 ${db.dialect === 'postgresql' ? 'FOR UPDATE OF j SKIP LOCKED' : ''}
    )
    UPDATE "jobs" SET "state" = 'running', "queuedKey" = NULL, "runningKey" = "serialKey", "leaseOwner" = $1, "leaseUntil" = $2, "attempts" = "attempts" + 1
    WHERE "id" IN (SELECT min("id") FROM "due" GROUP BY coalesce("serialKey", CAST("id" AS TEXT))) AND "state" = 'queued'
    RETURNING "id"`
  for (let tries = 1; ; tries += 1) {
    try {
      const taken = await queryRows<{ id: number | bigint }>(db, statement, [claim.owner, claim.leaseUntil, claim.now, claim.limit])
      return await readClaimed(
        db,
        claim.owner,
        taken.map(({ id }) => Number(id)),
      )
    } catch (error) {
      // Two workers took different jobs of one serial key at the same moment; the unique index let only the other
      // through. Its claim is visible now, so the next try passes that key over.
      if (!isUniqueViolation(error)) throw error
      if (tries === CLAIM_TRIES) return []
    }
  }
}

async function readClaimed(db: Db, owner: string, ids: readonly number[]): Promise<readonly Job[]> {
  if (ids.length === 0) return []
  const rows = await db.prisma.job.findMany({
    where: { id: { in: [...ids] }, leaseOwner: owner },
    orderBy: [{ rank: 'asc' }, { id: 'asc' }],
  })
  return rows.map(toJob)
}

/** Who holds a job: the worker and the attempt. A worker that was away too long holds an attempt that no longer exists. */
export interface Lease {
  readonly id: number
  readonly owner: string
  readonly attempt: number
}

const held = ({ id, owner, attempt }: Lease) => ({ id, state: 'running', leaseOwner: owner, attempts: attempt })
const released = { runningKey: null, leaseOwner: null, leaseUntil: null }

/** Ends a held job; false when the lease was lost meanwhile, and then nothing changed. */
export async function finishJob(
  db: Db,
  lease: Lease,
  end: { readonly state: 'done' | 'dead'; readonly errorCode?: string; readonly error?: string; readonly at: Date },
): Promise<boolean> {
  const { state, errorCode, error, at } = end
  const data = { state, errorCode: errorCode ?? null, error: error ?? null, finishedAt: at, snoozedSince: null, ...released }
  return (await db.prisma.job.updateMany({ where: held(lease), data })).count === 1
}

export interface Requeue {
  readonly dedupeKey: string | undefined
  readonly runAt: Date
  readonly rank: number
  /** What the attempt count becomes: a snooze gives the attempt back. */
  readonly attempts: number
  readonly snoozedSince: Date | undefined
  readonly errorCode?: string | undefined
  readonly error?: string | undefined
  readonly at: Date
}

/**
 * Puts a held job back to wait. `superseded`: a newer job with its dedupe key waits already, so this one is done.
 * Not to be called in a transaction: on PostgreSQL the collision would end it.
 */
export async function requeueJob(db: Db, lease: Lease, requeue: Requeue): Promise<'queued' | 'superseded' | 'lost'> {
  const { dedupeKey, runAt, rank, attempts, snoozedSince, errorCode, error } = requeue
  const waiting = { state: 'queued', queuedKey: dedupeKey ?? null, runAt, rank: BigInt(rank), attempts, snoozedSince: snoozedSince ?? null }
  const data = { ...waiting, errorCode: errorCode ?? null, error: error ?? null, ...released }
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
 * Frees jobs whose lease ran out, because their process died or hung: those with attempts left wait again, the others
 * are dead, since a job that kills its process must not do so for ever. The attempt was counted when it was claimed.
 */
export async function recoverJobs(db: Db, now: Date): Promise<{ readonly requeued: number; readonly buried: number }> {
  const free = '"runningKey" = NULL, "leaseOwner" = NULL, "leaseUntil" = NULL'
  const expired = `"state" = 'running' AND "leaseUntil" < $1`
  const lost = `"errorCode" = 'lease-lost', "error" = 'The process that worked on it ended or did not answer in time.'`
  const buried = await changeRows(
    db,
    `UPDATE "jobs" SET "state" = 'dead', "finishedAt" = $1, ${lost}, ${free} WHERE ${expired} AND "attempts" >= "maxAttempts"`,
    [now],
  )
  const newer = `EXISTS (SELECT 1 FROM "jobs" AS n WHERE n."queuedKey" = "jobs"."dedupeKey")`
  await changeRows(
    db,
    `UPDATE "jobs" SET "state" = 'done', "finishedAt" = $1, "errorCode" = 'superseded', ${free} WHERE ${expired} AND ${newer}`,
    [now],
  )
  const requeued = await changeRows(
    db,
    `UPDATE "jobs" SET "state" = 'queued', "queuedKey" = "dedupeKey", "runAt" = $1, ${lost}, ${free} WHERE ${expired}`,
    [now],
  ).catch((error) => {
    // A newer job with the same dedupe key arrived in between: the next round finds it and finishes the old one.
    if (isUniqueViolation(error)) return 0
    throw error
  })
  return { requeued, buried }
}

export async function findJob(db: Db, id: number): Promise<Job | undefined> {
  const row = await db.prisma.job.findUnique({ where: { id } })
  return row ? toJob(row) : undefined
}

/** A page of jobs, newest first. */
export async function listJobs(
  db: Db,
  request: PageRequest & { readonly state?: JobState; readonly kind?: string; readonly runId?: number; readonly connectionId?: string },
): Promise<Page<Job>> {
  const { limit = PAGE_LIMIT, cursor, ...filter } = request
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.job.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toJob)
}

/** How many jobs of a run, or of all, wait or run. */
export function countOpenJobs(db: Db, filter: { readonly runId?: number } = {}): Promise<number> {
  return db.prisma.job.count({ where: { state: { in: ['queued', 'running'] }, ...filter } })
}

export interface JobCounts {
  readonly queued: number
  readonly running: number
  readonly dead: number
  /** Since when the job that is due longest has been due. */
  readonly oldestDueAt: Date | undefined
}

/** The state of the queue for readiness and metrics. */
export async function countJobs(db: Db, now: Date): Promise<JobCounts> {
  const groups = await db.prisma.job.groupBy({
    by: ['state'],
    where: { state: { in: ['queued', 'running', 'dead'] } },
    _count: { _all: true },
  })
  const oldest = await db.prisma.job.aggregate({ where: { state: 'queued', runAt: { lte: now } }, _min: { runAt: true } })
  const count = (state: JobState) => groups.find((group) => group.state === state)?._count._all ?? 0
  return { queued: count('queued'), running: count('running'), dead: count('dead'), oldestDueAt: oldest._min.runAt ?? undefined }
}

/** Gives a dead job a new life from its first attempt; false when it is not dead, or a newer one with its key waits. */
export async function reviveJob(db: Db, id: number, revive: { readonly runAt: Date; readonly rank: number }): Promise<boolean> {
  const fresh = `"state" = 'queued', "attempts" = 0, "queuedKey" = "dedupeKey", "runAt" = $2, "rank" = $3, "finishedAt" = NULL, "snoozedSince" = NULL, "errorCode" = NULL, "error" = NULL`
  const newer = `EXISTS (SELECT 1 FROM "jobs" AS n WHERE n."queuedKey" = "jobs"."dedupeKey")`
  return (
    (await changeRows(db, `UPDATE "jobs" SET ${fresh} WHERE "id" = $1 AND "state" = 'dead' AND NOT ${newer}`, [
      id,
      revive.runAt,
      revive.rank,
    ])) === 1
  )
}

/** Puts a dead or waiting job aside for good; false when it is neither. */
export async function discardJob(db: Db, id: number, at: Date): Promise<boolean> {
  const data = { state: 'discarded', queuedKey: null, finishedAt: at }
  return (await db.prisma.job.updateMany({ where: { id, state: { in: ['dead', 'queued'] } }, data })).count === 1
}

/** Discards what still waits for a run that was cancelled; returns how many. Running jobs see the cancellation themselves. */
export async function discardRunJobs(db: Db, runId: number, at: Date): Promise<number> {
  return (
    await db.prisma.job.updateMany({ where: { runId, state: 'queued' }, data: { state: 'discarded', queuedKey: null, finishedAt: at } })
  ).count
}

/** Deletes finished jobs older than `before`, at most `limit` at a time; returns how many. Dead ones stay until someone decides. */
export async function pruneJobs(db: Db, before: Date, limit = 5_000): Promise<number> {
  const old = `SELECT "id" FROM "jobs" WHERE "state" IN ('done', 'discarded') AND "finishedAt" < $1 LIMIT $2`
  return changeRows(db, `DELETE FROM "jobs" WHERE "id" IN (${old})`, [before, limit])
}
