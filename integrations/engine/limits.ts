// The limits of one connection: how many requests at once, how far apart writes are, what the provider said is left, and
// what it asked to wait for. The only user of Bottleneck, which orders and spaces the calls; it wraps just the HTTP call,
// because its queue is in memory. Budgets and pauses are ours: they come from headers, are given to the caller to keep,
// and are put back after a restart. Whoever would have to wait long gets an error with the time instead of a slot.
import Bottleneck from 'bottleneck'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Budget } from '../store/budgets.ts'
import { readBudget } from './budget-headers.ts'
import { PRIORITIES, type Priority, type ProviderName } from './provider.ts'

export interface LimitSettings {
  readonly maxConcurrent: number
  /** Writes of the connection go one at a time with this between their starts; 0: writes are spaced like reads. */
  readonly writeSpacingMs: number
  /** Most writes in a minute; 0: no such limit. */
  readonly writesPerMinute: number
  /** The longest pause that is sat out here; for longer ones the request fails with `retryAt`. */
  readonly patienceMs: number
}

/**
 * GitHub: at most 100 at once, writes serial with a second between, 80 content-creating requests a minute ("Best
 * practices for using the REST API", "Rate limits"). Atlassian: bursts are per endpoint and answered with 429.
 */
export const PROVIDER_LIMITS: Readonly<Record<ProviderName, LimitSettings>> = Object.freeze({
  github: { maxConcurrent: 10, writeSpacingMs: 1_000, writesPerMinute: 80, patienceMs: 5_000 },
  jira: { maxConcurrent: 8, writeSpacingMs: 0, writesPerMinute: 0, patienceMs: 5_000 },
  confluence: { maxConcurrent: 6, writeSpacingMs: 0, writesPerMinute: 0, patienceMs: 5_000 },
})

/** The share of a budget that is left for those who matter more. */
const RESERVED_SHARE: Readonly<Record<Priority, number>> = { interactive: 0, webhook: 0.02, poll: 0.1, backfill: 0.2 }

export interface LimitedRequest {
  readonly operation: string
  /** The provider's budget, such as `core`. */
  readonly budget: string
  readonly write: boolean
  readonly object?: string | undefined
  readonly priority: Priority
}

export interface LimitsOptions {
  readonly connectionId: string
  readonly provider: ProviderName
  readonly clock: Clock
  readonly log: Log
  readonly settings?: Partial<LimitSettings>
  /** What was known before the restart. */
  readonly saved?: readonly Budget[]
  /** Called when a budget or pause changed, to be kept. */
  readonly onChange?: (budget: Budget) => void
}

export interface Limits {
  /** Runs `work` when it is its turn; throws `provider-rate-limited` with `retryAt` when that is too far away. */
  run<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T>
  /** Learns from an answer; returns when the same may be tried again, where the answer says so. */
  observe(request: LimitedRequest, answer: { readonly limited: boolean; readonly headers: Headers }): Date | undefined
  /** Stops a scope: `*` for the connection, a budget's name, `operation:…` or `object:…`. */
  pause(scope: string, until: Date, reason?: string): void
  snapshot(): readonly Budget[]
  /** Lets running requests end, refuses waiting ones and leaves no timer. */
  close(): Promise<void>
}

const EVERYTHING = '*'
const MANY_SCOPES = 200
const scopesOf = ({ budget, operation, object }: LimitedRequest) => [
  EVERYTHING,
  budget,
  `operation:${operation}`,
  ...(object ? [`object:${object}`] : []),
]

function makeQueues(settings: LimitSettings, log: Log) {
  const all = new Bottleneck({ maxConcurrent: settings.maxConcurrent })
  const reservoir =
    settings.writesPerMinute > 0
      ? { reservoir: settings.writesPerMinute, reservoirRefreshAmount: settings.writesPerMinute, reservoirRefreshInterval: 60_000 }
      : {}
  const writes =
    settings.writeSpacingMs > 0 || settings.writesPerMinute > 0
      ? new Bottleneck({ maxConcurrent: 1, minTime: settings.writeSpacingMs, ...reservoir })
      : undefined
  const queues = writes ? [writes, all] : [all]
  // Without a listener Bottleneck's internal errors are lost.
  for (const queue of queues) queue.on('error', (error) => log.error({ err: error }, 'limiter failed'))
  return {
    schedule<T>(write: boolean, priority: number, work: () => Promise<T>): Promise<T> {
      const inAll = () => all.schedule({ priority }, work)
      return write && writes ? writes.schedule({ priority }, inAll) : inAll()
    },
    async close() {
      for (const queue of queues) {
        await queue.stop({ dropWaitingJobs: true, dropErrorMessage: 'stopped', enqueueErrorMessage: 'stopped' })
        await queue.disconnect()
      }
    },
  }
}

