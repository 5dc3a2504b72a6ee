// Figures as people read them: which belong together, what they are called and how their values are written. Names of figures are
// those of the answers (contract.md 4.1). Labels avoid the words that a page shows once elsewhere (katalyst.md 6.4).
import { html } from 'hono/html'
import type { Html } from './page.ts'
import { facts } from './parts.ts'
import { decimal, duration, percent } from './words.ts'

type Format = 'seconds' | 'fraction' | 'percent' | 'number' | 'flag' | 'text' | ((value: never) => string)
type Row = readonly [metric: string, label: string, format: Format]

export interface Block {
  readonly title: string
  readonly rows: readonly Row[]
  /** Beginnings of the codes of gaps that belong here. */
  readonly gaps: readonly string[]
  /** The title stands once on the page: gaps under it are worded without it. */
  readonly once?: true
}

const days = (value: { readonly weekly?: number }) => (value.weekly === undefined ? 'not known' : `${decimal(value.weekly)} a week`)
const direction = (value: { readonly direction?: string; readonly counts?: readonly number[] }) =>
  `${value.direction ?? 'not known'}${value.counts ? ` (${value.counts.join(', ')})` : ''}`
const tests = (value: { readonly total?: number; readonly failed?: number; readonly flaky?: number }) =>
  `${value.total ?? 0} in all, ${value.failed ?? 0} failed, ${value.flaky ?? 0} flaky`
const checks = (value: { readonly required?: boolean; readonly contexts?: readonly string[] }) =>
  value.required ? `required: ${(value.contexts ?? []).join(', ') || 'any'}` : 'not required'
const open = (value: { readonly open?: number }) => `${value.open ?? 0} open`
const severities = (value: Readonly<Record<string, number>>) =>
  Object.entries(value)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ') || 'none'

/** What a report shows of each import it was built from; the titles and some labels are looked up by text. */
export const REPORT_BLOCKS: Readonly<Record<string, readonly Block[]>> = {
  'github feedback': [
    {
      title: 'GitHub Actions',
      gaps: [],
      rows: [
        ['workflowRuns', 'Runs', 'number'],
        ['buildTimeP50', 'Build Time', 'seconds'],
        ['failureRate', 'Failed', 'fraction'],
        ['meanTimeToRecovery', 'Until it works again', 'seconds'],
        ['deploymentFrequency', 'To production', days],
        ['testResults', 'Tests', tests],
      ],
    },
  ],
  'github understanding': [
    {
      title: 'PR Quality',
      gaps: [],
      rows: [
        ['prDescriptionQuality', 'Descriptions, of 100', 'number'],
        ['linkedIssueRate', 'Name an issue', 'fraction'],
        ['conventionalCommitsRate', 'Conventional commits', 'fraction'],
      ],
    },
    {
      title: 'Documentation Presence',
      gaps: [],
      rows: [
        ['hasReadme', 'README', 'flag'],
        ['hasContributing', 'Contributing guide', 'flag'],
        ['hasChangelog', 'Changelog', 'flag'],
        ['adrCount', 'Decision records', 'number'],
      ],
    },
  ],
  'github confidence': [
    {
      title: 'Code Review',
      gaps: [],
      rows: [
        ['approvalRate', 'Approved by another person', 'fraction'],
        ['codeReviewCoverage', 'Reviewed in substance', 'fraction'],
        ['reviewTurnaroundTime', 'Until the first review', 'seconds'],
        ['reviewDepth', 'Comments each', 'number'],
      ],
    },
    {
      title: 'Branch Protection',
      gaps: [],
      rows: [
        ['requiredReviews', 'Approvals required', 'number'],
        ['requiredStatusChecks', 'Checks', checks],
        ['signedCommitsRequired', 'Signed commits', 'flag'],
        ['linearHistoryRequired', 'Linear history', 'flag'],
      ],
    },
    {
      title: 'Security Alerts',
      gaps: [],
      rows: [
        ['openAlerts', 'Vulnerable dependencies', 'number'],
        ['resolutionRate', 'Resolved in time', 'fraction'],
        ['codeScanningAlerts', 'In the code', open],
      ],
    },
  ],
  jira: [
    {
      title: 'Jira Metrics',
      gaps: [],
      rows: [
        ['averageCycleTime', 'Cycle Time', 'seconds'],
        ['averageVelocity', 'Sprint Velocity', 'number'],
        ['completionRate', 'Of what was planned', 'fraction'],
        ['averageLeadTime', 'From idea to done', 'seconds'],
      ],
    },
  ],
  confluence: [
    {
      title: 'Confluence Documentation',
      gaps: [],
      rows: [
        ['totalPages', 'Pages', 'number'],
        ['documentationFreshness', 'Documentation Freshness', 'percent'],
        ['documentationCoverage', 'Documentation Coverage', 'percent'],
        ['operationalCoverage', 'Runbooks that are complete', 'percent'],
      ],
    },
  ],
}

