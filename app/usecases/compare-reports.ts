import { z } from 'zod'
import { compareScores } from '../../integrations/foe/report/compare-scores.ts'
import { FoeReport } from '../../integrations/foe/report/report-schema.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findReport, type StoredReport } from '../../integrations/store/reports.ts'
import { ComparisonAnswer, DimensionAnswers, ReportSummary, toComparisonAnswer, toReportSummary } from '../answers/report-answer.ts'
import { makeUseCase } from '../use-case.ts'

const titlesOf = (report: StoredReport, part: 'gaps' | 'strengths'): ReadonlySet<string> =>
  new Set(
    FoeReport.parse(report.body)[part].map((entry) =>
      'title' in entry ? `${entry.area}: ${entry.title}` : `${entry.area}: ${entry.evidence}`,
    ),
  )

const onlyIn = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] => [...one].filter((title) => !other.has(title))

/** Two reports side by side, the earlier one as the base: what moved, why, and which gaps came and went. */
export const compareReports = makeUseCase({
  name: 'compare-reports',
  summary: 'Compares two reports: what moved, which metrics moved it, and which gaps came and went.',
  access: 'read',
  input: z.strictObject({
    id: z.string().min(1).max(100).describe('The base'),
    otherId: z.string().min(1).max(100).describe('The one to compare with it'),
  }),
  output: ComparisonAnswer.extend({
    base: ReportSummary,
    other: ReportSummary,
    newGaps: z.array(z.string()),
    resolvedGaps: z.array(z.string()),
    newStrengths: z.array(z.string()),
  }),
  http: { method: 'GET', path: '/reports/{id}/compare/{otherId}' },
  async run(ctx, { id, otherId }) {
    const { db } = await ctx.store()
    const [base, other] = await Promise.all(
      [id, otherId].map(async (one) => {
        const report = await findReport(db, one)
        if (!report) throw new AppError('not-found', `There is no report ${one}.`)
        return report
      }),
    )
    if (!base || !other) throw new AppError('internal', 'A report was not read.')
    const [gaps, otherGaps] = [titlesOf(base, 'gaps'), titlesOf(other, 'gaps')]
    return {
      ...toComparisonAnswer(compareScores(DimensionAnswers.parse(base.scores), DimensionAnswers.parse(other.scores))),
      base: toReportSummary(base),
      other: toReportSummary(other),
      newGaps: onlyIn(otherGaps, gaps),
      resolvedGaps: onlyIn(gaps, otherGaps),
      newStrengths: onlyIn(titlesOf(other, 'strengths'), titlesOf(base, 'strengths')),
    }
  },
})
