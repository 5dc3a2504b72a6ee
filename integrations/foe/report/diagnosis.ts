// How the three dimensions hold each other up, in Katalyst's words (katalyst.md 4.4).
import { DIMENSIONS, type Dimension } from '../measure.ts'
import { diagnoseTriangle, TRIANGLE_MINIMUMS } from '../score/overall.ts'
import type { DimensionScores } from '../score/score-dimension.ts'
import { DIMENSION_NAMES } from '../score/subscores.ts'
import type { FoeReport } from './report-schema.ts'

/** From here on in all three, the cycle feeds itself. */
const STRONG = 50

/** What a dimension below its minimum does to the others, and what helps; looked at in this order. */
export const PATTERNS = {
  understanding: ['Confident Ignorance', 'Document the architecture and its decisions, and simplify where they cannot be explained.'],
  feedback: ['Analysis Paralysis', 'Make builds and tests faster, and watch what is delivered.'],
  confidence: ['Knowledge without Action', 'Protect the branch, repair the tests, and make a delivery easy to take back.'],
} as const satisfies Readonly<Record<Dimension, readonly [pattern: string, intervention: string]>>

const ALL_BELOW = ['Vicious Cycle Risk', 'Begin with the weakest at once: the three pull each other down.'] as const
const NONE_BELOW = ['Virtuous Cycle Potential', 'Strengthen the weakest: the three pull each other up.'] as const

function patternOf(scores: DimensionScores, below: readonly Dimension[], weakest: Dimension): readonly [string, string] {
  if (below.length === DIMENSIONS.length) return ALL_BELOW
  if (below.length === 0 && DIMENSIONS.every((dimension) => scores[dimension].score >= STRONG)) return NONE_BELOW
  const first = (Object.keys(PATTERNS) as Dimension[]).find((dimension) => below.includes(dimension))
  return first ? PATTERNS[first] : [`${DIMENSION_NAMES[weakest]} is weakest dimension`, `Work on ${DIMENSION_NAMES[weakest]} first.`]
}

/** The diagnosis of a report. A dimension nobody has evidence for is named first: its 0 is no result. */
export function diagnosisOf(scores: DimensionScores): FoeReport['triangleDiagnosis'] {
  const { cycleHealth, below, weakest } = diagnoseTriangle({
    feedback: scores.feedback.score,
    understanding: scores.understanding.score,
    confidence: scores.confidence.score,
  })
  const [pattern, intervention] = patternOf(scores, below, weakest)
  const blind = DIMENSIONS.filter((dimension) => scores[dimension].coverage === 0).map((dimension) => DIMENSION_NAMES[dimension])
  const first = blind.length > 0 ? `There is no evidence for ${blind.join(', ')} yet: import some before acting on this. ` : ''
  return { cycleHealth, pattern, weakestPrinciple: weakest, intervention: `${first}${intervention}`, thresholds: { ...TRIANGLE_MINIMUMS } }
}
