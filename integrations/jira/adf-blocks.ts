// Blocks, and where they may stand. `PLACES` is Atlassian's schema (adf.schema.json, 57.7.22) for the places we write into;
// a block that may not stand somewhere is written in the nearest form that may, never dropped with its text.
import type { Heading, List, ListItem, Nodes, PhrasingContent, Table } from 'mdast'
import { cleanText } from '../documents/clean-text.ts'
import type { AdfNode } from './adf.ts'
import { mergeTexts, toInlines } from './adf-inlines.ts'

const PLACES = {
  doc: { heading: true, rule: true, table: true, blockquote: true, taskList: true },
  listItem: { heading: false, rule: false, table: false, blockquote: false, taskList: true },
  blockquote: { heading: false, rule: false, table: false, blockquote: false, taskList: false },
} as const
type Place = keyof typeof PLACES

const STRONG = [{ type: 'strong' }] as const
const LANGUAGE = /^[\w+#.-]{1,40}$/

export interface BlockWriter {
  blocks(nodes: readonly Nodes[]): AdfNode[]
}

const paragraph = (content: readonly AdfNode[]): AdfNode => ({ type: 'paragraph', content })
const paragraphs = (content: readonly AdfNode[]): AdfNode[] => (content.length > 0 ? [paragraph(content)] : [])

function paragraphOrMedia(children: readonly PhrasingContent[]): AdfNode[] {
  const only = children.length === 1 ? children[0] : undefined
  if (only?.type !== 'image') return paragraphs(toInlines(children))
  const attrs = { type: 'external', url: only.url, ...(only.alt ? { alt: cleanText(only.alt) } : {}) }
  return [{ type: 'mediaSingle', attrs: { layout: 'center' }, content: [{ type: 'media', attrs }] }]
}

function codeBlock(value: string, lang: string | null | undefined): AdfNode {
  const text = cleanText(value)
  const language = lang && LANGUAGE.test(lang) ? { attrs: { language: lang } } : {}
  return { type: 'codeBlock', ...language, ...(text === '' ? {} : { content: [{ type: 'text', text }] }) }
}

/** Rows are as wide as the widest: a short row gets empty cells, a cell always has its paragraph. */
function table(node: Table): AdfNode[] {
  const width = Math.max(0, ...node.children.map((row) => row.children.length))
  if (width === 0) return []
  const rows = node.children.map((row, index): AdfNode => {
    const cells = Array.from({ length: width }, (_, column): AdfNode => {
      const content = toInlines(row.children[column]?.children ?? [])
      return { type: index === 0 ? 'tableHeader' : 'tableCell', content: [paragraph(content)] }
    })
    return { type: 'tableRow', content: cells }
  })
  return [{ type: 'table', content: rows }]
}

/** A table where none may stand: a paragraph for each row, its cells between bars, the heading strong. */
function tableAsText(node: Table): AdfNode[] {
  return node.children.flatMap((row, index) => {
    const cells = row.children.flatMap((cell, column) => [
      ...(column > 0 ? [{ type: 'text', text: ' | ' }] : []),
      ...toInlines(cell.children, index === 0 ? STRONG : []),
    ])
    return paragraphs(mergeTexts(cells))
  })
}

/** A task item holds one line of text; only lists of such items may stand below it. */
function isTaskList(list: List): boolean {
  return (
    list.ordered !== true &&
    list.children.length > 0 &&
    list.children.every((item) => {
      const [first, ...rest] = item.children
      const line = first === undefined || first.type === 'paragraph'
      return typeof item.checked === 'boolean' && line && rest.every((child) => child.type === 'list' && isTaskList(child))
    })
  )
}

/** A check box where no task list may stand. */
const checkBox = (item: ListItem): AdfNode[] =>
  typeof item.checked === 'boolean' ? [{ type: 'text', text: item.checked ? '☑ ' : '☐ ' }] : []

/** Counts the ids that task lists of one document need, so that equal documents have equal ids. */
interface TaskIds {
  next(): string
}

function taskList(list: List, ids: TaskIds): AdfNode {
  const localId = ids.next()
  const content = list.children.flatMap((item): AdfNode[] => {
    const [first, ...rest] = item.children
    const inlines = first?.type === 'paragraph' ? toInlines(first.children) : []
    const attrs = { localId: ids.next(), state: item.checked ? 'DONE' : 'TODO' }
    const task: AdfNode = { type: 'taskItem', attrs, ...(inlines.length > 0 ? { content: inlines } : {}) }
    return [task, ...rest.flatMap((child) => (child.type === 'list' ? [taskList(child, ids)] : []))]
  })
  return { type: 'taskList', attrs: { localId }, content }
}

function listItem(item: ListItem, ids: TaskIds): AdfNode {
  const content = toBlocks(item.children, 'listItem', ids)
  const [first, ...rest] = content
  const box = checkBox(item)
  if (first?.type === 'paragraph') return { type: 'listItem', content: [paragraph([...box, ...(first.content ?? [])]), ...rest] }
  // Editors want an item to begin with text, so a nested list or code gets an empty paragraph above it.
  return { type: 'listItem', content: [paragraph(box), ...content] }
}

function list(node: List, place: Place, ids: TaskIds): AdfNode[] {
  if (node.children.length === 0) return []
  if (PLACES[place].taskList && isTaskList(node)) return [taskList(node, ids)]
  const content = node.children.map((item) => listItem(item, ids))
  if (!node.ordered) return [{ type: 'bulletList', content }]
  const start = node.start ?? 1
  return [{ type: 'orderedList', ...(start === 1 ? {} : { attrs: { order: Math.max(0, start) } }), content }]
}

function blockquote(children: readonly Nodes[], place: Place, ids: TaskIds): AdfNode[] {
  if (!PLACES[place].blockquote) return toBlocks(children, place, ids)
  const content = toBlocks(children, 'blockquote', ids)
  return content.length > 0 ? [{ type: 'blockquote', content }] : []
}

function heading(node: Heading, place: Place): AdfNode[] {
  if (!PLACES[place].heading) return paragraphs(toInlines(node.children, STRONG))
  const content = toInlines(node.children)
  return content.length > 0 ? [{ type: 'heading', attrs: { level: node.depth }, content }] : []
}

function toBlock(node: Nodes, place: Place, ids: TaskIds): AdfNode[] {
  switch (node.type) {
    case 'paragraph':
      return paragraphOrMedia(node.children)
    case 'heading':
      return heading(node, place)
    case 'thematicBreak':
      return PLACES[place].rule ? [{ type: 'rule' }] : []
    case 'code':
      return [codeBlock(node.value, node.lang)]
    case 'blockquote':
      return blockquote(node.children, place, ids)
    case 'list':
      return list(node, place, ids)
    case 'table':
      return PLACES[place].table ? table(node) : tableAsText(node)
    default:
      return 'value' in node ? paragraphs(toInlines([{ type: 'text', value: node.value }])) : []
  }
}

const toBlocks = (nodes: readonly Nodes[], place: Place, ids: TaskIds): AdfNode[] => nodes.flatMap((node) => toBlock(node, place, ids))

/** Makes a writer for the top level of one document, body and footer in turn. */
export function makeBlockWriter(): BlockWriter {
  let tasks = 0
  const ids: TaskIds = {
    next() {
      tasks += 1
      return `katalyst-${tasks}`
    },
  }
  return Object.freeze({ blocks: (nodes: readonly Nodes[]) => toBlocks(nodes, 'doc', ids) })
}
