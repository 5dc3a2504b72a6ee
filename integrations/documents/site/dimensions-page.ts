// The three dimensions with their four parts each: how they stand, what they rest on, where points were lost, and how they went.
import type { Dimension } from '../../foe/measure.ts'
import type { DimensionScore, Subscore } from '../../foe/score/score-dimension.ts'
import type { ScanSummary } from '../provenance.ts'
import { element, text, type XmlNode } from '../xml-tree.ts'
import { noScores } from './overview-page.ts'
import { historyChart, scoreBar } from './score-drawing.ts'
import type { SiteInput } from './site-input.ts'
import type { SitePage } from './site-page.ts'
import { badge, bullets, type Content, card, DIMENSION_SIGNS, paragraph, strong, table } from './site-parts.ts'

const SURE = { high: 'well founded', medium: 'partly founded', low: 'hardly founded' } as const satisfies Readonly<
  Record<Subscore['confidence'], string>
>

const folded = (summary: string, children: readonly XmlNode[]): XmlNode =>
  element('details', {}, [element('summary', {}, [text(summary)]), ...children])

function partRow({ name, score, max, confidence, evidence }: Subscore, dimension: Dimension): readonly Content[] {
  // A 0 for lack of evidence is no result, and must not be read as one.
  if (evidence.length === 0) return [name, badge('no evidence', 'plain')]
  return [name, [text(`${score} of ${max}, ${SURE[confidence]}`), scoreBar(score, max, dimension)]]
}

function reasonsOf(subscores: readonly Subscore[]): XmlNode[] {
  const found = subscores.flatMap(({ name, evidence }) => evidence.map((one): Content => [strong(name), text(`: ${one.text}`)]))
  const lost = subscores.flatMap(({ name, deductions }) =>
    deductions.map(({ points, reason }): Content => [strong(`${name} −${points}`), text(`: ${reason}`)]),
  )
  return [
    ...(found.length > 0 ? [folded(`Evidence (${found.length})`, [bullets(found)])] : []),
    ...(lost.length > 0 ? [folded(`Points not earned (${lost.length})`, [bullets(lost)])] : []),
  ]
}

function dimensionCard(name: string, { dimension, score, coverage, subscores }: DimensionScore, history: readonly ScanSummary[]): XmlNode {
  const shown =
    coverage === 0
      ? paragraph([badge('No evidence yet', 'plain')])
      : element('p', {}, [
          element('span', { class: 'score' }, [text(String(score))]),
          text(` of 100. ${coverage} of 4 parts have evidence.`),
        ])
  const rows = subscores.map((subscore) => partRow(subscore, dimension))
  return card(
    name,
    [
      shown,
      table(`Parts of ${name}`, ['Part', 'Points'], rows),
      ...reasonsOf(subscores),
      ...(coverage > 0 && history.length > 1 ? [historyChart(`chart-${dimension}`, `${name} over time`, history, [dimension])] : []),
    ],
    dimension,
  )
}

/** The page of the dimensions. */
export const dimensionsPage = ({ scores, history }: SiteInput): SitePage => ({
  file: 'dimensions.html',
  heading: 'Dimensions',
  body: scores
    ? DIMENSION_SIGNS.map(([dimension, name]) => dimensionCard(name, scores.dimensions[dimension], history))
    : [card('Scores', [noScores()])],
})
