// A text of another tool as a section of an artifact: its headings go below those of the artifact, and its check boxes are told
// apart from its prose, because work is listed in a section of its own.
import type { List, ListItem, Nodes, Root, RootContent } from 'mdast'
import { oneLine } from './clean-text.ts'
import { toMarkdown } from './to-markdown.ts'

/** The first level that an artifact leaves to the texts in its sections. */
const FIRST_LEVEL = 3

export interface CheckBox {
  readonly title: string
  readonly isDone: boolean
  readonly boxes: readonly CheckBox[]
}

const wordsOf = (node: Nodes): string => ('value' in node ? node.value : 'children' in node ? node.children.map(wordsOf).join('') : '')

function toCheckBox(item: ListItem): CheckBox {
  const below = item.children.flatMap((child) => (child.type === 'list' ? child.children.filter(isBox) : []))
  const own = item.children.filter((child) => child.type !== 'list')
  return { title: oneLine(own.map(wordsOf).join(' ')), isDone: item.checked === true, boxes: below.map(toCheckBox) }
}

const isBox = (item: ListItem): boolean => typeof item.checked === 'boolean'

/** The check boxes of a document, and the document without them. Boxes in quotations are prose. */
export function splitCheckBoxes(tree: Root): { readonly boxes: readonly CheckBox[]; readonly rest: Root } {
  const boxes: CheckBox[] = []
  const rest = tree.children.flatMap((node): RootContent[] => {
    if (node.type !== 'list') return [node]
    boxes.push(...node.children.filter(isBox).map(toCheckBox))
    const kept: List = { ...node, children: node.children.filter((item) => !isBox(item)) }
    return kept.children.length > 0 ? [kept] : []
  })
  return { boxes, rest: { ...tree, children: rest } }
}

/** Markdown for a section: no heading above the third level, and no line feed at the end. */
export function toSectionText(tree: Root): string {
  const levels = tree.children.flatMap((node) => (node.type === 'heading' ? [node.depth] : []))
  const shift = Math.max(0, FIRST_LEVEL - Math.min(FIRST_LEVEL, ...levels))
  const children = tree.children.map((node) =>
    node.type === 'heading' ? { ...node, depth: Math.min(6, node.depth + shift) as 1 | 2 | 3 | 4 | 5 | 6 } : node,
  )
  return toMarkdown({ ...tree, children }).trim()
}
