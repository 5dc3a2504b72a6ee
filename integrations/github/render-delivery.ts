// What `Katalyst / delivery` shows on a pull request: the repository's three dimensions as they stand, and what moved since they
// were computed before. It judges nothing, so its conclusion is always neutral.
import type { PhrasingContent, Root, RootContent, TableRow } from 'mdast'
import { toMarkdown } from '../documents/to-markdown.ts'
import type { Dimension } from '../foe/measure.ts'
import { type CheckOutput, cutMarkdown } from './check-output.ts'

/** The check's name on pull requests. */
export const DELIVERY_CHECK = 'Katalyst / delivery'

export interface DimensionStanding {
  readonly dimension: Dimension
  /** 0..100. */
  readonly score: number
  /** How many of the four subscores had evidence. */
  readonly coverage: number
  readonly at: Date
  readonly subscores: readonly SubscoreStanding[]
  /** As computed before; undefined where this is the first time. */
  readonly before: { readonly score: number; readonly at: Date; readonly subscores: readonly SubscoreStanding[] } | undefined
}

export interface SubscoreStanding {
  readonly name: string
  readonly score: number
}

const text = (value: string): PhrasingContent => ({ type: 'text', value })
const paragraph = (...children: PhrasingContent[]): RootContent => ({ type: 'paragraph', children })
const row = (...cells: readonly string[]): TableRow => ({
  type: 'tableRow',
  children: cells.map((cell) => ({ type: 'tableCell', children: [text(cell)] })),
})
const day = (at: Date) => at.toISOString().slice(0, 10)
const title = (dimension: Dimension) => `${dimension.slice(0, 1).toUpperCase()}${dimension.slice(1)}`
const signed = (points: number) => (points > 0 ? `+${points}` : String(points))

const moveOf = ({ score, before }: DimensionStanding): string => (before ? signed(score - before.score) : 'first time')

/** Subscores whose points changed, the largest change first. */
function movedSubscores({
  dimension,
  subscores,
  before,
}: DimensionStanding): readonly { readonly points: number; readonly text: string }[] {
  const known = new Map(before?.subscores.map(({ name, score }) => [name, score]))
  return subscores.flatMap(({ name, score }) => {
    const was = known.get(name)
    return was === undefined || was === score
      ? []
      : [{ points: score - was, text: `${title(dimension)}, ${name}: ${was} → ${score} of 25` }]
  })
}

/** @param standings the dimensions that were imported, in the order they are shown; at least one */
export function renderDelivery(standings: readonly DimensionStanding[]): CheckOutput {
  const table: RootContent = {
    type: 'table',
    children: [
      row('Dimension', 'Score', 'Moved', 'Evidence', 'As of'),
      ...standings.map((one) =>
        row(title(one.dimension), `${one.score} of 100`, moveOf(one), `${one.coverage} of 4 subscores`, day(one.at)),
      ),
    ],
  }
  const moves = standings.flatMap(movedSubscores).sort((left, right) => Math.abs(right.points) - Math.abs(left.points))
  const moved: RootContent[] =
    moves.length === 0
      ? [paragraph(text('No subscore has moved since the scores were computed before.'))]
      : [
          paragraph({ type: 'strong', children: [text('What moved')] }),
          {
            type: 'list',
            spread: false,
            children: moves.map((move) => ({
              type: 'listItem',
              spread: false,
              children: [{ type: 'paragraph', children: [text(move.text)] }],
            })),
          },
        ]
  const note = paragraph(
    text(
      'These figures are about the repository, not about this change, and pass or fail nothing. A subscore without evidence is 0 for want of data.',
    ),
  )
  const tree: Root = { type: 'root', children: [table, ...moved, note] }
  const summary = cutMarkdown(toMarkdown(tree), 'The rest was left out.')
  const shown = standings.map(({ dimension, score }) => `${title(dimension)} ${score}`).join(', ')
  return { conclusion: 'neutral', title: shown, summary, annotations: [] }
}
