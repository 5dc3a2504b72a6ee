// A document as HTML for our own pages and for GitHub Pages. Safe to put into a page whoever wrote the text: elements come
// from our code, every text is escaped, addresses are http, https, mailto or what the page itself answered, and there is no
// script, style or event handler.
import type { Root } from 'mdast'
import { documentTree } from './document-tree.ts'
import { headingSlugs } from './heading-slugs.ts'
import { htmlBlocks } from './html-blocks.ts'
import type { HtmlOptions } from './html-options.ts'
import { serializeHtml } from './xml-tree.ts'

/** HTML of a document; any mdast tree will do. Headings have the ids GitHub gives them. The same tree gives the same text. */
export function renderHtml(tree: Root, options: HtmlOptions = {}): string {
  const root = documentTree(tree)
  return serializeHtml(htmlBlocks(root.children, { options, slugs: headingSlugs(root) }))
}
