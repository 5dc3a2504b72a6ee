// Pull requests: opened, followed by pushes, changed, merged. `base.sha` is what the base was when the head last moved, as at
// GitHub, so a client that wants the fork point has to ask for it.
import { commitsBetween, mergeBase, mergeTrees } from './git-history.ts'
import { openIssue } from './issues.ts'
import { getCommit } from './payload-git.ts'
import { toPull } from './payload-pull.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { type Account, type Repository, resolveCommit, type World } from './world.ts'

export interface Pull {
  readonly id: number
  readonly number: number
  readonly user: Account
  title: string
  body: string | null
  state: 'open' | 'closed'
  draft: boolean
  base: { ref: string; sha: string }
  head: { readonly repositoryId: number; readonly ref: string; sha: string }
  mergeCommitSha: string | undefined
  mergedAt: Date | undefined
  mergedBy: Account | undefined
  readonly createdAt: Date
  updatedAt: Date
  closedAt: Date | undefined
}

export interface PullInput {
  readonly title: string
  readonly body?: string | null
  /** A branch, or `owner:branch` of a fork. */
  readonly head: string
  readonly base: string
  readonly draft?: boolean
}

/** Opens a pull request; refuses what GitHub refuses: unknown branches, no commits between, a second one for the same pair. */
export function openPull(world: World, repository: Repository, user: Account, input: PullInput): Pull {
  const { source, branch } = findHead(world, repository, input.head)
  const headSha = source.refs.get(`refs/heads/${branch}`)
  const baseSha = repository.refs.get(`refs/heads/${input.base}`)
  const fault = (field: string) => invalid('Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }])
  if (!headSha) throw fault('head')
  if (!baseSha) throw fault('base')
  const custom = (message: string) => invalid('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }])
  if (commitsBetween(repository.objects, baseSha, headSha).length === 0) throw custom(`No commits between ${input.base} and ${input.head}`)
  const twin = [...repository.pulls.values()].find(
    (pull) => pull.state === 'open' && pull.head.ref === branch && pull.head.repositoryId === source.id && pull.base.ref === input.base,
  )
  if (twin) throw custom(`A pull request already exists for ${source.owner.login}:${branch}.`)

  const { number, createdAt } = openIssue(world, repository, user, { title: input.title, body: input.body }, true)
  const pull: Pull = {
    ...{ id: world.nextId(), number, user, title: input.title, body: input.body ?? null, state: 'open', draft: input.draft ?? false },
    base: { ref: input.base, sha: baseSha },
    head: { repositoryId: source.id, ref: branch, sha: headSha },
    ...{ mergeCommitSha: undefined, mergedAt: undefined, mergedBy: undefined, createdAt, updatedAt: createdAt, closedAt: undefined },
  }
  repository.pulls.set(number, pull)
  repository.refs.set(`refs/pull/${number}/head`, headSha)
  emitPull(world, repository, pull, user, 'opened')
  return pull
}

function findHead(world: World, repository: Repository, head: string): { source: Repository; branch: string } {
  const [owner, branch] = head.includes(':') ? (head.split(':', 2) as [string, string]) : [repository.owner.login, head]
  const source = [...world.repositories.values()].find(
    (candidate) => candidate.owner.login === owner && (candidate.id === repository.id || candidate.parentId === repository.id),
  )
  return { source: source ?? repository, branch }
}

export function getPull(repository: Repository, number: number): Pull {
  const pull = repository.pulls.get(number)
  if (!pull) throw notFound()
  return pull
}

export function emitPull(
  world: World,
  repository: Repository,
  pull: Pull,
  sender: Account,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  world.emit({
    event: 'pull_request',
    repository,
    sender,
    payload: { action, number: pull.number, pull_request: toPull(world, repository, pull), ...more },
  })
}

export interface PullChange {
  readonly title?: string | undefined
  readonly body?: string | null | undefined
  readonly base?: string | undefined
  readonly state?: 'open' | 'closed' | undefined
}

/** Changes a pull request and emits `edited`, `closed` or `reopened` for what really changed. */
export function changePull(world: World, repository: Repository, pull: Pull, sender: Account, change: PullChange): void {
  const changes: Record<string, unknown> = {}
  if (change.title !== undefined && change.title !== pull.title) {
    changes.title = { from: pull.title }
    pull.title = change.title
  }
  if (change.body !== undefined && change.body !== pull.body) {
    changes.body = { from: pull.body ?? '' }
    pull.body = change.body
  }
  if (change.base !== undefined && change.base !== pull.base.ref) {
    const sha = repository.refs.get(`refs/heads/${change.base}`)
    if (!sha) throw invalid('Validation Failed', [{ resource: 'PullRequest', field: 'base', code: 'invalid' }])
    changes.base = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } }
    pull.base = { ref: change.base, sha }
  }
  pull.updatedAt = world.clock.now()
  if (Object.keys(changes).length > 0) emitPull(world, repository, pull, sender, 'edited', { changes })
  if (!change.state || change.state === pull.state) return
  if (pull.mergedAt) throw invalid('Validation Failed', [{ resource: 'PullRequest', field: 'state', code: 'invalid' }])
  pull.state = change.state
  pull.closedAt = change.state === 'closed' ? world.clock.now() : undefined
  mirrorState(repository, pull)
  emitPull(world, repository, pull, sender, change.state === 'closed' ? 'closed' : 'reopened')
}

