// What a job's life is: put in with the change it belongs to, claimed under a lease, ended by an outcome. The statements
// are store/jobs.ts's; here are the rules. Handlers are repeatable: a job runs at least once, and again after a crash.
import type { ErrorCode } from '../kernel/errors.ts'
import type { Db } from '../store/db.ts'
import { NEWEST_VERSION } from '../store/job-claims.ts'
import { countJobs as countRows } from '../store/job-history.ts'
import { finishJob, type Lease, requeueJob } from '../store/job-leases.ts'
import { discardJob as discardRow, insertJobs, type Job, type NewJob, reviveJob } from '../store/jobs.ts'
import type { Json } from '../store/json.ts'
import { PRIORITIES, type Priority } from './provider.ts'
import { JOB_RETRY } from './retry.ts'

export type { Job } from '../store/jobs.ts'

/** How long one step of priority may be overtaken: a backfill waits at most nine of these behind interactive work. */
export const PRIORITY_HANDICAP_MS = 60_000
/** A job that is put off again and again dies after this. */
export const MOST_SNOOZED_MS = 3 * 24 * 60 * 60_000

export interface JobSpec {
  /** Names the handler. */
  readonly kind: string
  /** Of the payload's shape; 1 by default. */
  readonly version?: number
  /** Small: references, not copies, and never a secret. */
  readonly payload: Json
  readonly connectionId?: string | undefined
  /** Jobs with one serial key run one after the other: one writer per remote object. By default the dedupe key. */
  readonly serialKey?: string | undefined
  /** Of several waiting jobs with one dedupe key only one is kept, with the newest payload. One that runs is not disturbed: the newer one runs after it. */
  readonly dedupeKey?: string | undefined
  /** `webhook` by default. */
  readonly priority?: Priority
  /** At once by default. */
  readonly runAt?: Date | undefined
  readonly runId?: number | undefined
  readonly maxAttempts?: number
}

/** Orders the queue: the due time plus a handicap, so that less important work goes later but never starves. */
const rankOf = (runAt: Date, priority: number) => runAt.getTime() + priority * PRIORITY_HANDICAP_MS

function toNewJob(spec: JobSpec, now: Date): NewJob {
  const { kind, payload, connectionId, dedupeKey, runId } = spec
  const runAt = spec.runAt && spec.runAt > now ? spec.runAt : now
  const priority = PRIORITIES[spec.priority ?? 'webhook']
  const serialKey = spec.serialKey ?? dedupeKey
  return {
    kind,
    version: spec.version ?? NEWEST_VERSION,
    payload,
    priority,
    runAt,
    rank: rankOf(runAt, priority),
    maxAttempts: spec.maxAttempts ?? JOB_RETRY.maxAttempts,
    createdAt: now,
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(serialKey === undefined ? {} : { serialKey }),
    ...(dedupeKey === undefined ? {} : { dedupeKey }),
    ...(runId === undefined ? {} : { runId }),
  }
}

/**
 * Adds jobs in the transaction of the change they follow from, and wakes the workers of this process once it is
 * committed. Nothing is lost and nothing runs for a change that was rolled back.
 */
export async function enqueueJobs(db: Db, specs: readonly JobSpec[], now: Date): Promise<void> {
  if (specs.length === 0) return
  await insertJobs(
    db,
    specs.map((spec) => toNewJob(spec, now)),
  )
  db.announce('jobs')
}

/** Adds one job; see `enqueueJobs`. */
export const enqueueJob = (db: Db, spec: JobSpec, now: Date): Promise<void> => enqueueJobs(db, [spec], now)

/** What made a job fail, as far as somebody who looks at it later wants to know. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  /** Of the provider's answer, where there was one. */
  readonly httpStatus?: number | undefined
  /** The provider's id of the request. */
  readonly providerRequestId?: string | undefined
}

/** How the work on a job ended. */
export type JobOutcome =
  | { readonly kind: 'done' }
  /** It failed and may work later; the attempt counts. */
  | ({ readonly kind: 'retry'; readonly at: Date } & Fault)
  /** It could not be tried; the attempt does not count, but there is an end to putting off. */
  | ({ readonly kind: 'snooze'; readonly until: Date } & Fault)
  | ({ readonly kind: 'dead' } & Fault)

/**
 * Records the outcome of a claimed job. `superseded`: a newer job with its dedupe key waits and does its work; `lost`:
 * the lease ran out and somebody else has the job, so nothing was recorded. Not to be called in a transaction.
 */
export async function settleJob(
  db: Db,
  job: Job,
  lease: Lease,
  outcome: JobOutcome,
  now: Date,
): Promise<'done' | 'queued' | 'dead' | 'superseded' | 'lost'> {
  if (outcome.kind === 'done') return (await finishJob(db, lease, { state: 'done', at: now })) ? 'done' : 'lost'
  const { code, message, httpStatus, providerRequestId } = outcome
  const fault = { errorCode: code, error: message, httpStatus, providerRequestId, at: now }
  const die = async () => ((await finishJob(db, lease, { state: 'dead', ...fault })) ? 'dead' : 'lost')
  if (outcome.kind === 'dead') return die()
  const snoozing = outcome.kind === 'snooze'
  const snoozedSince = snoozing ? (job.snoozedSince ?? now) : undefined
  if (snoozedSince && now.getTime() - snoozedSince.getTime() > MOST_SNOOZED_MS) return die()
  if (!snoozing && job.attempts >= job.maxAttempts) return die()
  const runAt = snoozing ? outcome.until : outcome.at
  const attempts = snoozing ? job.attempts - 1 : job.attempts
  return requeueJob(db, lease, { dedupeKey: job.dedupeKey, runAt, rank: rankOf(runAt, job.priority), attempts, snoozedSince, ...fault })
}

/** Gives a claimed job back as if it had never been claimed: the process is stopping. False when the lease was lost. */
export async function returnJob(db: Db, job: Job, lease: Lease, now: Date): Promise<boolean> {
  const rank = rankOf(job.runAt, job.priority)
  return (await requeueJob(db, lease, { ...job, rank, attempts: job.attempts - 1, at: now })) !== 'lost'
}

/** Runs a dead job again from its first attempt; false when it is not dead, or newer work took its place. */
export async function replayJob(db: Db, id: number, now: Date): Promise<boolean> {
  const revived = await reviveJob(db, id, { runAt: now, rank: rankOf(now, PRIORITIES.interactive) })
  if (revived) db.announce('jobs')
  return revived
}

/** Puts a dead or waiting job aside for good; false when it is neither. */
export const discardJob = (db: Db, id: number, now: Date): Promise<boolean> => discardRow(db, id, now)

export interface QueueState {
  readonly waiting: number
  readonly running: number
  readonly dead: number
  /** How long the job that is due longest has been due; null when none is. */
  readonly oldestWaitingSeconds: number | null
}

/** The state of the queue for readiness and metrics. */
export async function countJobs(db: Db, now: Date): Promise<QueueState> {
  const { queued, running, dead, oldestDueAt } = await countRows(db, now)
  const oldestWaitingSeconds = oldestDueAt ? Math.max(0, (now.getTime() - oldestDueAt.getTime()) / 1_000) : null
  return { waiting: queued, running, dead, oldestWaitingSeconds }
}
