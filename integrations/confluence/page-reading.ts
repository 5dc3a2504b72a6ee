// A page of ours as the document that people made of it: without the marks, the note and the list of homeless comments that we
// put there. What is read so can be compared with what git says, and brought into its file.
import type { Nodes, Root, RootContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { type ReadPage, readStorage } from '../documents/from-storage.ts'
import { withoutProvenance } from '../documents/provenance.ts'
import type { ReadOptions } from '../documents/storage-reader.ts'
import { toMarkdown } from '../documents/to-markdown.ts'
import type { ConfluenceContext } from './context.ts'
import { COMMENTS_SECTION } from './inline-comments.ts'
import { isOwnAnchor, PROPERTY_KEY } from './marker.ts'

const isMark = (node: Nodes): boolean => node.type === 'anchor' && isOwnAnchor(node.name)

function withoutMarks<N extends Nodes>(node: N): N {
  if (!('children' in node)) return node
  const children = (node.children as RootContent[])
    .filter((child) => !isMark(child))
    .map(withoutMarks)
    .filter((child) => child.type !== 'paragraph' || child.children.length > 0)
  return { ...node, children }
}

/** The rule, the heading and the list below the page's own words (inline-comments.ts). */
function withoutHomeless(root: Root): Root {
  const at = root.children.findLastIndex((node) => node.type === 'paragraph' && textOf(node) === COMMENTS_SECTION)
  if (at < 0) return root
  const from = root.children[at - 1]?.type === 'thematicBreak' ? at - 1 : at
  const to = root.children[at + 1]?.type === 'list' ? at + 2 : at + 1
  return { ...root, children: root.children.filter((_, index) => index < from || index >= to) }
}

/** Reads a stored body; total over any text. */
export function readPageBody(body: string, options: ReadOptions = {}): ReadPage {
  const { tree, lost } = readStorage(body, options)
  return { tree: withoutProvenance(withoutHomeless(withoutMarks(tree))), lost }
}

export interface Meaning {
  readonly text: string
  /** What markdown has no word for. */
  readonly lost: readonly string[]
}

/** What a body says, in one spelling: bodies never compare equal, because Confluence writes them anew. */
export function meaningOf(body: string): Meaning {
  const { tree, lost } = readPageBody(body, { pageUrl: ({ title, spaceKey = '' }) => `/${encodeURIComponent(`${spaceKey}/${title}`)}` })
  return { text: toMarkdown(tree), lost }
}

/** A page as it is stored now; undefined where it is gone. */
export const readStoredBody = async ({ client }: Pick<ConfluenceContext, 'client'>, id: string): Promise<string | undefined> =>
  (await client.page(id, PROPERTY_KEY))?.body
