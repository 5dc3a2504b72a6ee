// A folder of a repository at a commit, through the Git data API. The walk goes down to the folder first, so a large repository
// costs no more than a small one, and the folder's tree id answers "has anything here changed" before any file is looked at.
// Two such listings give the changes between two commits completely: the list of a pull request's files ends at 3,000.
import { z } from 'zod'
import { AppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'

/** Where a repository is; names, because that is what GitHub's paths take. Keep the numeric id beside it. */
export interface RepositoryName {
  readonly owner: string
  readonly repo: string
}

/** A regular file. Symbolic links and submodules are left out: what they point at is not in this repository. */
export interface TreeFile {
  /** Inside the listed folder, with forward slashes. */
  readonly path: string
  /** Git's id of the content: equal ids are equal bytes. */
  readonly sha: string
  readonly sizeBytes: number
}

export interface Folder {
  /** Git's id of the folder, `undefined` when it does not exist at this commit. */
  readonly treeSha: string | undefined
  readonly files: readonly TreeFile[]
}

export interface FileChange {
  readonly file: string
  readonly status: 'added' | 'modified' | 'removed' | 'renamed'
  readonly previousFile?: string
}

const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
const TreeAnswer = z.object({
  sha: Sha,
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: Sha, size: z.number().optional() })),
})
const CommitAnswer = z.object({ tree: z.object({ sha: Sha }), committer: z.object({ date: z.iso.datetime({ offset: true }) }) })
const RefAnswer = z.object({ object: z.object({ sha: Sha }) })
const CompareAnswer = z.object({ merge_base_commit: z.object({ sha: Sha }) })

const REGULAR_FILE = /^100/

async function readTree(context: GitHubContext, repository: RepositoryName, treeSha: string, recursive: boolean) {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    // Any value of `recursive` means yes, "0" and "false" too.
    parameters: { ...repository, tree_sha: treeSha, ...(recursive ? { recursive: '1' } : {}) },
    meta: { operation: 'github.git.tree' },
    answer: TreeAnswer,
  })
  return data
}

/** Throws `provider-not-found` for a commit that the repository does not have. */
async function readCommit(context: GitHubContext, repository: RepositoryName, commitSha: string) {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    parameters: { ...repository, commit_sha: commitSha },
    meta: { operation: 'github.git.commit' },
    answer: CommitAnswer,
  })
  return { rootSha: data.tree.sha, committedAt: new Date(data.committer.date) }
}

/** When a commit was made, by its committer's clock. */
export async function readCommitTime(context: GitHubContext, repository: RepositoryName, commitSha: string): Promise<Date> {
  return (await readCommit(context, repository, commitSha)).committedAt
}

/** The commit a branch points at. Throws `provider-not-found` for a branch that is gone. */
export async function readBranchHead(context: GitHubContext, repository: RepositoryName, branch: string): Promise<string> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/git/ref/{+ref}',
    parameters: { ...repository, ref: `heads/${branch}` },
    meta: { operation: 'github.git.ref' },
    answer: RefAnswer,
  })
  return data.object.sha
}

/**
 * The commit where `head` left `base`; both are commit ids or branch names. A change is judged against it and not against the
 * tip of the base branch, or everything merged there meanwhile would count as undone by the author.
 */
export async function readMergeBase(context: GitHubContext, repository: RepositoryName, base: string, head: string): Promise<string> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    // Files, with their patches, come on the first page only: the second carries all that is needed here.
    parameters: { ...repository, basehead: `${base}...${head}`, page: 2, per_page: 1 },
    meta: { operation: 'github.compare' },
    answer: CompareAnswer,
  })
  return data.merge_base_commit.sha
}

/** All files below `folder` (`''` is the whole repository) at a commit. A folder that is not there is empty, not an error. */
export async function readFolder(context: GitHubContext, repository: RepositoryName, commitSha: string, folder: string): Promise<Folder> {
  return listFolder(context, repository, await readFolderSha(context, repository, commitSha, folder))
}

/** All files of a folder that is known by its id, in order of path. */
export async function listFolder(context: GitHubContext, repository: RepositoryName, treeSha: string | undefined): Promise<Folder> {
  if (treeSha === undefined) return { treeSha, files: [] }
  const files = await listFiles(context, repository, treeSha, '')
  return { treeSha, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** The tree id of `folder` at a commit: one small request per path segment. */
export async function readFolderSha(context: GitHubContext, repository: RepositoryName, commitSha: string, folder: string) {
  return findFolder(context, repository, (await readCommit(context, repository, commitSha)).rootSha, folder)
}

async function findFolder(
  context: GitHubContext,
  repository: RepositoryName,
  rootSha: string,
  folder: string,
): Promise<string | undefined> {
  let at: string | undefined = rootSha
  for (const segment of folder.split('/').filter((part) => part !== '' && part !== '.')) {
    const { tree } = await readTree(context, repository, at, false)
    at = tree.find((entry) => entry.path === segment && entry.type === 'tree')?.sha
    if (!at) return undefined
  }
  return at
}

async function listFiles(context: GitHubContext, repository: RepositoryName, treeSha: string, prefix: string): Promise<TreeFile[]> {
  const whole = await readTree(context, repository, treeSha, true)
  // Cut at 100,000 entries or 7 MB: then level by level, each subfolder again in one piece where it fits.
  const answer = whole.truncated ? await readTree(context, repository, treeSha, false) : whole
  if (answer.truncated)
    throw new AppError(
      'provider-rejected',
      `GitHub cannot list the folder ${prefix || '/'} of ${repository.owner}/${repository.repo}: it holds more entries than one answer may have. Set governancePath in .github/katalyst.yml to a smaller folder.`,
    )
  const files: TreeFile[] = []
  for (const entry of answer.tree) {
    const path = `${prefix}${entry.path}`
    if (entry.type === 'blob' && REGULAR_FILE.test(entry.mode)) files.push({ path, sha: entry.sha, sizeBytes: entry.size ?? 0 })
    if (entry.type === 'tree' && whole.truncated) files.push(...(await listFiles(context, repository, entry.sha, `${path}/`)))
  }
  return files
}

/**
 * What changed from one listing to the other, in order of path. A file that went and another that came with the same bytes are
 * one rename; a rename with edits stays a removal and an addition, since only ids are compared.
 */
export function diffFolders(base: readonly TreeFile[], head: readonly TreeFile[]): FileChange[] {
  const before = new Map(base.map((file) => [file.path, file.sha]))
  const after = new Map(head.map((file) => [file.path, file.sha]))
  const gone = new Map<string, string[]>()
  for (const { path, sha } of base) if (!after.has(path)) gone.set(sha, [...(gone.get(sha) ?? []), path])
  const changes: FileChange[] = []
  for (const { path, sha } of head) {
    const previous = before.get(path)
    if (previous === sha) continue
    const previousFile = previous === undefined ? gone.get(sha)?.shift() : undefined
    if (previousFile !== undefined) changes.push({ file: path, status: 'renamed', previousFile })
    else changes.push({ file: path, status: previous === undefined ? 'added' : 'modified' })
  }
  for (const paths of gone.values()) for (const path of paths) changes.push({ file: path, status: 'removed' })
  return changes.sort((a, b) => (a.file < b.file ? -1 : 1))
}
