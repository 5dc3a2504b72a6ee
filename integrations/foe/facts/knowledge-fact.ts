import type { Person } from '../people.ts'

/** A commit on the default branch, keyed by its sha. */
export interface CommitFact {
  readonly sha: string
  readonly message: string
  readonly author: Person | null
  /** The name in the commit itself: a bot without an account is known by it. */
  readonly authorName: string | null
  readonly committedAt: Date
  /** More than one: a merge. */
  readonly parents: readonly string[]
  /** Null where the list did not say. */
  readonly changedLines: number | null
}

/** A page of the wiki's git repository, keyed by its path. Every change is kept, so that any past window can be asked for. */
export interface WikiPageFact {
  readonly path: string
  readonly changedAt: readonly Date[]
  readonly deletedAt: Date | null
}

/** Keyed by the discussion's id. */
export interface DiscussionFact {
  readonly id: string
  readonly number: number
  readonly title: string
  readonly category: string
  readonly isAnswered: boolean
  readonly comments: number
  readonly url: string
  readonly createdAt: Date
}

/** An issue that somebody labelled as a gap in the documentation, keyed by its id. */
export interface GapIssueFact {
  readonly id: string
  readonly number: number
  readonly title: string
  readonly url: string
  readonly createdAt: Date
  readonly closedAt: Date | null
}
