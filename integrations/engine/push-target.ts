// What a provider says about one kind of remote object so that the engine can bring it into step: how to find, read,
// create, compare and change one. When that is done, how often, and what an unclear answer means is engine/push.ts's.
import type { ErrorCode } from '../kernel/errors.ts'
import type { Keep, SideValue } from '../store/conflicts.ts'
import type { Json } from '../store/json.ts'

export interface RemoteRef {
  /** The remote's own id, which survives moves and renames. */
  readonly id: string
  /** What people call it, such as `KAT-12`. */
  readonly key?: string
  readonly url?: string
  /** Changes whenever the object does: a version number, or the instant of the last change. */
  readonly version?: string
}

/** One artifact as it is wanted at the remote. */
export interface PushItem<D> {
  readonly artifactId: string
  readonly artifactKind: string
  readonly scope: string
  readonly desired: D
  /** Of `desired`: equal means that nothing new is wanted. */
  readonly hash: string
  /** What the remote object carries so that it is found again without our database. */
  readonly marker: string
  /** When it was committed, where that is known. */
  readonly changedAt?: Date | undefined
}

export type Found =
  | { readonly kind: 'found'; readonly ref: RemoteRef }
  | { readonly kind: 'absent' }
  | { readonly kind: 'inconclusive'; readonly reason: string }

export interface FieldChange {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/** How the two sides stand to each other: what a plan is made from beside the item and the remote object. */
export interface Agreement {
  /**
   * `linked`: synced before; `created`: made by us and not finished, so where nothing was agreed git's value flows; `found`:
   * by its marker after the link was lost, so where nothing was agreed a value that stands there may be somebody's.
   */
  readonly origin: 'linked' | 'created' | 'found'
  /** What both sides agreed on at the last sync, by field. */
  readonly base: Readonly<Record<string, SideValue>>
  /** What people decided about earlier conflicts, with the keys of the values they decided about. */
  readonly resolutions: Readonly<Record<string, { readonly keep: Keep; readonly git: Json; readonly remote: Json }>>
  /** When fields of the remote were last changed, where that was asked for. */
  readonly remoteChangedAt?: Readonly<Record<string, Date>>
}

/** What becomes of one field on which the two sides differ. */
export interface FieldDecision {
  readonly field: string
  /** For people. */
  readonly name: string
  readonly outcome: 'write' | 'keep' | 'conflict'
  /** Why, without a full stop. */
  readonly reason: string
  /** Whether somebody's work at the remote is concerned: it is recorded, whatever the outcome. */
  readonly remoteChanged: boolean
  readonly base: SideValue | undefined
  readonly git: SideValue
  readonly remote: SideValue
}

export interface PushPlan {
  /** `conflict`: nothing is written until a person decides; `refuse`: nothing is written, for `reason`. */
  readonly kind: 'none' | 'change' | 'conflict' | 'refuse'
  /** What would be written, for people. */
  readonly changes: readonly FieldChange[]
  readonly decisions: readonly FieldDecision[]
  /** What both agree on once it is written. */
  readonly base: Readonly<Record<string, SideValue>>
  /** Fields that could be decided if it were known when the remote changed. */
  readonly undated: readonly string[]
  readonly reason?: string
}

/** Made by the provider, bound to a ProviderContext. D is what is wanted, R what is there. */
export interface PushTarget<D, R> {
  readonly remoteKind: string
  /** Fields that are written in several steps: a write that was interrupted or refused halfway leaves a value in between, which is ours. */
  readonly stepwise?: readonly string[]
  /** The remote answers for what it hides as for what is gone, so a linked object that is not there is made anew only when that was asked for. */
  readonly hides?: boolean
  /** Looks for the object with the marker, reading only; `candidates` are ids that may be it. */
  find(marker: string, candidates: readonly string[]): Promise<Found>
  /** Undefined: it is gone. `ahead`: it was read a while ago, so it is read again before anything is written over it. */
  read(ref: RemoteRef): Promise<{ readonly ref: RemoteRef; readonly remote: R; readonly ahead?: boolean } | undefined>
  /** One request that carries the marker, never retried. */
  create(item: PushItem<D>): Promise<RemoteRef>
  /** Pure. */
  plan(item: PushItem<D>, remote: R, agreement: Agreement): PushPlan
  /** When each of the fields was last changed, where the remote says so. */
  changedAt?(ref: RemoteRef, fields: readonly string[]): Promise<Readonly<Record<string, Date>>>
  /** Does what the plan says and nothing else, in as many requests as it takes; repeatable. Throws `refused` where the remote has no way. */
  apply(item: PushItem<D>, ref: RemoteRef, remote: R, plan: PushPlan): Promise<RemoteRef>
}

export const PUSH_STATUSES = ['created', 'updated', 'unchanged', 'skipped', 'conflict', 'refused', 'failed'] as const
export type PushStatus = (typeof PUSH_STATUSES)[number]

export interface PushResult {
  readonly artifactId: string
  readonly artifactKind: string
  readonly ref?: RemoteRef
  readonly status: PushStatus
  readonly changes: readonly FieldChange[]
  /** What became of fields that were changed at the remote. */
  readonly decisions?: readonly FieldDecision[]
  /** Why, in a sentence, where it is not plain. */
  readonly reason?: string
  readonly code?: ErrorCode
}
