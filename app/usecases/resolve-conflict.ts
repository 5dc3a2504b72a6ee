import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findConflict, KEEPS, resolveConflict as resolveStored } from '../../integrations/store/conflicts.ts'
import { ConflictSummary, toConflictSummary } from '../answers/conflict-answer.ts'
import { makeUseCase } from '../use-case.ts'

const NEXT = {
  git: 'The next sync writes what git says, if neither side has changed again by then.',
  remote: 'Syncs leave that value alone until one of the sides changes again.',
} as const

/** Decides an open conflict. Nothing is written here: the decision holds for the values it was made about, and a sync carries it out. */
export const resolveConflict = makeUseCase({
  name: 'resolve-conflict',
  summary: 'Decides a conflict: what git says or what the remote says is kept.',
  access: 'admin',
  input: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,9}$/, 'the number of a conflict')
      .describe('Number of the conflict'),
    keep: z.enum(KEEPS).describe('Whose value is kept'),
  }),
  output: ConflictSummary.extend({ next: z.string() }),
  http: { method: 'POST', path: '/conflicts/{id}/resolve' },
  cli: { command: 'conflicts:resolve', arguments: ['id'] },
  async run(ctx, { id, keep }) {
    const { db } = await ctx.store()
    const known = await findConflict(db, Number(id))
    if (!known) throw new AppError('not-found', `There is no conflict ${id}. List them with katalyst conflicts.`)
    const resolved = await resolveStored(db, known.id, { keep, by: ctx.actor.name, at: ctx.clock.now() })
    if (resolved) return { ...toConflictSummary(resolved), next: NEXT[keep] }
    // Asked for again: the answer is the same, so a repeat is safe; another decision about it is not.
    const now = await findConflict(db, known.id)
    if (now?.keep === keep) return { ...toConflictSummary(now), next: NEXT[keep] }
    const end = now?.keep ? `kept ${now.keep}` : 'was settled because both sides agree'
    throw new AppError('refused', `Conflict ${id} is closed: it ${end}. If the sides differ again, the next sync makes a new one.`)
  },
})
