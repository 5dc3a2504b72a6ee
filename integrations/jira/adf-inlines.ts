// Text with marks. Two rules of the schema shape this file: text is never empty, and `code` stands only beside `link`.
import type { PhrasingContent } from 'mdast'
import { cleanText } from '../documents/clean-text.ts'
import type { AdfMark, AdfNode } from './adf.ts'

/** The order in which marks are written, so that equal texts are equal bytes. */
const MARK_ORDER = ['link', 'em', 'strong', 'strike', 'code'] as const
const MARK_OF = { emphasis: 'em', strong: 'strong', delete: 'strike' } as const

function withMark(marks: readonly AdfMark[], mark: AdfMark): readonly AdfMark[] {
  // A link inside a link, or strong inside strong, says nothing new; the outer one stays.
  if (marks.some((known) => known.type === mark.type)) return marks
  return [...marks, mark].sort((a, b) => MARK_ORDER.indexOf(a.type as never) - MARK_ORDER.indexOf(b.type as never))
}

function textNode(value: string, marks: readonly AdfMark[]): AdfNode[] {
  // A line end inside a paragraph is a space in markdown; ADF has a node for a real one.
  const text = cleanText(value).replaceAll('\n', ' ')
  if (text === '') return []
  return [marks.length > 0 ? { type: 'text', text, marks } : { type: 'text', text }]
}

const sameMarks = (a: AdfNode, b: AdfNode) => JSON.stringify(a.marks ?? []) === JSON.stringify(b.marks ?? [])

/** Neighbouring texts with the same marks as one: editors store them so, and comparing is easier. */
export function mergeTexts(nodes: readonly AdfNode[]): AdfNode[] {
  const merged: AdfNode[] = []
  for (const node of nodes) {
    const last = merged.at(-1)
    if (last?.type === 'text' && node.type === 'text' && sameMarks(last, node)) {
      merged[merged.length - 1] = { ...last, text: `${last.text}${node.text}` }
    } else merged.push(node)
  }
  return merged
}

function inlinesWith(nodes: readonly PhrasingContent[], marks: readonly AdfMark[]): AdfNode[] {
  return nodes.flatMap((node): AdfNode[] => {
    switch (node.type) {
      case 'text':
        return textNode(node.value, marks)
      case 'inlineCode':
        return textNode(
          node.value,
          withMark(
            marks.filter((mark) => mark.type === 'link'),
            { type: 'code' },
          ),
        )
      case 'break':
        return [{ type: 'hardBreak' }]
      case 'emphasis':
      case 'strong':
      case 'delete':
        return inlinesWith(node.children, withMark(marks, { type: MARK_OF[node.type] }))
      case 'link':
        return inlinesWith(node.children, withMark(marks, { type: 'link', attrs: { href: node.url } }))
      case 'image':
        // An image between words has no inline form by address: it becomes a link that says what it shows.
        return textNode(node.alt || node.url, withMark(marks, { type: 'link', attrs: { href: node.url } }))
      default:
        // Trees come from plain-tree.ts, which leaves nothing else; an unknown node's text is kept all the same.
        return 'value' in node ? textNode(node.value, marks) : []
    }
  })
}

/** Inline nodes of phrasing content; empty when there is no text. `marks` are put on all of it. */
export function toInlines(nodes: readonly PhrasingContent[], marks: readonly AdfMark[] = []): AdfNode[] {
  return mergeTexts(inlinesWith(nodes, marks))
}
