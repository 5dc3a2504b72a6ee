// Pull requests as GraphQL shows them, with everything that hangs on them.
import type { Review, ReviewComment, TimelineEvent } from './evidence.ts'
import { toCommitNode, toRefNode } from './graphql-git.ts'
import { toIssueNode, toLabelNode } from './graphql-issues.ts'
import { type Args, connection, type Graph, type Json, need, ordered, toActor } from './graphql-node.ts'
import { toRepositoryNode } from './graphql-repository.ts'
import { pullChanges } from './payload-pull.ts'
import type { Pull } from './pulls.ts'
import { closedIssues, commitsOfPull, reviewCommentsOf, reviewsOf } from './reviews.ts'
import { fullName, instant, nodeId, type Repository } from './world.ts'

const maybe = (date: Date | undefined): string | null => (date ? instant(date) : null)
const stateOf = (pull: Pull): string => (pull.mergedAt ? 'MERGED' : pull.state.toUpperCase())

/** The pull requests of a repository: oldest first unless the query orders them. */
export function pullsOf(graph: Graph, repository: Repository, args: Args): Json {
  need(graph, 'pull_requests')
  const { states, headRefName, baseRefName, labels } = args as {
    states?: string[]
    headRefName?: string
    baseRefName?: string
    labels?: string[]
  }
  const found = [...repository.pulls.values()].filter(
    (pull) =>
      (!states || states.includes(stateOf(pull))) &&
      (!headRefName || pull.head.ref === headRefName) &&
      (!baseRefName || pull.base.ref === baseRefName) &&
      (!labels || labels.some((label) => repository.issues.get(pull.number)?.labels.includes(label))),
  )
  const sorted = ordered(found, args.orderBy, (pull, field) => (field === 'UPDATED_AT' ? pull.updatedAt.getTime() : pull.number))
  return connection(sorted, args, (pull) => toPullNode(graph, repository, pull))
}

/** The members that are values; what hangs on them is in `partsOf`. */
export function toPullNode(graph: Graph, repository: Repository, pull: Pull): Json {
  const path = `/${fullName(repository)}/pull/${pull.number}`
  const url = `${graph.world.htmlUrl}${path}`
  const size = () => {
    const bulk = repository.evidence.bulk.get(pull.number)
    if (bulk) return bulk.size
    const files = pullChanges(repository, pull)
    const sum = (by: 'additions' | 'deletions') => files.reduce((total, file) => total + file[by], 0)
    return { additions: sum('additions'), deletions: sum('deletions'), changedFiles: files.length }
  }
  return {
    __typename: 'PullRequest',
    ...{ id: nodeId('PullRequest', pull.id), databaseId: pull.id, fullDatabaseId: String(pull.id), number: pull.number },
    ...{ title: pull.title, body: pull.body ?? '', bodyText: pull.body ?? '', url, permalink: url, resourcePath: path },
    ...{ state: stateOf(pull), isDraft: pull.draft, merged: pull.mergedAt !== undefined, closed: pull.state === 'closed', locked: false },
    ...{ createdAt: instant(pull.createdAt), publishedAt: instant(pull.createdAt), updatedAt: instant(pull.updatedAt) },
    ...{ mergedAt: maybe(pull.mergedAt), closedAt: maybe(pull.closedAt), lastEditedAt: null },
    ...{ baseRefName: pull.base.ref, baseRefOid: pull.base.sha, headRefName: pull.head.ref, headRefOid: pull.head.sha },
    isCrossRepository: pull.head.repositoryId !== repository.id,
    authorAssociation: pull.head.repositoryId === repository.id ? 'MEMBER' : 'CONTRIBUTOR',
    ...{ additions: () => size().additions, deletions: () => size().deletions, changedFiles: () => size().changedFiles },
    ...partsOf(graph, repository, pull),
  }
}

function partsOf(graph: Graph, repository: Repository, pull: Pull): Json {
  const source = graph.world.repositories.get(pull.head.repositoryId)
  const merge = pull.mergeCommitSha
  const issue = repository.issues.get(pull.number)
  return {
    author: () => toActor(graph, pull.user),
    mergedBy: () => toActor(graph, pull.mergedBy),
    // Null where the commit was never in this repository, as after a transfer of history; seeded ones are known by name alone.
    mergeCommit() {
      const commit = merge === undefined ? undefined : repository.objects.commit(merge)
      if (!merge) return null
      return commit ? toCommitNode(graph, repository, merge, commit) : { __typename: 'Commit', id: nodeId('Commit', merge), oid: merge }
    },
    repository: () => toRepositoryNode(graph, repository),
    baseRepository: () => toRepositoryNode(graph, repository),
    headRepository: () => source && toRepositoryNode(graph, source),
    headRepositoryOwner: () => source && toActor(graph, source.owner),
    ...{
      baseRef: () => toRefNode(graph, repository, `refs/heads/${pull.base.ref}`),
      headRef: () => source && toRefNode(graph, source, `refs/heads/${pull.head.ref}`),
    },
    labels: (args: Args) => connection(issue?.labels ?? [], args, (name) => toLabelNode(name)),
    comments: (args: Args) =>
      connection(issue?.comments ?? [], args, (comment) => ({
        ...{ __typename: 'IssueComment', id: nodeId('IssueComment', comment.id), databaseId: comment.id, body: comment.body },
        ...{ createdAt: instant(comment.createdAt), updatedAt: instant(comment.updatedAt), author: () => toActor(graph, comment.user) },
      })),
    reviews: (args: Args) => reviewConnection(graph, repository, pull, args),
    reviewDecision: () => decisionOf(repository, pull),
    commits: (args: Args) =>
      connection(commitsOfPull(repository, pull), args, ({ sha, commit }) => ({
        ...{ __typename: 'PullRequestCommit', id: nodeId('PullRequestCommit', `${pull.id}:${sha}`) },
        commit: () => toCommitNode(graph, repository, sha, commit),
      })),
    closingIssuesReferences: (args: Args) =>
      connection(closedIssues(repository, pull), args, (number) => toIssueNode(graph, repository, number)),
    timelineItems: (args: Args) => timelineOf(graph, repository, pull, args),
    totalCommentsCount: () => (issue?.comments.length ?? 0) + reviewCommentsOf(repository, pull.number).length,
  }
}

