// Jira stores what it is given in its own spelling: ids are added, attributes reordered and filled in, neighbouring texts
// merged. Two descriptions are the same when their canonical forms are: only what a reader sees counts.
import { createHash } from 'node:crypto'
import { cleanText } from '../documents/clean-text.ts'
import type { AdfMark, AdfNode } from './adf.ts'
import { mergeTexts } from './adf-inlines.ts'
import { readAdfNode } from './adf-node.ts'

/** What carries meaning of each node and mark; every other attribute is layout, identity or a default. */
const MEANING: Readonly<Record<string, readonly string[]>> = {
  heading: ['level'],
  orderedList: ['order'],
  codeBlock: ['language'],
  taskItem: ['state'],
  decisionItem: ['state'],
  media: ['url', 'id', 'alt'],
  panel: ['panelType'],
  expand: ['title'],
  nestedExpand: ['title'],
  inlineCard: ['url'],
  blockCard: ['url'],
  embedCard: ['url'],
  mention: ['id'],
  emoji: ['shortName'],
  status: ['text', 'color'],
  date: ['timestamp'],
  tableCell: ['colspan', 'rowspan'],
  tableHeader: ['colspan', 'rowspan'],
  extension: ['extensionKey'],
  bodiedExtension: ['extensionKey'],
  inlineExtension: ['extensionKey'],
  link: ['href'],
  textColor: ['color'],
  backgroundColor: ['color'],
  subsup: ['type'],
}
/** Values that say the same as leaving them out. */
const DEFAULTS: Readonly<Record<string, unknown>> = { order: 1, colspan: 1, rowspan: 1, alt: '', language: '' }
/** Marks that change nothing for a reader of the text. */
const SILENT_MARKS = ['annotation', 'fragment', 'dataConsumer', 'breakout', 'border', 'alignment', 'indentation', 'fontSize']

function meaningOf(type: string, attrs: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const kept = (MEANING[type] ?? []).flatMap((key): [string, unknown][] => {
    const value = attrs && Object.hasOwn(attrs, key) ? attrs[key] : undefined
    return value === undefined || value === null || value === DEFAULTS[key] ? [] : [[key, value]]
  })
  return Object.fromEntries(kept)
}

function canonicalMarks(marks: readonly AdfMark[] | undefined): AdfMark[] {
  return (marks ?? [])
    .filter((mark) => !SILENT_MARKS.includes(mark.type))
    .map((mark) => ({ type: mark.type, attrs: meaningOf(mark.type, mark.attrs) }))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
}

const isBlank = (node: AdfNode) => node.type === 'paragraph' && (node.content ?? []).length === 0

/** An address that links to itself reads as the bare address, which markdown links by itself, escaped or not. */
const isSelfLink = (mark: AdfMark, text: string): boolean =>
  mark.type === 'link' && [text, `mailto:${text}`, `http://${text}`, `http://${text}/`].some((href) => href === mark.attrs?.href)

/** Characters that no file keeps are nothing that both sides can agree on. */
function canonicalText({ text = '', marks = [] }: AdfNode): AdfNode {
  const clean = cleanText(text).replaceAll('\n', ' ')
  return { type: 'text', text: clean, marks: marks.filter((mark) => !isSelfLink(mark, clean)) }
}

function canonicalNode(node: AdfNode): AdfNode {
  if (node.type === 'text') return { type: 'text', text: node.text ?? '', marks: canonicalMarks(node.marks) }
  // Merged first: a character or an address may be stored in two halves.
  const merged = mergeTexts((node.content ?? []).map(canonicalNode))
  const children = merged.map((child) => (child.type === 'text' ? canonicalText(child) : child))
  // An empty paragraph is a gap; in a cell or an item it is what the schema demands of an empty one.
  const content = mergeTexts(children.filter((child) => child.type !== 'text' || child.text !== '')).filter((child) => !isBlank(child))
  return { type: node.type, attrs: meaningOf(node.type, node.attrs), content }
}

/** Hash of what a reader sees of a description; equal for null, undefined and the empty document. Total over any value. */
export function descriptionHash(description: unknown): string {
  const canonical = canonicalNode(readAdfNode(description))
  return createHash('sha256').update(JSON.stringify(canonical.content)).digest('hex')
}

/** Whether two descriptions read the same, whatever their stored form. */
export function sameDescription(a: unknown, b: unknown): boolean {
  return descriptionHash(a) === descriptionHash(b)
}
