// The numbers of docs/metrics.md that an organisation may change, with their defaults.

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface MetricSettings {
  /** Only runs of this workflow; null: all. */
  readonly workflowName: string | null
  /** Only runs of this branch of the repository itself (not of a fork's branch of the same name); null: all. */
  readonly branch: string | null
  /** Accounts of type User that programs use. */
  readonly botLogins: readonly string[]
  /** What counts as production besides GitHub's own `production_environment`. */
  readonly productionPattern: RegExp
  /** Equal parts of the window whose release counts make the trend. */
  readonly trendParts: number
  /** Share of the larger count by which two counts may differ and still be equal. */
  readonly trendTolerance: number
  /** Names of artifacts that hold test results: `*` stands for anything, letter case does not matter. */
  readonly testArtifactNames: readonly string[]
  /** A review body from this length on is substantive (characters). */
  readonly substantiveLength: number
  /** Days within which an alert is to be resolved. */
  readonly slaDays: Readonly<Record<Severity, number>>
  /** A page changed within these days is fresh. */
  readonly freshDays: number
  /** Where the repository keeps governance artifacts; null: it has none. */
  readonly governancePath: string | null
  /** Prefixes of issue keys (`KEY` of `KEY-12`); null: any that is not a known name of a standard. */
  readonly issueKeys: readonly string[] | null
}

export const DEFAULT_SETTINGS: MetricSettings = Object.freeze({
  workflowName: null,
  branch: null,
  botLogins: [],
  productionPattern: /^prod/i,
  trendParts: 4,
  trendTolerance: 0.1,
  testArtifactNames: ['*test*', '*junit*', '*results*', '*.trx*'],
  substantiveLength: 20,
  slaDays: { critical: 7, high: 30, medium: 90, low: 180 },
  freshDays: 180,
  governancePath: 'governance',
  issueKeys: null,
})