function reviewConnection(graph: Graph, repository: Repository, pull: Pull, args: Args): Json {
  const { states, author } = args as { states?: string[]; author?: string }
  const all = reviewsOf(repository, pull.number)
  const plain = !states && !author && !repository.evidence.reviews.has(pull.number)
  const wanted = (review: Review) =>
    review.state !== 'PENDING' && (!states || states.includes(review.state)) && (!author || review.user.login === author)
  const found = plain ? all : all.slice().filter(wanted)
  return connection(found, args, (review) => toReviewNode(graph, repository, pull, review))
}

/** The latest opinion of each reviewer decides. */
function decisionOf(repository: Repository, pull: Pull): string | null {
  const latest = new Map<number, Review['state']>()
  for (const { user, state } of reviewsOf(repository, pull.number).slice())
    if (state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED') latest.set(user.id, state)
  const states = [...latest.values()]
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  if (states.includes('APPROVED')) return 'APPROVED'
  return repository.evidence.protection.get(pull.base.ref)?.reviews ? 'REVIEW_REQUIRED' : null
}

export function toReviewNode(graph: Graph, repository: Repository, pull: Pull, review: Review): Json {
  const at = instant(review.submittedAt)
  const commit = repository.objects.commit(review.commitSha)
  return {
    __typename: 'PullRequestReview',
    ...{ id: nodeId('PullRequestReview', review.id), databaseId: review.id, fullDatabaseId: String(review.id) },
    ...{ state: review.state, body: review.body, bodyText: review.body, authorAssociation: 'MEMBER' },
    ...{ submittedAt: at, createdAt: at, publishedAt: at, updatedAt: at, lastEditedAt: null },
    url: `${graph.world.htmlUrl}/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`,
    author: () => toActor(graph, review.user),
    commit: () => (commit ? toCommitNode(graph, repository, review.commitSha, commit) : null),
    pullRequest: () => toPullNode(graph, repository, pull),
    comments(args: Args) {
      const comments = reviewCommentsOf(repository, pull.number)
        .slice()
        .filter((comment) => comment.reviewId === review.id)
      return connection(comments, args, (comment) => toReviewCommentNode(graph, comment))
    },
  }
}

function toReviewCommentNode(graph: Graph, comment: ReviewComment): Json {
  const at = instant(comment.createdAt)
  return {
    __typename: 'PullRequestReviewComment',
    ...{ id: nodeId('PullRequestReviewComment', comment.id), databaseId: comment.id, fullDatabaseId: String(comment.id) },
    ...{ body: comment.body, bodyText: comment.body, path: comment.path, line: comment.line, replyTo: null, authorAssociation: 'MEMBER' },
    ...{ createdAt: at, publishedAt: at, updatedAt: at },
    author: () => toActor(graph, comment.user),
  }
}

const EVENT_TYPES = {
  ready_for_review: 'ReadyForReviewEvent',
  convert_to_draft: 'ConvertToDraftEvent',
  review_dismissed: 'ReviewDismissedEvent',
} as const

/** The instants that the stand-in keeps, and reviews; other kinds are empty. */
function timelineOf(graph: Graph, repository: Repository, pull: Pull, args: Args): Json {
  const { itemTypes, since } = args as { itemTypes?: string[]; since?: string }
  const wants = (type: string) => !itemTypes || itemTypes.includes(type)
  const events = (repository.evidence.timeline.get(pull.number) ?? [])
    .filter((event) => wants(event.kind === 'convert_to_draft' ? 'CONVERT_TO_DRAFT_EVENT' : `${event.kind.toUpperCase()}_EVENT`))
    .map((event) => ({ at: event.at, node: () => toEventNode(graph, repository, pull, event) }))
  const reviews = wants('PULL_REQUEST_REVIEW')
    ? reviewsOf(repository, pull.number)
        .slice()
        .map((review) => ({ at: review.submittedAt, node: () => toReviewNode(graph, repository, pull, review) }))
    : []
  const found = [...events, ...reviews].filter(({ at }) => !since || at >= new Date(since)).sort((a, b) => a.at.getTime() - b.at.getTime())
  const page = connection(found, args, ({ node }) => node())
  return { ...page, filteredCount: found.length, pageCount: found.length, updatedAt: instant(pull.updatedAt) }
}

function toEventNode(graph: Graph, repository: Repository, pull: Pull, event: TimelineEvent): Json {
  return {
    __typename: EVENT_TYPES[event.kind],
    ...{ id: nodeId('TimelineEvent', event.id), databaseId: event.id, createdAt: instant(event.at) },
    actor: () => toActor(graph, event.actor),
    pullRequest: () => toPullNode(graph, repository, pull),
    ...(event.kind === 'review_dismissed' ? { dismissalMessage: null, previousReviewState: event.dismissed?.state ?? 'APPROVED' } : {}),
    review() {
      const found = reviewsOf(repository, pull.number)
        .slice()
        .find(({ id }) => id === event.dismissed?.reviewId)
      return found ? toReviewNode(graph, repository, pull, found) : null
    },
  }
}
