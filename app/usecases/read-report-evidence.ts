import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findReport } from '../../integrations/store/reports.ts'
import { DimensionAnswers, ReportSummary, toReportSummary } from '../answers/report-answer.ts'
import { makeUseCase } from '../use-case.ts'

const Used = z.object({
  importId: z.string(),
  provider: z.string(),
  dimension: z.string().optional(),
  scope: z.string(),
  updatedAt: z.iso.datetime(),
})

/** What a report was built from, beyond the canonical shape: each figure with its points, and the imports. */
export const readReportEvidence = makeUseCase({
  name: 'read-report-evidence',
  summary: 'Shows what a report rests on: every figure with its points, source and instant, and the imports.',
  access: 'read',
  input: z.strictObject({ id: z.string().min(1).max(100).describe('The scanId') }),
  output: ReportSummary.extend({ scores: DimensionAnswers, imports: z.array(Used) }),
  http: { method: 'GET', path: '/reports/{id}/evidence' },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const report = await findReport(db, id)
    if (!report) throw new AppError('not-found', `There is no report ${id}.`)
    return {
      ...toReportSummary(report),
      scores: DimensionAnswers.parse(report.scores),
      imports: z.array(Used).parse(report.imports.used ?? []),
    }
  },
})
