// Pull requests as GraphQL answers them, as facts. Pure and total.
import { z } from 'zod'
import type { PullCommit, PullRequestFact, ReviewCommentFact, ReviewFact } from '../../foe/facts/pull-request-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import { childrenOf, isWhole } from './graph-children.ts'
import { connectionOf } from './graph-page.ts'
import { ActorAnswer, IdAnswer, toId, toPerson } from './graph-person.ts'

export const CommentAnswer = z.object({ ...IdAnswer, createdAt: z.string(), author: ActorAnswer })

export const ReviewAnswer = z.object({
  ...IdAnswer,
  state: z.string(),
  body: z.string().nullish(),
  submittedAt: z.string().nullish(),
  author: ActorAnswer,
  comments: connectionOf(CommentAnswer).nullish(),
})
export type ReviewAnswer = z.infer<typeof ReviewAnswer>

export const EventAnswer = z.object({
  __typename: z.string(),
  createdAt: z.string().nullish(),
  previousReviewState: z.string().nullish(),
  review: z.object(IdAnswer).nullish(),
})

export const CommitAnswer = z.object({
  commit: z.object({ oid: z.string(), authoredDate: z.string().nullish(), committedDate: z.string().nullish() }),
})
type CommitAnswer = z.infer<typeof CommitAnswer>

export const PullRequestAnswer = z.object({
  ...IdAnswer,
  number: z.int(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  headRefName: z.string().nullish(),
  isDraft: z.boolean().nullish(),
  createdAt: z.string(),
  updatedAt: z.string(),
  mergedAt: z.string().nullish(),
  closedAt: z.string().nullish(),
  author: ActorAnswer,
  mergeCommit: z.object({ oid: z.string() }).nullish(),
  closingIssuesReferences: z.object({ totalCount: z.int() }).nullish(),
  reviews: connectionOf(ReviewAnswer).nullish(),
  timelineItems: connectionOf(EventAnswer).nullish(),
  commits: connectionOf(CommitAnswer).nullish(),
})
export type PullRequestAnswer = z.infer<typeof PullRequestAnswer>

/** GitHub always says when; what does not is as old as can be, rather than lost. */
const instantOf = (text: string): Date => parseInstant(text) ?? new Date(0)

export const movedAt = (pull: PullRequestAnswer): Date => instantOf(pull.updatedAt)

const toPullCommit = ({ commit }: CommitAnswer): PullCommit => ({
  sha: commit.oid,
  authoredAt: parseInstant(commit.authoredDate),
  committedAt: parseInstant(commit.committedDate),
})

export const toPullRequestFact = (pull: PullRequestAnswer): PullRequestFact => ({
  id: toId(pull),
  number: pull.number,
  title: pull.title ?? '',
  body: pull.body ?? null,
  headBranch: pull.headRefName ?? '',
  author: toPerson(pull.author),
  isDraft: pull.isDraft ?? false,
  createdAt: instantOf(pull.createdAt),
  mergedAt: parseInstant(pull.mergedAt),
  closedAt: parseInstant(pull.closedAt),
  mergeCommitSha: pull.mergeCommit?.oid ?? null,
  closingReferences: pull.closingIssuesReferences?.totalCount ?? 0,
  readyForReviewAt: childrenOf(pull.timelineItems)
    .filter(({ __typename }) => __typename === 'ReadyForReviewEvent')
    .flatMap(({ createdAt }) => parseInstant(createdAt) ?? []),
  // Some of them are not known for all: a part would be read as the whole.
  commits: isWhole(pull.commits) ? childrenOf(pull.commits).map(toPullCommit) : null,
})

/** A review that was dismissed says so and no more; what it had said is in the timeline. */
export function toReviewFacts(pull: PullRequestAnswer): readonly ReviewFact[] {
  const dismissals = childrenOf(pull.timelineItems).filter(({ __typename }) => __typename === 'ReviewDismissedEvent')
  return childrenOf(pull.reviews).map((review) => {
    const dismissal = dismissals.findLast((event) => event.review?.id === review.id)
    return {
      id: toId(review),
      pullRequestId: toId(pull),
      author: toPerson(review.author),
      state: review.state,
      stateBeforeDismissal: dismissal?.previousReviewState ?? null,
      dismissedAt: parseInstant(dismissal?.createdAt),
      body: review.body ?? null,
      submittedAt: parseInstant(review.submittedAt),
    }
  })
}

/** Every comment on a line belongs to a review: an answer that was given at once makes one of its own. */
export const toReviewCommentFacts = (pull: PullRequestAnswer): readonly ReviewCommentFact[] =>
  childrenOf(pull.reviews).flatMap((review) =>
    childrenOf(review.comments).map((comment) => ({
      id: toId(comment),
      pullRequestId: toId(pull),
      reviewId: toId(review),
      author: toPerson(comment.author),
      createdAt: instantOf(comment.createdAt),
    })),
  )
