import { z } from 'zod'
import { ARTIFACT_KINDS } from '../../integrations/governance/artifact.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listArtifacts as listStored } from '../../integrations/store/artifacts.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { ArtifactSummary, toArtifactSummary } from '../answers/artifact-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Artifacts as they were last read from the repositories the App sees. */
export const listArtifacts = makeUseCase({
  name: 'list-artifacts',
  summary: 'Lists the artifacts of the repositories the App sees.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    kind: z.enum(ARTIFACT_KINDS).optional().describe('Only artifacts of this kind'),
    repository: z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
      .optional()
      .describe('Only artifacts of this repository (owner/name)'),
  }),
  output: pageOf(ArtifactSummary),
  http: { method: 'GET', path: '/governance/artifacts' },
  async run(ctx, { repository: fullName, ...request }) {
    const { db } = await ctx.store()
    const repository = fullName ? await findRepository(db, { fullName }) : undefined
    if (fullName && !repository)
      throw new AppError('not-found', `The App does not see a repository ${fullName}. Install it there, or check the name.`)
    const page = await listStored(db, { ...request, ...(repository ? { scope: `repository:${repository.id}` } : {}) })
    return { ...page, items: page.items.map(toArtifactSummary) }
  },
})
