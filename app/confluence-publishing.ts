// A publication as it is carried out: the pages above first, then the new pages, then all of them with links that lead to what
// is there by then. Every step can be repeated: what an interrupted run did is found, and nothing is done twice.
import type { ConfluenceConfig, ConfluenceContext, ConfluenceTarget, Space } from '../integrations/confluence/index.ts'
import { renderStorage } from '../integrations/documents/to-storage.ts'
import { type PushContext, type PushResult, pushOne } from '../integrations/engine/push.ts'
import { AppError } from '../integrations/kernel/errors.ts'
import { deleteLink, type Link, listLinks } from '../integrations/store/links.ts'
import type { ConfluenceAccess } from './confluence-access.ts'
import { makePageRendering } from './page-rendering.ts'
import { keysByFile, type PlannedPage, type PublishedType } from './published-pages.ts'

export interface Publishing {
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
  /** Called before each page; throwing stops the publication there. */
  readonly onPage?: (title: string) => Promise<void>
  readonly onResult?: (result: PageResult) => Promise<void>
}

export interface PageResult extends PushResult {
  readonly contentType: PublishedType
  readonly title: string
}

interface Session extends Publishing {
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

/** The space, or why there is none. @throws AppError `bad-request` naming the key */
export async function findSpace(context: ConfluenceContext, key: string): Promise<Space> {
  const space = await context.client.space(key)
  if (space) return space
  throw new AppError('bad-request', `There is no Confluence space ${key}, or the connected account may not see it.`, {
    details: { issues: [{ path: 'spaceKey', expected: 'a space that can be seen', received: key }] },
  })
}

async function readLinks({ push, provider, source }: Publishing): Promise<Map<string, Link>> {
  const links = new Map<string, Link>()
  for (let cursor: string | undefined; ; ) {
    const filter = { connectionId: provider.connectionId, scope: source, remoteKind: 'page' }
    const page = await listLinks(push.store.db, { ...filter, limit: 200, ...(cursor ? { cursor } : {}) })
    for (const link of page.items) links.set(`${link.artifactKind}:${link.artifactId}`, link)
    cursor = page.nextCursor
    if (!cursor) return links
  }
}

const linkOf = ({ links }: Pick<Session, 'links'>, { contentType, document }: PlannedPage): Link | undefined =>
  links.get(`${contentType}:${document.key}`)

/** One page above the documents: used where it is, made where it is missing, never written over. */
async function ensurePlace(session: Session, path: string, parentId: string | undefined): Promise<string | undefined> {
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
  if (made.ref || pushContext.dryRun) return made.ref?.id
  throw new AppError(made.code ?? 'outcome-unknown', `The page "${path}" could not be made. ${made.reason ?? ''}`.trim())
}

/** The page that a document goes below; undefined for the homepage. */
async function parentOf(session: Session, page: PlannedPage): Promise<string | undefined> {
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

type Item = ReturnType<ConfluenceAccess['toPageItem']>

/** A page as it was rendered, and the titles it was rendered with. */
interface Rendered {
  readonly item: Item
  readonly parentId: string | undefined
  readonly asked: ReadonlyMap<string, string | undefined>
}

function renderPage(session: Session, page: PlannedPage, parentId: string | undefined): Rendered {
  const { provider, space, source, commit, compared, context } = session
  const { document, contentType, labels, file } = page
  const { options, asked } = makePageRendering(page, { ...session, product: context.client.product })
  const rendered = renderStorage(document.tree, options)
  const without = compared.get(document.key)
  const item = provider.toPageItem({
    scope: source,
    id: document.key,
    kind: contentType,
    title: document.title,
    space,
    parentId,
    body: rendered.body,
    ...(without && commit ? { comparedBody: renderStorage(without.document.tree, options).body } : {}),
    labels,
    attachments: rendered.attachments,
    commit,
    editable: file !== undefined,
  })
  return { item, parentId, asked }
}

/** The page as it is wanted now; what it was rendered to before stands while its links lead where they did. */
async function toItem(session: Session, page: PlannedPage): Promise<Item> {
  const { key } = page.document
  const parentId = await parentOf(session, page)
  const before = session.rendered.get(key)
  const isSame = before?.parentId === parentId && [...(before?.asked ?? [])].every(([one, title]) => session.titles.get(one) === title)
  if (before && isSame) return before.item
  const rendered = renderPage(session, page, parentId)
  session.rendered.set(key, rendered)
  return rendered.item
}

/** Under `pull` and after a decision for the page nothing was written, whatever was asked for. */
function sayKept(result: PushResult): PushResult {
  const isKept = result.decisions?.some(({ field, outcome }) => field === 'body' && outcome === 'keep')
  return isKept && result.status === 'updated' ? { ...result, status: 'unchanged' } : result
}

async function pushPage(session: Session, page: PlannedPage, item: Item, force: boolean): Promise<PageResult> {
  const { target, pushContext } = session
  const link = linkOf(session, page)
  if (link && (force || link.localHash !== item.hash)) target.reread(link.remoteId)
  target.expect(item)
  const result = sayKept(await pushOne({ ...pushContext, force }, target, item))
  const { ref } = result
  if (ref) {
    session.ids.set(page.document.key, ref.id)
    session.titles.set(page.document.key, ref.key ?? page.document.title)
  }
  const homeless = ref ? target.homelessComments(ref.id) : 0
  const lost = homeless > 0 ? [`${homeless} comments were on text that is gone; they stand at the end of the page.`] : []
  const reason = [...(result.reason ? [result.reason] : []), ...lost].join(' ')
  return { ...result, ...(reason ? { reason } : {}), contentType: page.contentType, title: ref?.key ?? page.document.title }
}

/** What the second pass adds to what the first one did. */
function joined(first: PageResult | undefined, second: PageResult): PageResult {
  if (first?.status !== 'created' || !['updated', 'unchanged'].includes(second.status)) return second
  return { ...second, status: 'created', changes: [] }
}

async function openSession(publishing: Publishing): Promise<Session> {
  const { context, provider, config, space, push } = publishing
  const target = provider.makeTarget(context, { space, policy: config.conflictPolicy })
  const links = await readLinks(publishing)
  const session: Session = {
    ...publishing,
    pushContext: { ...push, connectionId: provider.connectionId },
    target,
    links,
    ids: new Map(),
    titles: new Map(),
    places: new Map(),
    files: keysByFile(publishing.pages),
    rendered: new Map(),
  }
  const wanted = new Set(publishing.pages.map(({ contentType, document }) => `${contentType}:${document.key}`))
  const expected = [...links].flatMap(([key, { remoteId, remoteVersion, artifactKind }]) =>
    remoteVersion !== undefined && (wanted.has(key) || artifactKind === HIERARCHY_KIND) ? [{ id: remoteId, version: remoteVersion }] : [],
  )
  if (expected.length > 0) await target.prefetch(expected)
  for (const page of publishing.pages) {
    const link = linkOf(session, page)
    if (!link) continue
    session.ids.set(page.document.key, link.remoteId)
    session.titles.set(page.document.key, link.remoteKey ?? page.document.title)
  }
  return session
}

/** More new pages than this are looked for in one list of the space. */
const FEW = 2

/** Pages that have no link yet; whether they are really new only Confluence knows. */
async function publishNew(session: Session): Promise<ReadonlyMap<string, { readonly result: PageResult; readonly hash: string }>> {
  const done = new Map<string, { result: PageResult; hash: string }>()
  const unlinked = session.pages.filter((page) => !linkOf(session, page))
  if (unlinked.length > FEW) await session.target.directory.load()
  for (const page of unlinked) {
    await session.onPage?.(page.document.title)
    const item = await toItem(session, page)
    done.set(page.document.key, { result: await pushPage(session, page, item, false), hash: item.hash })
  }
  return done
}

/** Publishes the pages and says what became of each, in their order. @throws what concerns all of them: limits, stops, the connection */
export async function publishPages(publishing: Publishing): Promise<readonly PageResult[]> {
  const session = await openSession(publishing)
  const first = await publishNew(session)
  const results: PageResult[] = []
  for (const page of session.pages) {
    const before = first.get(page.document.key)
    const item = await toItem(session, page)
    const isDone = before !== undefined && (before.hash === item.hash || publishing.push.dryRun || !before.result.ref)
    if (!isDone) await session.onPage?.(page.document.title)
    const force = before === undefined && publishing.push.force
    const result = isDone ? before.result : joined(before?.result, await pushPage(session, page, item, force))
    results.push(result)
    await publishing.onResult?.(result)
  }
  return results
}
