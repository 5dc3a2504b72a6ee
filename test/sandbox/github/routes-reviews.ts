// Reviews, comments on lines and the timeline of a pull request.
import type { Review, ReviewComment, TimelineEvent } from './evidence.ts'
import { repositoryUrl } from './payload-git.ts'
import { toUser, toUserOrNull } from './payload-repository.ts'
import { getPull, type Pull } from './pulls.ts'
import { reviewCommentsOf, reviewsOf } from './reviews.ts'
import { answerList, type RepositoryContext, type Route, readNumber, repositoryRoute } from './router.ts'
import { fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

const pullOf = (context: RepositoryContext): Pull => getPull(context.repository, readNumber(context, 'number'))

function addresses(world: World, repository: Repository, number: number, anchor: string) {
  const html = `${world.htmlUrl}/${fullName(repository)}/pull/${number}#${anchor}`
  const pull = `${repositoryUrl(world, repository)}/pulls/${number}`
  return { html_url: html, pull_request_url: pull, _links: { html: { href: html }, pull_request: { href: pull } } }
}

/** A pending review has no instant yet: it is seen by its author alone, so lists leave it out. */
export function toReview(world: World, repository: Repository, number: number, review: Review): Json {
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: toUserOrNull(world, review.user),
    body: review.body,
    state: review.state,
    ...addresses(world, repository, number, `pullrequestreview-${review.id}`),
    submitted_at: instant(review.submittedAt),
    commit_id: review.commitSha,
    author_association: 'MEMBER',
  }
}

export function toReviewComment(world: World, repository: Repository, number: number, comment: ReviewComment): Json {
  const url = `${repositoryUrl(world, repository)}/pulls/comments/${comment.id}`
  const { _links, ...rest } = addresses(world, repository, number, `discussion_r${comment.id}`)
  return {
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    url,
    pull_request_review_id: comment.reviewId ?? null,
    diff_hunk: '@@ -1 +1 @@',
    ...{ path: comment.path, line: comment.line, original_line: comment.line, side: 'RIGHT', subject_type: 'line' },
    ...{ position: 1, original_position: 1, commit_id: comment.commitSha, original_commit_id: comment.commitSha },
    user: toUserOrNull(world, comment.user),
    body: comment.body,
    created_at: instant(comment.createdAt),
    updated_at: instant(comment.createdAt),
    ...rest,
    author_association: 'MEMBER',
    _links: { self: { href: url }, ..._links },
  }
}

function toTimelineEvent(world: World, repository: Repository, event: TimelineEvent): Json {
  return {
    id: event.id,
    node_id: nodeId('TimelineEvent', event.id),
    url: `${repositoryUrl(world, repository)}/issues/events/${event.id}`,
    actor: toUser(world, event.actor),
    event: event.kind,
    ...{ commit_id: null, commit_url: null, performed_via_github_app: null },
    created_at: instant(event.at),
    ...(event.kind === 'review_dismissed'
      ? {
          dismissed_review: {
            state: event.dismissed?.state.toLowerCase() ?? 'approved',
            review_id: event.dismissed?.reviewId ?? 1,
            dismissal_message: null,
          },
        }
      : {}),
  }
}

/** Reviews and instants together, oldest first, as far as the stand-in knows them. */
function listTimeline(context: RepositoryContext) {
  const { world, repository } = context
  const number = readNumber(context, 'number')
  const events = (repository.evidence.timeline.get(number) ?? []).map((event) => ({
    at: event.at,
    json: () => toTimelineEvent(world, repository, event),
  }))
  const reviews = submitted(reviewsOf(repository, number).slice()).map((review) => ({
    at: review.submittedAt,
    json: () => ({ ...toReview(world, repository, number, review), event: 'reviewed', user: toUser(world, review.user) }),
  }))
  const all = [...events, ...reviews].sort((a, b) => a.at.getTime() - b.at.getTime())
  return answerList(context, all, (entry) => entry.json())
}

const submitted = (reviews: readonly Review[]): Review[] => reviews.filter((review) => review.state !== 'PENDING')

function listComments(context: RepositoryContext) {
  const number = pullOf(context).number
  const since = context.request.query.get('since')
  const all = reviewCommentsOf(context.repository, number)
  const found = since ? all.slice().filter((comment) => comment.createdAt >= new Date(since)) : all
  return answerList(context, found, (comment) => toReviewComment(context.world, context.repository, number, comment))
}

export const REVIEW_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/pulls/{number}/reviews', ['pull_requests', 'read'], (context) => {
    const { number } = pullOf(context)
    return answerList(context, submitted(reviewsOf(context.repository, number).slice()), (review) =>
      toReview(context.world, context.repository, number, review),
    )
  }),
  repositoryRoute('GET', '/pulls/{number}/comments', ['pull_requests', 'read'], listComments),
  repositoryRoute('GET', '/issues/{number}/timeline', ['issues', 'read'], listTimeline),
]
