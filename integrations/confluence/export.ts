// Pages as the target of a push. The engine decides when to look, create and write, and what an unclear answer means; here is
// how each of these is done at Confluence.
import type { Agreement, Found, PushItem, PushPlan, PushTarget, RemoteRef } from '../engine/push.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { PageSummary, Space } from './client.ts'
import type { PageConflictPolicy } from './config.ts'
import type { ConfluenceContext } from './context.ts'
import type { DesiredPage } from './desired-page.ts'
import { keepComments } from './inline-comments.ts'
import { fitsProperty, hashInMessage, type PageProperty, PROPERTY_KEY, sameProperty, shortHash, toMessage } from './marker.ts'
import { makePageDirectory, type PageDirectory } from './page-directory.ts'
import { planLabels, planPage } from './page-plan.ts'
import { withAnchors } from './region.ts'
import { isOurs, type RemotePage, refOf, toRemotePage, untouchedPage } from './remote-page.ts'

/** What a page was when we last wrote it: where it still is, nothing more is asked. */
export interface ExpectedPage {
  readonly id: string
  readonly version: string
}

export interface ConfluenceTarget extends PushTarget<DesiredPage, RemotePage> {
  readonly directory: PageDirectory
  /** Says what is about to be pushed: pages are looked for by their titles too, which a mark does not tell. */
  expect(item: PushItem<DesiredPage>): void
  /** Reads many pages in few requests, so that those that are as expected cost none of their own. */
  prefetch(expected: readonly ExpectedPage[]): Promise<void>
  /** The page is read when it is asked for, whatever was read ahead: something is to be written to it. */
  reread(id: string): void
  /** Comments of the last write whose words are gone, by page. */
  homelessComments(pageId: string): number
}

export interface ConfluenceTargetOptions {
  readonly space: Space
  readonly policy: PageConflictPolicy
}

type Item = PushItem<DesiredPage>

/** A page that was read, made or found in this very push, and need not be read again. */
interface SeenPage {
  readonly summary: PageSummary
  readonly remote: RemotePage
}

/** How a checksum stands in the comment of a file. */
const checksum = (sha256: string) => `katalyst:sha256:${sha256}`

async function readPage({ client }: ConfluenceContext, id: string): Promise<SeenPage | undefined> {
  const page = await client.page(id, PROPERTY_KEY)
  return page && { summary: page, remote: toRemotePage(page) }
}

interface Search {
  readonly item: Item
  readonly candidates: readonly string[]
  /** Whether what was read of the space before is not believed. */
  readonly fresh: boolean
  /** Takes the page that was found. */
  readonly seen: Map<string, SeenPage>
}

/** By id, by our mark, and by title: a page has its title at once, its mark a moment later, and search knows it later still. */
async function findPage(
  context: ConfluenceContext,
  directory: PageDirectory,
  { item: { marker, desired }, candidates, fresh, seen }: Search,
): Promise<Found> {
  const marked = await directory.byMarker(marker)
  const held = await Promise.all(desired.titles.map((title) => directory.byTitle(title, fresh)))
  const ids = new Set([...candidates, ...marked.map(({ id }) => id), ...held.flatMap((page) => (page ? [page.id] : []))])
  const ours: SeenPage[] = []
  for (const id of ids) {
    const page = await readPage(context, id)
    if (page && isOurs(page.remote, marker)) ours.push(page)
  }
  const [first, second] = ours
  if (!first) return { kind: 'absent' }
  if (!second) {
    seen.set(first.summary.id, first)
    return { kind: 'found', ref: refOf(context, first.summary) }
  }
  const names = ours.map(({ summary: { title, id } }) => `"${title}" (${id})`).join(', ')
  return {
    kind: 'inconclusive',
    reason: `Several pages carry the mark of this document: ${names}. Delete the copies, or their property ${PROPERTY_KEY}.`,
  }
}

interface TitledWrite<T> {
  isTaken(title: string): Promise<boolean>
  run(title: string): Promise<T>
  /** What a refusal means when the page turns out to be there and ours. */
  recover?(title: string): Promise<T | undefined>
}

/** Tries the titles in order. A title can be taken by a page that we may not see: then the refusal is all there is to know it by. */
async function withFreeTitle<T>(titles: readonly string[], { isTaken, run, recover }: TitledWrite<T>): Promise<T> {
  let first: unknown
  for (const title of titles) {
    if (await isTaken(title)) continue
    try {
      return await run(title)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'provider-rejected') throw error
      const ours = await recover?.(title)
      if (ours) return ours
      first ??= error
    }
  }
  const named = titles.map((one) => `"${one}"`).join(', ')
  throw first ?? new AppError('refused', `Every title for this page is taken in the space: ${named}. Rename one of those pages.`)
}

