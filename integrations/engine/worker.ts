// Takes jobs and runs their handlers, in any number of processes at once. A claimed job is held under a lease that is
// extended while the handler runs; a process that dies lets its leases run out, and another takes over. A handler whose
// lease was lost all the same (a frozen process) is stopped and its outcome is not recorded.
import type { Clock, Random } from '../kernel/clock.ts'
import { AppError, toAppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { claimJobs, countOpenJobs, extendLeases, type Job, type Lease, recoverJobs } from '../store/jobs.ts'
import type { Store } from '../store/open-store.ts'
import { type JobOutcome, returnJob, settleJob } from './jobs.ts'
import { decideRetry, JOB_RETRY } from './retry.ts'

const LEASE_MS = 60_000
const POLL_MS = 1_000
/** How long a handler may go on after it was told to stop. */
const DEAF_HANDLER_MS = 2_000

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

export interface WorkerOptions {
  readonly store: Store
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Jobs at once; 4 by default. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
  /** How long a job is held without a sign of life; 60 s by default. */
  readonly leaseMs?: number
  /** How often to look for jobs that other processes added; 1 s by default. */
  readonly pollMs?: number
  /** How long `stop` lets running handlers go on; 20 s by default. */
  readonly graceMs?: number
  /** Called at every poll before the queue is looked at: schedules tick here. */
  readonly beforePoll?: () => Promise<void>
}

export interface Worker {
  /** Looks at the queue now instead of at the next poll. Enqueueing in this process does it by itself. */
  notify(): void
  /** Resolves when no job of the run (or none at all) waits or runs, in any process. */
  drain(runId?: number): Promise<void>
  /** Takes no more jobs, lets the running ones end within the grace time, gives the rest back, and leaves no timer. */
  stop(): Promise<void>
}

interface Held {
  readonly job: Job
  readonly lease: Lease
  readonly abort: AbortController
  readonly settled: Promise<void>
}

/** What an error of a handler means for its job. */
export function toOutcome(error: unknown, job: Job, now: Date, random: number): JobOutcome {
  const failure = toAppError(error)
  const { code, message, retryAt } = failure
  const decision = decideRetry({
    code,
    attempt: job.attempts,
    retryAt,
    now,
    random,
    policy: { ...JOB_RETRY, maxAttempts: job.maxAttempts },
  })
  if (decision.kind === 'retry') return { kind: 'retry', at: new Date(now.getTime() + decision.afterMs), code, message }
  if (decision.kind === 'snooze') return { kind: 'snooze', until: decision.until, code, message }
  return { kind: 'dead', code, message }
}

/** Runs one claimed job to its outcome. */
async function runJob(options: WorkerOptions, job: Job, signal: AbortSignal, log: Log): Promise<JobOutcome> {
  const handler = options.handlers[job.kind]
  if (!handler) {
    // Written by a newer version, most likely: another process of that version can run it.
    return {
      kind: 'snooze',
      until: new Date(options.clock.now().getTime() + 60_000),
      code: 'not-ready',
      message: `This version has no handler for jobs of kind ${job.kind}.`,
    }
  }
  try {
    return (await handler({ job, signal, log })) ?? { kind: 'done' }
  } catch (error) {
    const outcome = toOutcome(error, job, options.clock.now(), options.random.next())
    log[outcome.kind === 'dead' ? 'error' : 'warn']({ err: error, outcome: outcome.kind }, 'job failed')
    return outcome
  }
}

/** A wait that ends by time or by being woken, whichever is first. */
function makeBell() {
  let ring = () => {}
  let rung = false
  return {
    ring: () => {
      rung = true
      ring()
    },
    async wait(ms: number) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          ring = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
      ring = () => {}
    },
  }
}

