// One publication under way: what is known of the pages that are there, where each new one belongs, and the pages above them,
// which are used where they are and made where they are missing.
import type { ConfluenceConfig, ConfluenceContext, ConfluenceTarget, Space } from '../../../integrations/confluence/index.ts'
import { type PushContext, pushOne } from '../../../integrations/engine/push.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { deleteLink, type Link, listLinks } from '../../../integrations/store/links.ts'
import type { ConfluenceAccess } from '../../access/confluence-access.ts'
import type { PageDiagrams } from './page-diagrams.ts'
import type { PageImages } from './page-images.ts'
import { keysByFile, type PlannedPage } from './published-pages.ts'

export interface Publication {
  readonly provider: ConfluenceAccess
  readonly context: ConfluenceContext
  readonly push: Omit<PushContext, 'connectionId'>
  readonly space: Space
  readonly config: ConfluenceConfig
  /** Part of every mark. */
  readonly source: string
  readonly commit: string | undefined
  readonly rootUrl: string | undefined
  /** Everything goes below this page, instead of where the configuration says. */
  readonly parentPageId: string | undefined
  /** The pages, and the same pages without their commit, by which changes are told. */
  readonly pages: readonly PlannedPage[]
  readonly compared: ReadonlyMap<string, PlannedPage>
  /** Images of the repository that go with pages. */
  readonly images: PageImages
  readonly diagrams: PageDiagrams
  /** Documents that say in git what their page proposed. */
  readonly taken: ReadonlySet<string>
}

export type PageItem = ReturnType<ConfluenceAccess['toPageItem']>

/** A page as it was rendered, and the titles it was rendered with. */
export interface Rendered {
  readonly item: PageItem
  readonly parentId: string | undefined
  readonly asked: ReadonlyMap<string, string | undefined>
}

export interface PublishingSession extends Publication {
  readonly pushContext: PushContext
  readonly target: ConfluenceTarget
  readonly links: ReadonlyMap<string, Link>
  /** Id and title of pages that are there, by key of their document. */
  readonly ids: Map<string, string>
  readonly titles: Map<string, string>
  readonly places: Map<string, Promise<string | undefined>>
  readonly files: ReadonlyMap<string, string>
  readonly rendered: Map<string, Rendered>
}

const HIERARCHY_KIND = 'hierarchy'

async function readLinks({ push, provider, source }: Publication): Promise<Map<string, Link>> {
  const links = new Map<string, Link>()
  for (let cursor: string | undefined; ; ) {
    const filter = { connectionId: provider.connectionId, scope: source, remoteKind: 'page' }
    const page = await listLinks(push.store.db, { ...filter, limit: 200, ...(cursor ? { cursor } : {}) })
    for (const link of page.items) links.set(`${link.artifactKind}:${link.artifactId}`, link)
    cursor = page.nextCursor
    if (!cursor) return links
  }
}

/** The link that a page had when the publication began. */
export const linkOf = ({ links }: Pick<PublishingSession, 'links'>, { contentType, document }: PlannedPage): Link | undefined =>
  links.get(`${contentType}:${document.key}`)

/** Reads what is known of the pages here, and in few requests which of them are still as we left them. */
export async function openPublishing<P extends Publication>(publication: P): Promise<P & PublishingSession> {
  const { context, provider, config, space, push, pages } = publication
  const target = provider.makeTarget(context, { space, policy: config.conflictPolicy })
  const links = await readLinks(publication)
  const ids = new Map<string, string>()
  const titles = new Map<string, string>()
  const wanted = new Set(pages.map(({ contentType, document }) => `${contentType}:${document.key}`))
  const expected = [...links].flatMap(([key, { remoteId, remoteVersion, artifactKind }]) =>
    remoteVersion !== undefined && (wanted.has(key) || artifactKind === HIERARCHY_KIND) ? [{ id: remoteId, version: remoteVersion }] : [],
  )
  if (expected.length > 0) await target.prefetch(expected)
  for (const page of pages) {
    const link = linkOf({ links }, page)
    if (!link) continue
    ids.set(page.document.key, link.remoteId)
    titles.set(page.document.key, link.remoteKey ?? page.document.title)
  }
  return {
    ...publication,
    pushContext: { ...push, connectionId: provider.connectionId },
    target,
    links,
    ids,
    titles,
    places: new Map(),
    files: keysByFile(pages),
    rendered: new Map(),
  }
}

/** Places that no link tells: each is looked for by its title. */
export function unlinkedPlaces({ pages, provider, links, parentPageId }: PublishingSession): readonly string[] {
  if (parentPageId !== undefined) return []
  const places = new Set(pages.flatMap(({ place }) => (place === undefined ? [] : provider.placesTo(place))))
  return [...places].filter((path) => !links.has(`${HIERARCHY_KIND}:${path}`))
}

/** One page above the documents: used where it is, made where it is missing, never written over. */
async function ensurePlace(session: PublishingSession, path: string, parentId: string | undefined): Promise<string | undefined> {
  const { provider, target, links, space, source, pushContext } = session
  const link = links.get(`${HIERARCHY_KIND}:${path}`)
  if (link) {
    if (await target.read({ id: link.remoteId })) return link.remoteId
    if (!pushContext.dryRun) await deleteLink(pushContext.store.db, link)
  }
  const item = provider.toHierarchyItem({ path, scope: source, space, parentId })
  const title = item.desired.titles[0] as string
  const holder = await target.directory.byTitle(title, false)
  // The homepage is above everything; a title at the top may stand anywhere, one further down belongs where it is named.
  const isPlaced = parentId === undefined || holder?.parentId === parentId
  if (holder && holder.status === 'current' && isPlaced) return holder.id
  target.expect(item)
  const made = await pushOne(pushContext, target, item)
  if (made.ref || pushContext.dryRun || pushContext.remoteReadOnly) return made.ref?.id
  throw new AppError(made.code ?? 'outcome-unknown', `The page "${path}" could not be made. ${made.reason ?? ''}`.trim())
}

/** The page that a document goes below; undefined for the homepage. Each place is looked for once, whoever asks first. */
export async function parentOf(session: PublishingSession, page: PlannedPage): Promise<string | undefined> {
  const { parentKey } = page.document
  if (parentKey !== undefined) return session.ids.get(parentKey)
  if (session.parentPageId !== undefined) return session.parentPageId
  if (page.place === undefined) return undefined
  let parentId: string | undefined
  const places = session.provider.placesTo(page.place)
  // `Governance/Roadmap` for the page "Roadmap" is that page: titles are unique, so there could not be another below it.
  const isItself = page.place.split('/').at(-1)?.toLowerCase() === page.document.title.toLowerCase()
  for (const path of isItself ? places.slice(0, -1) : places) {
    const above = parentId
    const known = session.places.get(path) ?? ensurePlace(session, path, above)
    session.places.set(path, known)
    parentId = await known
  }
  return parentId
}
