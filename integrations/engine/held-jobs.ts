// What a worker holds: claims jobs, runs their handlers, and records how they ended. Jobs that are done are recorded many at
// a time, by the way group commits work: while one statement is under way the next batch gathers.
import type { Clock, Random } from '../kernel/clock.ts'
import { AppError, toAppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { claimJobs } from '../store/job-claims.ts'
import { extendLeases, finishJobs, type Lease } from '../store/job-leases.ts'
import type { Job } from '../store/jobs.ts'
import type { Store } from '../store/open-store.ts'
import { type Breaker, makeBreaker } from './breaker.ts'
import { type JobOutcome, returnJob, settleJob } from './jobs.ts'
import { PRIORITIES } from './provider.ts'
import { decideRetry, JOB_RETRY } from './retry.ts'

/** What a handler may use. */
export interface JobContext {
  readonly job: Job
  /** Aborts when the worker stops or the lease was lost; what is begun should end soon. */
  readonly signal: AbortSignal
  readonly log: Log
}

/**
 * Does the work of one kind of job. Returning is done; throwing is decided by the error's code (engine/retry.ts);
 * a returned outcome says it itself. Must be repeatable.
 */
export type JobHandler = (context: JobContext) => Promise<JobOutcome | undefined> | Promise<void>

export interface HolderOptions {
  readonly store: Store
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly leaseMs: number
  readonly perConnection?: number | undefined
}

export interface HeldJob {
  readonly job: Job
  readonly lease: Lease
  readonly abort: AbortController
  /** Resolves when the outcome is recorded; never rejects. */
  readonly settled: Promise<void>
}

/** Of so many claimed jobs one is backfill if any is due: it is never starved, however much else there is. */
const RESERVED_EVERY = 8
/** How long what a parked connection threw out of a handler waits at least; it is the connection's state that holds it. */
const PARKED_PAUSE_MS = 60_000

/** What an error of a handler means for its job. */
export function toOutcome(error: unknown, job: Job, now: Date, random: number): JobOutcome {
  const failure = toAppError(error)
  const { code, message, retryAt, details } = failure
  const decision = decideRetry({
    code,
    attempt: job.attempts,
    retryAt,
    now,
    random,
    policy: { ...JOB_RETRY, maxAttempts: job.maxAttempts },
  })
  const httpStatus = typeof details.status === 'number' ? details.status : undefined
  const providerRequestId = typeof details.providerRequestId === 'string' ? details.providerRequestId : undefined
  const fault = { code, message, httpStatus, providerRequestId }
  if (decision.kind === 'retry') return { kind: 'retry', at: new Date(now.getTime() + decision.afterMs), ...fault }
  if (decision.kind === 'snooze') return { kind: 'snooze', until: decision.until, ...fault }
  return { kind: 'dead', ...fault }
}

/** A connection that is parked because of this failure keeps the job, whose attempt does not count. */
async function withBreaker(breaker: Breaker, job: Job, outcome: JobOutcome, now: Date): Promise<JobOutcome> {
  if (job.connectionId === undefined || outcome.kind === 'done') return outcome
  const verdict = await breaker.judge(job.connectionId, outcome, now)
  if (verdict.kind === 'open') return outcome
  const until = verdict.probeAt ?? new Date(now.getTime() + PARKED_PAUSE_MS)
  const { code, message, httpStatus, providerRequestId } = outcome
  return { kind: 'snooze', until, code, message, httpStatus, providerRequestId }
}

/** Runs one claimed job to its outcome. */
async function runJob(options: HolderOptions, breaker: Breaker, job: Job, signal: AbortSignal, log: Log): Promise<JobOutcome> {
  const handler = options.handlers[job.kind]
  // Claimed by kind, so there is one; a job without is nobody's fault and waits for a process that has it.
  if (!handler) throw new AppError('not-ready', `This process has no handler for jobs of kind ${job.kind}.`)
  try {
    return (await handler({ job, signal, log })) ?? { kind: 'done' }
  } catch (error) {
    const now = options.clock.now()
    const outcome = await withBreaker(breaker, job, toOutcome(error, job, now, options.random.next()), now)
    log[outcome.kind === 'dead' ? 'error' : 'warn']({ err: error, outcome: outcome.kind }, 'job failed')
    return outcome
  }
}

/** Records done jobs in batches; answers for each whether its lease was still held. */
function makeDoneBatch({ store, clock, log }: HolderOptions, owner: string, breaker: Breaker) {
  interface Ended {
    readonly job: Job
    readonly lease: Lease
    readonly resolve: (kept: boolean) => void
    readonly reject: (error: unknown) => void
  }
  let gathered: Ended[] = []
  let flushing = false
  const record = async (batch: readonly Ended[]) => {
    try {
      const leases = batch.map(({ lease }) => lease)
      const kept = await finishJobs(store.db, owner, leases, clock.now())
      // The jobs are done whatever becomes of this; what is held against a connection is then forgotten by the next success.
      const connectionIds = [...new Set(batch.flatMap(({ job }) => job.connectionId ?? []))]
      await breaker.praise(connectionIds).catch((error) => log.warn({ err: error }, 'a connection that works could not be noted'))
      for (const { lease, resolve } of batch) resolve(kept.has(lease.id))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const flush = async () => {
    while (gathered.length > 0) {
      const batch = gathered
      gathered = []
      await record(batch)
    }
    flushing = false
  }
  return (job: Job, lease: Lease) =>
    new Promise<boolean>((resolve, reject) => {
      gathered.push({ job, lease, resolve, reject })
      if (flushing) return
      flushing = true
      // After everything that ends in this turn of the event loop.
      setImmediate(() => void flush())
    })
}

/** Claims jobs of the kinds there are handlers for; now and then a place goes to backfill first. */
function makeTaker({ store, clock, handlers, leaseMs, perConnection }: HolderOptions, owner: string) {
  const kinds = Object.keys(handlers)
  const limits = perConnection === undefined ? {} : { perConnection }
  let sinceReserved = 0
  const take = (limit: number, share: { readonly priority?: number }) => {
    const now = clock.now()
    const leaseUntil = new Date(now.getTime() + leaseMs)
    return claimJobs(store.db, { owner, now, leaseUntil, limit, kinds, ...share, ...limits })
  }
  return async (limit: number): Promise<readonly Job[]> => {
    if (kinds.length === 0) return []
    const isReserved = sinceReserved >= RESERVED_EVERY
    const reserved = isReserved ? await take(1, { priority: PRIORITIES.backfill }) : []
    if (isReserved) sinceReserved = 0
    // What is claimed must be held at once: a failure of the second claim must not lose the first.
    if (reserved.length > 0) return reserved
    const taken = await take(limit, {})
    sinceReserved += taken.length
    return taken
  }
}

/** The jobs one worker holds. `onEnd` is called whenever a place has become free. */
export function makeHolder(options: HolderOptions, owner: string, onEnd: () => void) {
  const { store, clock, log, leaseMs } = options
  // By attempt as well: a worker that was frozen may claim again what its own old handler still works on.
  const held = new Map<string, HeldJob>()
  const leaseEnd = () => new Date(clock.now().getTime() + leaseMs)
  const breaker = makeBreaker(store.db)
  const recordDone = makeDoneBatch(options, owner, breaker)
  const take = makeTaker(options, owner)

  async function settle(job: Job, lease: Lease, outcome: JobOutcome, stopped: boolean): Promise<string> {
    if (stopped && outcome.kind !== 'done') return (await returnJob(store.db, job, lease, clock.now())) ? 'returned' : 'lost'
    if (outcome.kind === 'done') return (await recordDone(job, lease)) ? 'done' : 'lost'
    return settleJob(store.db, job, lease, outcome, clock.now())
  }

  async function work(job: Job, lease: Lease, abort: AbortController): Promise<void> {
    const jobLog = log.child({ job: job.id, kind: job.kind, attempt: job.attempts, ...(job.runId === undefined ? {} : { run: job.runId }) })
    const outcome = await runJob(options, breaker, job, abort.signal, jobLog)
    const end = await settle(job, lease, outcome, abort.signal.aborted)
    if (end === 'lost') jobLog.warn('lease lost; the outcome was not recorded')
    else jobLog.debug({ end }, 'job ended')
  }

  function hold(job: Job): void {
    const lease = { id: job.id, owner, attempt: job.attempts }
    const key = `${job.id}#${job.attempts}`
    const abort = new AbortController()
    const settled = work(job, lease, abort)
      // Only the database can fail here; the lease then runs out and the job is taken over.
      .catch((error) => log.error({ err: error, job: job.id }, 'the outcome of a job could not be recorded'))
      .finally(() => {
        held.delete(key)
        onEnd()
      })
    held.set(key, { job, lease, abort, settled })
  }

  return {
    held,
    refresh: () => breaker.refresh(),
    /** Claims up to `limit` jobs and starts them; returns how many. */
    async claim(limit: number): Promise<number> {
      const jobs = await take(limit)
      for (const job of jobs) hold(job)
      return jobs.length
    },
    /** Extends what is held and stops what is not ours any more. */
    async beat(): Promise<void> {
      if (held.size === 0) return
      const attempts = new Map((await extendLeases(store.db, owner, leaseEnd())).map((lease) => [lease.id, lease.attempt]))
      for (const { job, lease, abort } of held.values())
        if (attempts.get(job.id) !== lease.attempt) abort.abort(new AppError('lease-lost', `Another worker took job ${job.id} over.`))
    },
  }
}

export type Holder = ReturnType<typeof makeHolder>