/** The limits of one connection, shared by everything in this process that uses it. */
export function makeLimits(options: LimitsOptions): Limits {
  const { connectionId, provider, clock } = options
  const settings: LimitSettings = { ...PROVIDER_LIMITS[provider], ...options.settings }
  const queues = makeQueues(settings, options.log)
  const budgets = new Map<string, Budget>((options.saved ?? []).map((budget) => [budget.scope, budget]))
  let closed = false

  function change(scope: string, news: Partial<Pick<Budget, 'limit' | 'remaining' | 'resetAt' | 'pausedUntil' | 'reason'>>) {
    const blank = { limit: undefined, remaining: undefined, resetAt: undefined, pausedUntil: undefined, reason: undefined }
    const budget: Budget = { ...blank, ...budgets.get(scope), ...news, connectionId, scope, observedAt: clock.now() }
    budgets.set(scope, budget)
    if (budgets.size > MANY_SCOPES) forgetPast()
    options.onChange?.(budget)
  }

  /** Pauses of single objects come and go; those that are over and carry no numbers are dropped. */
  function forgetPast() {
    for (const [scope, { remaining, pausedUntil }] of budgets)
      if (remaining === undefined && (pausedUntil === undefined || pausedUntil <= clock.now())) budgets.delete(scope)
  }

  function blockedUntil(request: LimitedRequest): (Budget & { until: Date }) | undefined {
    const now = clock.now()
    let longest: (Budget & { until: Date }) | undefined
    for (const scope of scopesOf(request)) {
      const budget = budgets.get(scope)
      if (!budget) continue
      const { remaining, limit, resetAt, pausedUntil } = budget
      const reserve = limit === undefined ? 0 : Math.floor(limit * RESERVED_SHARE[request.priority])
      const spent = remaining !== undefined && remaining <= reserve && resetAt !== undefined && resetAt > now ? resetAt : undefined
      const until = [pausedUntil, spent]
        .filter((at): at is Date => at !== undefined && at > now)
        .sort((a, b) => b.getTime() - a.getTime())[0]
      if (until && (!longest || until > longest.until)) longest = { ...budget, until }
    }
    return longest
  }

  async function waitForTurn(request: LimitedRequest, signal: AbortSignal): Promise<void> {
    for (let block = blockedUntil(request); block; block = blockedUntil(request)) {
      const waitMs = block.until.getTime() - clock.now().getTime()
      if (waitMs > settings.patienceMs) {
        const why = block.reason ? ` (${block.reason})` : ''
        throw new AppError(
          'provider-rate-limited',
          `The limit of ${connectionId} for ${block.scope === EVERYTHING ? 'all requests' : block.scope} is used up${why}; ${request.operation} was not sent. It continues at ${block.until.toISOString()}.`,
          {
            retryAt: block.until,
            details: { connection: connectionId, scope: block.scope, operation: request.operation, sent: false },
          },
        )
      }
      await clock.sleep(waitMs, signal)
    }
  }

  return Object.freeze({
    async run<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
      const stopped = () =>
        new AppError('cancelled', `${request.operation} was not sent: the work was stopped.`, {
          details: { operation: request.operation, sent: false },
        })
      await waitForTurn(request, signal)
      const task = async () => {
        if (signal.aborted) throw stopped()
        // The pause may have come while this waited in the queue.
        await waitForTurn(request, signal)
        return work()
      }
      if (closed) throw stopped()
      try {
        return await queues.schedule(request.write, PRIORITIES[request.priority], task)
      } catch (error) {
        if (error instanceof Bottleneck.BottleneckError) throw stopped()
        throw error
      }
    },
    observe(request: LimitedRequest, { limited, headers }: { readonly limited: boolean; readonly headers: Headers }) {
      const reading = readBudget(provider, headers, clock.now())
      const { scope = request.budget, limit, remaining, resetAt, reason } = reading
      if (remaining !== undefined) change(scope, { limit, remaining, resetAt })
      if (!limited) return undefined
      const exhausted = remaining === 0 ? resetAt : undefined
      const until = reading.retryAt ?? exhausted ?? new Date(clock.now().getTime() + 60_000)
      const target = {
        connection: exhausted && !reading.retryAt ? scope : EVERYTHING,
        operation: `operation:${request.operation}`,
        object: request.object ? `object:${request.object}` : EVERYTHING,
      }[reading.extent]
      change(target, { pausedUntil: until, reason })
      return until
    },
    pause: (scope: string, until: Date, reason?: string) => change(scope, { pausedUntil: until, reason }),
    snapshot: () => [...budgets.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1)),
    async close() {
      if (closed) return
      closed = true
      await queues.close()
    },
  })
}
