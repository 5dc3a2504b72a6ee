// Artifacts as a set with ids: of one kind, each id once, in an order that does not depend on how they came.
import type { Artifact, ArtifactKind } from './artifact.ts'
import { compareIds } from './id-order.ts'

/** `Object.fromEntries` defines each key as its own, so that an id such as `__proto__` stays a key. */
export const recordOf = <T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> => Object.fromEntries(entries)

const isKind = <K extends ArtifactKind>(artifact: Artifact, kind: K): artifact is Artifact & Artifact<K> => artifact.kind === kind

/** In the order of their files. */
export const byFile = (artifacts: readonly Artifact[]): readonly Artifact[] => [...artifacts].sort((a, b) => compareIds(a.file, b.file))

/** Artifacts of a kind in the order of their ids; of a repeated id the first by file. */
export function ofKind<K extends ArtifactKind>(artifacts: readonly Artifact[], kind: K): readonly Artifact<K>[] {
  const first = new Map<string, Artifact<K>>()
  for (const artifact of byFile(artifacts.filter((one) => one.kind === kind)))
    if (isKind(artifact, kind) && !first.has(artifact.id)) first.set(artifact.id, artifact as Artifact<K>)
  return [...first.values()].sort((a, b) => compareIds(a.id, b.id))
}
