// The FOE report from evidence alone. Pure: who builds it gives id, instant and version.
import { DIMENSIONS, type Dimension } from '../measure.ts'
import { EVIDENCE_SOURCES, type EvidenceSet, findFigure, isKnownFigure } from '../score/evidence-set.ts'
import { maturityOf, overallScore } from '../score/overall.ts'
import { READINGS } from '../score/reading.ts'
import type { DimensionScore, DimensionScores } from '../score/score-dimension.ts'
import { DIMENSION_NAMES, SUBSCORE_MAX } from '../score/subscores.ts'
import { diagnosisOf } from './diagnosis.ts'
import { criticalFailuresOf, gapsOf, strengthsOf } from './findings.ts'
import { methodsFor } from './methods.ts'
import { recommendationsOf } from './recommendations.ts'
import { FoeReport } from './report-schema.ts'

/** Colours of Katalyst's pages. */
export const DIMENSION_COLORS = { feedback: '#3b82f6', understanding: '#9333ea', confidence: '#10b981' } as const

export interface ReportRequest {
  /** A UUID. */
  readonly id: string
  readonly repository: string
  readonly repositoryUrl?: string
  readonly scanDate: Date
  /** Milliseconds. */
  readonly scanDuration: number
  readonly scannerVersion: string
  readonly evidence: readonly EvidenceSet[]
  readonly scores: DimensionScores
  /** Sentences a reader has to know, for the methodology. */
  readonly notes?: readonly string[]
}

const CONFIDENCES = ['low', 'medium', 'high'] as const

/** The confidence of a dimension: at least three of its four subscores have it. */
export function dimensionConfidence({ subscores }: DimensionScore): (typeof CONFIDENCES)[number] {
  const ranks = subscores.map(({ confidence }) => CONFIDENCES.indexOf(confidence)).sort((left, right) => left - right)
  return CONFIDENCES[ranks[1] ?? 0] ?? 'low'
}

function dimensionOf(dimension: Dimension, scored: DimensionScore) {
  return {
    name: DIMENSION_NAMES[dimension],
    score: scored.score,
    max: 100,
    confidence: dimensionConfidence(scored),
    color: DIMENSION_COLORS[dimension],
    subscores: scored.subscores.map(({ name, score, confidence, evidence, deductions, gaps }) => ({
      name,
      score,
      max: SUBSCORE_MAX,
      confidence,
      evidence: evidence.map(({ text, points, max }) => (max === 0 ? text : `${text}: ${points} of ${max} points`)),
      gaps: gaps.map(({ title }) => title),
      deductions: deductions.map(({ points, reason }) => ({ points, reason })),
      methods: methodsFor(name),
    })),
  }
}

const day = (at: Date): string => at.toISOString().slice(0, 10)

function numberAt(evidence: readonly EvidenceSet[], source: EvidenceSet['source'], metric: string, reading: 'number' | 'tests'): number {
  const figure = findFigure(evidence, source, metric)
  return figure && isKnownFigure(figure) ? Math.trunc(READINGS[reading].read(figure.value) ?? 0) : 0
}

function suitesIn(evidence: readonly EvidenceSet[]): number {
  const value = findFigure(evidence, 'github', 'testResults')?.value
  const suites = typeof value === 'object' && value !== null && 'suites' in value ? value.suites : undefined
  return Array.isArray(suites) ? suites.length : 0
}

/** What the figures rest on, so that a reader knows how far to trust them. */
function methodologyOf({ evidence, scores, notes = [] }: ReportRequest): FoeReport['methodology'] {
  const sources = [...new Map(evidence.map((set) => [`${set.source} ${day(set.at)}`, set])).values()].sort(
    (left, right) => left.at.getTime() - right.at.getTime() || (left.source < right.source ? -1 : 1),
  )
  const adrs = (['github', 'governance'] as const).map((source) => numberAt(evidence, source, 'adrCount', 'number'))
  return {
    filesAnalyzed: numberAt(evidence, 'governance', 'artifactCount', 'number'),
    testFilesAnalyzed: suitesIn(evidence),
    adrsAnalyzed: Math.max(...adrs),
    confidenceNotes: [
      ...DIMENSIONS.map((dimension) => `${DIMENSION_NAMES[dimension]}: ${scores[dimension].coverage} of 4 subscores have evidence.`),
      ...sources.map(({ source, at }) => `Evidence of ${EVIDENCE_SOURCES[source]}, taken on ${day(at)}.`),
      ...notes,
      'Scores come from imported evidence, not from reading the source code; a subscore without evidence is 0 and no result.',
    ],
  }
}

