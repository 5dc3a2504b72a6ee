// Files that we generate on a branch, brought up to date in one commit through the Git data API. What is ours is written down in a
// list beside them, so that files of other people are kept and files that we no longer make are taken away. The reference is
// moved without force: when somebody else was faster, everything is read and decided anew, once.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError, toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import { listFolder, type RepositoryName, readBranchHead, readFolder } from './git-tree.ts'
import { readFileText } from './settings-file.ts'

export interface WantedFiles {
  readonly branch: string
  /** Folder on the branch that the files go into; `''` is its root. */
  readonly folder: string
  /** Texts by their path in the folder. */
  readonly files: ReadonlyMap<string, string>
  /** The same, only for a branch that is new, and kept from then on. */
  readonly firstFiles?: ReadonlyMap<string, string>
  /** Name of the list of what is ours, in the folder. */
  readonly list: string
  readonly message: string
}

export interface FilesPlan {
  /** The branch's newest commit; undefined for a branch that is new. */
  readonly head: string | undefined
  readonly rootTree: string | undefined
  /** Whether the list was there: whether anything was published before. */
  readonly isFirst: boolean
  /** Paths in the folder. */
  readonly written: ReadonlyMap<string, string>
  /** Those of the written that are new on the branch. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Files of other people that stand where ours would go. */
  readonly foreign: readonly string[]
}

export type FilesWritten =
  | { readonly kind: 'unchanged' | 'planned' | 'foreign'; readonly plan: FilesPlan }
  | { readonly kind: 'committed'; readonly plan: FilesPlan; readonly commit: string }

const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
const ShaAnswer = z.object({ sha: Sha })
const CommitAnswer = z.object({ tree: z.object({ sha: Sha }) })
const List = z.object({ files: z.array(z.string()) })

/** Git's id of a text; as long as `like`, because repositories count in SHA-1 or in SHA-256. */
function blobIdOf(text: string, like: string): string {
  const bytes = Buffer.from(text, 'utf8')
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

const placed = (folder: string, file: string): string => (folder === '' ? file : `${folder}/${file}`)

/** What is ours, as the list says it; a list that nobody can read says nothing. */
function parseList(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  try {
    return List.safeParse(JSON.parse(text)).data?.files ?? []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

/** GitHub answers 409 to whoever looks for git data in a repository without any. */
const withoutCommit = ({ owner, repo }: RepositoryName, cause: unknown): AppError =>
  new AppError('refused', `${owner}/${repo} has no commit yet. Make its first commit, then publish again.`, { cause })

async function findHead(context: GitHubContext, repository: RepositoryName, branch: string): Promise<string | undefined> {
  try {
    return await readBranchHead(context, repository, branch)
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return undefined
    throw failure.code === 'provider-conflict' ? withoutCommit(repository, failure) : failure
  }
}

async function readRootTree(context: GitHubContext, repository: RepositoryName, commit: string): Promise<string> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    parameters: { ...repository, commit_sha: commit },
    meta: { operation: 'github.git.commit' },
    answer: CommitAnswer,
  })
  return data.tree.sha
}

const listText = (files: Iterable<string>): string =>
  `${JSON.stringify({ generator: 'Katalyst Integrations', files: [...files].sort() }, null, 2)}\n`

/** What a commit would change; nothing is written. Throws `refused` for a repository without any commit. */
export async function planFiles(context: GitHubContext, repository: RepositoryName, wanted: WantedFiles): Promise<FilesPlan> {
  const { branch, folder, list } = wanted
  const head = await findHead(context, repository, branch)
  const rootTree = head === undefined ? undefined : await readRootTree(context, repository, head)
  const there =
    head === undefined || folder === ''
      ? (await listFolder(context, repository, rootTree)).files
      : (await readFolder(context, repository, head, folder)).files
  const shas = new Map(there.map(({ path, sha }) => [path, sha]))
  const listed =
    head !== undefined && shas.has(list) ? await readFileText(context, repository, { ref: head, path: placed(folder, list) }) : undefined
  const ours = parseList(listed)
  const first = [...(wanted.firstFiles ?? [])].filter(([path]) => head === undefined || ours.includes(path))
  const content = new Map([...first, ...wanted.files])
  const files = new Map([...content, [list, listText(content.keys())]])
  const changed = [...files].filter(([path, text]) => {
    const sha = shas.get(path)
    return sha === undefined || sha !== blobIdOf(text, sha)
  })
  return {
    head,
    rootTree,
    isFirst: listed === undefined,
    written: new Map(changed),
    added: changed.flatMap(([path]) => (shas.has(path) ? [] : [path])),
    removed: ours.filter((path) => shas.has(path) && !files.has(path)),
    foreign: changed.flatMap(([path]) => (shas.has(path) && path !== list && !ours.includes(path) ? [path] : [])),
  }
}

