import { html } from 'hono/html'
import { listReports } from '../../usecases/list-reports.ts'
import type { Page } from '../page.ts'
import { badge, card, more, table } from '../parts.ts'
import { instant } from '../words.ts'

/** Reports, newest first. */
export const reportsPage: Page = {
  path: '/reports',
  section: '/reports',
  async load(ctx, { query }) {
    const { repository, cursor } = query
    const page = await listReports.run(ctx, { limit: 50, ...(repository ? { repository } : {}), ...(cursor ? { cursor } : {}) })
    const rows = page.items.map((report) => [
      html`<a href="/reports/${report.id}">${report.repository}</a>`,
      report.overallScore,
      badge(report.maturityLevel.toUpperCase(), 'plain'),
      report.dimensions.feedback,
      report.dimensions.understanding,
      report.dimensions.confidence,
      instant(report.scanDate),
    ])
    const headings = ['Repository', 'Overall', 'Maturity', 'Feedback', 'Understanding', 'Confidence', 'Made']
    const empty = 'No report yet. Import evidence (katalyst github:import), then POST /api/v1/scans builds one.'
    const listed = table('Newest first', headings, rows, empty)
    return {
      title: repository ? `Reports on ${repository}` : 'Reports',
      body: card('All', html`${listed}${more('/reports', page.nextCursor, repository ? { repository } : {})}`),
    }
  },
}