/** What the page of an import shows; figures without a block are listed last under their own names. */
export const IMPORT_BLOCKS: Readonly<Record<string, readonly Block[]>> = {
  ...REPORT_BLOCKS,
  'github feedback': [
    {
      title: 'Builds',
      gaps: ['workflow-runs'],
      rows: [
        ['workflowRuns', 'Runs', 'number'],
        ['buildTimeP50', 'Half take at most', 'seconds'],
        ['buildTimeP90', '90 % take at most', 'seconds'],
        ['buildTimeP99', '99 % take at most', 'seconds'],
        ['failureRate', 'Failed', 'fraction'],
        ['meanTimeToRecovery', 'Until it works again', 'seconds'],
        ['runsInProgress', 'Still running', 'number'],
      ],
    },
    {
      title: 'To production',
      gaps: ['deployments', 'releases'],
      rows: [
        ['doraClassification', 'DORA class (2019–2023)', 'text'],
        ['deploymentFrequency', 'How often', days],
        ['deploymentCount', 'Deployments', 'number'],
        ['releaseCount', 'Releases', 'number'],
        ['releaseCadenceTrend', 'Trend of releases', direction],
        ['leadTimeForChanges', 'From merge to production', 'seconds'],
        ['changeFailureRate', 'Went wrong', 'fraction'],
      ],
    },
    { title: 'Tests', gaps: ['test-'], rows: [['testResults', 'Results', tests]] },
  ],
  'github confidence': [
    (REPORT_BLOCKS['github confidence'] as readonly [Block, Block, Block])[0],
    {
      ...(REPORT_BLOCKS['github confidence'] as readonly [Block, Block, Block])[1],
      gaps: ['branch-', 'merge-', 'reviews-', 'status-', 'signed-'],
    },
    {
      title: 'Dependabot',
      gaps: ['dependabot-alerts'],
      once: true,
      rows: [
        ['openAlerts', 'Open', 'number'],
        ['openAlertsBySeverity', 'By severity', severities],
        ['resolutionRate', 'Resolution Rate', 'fraction'],
        ['meanTimeToRemediate', 'Until it is fixed', 'seconds'],
      ],
    },
    {
      title: 'Scanning',
      gaps: ['code-scanning', 'secret-scanning'],
      rows: [
        ['codeScanningAlerts', 'In the code', open],
        ['secretScanningAlerts', 'Leaked secrets', open],
      ],
    },
  ],
}

const WRITERS = {
  seconds: (value: unknown) => duration(value as number),
  fraction: (value: unknown) => percent(value as number),
  percent: (value: unknown) => `${decimal(value as number)} of 100`,
  number: (value: unknown) => decimal(value as number),
  flag: (value: unknown) => (value ? 'yes' : 'no'),
  text: (value: unknown) => String(value),
} as const

/** A value by its format; what could not be known says so. */
export function write(format: Format, value: unknown): string {
  if (value === null || value === undefined) return 'not known'
  return typeof format === 'function' ? format(value as never) : WRITERS[format](value)
}

/** The figures of a block that the import has. */
export const figuresOf = (block: Block, metrics: Readonly<Record<string, unknown>>): Html => {
  const rows = block.rows.filter(([metric]) => metric in metrics)
  return rows.length === 0
    ? html`<p class="quiet">Not imported.</p>`
    : facts(rows.map(([metric, label, format]) => [label, write(format, metrics[metric])]))
}
