import { z } from 'zod'
import { FoeReport } from '../../integrations/foe/report/report-schema.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findReport } from '../../integrations/store/reports.ts'
import { makeUseCase } from '../use-case.ts'

/** A report in exactly Katalyst's canonical shape. */
export const readReport = makeUseCase({
  name: 'read-report',
  summary: 'Shows an FOE report in the canonical shape.',
  access: 'read',
  input: z.strictObject({ id: z.string().min(1).max(100).describe('The scanId') }),
  output: FoeReport,
  http: { method: 'GET', path: '/reports/{id}' },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const report = await findReport(db, id)
    if (!report) throw new AppError('not-found', `There is no report ${id}.`)
    // Checked when it was built and again on the way out: a row of another version must not pass for the canonical shape.
    return FoeReport.parse(report.body)
  },
})