type Send = <T>(route: string, operation: string, answer: z.ZodType<T>, parameters: Readonly<Record<string, unknown>>) => Promise<T>

const sendTo =
  (context: GitHubContext, repository: RepositoryName): Send =>
  // Objects have their content for a name, and a reference that is moved to the same commit twice stays there.
  async (route, operation, answer, parameters) =>
    (await context.client.request({ route, parameters: { ...repository, ...parameters }, meta: { operation, idempotent: true }, answer }))
      .data

async function makeCommit(send: Send, { folder, message }: WantedFiles, plan: FilesPlan): Promise<string> {
  const entry = (path: string) => ({ path: placed(folder, path), mode: '100644', type: 'blob' })
  const tree = [
    ...[...plan.written].map(([path, content]) => ({ ...entry(path), content })),
    ...plan.removed.map((path) => ({ ...entry(path), sha: null })),
  ]
  const base = plan.rootTree === undefined ? {} : { base_tree: plan.rootTree }
  const made = await send('POST /repos/{owner}/{repo}/git/trees', 'github.git.tree.create', ShaAnswer, { ...base, tree })
  const commit = { message, tree: made.sha, parents: plan.head === undefined ? [] : [plan.head] }
  return (await send('POST /repos/{owner}/{repo}/git/commits', 'github.git.commit.create', ShaAnswer, commit)).sha
}

const moveBranch = (send: Send, branch: string, before: string | undefined, sha: string): Promise<unknown> =>
  before === undefined
    ? send('POST /repos/{owner}/{repo}/git/refs', 'github.git.ref.create', z.unknown(), { ref: `refs/heads/${branch}`, sha })
    : send('PATCH /repos/{owner}/{repo}/git/refs/{+ref}', 'github.git.ref.update', z.unknown(), {
        ref: `heads/${branch}`,
        sha,
        force: false,
      })

const REFUSED_MOVE: readonly string[] = ['provider-rejected', 'provider-conflict']

/** Writes what a plan says; `moved` when the branch is elsewhere by now. */
async function carryOut(
  context: GitHubContext,
  repository: RepositoryName,
  wanted: WantedFiles,
  plan: FilesPlan,
): Promise<{ readonly commit: string } | 'moved'> {
  const send = sendTo(context, repository)
  const commit = await makeCommit(send, wanted, plan)
  try {
    await moveBranch(send, wanted.branch, plan.head, commit)
    return { commit }
  } catch (error) {
    const failure = toAppError(error)
    if (!REFUSED_MOVE.includes(failure.code)) throw failure
    const now = await findHead(context, repository, wanted.branch)
    if (now === commit) return { commit }
    if (now !== plan.head) return 'moved'
    const where = `${repository.owner}/${repository.repo}, branch ${wanted.branch}`
    throw new AppError(
      'refused',
      `GitHub takes no commit of the App on ${where}: ${failure.message} Let the App past the rule, or publish to another branch.`,
      {
        cause: failure,
      },
    )
  }
}

/**
 * Brings the files on the branch up to date. Repeatable: what a stop left behind are objects that nobody refers to. A branch that
 * is new has a history of its own. Throws `refused` where rules of the repository forbid the commit, `provider-forbidden` where
 * the App may not write contents, and `provider-conflict` when the branch moved twice meanwhile.
 */
export async function writeFiles(
  context: GitHubContext,
  repository: RepositoryName,
  wanted: WantedFiles,
  { dryRun }: { readonly dryRun: boolean },
): Promise<FilesWritten> {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const plan = await planFiles(context, repository, wanted)
    if (plan.foreign.length > 0) return { kind: 'foreign', plan }
    if (plan.written.size === 0 && plan.removed.length === 0) return { kind: 'unchanged', plan }
    if (dryRun) return { kind: 'planned', plan }
    const done = await carryOut(context, repository, wanted, plan)
    if (done !== 'moved') return { kind: 'committed', plan, commit: done.commit }
  }
  const where = `${repository.owner}/${repository.repo}`
  throw new AppError(
    'provider-conflict',
    `The branch ${wanted.branch} of ${where} was pushed to twice while it was published to. Publish again.`,
  )
}
