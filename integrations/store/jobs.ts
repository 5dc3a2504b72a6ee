// The rows of the queue. What a job's life looks like is engine/jobs.ts's; how one is taken and given back is job-claims.ts's.
// Three unique columns carry the promises: `queuedKey` (one waiting job per dedupe key), `runningKey` (one running job per
// serial key) and `connectionSlot` (so many running jobs per connection) are filled only while the job is in that state,
// which replaces partial indexes on both databases.
import type { Job as Row } from '../../prisma/generated/sqlite/client.ts'
import { type BulkTable, upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import type { Json } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'
import { changeRows } from './sql.ts'

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
  /** Of the answer that made it fail. */
  readonly httpStatus: number | undefined
  /** The provider's id of the request that failed, by which its support finds it. */
  readonly providerRequestId: string | undefined
  readonly createdAt: Date
  readonly finishedAt: Date | undefined
}

/** A row as a job; what is not part of it (slots, rank) stays behind. */
export const toJob = (row: Omit<Row, 'queuedKey' | 'runningKey' | 'connectionSlot' | 'rank' | 'losses'>): Job => ({
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
  httpStatus: row.httpStatus ?? undefined,
  providerRequestId: row.providerRequestId ?? undefined,
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
  httpStatus: 'int',
  providerRequestId: 'text',
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
    httpStatus: undefined,
    providerRequestId: undefined,
  }))
  await upsertRows(db, INSERT, rows)
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

/** How many jobs wait or run: of a run, of some kinds, or all. */
export function countOpenJobs(db: Db, filter: { readonly runId?: number; readonly kinds?: readonly string[] } = {}): Promise<number> {
  const { runId, kinds } = filter
  const where = { ...(runId === undefined ? {} : { runId }), ...(kinds ? { kind: { in: [...kinds] } } : {}) }
  return db.prisma.job.count({ where: { state: { in: ['queued', 'running'] }, ...where } })
}

/** Gives a dead job a new life from its first attempt; false when it is not dead, or a newer one with its key waits. */
export async function reviveJob(db: Db, id: number, revive: { readonly runAt: Date; readonly rank: number }): Promise<boolean> {
  const fresh = `"state" = 'queued', "attempts" = 0, "queuedKey" = "dedupeKey", "runAt" = $2, "rank" = $3, "finishedAt" = NULL, "snoozedSince" = NULL, "errorCode" = NULL, "error" = NULL, "httpStatus" = NULL, "providerRequestId" = NULL`
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
