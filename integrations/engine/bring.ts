// Brings one remote object that is there into step. The provider's plan says, field by field, what flows and what is kept;
// here it is made from what was agreed on last, carried out on what is there now, and remembered. What was read a while ago
// is read again before it is written over, because somebody may have worked on it since.
import { isDeepStrictEqual } from 'node:util'
import { type AppError, isAppError } from '../kernel/errors.ts'
import {
  type FoundConflict,
  listResolutions,
  recordConflicts,
  recordOverwritten,
  type SideValue,
  settleConflicts,
} from '../store/conflicts.ts'
import { fromJsonObject, type Json, type JsonObject, toJsonObject } from '../store/json.ts'
import { type Link, type LinkChange, replaceLink, saveLink } from '../store/links.ts'
import { isConnectionFault } from './breaker.ts'
import type { PushContext } from './create-once.ts'
import type { Agreement, PushItem, PushPlan, PushResult, PushTarget, RemoteRef } from './push-target.ts'
import { isLimited } from './retry.ts'

/** One item on its way to its remote object. */
export interface Work<D, R> {
  readonly context: PushContext
  readonly target: PushTarget<D, R>
  readonly item: PushItem<D>
}

/** `overtaken`: another process saved the link meanwhile, so the push begins again from what that one left. */
export type Outcome = Omit<PushResult, 'artifactId' | 'artifactKind'> & { readonly overtaken?: boolean }

export interface Present<R> {
  readonly ref: RemoteRef
  readonly remote: R
  readonly ahead?: boolean
}

/** What is known of the object before it is looked at. */
export interface Footing {
  readonly origin: Agreement['origin']
  /** Undefined in a dry run of an artifact without one. */
  readonly link: Link | undefined
  /** The status where something was written. */
  readonly as: 'created' | 'updated'
}

/** Codes that say something about the work as a whole and nothing about the item it met. */
export const concernsAll = (error: AppError): boolean =>
  isLimited(error.code) ||
  error.code === 'cancelled' ||
  error.code === 'lease-lost' ||
  error.code === 'not-ready' ||
  error.code === 'internal' ||
  // What is wrong with the connection is its breaker's to wait for, and a job's to try again.
  isConnectionFault(error.code)

/** The link of an item. */
export const linkKeyOf = <D, R>({ context, target, item }: Work<D, R>) => ({
  connectionId: context.connectionId,
  scope: item.scope,
  artifactId: item.artifactId,
  artifactKind: item.artifactKind,
  remoteKind: target.remoteKind,
})

/** How many writes under way are remembered; more than two processes never meet. */
const MOST_PENDING = 4

/**
 * What was about to be written to each field. A process that is killed after it wrote and before it said so leaves its value at
 * the remote, and that is ours, not a person's.
 */
const pendingOf = (stored: JsonObject, field: string): readonly Json[] => {
  const { pending } = fromJsonObject(Object.hasOwn(stored, field) ? stored[field] : {})
  return Array.isArray(pending) ? pending : []
}

const toBase = (stored: JsonObject): Record<string, SideValue> =>
  Object.fromEntries(
    Object.entries(stored).flatMap(([field, value]): [string, SideValue][] => {
      const { key, shown = null } = fromJsonObject(value)
      return key === undefined ? [] : [[field, { key, shown }]]
    }),
  )

/** The plan; where it depends on what people decided or on when the remote changed, that is looked up for a second one. */
async function planFor<D, R>(
  { context, target, item }: Work<D, R>,
  { ref, remote }: Present<R>,
  { origin, link }: Footing,
): Promise<PushPlan> {
  const stored = link?.base ?? {}
  let agreement: Agreement = { origin, base: toBase(stored), resolutions: {} }
  let first = target.plan(item, remote, agreement)
  const own = first.decisions.filter(({ field, remote: theirs }) => {
    const pending = pendingOf(stored, field)
    return pending.some((value) => isDeepStrictEqual(value, theirs.key)) || (pending.length > 0 && target.stepwise?.includes(field))
  })
  if (own.length > 0) {
    const ours = Object.fromEntries(own.map(({ field, remote: theirs }) => [field, theirs]))
    agreement = { ...agreement, base: { ...agreement.base, ...ours } }
    first = target.plan(item, remote, agreement)
  }
  if (!link || first.kind === 'refuse' || !first.decisions.some(({ remoteChanged }) => remoteChanged)) return first
  const resolved = await listResolutions(context.store.db, link.id)
  const resolutions = Object.fromEntries(
    resolved.map(({ field, keep, git, remote: theirs }) => [field, { keep, git: git.key, remote: theirs.key }]),
  )
  const remoteChangedAt = first.undated.length > 0 ? await target.changedAt?.(ref, first.undated) : undefined
  return target.plan(item, remote, { ...agreement, resolutions, ...(remoteChangedAt ? { remoteChangedAt } : {}) })
}