function makeHolder(options: WorkerOptions, owner: string) {
  const { store, clock, log, leaseMs = LEASE_MS } = options
  const held = new Map<number, Held>()
  const leaseEnd = () => new Date(clock.now().getTime() + leaseMs)

  async function work(job: Job, lease: Lease, abort: AbortController): Promise<void> {
    const jobLog = log.child({ job: job.id, kind: job.kind, attempt: job.attempts, ...(job.runId === undefined ? {} : { run: job.runId }) })
    const outcome = await runJob(options, job, abort.signal, jobLog)
    const stopped = abort.signal.aborted && outcome.kind !== 'done'
    const end = stopped ? await returnJob(store.db, job, lease, clock.now()) : await settleJob(store.db, job, lease, outcome, clock.now())
    if (end === 'lost') jobLog.warn('lease lost; the outcome was not recorded')
    else jobLog.debug({ end: end ?? 'returned' }, 'job ended')
  }

  return {
    held,
    async claim(limit: number, onEnd: () => void): Promise<number> {
      const jobs = await claimJobs(store.db, { owner, now: clock.now(), leaseUntil: leaseEnd(), limit })
      for (const job of jobs) {
        const lease = { id: job.id, owner, attempt: job.attempts }
        const abort = new AbortController()
        const settled = work(job, lease, abort)
          // Only the database can fail here; the lease then runs out and the job is taken over.
          .catch((error) => log.error({ err: error, job: job.id }, 'the outcome of a job could not be recorded'))
          .finally(() => {
            held.delete(job.id)
            onEnd()
          })
        held.set(job.id, { job, lease, abort, settled })
      }
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

type Holder = ReturnType<typeof makeHolder>

/** Those who wait for the next look at the queue. */
function makeWaiters() {
  const waiting = new Set<() => void>()
  return {
    next: () => new Promise<void>((resolve) => waiting.add(resolve)),
    tell: () => {
      for (const resolve of waiting) resolve()
      waiting.clear()
    },
  }
}

/** One look at the queue: first, at every poll, what is due by the clock; then as many jobs as there is room for. */
function makeLook(options: WorkerOptions, holder: Holder, onEnd: () => void, isStopping: () => boolean) {
  const { store, clock, concurrency = 4, pollMs = POLL_MS } = options
  let polledAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    if (now.getTime() - polledAt >= pollMs) {
      polledAt = now.getTime()
      await options.beforePoll?.()
      await recoverJobs(store.db, now)
    }
    for (let free = concurrency - holder.held.size; free > 0 && !isStopping(); free = concurrency - holder.held.size) {
      if ((await holder.claim(free, onEnd)) === 0) return
    }
  }
}

/** Lets running handlers end; after the grace time they are told to stop, and those that do not are left to their lease. */
async function endHeld(holder: Holder, graceMs: number): Promise<void> {
  const abortAll = () => {
    for (const { abort } of holder.held.values()) abort.abort(new AppError('cancelled', 'The worker is stopping.'))
  }
  const timers = [setTimeout(abortAll, graceMs)]
  const deaf = new Promise<void>((resolve) => timers.push(setTimeout(resolve, graceMs + DEAF_HANDLER_MS)))
  await Promise.race([Promise.all([...holder.held.values()].map(({ settled }) => settled)), deaf])
  for (const timer of timers) clearTimeout(timer)
}

/** Starts taking jobs. Several workers, in one process or many, share the queue. */
export function startWorker(options: WorkerOptions): Worker {
  const { store, log, leaseMs = LEASE_MS, pollMs = POLL_MS, graceMs = 20_000 } = options
  const holder = makeHolder(options, options.random.id())
  const bell = makeBell()
  const waiters = makeWaiters()
  let stopped: Promise<void> | undefined
  let stopping = false
  const look = makeLook(options, holder, bell.ring, () => stopping)

  async function loop(): Promise<void> {
    while (!stopping) {
      await look().catch((error) => log.error({ err: error }, 'the queue could not be read'))
      waiters.tell()
      if (!stopping) await bell.wait(pollMs)
    }
  }

  const beat = () => void holder.beat().catch((error) => log.error({ err: error }, 'leases could not be extended'))
  // Three beats in a lease: two may be missed.
  const heart = setInterval(beat, leaseMs / 3)
  const unlisten = store.listen('jobs', bell.ring)
  const looping = loop()

  async function stop(): Promise<void> {
    stopping = true
    unlisten()
    options.signal?.removeEventListener('abort', stopOnce)
    bell.ring()
    await looping
    await endHeld(holder, graceMs)
    clearInterval(heart)
    waiters.tell()
  }
  function stopOnce(): Promise<void> {
    stopped ??= stop()
    return stopped
  }
  options.signal?.addEventListener('abort', stopOnce, { once: true })

  return Object.freeze({
    notify: bell.ring,
    async drain(runId?: number): Promise<void> {
      const filter = runId === undefined ? {} : { runId }
      for (;;) {
        // Waiting begins before counting, so that the last job cannot end unseen in between.
        const looked = waiters.next()
        if ((await countOpenJobs(store.db, filter)) === 0) return
        if (stopping) throw new AppError('cancelled', 'The worker was stopped before the work was done.')
        await looked
      }
    },
    stop: stopOnce,
  })
}
