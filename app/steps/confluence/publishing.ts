// A publication as it is carried out: the pages above first, then the new pages, then all of them with links that lead to what
// is there by then. Every step can be repeated: what an interrupted run did is found, and nothing is done twice.
import type { ConfluenceContext, ConfluenceProduct, Space } from '../../../integrations/confluence/index.ts'
import { renderStorage } from '../../../integrations/documents/to-storage.ts'
import { inLanes } from '../../../integrations/engine/lanes.ts'
import { type PushResult, pushOne } from '../../../integrations/engine/push.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { Inbound } from '../../answers/push-answer.ts'
import type { PublishedType } from '../publishing/content-types.ts'
import { makePageRendering, type PageSurroundings } from './page-rendering.ts'
import { othersStandBelow, type PlannedPage } from './published-pages.ts'
import {
  linkOf,
  openPublishing,
  type PageItem,
  type Publication,
  type PublishingSession,
  parentOf,
  type Rendered,
  unlinkedPlaces,
} from './session.ts'

export interface Publishing extends Publication {
  /** Called before each page; throwing stops the publication there. */
  readonly onPage?: (title: string) => Promise<void>
  /** Called in any order; `order` is the place of the page among the pages. */
  readonly onResult?: (result: PageResult, order: number) => Promise<void>
  /** What becomes of an edit that stays on a page, before the result is told. */
  readonly takeEdit?: (edited: EditedResult) => Promise<PageResult>
}

export interface EditedResult {
  readonly page: PlannedPage
  readonly result: PageResult
  readonly surroundings: PageSurroundings
}

export interface PageResult extends PushResult {
  readonly contentType: PublishedType
  readonly title: string
  /** What became of an edit that goes to git. */
  readonly inbound?: Inbound
}

type Session = Publishing & PublishingSession

/**
 * How many pages are worked on at once: on Cloud as many as requests are let out at once. Data Center fails on writes that
 * meet below one parent, so there it is one after another.
 */
const PAGES_AT_ONCE: Readonly<Record<ConfluenceProduct, number>> = { cloud: 6, 'data-center': 1 }

/** The space, or why there is none. @throws AppError `bad-request` naming the key */
export async function findSpace(context: ConfluenceContext, key: string): Promise<Space> {
  const space = await context.client.space(key)
  if (space) return space
  throw new AppError('bad-request', `There is no Confluence space ${key}, or the connected account may not see it.`, {
    details: { issues: [{ path: 'spaceKey', expected: 'a space that can be seen', received: key }] },
  })
}

const surroundingsOf = (session: Session): PageSurroundings => ({ ...session, product: session.context.client.product })

function renderPage(session: Session, page: PlannedPage, parentId: string | undefined): Rendered {
  const { provider, space, source, commit, compared } = session
  const { document, contentType, labels, file } = page
  const { options, asked } = makePageRendering(page, surroundingsOf(session))
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
    fromPage: session.taken.has(document.key),
  })
  return { item, parentId, asked }
}

/** The page as it is wanted now; what it was rendered to before stands while its links lead where they did. */
async function toItem(session: Session, page: PlannedPage): Promise<PageItem> {
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

async function pushPage(session: Session, page: PlannedPage, item: PageItem, force: boolean): Promise<PageResult> {
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

/** More titles than this are looked for in one list of the space. */
const FEW = 2

type Done = ReadonlyMap<string, { readonly result: PageResult; readonly hash: string }>

/**
 * Titles of pages that are there and that we do not know any more, after the database was lost: with them the first rendering
 * is what stands there, and nothing is written. They are believed for links only.
 */
async function recallTitles({ provider, source, target, titles }: Session, pages: readonly PlannedPage[]): Promise<void> {
  for (const { document } of pages) {
    const [marked] = await target.directory.byMarker(provider.markerOf(source, document.key))
    if (marked) titles.set(document.key, marked.title)
  }
}

/** Pages that have no link yet; whether they are really new only Confluence knows. Those that others stand below go first. */
async function publishNew(session: Session): Promise<Done> {
  const done = new Map<string, { result: PageResult; hash: string }>()
  const unlinked = session.pages.filter((page) => !linkOf(session, page))
  if (unlinked.length + unlinkedPlaces(session).length > FEW) await session.target.directory.load()
  await recallTitles(session, unlinked)
  const publish = async (page: PlannedPage) => {
    await session.onPage?.(page.document.title)
    const item = await toItem(session, page)
    done.set(page.document.key, { result: await pushPage(session, page, item, false), hash: item.hash })
  }
  const above = othersStandBelow(session.pages)
  await inLanes(
    [...above].filter((page) => !linkOf(session, page)),
    1,
    publish,
  )
  await inLanes(
    unlinked.filter((page) => !above.has(page)),
    PAGES_AT_ONCE[session.context.client.product],
    publish,
  )
  return done
}

/** Publishes the pages and says what became of each, in their order. @throws what concerns all of them: limits, stops, the connection */
export async function publishPages(publishing: Publishing): Promise<readonly PageResult[]> {
  const session = await openPublishing(publishing)
  const first = await publishNew(session)
  return inLanes(session.pages, PAGES_AT_ONCE[session.context.client.product], async (page, order) => {
    const before = first.get(page.document.key)
    const item = await toItem(session, page)
    const isDone = before !== undefined && (before.hash === item.hash || publishing.push.dryRun || !before.result.ref)
    if (!isDone) await session.onPage?.(page.document.title)
    const force = before === undefined && publishing.push.force
    const pushed = isDone ? before.result : joined(before?.result, await pushPage(session, page, item, force))
    const result = (await publishing.takeEdit?.({ page, result: pushed, surroundings: surroundingsOf(session) })) ?? pushed
    await publishing.onResult?.(result, order)
    return result
  })
}
