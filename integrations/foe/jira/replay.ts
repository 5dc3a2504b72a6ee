// What a field held at some instant, by replay of its history: the value now, and every change in order. Entries of one instant
// (one history entry may change a field several times) apply in the order of their ids.
import type { JiraChangeFact } from './jira-facts.ts'

export interface Step<T> {
  readonly at: Date
  readonly value: T
}

/** A field over time: the value from the beginning, and one step for each change. */
export interface Timeline<T> {
  readonly first: T
  readonly steps: readonly Step<T>[]
}

/** History ids are numbers in texts, the item's place behind a colon: `10001:0`. */
function compareIds(left: string, right: string): number {
  const [a, b] = [left, right].map((id) => id.split(':').map(Number)) as [number[], number[]]
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const apart = (a[at] ?? 0) - (b[at] ?? 0)
    if (Number.isFinite(apart) && apart !== 0) return apart
  }
  return left < right ? -1 : left > right ? 1 : 0
}

/** In the order in which they happened, whatever order they were answered in. */
export const inOrder = (changes: readonly JiraChangeFact[]): readonly JiraChangeFact[] =>
  [...changes].sort((left, right) => left.at.getTime() - right.at.getTime() || compareIds(left.id, right.id))

/**
 * The field's course. Before its first change it held that change's old value; without any change it always held the present one.
 * @param changes of one issue and one field, in any order
 */
export function timelineOf<T>(
  changes: readonly JiraChangeFact[],
  now: T,
  read: (change: JiraChangeFact, side: 'from' | 'to') => T,
): Timeline<T> {
  const ordered = inOrder(changes)
  const [oldest] = ordered
  return {
    first: oldest ? read(oldest, 'from') : now,
    steps: ordered.map((change) => ({ at: change.at, value: read(change, 'to') })),
  }
}

/** The value at an instant: a change at the very instant counts, unless `before` is asked for. */
export function valueAt<T>({ first, steps }: Timeline<T>, at: Date, when: 'at' | 'before' = 'at'): T {
  const last = steps.findLast((step) => (when === 'at' ? step.at <= at : step.at < at))
  return last ? last.value : first
}
