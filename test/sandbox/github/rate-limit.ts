// GitHub's limits: an hourly budget per installation or person, told in headers, and secondary limits that only their refusal
// tells. Windows follow the sandbox's clock.
import type { SandboxRequest } from '../http.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'

const WINDOW_MS = 3_600_000
const CONTENT_WINDOW_MS = 60_000
const CONTENT_PER_MINUTE = 80
/** Requests that make something people are notified of or that GitHub counts as content. */
const CONTENT = /\/(issues|comments|pulls|reviews|labels|releases|contents\/.+|merge)$/

interface Budget {
  used: number
  resetAt: number
}

export interface SecondaryLimit {
  /** How many requests meet it. Default 1. */
  readonly times?: number
  readonly retryAfterSeconds?: number
  /** Leaves the header out, so that only the text of the refusal says what it is. */
  readonly hidden?: boolean
  readonly status?: 403 | 429
}

export interface RateLimits {
  /** The limit of every budget. Default 5,000 an hour. */
  setLimit(limit: number): void
  /** Uses up every budget until the clock reaches its reset. */
  exhaust(): void
  secondary(limit: SecondaryLimit): void
}

export interface RateLimiter extends RateLimits {
  /** Refuses a request that a secondary limit or an empty budget stops. */
  admit(who: string, request: SandboxRequest): void
  /** Counts an answered request; 304 and /rate_limit are free. */
  count(who: string): void
  headers(who: string): Record<string, string>
  overview(who: string): { readonly limit: number; readonly remaining: number; readonly reset: number; readonly used: number }
}

export function makeRateLimiter(world: Pick<World, 'clock'>): RateLimiter {
  const budgets = new Map<string, Budget>()
  const creations = new Map<string, number[]>()
  let limit = 5000
  let exhaustedUntil = 0
  let planned: { left: number; plan: SecondaryLimit } | undefined

  const budget = (who: string): Budget => {
    const now = world.clock.now().getTime()
    const known = budgets.get(who)
    if (known && known.resetAt > now) return known
    const fresh = now < exhaustedUntil ? { used: limit, resetAt: exhaustedUntil } : { used: 0, resetAt: now + WINDOW_MS }
    budgets.set(who, fresh)
    return fresh
  }
  const overview = (who: string) => {
    const { used, resetAt } = budget(who)
    return { limit, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAt / 1000), used: Math.min(used, limit) }
  }
  const headers = (who: string) => ({
    ...Object.fromEntries(Object.entries(overview(who)).map(([name, value]) => [`x-ratelimit-${name}`, String(value)])),
    'x-ratelimit-resource': 'core',
  })
  const refuse = (plan: SecondaryLimit) => {
    const retry: Record<string, string> = plan.hidden ? {} : { 'retry-after': String(plan.retryAfterSeconds ?? 60) }
    return new Refusal(plan.status ?? 403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
      headers: retry,
    })
  }

  return Object.freeze({
    setLimit(value: number) {
      limit = value
    },
    exhaust() {
      exhaustedUntil = world.clock.now().getTime() + WINDOW_MS
      budgets.clear()
    },
    secondary(plan: SecondaryLimit) {
      planned = { left: plan.times ?? 1, plan }
    },
    admit(who: string, request: SandboxRequest) {
      if (planned && planned.left > 0) {
        planned.left -= 1
        throw refuse(planned.plan)
      }
      if (overview(who).remaining === 0) throw new Refusal(403, `API rate limit exceeded for ${who}.`, { headers: headers(who) })
      if (request.method === 'GET' || !CONTENT.test(request.path)) return
      const now = world.clock.now().getTime()
      const recent = (creations.get(who) ?? []).filter((at) => at > now - CONTENT_WINDOW_MS)
      if (recent.length >= CONTENT_PER_MINUTE) throw refuse({})
      creations.set(who, [...recent, now])
    },
    count(who: string) {
      budget(who).used += 1
    },
    headers,
    overview,
  })
}
