// The one limit of a Data Center: a bucket of tokens per account and node, filled by so many at every interval. Its state is in
// the headers of every answer. Switched off, as it is on a new instance, there are no headers.
import type { Clock } from '../../../integrations/kernel/clock.ts'
import type { SandboxResponse } from '../http.ts'
import type { Limits } from './limits.ts'

export interface BucketOptions {
  readonly capacity: number
  /** Tokens that each interval brings. */
  readonly fill: number
  readonly intervalSeconds: number
}

export function makeBucketLimits(clock: Clock, options: BucketOptions | undefined): Limits {
  const free = { countWrite: () => undefined, countRequest: () => undefined, settle: (response: SandboxResponse) => response }
  if (options === undefined) return Object.freeze(free)
  const { capacity, fill, intervalSeconds } = options
  let tokens = capacity
  let filledAt = clock.now().getTime()
  const refill = () => {
    const intervals = Math.floor((clock.now().getTime() - filledAt) / (intervalSeconds * 1_000))
    tokens = Math.min(capacity, tokens + intervals * fill)
    filledAt += intervals * intervalSeconds * 1_000
  }
  const headers = (): Record<string, string> => ({
    'x-ratelimit-limit': String(capacity),
    'x-ratelimit-remaining': String(tokens),
    'x-ratelimit-interval-seconds': String(intervalSeconds),
    'x-ratelimit-fillrate': String(fill),
    'retry-after': tokens > 0 ? '0' : String(Math.max(1, Math.ceil((filledAt - clock.now().getTime()) / 1_000 + intervalSeconds))),
  })
  return Object.freeze({
    ...free,
    countRequest() {
      refill()
      if (tokens < 1) return { status: 429, headers: headers(), json: { message: 'Rate limit exceeded.' } }
      tokens -= 1
      return undefined
    },
    settle: (response: SandboxResponse) => ({ ...response, headers: { ...headers(), ...response.headers } }),
  })
}
