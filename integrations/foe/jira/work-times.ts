// How long work takes: cycle time from the first touch to the last Done, lead time from the wish to the last Done. Seconds.
import { isWithin, spanSeconds, type Window } from '../instants.ts'
import type { IssueHistory } from './issue-history.ts'
import { valueAt } from './replay.ts'

export interface WorkTime {
  readonly history: IssueHistory
  readonly doneAt: Date
  /** Null where it was never in progress, or the entries contradict each other. */
  readonly cycleSeconds: number | null
  readonly leadSeconds: number | null
  /** It was Done before and came back. */
  readonly reopened: boolean
}

/** Instants at which the issue entered the category, from another one; its creation counts as an entry. */
export function entriesInto({ issue, category }: IssueHistory, wanted: string, until: Date): readonly Date[] {
  const steps = [{ at: issue.createdAt, value: category.first }, ...category.steps]
  return steps.flatMap(({ at, value }, index) => (value === wanted && steps[index - 1]?.value !== wanted && at < until ? [at] : []))
}

/**
 * The times of an issue that is Done at the window's end and became so in it, for the last time; undefined for every other one.
 * One that no entry of its history leads into Done counts by its resolution date.
 */
export function workTimeOf(history: IssueHistory, window: Window): WorkTime | undefined {
  const { issue, category } = history
  if (valueAt(category, window.to, 'before') !== 'done') return undefined
  const dones = entriesInto(history, 'done', window.to)
  const hasHistory = category.steps.some(({ value }) => value === 'done')
  const doneAt = hasHistory ? (dones.at(-1) ?? null) : issue.resolvedAt
  if (doneAt === null || !isWithin(doneAt, window)) return undefined
  const [started] = entriesInto(history, 'indeterminate', window.to)
  return {
    history,
    doneAt,
    cycleSeconds: spanSeconds(started ?? null, doneAt),
    leadSeconds: spanSeconds(issue.createdAt, doneAt),
    reopened: dones.length > 1,
  }
}
