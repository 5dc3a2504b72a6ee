import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { readScope } from '../../integrations/store/artifacts.ts'
import { findRepository, listRepositories } from '../../integrations/store/repositories.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { makeUseCase } from '../use-case.ts'

/** The governance index of a repository as the store holds it. */
export const readGovernanceIndex = makeUseCase({
  name: 'read-governance-index',
  summary: "The governance index of a repository, in the form Katalyst's API accepts.",
  access: 'read',
  input: z.strictObject({
    repository: z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
      .optional()
      .describe('owner/name; may be left out where the App sees one governed repository'),
  }),
  output: z.looseObject({ version: z.string(), project: z.string() }),
  http: { method: 'GET', path: '/governance/index' },
  async run(ctx, { repository: fullName }) {
    const { buildIndex, parseGovernance } = await loadGovernance()
    const { db } = await ctx.store()
    const seen = fullName ? [] : (await listRepositories(db, {})).filter((repository) => repository.headSha)
    const repository = fullName ? await findRepository(db, { fullName }) : seen.length === 1 ? seen[0] : undefined
    if (!repository) {
      const why = fullName
        ? `The App does not see a repository ${fullName}.`
        : `Name the repository: the App sees ${seen.length} governed ones.`
      throw new AppError(fullName ? 'not-found' : 'bad-request', why)
    }
    const stored = await readScope(db, `repository:${repository.id}`)
    const { artifacts } = parseGovernance(stored.map(({ file, text }) => ({ file, content: text })))
    const version = repository.headSha?.slice(0, 12) ?? '0'
    return {
      ...buildIndex(artifacts, {
        project: repository.fullName.split('/')[1] ?? repository.fullName,
        version,
        generated: repository.ingestedAt ?? ctx.clock.now(),
      }),
    }
  },
})
