// A document tree as GitHub flavoured markdown, always in the same spelling, so that equal trees are equal texts.
import type { Nodes } from 'mdast'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { toMarkdown as serialize } from 'mdast-util-to-markdown'
import { documentHandlers } from './markdown-handlers.ts'

/** Markdown of a tree, ending in one line feed; the empty tree is the empty text. Escapes whatever would change meaning. */
export function toMarkdown(tree: Nodes): string {
  return serialize(tree, {
    bullet: '-',
    emphasis: '*',
    strong: '*',
    fence: '`',
    fences: true,
    rule: '-',
    listItemIndent: 'one',
    incrementListMarker: true,
    handlers: documentHandlers,
    extensions: [gfmToMarkdown({ tablePipeAlign: false })],
  })
}
