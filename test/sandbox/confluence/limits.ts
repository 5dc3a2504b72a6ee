// Burst limits: a token bucket per method, off until asked for. Refusals say how long to wait, as the real ones do.
import type { Clock } from '../../../integrations/kernel/clock.ts'
import type { SandboxResponse } from '../http.ts'

/** Requests per second, by method. */
export type Burst = Readonly<Partial<Record<string, number>>>

/** Counts a request, or refuses it. */
export function makeBurstLimit(clock: Clock, rates: Burst): (method: string) => SandboxResponse | undefined {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return (method) => {
    const rate = rates[method]
    if (rate === undefined) return undefined
    const now = clock.now().getTime()
    const before = buckets.get(method) ?? { tokens: rate, at: now }
    const tokens = Math.min(rate, before.tokens + ((now - before.at) / 1_000) * rate)
    if (tokens < 1) {
      buckets.set(method, { tokens, at: now })
      const headers = { 'retry-after': String(Math.max(1, Math.ceil((1 - tokens) / rate))), 'ratelimit-reason': 'confluence-burst-based' }
      return { status: 429, headers, json: { statusCode: 429, message: 'Rate limit exceeded.' } }
    }
    buckets.set(method, { tokens: tokens - 1, at: now })
    return undefined
  }
}
