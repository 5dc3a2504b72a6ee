// How the scores went: a picture of all scans, and the same as a table, newest first.
import type { Dimension } from '../../foe/measure.ts'
import { type ScanSummary, sayInstant } from '../provenance.ts'
import { element, text } from '../xml-tree.ts'
import { chartLegend, historyChart } from './score-drawing.ts'
import type { SiteInput } from './site-input.ts'
import type { SitePage } from './site-page.ts'
import { badge, type Content, card, MATURITY_TONES, paragraph, table } from './site-parts.ts'

const LINES = ['overall', 'feedback', 'understanding', 'confidence'] as const
const NUMBERS = ['Overall', 'Change', 'Feedback', 'Understanding', 'Confidence'] as const

/** What the governance folder held then is not kept. */
const EARLIER = 'The newest scan counts the governance artifacts as they are now; earlier ones are scored without them.'

/** A line breaks between day and time, not within the day. */
function whenOf(at: Date): Content {
  const [day = '', ...rest] = sayInstant(at).split(' ')
  return [element('span', { class: 'whole' }, [text(day)]), text(` ${rest.join(' ')}`)]
}

/** Signed, with a real minus; the first scan has nothing to be compared with. */
function changeOf(now: number, before: number | undefined): string {
  if (before === undefined) return ''
  return now === before ? '±0' : now > before ? `+${now - before}` : `−${before - now}`
}

/** The page of the history. */
export function historyPage({ history, scores }: SiteInput): SitePage {
  // A 0 for lack of evidence is no result: what has none is no line.
  const isKnown = (line: (typeof LINES)[number]) => line === 'overall' || (scores?.dimensions[line].coverage ?? 0) > 0
  const lines = LINES.filter(isKnown)
  const scoreOf = (scan: ScanSummary, dimension: Dimension) => (isKnown(dimension) ? String(scan.scores[dimension]) : '')
  const rows = history.map((scan, at): readonly Content[] => [
    whenOf(scan.at),
    String(scan.overall),
    changeOf(scan.overall, history[at - 1]?.overall),
    scoreOf(scan, 'feedback'),
    scoreOf(scan, 'understanding'),
    scoreOf(scan, 'confidence'),
    badge(scan.maturity, MATURITY_TONES[scan.maturity]),
  ])
  const shown =
    rows.length === 0
      ? [card('Scores over time', [paragraph('Nothing has been imported yet, so there is no history.')])]
      : [
          card('Scores over time', [historyChart('chart-history', 'Scores over time', history, lines), chartLegend(lines)]),
          card('Scans', [
            ...(rows.length > 1 ? [paragraph(EARLIER, 'quiet')] : []),
            table('Scans, newest first', ['Scan', ...NUMBERS, 'Maturity'], rows.toReversed(), { right: NUMBERS }),
          ]),
        ]
  return { file: 'history.html', heading: 'History', body: shown }
}
