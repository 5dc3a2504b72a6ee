// The governance report: how the three dimensions stand and why, how sound the artifacts are, where things are going, and what
// to do next.
import type { RootContent } from 'mdast'
import type { Gap, GapSeverity } from '../foe/gap.ts'
import type { Dimension } from '../foe/measure.ts'
import type { MaturityLevel, Triangle } from '../foe/score/overall.ts'
import type { DimensionScores, Subscore } from '../foe/score/score-dimension.ts'
import type { StatusColour } from './document-nodes.ts'
import type { PageDocument } from './page-document.ts'
import { type Provenance, provenanceNote, provenanceTable, type ScanSummary, sayInstant } from './provenance.ts'
import { bullets, folded, heading, paragraph, status, strong, table, textNode, type Words } from './tree-builder.ts'

export interface GovernanceHealth {
  /** How many artifacts of each kind, in the order they are to be shown in. */
  readonly artifacts: readonly (readonly [kind: string, count: number])[]
  /** References and schemas that do not hold, as sentences. */
  readonly errors: readonly string[]
  readonly warnings: number
}

export interface GovernanceReportInput {
  /** Absent until something has been imported. */
  readonly scores?: {
    readonly overall: number
    readonly maturity: MaturityLevel
    readonly dimensions: DimensionScores
    readonly triangle: Triangle
  }
  readonly health: GovernanceHealth
  /** Earlier scans, oldest first; the last one is the one the scores are of. */
  readonly trend: readonly ScanSummary[]
  readonly gaps: readonly Gap[]
  readonly provenance: Provenance
}

const NAMES: readonly (readonly [Dimension, string])[] = [
  ['feedback', 'Feedback'],
  ['understanding', 'Understanding'],
  ['confidence', 'Confidence'],
]
const MATURITY_COLOURS: Readonly<Record<MaturityLevel, StatusColour>> = {
  Hypothesized: 'Red',
  Emerging: 'Yellow',
  Practicing: 'Blue',
  Optimized: 'Green',
}
const CYCLE = {
  virtuous: ['Virtuous', 'Green', 'Every dimension is at or above its minimum: they hold each other up.'],
  'at-risk': ['At risk', 'Yellow', 'One dimension is below its minimum and begins to weaken the others.'],
  vicious: ['Vicious', 'Red', 'Several dimensions are below their minimums and pull each other down.'],
} as const satisfies Readonly<Record<Triangle['cycleHealth'], readonly [string, StatusColour, string]>>
const SEVERITY_COLOURS: Readonly<Record<GapSeverity, StatusColour>> = { critical: 'Red', high: 'Red', medium: 'Yellow', low: 'Blue' }
const SEVERITIES = Object.keys(SEVERITY_COLOURS) as readonly GapSeverity[]

/** Errors beyond these are counted, not listed: the page is to be read. */
const LISTED_ERRORS = 50
const TREND_ROWS = 12

const SCORE_COLUMNS = ['Score', 'Of', 'Points', 'Files', 'Overall', 'Change', 'Feedback', 'Understanding', 'Confidence']

function scoreBlocks({ scores }: GovernanceReportInput): RootContent[] {
  if (!scores) {
    return [
      heading(2, 'Scores'),
      paragraph('Nothing has been imported yet, so there is nothing to score. Import evidence from GitHub, Jira or Confluence first.'),
    ]
  }
  const { dimensions, triangle, overall, maturity } = scores
  const [cycle, colour, sentence] = CYCLE[triangle.cycleHealth]
  const rows = NAMES.map(([key, name]): readonly Words[] => {
    const { score, coverage } = dimensions[key]
    return [name, String(score), '100', `${coverage} of 4 parts`]
  })
  return [
    heading(2, 'Scores'),
    paragraph([
      strong(`Overall ${overall} of 100`),
      textNode(' '),
      status(maturity, MATURITY_COLOURS[maturity]),
      textNode(' '),
      status(cycle, colour),
    ]),
    table(['Dimension', 'Score', 'Of', 'Evidence for'], rows, SCORE_COLUMNS),
    paragraph(`${sentence} The weakest is ${NAMES.find(([key]) => key === triangle.weakest)?.[1] ?? triangle.weakest}.`),
    ...NAMES.flatMap(([key, name]) => dimensionBlocks(name, dimensions[key].subscores)),
  ]
}