const excerpt = ({ shown }: SideValue): string => {
  const text = typeof shown === 'string' ? shown : (JSON.stringify(shown) ?? '')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** What is said of fields that somebody changed at the remote and that were not written over. */
function sayWhatStays(plan: PushPlan): string | undefined {
  const sentences = plan.decisions.flatMap(({ name, outcome, reason, git, remote }) => {
    if (outcome === 'write') return []
    const values = `"${excerpt(remote)}" there, "${excerpt(git)}" in git`
    return outcome === 'keep' ? [`${name} is kept (${reason}): ${values}.`] : [`${name} is in conflict (${reason}): ${values}.`]
  })
  return sentences.length > 0 ? sentences.join(' ') : undefined
}

const withRecord = (plan: PushPlan, outcome: Outcome): Outcome => {
  const decisions = plan.decisions.filter(({ remoteChanged }) => remoteChanged)
  const reason = outcome.reason ?? sayWhatStays(plan)
  return { ...outcome, ...(decisions.length > 0 ? { decisions } : {}), ...(reason ? { reason } : {}) }
}

interface Save {
  readonly ref: RemoteRef
  readonly base: PushPlan['base'] | JsonObject
  readonly localHash: string
  /** Left out where the next push must compare again. */
  readonly version?: string | undefined
}

/** Saves the link unless another process did since it was read; false when one did. */
async function save<D, R>(work: Work<D, R>, link: Link | undefined, { ref, base, localHash, version }: Save): Promise<boolean> {
  const { store, clock } = work.context
  const change: LinkChange = {
    ...linkKeyOf(work),
    remoteId: ref.id,
    localHash,
    base: toJsonObject(base),
    at: clock.now(),
    ...(ref.key ? { remoteKey: ref.key } : {}),
    ...(ref.url ? { url: ref.url } : {}),
    ...(version ? { remoteVersion: version } : {}),
  }
  if (link) return replaceLink(store.db, change, link)
  await saveLink(store.db, change)
  return true
}

/** Remembers what both sides agree on now. */
async function conclude<D, R>(work: Work<D, R>, plan: PushPlan, ref: RemoteRef, { link }: Footing): Promise<boolean> {
  const { store, clock } = work.context
  if (link) await settleConflicts(store.db, link.id, [], clock.now())
  const agreed = plan.decisions.every(({ outcome }) => outcome === 'write')
  return save(work, link, { ref, base: plan.base, localHash: work.item.hash, version: agreed ? ref.version : undefined })
}

/** The hash of a link of which only a part is agreed; no content hashes to it. */
const PARTLY = 'partly'

/** Says what is about to be written; undefined when another process saved the link meanwhile, and then nothing is. */
async function announce<D, R>(work: Work<D, R>, link: Link, plan: PushPlan): Promise<Link | undefined> {
  const base: Record<string, Json> = { ...link.base }
  for (const { field, outcome, git } of plan.decisions) {
    if (outcome !== 'write') continue
    const pending = [...pendingOf(link.base, field), git.key].slice(-MOST_PENDING)
    Object.assign(base, { [field]: { ...fromJsonObject(Object.hasOwn(base, field) ? base[field] : {}), pending } })
  }
  const { remoteId: id, remoteKey: key, url, localHash, remoteVersion: version } = link
  const ref: RemoteRef = { id, ...(key ? { key } : {}), ...(url ? { url } : {}) }
  const isSaved = await save(work, link, { ref, base, localHash, version })
  return isSaved ? { ...link, base, revision: link.revision + 1 } : undefined
}

/** After a failure halfway: what did arrive is agreed on, so that a later edit of it by a person is not taken for a conflict. */
async function concludePartly<D, R>(work: Work<D, R>, footing: Footing, ref: RemoteRef): Promise<void> {
  const { target, item } = work
  const { link, origin } = footing
  const present = link && (await target.read(ref))
  if (!link || !present) return
  const base = toBase(link.base)
  const plan = target.plan(item, present.remote, { origin: 'found', base, resolutions: {} })
  const open = new Set(plan.decisions.map(({ field }) => field))
  const arrived = Object.entries(plan.base).filter(([field]) => !open.has(field))
  const localHash = origin === 'linked' ? PARTLY : link.localHash
  // Lost to another process: that one has looked at the same object later, and knows better.
  await save(work, link, { ref: present.ref, base: { ...link.base, ...toJsonObject(Object.fromEntries(arrived)) }, localHash })
}

async function failed<D, R>(work: Work<D, R>, footing: Footing, ref: RemoteRef, plan: PushPlan, error: unknown): Promise<Outcome> {
  // What was linked stays linked: the next push goes on from here.
  if (!isAppError(error) || concernsAll(error)) throw error
  const { changes } = plan
  const status = error.code === 'refused' ? 'refused' : 'failed'
  if (status === 'refused') await concludePartly(work, footing, ref)
  return withRecord(plan, { status, ref, changes, reason: error.message, code: error.code })
}

const toFound = ({ field, name, base, git, remote, reason }: PushPlan['decisions'][number]): FoundConflict => ({
  field,
  fieldName: name,
  base,
  git,
  remote,
  reason,
})

async function conflicting<D, R>({ context }: Work<D, R>, { link }: Footing, ref: RemoteRef, plan: PushPlan): Promise<Outcome> {
  const conflicts = plan.decisions.filter(({ outcome }) => outcome === 'conflict').map(toFound)
  if (link && !context.dryRun) {
    const { runId, clock, store } = context
    await recordConflicts(store.db, { link, remoteKey: ref.key, url: ref.url, runId, conflicts, at: clock.now() })
  }
  return withRecord(plan, { status: 'conflict', ref, changes: [] })
}

/** Before anything is written over somebody's value, that value is in the database: a process may die on the way to the run record. */
async function noteOverwritten<D, R>({ context }: Work<D, R>, { link }: Footing, ref: RemoteRef, plan: PushPlan): Promise<void> {
  const overwritten = plan.decisions.filter(({ outcome, remoteChanged }) => outcome === 'write' && remoteChanged).map(toFound)
  const { runId, clock, store } = context
  const finding = { remoteKey: ref.key, url: ref.url, runId, conflicts: overwritten, at: clock.now() }
  if (link && overwritten.length > 0) await recordOverwritten(store.db, { ...finding, link })
}

/** Carries a plan out on what was read just now. */
async function carryOut<D, R>(work: Work<D, R>, { ref, remote }: Present<R>, from: Footing, plan: PushPlan): Promise<Outcome> {
  const { target, item } = work
  const { as } = from
  const nothing = { ref, changes: [], overtaken: true } as const
  let footing = from
  await noteOverwritten(work, from, ref, plan)
  if (from.link && plan.decisions.some(({ outcome }) => outcome === 'write')) {
    const link = await announce(work, from.link, plan)
    if (!link) return { ...nothing, status: as === 'created' ? as : 'unchanged' }
    footing = { ...from, link }
  }
  try {
    const after = await target.apply(item, ref, remote, plan)
    const done = withRecord(plan, { status: as, ref: after, changes: as === 'created' ? [] : plan.changes })
    return (await conclude(work, plan, after, footing)) ? done : { ...done, overtaken: true }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-conflict') return failed(work, footing, ref, plan, error)
    // Somebody else changed it in between, maybe a process that saved the link too: once more, from what is there now.
    return { ...nothing, status: as === 'created' ? as : 'failed', reason: error.message, code: error.code }
  }
}

/** For a direction that takes and does not write: what both sides agree on is remembered, and what git alone changed stays to be written. */
async function takeIn<D, R>(work: Work<D, R>, { ref }: Present<R>, { link, origin }: Footing, plan: PushPlan): Promise<Outcome> {
  const { store, clock, dryRun } = work.context
  const done = withRecord(plan, { status: 'unchanged', ref, changes: [] })
  if (dryRun || !link) return done
  await settleConflicts(store.db, link.id, [], clock.now())
  const open = new Set(plan.decisions.map(({ field }) => field))
  const agreed = Object.fromEntries(Object.entries(plan.base).filter(([field]) => !open.has(field)))
  const isEqual = plan.changes.length === 0 && open.size === 0
  const localHash = isEqual ? work.item.hash : origin === 'linked' ? PARTLY : link.localHash
  const version = isEqual ? ref.version : undefined
  const isSaved = await save(work, link, { ref, base: { ...link.base, ...toJsonObject(agreed) }, localHash, version })
  return isSaved ? done : { ...done, overtaken: true }
}

/** Whether a write of ours that was cut short has arrived: whoever ends it says that it was written. */
function hasArrived(link: Link | undefined, plan: PushPlan): boolean {
  if (!link) return false
  const base = toBase(link.base)
  return Object.entries(plan.base).some(
    ([field, { key }]) =>
      !isDeepStrictEqual(base[field]?.key, key) && pendingOf(link.base, field).some((value) => isDeepStrictEqual(value, key)),
  )
}

/** Brings an object that is there into step and says what was done. */
export async function bring<D, R>(work: Work<D, R>, present: Present<R>, footing: Footing): Promise<Outcome> {
  const { context, target } = work
  const { as } = footing
  const { ref } = present
  const plan = await planFor(work, present, footing)
  if (plan.kind === 'refuse') return { status: 'refused', ref, changes: plan.changes, ...(plan.reason ? { reason: plan.reason } : {}) }
  if (plan.kind === 'conflict') return conflicting(work, footing, ref, plan)
  if (context.remoteReadOnly) return takeIn(work, present, footing, plan)
  const writes = plan.kind === 'change' || (context.force && as === 'updated')
  const changes = as === 'created' ? [] : plan.changes
  const isWritten = writes || as === 'created' || (plan.decisions.length === 0 && hasArrived(footing.link, plan))
  const done = withRecord(plan, { status: isWritten ? as : 'unchanged', ref, changes })
  if (context.dryRun) return done
  if (!writes) return (await conclude(work, plan, ref, footing)) ? done : { ...done, overtaken: true }
  const again = present.ahead ? await target.read(ref) : undefined
  return again ? bring(work, { ...again, ahead: false }, footing) : carryOut(work, present, footing, plan)
}
