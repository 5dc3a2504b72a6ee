// Creates a remote object exactly once, although no provider has a key for that. An intent row is committed before the
// request leaves; an answer that leaves open whether it worked is followed by looking for the object by its marker. Search
// lags behind writes, so not finding it proves something only after a while: a look is conclusive from `conclusiveAt` on.
import type { Clock, Random } from '../kernel/clock.ts'
import { AppError, type ErrorCode, toAppError } from '../kernel/errors.ts'
import { findIntent, type Intent, openIntent, settleIntent } from '../store/intents.ts'
import { type Link, saveLink } from '../store/links.ts'
import type { Store } from '../store/open-store.ts'
import type { Found, PushItem, PushTarget, RemoteRef } from './push-target.ts'

export interface PushContext {
  readonly store: Store
  readonly connectionId: string
  readonly clock: Clock
  readonly random: Random
  readonly signal?: AbortSignal
  /** True reads and plans, and writes neither there nor here. */
  readonly dryRun: boolean
  /** True writes what is unchanged as well. */
  readonly force: boolean
  /** True writes nothing there: what the remote says is found out and remembered here. */
  readonly remoteReadOnly?: boolean
  /** True makes anew what is gone, or hidden from us, at a remote that does not say which. */
  readonly recreate?: boolean
  /** The run that conflicts are recorded under. */
  readonly runId?: number
}

/** How long after an unclear create an absence is believed: looks after 0, 1, 3, 7 and 15 s. */
export const SEARCH_LAG_MS = 15_000
/** After a crash the request may still be under way elsewhere: its own deadline, then the lag. */
const IN_FLIGHT_MS = 30_000 + SEARCH_LAG_MS
/** After a crash the looking is not done in one go: a job that waits so long would hold its place, and a kill would cost it an attempt. */
const LOOK_HERE_MS = 3_000
const LOOK_AGAIN_MS = 10_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 8_000
const MOST_CREATES = 2

/** Codes by which a create certainly did nothing; everything else, a fault of ours included, leaves it open. */
const NOT_CREATED: ReadonlySet<ErrorCode> = new Set([
  'provider-unauthenticated',
  'provider-forbidden',
  'provider-not-found',
  'provider-gone',
  'provider-conflict',
  'provider-rejected',
  'provider-rate-limited',
  'own-rate-limit',
  'not-configured',
  'config-invalid',
  'bad-request',
  'refused',
  'dry-run',
])

/** Names the object to be in the journal, whatever its content. */
export const intentKey = (item: PushItem<unknown>, remoteKind: string) =>
  `${remoteKind}:${item.scope}:${item.artifactKind}:${item.artifactId}`

/** Until when a past attempt to create leaves open what an absence means. */
function conclusiveFrom(intent: Intent | undefined): Date {
  if (intent?.state === 'creating') return new Date(intent.updatedAt.getTime() + IN_FLIGHT_MS)
  return intent?.state === 'unknown' && intent.notBefore ? intent.notBefore : new Date(0)
}

/** Looks for the object until it is found or its absence is believed. */
async function lookFor<D, R>(
  context: PushContext,
  target: PushTarget<D, R>,
  item: PushItem<D>,
  candidates: readonly string[],
  conclusiveAt: Date,
): Promise<Found> {
  const { clock, random, signal } = context
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const found = await target.find(item.marker, candidates)
    const leftMs = conclusiveAt.getTime() - clock.now().getTime()
    if (found.kind === 'found' || leftMs <= 0) return found
    await clock.sleep(Math.min(leftMs, Math.round(waitMs * (0.9 + 0.2 * random.next()))), signal)
  }
}

/** How an object came to its link; see `Agreement`. */
export type Adoption = 'created' | 'found'

/** The hash of a link whose content is still to be compared; no content hashes to it. */
export const UNFINISHED: Readonly<Record<Adoption, string>> = { created: '', found: 'found' }

export type Existence =
  /** `as`: `created` where a creation of ours was left open, so that it is our own unfinished object. */
  | { readonly kind: 'found'; readonly ref: RemoteRef; readonly as: Adoption }
  | { readonly kind: 'absent'; readonly intent: Intent | undefined }
  | { readonly kind: 'unknown'; readonly reason: string }

/** When a look is to be repeated that found nothing too early to believe it; undefined when it is to be believed. */
function lookAgainAt({ clock }: PushContext, conclusiveAt: Date): Date | undefined {
  const now = clock.now().getTime()
  return conclusiveAt.getTime() > now ? new Date(Math.min(conclusiveAt.getTime(), now + LOOK_AGAIN_MS)) : undefined
}

/**
 * Whether the object of an unlinked artifact is there: after a lost database, a crash, or an unclear answer. A dry run looks
 * once. @throws AppError `outcome-unknown` with a time while a creation that was interrupted may still turn up
 */
