// How the 25 points of a subscore are shared among what is known. Refused alternatives: leaving the points of unknown criteria
// out would read as a bad result what is only unconnected; filling them up without bound would give full marks for one file.
import { SUBSCORE_MAX } from './subscores.ts'

/** A weight counts at most this many times, so that few known criteria cannot earn what only many can show. */
export const MOST_SCALE = 2

/** From so much known weight on, confidence is high, and medium; below it is low. */
export const CONFIDENCE_WEIGHTS = { high: 19, medium: 10 } as const
export type ScoreConfidence = 'high' | 'medium' | 'low'

export const confidenceOf = (knownWeight: number): ScoreConfidence =>
  knownWeight >= CONFIDENCE_WEIGHTS.high ? 'high' : knownWeight >= CONFIDENCE_WEIGHTS.medium ? 'medium' : 'low'

/**
 * Whole points for each known weight: 25 together, or twice the weights where that is less. Shares are rounded down, and what is
 * left goes to the largest remainders, earlier rows first among equals.
 */
export function allocatePoints(weights: readonly number[]): readonly number[] {
  const known = weights.reduce((sum, weight) => sum + weight, 0)
  if (known === 0) return weights.map(() => 0)
  const pool = Math.min(SUBSCORE_MAX, known * MOST_SCALE)
  // In whole numbers: floating remainders that ought to be equal would fall to one side or the other.
  const floors = weights.map((weight) => Math.floor((weight * pool) / known))
  const remainders = weights.map((weight) => (weight * pool) % known)
  const left = pool - floors.reduce((sum, points) => sum + points, 0)
  const order = weights.map((_, at) => at).sort((one, other) => (remainders[other] ?? 0) - (remainders[one] ?? 0) || one - other)
  const lucky = new Set(order.slice(0, left))
  return floors.map((points, at) => points + (lucky.has(at) ? 1 : 0))
}

/** A known criterion: its weight, and what it earned of it. */
export interface Earned {
  readonly weight: number
  readonly points: number
}

/** The known criteria in points of the subscore: how many each could earn, and earned. */
export function sharePoints(known: readonly Earned[]): readonly { readonly max: number; readonly points: number }[] {
  const allocated = allocatePoints(known.map(({ weight }) => weight))
  return known.map(({ weight, points }, at) => {
    const max = allocated[at] ?? 0
    return { max, points: Math.round((max * points) / weight) }
  })
}
