// The three limits of Jira Cloud, each with its own reason and headers: writes to one issue (always on), requests per second
// and endpoint, points per hour. The last two are off until asked for: the real ones are far above what a test sends.
import type { Clock } from '../../../integrations/kernel/clock.ts'
import type { SandboxResponse } from '../http.ts'
import type { BucketOptions } from './bucket-limits.ts'

export interface LimitOptions {
  /** Data Center alone, for the account on its node. */
  readonly bucket?: BucketOptions
  /** Requests per second, by method, for each endpoint. */
  readonly burst?: Readonly<Partial<Record<string, number>>>
  /** Points per UTC hour: one per call and one per issue returned. */
  readonly quota?: { readonly points: number; readonly prefix?: '' | 'Beta-' }
}

export interface Limits {
  /** Counts a write to the issue, or refuses it. */
  countWrite(issueId: string): SandboxResponse | undefined
  /** Counts a request to the endpoint, or refuses it. */
  countRequest(method: string, endpoint: string): SandboxResponse | undefined
  /** Counts what an answer cost and adds the headers that tell of the state. */
  settle(response: SandboxResponse, method: string, endpoint: string): SandboxResponse
}

const WRITE_WINDOWS = [
  { ms: 2_000, writes: 20 },
  { ms: 30_000, writes: 100 },
] as const
const HOUR_MS = 3_600_000

const tooMany = (reason: string, waitMs: number, headers: Readonly<Record<string, string>> = {}): SandboxResponse => ({
  status: 429,
  headers: { ...headers, 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))), 'ratelimit-reason': reason },
  json: { errorMessages: ['Rate limit exceeded.'], errors: {} },
})

/** Counters for one site; time comes from the clock alone. */
export function makeLimits(clock: Clock, options: LimitOptions): Limits {
  const bursts = makeBursts(clock, options.burst ?? {})
  const quota = makeQuota(clock, options.quota)
  return Object.freeze({
    countWrite: makeWriteCounter(clock),
    countRequest: (method: string, endpoint: string) => quota.refuse() ?? bursts.count(method, endpoint),
    settle(response: SandboxResponse, method: string, endpoint: string) {
      const returned = (response.json as { readonly issues?: unknown } | undefined)?.issues
      quota.spend(1 + (Array.isArray(returned) && response.status === 200 ? returned.length : 0))
      return { ...response, headers: { ...bursts.headers(method, endpoint), ...quota.headers(), ...response.headers } }
    },
  })
}

/** Sliding windows per issue. A refused write does not count. */
function makeWriteCounter(clock: Clock): Limits['countWrite'] {
  const writes = new Map<string, number[]>()
  return (issueId) => {
    const now = clock.now().getTime()
    const recent = (writes.get(issueId) ?? []).filter((at) => now - at < 30_000)
    for (const window of WRITE_WINDOWS) {
      const inside = recent.filter((at) => now - at < window.ms)
      if (inside.length >= window.writes) return tooMany('jira-per-issue-on-write', (inside[0] ?? now) + window.ms - now)
    }
    writes.set(issueId, [...recent, now])
    return undefined
  }
}

/** A token bucket per endpoint and method, as large as its rate per second. */
function makeBursts(clock: Clock, rates: NonNullable<LimitOptions['burst']>) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const bucketOf = (method: string, endpoint: string, rate: number) => {
    const now = clock.now().getTime()
    const key = `${method} ${endpoint}`
    const before = buckets.get(key) ?? { tokens: rate, at: now }
    const bucket = { tokens: Math.min(rate, before.tokens + ((now - before.at) / 1_000) * rate), at: now }
    buckets.set(key, bucket)
    return bucket
  }
  const headers = (method: string, endpoint: string): Record<string, string> => {
    const rate = rates[method]
    if (rate === undefined) return {}
    const { tokens, at } = bucketOf(method, endpoint, rate)
    return {
      'x-ratelimit-limit': String(rate),
      'x-ratelimit-remaining': String(Math.floor(tokens)),
      'x-ratelimit-reset': new Date(at + Math.ceil(((rate - tokens) / rate) * 1_000)).toISOString(),
      ...(tokens < rate * 0.2 ? { 'x-ratelimit-nearlimit': 'true' } : {}),
    }
  }
  const count = (method: string, endpoint: string): SandboxResponse | undefined => {
    const rate = rates[method]
    if (rate === undefined) return undefined
    const bucket = bucketOf(method, endpoint, rate)
    if (bucket.tokens < 1) return tooMany('jira-burst-based', ((1 - bucket.tokens) / rate) * 1_000, headers(method, endpoint))
    bucket.tokens -= 1
    return undefined
  }
  return { headers, count }
}

/** One pool of points that is full again at the top of every UTC hour. */
function makeQuota(clock: Clock, quota: LimitOptions['quota']) {
  let hour = 0
  let spent = 0
  const leftMs = () => {
    const now = clock.now().getTime()
    if (Math.floor(now / HOUR_MS) !== hour) {
      hour = Math.floor(now / HOUR_MS)
      spent = 0
    }
    return (hour + 1) * HOUR_MS - now
  }
  const headers = (): Record<string, string> => {
    if (quota === undefined) return {}
    const { points, prefix = 'Beta-' } = quota
    const seconds = Math.ceil(leftMs() / 1_000)
    // How much is left is told only when it is little.
    const remaining = spent > points * 0.8 ? `;r=${Math.max(0, points - spent)}` : ''
    return {
      [`${prefix}RateLimit-Policy`]: `"global-app-quota";q=${points};w=3600`,
      [`${prefix}RateLimit`]: `"global-app-quota"${remaining};t=${seconds}`,
    }
  }
  return {
    headers,
    refuse(): SandboxResponse | undefined {
      const waitMs = leftMs()
      return quota !== undefined && spent >= quota.points ? tooMany('jira-quota-global-based', waitMs, headers()) : undefined
    },
    spend(points: number) {
      leftMs()
      spent += points
    },
  }
}
