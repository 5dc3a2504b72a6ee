// Markdown as people and generators write it, into a tree small enough that every serializer can be total over it.
// CommonMark with GFM, parsed by micromark: no regular expression ever edits the text, so nothing is substituted in code.
// Text can come from anyone who may open a pull request, and micromark is quadratic in two places (emphasis runs inside
// one paragraph, containers nested in containers). A text that would hit them is parsed with that construct switched
// off: its characters stay, only their meaning is lost.
import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { cleanText } from './clean-text.ts'
import { plainTree } from './plain-tree.ts'

/** Characters that are read of one text; far above the longest real body (49,000), far below what would block the process. */
const MAX_CHARACTERS = 200_000
/** Emphasis runs in one paragraph: 2,000 parse in 0.1 s, 20,000 in 11 s (measured, micromark 4). */
const MAX_EMPHASIS_RUNS = 2_000
const DEEP_CONTAINERS = /^(?:[\t ]*(?:[>*+-]|\d{1,9}[.)])[\t ]*){24,}/m

export interface ParsedMarkdown {
  /** Of `parseMarkdown`: only the node types of `PLAIN_TYPES` (plain-tree.ts), no HTML, no references, no footnotes. */
  readonly tree: Root
  /** True when the text was longer than the limit and the tree holds only its beginning. */
  readonly cut: boolean
}

export interface MarkdownOptions {
  /** In UTF-16 units; default 200,000. */
  readonly maxCharacters?: number
  /** Address of the file the text stands in: relative links are resolved against it, or become plain text without it. */
  readonly baseUrl?: string
}

function costlyConstructs(text: string): string[] {
  const off: string[] = []
  const runsPerParagraph = text.split(/\n[\t ]*\n/).map((paragraph) => paragraph.match(/[*_~]+/g)?.length ?? 0)
  if (runsPerParagraph.some((runs) => runs > MAX_EMPHASIS_RUNS)) off.push('attention', 'strikethrough')
  if (DEEP_CONTAINERS.test(text)) off.push('blockQuote', 'list')
  return off
}

/**
 * The tree as micromark reads it, with whatever markdown can hold. For the two readers that bring it into a form of their
 * own: `parseMarkdown` and `parseDocument` (parse-document.ts). Never throws.
 */
export function readTree(markdown: string, maxCharacters = MAX_CHARACTERS): ParsedMarkdown {
  const cut = markdown.length > maxCharacters
  const text = cleanText(cut ? markdown.slice(0, maxCharacters) : markdown)
  const tree = fromMarkdown(text, {
    extensions: [gfm(), { disable: { null: costlyConstructs(text) } }],
    mdastExtensions: [gfmFromMarkdown()],
  })
  return { tree, cut }
}

/**
 * Parses GitHub flavoured markdown (MDX-ish text included) into a tree of plain nodes. Never throws: every text is markdown.
 * HTML is kept as text, comments are dropped, entities outside code are decoded, links that are not http, https or mailto
 * lose their target, footnotes become a numbered list at the end.
 */
export function parseMarkdown(markdown: string, options: MarkdownOptions = {}): ParsedMarkdown {
  const { tree, cut } = readTree(markdown, options.maxCharacters)
  return { tree: plainTree(tree, options.baseUrl), cut }
}
