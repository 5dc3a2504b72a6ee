// One change of one value in YAML text. The document is composed to learn where things stand, and then text is replaced:
// writing the whole document anew would reflow lines nobody touched and make reviews of our pull requests useless.
import { isMap, isScalar, type ParsedNode, Scalar } from 'yaml'
import type { PathSegment } from './value-path.ts'
import { editList } from './yaml-list-edit.ts'
import {
  afterColon,
  endOfNode,
  endOfPair,
  eolAt,
  findSpot,
  indentAt,
  isBlockText,
  isEmptyNode,
  isInline,
  lineEnd,
  lineStart,
  type MapNode,
  type NodeSpot,
  type PairNode,
  type TextEdit,
} from './yaml-nodes.ts'
import { type EditValue, renderAfterColon, renderBlockText, renderFlow, renderKey, renderScalar, type ScalarStyle } from './yaml-text.ts'
import { isTimestamp } from './yaml-tree.ts'

export type EditOutcome = TextEdit | { readonly refused: string }

const NOTHING: TextEdit = { start: 0, end: 0, text: '' }

/** The edit that puts a value at a path, creating the maps above it. */
export function editToSet(yaml: string, root: ParsedNode | null, segments: readonly PathSegment[], value: EditValue): EditOutcome {
  const spot = findSpot(root, segments)
  if (spot !== undefined) return editValueAt(yaml, spot, value)
  for (let length = segments.length - 1; length >= 0; length -= 1) {
    const above = findSpot(root, segments.slice(0, length))
    if (above === undefined) continue
    const missing = segments.slice(length)
    if (missing.some((segment) => typeof segment === 'number')) return { refused: 'there is no such entry in the list' }
    const [key = '', ...inner] = missing as readonly string[]
    const nested = inner.reduceRight<EditValue>((held, name) => ({ [name]: held }), value)
    if (isMap(above.node)) return editToAdd(yaml, above.node as MapNode, key, nested)
    if (isEmptyNode(above.node) || (isScalar(above.node) && above.node.value === null))
      return length === 0
        ? {
            start: yaml.length,
            end: yaml.length,
            text: `${renderKey(key)}:${renderAfterColon(nested, '', rootLayout(yaml))}${eolAt(yaml, 0)}`,
          }
        : editValueAt(yaml, above, { [key]: nested })
    return { refused: 'what stands above it is no map' }
  }
  return { refused: 'there is no frontmatter' }
}

const rootLayout = (yaml: string) => ({ style: 'plain', inFlow: false, eol: eolAt(yaml, 0) }) as const

/** The edit that takes a key away; nothing where it is not there. */
export function editToRemove(yaml: string, root: ParsedNode | null, segments: readonly PathSegment[]): EditOutcome {
  const spot = findSpot(root, segments)
  if (spot === undefined) return NOTHING
  const { parent, pair } = spot
  if (parent === undefined || pair === undefined) return { refused: 'only keys can be removed; set the list without the entry' }
  const pairs = parent.items as PairNode[]
  const at = pairs.indexOf(pair)
  const [keyStart, end] = [pair.key.range[0], endOfPair(yaml, pair)]
  const next = pairs[at + 1]
  const previous = pairs[at - 1]
  if (parent.flow === true) {
    if (next !== undefined) return { start: keyStart, end: next.key.range[0], text: '' }
    return { start: previous === undefined ? keyStart : endOfPair(yaml, previous), end, text: '' }
  }
  if (pairs.length === 1 && segments.length > 1) {
    const above = findSpot(root, segments.slice(0, -1))
    return above === undefined ? NOTHING : editValueAt(yaml, above, {})
  }
  // The first key behind a dash shares its line with the dash, which the next key takes over.
  if (yaml.slice(lineStart(yaml, keyStart), keyStart).trim() !== '') return { start: keyStart, end: next?.key.range[0] ?? end, text: '' }
  return { start: lineStart(yaml, keyStart), end: lineEnd(yaml, end), text: '' }
}

