// What one row of the table of points is. Rows are data: docs/scoring.md, the scores and the tests read the same ones.
import type { EvidenceSource } from './evidence-set.ts'
import type { ReadingName } from './reading.ts'

/** Where bands come from, as docs/scoring.md cites them. */
export const BASES = {
  dora: 'DORA, State of DevOps reports 2019–2023',
  doraCapabilities: 'DORA, capabilities catalogue (test automation: feedback in less than ten minutes)',
  flakyTests: 'Google Testing Blog, “Flaky Tests at Google and How We Mitigate Them” (2016): about 1.5 % of test runs',
  codeReview: 'Google Engineering Practices, “Speed of Code Reviews”: one business day at most',
  scorecard: 'OpenSSF Scorecard, check Branch-Protection (its tiers)',
  communityProfile: 'GitHub, community profiles for repositories',
  conventionalCommits: 'Conventional Commits 1.0',
  katalyst: 'Katalyst, rubrics of its scanner agents',
  sla: 'the SLA days of docs/metrics.md (critical 7, high 30, medium 90)',
  ours: 'our choice',
} as const
export type Basis = keyof typeof BASES

/** Where the number of a row is found. */
export interface FigurePlace {
  readonly source: EvidenceSource
  readonly metric: string
  readonly reading: ReadingName
  /** The number is divided by this metric of the same source. */
  readonly per?: string
}

/** A figure that is rightly absent because there was nothing to measure: then the row is earned in full. */
export interface NothingToMeasure {
  /** A metric of the same source that must be known, */
  readonly metric: string
  /** and, where given, must be this. */
  readonly is?: number
  readonly says: string
}

export interface Criterion {
  /** What it is about, as evidence and deductions say it. */
  readonly label: string
  /** Its share of the 25 points of its subscore. */
  readonly weight: number
  /** Of several places that know, the one that earns most counts: each sees a part of the same work. */
  readonly places: readonly FigurePlace[]
  readonly unit: 'seconds' | 'fraction' | 'percent' | 'count' | 'flag' | 'perDay' | 'number'
  readonly better: 'more' | 'less'
  /** `[limit, points]`, best first: the number reaches the limit (at least it where more is better, at most it where less is). */
  readonly bands: readonly (readonly [limit: number, points: number])[]
  readonly basis: Basis
  /** Why these bands. */
  readonly because: string
  readonly nothing?: NothingToMeasure
}

const place =
  (source: EvidenceSource) =>
  (metric: string, reading: ReadingName = 'number', per?: string): FigurePlace => ({ source, metric, reading, ...(per ? { per } : {}) })

export const github = place('github')
export const jira = place('jira')
export const confluence = place('confluence')
export const governance = place('governance')

/** Points of a criterion for its number, out of its weight. */
export function pointsFor({ better, bands }: Pick<Criterion, 'better' | 'bands'>, number: number): number {
  return bands.find(([limit]) => (better === 'more' ? number >= limit : number <= limit))?.[1] ?? 0
}
