// Pull requests with reviews, review comments, commits and the instants of their timeline, most recently updated first: whatever happens
// to one (an approval after the merge, a comment, an edit) moves it to the front, so a further scan reads down to what it knew.
import { z } from 'zod'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { childrenOf, isWhole, readChildren } from './graph-children.ts'
import { readOne } from './graph-one.ts'
import { makeGraphStream } from './graph-stream.ts'
import {
  CommentAnswer,
  CommitAnswer,
  EventAnswer,
  movedAt,
  PullRequestAnswer,
  ReviewAnswer,
  toPullRequestFact,
  toReviewCommentFacts,
  toReviewFacts,
} from './pull-request-facts.ts'
import { MORE_COMMENTS, MORE_COMMITS, MORE_EVENTS, MORE_REVIEWS, ONE_PULL_REQUEST, PULL_REQUESTS } from './queries/pull-requests.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

const REVIEWS = { operation: 'github.pull-requests.reviews', query: MORE_REVIEWS, child: ReviewAnswer, canLeaveOut: true }
const EVENTS = { operation: 'github.pull-requests.timeline', query: MORE_EVENTS, child: EventAnswer, canLeaveOut: true }
const COMMITS = { operation: 'github.pull-requests.commits', query: MORE_COMMITS, child: CommitAnswer, canLeaveOut: true }
const COMMENTS = { operation: 'github.reviews.comments', query: MORE_COMMENTS, child: CommentAnswer, canLeaveOut: true }

const whole = <C>(nodes: readonly C[]) => ({ pageInfo: { hasNextPage: false }, nodes: [...nodes] })

/**
 * The same pull requests with all their reviews, events, commits and comments: for those of a page together, not for each by itself.
 * One of which reviews, events or comments cannot be had is left out: a part of them would count as all.
 */
export async function completePullRequests(
  github: GitHubContext,
  pulls: readonly PullRequestAnswer[],
): Promise<readonly PullRequestAnswer[]> {
  const cut = (of: 'reviews' | 'timelineItems' | 'commits') => pulls.filter((pull) => !isWhole<unknown>(pull[of])).map(({ id }) => id)
  const reviews = await readChildren(github, REVIEWS, cut('reviews'))
  const events = await readChildren(github, EVENTS, cut('timelineItems'))
  const commits = await readChildren(github, COMMITS, cut('commits'))
  const isKnown = (pull: PullRequestAnswer): boolean =>
    (isWhole(pull.reviews) || reviews.has(pull.id)) && (isWhole(pull.timelineItems) || events.has(pull.id))
  const known = pulls.filter(isKnown).map((pull) => ({
    ...pull,
    reviews: reviews.has(pull.id) ? whole(reviews.get(pull.id) ?? []) : pull.reviews,
    timelineItems: events.has(pull.id) ? whole(events.get(pull.id) ?? []) : pull.timelineItems,
    commits: commits.has(pull.id) ? whole(commits.get(pull.id) ?? []) : pull.commits,
  }))
  const talkative = known.flatMap((pull) => childrenOf(pull.reviews).filter((review) => !isWhole(review.comments)))
  if (talkative.length === 0) return known
  const comments = await readChildren(
    github,
    COMMENTS,
    talkative.map(({ id }) => id),
  )
  const isTold = (review: ReviewAnswer): boolean => isWhole(review.comments) || comments.has(review.id)
  const withComments = (review: ReviewAnswer): ReviewAnswer =>
    comments.has(review.id) ? { ...review, comments: whole(comments.get(review.id) ?? []) } : review
  return known
    .filter((pull) => childrenOf(pull.reviews).every(isTold))
    .map((pull) => ({ ...pull, reviews: whole(childrenOf(pull.reviews).map(withComments)) }))
}

export const toPullRequestLists = (pulls: readonly PullRequestAnswer[]): NonNullable<FactBatch['lists']> => ({
  pullRequests: pulls.map(toPullRequestFact),
  reviews: pulls.flatMap(toReviewFacts),
  reviewComments: pulls.flatMap(toReviewCommentFacts),
})

/** Changes with the list's first entry, which is whatever moved last. */
const probe = ({ owner, repo }: ImportPlace): GitHubCall<unknown> => ({
  route: 'GET /repos/{owner}/{repo}/pulls',
  parameters: { owner, repo, state: 'all', sort: 'updated', direction: 'desc', per_page: 1 },
  meta: { operation: 'github.pull-requests.probe' },
  answer: z.array(z.unknown()),
})

export const PULL_REQUESTS_STREAM: FactStream = makeGraphStream<PullRequestAnswer>({
  name: 'pull-requests',
  brings: ['pullRequests', 'reviews', 'reviewComments'],
  list: { operation: 'github.pull-requests.list', query: PULL_REQUESTS, node: PullRequestAnswer },
  probe,
  movedAt,
  from: (place) => place.from,
  // Instants are whole seconds: those of the newest known second may have grown in number.
  overlapMs: 1_000,
  complete: completePullRequests,
  toLists: toPullRequestLists,
})

/** One pull request as GitHub has it now, with all that hangs on it. GitHub deletes none: one that is not found moves nothing. */
export async function refreshPullRequest(github: GitHubContext, place: ImportPlace, number: number): Promise<FactBatch> {
  const query = { query: ONE_PULL_REQUEST, operation: 'github.pull-request.read', variables: { number } }
  const pull = await readOne(github, place, query, 'pullRequest', PullRequestAnswer)
  return pull === undefined ? {} : { lists: toPullRequestLists(await completePullRequests(github, [pull])) }
}
