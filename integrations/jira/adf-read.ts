// A Jira description as a document tree: for comparing in words, for plans, and for what comes back from Jira. Nodes that
// markdown cannot say (panels, mentions, dates, macros) are read as the text they show.
import type { BlockContent, ListItem, PhrasingContent, Root, RootContent, TableRow } from 'mdast'
import { plainTree } from '../documents/plain-tree.ts'
import type { AdfMark, AdfNode } from './adf.ts'
import { readAdfNode } from './adf-node.ts'

const WRAPPERS = { link: 'link', strong: 'strong', em: 'emphasis', strike: 'delete' } as const
type Wrapper = keyof typeof WRAPPERS

const attribute = (node: AdfNode | AdfMark, key: string): string | undefined => {
  const value = node.attrs && Object.hasOwn(node.attrs, key) ? node.attrs[key] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** A text with the marks that are still to be put around it, each as a key that is equal for equal marks. */
interface Run {
  readonly leaf: PhrasingContent
  readonly marks: ReadonlyMap<string, AdfMark>
}

function toRun(node: AdfNode): Run[] {
  const value = node.text ?? ''
  if (value === '') return []
  const isCode = node.marks?.some((mark) => mark.type === 'code') === true
  const wrappers = (node.marks ?? []).filter((mark) => Object.hasOwn(WRAPPERS, mark.type))
  const marks = new Map(wrappers.map((mark) => [`${mark.type} ${attribute(mark, 'href') ?? ''}`, mark]))
  return [{ leaf: { type: isCode ? 'inlineCode' : 'text', value }, marks }]
}

/** ADF repeats a mark on every text, markdown opens it once: the mark that reaches furthest is the outer one. */
function wrap(runs: readonly Run[]): PhrasingContent[] {
  const nodes: PhrasingContent[] = []
  for (let at = 0; at < runs.length; ) {
    const run = runs[at] as Run
    let outer: { readonly key: string; readonly mark: AdfMark; readonly end: number } | undefined
    for (const [key, mark] of run.marks) {
      let end = at + 1
      while (runs[end]?.marks.has(key)) end += 1
      if (!outer || end > outer.end) outer = { key, mark, end }
    }
    if (outer) {
      const { key, mark } = outer
      const inner = runs
        .slice(at, outer.end)
        .map(({ leaf, marks }) => ({ leaf, marks: new Map([...marks].filter(([other]) => other !== key)) }))
      const url = mark.type === 'link' ? { url: attribute(mark, 'href') ?? '' } : {}
      nodes.push({ type: WRAPPERS[mark.type as Wrapper], ...url, children: wrap(inner) } as PhrasingContent)
    } else nodes.push(run.leaf)
    at = outer?.end ?? at + 1
  }
  return nodes
}

/** Text that a node without a markdown form shows to a reader. */
function shownText(node: AdfNode): string {
  switch (node.type) {
    case 'mention':
      return attribute(node, 'text') ?? `@${attribute(node, 'id') ?? ''}`
    case 'emoji':
      return attribute(node, 'text') ?? attribute(node, 'shortName') ?? ''
    case 'status':
      return attribute(node, 'text') ?? ''
    case 'date': {
      const at = new Date(Number(attribute(node, 'timestamp')))
      return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10)
    }
    default:
      return ''
  }
}

function toRuns(nodes: readonly AdfNode[]): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (node.type === 'text') return toRun(node)
    const plain = (leaf: PhrasingContent): Run[] => [{ leaf, marks: new Map() }]
    if (node.type === 'hardBreak') return plain({ type: 'break' })
    const url = node.type === 'inlineCard' ? attribute(node, 'url') : undefined
    if (url) return plain({ type: 'link', url, children: [{ type: 'text', value: url }] })
    const text = shownText(node)
    return text === '' ? toRuns(node.content ?? []) : plain({ type: 'text', value: text })
  })
}

const toPhrasing = (nodes: readonly AdfNode[] = []): PhrasingContent[] => wrap(toRuns(nodes))

const paragraphOf = (children: PhrasingContent[]): RootContent[] => (children.length > 0 ? [{ type: 'paragraph', children }] : [])

function toItem(node: AdfNode): ListItem {
  return { type: 'listItem', spread: false, checked: null, children: toBlocks(node.content) as BlockContent[] }
}

/** A task list below a task item stands beside it in ADF; in markdown it belongs to the item before it. */
function toTasks(nodes: readonly AdfNode[] = []): ListItem[] {
  const items: ListItem[] = []
  for (const node of nodes) {
    const last = items.at(-1)
    if (node.type === 'taskList' && last) last.children.push(...(toBlocks([node]) as BlockContent[]))
    else if (node.type === 'taskList') items.push(...toTasks(node.content))
    else {
      const children = paragraphOf(toPhrasing(node.content)) as BlockContent[]
      items.push({ type: 'listItem', spread: false, checked: attribute(node, 'state') === 'DONE', children })
    }
  }
  return items
}

function toRow(row: AdfNode): TableRow {
  const cells = (row.content ?? []).map((cell) => ({
    type: 'tableCell' as const,
    children: (cell.content ?? []).flatMap((block, index): PhrasingContent[] => [
      ...(index > 0 ? [{ type: 'text', value: ' ' } as const] : []),
      ...toPhrasing(block.content ?? []),
    ]),
  }))
  return { type: 'tableRow', children: cells }
}

function toMedia(node: AdfNode): RootContent[] {
  const media = node.content?.find((child) => child.type === 'media')
  const url = media && attribute(media, 'url')
  return media && url ? [{ type: 'paragraph', children: [{ type: 'image', url, alt: attribute(media, 'alt') ?? '' }] }] : []
}

function toBlock(node: AdfNode): RootContent[] {
  switch (node.type) {
    case 'paragraph':
      return paragraphOf(toPhrasing(node.content))
    case 'heading': {
      const level = Math.min(6, Math.max(1, Number(attribute(node, 'level') ?? 1))) as 1
      return [{ type: 'heading', depth: level, children: toPhrasing(node.content) }]
    }
    case 'bulletList':
    case 'orderedList': {
      const ordered = node.type === 'orderedList'
      const start = ordered ? Number(attribute(node, 'order') ?? 1) : null
      return [{ type: 'list', ordered, start, spread: false, children: (node.content ?? []).map(toItem) }]
    }
    case 'taskList':
      return [{ type: 'list', ordered: false, start: null, spread: false, children: toTasks(node.content) }]
    case 'codeBlock': {
      const value = (node.content ?? []).map((child) => child.text ?? '').join('')
      return [{ type: 'code', lang: attribute(node, 'language') ?? null, meta: null, value }]
    }
    case 'blockquote':
    case 'panel':
      return [{ type: 'blockquote', children: toBlocks(node.content) as BlockContent[] }]
    case 'rule':
      return [{ type: 'thematicBreak' }]
    case 'table':
      return [{ type: 'table', align: null, children: (node.content ?? []).map(toRow) }]
    case 'mediaSingle':
      return toMedia(node)
    case 'text':
      return paragraphOf(toPhrasing([node]))
    default:
      return node.content ? toBlocks(node.content) : paragraphOf(toPhrasing([node]))
  }
}

function toBlocks(nodes: readonly AdfNode[] = []): RootContent[] {
  return nodes.flatMap(toBlock)
}

/** The document tree of a description: total over any value, plain nodes only (documents/plain-tree.ts). */
export function fromAdf(description: unknown): Root {
  return plainTree({ type: 'root', children: toBlocks(readAdfNode(description).content) })
}
