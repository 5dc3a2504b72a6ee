// How good a pull request's description is, as a table of points. What is asked for is what a reviewer needs: enough text, a
// reason, the issue it belongs to, and how it was tested.
import { characterCount } from './written-text.ts'

export interface DescribedChange {
  /** The written part of the body. */
  readonly text: string
  readonly hasLinkedIssue: boolean
}

interface PointRule {
  readonly id: string
  readonly points: number
  readonly says: string
  readonly holds: (change: DescribedChange) => boolean
}

const longerThan = (characters: number) => (change: DescribedChange) => characterCount(change.text) >= characters

const REASON =
  /\b(because|since|so that|in order to|otherwise|why|motivation|reason|rationale|context|background|problem|purpose|goal|fix(es)? (a|the) (bug|problem|crash|regression))\b/i
const TESTED = /\b(tested|tests?|testing|verified|verify|verification|reproduced?|steps to reproduce|screenshots?|how to (check|try)|qa)\b/i

/** 100 points in all. */
export const DESCRIPTION_POINTS: readonly PointRule[] = [
  { id: 'length-30', points: 10, says: 'at least 30 characters', holds: longerThan(30) },
  { id: 'length-100', points: 10, says: 'at least 100 characters', holds: longerThan(100) },
  { id: 'length-300', points: 10, says: 'at least 300 characters', holds: longerThan(300) },
  { id: 'reason', points: 25, says: 'a reason is stated', holds: ({ text }) => REASON.test(text) },
  { id: 'linked-issue', points: 25, says: 'an issue is linked', holds: ({ hasLinkedIssue }) => hasLinkedIssue },
  { id: 'tested', points: 20, says: 'how it was tested', holds: ({ text }) => TESTED.test(text) },
]

/** 0..100. */
export const descriptionPoints = (change: DescribedChange): number =>
  DESCRIPTION_POINTS.reduce((points, rule) => points + (rule.holds(change) ? rule.points : 0), 0)
