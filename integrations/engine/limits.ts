// The limits of one connection: how many requests at once, how far apart writes are, how often one object may be written, what
// the provider said is left, and what it asked to wait for. Budgets and pauses come from answers, are given to the caller to
// keep, and are put back after a restart. Whoever would have to wait long gets an error with the time instead of a slot, and
// nobody sleeps in a slot: what meets a pause at its turn leaves the queue and comes again.
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Budget } from '../store/budgets.ts'
import { type BudgetBook, EVERYTHING, makeBudgetBook } from './budget-book.ts'
import { type BudgetNumbers, readBudget } from './budget-headers.ts'
import { isQueueStopped, makeQueues, type QueueSettings } from './limit-queues.ts'
import { PRIORITIES, type Priority, type ProviderName } from './provider.ts'
import type { RedisLink } from './redis-link.ts'
import { hearPauses, tellPause } from './shared-pauses.ts'
import { makeSharedQueues } from './shared-queues.ts'
import { makeWritePace, type PaceWindow, type WritePace } from './write-pace.ts'

export interface LimitSettings extends QueueSettings {
  /** How often one remote object may be written. */
  readonly objectWrites: readonly PaceWindow[]
  /** The longest pause that is sat out here; for longer ones the request fails with `retryAt`. */
  readonly patienceMs: number
}

/** Jira Cloud, "Rate limiting": 20 writes in 2 s and 100 in 30 s to one issue. */
const PER_ISSUE = [
  { ms: 2_000, most: 20 },
  { ms: 30_000, most: 100 },
] as const

/** GitHub, "Secondary rate limits": what makes content is counted by itself, for an hour as well. */
const PER_CONTENT = [
  { ms: 60_000, most: 80 },
  { ms: 3_600_000, most: 500 },
] as const

/**
 * GitHub: at most 100 at once, writes serial with a second between, 80 content-creating requests a minute ("Best
 * practices for using the REST API", "Rate limits"). Atlassian: bursts are per endpoint and answered with 429.
 */
export const PROVIDER_LIMITS: Readonly<Record<ProviderName, LimitSettings>> = Object.freeze({
  github: { maxConcurrent: 10, writeSpacingMs: 1_000, writesPerMinute: 80, objectWrites: PER_CONTENT, patienceMs: 5_000 },
  jira: { maxConcurrent: 8, writeSpacingMs: 0, writesPerMinute: 0, objectWrites: PER_ISSUE, patienceMs: 5_000 },
  confluence: { maxConcurrent: 6, writeSpacingMs: 0, writesPerMinute: 0, objectWrites: [], patienceMs: 5_000 },
  // Documents no limit; reports come one at a time, so a few at once are plenty.
  katalyst: { maxConcurrent: 4, writeSpacingMs: 0, writesPerMinute: 0, objectWrites: [], patienceMs: 5_000 },
})

/**
 * How long to wait when a provider says "wait" and not how long, doubled each time it says so again: GitHub asks for at least a
 * minute, Atlassian for 5 s growing to 30 s.
 */
const UNTOLD_PAUSE: Readonly<Record<ProviderName, { readonly firstMs: number; readonly mostMs: number }>> = {
  github: { firstMs: 60_000, mostMs: 15 * 60_000 },
  jira: { firstMs: 5_000, mostMs: 30_000 },
  confluence: { firstMs: 5_000, mostMs: 30_000 },
  katalyst: { firstMs: 5_000, mostMs: 60_000 },
}

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
  /** Shares the limits with the other processes of the same Redis; without it this process has all of them. */
  readonly link?: RedisLink
}

/** An answer as far as limits go. */
export interface LimitAnswer {
  readonly limited: boolean
  readonly headers: Headers
  /** What the body told of a budget: GraphQL's `rateLimit`. */
  readonly told?: BudgetNumbers | undefined
}

