// Our own rate limit: a token bucket per caller, in memory. It protects the server from a loop gone wild, not from an
// attack; wrong credentials cost more than right ones, so that guessing a token is slow.
import { AppError } from '../../integrations/kernel/errors.ts'

export interface OwnLimit {
  /** Takes `cost` from the caller's bucket. @throws AppError `own-rate-limit` with the time to come back. */
  take(caller: string, cost: number, now: Date): void
}

interface Bucket {
  left: number
  at: number
}

/** Buckets of `perMinute` that refill evenly; at most `callers` are remembered, the longest unseen go first. */
export function makeOwnLimit(perMinute: number, callers = 10_000): OwnLimit {
  const buckets = new Map<string, Bucket>()
  return Object.freeze({
    take(caller: string, cost: number, now: Date) {
      const at = now.getTime()
      const known = buckets.get(caller)
      const left = known ? Math.min(perMinute, known.left + ((at - known.at) / 60_000) * perMinute) : perMinute
      buckets.delete(caller)
      if (buckets.size >= callers) buckets.delete(buckets.keys().next().value as string)
      const enough = left >= cost
      buckets.set(caller, { left: enough ? left - cost : left, at })
      if (enough) return
      const retryAt = new Date(at + ((cost - left) / perMinute) * 60_000)
      throw new AppError('own-rate-limit', `Too many requests: at most ${perMinute} a minute from one caller.`, { retryAt })
    },
  })
}
