import { z } from 'zod'
import { diagnoseTriangle, maturityOf, overallScore } from '../../integrations/foe/score/overall.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listRepositories } from '../../integrations/store/repositories.ts'
import { DimensionAnswers, toDimensionAnswer } from '../answers/report-answer.ts'
import type { AppContext } from '../context.ts'
import { recallEvidence } from '../steps/imports/evidence.ts'
import { RepositoryName } from '../steps/repository-address.ts'
import { makeUseCase } from '../use-case.ts'

/** @throws AppError `bad-request` where several repositories could be meant */
async function repositoryOf(ctx: AppContext, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const seen = await listRepositories((await ctx.store()).db)
  if (seen.length === 1 && seen[0]) return seen[0].fullName
  throw new AppError('bad-request', `Name the repository (owner/name): ${seen.length} are known.`, {
    details: { issues: [{ path: 'repository', expected: 'owner/name', received: 'nothing' }] },
  })
}

/** The scores of a repository now, from everything that has been imported. */
export const readScores = makeUseCase({
  name: 'read-scores',
  summary: 'Shows the scores of a repository: dimensions, subscores, what earned and cost points, and what is missing.',
  access: 'read',
  input: z.strictObject({ repository: RepositoryName.optional().describe('owner/name; may be left out where one is known') }),
  output: z.object({
    repository: z.string(),
    overallScore: z.number(),
    maturityLevel: z.string(),
    cycleHealth: z.string(),
    weakest: z.string(),
    dimensions: DimensionAnswers,
    newestEvidenceAt: z.iso.datetime().nullable(),
  }),
  http: { method: 'GET', path: '/scores' },
  cli: { command: 'report' },
  async run(ctx, { repository: given }) {
    const name = await repositoryOf(ctx, given)
    const { scores, sets, repository } = await recallEvidence(ctx, name)
    const three = { feedback: scores.feedback.score, understanding: scores.understanding.score, confidence: scores.confidence.score }
    const overall = overallScore(three)
    const { cycleHealth, weakest } = diagnoseTriangle(three)
    const newest = sets.reduce<Date | null>((latest, { at }) => (latest === null || at > latest ? at : latest), null)
    return {
      repository: repository?.fullName ?? name,
      overallScore: overall,
      maturityLevel: maturityOf(overall),
      cycleHealth,
      weakest,
      dimensions: {
        feedback: toDimensionAnswer(scores.feedback),
        understanding: toDimensionAnswer(scores.understanding),
        confidence: toDimensionAnswer(scores.confidence),
      },
      newestEvidenceAt: newest?.toISOString() ?? null,
    }
  },
})
