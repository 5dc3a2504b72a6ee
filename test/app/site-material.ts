// Material for a site that has something of everything, and for one where every text is hostile.
import { type GovernanceMaterial, summarizeScan } from '../../app/steps/publishing/governance-documents.ts'
import { known } from '../../integrations/foe/metric-value.ts'
import { scoreDimensions } from '../../integrations/foe/score/score-dimension.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'

export const SITE_AT = new Date('2026-05-04T10:20:30Z')
/** Nothing is known of Feedback. */
const dimensionsAt = (rate: number) =>
  scoreDimensions([
    {
      source: 'github',
      at: SITE_AT,
      metrics: {
        ...{ conventionalCommitsRate: known(rate), prDescriptionQuality: known(100 * rate), linkedIssueRate: known(rate) },
        ...{ hasReadme: known(true), hasContributing: known(rate > 0.5), adrCount: known(Math.round(10 * rate)), wikiPageCount: known(12) },
        ...{
          codeReviewCoverage: known(rate),
          approvalRate: known(rate),
          requiredReviews: known(2),
          openAlerts: known(3),
          resolutionRate: known(rate),
        },
      },
    },
  ])

const roadText = (id: string, status: string, phase: number, title: string) =>
  `---\nid: ${id}\ntitle: ${JSON.stringify(title)}\nstatus: ${status}\nphase: ${phase}\npriority: high\ncapabilities: [CAP-001]\n---\n\n# x\n`

/** Governed files; `status` is that of ROAD-001. */
export const siteFiles = (status = 'implementing', title = 'A search that finds') => [
  { file: 'roads/ROAD-001.md', content: roadText('ROAD-001', status, 1, title) },
  { file: 'roads/ROAD-002.md', content: roadText('ROAD-002', 'proposed', 0, 'Something else') },
  { file: 'capabilities/CAP-001.md', content: `---\nid: CAP-001\ntitle: ${JSON.stringify(title)}\nstatus: stable\n---\n` },
  { file: 'capabilities/CAP-002.md', content: '---\nid: CAP-002\ntitle: Two\nstatus: planned\n---\n' },
]

/** Scores with a history of three scans, and whatever the files say. */
export function siteMaterial(files = siteFiles(), more: Partial<GovernanceMaterial> = {}): GovernanceMaterial {
  const history = [0.1, 0.6, 0.4].map((rate, at) => summarizeScan(new Date(SITE_AT.getTime() - (3 - at) * 86_400_000), dimensionsAt(rate)))
  return {
    artifacts: parseGovernance(files).artifacts,
    provenance: { repository: 'acme/shop', version: '1.4.0', sourceUrl: 'https://git.example.org/acme/shop/tree/main/governance' },
    scores: { at: SITE_AT, dimensions: dimensionsAt(0.9) },
    history,
    fileUrl: (file) => `https://git.example.org/acme/shop/blob/main/governance/${file}`,
    ...more,
  }
}
