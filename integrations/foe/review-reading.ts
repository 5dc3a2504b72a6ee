// What the reviews of one pull request amount to. Order and lateness are the trap: what came after the merge did not make it
// safer, and an approval taken back before the merge was none.
import type { PullRequestFact, ReviewCommentFact, ReviewFact } from './facts/pull-request-fact.ts'
import { spanSeconds } from './instants.ts'
import { isOtherHuman } from './people.ts'
import type { MetricSettings } from './settings.ts'
import { characterCount } from './written-text.ts'

export interface ReviewedChange {
  readonly pullRequest: PullRequestFact
  readonly reviews: readonly ReviewFact[]
  readonly comments: readonly ReviewCommentFact[]
}

const wordOf = (state: string | null): string => (state ?? '').toLowerCase()

/** What a review said when it was given; a dismissed one whose words are unknown said nothing we could count. */
const saidBy = (review: ReviewFact): string => wordOf(wordOf(review.state) === 'dismissed' ? review.stateBeforeDismissal : review.state)

const isDismissedAt = ({ state, dismissedAt }: ReviewFact, at: Date): boolean =>
  dismissedAt === null ? wordOf(state) === 'dismissed' : dismissedAt <= at

/** Reviews and comments of people other than the author, pending ones left out. */
export function humanPart(
  { pullRequest, reviews, comments }: ReviewedChange,
  settings: MetricSettings,
): Omit<ReviewedChange, 'pullRequest'> {
  const counts = (person: ReviewFact['author']) => isOtherHuman(person, pullRequest.author, settings)
  return {
    reviews: reviews.filter((review) => review.submittedAt !== null && counts(review.author)),
    comments: comments.filter((comment) => counts(comment.author)),
  }
}

/** The change with only what had been said at an instant. */
const until = (change: ReviewedChange, at: Date): ReviewedChange => ({
  ...change,
  reviews: change.reviews.filter(({ submittedAt }) => submittedAt !== null && submittedAt <= at),
  comments: change.comments.filter(({ createdAt }) => createdAt <= at),
})

/** Whether it was merged with an approval of another person that stood at the merge. */
export function wasApproved(change: ReviewedChange, settings: MetricSettings): boolean {
  const { mergedAt } = change.pullRequest
  if (mergedAt === null) return false
  return humanPart(until(change, mergedAt), settings).reviews.some(
    (review) => saidBy(review) === 'approved' && !isDismissedAt(review, mergedAt),
  )
}

/** Whether somebody else looked closely before the merge: asked for changes, wrote something, or commented on a line. */
export function wasReviewedClosely(change: ReviewedChange, settings: MetricSettings): boolean {
  const { mergedAt } = change.pullRequest
  if (mergedAt === null) return false
  const { reviews, comments } = humanPart(until(change, mergedAt), settings)
  return (
    comments.length > 0 ||
    reviews.some((review) => {
      const length = characterCount((review.body ?? '').trim())
      return saidBy(review) === 'changes_requested' || length >= settings.substantiveLength || (saidBy(review) === 'approved' && length > 0)
    })
  )
}

export type Turnaround =
  | { readonly state: 'reviewed'; readonly seconds: number }
  | { readonly state: 'unreviewed' }
  | { readonly state: 'impossible' }

/**
 * From opening, or the last time it left the draft state before the first review, to the first review or line comment of
 * another person. `impossible`: the span is negative (comments carried over from elsewhere, skewed clocks).
 */
export function turnaroundOf(change: ReviewedChange, settings: MetricSettings): Turnaround {
  const { reviews, comments } = humanPart(change, settings)
  const instants = [...reviews.map(({ submittedAt }) => submittedAt as Date), ...comments.map(({ createdAt }) => createdAt)]
  if (instants.length === 0) return { state: 'unreviewed' }
  const first = new Date(minimum(instants))
  const ready = change.pullRequest.readyForReviewAt.filter((at) => at <= first)
  const start = ready.length === 0 ? change.pullRequest.createdAt : new Date(maximum(ready))
  const seconds = spanSeconds(start, first)
  return seconds === null ? { state: 'impossible' } : { state: 'reviewed', seconds }
}

const minimum = (instants: readonly Date[]): number =>
  instants.reduce((least, at) => Math.min(least, at.getTime()), Number.POSITIVE_INFINITY)
const maximum = (instants: readonly Date[]): number => instants.reduce((most, at) => Math.max(most, at.getTime()), Number.NEGATIVE_INFINITY)
