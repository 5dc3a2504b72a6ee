// Outgoing writes. `enqueuePushes` is the outbox: the state change and the job that carries it out are one transaction.
// `pushOne` brings one remote object into step: nothing unchanged is written, nothing is created twice, and what goes
// wrong with one item is its result, while a limit or a stop concerns them all and is thrown.
import { type AppError, isAppError } from '../kernel/errors.ts'
import type { Db } from '../store/db.ts'
import type { Json } from '../store/json.ts'
import { deleteLink, findLink, type Link, saveLink } from '../store/links.ts'
import { adopt, createRemote, findExisting, type PushContext } from './create-once.ts'
import { enqueueJobs } from './jobs.ts'
import type { Priority } from './provider.ts'
import type { FieldChange, PushItem, PushResult, PushTarget, RemoteRef } from './push-target.ts'
import { isLimited } from './retry.ts'

export type { PushContext } from './create-once.ts'
export type { FieldChange, Found, PushItem, PushPlan, PushResult, PushStatus, PushTarget, RemoteRef } from './push-target.ts'
export { PUSH_STATUSES } from './push-target.ts'

/** One outgoing write: its keys for the queue, and what the job needs to know. */
export type OutboxItem = {
  readonly artifactId: string
  readonly scope: string
  readonly serialKey: string
  readonly dedupeKey: string
} & Readonly<Record<string, Json>>

export interface Outbox {
  readonly runId: number
  readonly connectionId: string
  readonly jobKind: string
  readonly items: readonly OutboxItem[]
  /** `interactive` by default: an export is asked for by someone. */
  readonly priority?: Priority
}

/** Puts outgoing writes into the queue, in the transaction of the change they carry out. A job's payload is its item without the keys, and the run. */
export async function enqueuePushes(
  db: Db,
  { runId, connectionId, jobKind, items, priority = 'interactive' }: Outbox,
  now: Date,
): Promise<void> {
  const specs = items.map(({ serialKey, dedupeKey, ...rest }) => ({
    kind: jobKind,
    payload: { ...rest, runId },
    connectionId,
    serialKey,
    dedupeKey,
    priority,
    runId,
  }))
  await enqueueJobs(db, specs, now)
}

/** Codes that say something about the work as a whole and nothing about the item it met. */
const concernsAll = (error: AppError) =>
  isLimited(error.code) ||
  error.code === 'cancelled' ||
  error.code === 'lease-lost' ||
  error.code === 'not-ready' ||
  error.code === 'internal'

type Outcome = Omit<PushResult, 'artifactId' | 'artifactKind'>

interface Work<D, R> {
  readonly context: PushContext
  readonly target: PushTarget<D, R>
  readonly item: PushItem<D>
}

const keyOf = <D, R>({ context, target, item }: Work<D, R>) => ({
  connectionId: context.connectionId,
  scope: item.scope,
  artifactId: item.artifactId,
  artifactKind: item.artifactKind,
  remoteKind: target.remoteKind,
})

/** Records that the remote is as wanted. */
async function remember<D, R>(work: Work<D, R>, ref: RemoteRef): Promise<void> {
  const { context, item } = work
  await saveLink(context.store.db, {
    ...keyOf(work),
    remoteId: ref.id,
    localHash: item.hash,
    at: context.clock.now(),
    ...(ref.key ? { remoteKey: ref.key } : {}),
    ...(ref.url ? { url: ref.url } : {}),
    ...(ref.version ? { remoteVersion: ref.version } : {}),
  })
}

interface Present<R> {
  readonly ref: RemoteRef
  readonly remote: R
}

/** Applies once; when somebody else changed the object in between, reads again and applies to what is there now. */
async function applyFresh<D, R>({ target, item }: Work<D, R>, { ref, remote }: Present<R>): Promise<RemoteRef> {
  try {
    return await target.apply(item, ref, remote)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-conflict') throw error
    const again = await target.read(ref)
    if (!again) throw error
    return target.apply(item, again.ref, again.remote)
  }
}

