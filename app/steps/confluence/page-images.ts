// Images of the repository that documents show: which there are, and what they are on a page. They go with the page as files, so
// that whoever may see the page sees them, and not only whoever may see the repository.
import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Nodes } from 'mdast'
import { parseDocument } from '../../../integrations/documents/parse-document.ts'
import type { StorageAttachment } from '../../../integrations/documents/storage-options.ts'
import { pathOfLink } from './published-pages.ts'

/** A file that goes with pages; its bytes in base64, because it is kept where texts are. */
export interface ImageFile {
  readonly file: string
  readonly content: string
}

/** Attachments by the path of their file in the repository. */
export type PageImages = ReadonlyMap<string, StorageAttachment>

/** By extension; what is none of these is linked as it was. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
}

const mediaTypeOf = (file: string): string | undefined => MEDIA_TYPES[path.posix.extname(file).toLowerCase()]

/** Parsing is dear, and most documents show nothing. */
const MAY_SHOW = /!\[|<img\b/i

function imageUrls(node: Nodes): readonly string[] {
  if (node.type === 'image') return [node.url]
  return 'children' in node ? node.children.flatMap(imageUrls) : []
}

/** Paths in the repository of the images that documents show, each once, in the order they are shown in. */
export function imagePathsOf(documents: readonly { readonly file: string; readonly content: string }[]): readonly string[] {
  const shown = documents.filter(({ content }) => MAY_SHOW.test(content))
  const paths = shown.flatMap(({ file, content }) =>
    imageUrls(parseDocument(content).tree).flatMap((url) => {
      const target = pathOfLink(file, url)?.file
      // What climbs out of the repository is nobody's to publish.
      return target === undefined || target.startsWith('..') || mediaTypeOf(target) === undefined ? [] : [target]
    }),
  )
  return [...new Set(paths)]
}

/** A name that every page can hold: the file's own as far as it goes, and what tells `a/x.png` from `b/x.png`. */
function attachmentName(file: string): string {
  const { name, ext } = path.posix.parse(file)
  const plain = name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80) || 'image'
  return `${plain}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}${ext.toLowerCase()}`
}

/** The images as attachments. */
export const toPageImages = (images: readonly ImageFile[]): PageImages =>
  new Map(
    images.flatMap(({ file, content }) => {
      const mediaType = mediaTypeOf(file)
      return mediaType === undefined
        ? []
        : [[file, { name: attachmentName(file), mediaType, bytes: Buffer.from(content, 'base64') }] as const]
    }),
  )

/** What stands for an image on the page of a file; undefined where it is not of the repository, or was not read. */
export const imageOf = (images: PageImages, file: string | undefined, url: string): StorageAttachment | undefined => {
  const target = file === undefined ? undefined : pathOfLink(file, url)?.file
  return target === undefined ? undefined : images.get(target)
}
