// Git's object model as git has it: objects are named by the SHA-1 of their canonical bytes, so that equal trees are equal
// everywhere, unchanged files keep their name, and a client may compute the names itself.
import { createHash } from 'node:crypto'

export interface TreeEntry {
  readonly mode: '100644' | '100755' | '040000' | '120000' | '160000'
  readonly name: string
  readonly sha: string
}

export interface Signature {
  readonly name: string
  readonly email: string
  readonly date: Date
}

export interface Commit {
  readonly type: 'commit'
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
}

export interface Tree {
  readonly type: 'tree'
  readonly entries: readonly TreeEntry[]
}

export interface Blob {
  readonly type: 'blob'
  readonly data: Buffer
}

export type GitObject = Blob | Tree | Commit

/** A file in a flattened tree: its whole path is the key beside it. */
export interface TreeFile {
  readonly mode: TreeEntry['mode']
  readonly sha: string
}

export interface ObjectStore {
  writeBlob(data: Buffer | string): string
  writeTree(entries: readonly TreeEntry[]): string
  writeCommit(commit: Omit<Commit, 'type'>): string
  /** A tree, with its subtrees, of whole paths. */
  writeFiles(files: ReadonlyMap<string, TreeFile>): string
  has(sha: string): boolean
  blob(sha: string): Blob | undefined
  tree(sha: string): Tree | undefined
  commit(sha: string): Commit | undefined
  /** Every file below a tree by whole path, in git's order. */
  files(treeSha: string): Map<string, TreeFile>
}

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** An empty object database. The repositories of one fork network share one. */
export function makeObjectStore(): ObjectStore {
  const objects = new Map<string, GitObject>()
  const write = (object: GitObject) => {
    const bytes = encodeObject(object)
    const sha = createHash('sha1').update(`${object.type} ${bytes.length}\0`).update(bytes).digest('hex')
    if (!objects.has(sha)) objects.set(sha, Object.freeze(object))
    return sha
  }
  const read = <T extends GitObject['type']>(type: T, sha: string) => {
    const found = objects.get(sha)
    return found?.type === type ? (found as Extract<GitObject, { type: T }>) : undefined
  }
  write({ type: 'tree', entries: [] })

  const store: ObjectStore = {
    writeBlob: (data) => write({ type: 'blob', data: Buffer.from(data) }),
    writeTree: (entries) => write({ type: 'tree', entries: [...entries].sort(inTreeOrder) }),
    writeCommit: (commit) => write({ type: 'commit', ...commit }),
    writeFiles: (files) =>
      writeNested(
        store,
        [...files].map(([path, file]) => ({ parts: path.split('/'), file })),
      ),
    has: (sha) => objects.has(sha),
    blob: (sha) => read('blob', sha),
    tree: (sha) => read('tree', sha),
    commit: (sha) => read('commit', sha),
    files(treeSha) {
      const found = new Map<string, TreeFile>()
      const walk = (sha: string, prefix: string) => {
        for (const entry of store.tree(sha)?.entries ?? []) {
          if (entry.mode === '040000') walk(entry.sha, `${prefix}${entry.name}/`)
          else found.set(prefix + entry.name, { mode: entry.mode, sha: entry.sha })
        }
      }
      walk(treeSha, '')
      return found
    },
  }
  return Object.freeze(store)
}

interface NestedFile {
  readonly parts: readonly string[]
  readonly file: TreeFile
}

function writeNested(store: ObjectStore, files: readonly NestedFile[]): string {
  const entries: TreeEntry[] = []
  const folders = new Map<string, NestedFile[]>()
  for (const { parts, file } of files) {
    const [name = '', ...rest] = parts
    if (rest.length === 0) entries.push({ name, ...file })
    else folders.set(name, [...(folders.get(name) ?? []), { parts: rest, file }])
  }
  for (const [name, inside] of folders) entries.push({ mode: '040000', name, sha: writeNested(store, inside) })
  return store.writeTree(entries)
}

/** The canonical bytes, which name the object and travel in packs. */
export function encodeObject(object: GitObject): Buffer {
  if (object.type === 'blob') return object.data
  if (object.type === 'tree') {
    // Git writes folder modes without the leading zero.
    return Buffer.concat(
      object.entries.flatMap((entry) => [Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`), Buffer.from(entry.sha, 'hex')]),
    )
  }
  const person = (signature: Signature) => `${signature.name} <${signature.email}> ${Math.floor(signature.date.getTime() / 1000)} +0000`
  const lines = [
    `tree ${object.tree}`,
    ...object.parents.map((parent) => `parent ${parent}`),
    `author ${person(object.author)}`,
    `committer ${person(object.committer)}`,
  ]
  return Buffer.from(`${lines.join('\n')}\n\n${object.message}`)
}

/** Bytewise, a folder as if its name ended in a slash. */
function inTreeOrder(a: TreeEntry, b: TreeEntry): number {
  const key = (entry: TreeEntry) => Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name)
  return Buffer.compare(key(a), key(b))
}
