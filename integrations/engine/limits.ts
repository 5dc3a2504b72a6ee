// The limits of one connection: how many requests at once, how far apart writes are, what the provider said is left, and
// what it asked to wait for. The only user of Bottleneck, which orders and spaces the calls; it wraps just the HTTP call,
// because its queue is in memory. Budgets and pauses are ours: they come from headers, are given to the caller to keep,
// and are put back after a restart. Whoever would have to wait long gets an error with the time instead of a slot.
import Bottleneck from 'bottleneck'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Budget } from '../store/budgets.ts'
import { type BudgetBook, EVERYTHING, makeBudgetBook } from './budget-book.ts'
import { readBudget } from './budget-headers.ts'
import { PRIORITIES, type Priority, type ProviderName } from './provider.ts'

// When a provider says "wait" and not how long: GitHub asks for at least a minute.
const DEFAULT_PAUSE_MS = 60_000

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

const notSent = (request: LimitedRequest) => ({ operation: request.operation, sent: false })
const stopped = (request: LimitedRequest) =>
  new AppError('cancelled', `${request.operation} was not sent: the work was stopped.`, { details: notSent(request) })

/** Sits out what stands in the way of a request; throws `provider-rate-limited` when that takes longer than the patience. */
async function waitForTurn(
  options: LimitsOptions,
  book: BudgetBook,
  patienceMs: number,
  request: LimitedRequest,
  signal: AbortSignal,
): Promise<void> {
  const { connectionId, clock } = options
  const scopes = scopesOf(request)
  for (let block = book.blockOf(scopes, request.priority); block; block = book.blockOf(scopes, request.priority)) {
    const { scope, reason, until } = block
    const waitMs = until.getTime() - clock.now().getTime()
    if (waitMs > patienceMs) {
      const what = scope === EVERYTHING ? 'all requests' : scope
      const message = `The limit of ${connectionId} for ${what} is used up${reason ? ` (${reason})` : ''}; ${request.operation} was not sent. It continues at ${until.toISOString()}.`
      throw new AppError('provider-rate-limited', message, {
        retryAt: until,
        details: { ...notSent(request), connection: connectionId, scope },
      })
    }
    await clock.sleep(waitMs, signal)
  }
}

/** Writes an answer's headers into the book; see `Limits.observe`. */
function learn(
  options: LimitsOptions,
  book: BudgetBook,
  request: LimitedRequest,
  answer: { readonly limited: boolean; readonly headers: Headers },
): Date | undefined {
  const now = options.clock.now()
  const { extent, limit, remaining, resetAt, retryAt, reason, scope = request.budget } = readBudget(options.provider, answer.headers, now)
  if (remaining !== undefined) book.change(scope, { limit, remaining, resetAt })
  if (!answer.limited) return undefined
  const exhausted = remaining === 0 ? resetAt : undefined
  const until = retryAt ?? exhausted ?? new Date(now.getTime() + DEFAULT_PAUSE_MS)
  const targets = {
    connection: exhausted && !retryAt ? scope : EVERYTHING,
    operation: `operation:${request.operation}`,
    object: request.object ? `object:${request.object}` : EVERYTHING,
  }
  book.change(targets[extent], { pausedUntil: until, reason })
  return until
}

/** The limits of one connection, shared by everything in this process that uses it. */
export function makeLimits(options: LimitsOptions): Limits {
  const settings: LimitSettings = { ...PROVIDER_LIMITS[options.provider], ...options.settings }
  const queues = makeQueues(settings, options.log)
  const book = makeBudgetBook(options)
  let closed = false

  return Object.freeze({
    async run<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
      const turn = () => waitForTurn(options, book, settings.patienceMs, request, signal)
      await turn()
      if (closed) throw stopped(request)
      const task = async () => {
        if (signal.aborted) throw stopped(request)
        // The pause may have come while this waited in the queue.
        await turn()
        return work()
      }
      try {
        return await queues.schedule(request.write, PRIORITIES[request.priority], task)
      } catch (error) {
        if (error instanceof Bottleneck.BottleneckError) throw stopped(request)
        throw error
      }
    },
    observe: (request: LimitedRequest, answer: { readonly limited: boolean; readonly headers: Headers }) =>
      learn(options, book, request, answer),
    pause: (scope: string, until: Date, reason?: string) => book.change(scope, { pausedUntil: until, reason }),
    snapshot: book.snapshot,
    async close() {
      if (closed) return
      closed = true
      await queues.close()
    },
  })
}
