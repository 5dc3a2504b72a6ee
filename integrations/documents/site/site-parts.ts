// The pieces the pages of the published site are made of. Whatever comes from artifacts and tools is a text node or a checked address.

import type { Gap, GapSeverity } from '../../foe/gap.ts'
import type { Dimension } from '../../foe/measure.ts'
import type { MaturityLevel } from '../../foe/score/overall.ts'
import type { RoadItem, RoadState } from '../../governance/artifact.ts'
import { oneLine } from '../clean-text.ts'
import { safeUrl } from '../plain-tree.ts'
import { element, text, type XmlNode } from '../xml-tree.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'note' | 'plain' | 'check'
export type Content = string | XmlNode | readonly XmlNode[]

/** The names and signs of the dimensions: a shape each, so that nothing is told by colour alone. */
export const DIMENSION_SIGNS = [
  ['feedback', 'Feedback', '●'],
  ['understanding', 'Understanding', '◆'],
  ['confidence', 'Confidence', '■'],
] as const satisfies readonly (readonly [Dimension, string, string])[]

export const MATURITY_TONES: Readonly<Record<MaturityLevel, Tone>> = {
  Hypothesized: 'plain',
  Emerging: 'warn',
  Practicing: 'note',
  Optimized: 'good',
}
const STATE_TONES: Readonly<Record<RoadState, Tone>> = {
  proposed: 'plain',
  adr_validated: 'note',
  bdd_pending: 'note',
  bdd_complete: 'note',
  implementing: 'warn',
  nfr_validating: 'check',
  nfr_blocked: 'bad',
  complete: 'good',
}
const SEVERITY_TONES: Readonly<Record<GapSeverity, Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'note' }

export const contentOf = (content: Content): readonly XmlNode[] =>
  typeof content === 'string' ? [text(oneLine(content))] : Array.isArray(content) ? content : [content as XmlNode]

export const paragraph = (content: Content, className?: string): XmlNode => element('p', { class: className }, contentOf(content))
export const strong = (words: string): XmlNode => element('strong', {}, [text(words)])
export const badge = (words: string, tone: Tone): XmlNode => element('span', { class: `badge ${tone}` }, [text(oneLine(words))])

export const heading = (words: string): XmlNode => element('h2', {}, [text(oneLine(words))])

/** A part of the page under its own heading. */
export const card = (title: string, body: readonly XmlNode[], className = ''): XmlNode =>
  element('section', { class: `card${className && ` ${className}`}` }, [heading(title), ...body])

export const cards = (children: readonly XmlNode[]): XmlNode => element('div', { class: 'cards' }, children)

/** A link where there is a safe address, else the words alone. */
export function link(words: string, url: string | undefined): XmlNode {
  const href = url === undefined ? undefined : safeUrl(url)
  const shown = text(oneLine(words))
  return href === undefined ? shown : element('a', { href }, [shown])
}

/** What is not there is a dash that is read as "none". */
const cellContent = (content: Content): readonly XmlNode[] =>
  content === '' || (Array.isArray(content) && content.length === 0)
    ? [element('span', { 'aria-label': 'none', role: 'img' }, [text('–')])]
    : contentOf(content)

/** How columns are set, by name: numbers to the right, sentences with room. */
export interface Columns {
  readonly right?: readonly string[]
  readonly wide?: readonly string[]
}

/** A table that scrolls by itself on narrow screens; its first column heads the rows. The caption is heard, not seen. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
  { right = [], wide = [] }: Columns = {},
): XmlNode {
  const classOf = (at: number) => (right.includes(columns[at] ?? '') ? 'number' : wide.includes(columns[at] ?? '') ? 'wide' : undefined)
  const head = columns.map((column, at) => element('th', { scope: 'col', class: classOf(at) }, [text(column)]))
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((content, at) =>
        at === 0 ? element('th', { scope: 'row' }, cellContent(content)) : element('td', { class: classOf(at) }, cellContent(content)),
      ),
    ),
  )
  return element('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' }, [
    element('table', {}, [
      element('caption', {}, [text(caption)]),
      element('thead', {}, [element('tr', {}, head)]),
      element('tbody', {}, body),
    ]),
  ])
}

/** Names and values. */
export const facts = (pairs: readonly (readonly [name: string, value: Content])[]): XmlNode =>
  element(
    'dl',
    {},
    pairs.flatMap(([name, value]) => [element('dt', {}, [text(name)]), element('dd', {}, contentOf(value))]),
  )

export const bullets = (items: readonly Content[]): XmlNode =>
  element(
    'ul',
    {},
    items.map((item) => element('li', {}, contentOf(item))),
  )

/** The state of a road item; a word that is none of the states is shown as it stands, as what is wrong. */
export const stateBadge = ({ data }: RoadItem, stateLabel: (state: RoadState) => string): XmlNode =>
  data.status === undefined ? badge(data.statusText || 'none', 'bad') : badge(stateLabel(data.status), STATE_TONES[data.status])

const SEVERITIES = Object.keys(SEVERITY_TONES) as readonly GapSeverity[]

/** What is missing and what to do, the worst first. A list and no table: sentences need the whole width of a small screen. */
export function gapList(gaps: readonly Gap[]): XmlNode {
  if (gaps.length === 0) return paragraph('No gap is known.')
  const sorted = [...gaps].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.code < b.code ? -1 : 1))
  return element(
    'ul',
    { class: 'gaps' },
    sorted.map(({ title, severity, recommendation }) =>
      element('li', {}, [
        element('p', {}, [badge(severity, SEVERITY_TONES[severity]), text(' '), strong(oneLine(title))]),
        paragraph(recommendation),
      ]),
    ),
  )
}
