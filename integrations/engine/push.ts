// Outgoing writes. `enqueuePushes` is the outbox: the state change and the job that carries it out are one transaction.
// `pushOne` brings one remote object into step: nothing unchanged is written, nothing is created twice, and what goes
// wrong with one item is its result, while a limit or a stop concerns them all and is thrown.
import { isAppError } from '../kernel/errors.ts'
import { settleConflicts } from '../store/conflicts.ts'
import type { Db } from '../store/db.ts'
import type { Json } from '../store/json.ts'
import { deleteLink, findLink, type Link } from '../store/links.ts'
import { bring, concernsAll, linkKeyOf, type Outcome, type Work } from './bring.ts'
import { adopt, createRemote, findExisting, type PushContext, UNFINISHED } from './create-once.ts'
import { enqueueJobs } from './jobs.ts'
import type { Priority } from './provider.ts'
import type { PushItem, PushResult, PushTarget, RemoteRef } from './push-target.ts'

export type { PushContext } from './create-once.ts'
export type {
  Agreement,
  FieldChange,
  FieldDecision,
  Found,
  PushItem,
  PushPlan,
  PushResult,
  PushStatus,
  PushTarget,
  RemoteRef,
} from './push-target.ts'
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

/** Several changes to one artifact within this time become one write, where nobody waits for it. */
export const SETTLE_MS = 3_000

/**
 * Puts outgoing writes into the queue, in the transaction of the change they carry out. A job's payload is its item without the
 * keys, and the run. What nobody waits for waits a little itself, from its first change on: later ones with its dedupe key join
 * it, so a busy artifact is written every few seconds and a person's edits in a row are one write. Asked for interactively, it
 * goes at once.
 */
export async function enqueuePushes(
  db: Db,
  { runId, connectionId, jobKind, items, priority = 'interactive' }: Outbox,
  now: Date,
): Promise<void> {
  const runAt = priority === 'interactive' ? now : new Date(now.getTime() + SETTLE_MS)
  const specs = items.map(({ serialKey, dedupeKey, ...rest }) => ({
    kind: jobKind,
    payload: { ...rest, runId },
    connectionId,
    serialKey,
    dedupeKey,
    priority,
    runAt,
    runId,
  }))
  await enqueueJobs(db, specs, now)
}

/** The object of a known link: compared only where one of the two sides moved. Undefined when it is gone. */
async function pushLinked<D, R>(work: Work<D, R>, link: Link): Promise<Outcome | undefined> {
  const { context, target, item } = work
  const known: RemoteRef = { id: link.remoteId, ...(link.remoteKey ? { key: link.remoteKey } : {}), ...(link.url ? { url: link.url } : {}) }
  const present = await target.read(known)
  if (!present) return undefined
  const isSame = link.localHash === item.hash && present.ref.version !== undefined && present.ref.version === link.remoteVersion
  if (isSame && !context.force) return { status: 'unchanged', ref: present.ref, changes: [] }
  const { created, found } = UNFINISHED
  const origin = link.localHash === created ? 'created' : link.localHash === found ? 'found' : 'linked'
  return bring(work, present, { origin, link, as: 'updated' })
}

const goneAgain = (ref: RemoteRef | undefined, reason: string): Outcome => ({
  status: 'failed',
  ...(ref ? { ref } : {}),
  changes: [],
  code: 'provider-not-found',
  reason,
})

/** The object of an artifact without a link: found by its marker, or created. */
async function pushUnlinked<D, R>(work: Work<D, R>): Promise<Outcome> {
  const { context, target, item } = work
  const existing = await findExisting(context, target, item)
  if (existing.kind === 'unknown') return { status: 'failed', changes: [], code: 'outcome-unknown', reason: existing.reason }
  if (existing.kind === 'found') {
    const present = await target.read(existing.ref)
    // Deleted between the search and the read, or the search index has not noticed yet.
    if (!present) return goneAgain(undefined, `${existing.ref.key ?? existing.ref.id} was found and is gone; export again.`)
    const { as } = existing
    const link = context.dryRun ? undefined : await adopt(context, target.remoteKind, item, { ref: present.ref, as })
    return bring(work, present, { origin: as, link, as: 'updated' })
  }
  if (context.remoteReadOnly)
    return { status: 'skipped', changes: [], reason: 'It has nothing there to take changes from; export it first.' }
  if (context.dryRun) return { status: 'created', changes: [] }
  const creation = await createRemote(context, target, item, existing.intent)
  if (creation.kind === 'unknown') return { status: 'failed', changes: [], code: 'outcome-unknown', reason: creation.reason }
  const present = await target.read(creation.ref)
  if (!present) return goneAgain(creation.ref, 'It was created and cannot be read; export again.')
  return bring(work, present, { origin: 'created', link: creation.link, as: 'created' })
}

