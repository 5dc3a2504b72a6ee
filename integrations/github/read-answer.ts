// An answer of GitHub as the part of it that is used.
import type { z } from 'zod'
import { AppError } from '../kernel/errors.ts'

/** The part of an answer that is used. Throws `provider-unreadable` with the places, never with content. */
export function readAnswer<T>(schema: z.ZodType<T>, answered: unknown, operation: string): T {
  const parsed = schema.safeParse(answered)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || '(whole answer)')
  throw new AppError(
    'provider-unreadable',
    `GitHub's answer to ${operation} lacks what its documentation promises: ${places.join(', ')}. Try again later; if it stays so, a proxy may be answering in GitHub's place.`,
    { details: { operation, places } },
  )
}
