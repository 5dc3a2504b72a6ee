// Takes jobs and runs their handlers, in any number of processes at once. A claimed job is held under a lease that is
// extended while the handler runs; a process that dies lets its leases run out, and another takes over. A handler whose
// lease was lost all the same (a frozen process) is stopped and its outcome is not recorded. A worker claims only the
// kinds it has handlers for, so that a command and a server of another version can share the queue.
import type { Clock, Random } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { findParkedConnection } from '../store/connection-states.ts'
import { recoverJobs } from '../store/job-leases.ts'
import { countOpenJobs } from '../store/jobs.ts'
import type { Store } from '../store/open-store.ts'
import { type Holder, type JobHandler, makeHolder } from './held-jobs.ts'

export { type JobContext, type JobHandler, toOutcome } from './held-jobs.ts'

const LEASE_MS = 60_000
// Work that another process enqueued begins within a second: half of it is the most that polling adds.
const POLL_MS = 500
/** How long a handler may go on after it was told to stop. */
const DEAF_HANDLER_MS = 2_000

export interface WorkerOptions {
  readonly store: Store
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Jobs at once in this process; 8 by default. */
  readonly concurrency?: number
  /** Jobs of one connection at once, over all processes; 4 by default. */
  readonly perConnection?: number
  readonly signal?: AbortSignal
  /** How long a job is held without a sign of life; 60 s by default. */
  readonly leaseMs?: number
  /** How often to look for jobs that other processes added; half a second by default. */
  readonly pollMs?: number
  /** How long `stop` lets running handlers go on; 20 s by default. */
  readonly graceMs?: number
  /** Called at every poll before the queue is looked at: schedules tick here. */
  readonly beforePoll?: () => Promise<void>
}

export interface Worker {
  /** Looks at the queue now instead of at the next poll. Enqueueing in this process does it by itself. */
  notify(): void
  /**
   * Resolves when no job of the run waits or runs, in any process; without a run, none of the kinds this worker handles.
   * @throws AppError `provider-unauthenticated` when the run waits for a person, `cancelled` when the worker was stopped.
   */
  drain(runId?: number): Promise<void>
  /** Takes no more jobs, lets the running ones end within the grace time, gives the rest back, and leaves no timer. */
  stop(): Promise<void>
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
function makeLook(options: WorkerOptions, holder: Holder, isStopping: () => boolean) {
  const { store, clock, concurrency = 8, pollMs = POLL_MS } = options
  let polledAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    const sincePoll = now.getTime() - polledAt
    // Below zero the clock was set back: waiting until it is where it was would leave the queue alone for as long.
    if (sincePoll >= pollMs || sincePoll < 0) {
      polledAt = now.getTime()
      await options.beforePoll?.()
      await recoverJobs(store.db, now)
      await holder.refresh()
    }
    for (let free = concurrency - holder.held.size; free > 0 && !isStopping(); free = concurrency - holder.held.size) {
      if ((await holder.claim(free)) === 0) return
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

/** Whether nothing waits or runs any more. @throws AppError of the connection's code when the run waits for a person. */
async function isDrained({ db }: Store, { handlers }: WorkerOptions, { held }: Holder, runId: number | undefined): Promise<boolean> {
  if (runId === undefined) return (await countOpenJobs(db, { kinds: Object.keys(handlers) })) === 0
  if ([...held.values()].some(({ job }) => job.runId === runId)) return false
  if ((await countOpenJobs(db, { runId })) === 0) return true
  const parked = await findParkedConnection(db, runId)
  if (!parked) return false
  throw new AppError(
    'provider-unauthenticated',
    `The rest waits: connection ${parked.connectionId} needs attention. ${parked.reason ?? ''} It goes on by itself after a successful test of the connection.`,
    { details: { connection: parked.connectionId, run: runId } },
  )
}

/** Starts taking jobs. Several workers, in one process or many, share the queue. */
export function startWorker(options: WorkerOptions): Worker {
  const { store, log, leaseMs = LEASE_MS, pollMs = POLL_MS, graceMs = 20_000 } = options
  const bell = makeBell()
  const holder = makeHolder({ ...options, leaseMs }, options.random.id(), bell.ring)
  const waiters = makeWaiters()
  let stopped: Promise<void> | undefined
  let stopping = false
  const look = makeLook(options, holder, () => stopping)

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
      for (;;) {
        // Waiting begins before counting, so that the last job cannot end unseen in between.
        const looked = waiters.next()
        if (await isDrained(store, options, holder, runId)) return
        if (stopping) throw new AppError('cancelled', 'The worker was stopped before the work was done.')
        await looked
      }
    },
    stop: stopOnce,
  })
}
