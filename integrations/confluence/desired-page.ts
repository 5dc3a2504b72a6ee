// A document as the page it is to become, and the hash that decides whether anything has to be written: of everything that
// a reader could see or find.
import { createHash } from 'node:crypto'
import type { StorageAttachment } from '../documents/storage-options.ts'
import { STORAGE_RENDERER_VERSION } from '../documents/to-storage.ts'
import type { PushItem } from '../engine/push.ts'
import type { Space } from './client.ts'
import { markerOf, PAGE_LABEL } from './marker.ts'

const MAX_TITLE = 255

export interface DesiredAttachment {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

export interface DesiredPage {
  readonly space: Space
  /** The wanted title, then what it is called where another page has that one. */
  readonly titles: readonly string[]
  /** Undefined: below the homepage. */
  readonly parentId: string | undefined
  /** Storage format, without our anchors. */
  readonly body: string
  readonly labels: readonly string[]
  readonly attachments: readonly DesiredAttachment[]
  /** For the version message: where the content comes from. */
  readonly origin: string
  readonly commit: string | undefined
  /** Whether an edit can be brought back into a file. */
  readonly editable: boolean
  /** Whether what git says came from the page: then nobody else changed it. */
  readonly fromPage: boolean
}

export interface PageSource {
  /** `owner/name` in lower case, or the folder's name: pages of one source are found by it. */
  readonly scope: string
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly space: Space
  readonly parentId: string | undefined
  readonly body: string
  /**
   * The body by which changes are told, where it is not the body itself: without the commit, say, which a page only says of
   * its last change.
   */
  readonly comparedBody?: string
  readonly labels: readonly string[]
  readonly attachments: readonly StorageAttachment[]
  readonly commit?: string | undefined
  readonly editable?: boolean
  readonly fromPage?: boolean
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
const cut = (text: string, suffix: string) => {
  const room = MAX_TITLE - suffix.length
  return `${text.length > room ? `${text.slice(0, room - 1)}…` : text}${suffix}`
}

/**
 * The title, then the title with its source, then with source and id: titles are unique in a space, and the page that was
 * there first keeps its name.
 */
export function titlesOf(title: string, scope: string, id: string): string[] {
  const plain = oneLine(title) || id
  return [...new Set([cut(plain, ''), cut(plain, ` (${scope})`), cut(plain, ` (${scope}, ${id})`)])]
}

const toBytes = ({ text, bytes }: StorageAttachment): Uint8Array => bytes ?? Buffer.from(text ?? '', 'utf8')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The page of a document, as an item to push. */
export function toPageItem(source: PageSource): PushItem<DesiredPage> {
  const { scope, id, kind, space, parentId, body, commit } = source
  const titles = titlesOf(source.title, scope, id)
  const labels = [...new Set([PAGE_LABEL, ...source.labels])].sort()
  const attachments = source.attachments
    .map((file) => {
      const bytes = toBytes(file)
      return { name: file.name, mediaType: file.mediaType, bytes, sha256: sha256(bytes) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const files = attachments.map((file) => [file.name, file.sha256])
  const seen = JSON.stringify([STORAGE_RENDERER_VERSION, source.comparedBody ?? body, titles[0], parentId ?? '', labels, files])
  const hash = createHash('sha256').update(seen).digest('hex')
  const origin = `${scope}${commit ? `@${commit.slice(0, 12)}` : ''}: ${id}`
  return {
    artifactId: id,
    artifactKind: kind,
    scope,
    hash,
    marker: markerOf(scope, id),
    desired: {
      space,
      titles,
      parentId,
      body,
      labels,
      attachments,
      origin,
      commit,
      editable: source.editable ?? false,
      fromPage: source.fromPage ?? false,
    },
  }
}