/** Brings an object that is there into step. `as` is the status where something was written. */
async function bring<D, R>(work: Work<D, R>, present: Present<R>, as: 'created' | 'updated'): Promise<Outcome> {
  const { context, target, item } = work
  const { ref } = present
  const plan = target.plan(item, present.remote)
  if (plan.kind === 'refuse') return { status: 'refused', ref, changes: plan.changes, reason: plan.reason }
  const changes: readonly FieldChange[] = plan.kind === 'change' ? plan.changes : []
  const writes = plan.kind === 'change' || (context.force && as === 'updated')
  const status = writes ? as : as === 'created' ? 'created' : 'unchanged'
  if (context.dryRun) return { status, ref, changes }
  try {
    const after = writes ? await applyFresh(work, present) : ref
    await remember(work, after)
    return { status, ref: after, changes: as === 'created' ? [] : changes }
  } catch (error) {
    // What was linked stays linked: the next push goes on from here.
    if (!isAppError(error) || concernsAll(error)) throw error
    return { status: error.code === 'refused' ? 'refused' : 'failed', ref, changes, reason: error.message, code: error.code }
  }
}

/** The object of a known link: compared only where one of the two sides moved. Undefined when it is gone. */
async function pushLinked<D, R>(work: Work<D, R>, link: Link): Promise<Outcome | undefined> {
  const { context, target, item } = work
  const known: RemoteRef = { id: link.remoteId, ...(link.remoteKey ? { key: link.remoteKey } : {}), ...(link.url ? { url: link.url } : {}) }
  const present = await target.read(known)
  if (!present) return undefined
  const isSame = link.localHash === item.hash && present.ref.version !== undefined && present.ref.version === link.remoteVersion
  if (isSame && !context.force) return { status: 'unchanged', ref: present.ref, changes: [] }
  return bring(work, present, 'updated')
}

/** The object of an artifact without a link: found by its marker, or created. */
async function pushUnlinked<D, R>(work: Work<D, R>): Promise<Outcome> {
  const { context, target, item } = work
  const existing = await findExisting(context, target, item)
  if (existing.kind === 'unknown') return { status: 'failed', changes: [], code: 'outcome-unknown', reason: existing.reason }
  if (existing.kind === 'found') {
    const present = await target.read(existing.ref)
    // Deleted between the search and the read, or the search index has not noticed yet.
    if (!present)
      return {
        status: 'failed',
        changes: [],
        code: 'provider-not-found',
        reason: `${existing.ref.key ?? existing.ref.id} was found and is gone; export again.`,
      }
    if (!context.dryRun) await adopt(context, target.remoteKind, item, present.ref)
    return bring(work, present, 'updated')
  }
  if (context.dryRun) return { status: 'created', changes: [] }
  const creation = await createRemote(context, target, item, existing.intent)
  if (creation.kind === 'unknown') return { status: 'failed', changes: [], code: 'outcome-unknown', reason: creation.reason }
  const present = await target.read(creation.ref)
  if (!present)
    return {
      status: 'failed',
      ref: creation.ref,
      changes: [],
      code: 'provider-not-found',
      reason: 'It was created and cannot be read; export again.',
    }
  return bring(work, present, 'created')
}

async function push<D, R>(work: Work<D, R>): Promise<Outcome> {
  const { context } = work
  const link = await findLink(context.store.db, keyOf(work))
  if (link) {
    const outcome = await pushLinked(work, link)
    if (outcome) return outcome
    if (!context.dryRun) await deleteLink(context.store.db, keyOf(work))
  }
  return pushUnlinked(work)
}

/**
 * Brings the remote object of one artifact into step and says what was done. A failure that concerns this item is a
 * `failed` or `refused` result; limits, stops and faults of ours are thrown, and the push may be repeated.
 */
export async function pushOne<D, R>(context: PushContext, target: PushTarget<D, R>, item: PushItem<D>): Promise<PushResult> {
  const { artifactId, artifactKind } = item
  try {
    return { artifactId, artifactKind, ...(await push({ context, target, item })) }
  } catch (error) {
    if (!isAppError(error) || concernsAll(error)) throw error
    return {
      artifactId,
      artifactKind,
      status: error.code === 'refused' ? 'refused' : 'failed',
      changes: [],
      reason: error.message,
      code: error.code,
    }
  }
}
