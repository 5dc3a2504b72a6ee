// Short ways to write down the nodes our own documents are made of. Text that comes from artifacts or tools becomes a text
// node, which no serializer reads as markup.
import type { BlockContent, Heading, List, ListItem, Paragraph, PhrasingContent, Table, TableRow } from 'mdast'
import { oneLine } from './clean-text.ts'
import type { Details, Status, StatusColour } from './document-nodes.ts'
import { safeUrl } from './plain-tree.ts'

/** Words, or a text that becomes them. */
export type Words = string | PhrasingContent | readonly PhrasingContent[]

export function words(given: Words): PhrasingContent[] {
  if (typeof given !== 'string') return Array.isArray(given) ? [...given] : [given as PhrasingContent]
  const value = oneLine(given)
  return value === '' ? [] : [{ type: 'text', value }]
}

export const textNode = (value: string): PhrasingContent => ({ type: 'text', value })
export const strong = (given: Words): PhrasingContent => ({ type: 'strong', children: words(given) })
export const codeWord = (value: string): PhrasingContent => ({ type: 'inlineCode', value: oneLine(value) })
export const status = (value: string, colour: StatusColour): Status => ({ type: 'status', value: oneLine(value), colour })

/** A link where there is a safe address, else the words alone. */
export function linked(given: Words, url: string | undefined): PhrasingContent[] {
  const href = url === undefined ? undefined : safeUrl(url)
  const children = words(given)
  return href === undefined || children.length === 0 ? children : [{ type: 'link', url: href, children: children as never[] }]
}

/** The parts with `separator` between them. */
export function joined(parts: readonly Words[], separator = ', '): PhrasingContent[] {
  return parts.flatMap((part, index) => [...(index > 0 ? [textNode(separator)] : []), ...words(part)])
}

export const paragraph = (...parts: readonly Words[]): Paragraph => ({ type: 'paragraph', children: parts.flatMap(words) })
export const heading = (depth: 1 | 2 | 3 | 4, given: Words): Heading => ({ type: 'heading', depth, children: words(given) })

const item = (given: Words): ListItem => ({ type: 'listItem', spread: false, checked: null, children: [paragraph(given)] })

/** An unordered list of one-line items. */
export const bullets = (items: readonly Words[]): List => ({
  type: 'list',
  ordered: false,
  start: null,
  spread: false,
  children: items.map(item),
})

/** A part that is folded until someone opens it. */
export const folded = (summary: string, children: readonly BlockContent[]): Details => ({
  type: 'details',
  summary,
  children: [...children],
})

const row = (cells: readonly Words[]): TableRow => ({
  type: 'tableRow',
  children: cells.map((cell) => ({ type: 'tableCell', children: words(cell) })),
})

/** A table with a row of headings; columns named in `right` are set to the right, for numbers. */
export function table(columns: readonly string[], rows: readonly (readonly Words[])[], right: readonly string[] = []): Table {
  return {
    type: 'table',
    align: columns.map((column) => (right.includes(column) ? 'right' : null)),
    children: [row(columns), ...rows.map(row)],
  }
}
