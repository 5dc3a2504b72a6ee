// A page as it is at Confluence, with what it says about itself: whether it is ours, and whether somebody edited it since.
import type { RemoteRef } from '../engine/push.ts'
import type { FullPage, PageProperty as KnownProperty, PageSummary } from './client.ts'
import { type ConfluenceContext, pageUrl } from './context.ts'
import { hashInMessage, type PageProperty, readProperty } from './marker.ts'
import { findRegion, type Region } from './region.ts'

export interface RemotePage {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly parentId: string | undefined
  readonly version: number
  readonly body: string
  readonly labels: readonly string[]
  readonly known: KnownProperty | undefined
  /** The property, when it is of this very page. */
  readonly property: PageProperty | undefined
  readonly region: Region | undefined
  /** Which of our contents the page holds, by short hash; `edited:N` where version N is somebody else's. */
  readonly content: string
}

const EDITED = 'edited:'
export const isEdited = (content: string): boolean => content.startsWith(EDITED)

/** Version messages are ours to write and nobody's to copy; a page that was just created has none, and nobody was there before. */
function contentOf(page: FullPage, property: PageProperty | undefined, region: Region | undefined): string {
  const { number, message } = page.version
  const tagged = hashInMessage(message)
  if (tagged) return tagged
  if (property?.publishedVersion === number) return property.hash
  return (number === 1 ? region?.hash : undefined) ?? `${EDITED}${number}`
}

export function toRemotePage(page: FullPage): RemotePage {
  const { id, title, status, parentId, body, labels } = page
  const property = page.property && readProperty(page.property.value, id)
  const region = findRegion(body)
  const content = contentOf(page, property, region)
  return { id, title, status, parentId, body, labels, version: page.version.number, known: page.property, property, region, content }
}

/** Of a page whose version is the one we wrote: nothing else about it is asked. */
export const untouchedPage = (page: PageSummary): RemotePage => ({
  id: page.id,
  title: page.title,
  status: page.status,
  parentId: page.parentId,
  version: page.version.number,
  body: '',
  labels: [],
  known: undefined,
  property: undefined,
  region: undefined,
  content: hashInMessage(page.version.message) ?? '',
})

/** The title stands for the key: it is what people call a page. */
export const refOf = (context: Pick<ConfluenceContext, 'siteUrl'>, page: PageSummary): RemoteRef => ({
  id: page.id,
  key: page.title,
  url: pageUrl(context, page),
  version: String(page.version.number),
})

/** Whether the page stands for the document: by its property, or, before that is written, by the anchor in its body. */
export const isOurs = (page: RemotePage, marker: string): boolean =>
  page.property ? page.property.marker === marker : page.known === undefined && page.region?.marker === marker
