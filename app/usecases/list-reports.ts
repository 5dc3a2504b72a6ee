import { z } from 'zod'
import { listReports as listStored } from '../../integrations/store/reports.ts'
import { ReportSummary, toReportSummary } from '../answers/report-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Reports, newest first. */
export const listReports = makeUseCase({
  name: 'list-reports',
  summary: 'Lists FOE reports, of one repository or all, newest first.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    repository: z.string().min(1).max(500).optional().describe('Only reports of this repository (owner/name)'),
  }),
  output: pageOf(ReportSummary),
  http: { method: 'GET', path: '/reports' },
  async run(ctx, { repository, ...request }) {
    const { db } = await ctx.store()
    const page = await listStored(db, { ...request, ...(repository === undefined ? {} : { repository }) })
    return { ...page, items: page.items.map(toReportSummary) }
  },
})
