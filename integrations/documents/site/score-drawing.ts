// Scores as pictures: a bar for one number, lines for how numbers went. Inline SVG coloured by the site's style sheet, so that it
// follows the reader's colour scheme; every picture stands beside the same numbers as text.

import type { Dimension } from '../../foe/measure.ts'
import type { ScanSummary } from '../provenance.ts'
import { element, text, type XmlElement, type XmlNode } from '../xml-tree.ts'
import { DIMENSION_SIGNS } from './site-parts.ts'

const round = (value: number): string => String(Math.round(value * 10) / 10)

/** A bar from 0 to `max`. Hidden from screen readers: the number stands beside it. */
export function scoreBar(value: number, max: number, tone: Dimension | 'overall'): XmlElement {
  const width = max > 0 ? Math.min(100, Math.max(0, (value / max) * 100)) : 0
  return element('svg', { class: 'bar', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, [
    element('rect', { class: 'bar-back', x: '0', y: '0', width: '100', height: '4' }),
    element('rect', { class: `fill-${tone}`, x: '0', y: '0', width: round(width), height: '4' }),
  ])
}

const VIEW = { width: 340, height: 190, left: 30, right: 12, top: 10, bottom: 26 } as const
const PLOT = { width: VIEW.width - VIEW.left - VIEW.right, height: VIEW.height - VIEW.top - VIEW.bottom } as const
const GRID = [0, 25, 50, 75, 100] as const

const yOf = (score: number): number => VIEW.top + PLOT.height * (1 - Math.min(100, Math.max(0, score)) / 100)

/** Evenly spread by scan, not by time: what matters is what each import changed. */
const xOf = (index: number, count: number): number => VIEW.left + (count <= 1 ? PLOT.width / 2 : (PLOT.width * index) / (count - 1))

function grid(): XmlNode[] {
  return GRID.flatMap((score) => [
    element('line', {
      class: 'grid',
      x1: round(VIEW.left),
      x2: round(VIEW.width - VIEW.right),
      y1: round(yOf(score)),
      y2: round(yOf(score)),
    }),
    element('text', { class: 'tick', x: round(VIEW.left - 5), y: round(yOf(score) + 4), 'text-anchor': 'end' }, [text(String(score))]),
  ])
}

type Line = Dimension | 'overall'

/** A mark of its own for each line. */
function mark(line: Line, x: number, y: number): XmlNode {
  const className = `fill-${line}`
  if (line === 'feedback') return element('circle', { class: className, cx: round(x), cy: round(y), r: '3' })
  if (line === 'confidence') return element('rect', { class: className, x: round(x - 2.7), y: round(y - 2.7), width: '5.4', height: '5.4' })
  if (line === 'understanding') return element('path', { class: className, d: `M${round(x)} ${round(y - 4)}l4 4l-4 4l-4 -4z` })
  return element('path', { class: className, d: `M${round(x - 3.6)} ${round(y + 3)}h7.2l-3.6 -6.4z` })
}

function lineNodes(line: Line, scores: readonly number[]): XmlNode[] {
  const points = scores.map((score, index) => [xOf(index, scores.length), yOf(score)] as const)
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')
  return [element('polyline', { class: `line line-${line}`, points: path }), ...points.map(([x, y]) => mark(line, x, y))]
}

const day = (at: Date): string => at.toISOString().slice(0, 10)

/** How one dimension went: a line in words, for those who do not see the picture. */
function said(name: string, scores: readonly number[]): string {
  const [first, last] = [scores[0] ?? 0, scores.at(-1) ?? 0]
  return scores.length < 2 ? `${name} is ${last}.` : `${name} went from ${first} to ${last}.`
}

/**
 * Scores over scans, oldest first, as a line each.
 * @param lines the lines to draw; the overall score is drawn with triangles
 */
export function historyChart(id: string, title: string, scans: readonly ScanSummary[], lines: readonly Line[]): XmlElement {
  const seriesOf = (line: Line) => scans.map((scan) => (line === 'overall' ? scan.overall : scan.scores[line]))
  const nameOf = (line: Line) => DIMENSION_SIGNS.find(([dimension]) => dimension === line)?.[1] ?? 'Overall'
  const description = lines.map((line) => said(nameOf(line), seriesOf(line))).join(' ')
  const ends = [scans[0], ...(scans.length > 1 ? [scans.at(-1)] : [])].flatMap((scan) => scan ?? [])
  const dates = ends.map(({ at }, index) =>
    element(
      'text',
      {
        class: 'tick',
        x: round(scans.length < 2 ? VIEW.left + PLOT.width / 2 : index === 0 ? VIEW.left : VIEW.width - VIEW.right),
        y: round(VIEW.height - 8),
        'text-anchor': scans.length < 2 ? 'middle' : index === 0 ? 'start' : 'end',
      },
      [text(day(at))],
    ),
  )
  return element(
    'svg',
    { class: 'chart', viewBox: `0 0 ${VIEW.width} ${VIEW.height}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-description` },
    [
      element('title', { id: `${id}-title` }, [text(title)]),
      element('desc', { id: `${id}-description` }, [text(description)]),
      ...grid(),
      ...dates,
      ...lines.flatMap((line) => lineNodes(line, seriesOf(line))),
    ],
  )
}

/** The signs of the lines, for a legend below the picture. */
export const chartLegend = (lines: readonly Line[]): XmlElement =>
  element(
    'ul',
    { class: 'legend' },
    lines.map((line) => {
      const [, name, sign] = DIMENSION_SIGNS.find(([dimension]) => dimension === line) ?? ['overall', 'Overall', '▲']
      return element('li', {}, [element('span', { class: `sign-${line}`, 'aria-hidden': 'true' }, [text(sign)]), text(` ${name}`)])
    }),
  )
