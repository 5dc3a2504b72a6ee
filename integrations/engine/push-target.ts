// What a provider says about one kind of remote object so that the engine can bring it into step: how to find, read,
// create, compare and change one. When that is done, how often, and what an unclear answer means is engine/push.ts's.
import type { ErrorCode } from '../kernel/errors.ts'

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

export type PushPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'change'; readonly changes: readonly FieldChange[] }
  | { readonly kind: 'refuse'; readonly reason: string; readonly changes: readonly FieldChange[] }

/** Made by the provider, bound to a ProviderContext. D is what is wanted, R what is there. */
export interface PushTarget<D, R> {
  readonly remoteKind: string
  /** Looks for the object with the marker, reading only; `candidates` are ids that may be it. */
  find(marker: string, candidates: readonly string[]): Promise<Found>
  /** Undefined: it is gone. */
  read(ref: RemoteRef): Promise<{ readonly ref: RemoteRef; readonly remote: R } | undefined>
  /** One request that carries the marker, never retried. */
  create(item: PushItem<D>): Promise<RemoteRef>
  /** Pure. */
  plan(item: PushItem<D>, remote: R): PushPlan
  /** Brings the remote to the desired state in as many requests as it takes; repeatable. Throws `refused` where the remote has no way. */
  apply(item: PushItem<D>, ref: RemoteRef, remote: R): Promise<RemoteRef>
}

export const PUSH_STATUSES = ['created', 'updated', 'unchanged', 'skipped', 'conflict', 'refused', 'failed'] as const
export type PushStatus = (typeof PUSH_STATUSES)[number]

export interface PushResult {
  readonly artifactId: string
  readonly artifactKind: string
  readonly ref?: RemoteRef
  readonly status: PushStatus
  readonly changes: readonly FieldChange[]
  /** Why, in a sentence, where it is not plain. */
  readonly reason?: string
  readonly code?: ErrorCode
}