/** What becomes of an item whose linked object is not there; undefined where it is made anew. */
function whenAbsent<D, R>({ context, target }: Work<D, R>, link: Link): Outcome | undefined {
  const name = link.remoteKey ?? link.remoteId
  const common = { changes: [], code: 'provider-gone' } as const
  const ref = { id: link.remoteId, ...(link.remoteKey ? { key: link.remoteKey } : {}), ...(link.url ? { url: link.url } : {}) }
  if (context.remoteReadOnly) {
    const then = target.hides ? 'If it was deleted, export with --recreate.' : 'An export makes it anew.'
    return { ...common, status: 'skipped', reason: `${name} is gone, or the account may not see it any more. ${then}` }
  }
  if (!target.hides || context.recreate) return undefined
  const reason = `${name} was deleted, or is hidden from the account: both are answered alike, and a second one is not made on a guess. Let the account see it, or, where it was deleted, export with --recreate.`
  return { ...common, status: 'refused', ref, reason }
}

async function push<D, R>(work: Work<D, R>): Promise<Outcome> {
  const { context } = work
  const { db } = context.store
  const link = await findLink(db, linkKeyOf(work))
  if (!link) return pushUnlinked(work)
  const outcome = await pushLinked(work, link)
  if (outcome) return outcome
  const absent = whenAbsent(work, link)
  if (absent) return absent
  if (!context.dryRun) {
    await deleteLink(db, linkKeyOf(work))
    await settleConflicts(db, link.id, [], context.clock.now())
  }
  const replaced = await pushUnlinked(work)
  const name = link.remoteKey ?? link.remoteId
  // Git is the source of artifacts: what stands for one that is still there is made again, and that is said.
  return replaced.status === 'created' && !replaced.reason ? { ...replaced, reason: `${name} is gone, so it was made anew.` } : replaced
}

/** More than two processes and a person can come between each other. */
const MOST_TRIES = 5

/** What an overtaken try did stays done: its record and its status go into the answer. */
function continued(before: Outcome | undefined, outcome: Outcome): Outcome {
  if (!before) return outcome
  const decisions = [...(before.decisions ?? []), ...(outcome.decisions ?? [])]
  const wasWritten = before.status === 'created' || (before.status === 'updated' && outcome.status === 'unchanged')
  const isStill = wasWritten && (outcome.status === 'updated' || outcome.status === 'unchanged')
  const first = isStill ? { status: before.status, changes: before.changes } : {}
  return { ...outcome, ...first, ...(decisions.length > 0 ? { decisions } : {}) }
}

/** A push that another process overtook, or that met an edit on its way, begins again from what is there now. */
async function pushUntilSaved<D, R>(work: Work<D, R>): Promise<Outcome> {
  let before: Outcome | undefined
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const outcome = continued(before, await push(work))
    if (!outcome.overtaken) return outcome
    before = outcome
  }
  const { code = 'outcome-unknown', reason = 'Other processes bring it into step at the same time; export again.' } = before ?? {}
  return continued(before, { status: 'failed', changes: [], code, reason })
}

/**
 * Brings the remote object of one artifact into step and says what was done. A failure that concerns this item is a
 * `failed` or `refused` result, and an edit of both sides that nobody may decide for a person is a `conflict`; limits,
 * stops and faults of ours are thrown, and the push may be repeated.
 */
export async function pushOne<D, R>(context: PushContext, target: PushTarget<D, R>, item: PushItem<D>): Promise<PushResult> {
  const { artifactId, artifactKind } = item
  try {
    const { overtaken: _overtaken, ...outcome } = await pushUntilSaved({ context, target, item })
    return { artifactId, artifactKind, ...outcome }
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
