// A page of Confluence as a document, for edits that people made there and that become a pull request. The reverse of
// to-storage.ts as far as markdown reaches: what is written by it comes back as it was, what editors and macros added is kept
// as the words it shows, and what is lost is said.
import type { Root, RootContent } from 'mdast'
import { documentTree } from './document-tree.ts'
import { storageFlow } from './storage-flow.ts'
import type { ReadOptions, StorageScope } from './storage-reader.ts'
import { parseXml } from './xml-parse.ts'

export interface ReadPage {
  /** Holds only `DOCUMENT_TYPES` (document-tree.ts). */
  readonly tree: Root
  /** What the page had and markdown has not, each once, in the order it was met. */
  readonly lost: readonly string[]
}

const SOURCE_TITLE = /^Source of the diagram \(.*\)$/

/** Our picture of a diagram and its folded source (storage-blocks.ts) are the diagram. */
function withoutPictures(blocks: readonly RootContent[]): RootContent[] {
  return blocks.flatMap((block, at): RootContent[] => {
    const next = blocks[at + 1]
    const [code] = block.type === 'details' && SOURCE_TITLE.test(block.summary) ? block.children : []
    if (code?.type === 'code') return [code]
    const isPicture = block.type === 'paragraph' && block.children.length === 1 && block.children[0]?.type === 'image'
    return isPicture && next?.type === 'details' && SOURCE_TITLE.test(next.summary) ? [] : [block]
  })
}

/** The rule above our footnotes is part of how they are shown. */
function withoutFootnoteRule(blocks: readonly RootContent[]): RootContent[] {
  return blocks.filter((block, at) => !(block.type === 'thematicBreak' && blocks[at + 1]?.type === 'footnoteDefinition'))
}

/** Reads a body in storage format. Total over any text. */
export function readStorage(body: string, options: ReadOptions = {}): ReadPage {
  const lost = new Set<string>()
  const scope: StorageScope = { options, lose: (what) => void lost.add(what) }
  const blocks = withoutFootnoteRule(withoutPictures(storageFlow(parseXml(body), scope)))
  return { tree: documentTree({ type: 'root', children: blocks }), lost: [...lost] }
}
