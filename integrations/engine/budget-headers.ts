// What a provider says about its limits in an answer, as one shape. Pure. There are four dialects: GitHub's x-ratelimit-* per
// resource, Atlassian Cloud's X-RateLimit-* per endpoint, its structured RateLimit headers per quota, and Data Center's token
// bucket per account.
import { EVERYTHING, QUOTA } from './budget-book.ts'
import type { ProviderName } from './provider.ts'

/** What is left of one budget. A member that is absent was not said. */
export interface BudgetNumbers {
  /** Of the connection: `*`, the name of a budget, `operation:…`, or `quota:…`. */
  readonly scope: string
  readonly limit?: number
  readonly remaining?: number
  readonly resetAt?: Date
}

export interface BudgetReading {
  readonly budgets: readonly BudgetNumbers[]
  /** From when on the same may be tried again: `Retry-After`. */
  readonly retryAt?: Date
  /** Atlassian's word for what was exceeded. */
  readonly reason?: string
  /** What has to wait, by the reason: everything of the connection, one operation, or one remote object. */
  readonly extent: 'connection' | 'operation' | 'object'
}

/** What an answer was asked for with: the places its numbers may belong to. */
export interface AskedWith {
  readonly operation: string
  readonly budget: string
}

// The longest pause that is believed: a broken header must not stop a connection for years.
const LONGEST_PAUSE_MS = 24 * 60 * 60_000
// Data Center answers a blocked account with a wait of years; an administrator may lift the block any time.
const LONGEST_DATA_CENTER_PAUSE_MS = 60 * 60_000
const LARGEST_COUNT = 2_147_483_647

/** Atlassian's `RateLimit-Reason`, by the part that says what it counts. */
const EXTENT_BY_REASON = [
  [/per-issue|per-page|-on-write/, 'object'],
  [/burst/, 'operation'],
  [/quota/, 'connection'],
] as const

const toCount = (text: string | null | undefined): number | undefined => {
  if (text === null || text === undefined || !/^\s*\d+\s*$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? Math.min(value, LARGEST_COUNT) : undefined
}
const count = (headers: Headers, name: string) => toCount(headers.get(name))

/** The provider's clock minus ours; 0 without a `Date` header. Times it names are corrected by it. */
function skewMs(headers: Headers, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : date - now.getTime()
}

const believable = (at: number, now: Date, longestMs = LONGEST_PAUSE_MS): Date | undefined => {
  if (!Number.isFinite(at)) return undefined
  return new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + longestMs))
}

const isDataCenter = (headers: Headers) => headers.has('x-ratelimit-interval-seconds') || headers.has('x-ratelimit-fillrate')

/** `Retry-After` in seconds or as a date. */
export function readRetryAfter(headers: Headers, now: Date): Date | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  const longestMs = isDataCenter(headers) ? LONGEST_DATA_CENTER_PAUSE_MS : LONGEST_PAUSE_MS
  if (/^\d+(\.\d+)?$/.test(text)) return believable(now.getTime() + Math.ceil(Number(text) * 1_000), now, longestMs)
  return believable(Date.parse(text) - skewMs(headers, now), now, longestMs)
}

function readReset(provider: ProviderName, headers: Headers, now: Date): Date | undefined {
  const text = headers.get('x-ratelimit-reset')?.trim()
  if (!text) return undefined
  // GitHub: seconds since 1970. Atlassian: ISO 8601.
  const at = provider === 'github' || /^\d{9,11}$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
  return believable(at - skewMs(headers, now), now)
}

const numbers = (scope: string, limit?: number, remaining?: number, resetAt?: Date): BudgetNumbers[] =>
  limit === undefined && remaining === undefined
    ? []
    : [
        {
          scope,
          ...(limit === undefined ? {} : { limit }),
          ...(remaining === undefined ? {} : { remaining }),
          ...(resetAt === undefined ? {} : { resetAt }),
        },
      ]

/** `x-ratelimit-*`: GitHub counts per resource, Atlassian Cloud per endpoint, Data Center per account and node. */
function readCounters(provider: ProviderName, headers: Headers, now: Date, asked: AskedWith): BudgetNumbers[] {
  const limit = count(headers, 'x-ratelimit-limit')
  const remaining = count(headers, 'x-ratelimit-remaining')
  // Enterprise Server with limits off, and Data Center for a blocked account, say 0 of 0, which tells nothing.
  if (limit === 0) return []
  if (provider !== 'github' && isDataCenter(headers)) {
    const seconds = count(headers, 'x-ratelimit-interval-seconds') ?? 1
    // A bucket that is filled a little at a time: at the next filling there is something again.
    return numbers(EVERYTHING, limit, remaining, believable(now.getTime() + seconds * 1_000, now, LONGEST_DATA_CENTER_PAUSE_MS))
  }
  const scope = provider === 'github' ? (headers.get('x-ratelimit-resource') ?? asked.budget) : `operation:${asked.operation}`
  return numbers(scope, limit, remaining, readReset(provider, headers, now))
}

/** Entries of a structured header, such as `"global-app-quota";r=11000;t=600, "other";t=1`, by name. */
function readEntries(text: string | null): Map<string, Readonly<Record<string, string>>> {
  const entries = (text ?? '').split(',').flatMap((entry) => {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const quoted = /^"([\w.:-]{1,80})"$/.exec(name)?.[1]
    const pairs = parameters.map((parameter) => parameter.split('=', 2) as [string, string?])
    return quoted ? [[quoted, Object.fromEntries(pairs.map(([key, value = '']) => [key, value]))] as const] : []
  })
  return new Map(entries)
}

/** `RateLimit` and `RateLimit-Policy`, with or without the prefix they had before they were enforced. */
function readQuotas(headers: Headers, now: Date): BudgetNumbers[] {
  return ['', 'beta-'].flatMap((prefix) => {
    const policies = readEntries(headers.get(`${prefix}ratelimit-policy`))
    const states = readEntries(headers.get(`${prefix}ratelimit`))
    return [...states].flatMap(([name, { r, t }]) => {
      const seconds = toCount(t)
      const resetAt = seconds === undefined ? undefined : believable(now.getTime() + seconds * 1_000, now)
      return numbers(`${QUOTA}${name}`, toCount(policies.get(name)?.q), toCount(r), resetAt)
    })
  })
}

/** Reads the headers of any answer, refused or not. Headers that make no sense are as good as absent. */
export function readBudget(provider: ProviderName, headers: Headers, now: Date, asked: AskedWith): BudgetReading {
  const retryAt = readRetryAfter(headers, now)
  const reason = headers.get('ratelimit-reason') ?? undefined
  return {
    budgets: [...readCounters(provider, headers, now, asked), ...(provider === 'github' ? [] : readQuotas(headers, now))],
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(reason === undefined ? {} : { reason }),
    extent: EXTENT_BY_REASON.find(([pattern]) => reason !== undefined && pattern.test(reason))?.[1] ?? 'connection',
  }
}