function summaryOf(
  repository: string,
  overall: number,
  scores: DimensionScores,
  report: Pick<FoeReport, 'criticalFailures' | 'recommendations'>,
) {
  const known = DIMENSIONS.filter((dimension) => scores[dimension].coverage > 0)
  if (known.length === 0)
    return `There is no evidence for ${repository} yet, so the scores are 0 without being results. Import from GitHub, Jira or Confluence first.`
  const each = DIMENSIONS.map(
    (dimension) =>
      `${DIMENSION_NAMES[dimension]} ${scores[dimension].score} of 100 (${scores[dimension].coverage} of 4 subscores with evidence)`,
  )
  const failures = report.criticalFailures.map(({ title }) => title)
  return [
    `${repository} scores ${overall} of 100 (${maturityOf(overall)}): ${each.join(', ')}.`,
    ...(failures.length > 0 ? [`Critical: ${failures.join('; ')}.`] : []),
    ...(report.recommendations[0] ? [`First: ${report.recommendations[0].title}.`] : []),
  ].join(' ')
}

/** Methods by how often the report names them. */
function referencedMethods(
  report: Pick<FoeReport, 'dimensions' | 'criticalFailures' | 'gaps' | 'recommendations'>,
): FoeReport['referencedMethods'] {
  const found = new Map<string, FoeReport['referencedMethods'][number]>()
  const count = (context: 'subscore' | 'finding' | 'recommendation', methods: readonly { methodId: string; title: string }[] = []) => {
    for (const { methodId, title } of methods) {
      const entry = found.get(methodId) ?? { methodId, title, referenceCount: 0, contexts: [] }
      const contexts = entry.contexts.includes(context) ? entry.contexts : [...entry.contexts, context]
      found.set(methodId, { ...entry, referenceCount: entry.referenceCount + 1, contexts })
    }
  }
  for (const dimension of DIMENSIONS) for (const { methods } of report.dimensions[dimension].subscores) count('subscore', methods)
  for (const { methods } of [...report.criticalFailures, ...report.gaps]) count('finding', methods)
  for (const { methods } of report.recommendations) count('recommendation', methods)
  return [...found.values()].sort((left, right) => right.referenceCount - left.referenceCount || (left.methodId < right.methodId ? -1 : 1))
}

/** Builds the canonical report. What comes out has passed the strict schema. */
export function buildReport(request: ReportRequest): FoeReport {
  const { scores, repository, repositoryUrl } = request
  const overall = overallScore({
    feedback: scores.feedback.score,
    understanding: scores.understanding.score,
    confidence: scores.confidence.score,
  })
  const parts = {
    dimensions: {
      feedback: dimensionOf('feedback', scores.feedback),
      understanding: dimensionOf('understanding', scores.understanding),
      confidence: dimensionOf('confidence', scores.confidence),
    } as FoeReport['dimensions'],
    criticalFailures: criticalFailuresOf(scores),
    strengths: strengthsOf(scores),
    gaps: gapsOf(scores),
    recommendations: recommendationsOf(scores),
  }
  return FoeReport.parse({
    id: request.id,
    repository,
    ...(repositoryUrl ? { repositoryUrl } : {}),
    scanDate: request.scanDate.toISOString(),
    scanDuration: request.scanDuration,
    scannerVersion: request.scannerVersion,
    overallScore: overall,
    maturityLevel: maturityOf(overall),
    assessmentMode: 'standard',
    executiveSummary: summaryOf(repository, overall, scores, parts),
    ...parts,
    triangleDiagnosis: diagnosisOf(scores),
    methodology: methodologyOf(request),
    referencedMethods: referencedMethods(parts),
  })
}
