// The pages of a publication, from artifacts, scores and files: which there are, in which order they are made (a page before
// those below it), where each goes, and where the links between them lead.
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ConfluenceConfig } from '../../../integrations/confluence/index.ts'
import { fileDocument } from '../../../integrations/documents/file-document.ts'
import type { PageDocument } from '../../../integrations/documents/page-document.ts'
import { type ParsedDocument, parseDocument } from '../../../integrations/documents/parse-document.ts'
import type { LinkTarget } from '../../../integrations/documents/storage-options.ts'
import type { ContentType, PublishedType } from '../publishing/content-types.ts'
import type { GovernanceMaterial } from '../publishing/governance-documents.ts'
import { governanceDocuments } from '../publishing/governance-documents.ts'

export interface PlannedPage {
  readonly contentType: PublishedType
  readonly document: PageDocument
  /** Titles from the homepage down, such as `Governance/Reports`; undefined for the homepage itself. */
  readonly place: string | undefined
  readonly labels: readonly string[]
  /** Path in the repository of a page that is a file. */
  readonly file: string | undefined
}

/** A file of the repository as a document. */
export interface ParsedFile {
  readonly file: string
  readonly content: ParsedDocument
}

export interface PagePlanInput {
  readonly types: readonly PublishedType[]
  readonly config: Pick<ConfluenceConfig, 'documents' | 'pageHierarchy' | 'labels'>
  readonly material: GovernanceMaterial
  readonly files: readonly ParsedFile[]
  /** Address of the repository's root for people. */
  readonly rootUrl?: string | undefined
}

/** Parsing is most of the work of a publication, so whoever shares the process gets a turn after each file. */
export async function parseFiles(files: readonly { readonly file: string; readonly content: string }[]): Promise<readonly ParsedFile[]> {
  const parsed: ParsedFile[] = []
  for (const { file, content } of files) {
    parsed.push({ file, content: parseDocument(content) })
    await setImmediate()
  }
  return parsed
}

const isGenerated = (type: PublishedType): type is ContentType => type !== 'document'

/** Pure: the same input, the same pages. */
export function planPages({ types, config, material, files, rootUrl }: PagePlanInput): readonly PlannedPage[] {
  const generated = types.filter(isGenerated).flatMap((contentType) =>
    governanceDocuments(contentType, material).map(
      (document): PlannedPage => ({
        contentType,
        document,
        place: config.pageHierarchy[contentType],
        labels: config.labels,
        file: undefined,
      }),
    ),
  )
  if (!types.includes('document')) return generated
  const contents = new Map(files.map(({ file, content }) => [file, content]))
  const documents = config.documents.flatMap((entry): PlannedPage[] => {
    const content = contents.get(entry.file)
    if (content === undefined) return []
    const sourceUrl = rootUrl ? { sourceUrl: `${rootUrl}/${entry.file}` } : {}
    const provenance = { ...material.provenance, ...sourceUrl }
    const document = fileDocument({ path: entry.file, content, provenance, ...(entry.title ? { title: entry.title } : {}) })
    const place = entry.parent ?? config.pageHierarchy.document
    return [{ contentType: 'document', document, place, labels: [...config.labels, ...entry.labels], file: entry.file }]
  })
  return [...generated, ...documents]
}

/** A title that two documents of one publication want goes to the first of them. */
export function distinctTitles(pages: readonly PlannedPage[]): readonly PlannedPage[] {
  const taken = new Set<string>()
  return pages.map((page) => {
    const { document } = page
    const isTaken = taken.has(document.title.toLowerCase())
    const title = isTaken ? `${document.title} (${document.key.replace(/^file:/, '')})` : document.title
    taken.add(title.toLowerCase())
    return isTaken ? { ...page, document: { ...document, title } } : page
  })
}

const depthOf = ({ place, document }: PlannedPage): number => (place?.split('/').length ?? 0) + (document.parentKey === undefined ? 0 : 1)

/** Pages that others of the publication stand below, by their document or by the title in a place; outermost first. */
export function othersStandBelow(pages: readonly PlannedPage[]): ReadonlySet<PlannedPage> {
  const titles = new Set(pages.flatMap(({ place }) => place?.toLowerCase().split('/') ?? []))
  const keys = new Set(pages.map(({ document }) => document.parentKey))
  const above = pages.filter(({ document }) => keys.has(document.key) || titles.has(document.title.toLowerCase()))
  return new Set(above.sort((a, b) => depthOf(a) - depthOf(b)))
}

/** The path that a link in a file leads to, from the root of the repository; undefined where it leads elsewhere. */
export function pathOfLink(file: string, url: string): { readonly file: string; readonly anchor: string | undefined } | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|^#/i.test(url)) return undefined
  const [address = '', anchor] = url.split('#')
  const [raw = ''] = address.split('?')
  let decoded = raw
  try {
    decoded = decodeURIComponent(raw)
  } catch {
    // A stray percent sign is part of the name.
  }
  const joined = decoded.startsWith('/') ? decoded.slice(1) : path.posix.join(path.posix.dirname(file), decoded)
  return { file: path.posix.normalize(joined), anchor }
}

export interface LinkResolver {
  resolve(url: string): LinkTarget | undefined
  /** Documents that links were followed to, with the titles they had: with the same titles the page is rendered the same. */
  readonly asked: ReadonlyMap<string, string | undefined>
}

/**
 * Where the links of a page lead: to the pages of this publication whose titles are known, as pages; a link to a page that is
 * not made yet stays what it is, and is set right when it is.
 */
export function makeLinkResolver(
  page: PlannedPage,
  keysByFile: ReadonlyMap<string, string>,
  titles: ReadonlyMap<string, string>,
  rootUrl: string | undefined,
): LinkResolver {
  const asked = new Map<string, string | undefined>()
  return {
    asked,
    resolve(url) {
      const inFile = page.file === undefined ? undefined : pathOfLink(page.file, url)
      const onSite = rootUrl && url.startsWith(`${rootUrl}/`) ? { file: url.slice(rootUrl.length + 1), anchor: undefined } : undefined
      const target = inFile ?? onSite
      const key = target && keysByFile.get(target.file)
      if (key === undefined) return undefined
      const title = titles.get(key)
      asked.set(key, title)
      return title === undefined ? undefined : { kind: 'page', title, ...(target?.anchor ? { anchor: target.anchor } : {}) }
    },
  }
}

/** Keys of the documents that are files, by path. */
export const keysByFile = (pages: readonly PlannedPage[]): ReadonlyMap<string, string> =>
  new Map(pages.flatMap(({ file, document }) => (file === undefined ? [] : [[file, document.key] as const])))
