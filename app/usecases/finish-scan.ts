import { z } from 'zod'
import { findReport } from '../../integrations/store/reports.ts'
import { buildScan, requestOf } from '../steps/reports/scan.ts'
import { makeUseCase } from '../use-case.ts'

/** Builds the report of a scan again, because imports it names were still running; it asks for itself until they have ended. */
export const finishScan = makeUseCase({
  name: 'finish-scan',
  summary: 'Builds a report again with what its imports have brought since.',
  access: 'internal',
  input: z.object({ scanId: z.string() }),
  output: z.object({ running: z.boolean() }),
  async run(ctx, { scanId }) {
    const { db } = await ctx.store()
    const report = await findReport(db, scanId)
    if (!report) return { running: false }
    const { running } = await buildScan(ctx, requestOf(report))
    return { running }
  },
})
