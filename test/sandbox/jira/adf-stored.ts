// What Jira makes of a document it stores: the meaning stays, the bytes do not. Attributes come back in another order and
// with defaults filled in, neighbouring texts of the same marks are one text, blocks have a localId. A client that
// compares what it sent with what it reads byte for byte writes for ever; this is here to catch it.
import { isRecord } from './answer.ts'

const DEFAULT_ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  orderedList: { order: 1 },
  table: { isNumberColumnEnabled: false, layout: 'default' },
}
const LOCAL_ID_NODES = new Set(['paragraph', 'heading', 'table', 'panel', 'codeBlock'])

const sorted = (record: Record<string, unknown>) => Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))

function storedMarks(marks: unknown): unknown[] {
  if (!Array.isArray(marks)) return []
  return marks
    .map((mark) => (isRecord(mark) && isRecord(mark.attrs) ? { type: mark.type, attrs: sorted(mark.attrs) } : mark))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

function mergedTexts(nodes: readonly unknown[]): unknown[] {
  const merged: unknown[] = []
  for (const node of nodes) {
    const last = merged.at(-1)
    const joins =
      isRecord(node) &&
      isRecord(last) &&
      node.type === 'text' &&
      last.type === 'text' &&
      JSON.stringify(node.marks) === JSON.stringify(last.marks)
    if (joins) merged[merged.length - 1] = { ...last, text: `${last.text}${node.text}` }
    else merged.push(node)
  }
  return merged
}

/** The document as it will be read back. `localId` makes the ids of blocks that have none. */
export function toStoredAdf(node: unknown, localId: () => string): unknown {
  if (!isRecord(node)) return node
  const type = String(node.type)
  const given = isRecord(node.attrs) ? node.attrs : {}
  const attrs = sorted({
    ...DEFAULT_ATTRIBUTES[type],
    ...given,
    ...(LOCAL_ID_NODES.has(type) && given.localId === undefined ? { localId: localId() } : {}),
  })
  const marks = storedMarks(node.marks)
  const content = Array.isArray(node.content) ? mergedTexts(node.content.map((child) => toStoredAdf(child, localId))) : undefined
  return {
    ...(content === undefined || (content.length === 0 && type === 'paragraph') ? {} : { content }),
    type: node.type,
    ...(node.version === undefined ? {} : { version: node.version }),
    ...(node.text === undefined ? {} : { text: node.text }),
    ...(Object.keys(attrs).length === 0 ? {} : { attrs }),
    ...(marks.length === 0 ? {} : { marks }),
  }
}

/** The document without what storing added, so that two documents of the same meaning compare equal. */
export function adfMeaning(node: unknown): unknown {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (key === 'localId' ? [] : [[key, clean(item)]])))
  }
  return clean(toStoredAdf(node, () => ''))
}

const BLOCKS_OF_LINES = new Set(['paragraph', 'heading', 'codeBlock', 'rule', 'tableRow', 'mediaSingle', 'blockCard'])

/** The text of a document, one line per block: what webhooks (v2 shape) and the history carry instead of ADF. */
export function adfText(node: unknown): string {
  // Wiki markup, which is text as it stands.
  if (typeof node === 'string') return node
  if (!isRecord(node)) return ''
  if (typeof node.text === 'string') return node.text
  if (node.type === 'hardBreak') return '\n'
  const attrs = isRecord(node.attrs) ? node.attrs : {}
  const own =
    node.type === 'inlineCard' ? String(attrs.url ?? '') : node.type === 'mention' || node.type === 'status' ? String(attrs.text ?? '') : ''
  const inner = Array.isArray(node.content) ? node.content.map(adfText).join('') : ''
  const text = `${own}${inner}`
  return BLOCKS_OF_LINES.has(String(node.type)) ? `${text}\n` : node.type === 'doc' ? text.trimEnd() : text
}
