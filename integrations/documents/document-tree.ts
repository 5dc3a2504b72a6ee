// A parsed text as a document: what GitHub shows of it and nothing else. References are resolved, comments dropped, alerts and
// folded parts recognised, footnotes numbered and put at the end, HTML either understood or kept visible as code. What is
// left in the tree is `DOCUMENT_TYPES`; serializers need to know no more.
import type { BlockContent, FootnoteDefinition, ListItem, PhrasingContent, Root, RootContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine } from './clean-text.ts'
import { ALERT_KINDS, type AlertKind, type Details } from './document-nodes.ts'
import { type DocumentScope, documentPhrasing, isInlineTag } from './document-phrasing.ts'
import { type HtmlToken, htmlTokens } from './html-tokens.ts'
import { collectDefinitions, flatText, MAX_DEPTH, PLAIN_TYPES } from './plain-tree.ts'

export const DOCUMENT_TYPES = [
  ...PLAIN_TYPES,
  'footnoteReference',
  'footnoteDefinition',
  'status',
  'jiraIssue',
  'anchor',
  'subscript',
  'superscript',
  'underline',
  'toc',
  'details',
  'alert',
  'drawing',
] as const

/** Elements that only set their content apart. */
const BOXES: readonly string[] = ['p', 'div', 'center', 'section', 'article', 'header', 'footer', 'main', 'figure', 'figcaption']
const HEADING_TAG = /^h([1-6])$/
const isBlockTag = (name: string): boolean => BOXES.includes(name) || HEADING_TAG.test(name) || ['hr', 'details', 'summary'].includes(name)

interface BlockFrame {
  readonly details: Details | undefined
  readonly children: RootContent[]
}

/** Collects the blocks of one container. Folded parts are opened by one HTML block and closed by another, blocks between. */
function makeBlockSink(scope: DocumentScope, depth: number) {
  const frames: BlockFrame[] = [{ details: undefined, children: [] }]
  let words: PhrasingContent[] = []
  let heading: number | undefined
  const push = (...nodes: RootContent[]): void => void frames.at(-1)?.children.push(...nodes)

  const endWords = (): void => {
    const children = documentPhrasing(words, scope, depth + 1)
    const isEmpty = children.every((node) => node.type === 'text' && node.value.trim() === '')
    if (!isEmpty) push(heading ? { type: 'heading', depth: heading as 1, children } : { type: 'paragraph', children })
    words = []
    heading = undefined
  }
  const openDetails = (): void => {
    const details: Details = { type: 'details', summary: '', children: [] }
    frames.push({ details, children: details.children as RootContent[] })
  }
  const closeDetails = (): void => {
    const top = frames.length > 1 ? frames.pop() : undefined
    if (top?.details) push(top.details)
  }
  const endSummary = (): void => {
    const details = frames.at(-1)?.details
    if (details) {
      details.summary = oneLine(textOf({ type: 'paragraph', children: documentPhrasing(words, scope, depth + 1) }))
      words = []
    } else endWords()
  }
  const openTag = (name: string): void => {
    endWords()
    const level = HEADING_TAG.exec(name)?.[1]
    if (level) heading = Number(level)
    else if (name === 'hr') push({ type: 'thematicBreak' })
    else if (name === 'details' && depth + frames.length <= MAX_DEPTH) openDetails()
  }
  const closeTag = (name: string): void => {
    if (name === 'summary') endSummary()
    else endWords()
    if (name === 'details') closeDetails()
  }
  const addToken = (token: HtmlToken): void => {
    if (token.type === 'text') words.push({ type: 'text', value: token.value.replace(/\s+/g, ' ') })
    else if (!isBlockTag(token.name)) words.push({ type: 'html', value: token.raw })
    else if (token.type === 'open') openTag(token.name)
    else closeTag(token.name)
  }
  const html = (value: string): void => {
    const tokens = htmlTokens(value)
    const isKnown = tokens.every((token) => token.type === 'text' || isBlockTag(token.name) || isInlineTag(token.name))
    if (isKnown) for (const token of tokens) addToken(token)
    else push({ type: 'code', lang: 'html', meta: null, value })
    endWords()
  }
  const end = (): RootContent[] => {
    while (frames.length > 1) closeDetails()
    return frames[0]?.children ?? []
  }
  return Object.freeze({ push, html, end })
}

const ALERT_LINE = new RegExp(`^\\[!(${ALERT_KINDS.join('|')})\\][\\t ]*(?:\\n|$)`, 'i')
/** `[[_TOC_]]` as its underscores are read: emphasis. */
const TOC_WORDS = ['[[toc]]', '[toc]']

