// What a provider says about its limits in the headers of an answer, as one shape. Pure.
import type { ProviderName } from './provider.ts'

export interface BudgetReading {
  /** The budget the numbers belong to, where the provider names it: GitHub's resource. */
  readonly scope?: string
  readonly limit?: number
  readonly remaining?: number
  readonly resetAt?: Date
  /** From when on the same may be tried again: `Retry-After`. */
  readonly retryAt?: Date
  /** Atlassian's word for what was exceeded. */
  readonly reason?: string
  /** What has to wait, by the reason: everything of the connection, one operation, or one remote object. */
  readonly extent: 'connection' | 'operation' | 'object'
}

// The longest pause that is believed: a broken header must not stop a connection for years.
const LONGEST_PAUSE_MS = 24 * 60 * 60_000

/** Atlassian's `RateLimit-Reason`, by the part that says what it counts. */
const EXTENT_BY_REASON = [
  [/per-issue|per-page|-on-write/, 'object'],
  [/burst/, 'operation'],
  [/quota/, 'connection'],
] as const

function count(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)
  if (text === null || !/^\s*\d+\s*$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? Math.min(value, 2_147_483_647) : undefined
}

/** The provider's clock minus ours; 0 without a `Date` header. Times it names are corrected by it. */
function skewMs(headers: Headers, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : date - now.getTime()
}

const believable = (at: number, now: Date): Date | undefined => {
  if (!Number.isFinite(at)) return undefined
  return new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + LONGEST_PAUSE_MS))
}

/** `Retry-After` in seconds or as a date. */
export function readRetryAfter(headers: Headers, now: Date): Date | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return believable(now.getTime() + Math.ceil(Number(text) * 1_000), now)
  return believable(Date.parse(text) - skewMs(headers, now), now)
}

function readReset(provider: ProviderName, headers: Headers, now: Date): Date | undefined {
  const text = headers.get('x-ratelimit-reset')?.trim()
  if (!text) return undefined
  // GitHub: seconds since 1970. Atlassian: ISO 8601.
  const at = provider === 'github' || /^\d{9,11}$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
  return believable(at - skewMs(headers, now), now)
}

/** Reads the headers of any answer, refused or not. Headers that make no sense are as good as absent. */
export function readBudget(provider: ProviderName, headers: Headers, now: Date): BudgetReading {
  const limit = count(headers, 'x-ratelimit-limit')
  const remaining = count(headers, 'x-ratelimit-remaining')
  // Enterprise Server with limits off reports 0 of 0, which is no limit and not an exhausted one.
  const known = limit === undefined || limit > 0
  const resetAt = readReset(provider, headers, now)
  const retryAt = readRetryAfter(headers, now)
  const reason = headers.get('ratelimit-reason') ?? undefined
  const scope = headers.get('x-ratelimit-resource') ?? undefined
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(known && limit !== undefined ? { limit } : {}),
    ...(known && remaining !== undefined ? { remaining } : {}),
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(reason === undefined ? {} : { reason }),
    extent: EXTENT_BY_REASON.find(([pattern]) => reason !== undefined && pattern.test(reason))?.[1] ?? 'connection',
  }
}
