// An edit that somebody made to the page of a file, as the file it makes: the page is read by the rules it was rendered by, so
// links lead back to files, and what stays the same in the file stays as its author wrote it.
import path from 'node:path'
import type { Nodes, Root } from 'mdast'
import { hiddenLosses, takeEdit } from '../../../integrations/documents/edited-body.ts'
import { splitFile } from '../../../integrations/documents/file-document.ts'
import { parseDocument } from '../../../integrations/documents/parse-document.ts'
import type { LinkTarget, StorageOptions } from '../../../integrations/documents/storage-options.ts'
import type { ReadOptions } from '../../../integrations/documents/storage-reader.ts'
import { toMarkdown } from '../../../integrations/documents/to-markdown.ts'
import { renderStorage } from '../../../integrations/documents/to-storage.ts'
import type { ConfluenceAccess } from '../../access/confluence-access.ts'
import { makePageRendering, type PageSurroundings } from './page-rendering.ts'
import type { PlannedPage } from './published-pages.ts'

export interface EditedPage {
  readonly page: PlannedPage
  /** The file in git. */
  readonly content: string
  /** The page as it is stored. */
  readonly stored: string
  /** What the page is called now, where somebody renamed it. */
  readonly renamed: string | undefined
  /** The title that the configuration gives the page. */
  readonly givenTitle: string | undefined
}

export interface PageEdit {
  /** The file as the page would have it; equal to `content` where it says the same. */
  readonly text: string
  /** What the page has and the file does not get, in a few words each. */
  readonly lost: readonly string[]
  /** Blocks that were taken as a whole, in the page's spelling. */
  readonly rewritten: readonly string[]
}

/** The ways that links and images went out, for their way back. */
function makeWayBack(page: PlannedPage, surroundings: PageSurroundings) {
  const { options } = makePageRendering(page, surroundings)
  const [links, images] = [new Map<string, string>(), new Map<string, string>()]
  const resolveLink = (url: string): LinkTarget | undefined => {
    const target = options.resolveLink?.(url)
    if (target?.kind === 'page' && !links.has(target.title)) links.set(target.title, url.replace(/#.*$/, ''))
    return target
  }
  const resolveImage: StorageOptions['resolveImage'] = (url) => {
    const file = options.resolveImage?.(url)
    if (file && !images.has(file.name)) images.set(file.name, url)
    return file
  }
  const folder = path.posix.dirname(page.file ?? '')
  const fileOf = new Map([...surroundings.files].map(([file, key]) => [surroundings.titles.get(key), file]))
  const read: ReadOptions = {
    pageUrl({ title }) {
      const file = fileOf.get(title)
      return links.get(title) ?? (file === undefined ? undefined : encodeURI(path.posix.relative(folder, file)))
    },
    attachmentUrl: (name) => images.get(name),
  }
  return { out: { ...options, resolveLink, resolveImage }, read }
}

/** Addresses of the repository as paths beside the file. */
function localised<N extends Nodes>(node: N, rootUrl: string, folder: string): N {
  const isHere = (node.type === 'link' || node.type === 'image') && node.url.startsWith(`${rootUrl}/`)
  const here = isHere ? { ...node, url: path.posix.relative(folder, (node as { url: string }).url.slice(rootUrl.length + 1)) } : node
  if (!('children' in here)) return here
  return { ...here, children: here.children.map((child) => localised(child as Nodes, rootUrl, folder)) } as N
}

/** Files of the page that git does not have: they are named, because a link to them leads nowhere. */
function foreignImages(tree: Root, known: Root): string[] {
  const urls = (root: Root): string[] => {
    const found: string[] = []
    const visit = (node: Nodes): void => {
      if (node.type === 'image' && !/^[a-z][a-z0-9+.-]*:/i.test(node.url)) found.push(node.url)
      if ('children' in node) for (const child of node.children) visit(child)
    }
    visit(root)
    return found
  }
  const before = new Set(urls(known))
  return urls(tree).flatMap((url) => (before.has(url) ? [] : [`the file of the image "${url}", which is on the page and not in git`]))
}

const heading = (title: string): string =>
  toMarkdown({ type: 'root', children: [{ type: 'heading', depth: 1, children: [{ type: 'text', value: title }] }] }).trimEnd()

/** The head with another title; undefined where the title is not written there as a line of its own. */
function retitled(head: string, title: string): string | undefined {
  const lines = head.split('\n')
  const last = lines.at(-1) ?? ''
  if (!/^ {0,3}#(?!#)/.test(last)) return undefined
  return [...lines.slice(0, -1), `${heading(title)}${last.endsWith('\r') ? '\r' : ''}`].join('\n')
}

/** Pure. Undefined where the file is longer than its page, so that the page cannot stand for it. */
export function readPageEdit(
  { readPageBody }: Pick<ConfluenceAccess, 'readPageBody'>,
  { page, content, stored, renamed, givenTitle }: EditedPage,
  surroundings: PageSurroundings,
): PageEdit | undefined {
  if (parseDocument(content).cut) return undefined
  const { out, read } = makeWayBack(page, surroundings)
  const { rootUrl } = surroundings
  const folder = path.posix.dirname(page.file ?? '')
  const local = (tree: Root): Root => (rootUrl === undefined ? tree : localised(tree, rootUrl, folder))
  const readBack = (markdown: string) => readPageBody(renderStorage(parseDocument(markdown).tree, out).body, read)
  const show = (markdown: string): Root => local(readBack(markdown).tree)
  const { head, body, hasTitle } = splitFile(content, givenTitle)
  // The way out first: it tells which links lead where.
  const before = readBack(body)
  const there = readPageBody(stored, read)
  const after = local(there.tree)
  const taken = takeEdit({ body, after, show })
  const newHead = renamed === undefined ? head : hasTitle ? retitled(head, renamed) : undefined
  const lost = [
    ...there.lost.filter((what) => !before.lost.includes(what)),
    ...foreignImages(after, local(before.tree)),
    ...hiddenLosses({ body, show }, taken.body),
    ...(renamed !== undefined && newHead === undefined ? [`the title "${renamed}", which does not come from a heading of the file`] : []),
  ]
  return { text: `${newHead ?? head}${taken.body}`, lost: [...new Set(lost)], rewritten: taken.rewritten }
}