/** A quote whose first line is `[!NOTE]` or one of its kin is an alert. */
function quoteOf(children: RootContent[]): RootContent {
  const [first, ...rest] = children
  const start = first?.type === 'paragraph' ? first.children[0] : undefined
  const kind = start?.type === 'text' ? ALERT_LINE.exec(start.value)?.[1] : undefined
  if (kind === undefined || first?.type !== 'paragraph' || start?.type !== 'text')
    return { type: 'blockquote', children: children as BlockContent[] }
  const value = start.value.replace(ALERT_LINE, '')
  const [, ...words] = first.children
  // A hard break after the marker belongs to the marker's line.
  const after = value === '' && words[0]?.type === 'break' ? words.slice(1) : words
  const lead: PhrasingContent[] = value === '' ? after : [{ type: 'text', value }, ...after]
  const body = lead.length > 0 ? [{ type: 'paragraph', children: lead } as const, ...rest] : rest
  return { type: 'alert', kind: kind.toLowerCase() as AlertKind, children: body as BlockContent[] }
}

function documentItem(item: ListItem, scope: DocumentScope, depth: number): ListItem {
  const children = documentBlocks(item.children, scope, depth + 1) as BlockContent[]
  return { type: 'listItem', spread: item.spread ?? false, checked: item.checked ?? null, children }
}

function documentBlock(node: RootContent, scope: DocumentScope, depth: number): RootContent[] {
  switch (node.type) {
    case 'paragraph': {
      const children = documentPhrasing(node.children, scope, depth + 1)
      if (children.length === 0) return []
      return TOC_WORDS.includes(textOf(node).trim().toLowerCase()) ? [{ type: 'toc' }] : [{ type: 'paragraph', children }]
    }
    case 'heading':
      return [{ type: 'heading', depth: node.depth, children: documentPhrasing(node.children, scope, depth + 1) }]
    case 'blockquote':
      return [quoteOf(documentBlocks(node.children, scope, depth + 1))]
    case 'alert':
      return [{ type: 'alert', kind: node.kind, children: documentBlocks(node.children, scope, depth + 1) as BlockContent[] }]
    case 'details':
      return [{ type: 'details', summary: node.summary, children: documentBlocks(node.children, scope, depth + 1) as BlockContent[] }]
    case 'list': {
      const items = node.children.map((item) => documentItem(item, scope, depth + 1))
      return [{ type: 'list', ordered: node.ordered ?? false, start: node.start ?? null, spread: node.spread ?? false, children: items }]
    }
    case 'table': {
      const rows = node.children.map((row) => ({
        type: 'tableRow' as const,
        children: row.children.map((cell) => ({ type: 'tableCell' as const, children: documentPhrasing(cell.children, scope, depth + 2) })),
      }))
      return [{ type: 'table', align: node.align ?? null, children: rows }]
    }
    case 'code':
      return [{ type: 'code', lang: node.lang ?? null, meta: null, value: node.value }]
    case 'thematicBreak':
    case 'toc':
    case 'drawing':
      return [node]
    case 'definition':
    case 'footnoteDefinition':
    case 'yaml':
      return []
    default: {
      const children = documentPhrasing([node as PhrasingContent], scope, depth + 1)
      return children.length > 0 ? [{ type: 'paragraph', children }] : []
    }
  }
}

function documentBlocks(nodes: readonly RootContent[], scope: DocumentScope, depth: number): RootContent[] {
  const sink = makeBlockSink(scope, depth)
  for (const node of nodes) {
    if (depth > MAX_DEPTH) sink.push({ type: 'paragraph', children: [{ type: 'text', value: flatText(node) }] })
    else if (node.type === 'html') sink.html(node.value)
    else sink.push(...documentBlock(node, scope, depth))
  }
  return sink.end()
}

/** Footnotes cite footnotes: the list grows while it is made, and ends because every footnote is cited once. */
function footnotesOf(scope: DocumentScope): FootnoteDefinition[] {
  const notes: FootnoteDefinition[] = []
  for (let index = 0; index < scope.cited.length; index += 1) {
    const note = scope.footnotes.get(scope.cited[index] as string)
    const label = String(index + 1)
    const children = note ? (documentBlocks(note.children, scope, 2) as BlockContent[]) : []
    notes.push({ type: 'footnoteDefinition', identifier: label, label, children })
  }
  return notes
}

/** A new tree of `DOCUMENT_TYPES` only. Total over any tree; a document stays as it is. */
export function documentTree(root: Root): Root {
  const scope: DocumentScope = { ...collectDefinitions(root), cited: [] }
  const body = documentBlocks(root.children, scope, 0)
  return { type: 'root', children: [...body, ...footnotesOf(scope)] }
}
