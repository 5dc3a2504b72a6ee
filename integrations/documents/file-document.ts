// A markdown file of the repository as a page: its own words, under its own title, with the note where it comes from.
import type { Root, RootContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine, shorten } from './clean-text.ts'
import type { PageDocument } from './page-document.ts'
import { frontmatterOf, type ParsedDocument, parseDocument } from './parse-document.ts'
import { readTree } from './parse-markdown.ts'
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

const isUnseen = (node: RootContent): boolean => node.type === 'definition' || (node.type === 'html' && node.value.startsWith('<!--'))

export interface FileParts {
  /** Frontmatter, and the heading that is the title of the page. */
  readonly head: string
  /** What the page shows. */
  readonly body: string
  /** Whether the title of the page is a heading of the file. */
  readonly hasTitle: boolean
}

/** What of a file its page shows as its text, and what not; joined they are the file. */
export function splitFile(content: string, title?: string): FileParts {
  const frontmatter = frontmatterOf(content)
  const rest = content.slice(frontmatter.length)
  const first = readTree(rest.replaceAll('\r\n', '\n')).tree.children.find((node) => !isUnseen(node))
  const isTitle = first?.type === 'heading' && first.depth === 1 && oneLine(textOf(first)) !== ''
  if (!isTitle || keepsHeading(title, oneLine(textOf(first)))) return { head: frontmatter, body: rest, hasTitle: false }
  const lines = first.position?.end.line ?? 0
  const head = rest.split('\n').slice(0, lines).join('\n')
  return { head: `${frontmatter}${head}`, body: rest.slice(head.length), hasTitle: title === undefined }
}

/** A heading that says something else than the title that was given. */
const keepsHeading = (given: string | undefined, own: string | undefined): boolean =>
  given !== undefined && oneLine(given) !== '' && own !== undefined && own.toLowerCase() !== oneLine(given).toLowerCase()

/** The page of a file. A first heading becomes the title; one that says something else than a given title stays. */
export function fileDocument({ path, content, title, provenance }: FileDocumentInput): PageDocument {
  const { tree, cut } = typeof content === 'string' ? parseDocument(content) : content
  const own = titleAndBody(tree)
  const given = title === undefined ? '' : oneLine(title)
  const notice = cut
    ? [
        {
          type: 'paragraph' as const,
          children: [{ type: 'text' as const, value: 'The file is longer than a page; the rest is at its source.' }],
        },
      ]
    : []
  const children = [
    provenanceNote(provenance),
    ...(keepsHeading(title, own.title) ? tree.children : own.children),
    ...notice,
    ...provenanceTable(provenance),
  ]
  return {
    key: `file:${path}`,
    title: shorten(given || own.title || nameOf(path), MAX_TITLE),
    tree: { type: 'root', children },
  }
}
