// Every movement of a branch goes through here, whether a test, the contents API, git data or a merge caused it, so that the
// push event, the pull requests it feeds and their references can never disagree.
import { commitsBetween, isAncestor } from './git-history.ts'
import { toPushCommit } from './payload-git.ts'
import { toRepository } from './payload-repository.ts'
import { emitPull } from './pulls.ts'
import { Refusal } from './refusal.ts'
import { type Account, fullName, type Repository, type World } from './world.ts'

const NOTHING = '0'.repeat(40)
const MAX_PUSH_COMMITS = 2048

/** Moves, creates or (with `undefined`) deletes a reference and tells everyone. */
export function moveRef(world: World, repository: Repository, ref: string, sha: string | undefined, sender: Account): void {
  if (repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
  const before = repository.refs.get(ref)
  if (before === sha) return
  if (sha) repository.refs.set(ref, sha)
  else repository.refs.delete(ref)
  repository.pushedAt = world.clock.now()
  if (/^refs\/(heads|tags)\//.test(ref)) emitPush(world, repository, ref, before, sha, sender)
  if (sha && ref.startsWith('refs/heads/')) followPulls(world, repository, ref.slice('refs/heads/'.length), sha, sender)
}

function emitPush(
  world: World,
  repository: Repository,
  ref: string,
  before: string | undefined,
  after: string | undefined,
  sender: Account,
): void {
  const { objects } = repository
  // A new branch is measured against the default branch, as GitHub does.
  const known = before ?? repository.refs.get(`refs/heads/${repository.defaultBranch}`)
  const fresh = after ? commitsBetween(objects, known === after ? undefined : known, after) : []
  const listed = before || known !== after ? fresh : []
  const commits = listed
    .slice(0, MAX_PUSH_COMMITS)
    .reverse()
    .map((sha) => toPushCommit(world, repository, sha))
  const html = `${world.htmlUrl}/${fullName(repository)}`
  const payload = {
    ref,
    before: before ?? NOTHING,
    after: after ?? NOTHING,
    created: before === undefined,
    deleted: after === undefined,
    forced: before !== undefined && after !== undefined && !isAncestor(objects, before, after),
    base_ref: null,
    compare: `${html}/compare/${(before ?? NOTHING).slice(0, 12)}...${(after ?? NOTHING).slice(0, 12)}`,
    commits,
    head_commit: after ? toPushCommit(world, repository, after) : null,
    pusher: { name: sender.login, email: `${sender.login}@users.noreply.example` },
    // In this event alone some instants are numbers.
    repository: {
      ...toRepository(world, repository),
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      stargazers: 0,
      master_branch: repository.defaultBranch,
    },
  }
  world.emit({ event: 'push', repository, sender, payload })
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** Open pull requests from this branch, in this repository or the one it was forked from, get the new head. */
function followPulls(world: World, source: Repository, branch: string, sha: string, sender: Account): void {
  for (const repository of world.repositories.values()) {
    for (const pull of repository.pulls.values()) {
      if (pull.state !== 'open' || pull.head.repositoryId !== source.id || pull.head.ref !== branch) continue
      const before = pull.head.sha
      pull.head.sha = sha
      pull.base.sha = repository.refs.get(`refs/heads/${pull.base.ref}`) ?? pull.base.sha
      pull.updatedAt = world.clock.now()
      repository.refs.set(`refs/pull/${pull.number}/head`, sha)
      emitPull(world, repository, pull, sender, 'synchronize', { before, after: sha })
    }
  }
}
