// The history of a wiki's pages, out of a clone that lives for as long as it is read. Contents are not looked at: which pages a
// commit touched is told by the names of git's objects.

import * as fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpClient, ReadCommitResult } from 'isomorphic-git'
import type { WikiPageFact } from '../../foe/facts/knowledge-fact.ts'

type Git = typeof import('isomorphic-git')

/** Formats GitHub shows as pages (github/markup); `_Sidebar` and its like are furniture. */
const PAGE = /\.(?:md|markdown|mdown|mkdn?|mkd|mediawiki|wiki|rst(?:\.txt)?|asciidoc|adoc|asc|textile|org|creole|pod|rdoc)$/i
const FURNITURE = /(?:^|\/)_(?:Sidebar|Footer|Header)\./i

export const isPage = (path: string): boolean => PAGE.test(path) && !FURNITURE.test(path)

/** Commits that are looked at, newest first. A wiki of more is a program's diary. */
const MOST_COMMITS = 20_000

interface Clone {
  readonly git: Git
  readonly options: { readonly fs: typeof fs; readonly gitdir: string; readonly cache: object }
}

/**
 * Paths of files by which a tree differs from each of the others: what is as in one of them was brought by that one. Without others
 * every file differs. Subtrees that are equal are not opened.
 */
async function changedPaths(clone: Clone, tree: string, others: readonly string[], prefix = ''): Promise<string[]> {
  if (others.includes(tree)) return []
  const read = async (oid: string) => {
    const { tree: entries } = await clone.git.readTree({ ...clone.options, oid })
    return new Map(entries.map((entry) => [entry.path, entry]))
  }
  const [mine, theirs] = await Promise.all([read(tree), Promise.all(others.map(read))])
  const changed: string[] = []
  for (const name of new Set([mine, ...theirs].flatMap((entries) => [...entries.keys()]))) {
    const here = mine.get(name)
    const there = theirs.map((entries) => entries.get(name))
    if (there.some((entry) => entry?.oid === here?.oid)) continue
    const path = prefix + name
    if ([here, ...there].some((entry) => entry?.type === 'blob')) changed.push(path)
    const folders = there.flatMap((entry) => (entry?.type === 'tree' ? [entry.oid] : []))
    const [opened, beside] = here?.type === 'tree' ? [here.oid, folders] : [folders[0], []]
    if (opened !== undefined) changed.push(...(await changedPaths(clone, opened, beside, `${path}/`)))
  }
  return changed
}

async function pagesAt(clone: Clone, { commit }: ReadCommitResult): Promise<ReadonlySet<string>> {
  return new Set((await changedPaths(clone, commit.tree, [])).filter(isPage))
}

/** Every page there ever was, from the commits of a branch, newest first. */
async function readPages(clone: Clone, commits: readonly ReadCommitResult[]): Promise<WikiPageFact[]> {
  const trees = new Map(commits.map(({ oid, commit }) => [oid, commit.tree]))
  const changes = new Map<string, Date[]>()
  for (const { commit } of commits) {
    const at = new Date(commit.committer.timestamp * 1000)
    const parents = commit.parent.flatMap((oid) => trees.get(oid) ?? [])
    // Beyond the bound nothing is known of the parents: not everything is new.
    if (parents.length < commit.parent.length) continue
    for (const path of await changedPaths(clone, commit.tree, parents))
      if (isPage(path)) changes.set(path, [...(changes.get(path) ?? []), at])
  }
  const [head] = commits
  const present = head ? await pagesAt(clone, head) : new Set<string>()
  return [...changes].map(([path, instants]) => {
    const changedAt = [...instants].sort((left, right) => left.getTime() - right.getTime())
    return { path, changedAt, deletedAt: present.has(path) ? null : (changedAt.at(-1) ?? null) }
  })
}

/** The commit a remote's default branch is at; undefined for a repository without commits. Throws what the transport throws. */
export async function readRemoteHead(
  http: HttpClient,
  url: string,
): Promise<{ readonly oid: string; readonly branch: string } | undefined> {
  const git = await import('isomorphic-git')
  const refs = await git.listServerRefs({ http, url, prefix: 'HEAD', symrefs: true, protocolVersion: 1 })
  const head = refs.find(({ ref }) => ref === 'HEAD')
  return head && { oid: head.oid, branch: (head.target ?? 'refs/heads/master').replace(/^refs\/heads\//, '') }
}

/** Pages with all their changes, out of a clone that is removed whatever happens. Throws what the transport throws. */
export async function readWikiPages(http: HttpClient, url: string, branch: string): Promise<WikiPageFact[]> {
  const git = await import('isomorphic-git')
  const gitdir = await mkdtemp(join(tmpdir(), 'katalyst-wiki-'))
  try {
    const clone: Clone = { git, options: { fs, gitdir, cache: {} } }
    await git.init({ fs, gitdir, bare: true })
    await git.addRemote({ ...clone.options, remote: 'origin', url })
    const { fetchHead } = await git.fetch({ ...clone.options, http, ref: branch, singleBranch: true, tags: false })
    if (fetchHead === null) return []
    return await readPages(clone, await git.log({ ...clone.options, ref: fetchHead, depth: MOST_COMMITS }))
  } finally {
    await rm(gitdir, { recursive: true, force: true })
  }
}
