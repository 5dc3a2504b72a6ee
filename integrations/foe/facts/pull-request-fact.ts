import type { Person } from '../people.ts'

/** A commit of a pull request's branch. */
export interface PullCommit {
  readonly sha: string
  /** When it was written, and when it took its last form (as by a rebase); null where GitHub does not say. */
  readonly authoredAt: Date | null
  readonly committedAt: Date | null
}

/** Keyed by the pull request's database id: numbers are reused across repositories, names change. */
export interface PullRequestFact {
  readonly id: string
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly headBranch: string
  /** Null for a deleted account. */
  readonly author: Person | null
  readonly isDraft: boolean
  readonly createdAt: Date
  /** Lists have no `merged` any more (since March 2025): merged means that this is there. */
  readonly mergedAt: Date | null
  readonly closedAt: Date | null
  /** The commit on the default branch: the merge, the squashed one, or the last of the rebased ones. */
  readonly mergeCommitSha: string | null
  /** How many issues GitHub says it closes. */
  readonly closingReferences: number
  /** Every time it left the draft state. */
  readonly readyForReviewAt: readonly Date[]
  /** Oldest first, all of them; null where GitHub may not tell them. Left out by facts that were read before they were kept. */
  readonly commits?: readonly PullCommit[] | null
}

/** Keyed by the review's id. */
export interface ReviewFact {
  readonly id: string
  readonly pullRequestId: string
  readonly author: Person | null
  /** APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING, in whatever case it came. */
  readonly state: string
  /** What a dismissed review had said, from the timeline; null where that is unknown. */
  readonly stateBeforeDismissal: string | null
  readonly dismissedAt: Date | null
  readonly body: string | null
  /** Null while pending. */
  readonly submittedAt: Date | null
}

/** A comment on a line of the change, keyed by its id. */
export interface ReviewCommentFact {
  readonly id: string
  readonly pullRequestId: string
  /** Null for one that belongs to no review. */
  readonly reviewId: string | null
  readonly author: Person | null
  readonly createdAt: Date
}
