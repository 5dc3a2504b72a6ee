import { z } from 'zod'
import { compareScores as compare } from '../../integrations/foe/report/compare-scores.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { ComparisonAnswer, toComparisonAnswer } from '../answers/report-answer.ts'
import { readEvidence } from '../steps/imports/evidence.ts'
import { RepositoryName } from '../steps/repository-address.ts'
import { makeUseCase } from '../use-case.ts'

const Instant = z.union([z.iso.datetime(), z.iso.date()]).describe('A date or instant (UTC)')

/** A date means its end: what was imported on that day counts. */
const instantOf = (text: string): Date => new Date(text.length === 10 ? `${text}T23:59:59.999Z` : text)

/** What moved between two dates, from the imports that had ended by each. */
export const compareScores = makeUseCase({
  name: 'compare-scores',
  summary: 'Compares the scores of a repository on two dates: what moved, and which metrics moved it.',
  access: 'read',
  input: z.strictObject({
    repository: RepositoryName.describe('owner/name'),
    from: Instant,
    to: Instant.optional().describe('Default: now'),
  }),
  output: ComparisonAnswer.extend({ repository: z.string(), from: z.iso.datetime(), to: z.iso.datetime() }),
  http: { method: 'GET', path: '/scores/compare' },
  async run(ctx, { repository, from: fromText, to: toText }) {
    const [from, to] = [instantOf(fromText), toText === undefined ? ctx.clock.now() : instantOf(toText)]
    if (from > to) throw new AppError('bad-request', 'The input is not valid: from: expected an instant before "to".')
    const [before, after] = [await readEvidence(ctx, repository, from), await readEvidence(ctx, repository, to)]
    return { repository, from: from.toISOString(), to: to.toISOString(), ...toComparisonAnswer(compare(before.scores, after.scores)) }
  },
})
