// Two scorings of one repository side by side: what moved, and which metrics moved it. The points of the moves of a subscore add up
// to its difference, so nothing changes without being named.
import { DIMENSIONS, type Dimension } from '../measure.ts'
import { type MaturityLevel, maturityOf, overallScore } from '../score/overall.ts'
import { DIMENSION_NAMES } from '../score/subscores.ts'

/** As much of a dimension's score as a comparison needs; stored scores have it as well as fresh ones. */
export interface ComparableScore {
  readonly score: number
  readonly coverage: number
  readonly subscores: readonly {
    readonly name: string
    readonly score: number
    readonly evidence: readonly {
      readonly criterion: string
      readonly source: string
      readonly metric: string
      readonly number: number | null
      readonly points: number
      readonly max: number
      readonly text: string
    }[]
  }[]
}
export type ComparableScores = Readonly<Record<Dimension, ComparableScore>>

/**
 * Why a criterion's points differ: its figure changed, it is known only now, it no longer is, or others became known or unknown and
 * changed its share.
 */
export type MoveCause = 'changed' | 'appeared' | 'vanished' | 'rescaled'

export interface Move {
  readonly dimension: Dimension
  readonly subscore: string
  readonly criterion: string
  readonly metric: string
  readonly cause: MoveCause
  /** Points after minus points before. */
  readonly points: number
  readonly before: string | null
  readonly after: string | null
}

export interface ScoreComparison {
  readonly overall: { readonly before: number; readonly after: number; readonly delta: number }
  readonly maturity: { readonly before: MaturityLevel; readonly after: MaturityLevel }
  readonly dimensions: Readonly<
    Record<
      Dimension,
      {
        readonly before: number
        readonly after: number
        readonly delta: number
        readonly coverageBefore: number
        readonly coverageAfter: number
      }
    >
  >
  /** The largest first. */
  readonly moves: readonly Move[]
  /** One sentence for people. */
  readonly summary: string
}

type Item = ComparableScore['subscores'][number]['evidence'][number]

const countedItems = (scores: ComparableScore, subscore: string): ReadonlyMap<string, Item> =>
  new Map(
    (scores.subscores.find(({ name }) => name === subscore)?.evidence ?? [])
      .filter(({ max }) => max > 0)
      .map((item) => [item.criterion, item]),
  )

function causeOf(before: Item | undefined, after: Item | undefined): MoveCause {
  if (!before) return 'appeared'
  if (!after) return 'vanished'
  return before.number === after.number && before.metric === after.metric && before.source === after.source ? 'rescaled' : 'changed'
}

function movesOf(dimension: Dimension, before: ComparableScore, after: ComparableScore): readonly Move[] {
  const names = new Set([...before.subscores, ...after.subscores].map(({ name }) => name))
  return [...names].flatMap((subscore) => {
    const [old, now] = [countedItems(before, subscore), countedItems(after, subscore)]
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((criterion): Move[] => {
      const [was, is] = [old.get(criterion), now.get(criterion)]
      const points = (is?.points ?? 0) - (was?.points ?? 0)
      const metric = (is ?? was)?.metric ?? ''
      return points === 0
        ? []
        : [{ dimension, subscore, criterion, metric, cause: causeOf(was, is), points, before: was?.text ?? null, after: is?.text ?? null }]
    })
  })
}

const signed = (number: number): string => (number > 0 ? `+${number}` : number < 0 ? `−${-number}` : '±0')

const threeOf = (scores: ComparableScores) => ({
  feedback: scores.feedback.score,
  understanding: scores.understanding.score,
  confidence: scores.confidence.score,
})

/** Compares two scorings, the earlier one first. */
export function compareScores(before: ComparableScores, after: ComparableScores): ScoreComparison {
  const [old, now] = [overallScore(threeOf(before)), overallScore(threeOf(after))]
  const moves = DIMENSIONS.flatMap((dimension) => movesOf(dimension, before[dimension], after[dimension])).sort(
    (left, right) => Math.abs(right.points) - Math.abs(left.points),
  )
  const dimensions = Object.fromEntries(
    DIMENSIONS.map((dimension) => {
      const [was, is] = [before[dimension], after[dimension]]
      return [
        dimension,
        { before: was.score, after: is.score, delta: is.score - was.score, coverageBefore: was.coverage, coverageAfter: is.coverage },
      ]
    }),
  ) as ScoreComparison['dimensions']
  const each = DIMENSIONS.map((dimension) => `${DIMENSION_NAMES[dimension]} ${signed(dimensions[dimension].delta)}`).join(', ')
  const why = moves.slice(0, 3).map(({ criterion, points }) => `${criterion} ${signed(points)}`)
  return {
    overall: { before: old, after: now, delta: now - old },
    maturity: { before: maturityOf(old), after: maturityOf(now) },
    dimensions,
    moves,
    summary: moves.length === 0 ? 'Nothing moved.' : `Overall ${signed(now - old)} (${each}). Most of it: ${why.join(', ')}.`,
  }
}
