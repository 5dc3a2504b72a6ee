// Reports and scores as answers carry them.
import { z } from 'zod'
import type { ScoreComparison } from '../../integrations/foe/report/compare-scores.ts'
import type { DimensionScore } from '../../integrations/foe/score/score-dimension.ts'
import type { ReportLine } from '../../integrations/store/reports.ts'

const Three = z.object({ feedback: z.number(), understanding: z.number(), confidence: z.number() })

export const ReportSummary = z.object({
  id: z.string(),
  repository: z.string(),
  repositoryUrl: z.string(),
  overallScore: z.number(),
  maturityLevel: z.string(),
  dimensions: Three,
  scanDate: z.iso.datetime(),
  handedOverAt: z.iso.datetime().nullable().describe('When Katalyst took it'),
})

export const toReportSummary = (line: ReportLine): z.input<typeof ReportSummary> => ({
  id: line.publicId,
  repository: line.repository,
  repositoryUrl: line.repositoryUrl,
  overallScore: line.overall,
  maturityLevel: line.maturity,
  dimensions: { feedback: line.feedback, understanding: line.understanding, confidence: line.confidence },
  scanDate: line.createdAt.toISOString(),
  handedOverAt: line.handedOverAt?.toISOString() ?? null,
})

const Gap = z.object({ code: z.string(), title: z.string(), recommendation: z.string(), severity: z.string() })

export const EvidenceItem = z.object({
  criterion: z.string(),
  source: z.string(),
  metric: z.string(),
  number: z.number().nullable().describe('What the bands were asked about; null where there was nothing to measure'),
  points: z.number(),
  max: z.number(),
  text: z.string(),
  at: z.iso.datetime(),
  url: z.string().optional(),
})

export const SubscoreAnswer = z.object({
  name: z.string(),
  score: z.number(),
  max: z.number(),
  confidence: z.string(),
  evidence: z.array(EvidenceItem),
  deductions: z.array(
    z.object({ criterion: z.string(), source: z.string(), metric: z.string(), number: z.number(), points: z.number(), reason: z.string() }),
  ),
  gaps: z.array(Gap),
})

export const DimensionAnswer = z.object({
  dimension: z.string(),
  score: z.number(),
  coverage: z.number().int().describe('How many of the four subscores have evidence: the 0 of the others is no result'),
  subscores: z.array(SubscoreAnswer),
})

export const DimensionAnswers = z.object({ feedback: DimensionAnswer, understanding: DimensionAnswer, confidence: DimensionAnswer })

/** A score with its instants as text. */
export const toDimensionAnswer = (scored: DimensionScore): z.input<typeof DimensionAnswer> => ({
  dimension: scored.dimension,
  score: scored.score,
  coverage: scored.coverage,
  subscores: scored.subscores.map(({ evidence, deductions, gaps, ...subscore }) => ({
    ...subscore,
    evidence: evidence.map(({ at, ...item }) => ({ ...item, at: at.toISOString() })),
    deductions: [...deductions],
    gaps: [...gaps],
  })),
})

const Change = z.object({ before: z.number(), after: z.number(), delta: z.number() })
const DimensionChange = Change.extend({ coverageBefore: z.number(), coverageAfter: z.number() })

export const ComparisonAnswer = z.object({
  summary: z.string(),
  overall: Change,
  maturity: z.object({ before: z.string(), after: z.string() }),
  dimensions: z.object({ feedback: DimensionChange, understanding: DimensionChange, confidence: DimensionChange }),
  moves: z.array(
    z.object({
      dimension: z.string(),
      subscore: z.string(),
      criterion: z.string(),
      metric: z.string(),
      cause: z.enum(['changed', 'appeared', 'vanished', 'rescaled']),
      points: z.number(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
})

export const toComparisonAnswer = (comparison: ScoreComparison): z.input<typeof ComparisonAnswer> => ({
  ...comparison,
  moves: [...comparison.moves],
})