export interface Limits {
  /** Runs `work` when it is its turn; throws `provider-rate-limited` with `retryAt` when that is too far away. */
  run<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T>
  /** Learns from an answer; returns when the same may be tried again, where the answer says so. */
  observe(request: LimitedRequest, answer: LimitAnswer): Date | undefined
  /** Stops a scope: `*` for the connection, a budget's name, `operation:…` or `object:…`. */
  pause(scope: string, until: Date, reason?: string): void
  /** Takes in what other processes learnt. */
  absorb(others: readonly Budget[]): void
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

const notSent = (request: LimitedRequest) => ({ operation: request.operation, sent: false })
const stopped = (request: LimitedRequest) =>
  new AppError('cancelled', `${request.operation} was not sent: the work was stopped.`, { details: notSent(request) })

interface Hindrance {
  readonly scope: string
  readonly reason?: string | undefined
  readonly until: Date
}

/** What keeps a request from being sent now: a pause, a budget that is used up, or the pace of its object. */
function hindranceOf(clock: Clock, book: BudgetBook, pace: WritePace, request: LimitedRequest): Hindrance | undefined {
  const { object, write, priority } = request
  const block = book.blockOf(scopesOf(request), priority)
  const freeAt = write && object ? pace.freeAt(object, clock.now()) : undefined
  if (freeAt && (!block || freeAt > block.until))
    return { scope: `object:${object}`, reason: 'writes to one object are paced', until: freeAt }
  return block
}

/** Sits out what stands in the way of a request; throws `provider-rate-limited` when that takes longer than the patience. */
async function sitOut(
  { connectionId, clock }: LimitsOptions,
  patienceMs: number,
  request: LimitedRequest,
  signal: AbortSignal,
  { scope, reason, until }: Hindrance,
): Promise<void> {
  const waitMs = until.getTime() - clock.now().getTime()
  if (waitMs > patienceMs) {
    const what = scope === EVERYTHING ? 'all requests' : scope
    const message = `The limit of ${connectionId} for ${what} is used up${reason ? ` (${reason})` : ''}; ${request.operation} was not sent. It continues at ${until.toISOString()}.`
    throw new AppError('provider-rate-limited', message, {
      retryAt: until,
      details: { ...notSent(request), connection: connectionId, scope },
    })
  }
  await clock.sleep(Math.max(0, waitMs), signal)
}

/** Writes what answers say into the book; see `Limits.observe`. */
function makeLearner({ provider, clock }: LimitsOptions, book: BudgetBook) {
  let untold = 0
  const untoldPauseMs = () => {
    const { firstMs, mostMs } = UNTOLD_PAUSE[provider]
    untold += 1
    return Math.min(mostMs, firstMs * 2 ** Math.min(untold - 1, 20))
  }
  return (request: LimitedRequest, { limited, headers, told }: LimitAnswer): Date | undefined => {
    const now = clock.now()
    const reading = readBudget(provider, headers, now, request)
    const budgets = told ? [...reading.budgets, told] : reading.budgets
    for (const { scope, limit, remaining, resetAt } of budgets) book.change(scope, { limit, remaining, resetAt })
    if (!limited) {
      untold = 0
      return undefined
    }
    const spent = budgets.find(({ remaining, resetAt }) => remaining === 0 && resetAt !== undefined)
    const { extent, retryAt, reason } = reading
    const until = retryAt ?? spent?.resetAt ?? new Date(now.getTime() + untoldPauseMs())
    const targets = {
      connection: spent && !retryAt ? spent.scope : EVERYTHING,
      operation: `operation:${request.operation}`,
      object: request.object ? `object:${request.object}` : EVERYTHING,
    }
    book.change(targets[extent], { pausedUntil: until, reason })
    return until
  }
}

/** What of a turn came of it: sent, or something stood in the way. */
type Turn<T> = { readonly sent: true; readonly value: T } | { readonly sent: false }

/** The limits of one connection, shared by everything in this process that uses it, and over a link by other processes. */
export function makeLimits(options: LimitsOptions): Limits {
  const { connectionId, clock, log, link } = options
  const settings: LimitSettings = { ...PROVIDER_LIMITS[options.provider], ...options.settings }
  const onError = (error: unknown) => log.error({ err: error, connection: connectionId }, 'limiter failed')
  const queues = link ? makeSharedQueues({ connectionId, settings, link, log }) : makeQueues(settings, { onError })
  const onChange = (budget: Budget) => {
    if (link) tellPause(link, budget)
    options.onChange?.(budget)
  }
  const book = makeBudgetBook({ ...options, onChange })
  const forget = link ? hearPauses(link, connectionId, book) : () => {}
  const pace = makeWritePace(settings.objectWrites)
  let closed = false

  /** Waits for a slot, and sends if nothing stands in the way by then. */
  async function takeTurn<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<Turn<T>> {
    if (closed || signal.aborted) throw stopped(request)
    try {
      return await queues.schedule(request.write, PRIORITIES[request.priority], async () => {
        if (signal.aborted) throw stopped(request)
        if (hindranceOf(clock, book, pace, request)) return { sent: false }
        if (request.write && request.object) pace.count(request.object, clock.now())
        return { sent: true, value: await work() }
      })
    } catch (error) {
      throw isQueueStopped(error) ? stopped(request) : error
    }
  }

  return Object.freeze({
    async run<T>(request: LimitedRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
      for (;;) {
        const hindrance = hindranceOf(clock, book, pace, request)
        if (hindrance) {
          await sitOut(options, settings.patienceMs, request, signal, hindrance)
          continue
        }
        const turn = await takeTurn(request, signal, work)
        if (turn.sent) return turn.value
      }
    },
    observe: makeLearner(options, book),
    pause: (scope: string, until: Date, reason?: string) => book.change(scope, { pausedUntil: until, reason }),
    absorb: book.absorb,
    snapshot: book.snapshot,
    async close() {
      if (closed) return
      closed = true
      forget()
      await queues.close()
    },
  })
}
