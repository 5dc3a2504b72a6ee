// Cutting a file into its five parts. A byte order mark, CRLF, trailing blanks and a missing last line break all stay where
// they are; nothing is normalised, because what is not understood must be written back as it was.
import { isUtf8 } from 'node:buffer'
import type { Position } from './artifact.ts'

/** Largest file that is read, in bytes or UTF-16 units. */
export const MAX_FILE_LENGTH = 10 * 1024 * 1024

/** The file's text; the parts in this order are the whole of it. `yaml` ends with its line break. */
export interface SourceParts {
  readonly bom: string
  readonly open: string
  readonly yaml: string
  readonly close: string
  readonly body: string
}

const BOM = '\uFEFF'
const OPENING = /^---[ \t]*(?:\r?\n|$)/
const CLOSING = /^---[ \t]*(?:\r?\n|$)/m

/** A text without frontmatter: all of it is body. */
export const bodyOnly = (text: string): SourceParts => ({ bom: '', open: '', yaml: '', close: '', body: text })

/** Cuts a text; `undefined` when the frontmatter is opened and never closed. Without frontmatter `open` is empty. */
export function splitParts(text: string): SourceParts | undefined {
  const bom = text.startsWith(BOM) ? BOM : ''
  const rest = text.slice(bom.length)
  const open = OPENING.exec(rest)?.[0]
  if (open === undefined) return { ...bodyOnly(rest), bom }
  const inner = rest.slice(open.length)
  const close = CLOSING.exec(inner)
  if (close === null) return undefined
  const end = close.index + close[0].length
  return { bom, open, yaml: inner.slice(0, close.index), close: close[0], body: inner.slice(end) }
}

export type DecodedText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly advice: string }

/** Content as text, unless it is too large, not UTF-8, or binary. A byte order mark is kept. */
export function decodeText(content: string | Uint8Array): DecodedText {
  if (content.length > MAX_FILE_LENGTH)
    return {
      kind: 'unreadable',
      reason: `The file is larger than ${MAX_FILE_LENGTH / 1024 / 1024} MiB.`,
      advice: 'Split it or take what is no artifact out.',
    }
  const text =
    typeof content === 'string' ? content : isUtf8(content) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(content) : undefined
  if (text === undefined) return { kind: 'unreadable', reason: 'The file is not UTF-8 text.', advice: 'Save it as UTF-8.' }
  if (text.includes('\0'))
    return { kind: 'unreadable', reason: 'The file contains NUL characters, so it is not text.', advice: 'Save it as UTF-8 text.' }
  return { kind: 'text', text }
}

/** Turns offsets of `parts.yaml` into lines and columns of the whole file. */
export function makePositionAt(parts: SourceParts): (offset: number) => Position {
  // The opening is one line, so the YAML starts on line 2, column 1.
  const starts = [0]
  for (let at = parts.yaml.indexOf('\n'); at !== -1; at = parts.yaml.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 2, column: offset - (starts[low] ?? 0) + 1 }
  }
}
