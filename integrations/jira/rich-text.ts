// Formatted text as Jira keeps it, whichever way it does. What is above this file writes documents and reads documents; the
// footer that we put under a description is ours, so it is told apart from the text that people edit.
import type { Root } from 'mdast'
import { FOOTER_LABELS } from '../documents/artifact-document.ts'
import { toMarkdown } from '../documents/to-markdown.ts'
import { type AdfNode, type AdfParts, CUT_NOTICE, toAdf } from './adf.ts'
import { descriptionHash } from './adf-canonical.ts'
import { readAdfNode } from './adf-node.ts'
import { fromAdf } from './adf-read.ts'

export interface RichTextOptions {
  readonly sourceUrl?: string
}

/** A document as the site takes it. */
export const writeRichText = (parts: AdfParts, options: RichTextOptions = {}): unknown => toAdf(parts, options)

/** The document tree of a stored value: total, plain nodes only. */
export const readRichText = (value: unknown): Root => fromAdf(value)

/** What people see, as markdown, whole. */
export const richTextMarkdown = (value: unknown): string => toMarkdown(readRichText(value)).trim()

const NOTHING = descriptionHash(null)

/** Equal for values that read the same; null for those that say nothing. Total over any value. */
export function richTextKey(value: unknown): string | null {
  const hash = descriptionHash(value)
  return hash === NOTHING ? null : hash
}

export interface Description {
  /** What people edit, in its stored form. */
  readonly body: unknown
  /** Ours: the rule and the list below it. */
  readonly footer: unknown
  /** Whether the text ends where Jira's limit cut it, so that it must not be taken for the whole. */
  readonly isCut: boolean
}

const textOf = ({ text = '', content = [] }: AdfNode): string => text + content.map(textOf).join('')

/** A stored description in its two parts; a footer that a person moved or wrote below is found all the same. */
export function readDescription(value: unknown): Description {
  const { content = [] } = readAdfNode(value)
  const at = content.findLastIndex(({ type }, index) => {
    const next = content[index + 1]
    const first = next?.type === 'bulletList' ? textOf(next.content?.[0] ?? next) : ''
    return type === 'rule' && FOOTER_LABELS.some((label) => first.startsWith(`${label}:`))
  })
  const doc = (nodes: readonly AdfNode[]) => ({ type: 'doc', version: 1, content: nodes })
  const isCut = content.some((node) => node.type === 'paragraph' && textOf(node) === CUT_NOTICE)
  if (at === -1) return { body: doc(content), footer: doc([]), isCut }
  return { body: doc([...content.slice(0, at), ...content.slice(at + 2)]), footer: doc(content.slice(at, at + 2)), isCut }
}
