// A markdown file of the repository as a page: its own words, under its own title, with the note where it comes from.
import type { Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine, shorten } from './clean-text.ts'
import type { PageDocument } from './page-document.ts'
import { type ParsedDocument, parseDocument } from './parse-document.ts'
import { type Provenance, provenanceNote, provenanceTable } from './provenance.ts'

export interface FileDocumentInput {
  /** Path inside the repository, with forward slashes. */
  readonly path: string
  /** The text, or what was parsed of it. */
  readonly content: string | ParsedDocument
  /** Where the configuration or the frontmatter says so; else the first heading, else the file's name. */
  readonly title?: string
  readonly provenance: Provenance
}

/** Confluence's limit; GitHub's wiki takes it too. */
const MAX_TITLE = 255

function titleAndBody(tree: Root): { readonly title: string | undefined; readonly children: Root['children'] } {
  const [first, ...rest] = tree.children
  const title = first?.type === 'heading' && first.depth === 1 ? oneLine(textOf(first)) : ''
  return title === '' ? { title: undefined, children: tree.children } : { title, children: rest }
}

const nameOf = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.mdx?$/i, '')

/** The page of a file. A first heading becomes the title; one that says something else than a given title stays. */
export function fileDocument({ path, content, title, provenance }: FileDocumentInput): PageDocument {
  const { tree, cut } = typeof content === 'string' ? parseDocument(content) : content
  const own = titleAndBody(tree)
  const given = title === undefined ? '' : oneLine(title)
  const keepsHeading = given !== '' && own.title !== undefined && own.title.toLowerCase() !== given.toLowerCase()
  const notice = cut
    ? [
        {
          type: 'paragraph' as const,
          children: [{ type: 'text' as const, value: 'The file is longer than a page; the rest is at its source.' }],
        },
      ]
    : []
  const children = [provenanceNote(provenance), ...(keepsHeading ? tree.children : own.children), ...notice, ...provenanceTable(provenance)]
  return {
    key: `file:${path}`,
    title: shorten(given || own.title || nameOf(path), MAX_TITLE),
    tree: { type: 'root', children },
  }
}
