// A change of files as a pull request on a branch of ours, through the Git data API: a commit on the tip of the base branch,
// a branch that points at it, a pull request for the branch. Brought up to date in place: while nobody else works on the branch
// it is one commit on the newest base; a commit of somebody else's is kept, and ours comes on top of it.
import { z } from 'zod'
import { toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import { type RepositoryName, readBranchHead, readFolder } from './git-tree.ts'

export interface ProposedFile {
  /** Inside the repository. */
  readonly path: string
  /** Git's id of the file that the change was made on; undefined for a file that is new. */
  readonly madeOn: string | undefined
  /** Undefined takes the file away. */
  readonly content: string | undefined
}

export interface WantedProposal {
  readonly branch: string
  readonly baseBranch: string
  /** Inside the repository. */
  readonly path: string
  /** Git's id of the file that the change was made on; undefined for a file that is new. */
  readonly madeOn: string | undefined
  readonly content: string | undefined
  /** Further files of the same change. */
  readonly also?: readonly ProposedFile[]
  readonly message: string
  readonly title: string
  readonly body: string
  /** The last commit of ours on the branch, where that is known. */
  readonly ownHead?: string | undefined
}

export interface OpenProposal {
  readonly number: number
  readonly url: string
  readonly headSha: string
}

export type Proposed =
  | ({ readonly kind: 'open' } & OpenProposal)
  /** The base branch says so already. */
  | { readonly kind: 'moot' }
  /** The file is another one by now than the change was made on. */
  | { readonly kind: 'stale' }

const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
const PullAnswer = z.object({
  number: z.number().int(),
  html_url: z.string(),
  state: z.string(),
  merged_at: z.string().nullish(),
  head: z.object({ sha: Sha }),
})
const CommitAnswer = z.object({ sha: Sha, tree: z.object({ sha: Sha }) })
const ShaAnswer = z.object({ sha: Sha })
const anything = z.unknown()

type Send = <T>(route: string, operation: string, answer: z.ZodType<T>, parameters: Readonly<Record<string, unknown>>) => Promise<T>

const sendTo =
  (context: GitHubContext, repository: RepositoryName): Send =>
  async (route, operation, answer, parameters) =>
    (await context.client.request({ route, parameters: { ...repository, ...parameters }, meta: { operation }, answer })).data

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return undefined
    throw failure
  }
}

const toOpen = (pull: z.output<typeof PullAnswer>): OpenProposal => ({ number: pull.number, url: pull.html_url, headSha: pull.head.sha })

/** The open pull request of a branch of ours; undefined when there is none. */
export async function findProposal(context: GitHubContext, repository: RepositoryName, branch: string): Promise<OpenProposal | undefined> {
  const parameters = { state: 'open', head: `${repository.owner}:${branch}`, per_page: 1 }
  const [pull] = await sendTo(context, repository)('GET /repos/{owner}/{repo}/pulls', 'github.pull.list', z.array(PullAnswer), parameters)
  return pull && toOpen(pull)
}

/** What became of a pull request; `closed` when a person closed it without merging, or it is gone. */
export async function readProposal(
  context: GitHubContext,
  repository: RepositoryName,
  number: number,
): Promise<'open' | 'merged' | 'closed'> {
  const send = sendTo(context, repository)
  const pull = await orMissing(
    send('GET /repos/{owner}/{repo}/pulls/{pull_number}', 'github.pull.read', PullAnswer, { pull_number: number }),
  )
  if (pull?.state === 'open') return 'open'
  return pull?.merged_at ? 'merged' : 'closed'
}

/** Git's id of a file at a commit. */
async function readFileSha(send: Send, path: string, ref: string): Promise<string | undefined> {
  return (await orMissing(send('GET /repos/{owner}/{repo}/contents/{+path}', 'github.contents.read', ShaAnswer, { path, ref })))?.sha
}

const readCommit = (send: Send, sha: string) =>
  send('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', 'github.git.commit', CommitAnswer, { commit_sha: sha })