function mirrorState(repository: Repository, pull: Pull): void {
  const issue = repository.issues.get(pull.number)
  if (!issue) return
  Object.assign(issue, { state: pull.state, closedAt: pull.closedAt, title: pull.title, body: pull.body })
}

/** The commit that merging would make, or `conflict`. Writes objects only; nothing refers to them yet. */
export function planMerge(
  world: World,
  repository: Repository,
  pull: Pull,
  who: Account,
  method: 'merge' | 'squash' | 'rebase' = 'merge',
): string | 'conflict' {
  const { objects } = repository
  const baseSha = resolveCommit(repository, pull.base.ref)
  if (!baseSha) return 'conflict'
  const forkPoint = mergeBase(objects, baseSha, pull.head.sha)
  const merged = mergeTrees(
    objects,
    forkPoint && getCommit(repository, forkPoint).tree,
    getCommit(repository, baseSha).tree,
    getCommit(repository, pull.head.sha).tree,
  )
  if (merged === 'conflict') return 'conflict'
  const signature = { name: who.login, email: `${who.login}@users.noreply.example`, date: world.clock.now() }
  const message =
    method === 'merge' ? `Merge pull request #${pull.number} from ${pull.head.ref}\n\n${pull.title}` : `${pull.title} (#${pull.number})`
  // A rebase of several commits is one commit here: nothing we test tells them apart.
  return objects.writeCommit({
    tree: merged.tree,
    parents: method === 'merge' ? [baseSha, pull.head.sha] : [baseSha],
    author: signature,
    committer: signature,
    message,
  })
}

/** Marks a pull request merged by a commit that the base already has, and emits `closed`. */
export function finishMerge(world: World, repository: Repository, pull: Pull, who: Account, sha: string): void {
  const now = world.clock.now()
  Object.assign(pull, { state: 'closed', mergedAt: now, mergedBy: who, mergeCommitSha: sha, closedAt: now, updatedAt: now })
  mirrorState(repository, pull)
  emitPull(world, repository, pull, who, 'closed')
}

export function assertMergeable(pull: Pull, expectedHead: string | undefined): void {
  if (pull.state === 'closed' || pull.draft) throw new Refusal(405, 'Pull Request is not mergeable')
  if (expectedHead && expectedHead !== pull.head.sha) throw new Refusal(409, 'Head branch was modified. Review and try the merge again.')
}
