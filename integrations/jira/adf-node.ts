// A stored description as it comes over the wire: anyone may have written it, in any version of the format, so it is read
// by shape, node by node, and what has none of it is left out.
import type { AdfMark, AdfNode } from './adf.ts'

/** Deeper than editors allow; below it nothing is read. */
const MAX_DEPTH = 60

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readMarks(value: unknown): AdfMark[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((mark: unknown): AdfMark[] => {
    if (!isRecord(mark) || typeof mark.type !== 'string') return []
    return [isRecord(mark.attrs) ? { type: mark.type, attrs: mark.attrs } : { type: mark.type }]
  })
}

function readNode(value: unknown, depth: number): AdfNode[] {
  if (!isRecord(value) || typeof value.type !== 'string' || depth > MAX_DEPTH) return []
  const marks = readMarks(value.marks)
  const node: AdfNode = {
    type: value.type,
    ...(isRecord(value.attrs) ? { attrs: value.attrs } : {}),
    ...(typeof value.text === 'string' ? { text: value.text } : {}),
    ...(marks.length > 0 ? { marks } : {}),
    ...(Array.isArray(value.content) ? { content: value.content.flatMap((child: unknown) => readNode(child, depth + 1)) } : {}),
  }
  return [node]
}

/** The document in a value; an empty one for null, text or anything else that is not a document. */
export function readAdfNode(value: unknown): AdfNode {
  return readNode(value, 0)[0] ?? { type: 'doc', content: [] }
}