/** Uploads what is not there with this content. One after another: Data Center fails on two at once. */
async function writeFiles({ client }: ConfluenceContext, { attachments }: DesiredPage, remote: RemotePage): Promise<void> {
  if (attachments.length === 0) return
  const recorded = remote.property?.attachments ?? {}
  if (attachments.every(({ name, sha256 }) => recorded[name] === sha256)) return
  const there = new Map((await client.attachments(remote.id)).map(({ name, comment }) => [name, comment]))
  for (const { name, mediaType, bytes, sha256 } of attachments)
    if (there.get(name) !== checksum(sha256)) await client.upload(remote.id, { name, mediaType, bytes, comment: checksum(sha256) })
}

async function writeLabels({ client }: ConfluenceContext, desired: DesiredPage, remote: RemotePage): Promise<void> {
  const { add, remove } = planLabels(desired.labels, remote)
  if (add.length > 0) await client.addLabels(remote.id, add)
  for (const label of remove) await client.removeLabel(remote.id, label)
}

async function writeProperty(
  { client }: ConfluenceContext,
  item: Item,
  remote: RemotePage,
  version: number,
  isKept: boolean,
): Promise<void> {
  const { desired, scope, artifactId, artifactKind, marker } = item
  const property: PageProperty = {
    version: 1,
    marker,
    pageId: remote.id,
    scope,
    artifactId,
    artifactKind,
    // What a person's edit holds is not ours to claim.
    hash: isKept ? (remote.property?.hash ?? '') : shortHash(item.hash),
    publishedVersion: isKept ? (remote.property?.publishedVersion ?? 0) : version,
    labels: [...desired.labels],
    attachments: Object.fromEntries(desired.attachments.map(({ name, sha256 }) => [name, sha256])),
    ...(desired.commit ? { commit: desired.commit } : {}),
  }
  if (!fitsProperty(property))
    throw new AppError('refused', `"${remote.title}" has more attachments than can be kept account of. Split the document.`)
  if (!sameProperty(remote.property, property)) await client.setProperty(remote.id, PROPERTY_KEY, property, remote.known)
}

/** The body to be stored: ours between its anchors, comments back in place, and under `managed-region` what stands around it. */
function toBody(item: Item, remote: RemotePage, policy: PageConflictPolicy): { readonly body: string; readonly homeless: number } {
  const { region } = remote
  const isManaged = policy === 'managed-region' && region !== undefined
  const stored = isManaged ? remote.body.slice(region.before.length, remote.body.length - region.after.length) : remote.body
  const kept = keepComments(stored, item.desired.body)
  const ours = withAnchors(kept.body, item.marker, item.hash)
  return { body: isManaged ? `${region.before}${ours}${region.after}` : ours, homeless: kept.homeless }
}

interface Writer {
  readonly context: ConfluenceContext
  readonly policy: PageConflictPolicy
  readonly directory: PageDirectory
  readonly homeless: Map<string, number>
}

/** A new version of the page, with what the plan writes and everything else as it is. */
async function writeVersion(
  { context, policy, directory, homeless }: Writer,
  item: Item,
  remote: RemotePage,
  writes: ReadonlySet<string>,
): Promise<PageSummary> {
  const { desired } = item
  const { client } = context
  const content = writes.has('body') ? toBody(item, remote, policy) : { body: remote.body, homeless: 0 }
  homeless.set(remote.id, content.homeless)
  const titles = writes.has('title') ? desired.titles : [remote.title]
  const isTaken = async (title: string) => {
    const holder = title === remote.title ? undefined : await directory.byTitle(title, false)
    return holder !== undefined && holder.id !== remote.id
  }
  const change = {
    body: content.body,
    parentId: writes.has('parent') ? desired.parentId : remote.parentId,
    version: remote.version + 1,
    message: toMessage(item.hash, desired.origin),
  }
  const run = async (title: string): Promise<PageSummary> => {
    try {
      return await client.updatePage(remote.id, { ...change, title })
    } catch (error) {
      // An answer that was lost is asked for again, and the second try meets what the first one wrote.
      if (!isAppError(error) || error.code !== 'provider-conflict') throw error
      const now = await client.page(remote.id, PROPERTY_KEY)
      if (now?.version.number === change.version && hashInMessage(now.version.message) === shortHash(item.hash)) return now
      throw error
    }
  }
  const after = await withFreeTitle(titles, { isTaken, run })
  if (after.version.number !== change.version)
    throw new AppError(
      'provider-unreadable',
      `Confluence accepted "${remote.title}" and did not store it (version ${after.version.number}, not ${change.version}). Publish again; if it stays so, its search or synchrony service needs an administrator.`,
    )
  directory.remember(after)
  return after
}

