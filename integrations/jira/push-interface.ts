// Stands in for engine/push.ts until it is there.
export interface RemoteRef {
  readonly id: string
  readonly key?: string
  readonly url?: string
  readonly version?: string
}
export interface PushItem<D> {
  readonly artifactId: string
  readonly artifactKind: string
  readonly scope: string
  readonly desired: D
  readonly hash: string
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
export interface PushTarget<D, R> {
  readonly remoteKind: string
  find(marker: string, candidates: readonly string[]): Promise<Found>
  read(ref: RemoteRef): Promise<{ ref: RemoteRef; remote: R } | undefined>
  create(item: PushItem<D>): Promise<RemoteRef>
  plan(item: PushItem<D>, remote: R): PushPlan
  apply(item: PushItem<D>, ref: RemoteRef, remote: R): Promise<RemoteRef>
}
