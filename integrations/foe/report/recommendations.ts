// What to do first. A subscore gives one recommendation at most: its costliest point, so that the list is about different things.
import { DIMENSIONS } from '../measure.ts'
import { diagnoseTriangle } from '../score/overall.ts'
import type { DimensionScores } from '../score/score-dimension.ts'
import { ADVICE } from './advice.ts'
import { methodsFor } from './methods.ts'
import type { FoeReport } from './report-schema.ts'

type Recommendation = FoeReport['recommendations'][number]

/** Impact by the points there are to win. */
export const IMPACT_POINTS = { high: 8, medium: 4 } as const

const impactOf = (points: number): Recommendation['impact'] =>
  points >= IMPACT_POINTS.high ? 'high' : points >= IMPACT_POINTS.medium ? 'medium' : 'low'

/** Immediate where much is to be won or the dimension is below its minimum; then by what is to be won. */
const PRIORITIES = {
  high: { below: 'immediate', else: 'immediate' },
  medium: { below: 'immediate', else: 'short-term' },
  low: { below: 'short-term', else: 'medium-term' },
} as const satisfies Readonly<Record<Recommendation['impact'], Readonly<Record<'below' | 'else', Recommendation['priority']>>>>

const ORDER: readonly Recommendation['priority'][] = ['immediate', 'short-term', 'medium-term']

/** Recommendations by priority, then by the points to win. Where nothing is known, the first thing is to connect something. */
export function recommendationsOf(scores: DimensionScores): Recommendation[] {
  const { below } = diagnoseTriangle({
    feedback: scores.feedback.score,
    understanding: scores.understanding.score,
    confidence: scores.confidence.score,
  })
  const all = DIMENSIONS.flatMap((dimension) =>
    scores[dimension].subscores.map((subscore) => {
      const [worst] = [...subscore.deductions].sort((left, right) => right.points - left.points)
      const isBelow = below.includes(dimension) && scores[dimension].coverage > 0
      if (worst) {
        const impact = impactOf(worst.points)
        const title = `${subscore.name}: ${worst.criterion.toLowerCase()}`
        const description = `${ADVICE[worst.criterion] ?? ''} (${worst.reason}.)`.trim()
        return { points: worst.points, priority: PRIORITIES[impact][isBelow ? 'below' : 'else'], title, description, impact, subscore }
      }
      const [gap] = subscore.evidence.length === 0 ? subscore.gaps : []
      if (!gap) return null
      return {
        points: 0,
        priority: 'short-term' as const,
        title: gap.title,
        description: gap.recommendation,
        impact: 'medium' as const,
        subscore,
      }
    }),
  ).filter((entry) => entry !== null)
  return all
    .sort((left, right) => ORDER.indexOf(left.priority) - ORDER.indexOf(right.priority) || right.points - left.points)
    .map(({ priority, title, description, impact, subscore }, at) => ({
      id: `rec-${at + 1}`,
      priority,
      title,
      description,
      impact,
      methods: methodsFor(subscore.name),
    }))
}
