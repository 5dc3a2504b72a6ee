// GitHub's limits: an hourly budget per installation or person, told in headers, and secondary limits that only their refusal
// tells. Windows follow the sandbox's clock.
import type { SandboxRequest } from '../http.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'

const WINDOW_MS = 3_600_000
const CONTENT_WINDOW_MS = 60_000
const CONTENT_PER_MINUTE = 80
/** Requests that make something people are notified of or that GitHub counts as content. */
const CONTENT = /\/(issues|comments|pulls|reviews|labels|releases|sub_issues|contents\/.+|merge)$/

interface Budget {
  used: number
  resetAt: number
}

/** REST and GraphQL have a budget each. */
export type Resource = 'core' | 'graphql'

export interface SecondaryLimit {
  /** How many requests meet it. Default 1. */
  readonly times?: number
  readonly retryAfterSeconds?: number
  /** Leaves the header out, so that only the text of the refusal says what it is. */
  readonly hidden?: boolean
  /** GraphQL says it with 200 as well. */
  readonly status?: 200 | 403 | 429
}

export interface RateLimits {
  /** The limit of every budget. Default 5,000 an hour. */
  setLimit(limit: number): void
  /** Switches hourly limits off, as Enterprise Server has it by default: no headers, no /rate_limit, `rateLimit: null`. */
  disable(): void
  /** Uses up every budget until the clock reaches its reset. */
  exhaust(): void
  secondary(limit: SecondaryLimit): void
}

export interface RateLimiter extends RateLimits {
  /** Refuses a request that a secondary limit or an empty budget stops. */
  admit(who: string, request: SandboxRequest): void
  /** Counts an answered request, or the points of a query; 304 and /rate_limit are free. */
  count(who: string, resource?: Resource, points?: number): void
  headers(who: string, resource?: Resource): Record<string, string>
  enabled(): boolean
  overview(
    who: string,
    resource?: Resource,
  ): { readonly limit: number; readonly remaining: number; readonly reset: number; readonly used: number }
}

/** The hourly budgets, one for each holder and resource. */
function makeBudgets(world: Pick<World, 'clock'>) {
  const budgets = new Map<string, Budget>()
  let limit = 5000
  let exhaustedUntil = 0
  const budget = (who: string, resource: Resource): Budget => {
    const now = world.clock.now().getTime()
    const known = budgets.get(`${resource} ${who}`)
    if (known && known.resetAt > now) return known
    const fresh = now < exhaustedUntil ? { used: limit, resetAt: exhaustedUntil } : { used: 0, resetAt: now + WINDOW_MS }
    budgets.set(`${resource} ${who}`, fresh)
    return fresh
  }
  return {
    setLimit(value: number) {
      limit = value
    },
    exhaust() {
      exhaustedUntil = world.clock.now().getTime() + WINDOW_MS
      budgets.clear()
    },
    count(who: string, resource: Resource = 'core', points = 1) {
      budget(who, resource).used += points
    },
    overview(who: string, resource: Resource = 'core') {
      const { used, resetAt } = budget(who, resource)
      return { limit, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAt / 1000), used: Math.min(used, limit) }
    },
  }
}

export function makeRateLimiter(world: Pick<World, 'clock'>): RateLimiter {
  const { overview, ...budgets } = makeBudgets(world)
  const creations = new Map<string, number[]>()
  let enabled = true
  let planned: { left: number; plan: SecondaryLimit } | undefined

  const headers = (who: string, resource: Resource = 'core'): Record<string, string> =>
    enabled
      ? {
          ...Object.fromEntries(Object.entries(overview(who, resource)).map(([name, value]) => [`x-ratelimit-${name}`, String(value)])),
          'x-ratelimit-resource': resource,
        }
      : {}
  const refuse = (plan: SecondaryLimit) => {
    const retry: Record<string, string> = plan.hidden ? {} : { 'retry-after': String(plan.retryAfterSeconds ?? 60) }
    return stopped(plan.status ?? 403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', retry)
  }

  return Object.freeze({
    ...budgets,
    ...{ overview, headers, enabled: () => enabled },
    disable() {
      enabled = false
    },
    secondary(plan: SecondaryLimit) {
      planned = { left: plan.times ?? 1, plan }
    },
    admit(who: string, request: SandboxRequest) {
      if (planned && planned.left > 0) {
        planned.left -= 1
        throw refuse(planned.plan)
      }
      const resource = resourceOf(request)
      if (enabled && overview(who, resource).remaining === 0)
        throw stopped(resource === 'graphql' ? 200 : 403, `API rate limit exceeded for ${who}.`, headers(who, resource))
      if (request.method === 'GET' || !CONTENT.test(request.path)) return
      const now = world.clock.now().getTime()
      const recent = (creations.get(who) ?? []).filter((at) => at > now - CONTENT_WINDOW_MS)
      if (recent.length >= CONTENT_PER_MINUTE) throw refuse({})
      creations.set(who, [...recent, now])
    },
  })
}

/** Which budget a request is paid from; the path without the prefix of Enterprise Server. */
export const resourceOf = (request: Pick<SandboxRequest, 'path'>): Resource => (request.path === '/graphql' ? 'graphql' : 'core')

/** With 200, GraphQL's way: the refusal is an error in the body. */
function stopped(status: number, message: string, headers: Readonly<Record<string, string>>): Refusal {
  return new Refusal(status, message, status === 200 ? { headers, errors: [{ type: 'RATE_LIMITED', message }] } : { headers })
}
