import { z } from 'zod'
import { FoeReport } from '../../integrations/foe/report/report-schema.ts'
import { savePublication } from '../../integrations/store/publications.ts'
import { findReport, markHandedOver } from '../../integrations/store/reports.ts'
import { makeUseCase } from '../use-case.ts'

/** Hands a report to Katalyst. A repeat of one that Katalyst has taken sends nothing; one that was cut off replaces itself there. */
export const handOverReport = makeUseCase({
  name: 'hand-over-report',
  summary: 'Hands a report to Katalyst.',
  access: 'internal',
  input: z.object({ reportId: z.string() }),
  output: z.object({ status: z.enum(['handed-over', 'had-been', 'gone']) }),
  async run(ctx, { reportId }) {
    const store = await ctx.store()
    const report = await findReport(store.db, reportId)
    if (!report) return { status: 'gone' as const }
    if (report.handedOverAt) return { status: 'had-been' as const }
    const { id } = await ctx.providers.katalyst.sendReport(FoeReport.parse(report.body))
    const at = ctx.clock.now()
    const url = `${ctx.providers.katalyst.address}/api/v1/reports/${encodeURIComponent(id)}`
    await store.transaction(async (db) => {
      await markHandedOver(db, reportId, at)
      await savePublication(db, {
        provider: 'katalyst',
        scope: report.repository,
        target: 'katalyst-report',
        contentType: 'foe-report',
        remoteId: id,
        title: `FOE report of ${report.repository}`,
        url,
        status: 'created',
        publishedAt: at,
        updatedAt: at,
      })
    })
    return { status: 'handed-over' as const }
  },
})
