// Commits, references, trees and file changes as GitHub writes them.

import { changesBetween, type FileChange } from './git-history.ts'
import type { Commit, Signature } from './git-objects.ts'
import { toUserOrNull } from './payload-repository.ts'
import { notFound } from './refusal.ts'
import { fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export const repositoryUrl = (world: World, repository: Repository): string => `${world.apiUrl}/repos/${fullName(repository)}`
const htmlUrl = (world: World, repository: Repository): string => `${world.htmlUrl}/${fullName(repository)}`

export function getCommit(repository: Repository, sha: string) {
  const commit = repository.objects.commit(sha)
  if (!commit) throw notFound()
  return commit
}

const toSignature = (signature: Signature) => ({ name: signature.name, email: signature.email, date: instant(signature.date) })
const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null } as const

/** A person whose login is the author's name, when there is one. */
function accountOf(world: World, signature: Signature): Json | null {
  const account = world.accounts.get(signature.name.toLowerCase())
  return account ? toUserOrNull(world, account) : null
}

/** A commit of the repository's commits API; with its files where the answer has them. */
export function toCommit(world: World, repository: Repository, sha: string, files?: readonly FileChange[]): Json {
  return writeCommit(world, repository, sha, getCommit(repository, sha), files)
}

/** The same for a commit that no store holds. */
export function writeCommit(world: World, repository: Repository, sha: string, commit: Commit, files?: readonly FileChange[]): Json {
  const url = repositoryUrl(world, repository)
  const additions = files?.reduce((sum, file) => sum + file.additions, 0) ?? 0
  const deletions = files?.reduce((sum, file) => sum + file.deletions, 0) ?? 0
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: `${url}/commits/${sha}`,
    html_url: `${htmlUrl(world, repository)}/commit/${sha}`,
    comments_url: `${url}/commits/${sha}/comments`,
    commit: {
      url: `${url}/git/commits/${sha}`,
      author: toSignature(commit.author),
      committer: toSignature(commit.committer),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: UNSIGNED,
    },
    author: accountOf(world, commit.author),
    committer: accountOf(world, commit.committer),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${htmlUrl(world, repository)}/commit/${parent}`,
    })),
    ...(files
      ? { stats: { additions, deletions, total: additions + deletions }, files: files.map((file) => toFile(world, repository, sha, file)) }
      : {}),
  }
}

/** A commit of the git data API. */
export function toGitCommit(world: World, repository: Repository, sha: string): Json {
  const commit = getCommit(repository, sha)
  const url = repositoryUrl(world, repository)
  const html = htmlUrl(world, repository)
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: `${url}/git/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    author: toSignature(commit.author),
    committer: toSignature(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({ sha: parent, url: `${url}/git/commits/${parent}`, html_url: `${html}/commit/${parent}` })),
    verification: UNSIGNED,
  }
}

/** What a commit changed against its first parent. */
export function changesOf(repository: Repository, sha: string): FileChange[] {
  const commit = getCommit(repository, sha)
  const [parent] = commit.parents
  return changesBetween(repository.objects, parent && getCommit(repository, parent).tree, commit.tree)
}

export function toFile(world: World, repository: Repository, ref: string, file: FileChange): Json {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    ...(file.previousPath ? { previous_filename: file.previousPath } : {}),
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(world, repository)}/blob/${ref}/${path}`,
    raw_url: `${htmlUrl(world, repository)}/raw/${ref}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${ref}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
  }
}

export function toRef(world: World, repository: Repository, ref: string): Json {
  const sha = repository.refs.get(ref)
  if (!sha) throw notFound()
  const url = repositoryUrl(world, repository)
  return { ref, node_id: nodeId('Ref', ref), url: `${url}/git/${ref}`, object: { type: 'commit', sha, url: `${url}/git/commits/${sha}` } }
}

/** A commit as `push` carries it: with the names of the files it touched. */
export function toPushCommit(world: World, repository: Repository, sha: string): Json {
  const commit = getCommit(repository, sha)
  const changes = changesOf(repository, sha)
  const person = (signature: Signature) => ({
    name: signature.name,
    email: signature.email,
    username: signature.name,
    date: instant(signature.date),
  })
  const paths = (status: FileChange['status']) => changes.filter((file) => file.status === status).map((file) => file.path)
  const renamed = changes.filter((file) => file.status === 'renamed')
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: instant(commit.committer.date),
    url: `${htmlUrl(world, repository)}/commit/${sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [...paths('added'), ...renamed.map((file) => file.path)],
    removed: [...paths('removed'), ...renamed.map((file) => file.previousPath)],
    modified: paths('modified'),
  }
}
