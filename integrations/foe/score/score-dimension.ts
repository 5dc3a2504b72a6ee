// From figures to the points of one dimension. Pure: the same evidence gives the same score in whatever order it comes. The rules
// are those of docs/scoring.md, and property tests hold them.
import type { Gap } from '../gap.ts'
import { DIMENSIONS, type Dimension } from '../measure.ts'
import { confidenceOf, type ScoreConfidence, sharePoints } from './allocate.ts'
import { criteriaOf } from './criteria.ts'
import type { Criterion } from './criterion.ts'
import { EVIDENCE_SOURCES, type EvidenceSet, type EvidenceSource } from './evidence-set.ts'
import { examine, type Finding } from './examine.ts'
import { gapsOfMissing } from './missing-evidence.ts'
import { sayNumber } from './say-number.ts'
import { SUBSCORE_MAX, SUBSCORES, type SubscoreName } from './subscores.ts'

/** A figure that was looked at, and what it earned. */
export interface ScoredEvidence {
  readonly criterion: string
  readonly source: EvidenceSource
  readonly metric: string
  /** What the bands were asked about; null where there was nothing to measure, which is as good as it gets. */
  readonly number: number | null
  /** Whole points it earned, and how many it could. Both 0 for a figure beside the one that counts. */
  readonly points: number
  readonly max: number
  /** One sentence for people. */
  readonly text: string
  readonly at: Date
  readonly url?: string
}

/** Points that a figure did not earn. */
export interface Deduction {
  readonly criterion: string
  readonly source: EvidenceSource
  readonly metric: string
  readonly number: number
  readonly points: number
  readonly reason: string
}

export interface Subscore {
  readonly name: SubscoreName
  /** A whole number, 0..25: the sum of the points in `evidence`. */
  readonly score: number
  readonly max: typeof SUBSCORE_MAX
  readonly confidence: ScoreConfidence
  readonly evidence: readonly ScoredEvidence[]
  readonly deductions: readonly Deduction[]
  readonly gaps: readonly Gap[]
}

export interface DimensionScore {
  readonly dimension: Dimension
  /** 0..100: the sum of its four subscores. */
  readonly score: number
  /** How many of the four had evidence: a 0 of the others is no result. */
  readonly coverage: 0 | 1 | 2 | 3 | 4
  readonly subscores: readonly Subscore[]
}

const sourceName = (source: EvidenceSource): string => EVIDENCE_SOURCES[source]

function textOf(criterion: Criterion, { place, number, says }: Finding): string {
  const said = number === null ? says : sayNumber(criterion.unit, number)
  return `${criterion.label}: ${said} (${sourceName(place.source)})`
}

function evidenceOf(criterion: Criterion, finding: Finding, points: number, max: number): ScoredEvidence {
  const { place, set, number } = finding
  return {
    criterion: criterion.label,
    source: place.source,
    metric: place.metric,
    number,
    points,
    max,
    text: textOf(criterion, finding),
    at: set.at,
    ...(set.url ? { url: set.url } : {}),
  }
}

function deductionOf(criterion: Criterion, { place, number }: Finding, points: number): readonly Deduction[] {
  if (points === 0 || number === null) return []
  const [full] = criterion.bands[0] ?? [0]
  const wanted =
    criterion.unit === 'flag' ? 'yes' : `${criterion.better === 'more' ? 'at least' : 'at most'} ${sayNumber(criterion.unit, full)}`
  const reason = `${criterion.label}: ${sayNumber(criterion.unit, number)}; all points from ${wanted}`
  return [{ criterion: criterion.label, source: place.source, metric: place.metric, number, points, reason }]
}

function scoreSubscore(name: SubscoreName, criteria: readonly Criterion[], evidence: readonly EvidenceSet[]): Subscore {
  const examined = criteria.map((criterion) => ({ criterion, found: examine(criterion, evidence) }))
  const known = examined.flatMap(({ criterion, found }) => (found.state === 'known' ? [{ criterion, findings: found.findings }] : []))
  const unknown = examined.flatMap(({ criterion, found }) => (found.state === 'unknown' ? [{ criterion, reason: found.reason }] : []))
  const shares = sharePoints(known.map(({ criterion, findings: [{ points }] }) => ({ weight: criterion.weight, points })))
  const scored = known.map(({ criterion, findings: [counts, ...beside] }, at) => {
    const { max, points } = shares[at] ?? { max: 0, points: 0 }
    return {
      points,
      evidence: [evidenceOf(criterion, counts, points, max), ...beside.map((finding) => evidenceOf(criterion, finding, 0, 0))],
      deductions: deductionOf(criterion, counts, max - points),
    }
  })
  return {
    name,
    score: scored.reduce((sum, { points }) => sum + points, 0),
    max: SUBSCORE_MAX,
    confidence: confidenceOf(known.reduce((sum, { criterion }) => sum + criterion.weight, 0)),
    evidence: scored.flatMap((part) => part.evidence),
    deductions: scored.flatMap((part) => part.deductions),
    gaps: gapsOfMissing(name, unknown, known.length === 0),
  }
}

/**
 * Scores one dimension from figures of any number of imports of any source; an import of another dimension adds what it knows
 * (test results of a feedback import count for Test Quality).
 */
export function scoreDimension(dimension: Dimension, evidence: readonly EvidenceSet[]): DimensionScore {
  const subscores = SUBSCORES[dimension].map((name) => scoreSubscore(name, criteriaOf(dimension, name), evidence))
  return {
    dimension,
    score: subscores.reduce((sum, subscore) => sum + subscore.score, 0),
    coverage: subscores.filter((subscore) => subscore.evidence.length > 0).length as DimensionScore['coverage'],
    subscores,
  }
}

export type DimensionScores = Readonly<Record<Dimension, DimensionScore>>

/** All three dimensions from the same evidence. */
export const scoreDimensions = (evidence: readonly EvidenceSet[]): DimensionScores =>
  Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, scoreDimension(dimension, evidence)])) as DimensionScores
