// Pull requests as GitHub writes them: whole (one request, webhooks), in lists, and in the few members checks carry.
import { changesBetween, type FileChange, mergeBase, mergeTrees } from './git-history.ts'
import { toLabel } from './labels.ts'
import { getCommit, repositoryUrl } from './payload-git.ts'
import { toRepository, toUser } from './payload-repository.ts'
import type { Pull } from './pulls.ts'
import { commitsOfPull, reviewCommentsOf } from './reviews.ts'
import { fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

/** The form of lists: without counts and mergeability. */
export function toPullSimple(world: World, repository: Repository, pull: Pull): Json {
  const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`
  const issueUrl = `${repositoryUrl(world, repository)}/issues/${pull.number}`
  const html = `${world.htmlUrl}/${fullName(repository)}/pull/${pull.number}`
  const statuses = `${repositoryUrl(world, repository)}/statuses/${pull.head.sha}`
  const source = world.repositories.get(pull.head.repositoryId)
  const reviewComment = `${repositoryUrl(world, repository)}/pulls/comments{/number}`
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    draft: pull.draft,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    body: pull.body,
    user: toUser(world, pull.user),
    labels: (repository.issues.get(pull.number)?.labels ?? []).map((name) => toLabel(world, repository, name)),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    author_association: pull.head.repositoryId === repository.id ? 'MEMBER' : 'CONTRIBUTOR',
    auto_merge: null,
    created_at: instant(pull.createdAt),
    updated_at: instant(pull.updatedAt),
    closed_at: pull.closedAt ? instant(pull.closedAt) : null,
    merged_at: pull.mergedAt ? instant(pull.mergedAt) : null,
    merge_commit_sha: pull.mergeCommitSha ?? null,
    head: side(world, source, pull.head),
    base: side(world, repository, pull.base),
    _links: Object.fromEntries(
      Object.entries({
        self: url,
        html,
        issue: issueUrl,
        comments: `${issueUrl}/comments`,
        review_comments: `${url}/comments`,
        review_comment: reviewComment,
        commits: `${url}/commits`,
        statuses,
      }).map(([name, href]) => [name, { href }]),
    ),
  }
}

/** The head's repository is null once a fork is deleted. */
function side(world: World, repository: Repository | undefined, at: { readonly ref: string; readonly sha: string }): Json {
  const label = repository ? `${repository.owner.login}:${at.ref}` : at.ref
  return {
    label,
    ref: at.ref,
    sha: at.sha,
    user: repository ? toUser(world, repository.owner) : null,
    repo: repository ? toRepository(world, repository) : null,
  }
}

/** The form of one pull request and of its webhooks. */
export function toPull(world: World, repository: Repository, pull: Pull): Json {
  const bulk = repository.evidence.bulk.get(pull.number)
  const files = bulk ? [] : pullChanges(repository, pull)
  const mergeable = pull.state === 'open' ? isMergeable(repository, pull) : null
  return {
    ...toPullSimple(world, repository, pull),
    merged: pull.mergedAt !== undefined,
    mergeable,
    rebaseable: null,
    mergeable_state: mergeable === false ? 'dirty' : pull.draft ? 'draft' : 'clean',
    merged_by: pull.mergedBy ? toUser(world, pull.mergedBy) : null,
    comments: repository.issues.get(pull.number)?.comments.length ?? 0,
    review_comments: reviewCommentsOf(repository, pull.number).length,
    maintainer_can_modify: false,
    commits: commitsOfPull(repository, pull).length,
    additions: bulk?.size.additions ?? files.reduce((sum, file) => sum + file.additions, 0),
    deletions: bulk?.size.deletions ?? files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: bulk?.size.changedFiles ?? files.length,
  }
}

/** Pull requests of the same repository whose head is a commit: forks are not listed in checks, as at GitHub. */
export function toPullRequestsOf(world: World, repository: Repository, sha: string): Json[] {
  const stub = { id: repository.id, url: repositoryUrl(world, repository), name: repository.name }
  return [...repository.pulls.values()]
    .filter((pull) => pull.state === 'open' && pull.head.sha === sha && pull.head.repositoryId === repository.id)
    .map((pull) => ({
      id: pull.id,
      number: pull.number,
      url: `${repositoryUrl(world, repository)}/pulls/${pull.number}`,
      head: { ref: pull.head.ref, sha: pull.head.sha, repo: stub },
      base: { ref: pull.base.ref, sha: pull.base.sha, repo: stub },
    }))
}

/** The files between the fork point and the head: what the pull request is about, however far the base has gone on. */
export function pullChanges(repository: Repository, pull: Pull): FileChange[] {
  const forkPoint = mergeBase(repository.objects, pull.base.sha, pull.head.sha)
  return changesBetween(repository.objects, forkPoint && getCommit(repository, forkPoint).tree, getCommit(repository, pull.head.sha).tree)
}

function isMergeable(repository: Repository, pull: Pull): boolean {
  const { objects } = repository
  const base = repository.refs.get(`refs/heads/${pull.base.ref}`)
  if (!base) return false
  const forkPoint = mergeBase(objects, base, pull.head.sha)
  return (
    mergeTrees(
      objects,
      forkPoint && getCommit(repository, forkPoint).tree,
      getCommit(repository, base).tree,
      getCommit(repository, pull.head.sha).tree,
    ) !== 'conflict'
  )
}
