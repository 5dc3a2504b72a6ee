// A markdown file as a document that is published: everything GitHub shows of it, in a tree that Confluence pages, HTML pages
// and wikis are written from. (Jira descriptions know less: parse-markdown.ts.)
import type { Root } from 'mdast'
import { documentTree } from './document-tree.ts'
import { readTree } from './parse-markdown.ts'

export interface ParsedDocument {
  /** Holds only `DOCUMENT_TYPES` (document-tree.ts). Links and images have the addresses that stand in the text. */
  readonly tree: Root
  /** True when the text was longer than the limit and the tree holds only its beginning. */
  readonly cut: boolean
}

/** Longest file that is read of, in UTF-16 units; twice what the largest page people write has. */
const MAX_CHARACTERS = 400_000
const FRONTMATTER = /^\uFEFF?---[\t ]*\r?\n(?:[\s\S]*?\r?\n)?---[\t ]*(?:\r?\n|$)/

/** The YAML at the beginning of a file, with its fences; empty where there is none. */
export const frontmatterOf = (markdown: string): string => FRONTMATTER.exec(markdown)?.[0] ?? ''

/** Parses GitHub flavoured markdown; YAML frontmatter is left out. Never throws: every text is a document. */
export function parseDocument(markdown: string, options: { readonly maxCharacters?: number } = {}): ParsedDocument {
  const { tree, cut } = readTree(markdown.slice(frontmatterOf(markdown).length), options.maxCharacters ?? MAX_CHARACTERS)
  return { tree: documentTree(tree), cut }
}
