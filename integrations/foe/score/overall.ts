// What the three dimensions say together: one score, one word for it, and how the three hold each other up.
import { DIMENSIONS, type Dimension } from '../measure.ts'

/** Shares of the dimensions in the overall score. */
export const OVERALL_WEIGHTS = { feedback: 0.35, understanding: 0.35, confidence: 0.3 } as const satisfies Readonly<
  Record<Dimension, number>
>

/** Maturity from this overall score on, highest first (katalyst.md 4.1). */
export const MATURITY_BANDS = [
  [76, 'Optimized'],
  [51, 'Practicing'],
  [26, 'Emerging'],
  [0, 'Hypothesized'],
] as const
export type MaturityLevel = (typeof MATURITY_BANDS)[number][1]

/** Below its minimum a dimension weakens the other two (katalyst.md 4.4). */
export const TRIANGLE_MINIMUMS = { understanding: 35, feedback: 40, confidence: 30 } as const satisfies Readonly<Record<Dimension, number>>

export type CycleHealth = 'virtuous' | 'at-risk' | 'vicious'

export type ThreeScores = Readonly<Record<Dimension, number>>

/** 0..100, a whole number: 0.35 Feedback + 0.35 Understanding + 0.30 Confidence. In whole numbers, so that a half is a half. */
export const overallScore = (scores: ThreeScores): number =>
  Math.round(DIMENSIONS.reduce((sum, dimension) => sum + Math.round(OVERALL_WEIGHTS[dimension] * 100) * scores[dimension], 0) / 100)

/** The word for an overall score. */
export const maturityOf = (overall: number): MaturityLevel => MATURITY_BANDS.find(([from]) => overall >= from)?.[1] ?? 'Hypothesized'

export interface Triangle {
  readonly cycleHealth: CycleHealth
  /** Dimensions below their minimum, in the order of the dimensions. */
  readonly below: readonly Dimension[]
  /** The lowest of those below their minimum, or of all where none is; of equals the earlier one. */
  readonly weakest: Dimension
}

/** How the dimensions stand against their minimums: none below is virtuous, one at risk, more vicious. */
export function diagnoseTriangle(scores: ThreeScores): Triangle {
  const below = DIMENSIONS.filter((dimension) => scores[dimension] < TRIANGLE_MINIMUMS[dimension])
  const candidates = below.length > 0 ? below : DIMENSIONS
  const weakest = candidates.reduce((lowest, dimension) => (scores[dimension] < scores[lowest] ? dimension : lowest))
  return { cycleHealth: below.length === 0 ? 'virtuous' : below.length === 1 ? 'at-risk' : 'vicious', below, weakest }
}