function dimensionBlocks(name: string, subscores: readonly Subscore[]): RootContent[] {
  const rows = subscores.map((subscore): readonly Words[] => [
    subscore.name,
    // A 0 for lack of evidence is no result, and must not be read as one.
    subscore.evidence.length === 0 ? 'no evidence' : String(subscore.score),
    String(subscore.max),
    subscore.confidence,
  ])
  const reasons = subscores.flatMap(({ name: part, deductions }) =>
    deductions.map(({ points, reason }): Words => [strong(`${part} −${points}`), textNode(`: ${reason}`)]),
  )
  return [
    heading(3, name),
    table(['Part', 'Score', 'Of', 'Sure'], rows, SCORE_COLUMNS),
    ...(reasons.length > 0 ? [folded(`Points not earned (${reasons.length})`, [bullets(reasons)])] : []),
  ]
}

function healthBlocks({ artifacts, errors, warnings }: GovernanceHealth): RootContent[] {
  const isSound = errors.length === 0
  const listed = errors.slice(0, LISTED_ERRORS)
  const more = errors.length - listed.length
  const items: Words[] = [...listed, ...(more > 0 ? [`… and ${more} more`] : [])]
  return [
    heading(2, 'Governance health'),
    paragraph([
      status(isSound ? 'Sound' : 'Broken', isSound ? 'Green' : 'Red'),
      textNode(` ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`),
    ]),
    table(
      ['Artifacts', 'Files'],
      artifacts.map(([kind, count]) => [kind, String(count)]),
      SCORE_COLUMNS,
    ),
    ...(isSound ? [] : [folded(`Errors (${errors.length})`, [bullets(items)])]),
  ]
}

/** Signed, with a real minus; the first scan has nothing to be compared with. */
const change = (now: number, before: number | undefined): string =>
  before === undefined || now === before ? (before === undefined ? '' : '±0') : now > before ? `+${now - before}` : `−${before - now}`

function trendBlocks(trend: readonly ScanSummary[]): RootContent[] {
  if (trend.length === 0) return []
  const rows = trend.map((scan, at): readonly Words[] => [
    sayInstant(scan.at),
    String(scan.overall),
    change(scan.overall, trend[at - 1]?.overall),
    ...NAMES.map(([key]) => String(scan.scores[key])),
    scan.maturity,
  ])
  return [
    heading(2, 'Trend'),
    table(
      ['Scan', 'Overall', 'Change', 'Feedback', 'Understanding', 'Confidence', 'Maturity'],
      rows.slice(-TREND_ROWS).toReversed(),
      SCORE_COLUMNS,
    ),
  ]
}

function gapBlocks(gaps: readonly Gap[]): RootContent[] {
  if (gaps.length === 0) return [heading(2, 'Gaps'), paragraph('None is known.')]
  const sorted = [...gaps].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.code < b.code ? -1 : 1))
  const rows = sorted.map((gap): readonly Words[] => [status(gap.severity, SEVERITY_COLOURS[gap.severity]), gap.title, gap.recommendation])
  return [heading(2, 'Gaps'), table(['Severity', 'Gap', 'What to do'], rows)]
}

/** The page of the governance report. Deterministic: the same input gives the same tree. */
export function governanceReportDocument(input: GovernanceReportInput): PageDocument {
  const children: RootContent[] = [
    provenanceNote(input.provenance),
    ...scoreBlocks(input),
    ...healthBlocks(input.health),
    ...trendBlocks(input.trend),
    ...gapBlocks(input.gaps),
    ...provenanceTable(input.provenance),
  ]
  return { key: 'governance-report', title: 'Governance Report', tree: { type: 'root', children } }
}