function editToAdd(yaml: string, map: MapNode, key: string, value: EditValue): EditOutcome {
  const last = (map.items as PairNode[]).at(-1)
  if (map.flow === true) {
    const text = `${renderKey(key)}: ${renderFlow(value, { style: 'plain' })}`
    if (last === undefined) return { start: map.range[0] + 1, end: map.range[1] - 1, text }
    const end = endOfPair(yaml, last)
    return { start: end, end, text: `, ${text}` }
  }
  if (last === undefined) return { refused: 'what stands above it is no map' }
  const first = (map.items as PairNode[])[0] ?? last
  const indent = indentAt(yaml, first.key.range[0])
  const at = lineEnd(yaml, endOfPair(yaml, last))
  const layout = { style: 'plain', inFlow: false, eol: eolAt(yaml, first.key.range[0]) } as const
  const before = at === yaml.length && !yaml.endsWith('\n') ? layout.eol : ''
  return { start: at, end: at, text: `${before}${indent}${renderKey(key)}:${renderAfterColon(value, indent, layout)}${layout.eol}` }
}

function editValueAt(yaml: string, spot: NodeSpot, value: EditValue): EditOutcome {
  const { node, parent, pair } = spot
  const isScalarValue = typeof value !== 'object' || value === null
  if (node !== null && Array.isArray(value)) {
    const edit = editList(yaml, node, value as readonly EditValue[])
    if (edit !== undefined) return edit
  }
  if (node !== null && isScalarValue && !isEmptyNode(node)) {
    const edit = editScalar(yaml, node, parent, pair, value)
    if (edit !== undefined) return edit
  }
  const inFlow = pair === undefined || parent?.flow === true
  if (inFlow) return editInFlow(yaml, spot, value)
  const start = afterColon(yaml, pair)
  const end = node === null || isEmptyNode(node) ? start : endOfNode(yaml, node)
  // A line break and a comment between the colon and a block value go with the value.
  const layout = { style: 'plain', inFlow: false, eol: eolAt(yaml, start) } as const
  return { start, end, text: renderAfterColon(value, indentAt(yaml, pair.key.range[0]), layout) }
}

function editInFlow(yaml: string, { node, pair }: NodeSpot, value: EditValue): EditOutcome {
  const text = renderFlow(value, { style: 'plain' })
  if (node !== null && !isEmptyNode(node)) return { start: node.range[0], end: endOfNode(yaml, node), text }
  if (pair === undefined) return { refused: 'the entry is empty' }
  const colon = afterColon(yaml, pair)
  return { start: colon, end: colon, text: ` ${text}` }
}

/** A scalar in the place and the style of another. */
function editScalar(
  yaml: string,
  node: ParsedNode,
  parent: MapNode | undefined,
  pair: PairNode | undefined,
  value: EditValue,
): TextEdit | undefined {
  const scalar = value as string | number | boolean | null
  const [start] = node.range
  if (isBlockText(node) && typeof scalar === 'string' && pair !== undefined) {
    const indent = `${indentAt(yaml, pair.key.range[0])}  `
    const text = renderBlockText(scalar, node.type === Scalar.BLOCK_FOLDED, indent, eolAt(yaml, start))
    if (text !== undefined) return { start, end: endOfNode(yaml, node), text }
  }
  if (!isInline(node) && !isBlockText(node)) return undefined
  const wasDate = isScalar(node) && node.type === Scalar.PLAIN && typeof node.value === 'string' && isTimestamp(node.value)
  if (wasDate && typeof scalar === 'string' && isTimestamp(scalar)) return { start, end: node.range[1], text: scalar }
  const inFlow = parent?.flow === true || pair === undefined
  return { start, end: endOfNode(yaml, node), text: renderScalar(scalar, { style: styleOf(node), inFlow }) }
}

function styleOf(node: ParsedNode): ScalarStyle {
  const type = isScalar(node) ? node.type : undefined
  if (type === Scalar.QUOTE_DOUBLE || type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED) return 'double'
  return type === Scalar.QUOTE_SINGLE ? 'single' : 'plain'
}
