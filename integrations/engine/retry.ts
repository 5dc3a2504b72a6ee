// The one decision what to do after a failure, for requests and for jobs alike: a table by error code and a pure function.
import type { ErrorCode } from '../kernel/errors.ts'

/**
 * What a failure means for trying again:
 * `transient`  it may work the next time, and it did not happen;
 * `ambiguous`  it may work the next time, but it may have happened already;
 * `limited`    it did not happen, and may be tried at a known time without that counting as an attempt;
 * `final`      trying again changes nothing.
 */
type Nature = 'transient' | 'ambiguous' | 'limited' | 'final'

const NATURES = {
  'bad-request': 'final',
  'malformed-json': 'final',
  'config-invalid': 'final',
  unauthenticated: 'final',
  forbidden: 'final',
  'not-found': 'final',
  conflict: 'final',
  'not-ours': 'final',
  'too-large': 'final',
  'unsupported-media-type': 'final',
  refused: 'final',
  'own-rate-limit': 'limited',
  'not-configured': 'final',
  'provider-unreachable': 'ambiguous',
  'provider-timeout': 'ambiguous',
  'provider-unauthenticated': 'final',
  'provider-forbidden': 'final',
  'provider-not-found': 'final',
  'provider-gone': 'final',
  // The caller reads again and decides anew; the same request would meet the same conflict.
  'provider-conflict': 'transient',
  'provider-rejected': 'final',
  'provider-rate-limited': 'limited',
  'provider-failed': 'ambiguous',
  'provider-unreadable': 'ambiguous',
  'outcome-unknown': 'limited',
  'dry-run': 'final',
  'signature-invalid': 'final',
  'lease-lost': 'final',
  cancelled: 'transient',
  'not-ready': 'transient',
  'secret-key-wrong': 'final',
  'migration-failed': 'final',
  // A fault of ours may be one of the moment (a lost database connection); the attempts bound it.
  internal: 'transient',
} as const satisfies Record<ErrorCode, Nature>

export interface RetryPolicy {
  /** How many tries there are in all. */
  readonly maxAttempts: number
  readonly baseMs: number
  readonly capMs: number
}

/** Within one request, while its caller waits. */
export const REQUEST_RETRY: RetryPolicy = { maxAttempts: 3, baseMs: 500, capMs: 5_000 }
/** Of a job, whose waiting costs nothing: some 40 minutes in all with 8 attempts. */
export const JOB_RETRY: RetryPolicy = { maxAttempts: 8, baseMs: 5_000, capMs: 15 * 60_000 }

// A time to wait for that has passed (clocks differ, headers are old) still means a moment, or tries would spin; one that is
// further away than a day is a broken header or clock, and must not stop the work for years.
const LEAST_PAUSE_MS = 1_000
const MOST_PAUSE_MS = 24 * 60 * 60_000

// When a provider says "wait" and not how long: GitHub asks for at least a minute.
const DEFAULT_PAUSE_MS = 60_000
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

export interface RetryQuestion {
  readonly code: ErrorCode
  /** HTTP method; left out for jobs, which are written to be repeatable. */
  readonly method?: string
  /** Whether twice is the same as once; by method when left out. */
  readonly idempotent?: boolean | undefined
  /** False when the request certainly did not leave (no address, connection refused). */
  readonly sent?: boolean | undefined
  /** The try that failed, counted from 1. */
  readonly attempt: number
  readonly retryAt?: Date | undefined
  readonly now: Date
  /** In [0, 1), spreads the tries of many. */
  readonly random: number
  readonly policy: RetryPolicy
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** At that time, and the try does not count. */
  | { readonly kind: 'snooze'; readonly until: Date }
  /** It may have happened: find out before anything is sent again. */
  | { readonly kind: 'look-up' }
  | { readonly kind: 'give-up' }

/** Whether sending twice is the same as sending once, by the method's definition (RFC 9110, 9.2.2). */
export const isIdempotentMethod = (method: string) => IDEMPOTENT_METHODS.has(method.toUpperCase())

/** Exponential with ±30 % jitter, and never more than the cap. */
export function backoffMs(attempt: number, random: number, { baseMs, capMs }: RetryPolicy): number {
  const steady = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30))
  return Math.min(capMs, Math.round(steady * (0.7 + 0.6 * random)))
}

/** How long the provider's word means to wait; undefined where it gave none, or one that is no time. */
function toldMs(retryAt: Date | undefined, now: Date): number | undefined {
  const ms = retryAt === undefined ? Number.NaN : retryAt.getTime() - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, ms))
}

/** Decides what follows a failure. Something that may have happened and must not happen twice is never sent again blindly. */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { code, method, attempt, retryAt, now, random, policy } = question
  const nature = NATURES[code]
  if (nature === 'final') return { kind: 'give-up' }
  const told = toldMs(retryAt, now)
  if (nature === 'limited')
    return { kind: 'snooze', until: new Date(now.getTime() + (told ?? Math.round(DEFAULT_PAUSE_MS * (1 + 0.3 * random)))) }
  const idempotent = question.idempotent ?? (method === undefined || isIdempotentMethod(method))
  if (nature === 'ambiguous' && !idempotent && question.sent !== false) return { kind: 'look-up' }
  if (attempt >= policy.maxAttempts) return { kind: 'give-up' }
  return { kind: 'retry', afterMs: Math.max(backoffMs(attempt, random, policy), told ?? 0) }
}

/** Whether a failure leaves open if the request took effect. */
export const isAmbiguous = (code: ErrorCode, sent?: boolean) => NATURES[code] === 'ambiguous' && sent !== false
/** Whether a failure only says "later": it stops the work on a connection, not the item it met. */
export const isLimited = (code: ErrorCode) => NATURES[code] === 'limited'
