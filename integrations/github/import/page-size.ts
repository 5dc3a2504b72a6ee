// How many things a page asks for. GitHub gives up on pages that cost it too much (502, 504, a query that ends without data), and
// the same page asked for again fails again: half of it is asked for, from the same place. A few pages later the size grows
// back, because it was one dense stretch more often than the whole list.
//
// The state is pure and small, so that it travels in a scan's cursor: whoever goes on after a stop does not begin with a page
// that is known to fail.
import { z } from 'zod'
import { isAppError } from '../../kernel/errors.ts'

export const PageSizeSchema = z.object({
  size: z.int().min(1),
  /** Pages of this size that were answered one after another. */
  steady: z.int().min(0),
})
export type PageSize = z.infer<typeof PageSizeSchema>

export interface PageSizeLimits {
  readonly largest: number
  /** Failing with this is failing. */
  readonly smallest: number
}

/** Answered pages after which twice the size is tried: one page in five is lost at worst, where a size never works. */
const GROWS_AFTER = 4
/** 200: GraphQL's way to say that a query came to nothing. */
const OVERLOADED: ReadonlySet<unknown> = new Set([200, 502, 504])

export const firstPageSize = (limits: PageSizeLimits): PageSize => ({ size: limits.largest, steady: 0 })

/** The state after a page that was answered. */
export function afterAnswer(limits: PageSizeLimits, { size, steady }: PageSize): PageSize {
  if (size >= limits.largest) return { size: limits.largest, steady: 0 }
  return steady + 1 < GROWS_AFTER ? { size, steady: steady + 1 } : { size: Math.min(limits.largest, size * 2), steady: 0 }
}

/** The state after a page that was too much; undefined when there is no smaller one to try. */
export function afterOverload(limits: PageSizeLimits, { size }: PageSize): PageSize | undefined {
  return size <= limits.smallest ? undefined : { size: Math.max(limits.smallest, Math.floor(size / 2)), steady: 0 }
}

/** Whether a smaller page may be answered where this one was not: an overload of GitHub's, not a refusal. */
export function isOverload(error: unknown): boolean {
  if (!isAppError(error)) return false
  return error.code === 'provider-timeout' || (error.code === 'provider-failed' && OVERLOADED.has(error.details.status))
}

export interface SizedAnswer<T> {
  readonly answer: T
  /** How many things the answered page asked for. */
  readonly asked: number
  /** For the next page. */
  readonly next: PageSize
}

/** Reads a page, with half as much for as long as that is too much. Throws what `read` threw last. */
export async function readSized<T>(limits: PageSizeLimits, state: PageSize, read: (size: number) => Promise<T>): Promise<SizedAnswer<T>> {
  for (let at = state; ; ) {
    try {
      return { answer: await read(at.size), asked: at.size, next: afterAnswer(limits, at) }
    } catch (error) {
      const smaller = isOverload(error) ? afterOverload(limits, at) : undefined
      if (!smaller) throw error
      at = smaller
    }
  }
}
