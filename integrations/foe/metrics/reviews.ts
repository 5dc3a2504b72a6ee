// Whether other people look at changes before they land. Definitions: docs/metrics.md, confidence.
import { type Collected, itemsOf } from '../collected.ts'
import type { PullRequestFact, ReviewCommentFact, ReviewFact } from '../facts/pull-request-fact.ts'
import { isWithin, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, knownOr, ratio } from '../metric-value.ts'
import { humanPart, type ReviewedChange, turnaroundOf, wasApproved, wasReviewedClosely } from '../review-reading.ts'
import type { MetricSettings } from '../settings.ts'
import { groupBy, mean, median } from '../statistics.ts'

const NAMES = {
  counts: ['mergedPullRequests', 'unreviewedPullRequests'],
  others: ['approvalRate', 'codeReviewCoverage', 'reviewDepth', 'reviewTurnaroundTime'],
} as const
export type ReviewMetric = (typeof NAMES)['counts' | 'others'][number]

export interface ReviewFacts {
  readonly pullRequests: Collected<PullRequestFact>
  readonly reviews: Collected<ReviewFact>
  readonly reviewComments: Collected<ReviewCommentFact>
}

function changesOf(facts: ReviewFacts): readonly ReviewedChange[] {
  const reviews = groupBy(itemsOf(facts.reviews), (review) => review.pullRequestId)
  const comments = groupBy(itemsOf(facts.reviewComments), (comment) => comment.pullRequestId)
  return itemsOf(facts.pullRequests).map((pullRequest) => ({
    pullRequest,
    reviews: reviews.get(pullRequest.id) ?? [],
    comments: comments.get(pullRequest.id) ?? [],
  }))
}

/** Mean human line comments over merged changes that another person reviewed or commented on. */
function depthOf(merged: readonly ReviewedChange[], settings: MetricSettings): number | null {
  const reviewed = merged
    .map((change) => humanPart(change, settings))
    .filter(({ reviews, comments }) => reviews.length + comments.length > 0)
  return mean(reviewed.map(({ comments }) => comments.length))
}

/**
 * Approval, coverage (0..1) and depth over pull requests merged in the window; turnaround (median seconds) over those opened
 * in it. Drafts nobody has looked at are not waiting for a review, and are not counted as unreviewed.
 */
export function measureReviews(facts: ReviewFacts, window: Window, settings: MetricSettings): Measured<ReviewMetric> {
  for (const source of [facts.pullRequests, facts.reviews, facts.reviewComments])
    if (source.state === 'absent') return measuredAbsent(source, 'pull-requests', NAMES)
  const changes = changesOf(facts)
  const merged = changes.filter(({ pullRequest }) => isWithin(pullRequest.mergedAt, window))
  const opened = changes.filter(({ pullRequest }) => isWithin(pullRequest.createdAt, window))
  const turnarounds = opened.map((change) => ({ change, turnaround: turnaroundOf(change, settings) }))
  const seconds = turnarounds.flatMap(({ turnaround }) => (turnaround.state === 'reviewed' ? [turnaround.seconds] : []))
  const unreviewed = turnarounds.filter(({ change, turnaround }) => turnaround.state === 'unreviewed' && !change.pullRequest.isDraft).length
  const impossible = turnarounds.filter(({ turnaround }) => turnaround.state === 'impossible').length
  return {
    metrics: {
      mergedPullRequests: known(merged.length),
      unreviewedPullRequests: known(unreviewed),
      approvalRate: ratio(merged.filter((change) => wasApproved(change, settings)).length, merged.length),
      codeReviewCoverage: ratio(merged.filter((change) => wasReviewedClosely(change, settings)).length, merged.length),
      reviewDepth: knownOr(depthOf(merged, settings)),
      reviewTurnaroundTime: knownOr(median(seconds)),
    },
    gaps: [],
    notes: [
      ...(unreviewed > 0 ? [`${unreviewed} pull requests have no review yet and are left out of the turnaround time.`] : []),
      ...(impossible > 0
        ? [`${impossible} pull requests were reviewed before they were opened, as their instants say, and are left out.`]
        : []),
    ],
  }
}