/** The commit that the branch is to point at; the parent itself where that has the content already. */
async function commitOn(send: Send, parent: string, wanted: WantedProposal): Promise<string> {
  const { message } = wanted
  const { tree } = await readCommit(send, parent)
  const entries = filesOf(wanted).map(({ path, content }) => ({
    ...{ path, mode: '100644', type: 'blob' },
    ...(content === undefined ? { sha: null } : { content }),
  }))
  const made = await send('POST /repos/{owner}/{repo}/git/trees', 'github.git.tree.create', ShaAnswer, {
    base_tree: tree.sha,
    tree: entries,
  })
  if (made.sha === tree.sha) return parent
  const commit = { message, tree: made.sha, parents: [parent] }
  return (await send('POST /repos/{owner}/{repo}/git/commits', 'github.git.commit.create', ShaAnswer, commit)).sha
}

async function pointBranch(send: Send, branch: string, before: string | undefined, sha: string): Promise<void> {
  if (before === sha) return
  if (before === undefined) {
    await send('POST /repos/{owner}/{repo}/git/refs', 'github.git.ref.create', anything, { ref: `refs/heads/${branch}`, sha })
    return
  }
  const parameters = { ref: `heads/${branch}`, sha, force: true }
  await send('PATCH /repos/{owner}/{repo}/git/refs/{+ref}', 'github.git.ref.update', anything, parameters)
}

const filesOf = ({ path, madeOn, content, also = [] }: WantedProposal): readonly ProposedFile[] => [{ path, madeOn, content }, ...also]

/** Whether a file is another one by now than the change was made on: one file is asked for, of many the whole listing. */
async function isStale(context: GitHubContext, repository: RepositoryName, baseSha: string, wanted: WantedProposal): Promise<boolean> {
  const send = sendTo(context, repository)
  if (wanted.also === undefined || wanted.also.length === 0) return (await readFileSha(send, wanted.path, baseSha)) !== wanted.madeOn
  const { files } = await readFolder(context, repository, baseSha, '')
  const there = new Map(files.map(({ path, sha }) => [path, sha]))
  return filesOf(wanted).some(({ path, madeOn }) => there.get(path) !== madeOn)
}

/**
 * Opens the pull request, or brings the open one up to date. Repeatable: after a stop half way the next call goes on from what
 * is there. Throws `provider-forbidden` where the App may not write contents or pull requests.
 */
export async function putProposal(context: GitHubContext, repository: RepositoryName, wanted: WantedProposal): Promise<Proposed> {
  const send = sendTo(context, repository)
  const baseSha = await readBranchHead(context, repository, wanted.baseBranch)
  if (await isStale(context, repository, baseSha, wanted)) return { kind: 'stale' }
  const branchHead = await orMissing(readBranchHead(context, repository, wanted.branch))
  const open = await findProposal(context, repository, wanted.branch)
  // A branch nobody looks at is made anew; one under review that somebody else has pushed to is theirs too.
  const isShared = open !== undefined && branchHead !== undefined && branchHead !== wanted.ownHead
  const headSha = await commitOn(send, isShared ? branchHead : baseSha, wanted)
  if (headSha === baseSha) return { kind: 'moot' }
  await pointBranch(send, wanted.branch, branchHead, headSha)
  const { title, body } = wanted
  if (open) {
    const parameters = { pull_number: open.number, title, body }
    await send('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', 'github.pull.update', anything, parameters)
    return { kind: 'open', ...open, headSha }
  }
  const parameters = { title, body, head: wanted.branch, base: wanted.baseBranch }
  const made = await send('POST /repos/{owner}/{repo}/pulls', 'github.pull.create', PullAnswer, parameters)
  return { kind: 'open', ...toOpen(made), headSha }
}

/** Closes the pull request and takes the branch away, unless somebody else has worked on it. */
export async function closeProposal(
  context: GitHubContext,
  repository: RepositoryName,
  proposal: { readonly number: number; readonly branch: string; readonly ownHead?: string | undefined },
): Promise<void> {
  const send = sendTo(context, repository)
  const { number, branch, ownHead } = proposal
  const parameters = { pull_number: number, state: 'closed' }
  await send('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', 'github.pull.close', anything, parameters)
  const head = await orMissing(readBranchHead(context, repository, branch))
  if (head !== undefined && head === ownHead)
    await send('DELETE /repos/{owner}/{repo}/git/refs/{+ref}', 'github.git.ref.delete', anything, { ref: `heads/${branch}` })
}