export async function findExisting<D, R>(context: PushContext, target: PushTarget<D, R>, item: PushItem<D>): Promise<Existence> {
  const intent = await findIntent(context.store.db, context.connectionId, intentKey(item, target.remoteKind))
  const candidates = intent?.remoteId ? [intent.remoteId] : []
  const conclusiveAt = context.dryRun ? new Date(0) : conclusiveFrom(intent)
  const untilMs = Math.min(conclusiveAt.getTime(), context.clock.now().getTime() + LOOK_HERE_MS)
  const found = await lookFor(context, target, item, candidates, new Date(untilMs))
  const retryAt = found.kind === 'absent' ? lookAgainAt(context, conclusiveAt) : undefined
  if (retryAt)
    throw new AppError(
      'outcome-unknown',
      `Whether ${item.artifactId} was created before an interruption is not certain yet; it is looked for again at ${retryAt.toISOString()}.`,
      { retryAt },
    )
  // An open intent is a creation of ours that was interrupted; without one the link was lost, and others may have worked on it.
  if (found.kind === 'found') return { ...found, as: intent?.state === 'creating' || intent?.state === 'unknown' ? 'created' : 'found' }
  return found.kind === 'absent' ? { kind: 'absent', intent } : { kind: 'unknown', reason: found.reason }
}

/** Records the link and the end of the intent as one change; the content is still to be compared. */
export async function adopt(
  context: PushContext,
  remoteKind: string,
  item: PushItem<unknown>,
  { ref, as }: { readonly ref: RemoteRef; readonly as: Adoption },
): Promise<Link> {
  const { store, connectionId, clock } = context
  const { scope, artifactId, artifactKind } = item
  return store.transaction(async (db) => {
    const at = clock.now()
    const link = await saveLink(db, {
      connectionId,
      scope,
      artifactId,
      artifactKind,
      remoteKind,
      remoteId: ref.id,
      localHash: UNFINISHED[as],
      at,
      ...(ref.key ? { remoteKey: ref.key } : {}),
      ...(ref.url ? { url: ref.url } : {}),
    })
    await settleIntent(db, { connectionId, key: intentKey(item, remoteKind) }, { state: 'created', remoteId: ref.id, at })
    return link
  })
}

export type Creation =
  | { readonly kind: 'created'; readonly ref: RemoteRef; readonly link: Link }
  /** It may or may not be there; the next push looks before it creates. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** One creating request between two journal entries. Throws what certainly prevented it. */
async function createOnce<D, R>(context: PushContext, target: PushTarget<D, R>, item: PushItem<D>): Promise<RemoteRef | AppError> {
  const { store, connectionId, clock } = context
  const key = { connectionId, key: intentKey(item, target.remoteKind) }
  try {
    return await target.create(item)
  } catch (thrown) {
    const failure = toAppError(thrown)
    const reason = failure.message
    if (NOT_CREATED.has(failure.code) || failure.details.sent === false) {
      await settleIntent(store.db, key, { state: 'abandoned', reason, at: clock.now() })
      throw failure
    }
    const at = clock.now()
    await settleIntent(store.db, key, { state: 'unknown', reason, notBefore: new Date(at.getTime() + SEARCH_LAG_MS), at })
    if (failure.code === 'cancelled') throw failure
    return failure
  }
}

/**
 * Creates the object of an item that was found to be absent, and links it. Of several processes one creates; the others
 * get `outcome-unknown` with a time. An unclear answer is looked into, and at most one more create follows, only after
 * the absence is believed.
 */
export async function createRemote<D, R>(
  context: PushContext,
  target: PushTarget<D, R>,
  item: PushItem<D>,
  seen: Intent | undefined,
): Promise<Creation> {
  const { store, connectionId, clock } = context
  const key = intentKey(item, target.remoteKind)
  let intent = seen
  for (let creates = 1; ; creates += 1) {
    const opened = await openIntent(store.db, { connectionId, key, hash: item.hash, at: clock.now() }, intent)
    if (!opened) {
      const retryAt = new Date(clock.now().getTime() + SEARCH_LAG_MS)
      throw new AppError(
        'outcome-unknown',
        `${item.artifactId} is being created by another process; it is looked at again at ${retryAt.toISOString()}.`,
        { retryAt },
      )
    }
    const outcome = await createOnce(context, target, item)
    if (!(outcome instanceof AppError)) {
      const link = await adopt(context, target.remoteKind, item, { ref: outcome, as: 'created' })
      return { kind: 'created', ref: outcome, link }
    }
    const conclusiveAt = new Date(clock.now().getTime() + SEARCH_LAG_MS)
    const found = await lookFor(context, target, item, [], conclusiveAt)
    if (found.kind === 'found') {
      const link = await adopt(context, target.remoteKind, item, { ref: found.ref, as: 'created' })
      return { kind: 'created', ref: found.ref, link }
    }
    if (found.kind === 'inconclusive' || creates === MOST_CREATES) {
      const why = found.kind === 'inconclusive' ? found.reason : outcome.message
      return { kind: 'unknown', reason: `Whether ${item.artifactId} was created is not known yet; the next export looks first. ${why}` }
    }
    intent = await findIntent(store.db, connectionId, key)
  }
}
