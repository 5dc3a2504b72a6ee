// Formatted text as Jira keeps it, whichever way it does. What is above this file writes documents and reads documents; the
// footer that we put under a description is ours, so it is told apart from the text that people edit.
import type { Root, RootContent } from 'mdast'
import { toString as treeText } from 'mdast-util-to-string'
import { FOOTER_LABELS } from '../documents/artifact-document.ts'
import { toMarkdown } from '../documents/to-markdown.ts'
import { type AdfNode, type AdfParts, CUT_NOTICE, toAdf } from './adf.ts'
import { descriptionHash } from './adf-canonical.ts'
import { readAdfNode } from './adf-node.ts'
import { fromAdf } from './adf-read.ts'
import type { JiraEdition } from './client.ts'
import { toWiki, treeToWiki } from './wiki-markup.ts'
import { fromWiki } from './wiki-read.ts'

/** What holds formatted text: a document of Atlassian's format on Cloud, wiki markup on Data Center. */
export const TEXT_FORMS = ['adf', 'wiki'] as const
export type TextForm = (typeof TEXT_FORMS)[number]

export const textFormOf = (edition: JiraEdition): TextForm => (edition === 'cloud' ? 'adf' : 'wiki')

export interface RichTextOptions {
  readonly sourceUrl?: string
}

/** A document as the site takes it. */
export const writeRichText = (form: TextForm, parts: AdfParts, options: RichTextOptions = {}): unknown =>
  form === 'wiki' ? toWiki(parts, options) : toAdf(parts, options)

/** The document tree of a stored value: total, plain nodes only. */
export const readRichText = (value: unknown): Root => (typeof value === 'string' ? fromWiki(value) : fromAdf(value))

/** A stored value as a document, so that both forms are compared and taken apart alike. */
const asDocument = (value: unknown): unknown =>
  typeof value === 'string' ? toAdf({ body: fromWiki(value) }, { limit: Number.POSITIVE_INFINITY }) : value

/** What people see, as markdown, whole. */
export const richTextMarkdown = (value: unknown): string => toMarkdown(readRichText(value)).trim()

const NOTHING = descriptionHash(null)

/** Equal for values that read the same; null for those that say nothing. Total over any value. */
export function richTextKey(value: unknown): string | null {
  const hash = descriptionHash(asDocument(value))
  return hash === NOTHING ? null : hash
}

export interface Description {
  /** What people edit. */
  readonly body: unknown
  /** Ours: the rule and the list below it. */
  readonly footer: unknown
  /** Whether the text ends where Jira's limit cut it, so that it must not be taken for the whole. */
  readonly isCut: boolean
}

const textOf = ({ text = '', content = [] }: AdfNode): string => text + content.map(textOf).join('')

/** Where our footer begins: the last rule with a list below it that begins with a label of ours; -1 where there is none. */
const footerAt = <T>(blocks: readonly T[], isRule: (block: T) => boolean, firstItem: (block: T | undefined) => string): number =>
  blocks.findLastIndex(
    (block, index) => isRule(block) && FOOTER_LABELS.some((label) => firstItem(blocks[index + 1]).startsWith(`${label}:`)),
  )

function splitWiki(value: string): Description {
  const { children } = fromWiki(value)
  const at = footerAt(
    children,
    ({ type }) => type === 'thematicBreak',
    (block) => (block?.type === 'list' && block.children[0] ? treeText(block.children[0]) : ''),
  )
  const isCut = children.some((node) => node.type === 'paragraph' && treeText(node) === CUT_NOTICE)
  const text = (nodes: readonly RootContent[]) => treeToWiki({ type: 'root', children: [...nodes] })
  if (at === -1) return { body: text(children), footer: '', isCut }
  return { body: text([...children.slice(0, at), ...children.slice(at + 2)]), footer: text(children.slice(at, at + 2)), isCut }
}

/** A stored description in its two parts; a footer that a person moved or wrote below is found all the same. */
export function readDescription(value: unknown): Description {
  // Not by way of a document, which has no form for an image between words.
  if (typeof value === 'string') return splitWiki(value)
  const { content = [] } = readAdfNode(value)
  const at = footerAt(
    content,
    ({ type }) => type === 'rule',
    (block) => (block?.type === 'bulletList' ? textOf(block.content?.[0] ?? block) : ''),
  )
  const doc = (nodes: readonly AdfNode[]) => ({ type: 'doc', version: 1, content: nodes })
  const isCut = content.some((node) => node.type === 'paragraph' && textOf(node) === CUT_NOTICE)
  if (at === -1) return { body: doc(content), footer: doc([]), isCut }
  return { body: doc([...content.slice(0, at), ...content.slice(at + 2)]), footer: doc(content.slice(at, at + 2)), isCut }
}
