// What follows from the objects: ancestry, merge bases, the files between two trees, and a merge of two sides.
import { EMPTY_TREE, type ObjectStore, type TreeFile } from './git-objects.ts'

export interface FileChange {
  readonly path: string
  readonly status: 'added' | 'removed' | 'modified' | 'renamed'
  readonly previousPath?: string
  /** The blob after the change, or before it for a removed file. */
  readonly sha: string
  readonly additions: number
  readonly deletions: number
  /** Absent for binary files. */
  readonly patch?: string
}

/** A commit and everything it descends from, newest first where dates tell, each once. */
export function ancestors(store: ObjectStore, sha: string, stopAt: ReadonlySet<string> = new Set()): string[] {
  const seen = new Set<string>()
  const open = [sha]
  while (open.length > 0) {
    const at = open.shift() as string
    const commit = store.commit(at)
    if (!commit || seen.has(at) || stopAt.has(at)) continue
    seen.add(at)
    open.push(...commit.parents)
  }
  // Breadth first is already children before parents for one line of history; the sort is stable, so it stays so.
  return [...seen].sort((a, b) => (store.commit(b)?.committer.date.getTime() ?? 0) - (store.commit(a)?.committer.date.getTime() ?? 0))
}

/** The commits of `head` that `base` does not have, newest first. */
export function commitsBetween(store: ObjectStore, base: string | undefined, head: string): string[] {
  return ancestors(store, head, new Set(base ? ancestors(store, base) : []))
}

/** The commit where two lines parted, or `undefined` for unrelated histories. */
export function mergeBase(store: ObjectStore, one: string, other: string): string | undefined {
  const known = new Set(ancestors(store, one))
  const common = ancestors(store, other).filter((sha) => known.has(sha))
  // The best one is no ancestor of another common one: with the newest first, that is the first that nobody else reaches.
  return common.find((sha) => !common.some((peer) => peer !== sha && ancestors(store, peer).includes(sha)))
}

export const isAncestor = (store: ObjectStore, old: string, young: string): boolean => ancestors(store, young).includes(old)

/** What changed from one tree to another, by path. A file that moved unchanged is one rename, as GitHub lists it. */
export function changesBetween(store: ObjectStore, from: string | undefined, to: string): FileChange[] {
  const [before, after] = [store.files(from ?? EMPTY_TREE), store.files(to)]
  const removed = [...before].filter(([path]) => !after.has(path))
  const changes: FileChange[] = []
  for (const [path, file] of after) {
    const old = before.get(path)
    if (old && old.sha === file.sha && old.mode === file.mode) continue
    const moved = old ? -1 : removed.findIndex(([, gone]) => gone.sha === file.sha)
    const [source] = moved < 0 ? [] : removed.splice(moved, 1)
    if (source) changes.push({ path, status: 'renamed', previousPath: source[0], sha: file.sha, additions: 0, deletions: 0 })
    else changes.push({ path, status: old ? 'modified' : 'added', sha: file.sha, ...lineChanges(store, old?.sha, file.sha) })
  }
  for (const [path, file] of removed) changes.push({ path, status: 'removed', sha: file.sha, ...lineChanges(store, file.sha, undefined) })
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The tree of both sides' changes, or `conflict` where both changed a path differently. Whole files only: lines are not merged. */
export function mergeTrees(
  store: ObjectStore,
  base: string | undefined,
  ours: string,
  theirs: string,
): { readonly tree: string } | 'conflict' {
  const [origin, left, right] = [store.files(base ?? EMPTY_TREE), store.files(ours), store.files(theirs)]
  const same = (a: TreeFile | undefined, b: TreeFile | undefined) => a?.sha === b?.sha && a?.mode === b?.mode
  const merged = new Map<string, TreeFile>()
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [was, our, their] = [origin.get(path), left.get(path), right.get(path)]
    if (!same(our, was) && !same(their, was) && !same(our, their)) return 'conflict'
    const result = same(our, was) ? their : our
    if (result) merged.set(path, result)
  }
  return { tree: store.writeFiles(merged) }
}

/** Applies texts (`null` deletes) to a tree and names the new one. */
export function applyFiles(store: ObjectStore, tree: string, files: Readonly<Record<string, string | Buffer | null>>): string {
  const all = store.files(tree)
  for (const [path, content] of Object.entries(files)) {
    if (content === null) all.delete(path)
    else all.set(path, { mode: all.get(path)?.mode ?? '100644', sha: store.writeBlob(content) })
  }
  return store.writeFiles(all)
}

/** One hunk around everything that differs: longer than git's own, and just as true. */
function lineChanges(
  store: ObjectStore,
  from: string | undefined,
  to: string | undefined,
): Pick<FileChange, 'additions' | 'deletions' | 'patch'> {
  const [before, after] = [from, to].map((sha) => (sha && store.blob(sha)?.data) || Buffer.alloc(0)) as [Buffer, Buffer]
  if (before.includes(0) || after.includes(0)) return { additions: 0, deletions: 0 }
  const split = (data: Buffer) => (data.length === 0 ? [] : data.toString('utf8').replace(/\n$/, '').split('\n'))
  const [old, young] = [split(before), split(after)]
  let start = 0
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1
  let end = 0
  while (end < old.length - start && end < young.length - start && old[old.length - 1 - end] === young[young.length - 1 - end]) end += 1
  const [gone, come] = [old.slice(start, old.length - end), young.slice(start, young.length - end)]
  const lead = old.slice(Math.max(0, start - 3), start)
  const tail = old.slice(old.length - end, old.length - end + 3)
  const range = (count: number) => `${count === 0 ? 0 : start - lead.length + 1},${count}`
  const sizes = [lead.length + gone.length + tail.length, lead.length + come.length + tail.length] as const
  const lines = [
    ...lead.map((line) => ` ${line}`),
    ...gone.map((line) => `-${line}`),
    ...come.map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ]
  return { additions: come.length, deletions: gone.length, patch: [`@@ -${range(sizes[0])} +${range(sizes[1])} @@`, ...lines].join('\n') }
}
