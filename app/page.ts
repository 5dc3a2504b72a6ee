// The form of every list: how it is asked for, and how it is answered.
import { z } from 'zod'

/** Keys to spread into the input of a use case that answers a list. */
export const pageInput = {
  limit: z.number().int().min(1).max(200).default(50).describe('How many at most'),
  cursor: z.string().min(1).optional().describe('nextCursor of the page before'),
}

/** The answer: items, and a cursor where there is more. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().optional() })