async function applyPlan(writer: Writer, item: Item, ref: RemoteRef, remote: RemotePage, plan: PushPlan): Promise<RemoteRef> {
  const { context } = writer
  const isKept = plan.decisions.some(({ field, outcome }) => field === 'body' && outcome === 'keep')
  const named = plan.decisions.flatMap(({ field, outcome }) => (outcome === 'write' ? [field] : []))
  // Nothing to do, and called all the same: a new version is wanted for its own sake.
  const writes = new Set(plan.kind === 'none' && !isKept ? ['body'] : named)
  await writeFiles(context, item.desired, remote)
  const after = writes.size > 0 ? await writeVersion(writer, item, remote, writes) : undefined
  await writeLabels(context, item.desired, remote)
  await writeProperty(context, item, remote, after?.version.number ?? remote.version, isKept)
  return after ? refOf(context, after) : ref
}

/** The target of publishing into one space. */
export function makeConfluenceTarget(context: ConfluenceContext, { space, policy }: ConfluenceTargetOptions): ConfluenceTarget {
  const { client } = context
  const directory = makePageDirectory(context, space)
  const items = new Map<string, Item>()
  const expected = new Map<string, PageSummary>()
  const seen = new Map<string, SeenPage>()
  const asked = new Set<string>()
  const writer: Writer = { context, policy, directory, homeless: new Map() }
  return Object.freeze({
    remoteKind: 'page',
    directory,
    homelessComments: (pageId: string) => writer.homeless.get(pageId) ?? 0,
    async prefetch(pages: readonly ExpectedPage[]) {
      const versions = new Map(pages.map(({ id, version }) => [id, version]))
      for (const page of await client.pages([...versions.keys()], space))
        if (page.status === 'current' && versions.get(page.id) === String(page.version.number)) expected.set(page.id, page)
    },
    reread: (id: string) => void expected.delete(id),
    expect: (item: Item) => void items.set(item.marker, item),
    async find(marker: string, candidates: readonly string[]) {
      const item = items.get(marker)
      if (!item) throw new AppError('internal', 'A page was looked for that nobody said is wanted.')
      const fresh = asked.has(marker)
      asked.add(marker)
      return findPage(context, directory, { item, candidates, fresh, seen })
    },
    async read(ref: RemoteRef) {
      const known = expected.get(ref.id)
      expected.delete(ref.id)
      if (known) return { ref: refOf(context, known), remote: untouchedPage(known), ahead: true }
      const page = seen.get(ref.id) ?? (await readPage(context, ref.id))
      seen.delete(ref.id)
      return page && { ref: refOf(context, page.summary), remote: page.remote }
    },
    async create(item: Item) {
      const { titles, parentId } = item.desired
      const body = withAnchors(item.desired.body, item.marker, item.hash)
      const isTaken = async (title: string) => (await directory.byTitle(title, false)) !== undefined
      const recover = async (title: string) => {
        const holder = await directory.byTitle(title, true)
        const page = holder && (await readPage(context, holder.id))
        return page && isOurs(page.remote, item.marker) ? page.summary : undefined
      }
      const run = (title: string): Promise<PageSummary> => client.createPage({ space, title, parentId, body })
      const page = await withFreeTitle(titles, { isTaken, run, recover })
      directory.remember(page)
      // Nobody else knows of it yet: what was sent is what is there, and need not be read.
      const known = { ...page, body, labels: [], property: undefined }
      if (page.version.number === 1) seen.set(page.id, { summary: page, remote: toRemotePage(known) })
      return refOf(context, page)
    },
    plan: (item: Item, remote: RemotePage, agreement: Agreement) => planPage(item, remote, agreement, policy),
    apply: (item: Item, ref: RemoteRef, remote: RemotePage, plan: PushPlan) => applyPlan(writer, item, ref, remote, plan),
  })
}
