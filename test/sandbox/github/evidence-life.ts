// Reviews, releases and deployments as they happen, each with the event that GitHub sends.
import { append, type Deployment, type DeploymentStatus, type Release, type Review, type ReviewComment } from './evidence.ts'
import { repositoryUrl } from './payload-git.ts'
import { toPullSimple } from './payload-pull.ts'
import type { Pull } from './pulls.ts'
import { toDeployment, toDeploymentStatus, toRelease } from './routes-releases.ts'
import { toReview, toReviewComment } from './routes-reviews.ts'
import { type Account, type Repository, resolveCommit, type World } from './world.ts'

export interface NewReview {
  readonly state?: Review['state']
  readonly body?: string
  readonly at?: Date
  readonly comments?: readonly { readonly body: string; readonly path?: string; readonly line?: number }[]
}

export function addReview(world: World, repository: Repository, pull: Pull, user: Account, input: NewReview): Review {
  const at = input.at ?? world.clock.now()
  const review: Review = {
    ...{ id: world.nextId(), user, state: input.state ?? 'APPROVED', body: input.body ?? '', submittedAt: at, commitSha: pull.head.sha },
  }
  append(repository.evidence.reviews, pull.number, review)
  const comments: ReviewComment[] = []
  for (const { body, path = 'a.md', line = 1 } of input.comments ?? []) {
    const comment: ReviewComment = {
      ...{ id: world.nextId(), reviewId: review.id, user, body, path, line, commitSha: pull.head.sha, createdAt: at },
    }
    append(repository.evidence.reviewComments, pull.number, comment)
    comments.push(comment)
  }
  pull.updatedAt = at > pull.updatedAt ? at : pull.updatedAt
  if (review.state === 'PENDING') return review
  const written = toReview(world, repository, pull.number, review)
  const payload = {
    action: 'submitted',
    // The event writes states in small letters, the API in capitals.
    review: { ...written, state: review.state.toLowerCase() },
    pull_request: toPullSimple(world, repository, pull),
  }
  world.emit({ event: 'pull_request_review', repository, sender: user, payload })
  for (const comment of comments) emitComment(world, repository, pull, comment)
  return review
}

/** The event carries more members than the API's answer. */
function emitComment(world: World, repository: Repository, pull: Pull, comment: ReviewComment): void {
  const counts = { total_count: 0, '+1': 0, '-1': 0, laugh: 0, confused: 0, heart: 0, hooray: 0, eyes: 0, rocket: 0 }
  const written = {
    ...toReviewComment(world, repository, pull.number, comment),
    ...{ start_line: null, original_start_line: null, start_side: null },
    reactions: { url: `${repositoryUrl(world, repository)}/pulls/comments/${comment.id}/reactions`, ...counts },
  }
  const payload = { action: 'created', comment: written, pull_request: toPullSimple(world, repository, pull) }
  world.emit({ event: 'pull_request_review_comment', repository, sender: comment.user, payload })
}

export interface NewRelease {
  readonly tag: string
  readonly name?: string
  readonly body?: string
  readonly draft?: boolean
  readonly prerelease?: boolean
  readonly at?: Date
}

export function addRelease(world: World, repository: Repository, author: Account, input: NewRelease): Release {
  const { tag, name = tag, body = '', draft = false, prerelease = false, at = world.clock.now() } = input
  const release: Release = {
    ...{ id: world.nextId(), tag, target: repository.defaultBranch, name, body, draft, prerelease, author, createdAt: at },
    publishedAt: draft ? undefined : at,
  }
  repository.evidence.releases.set(release.id, release)
  const head = resolveCommit(repository, repository.defaultBranch)
  if (head && !draft) repository.refs.set(`refs/tags/${tag}`, head)
  const written = toRelease(world, repository, release)
  if (!draft) world.emit({ event: 'release', repository, sender: author, payload: { action: 'published', release: written } })
  return release
}

export interface NewDeployment {
  readonly environment: string
  readonly ref?: string
  readonly sha?: string
  readonly task?: string
  /** Default: whether the environment's name begins with `prod`. */
  readonly production?: boolean
  readonly at?: Date
  /** What it went through, one second after the other. Default: nothing yet. */
  readonly states?: readonly DeploymentStatus['state'][]
}

const SECOND_MS = 1000

export function deploy(world: World, repository: Repository, creator: Account, input: NewDeployment): Deployment {
  const { evidence } = repository
  const { environment, ref = repository.defaultBranch, task = 'deploy', at = world.clock.now() } = input
  const sha = input.sha ?? resolveCommit(repository, ref) ?? '0'.repeat(40)
  const production = input.production ?? /^prod/i.test(environment)
  const deployment: Deployment = {
    ...{ id: world.nextId(), sha, ref, task, environment, production, transient: false, creator, createdAt: at, statuses: [] },
  }
  if (!evidence.environments.has(environment))
    evidence.environments.set(environment, { id: world.nextId(), name: environment, createdAt: at })
  evidence.deployments.set(deployment.id, deployment)
  const payload = { action: 'created', deployment: toDeployment(world, repository, deployment), workflow: null, workflow_run: null }
  world.emit({ event: 'deployment', repository, sender: creator, payload })
  for (const [index, state] of (input.states ?? []).entries())
    addDeploymentStatus(world, repository, deployment, creator, state, new Date(at.getTime() + (index + 1) * SECOND_MS))
  return deployment
}

export function addDeploymentStatus(
  world: World,
  repository: Repository,
  deployment: Deployment,
  creator: Account,
  state: DeploymentStatus['state'],
  at: Date = world.clock.now(),
): void {
  const status: DeploymentStatus = { id: world.nextId(), state, description: '', creator, createdAt: at }
  deployment.statuses.push(status)
  const payload = {
    ...{ action: 'created', check_run: null, workflow: null, workflow_run: null },
    deployment: toDeployment(world, repository, deployment),
    deployment_status: toDeploymentStatus(world, repository, deployment, status),
  }
  world.emit({ event: 'deployment_status', repository, sender: creator, payload })
}
