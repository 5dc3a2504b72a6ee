// Replacing a list by another while every entry that stays keeps its text, quotes and comments.
import { isMap, isScalar, isSeq, type ParsedNode, Scalar } from 'yaml'
import { endOfNode, eolAt, keyText, lineEnd, lineStart, type PairNode, type SeqNode, type TextEdit } from './yaml-nodes.ts'
import { type EditValue, renderFlow, renderItem, type ScalarStyle } from './yaml-text.ts'

/** A value as text, to see which entries stay; aliases and entries without text never do. */
function textOf(node: ParsedNode | null): string | undefined {
  if (isScalar(node)) return JSON.stringify(node.value)
  if (isSeq(node)) return `[${node.items.map((item) => textOf(item as ParsedNode)).join(',')}]`
  if (!isMap(node)) return undefined
  return `{${(node.items as PairNode[]).map((pair) => `${JSON.stringify(keyText(pair))}:${textOf(pair.value)}`).join(',')}}`
}

/** How the entries that are there are quoted. */
export function styleOfItems(node: SeqNode): ScalarStyle {
  const first: unknown = node.items[0]
  if (!isScalar(first)) return 'plain'
  if (first.type === Scalar.QUOTE_DOUBLE) return 'double'
  return first.type === Scalar.QUOTE_SINGLE ? 'single' : 'plain'
}

/** The edits that make the list at a node another list; `undefined` when only a new text will do. */
export function editList(yaml: string, node: ParsedNode, values: readonly EditValue[]): TextEdit | undefined {
  if (!isSeq(node) || values.length === 0 || node.items.length === 0) return undefined
  return node.flow === true ? editFlowList(yaml, node as SeqNode, values) : editBlockList(yaml, node as SeqNode, values)
}

function editFlowList(yaml: string, node: SeqNode, values: readonly EditValue[]): TextEdit {
  const items = node.items as ParsedNode[]
  const texts = items.map((item) => yaml.slice(item.range[0], item.range[1]))
  const layout = { style: styleOfItems(node) }
  const appended = items.length <= values.length && items.every((item, at) => textOf(item) === JSON.stringify(values[at]))
  const last = items.at(-1)
  if (appended && last !== undefined) {
    const added = values.slice(items.length).map((value) => `, ${renderFlow(value, layout)}`)
    return { start: last.range[1], end: last.range[1], text: added.join('') }
  }
  return {
    start: node.range[0],
    end: node.range[1],
    text: `[${keepOrRender(items, texts, values, (value) => renderFlow(value, layout)).join(', ')}]`,
  }
}

function editBlockList(yaml: string, node: SeqNode, values: readonly EditValue[]): TextEdit | undefined {
  const start = lineStart(yaml, node.range[0])
  const indent = yaml.slice(start, node.range[0])
  const end = lineEnd(yaml, endOfNode(yaml, node))
  // A list whose first dash is not the first thing on its line (`- - a`) has no lines of its own.
  if (indent.trim() !== '') return undefined
  const items = node.items as ParsedNode[]
  const slices = cutAtDashes(yaml.slice(start, end), indent)
  if (slices.length !== items.length) return undefined
  const layout = { style: styleOfItems(node), inFlow: false, eol: eolAt(yaml, start) }
  const text = keepOrRender(items, slices, values, (value) => renderItem(value, indent, layout) + layout.eol).join('')
  return { start, end, text }
}

/** One slice per entry: its dash's line and all lines up to the next dash. */
function cutAtDashes(text: string, indent: string): readonly string[] {
  const slices: string[] = []
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const isDash = line.startsWith(`${indent}-`) && /^[ \t\r\n]?/.test(line.slice(indent.length + 1))
    if (isDash || slices.length === 0) slices.push(line)
    else slices[slices.length - 1] += line
  }
  return slices
}

/** The text of each value: that of an entry with this value where there is one. */
function keepOrRender(
  items: readonly ParsedNode[],
  texts: readonly string[],
  values: readonly EditValue[],
  render: (value: EditValue) => string,
): readonly string[] {
  const free = new Map(items.map((item, at) => [at, textOf(item)]))
  return values.map((value) => {
    const wanted = JSON.stringify(value)
    const kept = [...free].find(([, text]) => text === wanted)?.[0]
    if (kept === undefined) return render(value)
    free.delete(kept)
    return texts[kept] ?? render(value)
  })
}
