import { z } from 'zod'
import { listConflicts as listStored } from '../../integrations/store/conflicts.ts'
import { ConflictSummary, toConflictSummary } from '../answers/conflict-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Fields that both sides changed to different values, newest first: what a person has to decide, and what was decided. */
export const listConflicts = makeUseCase({
  name: 'list-conflicts',
  summary: 'Lists fields that were changed on both sides, newest first.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    state: z.enum(['open', 'closed', 'all']).default('open').describe('Those to decide, those decided or settled, or all'),
    artifactId: z.string().min(1).optional().describe('Only of this artifact, such as ROAD-001'),
  }),
  output: pageOf(ConflictSummary),
  http: { method: 'GET', path: '/conflicts' },
  cli: { command: 'conflicts', aliases: { artifactId: 'artifact' } },
  async run(ctx, request) {
    const page = await listStored((await ctx.store()).db, request)
    return { ...page, items: page.items.map(toConflictSummary) }
  },
})
