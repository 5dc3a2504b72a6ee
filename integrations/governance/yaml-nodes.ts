// Finding the node of a path, and the extent of a node's text, in a composed YAML document.
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { PathSegment } from './value-path.ts'

export type MapNode = YAMLMap.Parsed
export type SeqNode = YAMLSeq.Parsed
export type PairNode = Pair<ParsedNode, ParsedNode | null>

/** Replaces the text between two offsets. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A value and what holds it. */
export interface NodeSpot {
  readonly node: ParsedNode | null
  /** The map and pair that hold it; absent for entries of lists and the root. */
  readonly parent?: MapNode
  readonly pair?: PairNode
}

export const keyText = (pair: PairNode): string | undefined => {
  const key: unknown = pair.key
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

export const pairOf = (map: MapNode, key: string): PairNode | undefined => (map.items as PairNode[]).find((pair) => keyText(pair) === key)

/** The value at a path; `undefined` when there is none, or only through an alias, whose text belongs to another path. */
export function findSpot(root: ParsedNode | null, segments: readonly PathSegment[]): NodeSpot | undefined {
  let spot: NodeSpot = { node: root }
  for (const segment of segments) {
    const { node } = spot
    if (typeof segment === 'number') {
      const item = isSeq(node) ? (node as SeqNode).items[segment] : undefined
      if (item === undefined) return undefined
      spot = { node: item as ParsedNode }
    } else {
      const pair = isMap(node) ? pairOf(node as MapNode, segment) : undefined
      if (pair === undefined) return undefined
      spot = { node: pair.value, parent: node as MapNode, pair }
    }
  }
  return spot
}

export const isEmptyNode = (node: ParsedNode | null): boolean =>
  node === null || (isScalar(node) && node.value === null && node.range[0] === node.range[1])

export const isBlockText = (node: ParsedNode | null): node is Scalar.Parsed =>
  isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)

export const isInline = (node: ParsedNode | null): boolean =>
  isAlias(node) || (isScalar(node) && !isBlockText(node)) || ((isMap(node) || isSeq(node)) && node.flow === true)

/** Offset behind the colon of a pair. */
export const afterColon = (yaml: string, pair: PairNode): number => yaml.indexOf(':', pair.key.range[1]) + 1

/** Offset behind the last character of a pair's text, comments not counted. */
export const endOfPair = (yaml: string, pair: PairNode): number =>
  isEmptyNode(pair.value) || pair.value === null ? afterColon(yaml, pair) : endOfNode(yaml, pair.value)

/** Offset behind the last character of a value's text, without the line break of a block text. */
export function endOfNode(yaml: string, node: ParsedNode): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1)
    if (isMap(node)) return last === undefined ? node.range[1] : endOfPair(yaml, last as PairNode)
    return last === undefined || isEmptyNode(last as ParsedNode) ? node.range[1] : endOfNode(yaml, last as ParsedNode)
  }
  let end = node.range[1]
  if (isBlockText(node)) while (end > node.range[0] && /\s/.test(yaml[end - 1] ?? '')) end -= 1
  return end
}

/** Offset of the first character of the line. */
export const lineStart = (yaml: string, offset: number): number => yaml.lastIndexOf('\n', offset - 1) + 1

/** Offset behind the line break of the line. */
export function lineEnd(yaml: string, offset: number): number {
  const at = yaml.indexOf('\n', offset)
  return at === -1 ? yaml.length : at + 1
}

/** Columns of blanks before an offset's key; for a key behind a dash, the blanks that put the next key below it. */
export const indentAt = (yaml: string, offset: number): string => ' '.repeat(offset - lineStart(yaml, offset))

/** The line break in use at an offset. */
export const eolAt = (yaml: string, offset: number): string => {
  const at = yaml.indexOf('\n', offset)
  const found = at === -1 ? yaml.indexOf('\n') : at
  return yaml[found - 1] === '\r' ? '\r\n' : '\n'
}
