// Atlassian Document Format: what a Jira description is over REST v3. Jira refuses a whole issue for one node in a wrong
// place, so the writer knows, for every place, which blocks may stand there (adf-blocks.ts) and brings the others into a
// form that may. What is written is deterministic: the same tree gives the same bytes.
import type { Root } from 'mdast'
import { makeBlockWriter } from './adf-blocks.ts'

export interface AdfMark {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>>
}

export interface AdfNode {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly content?: readonly AdfNode[]
  readonly text?: string
  readonly marks?: readonly AdfMark[]
}

export interface AdfDoc {
  readonly type: 'doc'
  readonly version: 1
  readonly content: readonly AdfNode[]
}

/** Jira's limit of a text field. What it counts for ADF is not published; the serialised document is the safe reading. */
export const MAX_ADF_LENGTH = 32_767

export interface AdfParts {
  readonly body: Root
  /** Always kept whole, after the body. */
  readonly footer?: Root
  /** True when the body is already only the beginning of a longer text. */
  readonly cut?: boolean
}

export interface AdfOptions {
  /** Serialised length that must not be exceeded; default 32,767. */
  readonly limit?: number
  /** Where a reader finds the whole text; the notice about the cut links there. */
  readonly sourceUrl?: string
}

const lengthOf = (node: AdfNode | AdfDoc): number => JSON.stringify(node).length

/** Stands where a text was cut; a text that has it came from a longer one. */
export const CUT_NOTICE = 'The text is longer than Jira takes; the rest is in the source file.'

function cutNotice(sourceUrl: string | undefined): AdfNode {
  const text = CUT_NOTICE
  const marks: AdfMark[] = [...(sourceUrl ? [{ type: 'link', attrs: { href: sourceUrl } }] : []), { type: 'em' }]
  return { type: 'paragraph', content: [{ type: 'text', text, marks }] }
}

/** As many children of a list or table, or lines of a code block, as fit; undefined when not even one does. */
function shrink(node: AdfNode, room: number): AdfNode | undefined {
  if (node.type === 'codeBlock') {
    const text = node.content?.[0]?.text ?? ''
    // Escaping can at most sextuple a character; line by line keeps the count exact.
    const kept: string[] = []
    let used = lengthOf({ ...node, content: [{ type: 'text', text: '' }] })
    for (const line of text.split('\n')) {
      used += JSON.stringify(line).length
      if (used > room) break
      kept.push(line)
    }
    const start = kept.join('\n')
    return start === '' ? undefined : { ...node, content: [{ type: 'text', text: start }] }
  }
  if (!['bulletList', 'orderedList', 'taskList', 'table', 'blockquote'].includes(node.type)) return undefined
  const kept = takeFitting(node.content ?? [], room - lengthOf({ ...node, content: [] }))
  return kept.length > 0 ? { ...node, content: kept } : undefined
}

function takeFitting(nodes: readonly AdfNode[], room: number): AdfNode[] {
  const kept: AdfNode[] = []
  let used = 0
  for (const node of nodes) {
    const length = lengthOf(node) + 1
    if (used + length > room) {
      const part = shrink(node, room - used - 1)
      if (part) kept.push(part)
      break
    }
    used += length
    kept.push(node)
  }
  return kept
}

/**
 * The document of a description. Valid against Atlassian's schema for every tree. A body that does not fit the limit ends
 * at a block (or list item, row, line of code) and a notice with the link to the file; the footer is kept.
 */
export function toAdf(parts: AdfParts, options: AdfOptions = {}): AdfDoc {
  const limit = options.limit ?? MAX_ADF_LENGTH
  const writer = makeBlockWriter()
  const body = writer.blocks(parts.body.children)
  const footer = parts.footer ? writer.blocks(parts.footer.children) : []
  const whole: AdfDoc = { type: 'doc', version: 1, content: [...body, ...footer] }
  if (!parts.cut && lengthOf(whole) <= limit) return whole
  const tail = [cutNotice(options.sourceUrl), ...footer]
  const room = limit - lengthOf({ type: 'doc', version: 1, content: tail }) - 1
  return { type: 'doc', version: 1, content: [...takeFitting(body, room), ...tail] }
}
