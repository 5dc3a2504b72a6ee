// What of Confluence we use, each request a function, the same for Cloud and Data Center. Everything above this file speaks
// pages; versions of the API, paging and the library stay below it.
import type { ProviderContext } from '../engine/provider.ts'
import { makeCloudClient } from './cloud-client.ts'
import { makeDataCenterClient } from './data-center-client.ts'
import type { EvidenceReads } from './import/evidence-client.ts'

export const CONFLUENCE_PRODUCTS = ['cloud', 'data-center'] as const
export type ConfluenceProduct = (typeof CONFLUENCE_PRODUCTS)[number]

export interface Space {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly homepageId: string | undefined
}

/** A page without its content. */
export interface PageSummary {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly parentId: string | undefined
  readonly version: { readonly number: number; readonly message: string; readonly authorId: string | undefined; readonly createdAt: Date }
  /** Address for people, below the site's; undefined where the answer had none. */
  readonly path: string | undefined
}

export interface PageProperty {
  /** Undefined on Data Center, where the key is enough. */
  readonly id: string | undefined
  readonly version: number
  readonly value: unknown
}

export interface FullPage extends PageSummary {
  /** Storage format as Confluence keeps it, never as it was sent. */
  readonly body: string
  readonly labels: readonly string[]
  /** The property that was asked for. */
  readonly property: PageProperty | undefined
}

export interface FoundPage extends PageSummary {
  readonly property: unknown
}

export interface Attachment {
  readonly name: string
  readonly comment: string
}

export interface NewPage {
  readonly space: Space
  readonly title: string
  /** Undefined: below the homepage of the space. */
  readonly parentId: string | undefined
  readonly body: string
}

export interface PageChange {
  readonly title: string
  readonly body: string
  readonly parentId: string | undefined
  /** One more than the version that was read; another is refused with `provider-conflict`. */
  readonly version: number
  readonly message: string
}

export interface UploadedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly comment: string
}

export interface ConfluenceClient extends EvidenceReads {
  readonly product: ConfluenceProduct
  me(): Promise<{ readonly id: string; readonly displayName: string }>
  /** Undefined when there is no such space, or none that we may see. */
  space(key: string): Promise<Space | undefined>
  /** What we may do with pages of the space; undefined where the product does not say. */
  pageOperations(space: Space): Promise<ReadonlySet<string> | undefined>
  /** Undefined when it is gone, in the trash, or hidden from us. */
  page(id: string, propertyKey: string): Promise<FullPage | undefined>
  /** The pages that are there, of these ids, in few requests; the space is what Data Center lists. */
  pages(ids: readonly string[], space: Space): Promise<PageSummary[]>
  /** Every page of the space, archived ones too: their titles are taken. */
  spacePages(space: Space): Promise<PageSummary[]>
  pageByTitle(space: Space, title: string): Promise<PageSummary | undefined>
  /** Ends of a query; the index lags behind. */
  search(cql: string, options: { readonly propertyKey: string; readonly limit?: number }): Promise<FoundPage[]>
  hasChildren(id: string): Promise<boolean>
  createPage(page: NewPage): Promise<PageSummary>
  updatePage(id: string, change: PageChange): Promise<PageSummary>
  /** To the trash, from where an administrator can restore it. */
  deletePage(id: string): Promise<void>
  archivePages(ids: readonly string[]): Promise<void>
  setProperty(pageId: string, key: string, value: unknown, known: PageProperty | undefined): Promise<void>
  addLabels(pageId: string, labels: readonly string[]): Promise<void>
  removeLabel(pageId: string, label: string): Promise<void>
  attachments(pageId: string): Promise<Attachment[]>
  /** Makes the file or a new version of it. */
  upload(pageId: string, file: UploadedFile): Promise<void>
}

/** Opens nothing. `baseUrl` is the site: with `/wiki` on Cloud, with its context path on Data Center. */
export function makeConfluenceClient(options: {
  readonly baseUrl: string
  readonly product: ConfluenceProduct
  readonly context: ProviderContext
}): ConfluenceClient {
  const { baseUrl, product, context } = options
  return product === 'cloud' ? makeCloudClient(baseUrl, context) : makeDataCenterClient(baseUrl, context)
}
