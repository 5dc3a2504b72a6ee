// How a page of a publication is rendered: where its links lead, where its source is, which Jira it names. One place, because
// an edit of the page is read back by the same rules.
import type { ConfluenceConfig, ConfluenceProduct } from '../../../integrations/confluence/index.ts'
import type { StorageOptions } from '../../../integrations/documents/storage-options.ts'
import { diagramName, type PageDiagrams } from './page-diagrams.ts'
import { imageOf, type PageImages } from './page-images.ts'
import { makeLinkResolver, type PlannedPage } from './published-pages.ts'

export interface PageSurroundings {
  /** Keys of documents that are files, by path. */
  readonly files: ReadonlyMap<string, string>
  /** Titles of the pages that are there, by key of their document. */
  readonly titles: ReadonlyMap<string, string>
  /** Images of the repository that go with pages. */
  readonly images: PageImages
  /** Pictures of diagrams, by the name of `diagramName`. */
  readonly diagrams: PageDiagrams
  /** Address of the repository's root for people. */
  readonly rootUrl: string | undefined
  readonly config: Pick<ConfluenceConfig, 'jira'>
  readonly product: ConfluenceProduct
}

export interface PageRendering {
  readonly options: StorageOptions
  /** Documents that links were followed to, with the titles they had. */
  readonly asked: ReadonlyMap<string, string | undefined>
}

export function makePageRendering(page: PlannedPage, surroundings: PageSurroundings): PageRendering {
  const { files, titles, images, diagrams, rootUrl, config, product } = surroundings
  const { resolve: resolveLink, asked } = makeLinkResolver(page, files, titles, rootUrl)
  const base = page.file !== undefined && rootUrl ? { baseUrl: `${rootUrl}/${page.file}` } : {}
  const jira = config.jira && { server: config.jira.server, ...(config.jira.serverId ? { serverId: config.jira.serverId } : {}) }
  const resolveImage = (url: string) => imageOf(images, page.file, url)
  const renderDiagram = (language: string, source: string) =>
    page.file === undefined ? undefined : diagrams.get(diagramName(language, source))
  return { options: { resolveLink, resolveImage, renderDiagram, product, ...base, ...(jira ? { jira } : {}) }, asked }
}
