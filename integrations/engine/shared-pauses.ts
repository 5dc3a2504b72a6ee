// A pause that one process was told of holds for all of them: it is passed on at once over the link, and otherwise found in the
// database at the next look.
import { z } from 'zod'
import type { Budget } from '../store/budgets.ts'
import type { BudgetBook } from './budget-book.ts'
import type { RedisLink } from './redis-link.ts'

const Pause = z.object({
  connectionId: z.string(),
  scope: z.string(),
  pausedUntil: z.iso.datetime().transform((text) => new Date(text)),
  reason: z.string().optional(),
  observedAt: z.iso.datetime().transform((text) => new Date(text)),
})

/** Passes a pause on; budgets that are not paused are left to the database. */
export function tellPause(link: RedisLink, { connectionId, scope, pausedUntil, reason, observedAt }: Budget): void {
  if (pausedUntil && pausedUntil > observedAt) link.publish(JSON.stringify({ connectionId, scope, pausedUntil, reason, observedAt }))
}

function parsePause(text: string) {
  try {
    return Pause.safeParse(JSON.parse(text)).data
  } catch {
    // Another product's message, or another version's: a pause that is missed is met again at the provider.
    return undefined
  }
}

/** Writes the pauses of others into the book; returns how to stop. */
export function hearPauses(link: RedisLink, connectionId: string, book: BudgetBook): () => void {
  return link.onMessage((text) => {
    const pause = parsePause(text)
    if (pause?.connectionId !== connectionId) return
    const known = book.snapshot().find(({ scope }) => scope === pause.scope)
    const { limit, remaining, resetAt } = known ?? {}
    book.absorb([{ ...pause, reason: pause.reason, limit, remaining, resetAt }])
  })
}
