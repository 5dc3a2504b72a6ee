// A wiki as a repository that is here for as long as it is worked on: its pages as texts, one commit on top of them, and the push
// of it. Nothing is rewritten: a push goes forward only.
import * as fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpClient } from 'isomorphic-git'

type Git = typeof import('isomorphic-git')

export interface WikiCommit {
  /** Whole texts, by file. */
  readonly writes: ReadonlyMap<string, string>
  readonly message: string
  readonly author: { readonly name: string; readonly email: string }
  readonly at: Date
}

export interface WikiClone {
  readonly head: string
  /** Files that are texts, by path. */
  readonly files: ReadonlyMap<string, string>
  /** Commits and pushes; answers the commit, or undefined where the branch had moved meanwhile. Throws what the transport throws. */
  push(commit: WikiCommit): Promise<string | undefined>
}

interface Opened {
  readonly git: Git
  readonly http: HttpClient
  readonly url: string
  readonly branch: string
  readonly head: string
  readonly options: { readonly fs: typeof fs; readonly gitdir: string; readonly cache: object }
}

const TEXT = /\.(?:md|markdown|mediawiki|rst|asciidoc|adoc|textile|org|creole|pod|rdoc)$/i
/** Our branch in the clone; the remote's own name is not ours to choose. */
const OWN_BRANCH = 'katalyst'

async function readFiles({ git, options, head }: Opened): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const { commit } = await git.readCommit({ ...options, oid: head })
  const walk = async (oid: string, prefix: string): Promise<void> => {
    for (const entry of (await git.readTree({ ...options, oid })).tree) {
      if (entry.type === 'tree') await walk(entry.oid, `${prefix}${entry.path}/`)
      // Names of other files count too: they take the name of a page.
      else if (entry.type === 'blob')
        files.set(
          prefix + entry.path,
          TEXT.test(entry.path) ? Buffer.from((await git.readBlob({ ...options, oid: entry.oid })).blob).toString('utf8') : '',
        )
    }
  }
  await walk(commit.tree, '')
  return files
}

/** A tree with texts put into it; what else is in it stays. */
async function writeTree(
  { git, options }: Pick<Opened, 'git' | 'options'>,
  tree: string | undefined,
  writes: ReadonlyMap<string, string>,
): Promise<string> {
  const entries = new Map((tree ? (await git.readTree({ ...options, oid: tree })).tree : []).map((entry) => [entry.path, entry]))
  const folders = new Map<string, Map<string, string>>()
  for (const [path, text] of writes) {
    const [name = '', ...rest] = path.split('/')
    if (rest.length > 0) {
      folders.set(name, new Map([...(folders.get(name) ?? []), [rest.join('/'), text]]))
      continue
    }
    const oid = await git.writeBlob({ ...options, blob: Buffer.from(text, 'utf8') })
    entries.set(name, { path: name, mode: entries.get(name)?.mode ?? '100644', oid, type: 'blob' })
  }
  for (const [name, inside] of folders) {
    const known = entries.get(name)
    const below = known?.type === 'tree' ? known.oid : undefined
    entries.set(name, { path: name, mode: '040000', oid: await writeTree({ git, options }, below, inside), type: 'tree' })
  }
  return git.writeTree({ ...options, tree: [...entries.values()] })
}

/** Codes by which the library says that the branch is not where it was. */
const isMoved = (error: unknown): boolean =>
  error instanceof Error && ['PushRejectedError', 'GitPushError'].includes(String((error as { code?: unknown }).code))

async function pushCommit(opened: Opened, { writes, message, author, at }: WikiCommit): Promise<string | undefined> {
  const { git, http, url, branch, head, options } = opened
  const { commit } = await git.readCommit({ ...options, oid: head })
  const tree = await writeTree(opened, commit.tree, writes)
  const signature = { ...author, timestamp: Math.floor(at.getTime() / 1000), timezoneOffset: 0 }
  const ref = `refs/heads/${OWN_BRANCH}`
  const made = await git.commit({ ...options, message, tree, parent: [head], author: signature, committer: signature, ref })
  try {
    await git.push({ ...options, http, url, ref, remoteRef: `refs/heads/${branch}`, force: false })
    return made
  } catch (error) {
    if (isMoved(error)) return undefined
    throw error
  }
}

/** Clones a wiki for `work` and removes the clone whatever happens. Throws what the transport throws. */
export async function withWikiClone<T>(
  http: HttpClient,
  url: string,
  { oid, branch }: { readonly oid: string; readonly branch: string },
  work: (clone: WikiClone) => Promise<T>,
): Promise<T> {
  const git = await import('isomorphic-git')
  const gitdir = await mkdtemp(join(tmpdir(), 'katalyst-wiki-'))
  try {
    const options = { fs, gitdir, cache: {} }
    await git.init({ fs, gitdir, bare: true })
    await git.addRemote({ ...options, remote: 'origin', url })
    const { fetchHead } = await git.fetch({ ...options, http, ref: branch, singleBranch: true, tags: false })
    const opened: Opened = { git, http, url, branch, head: fetchHead ?? oid, options }
    const files = await readFiles(opened)
    return await work({ head: opened.head, files, push: (commit) => pushCommit(opened, commit) })
  } finally {
    await rm(gitdir, { recursive: true, force: true })
  }
}
