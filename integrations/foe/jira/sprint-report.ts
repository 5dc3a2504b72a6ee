// What became of a sprint, by replay of the Sprint field: who was in it when it began, who came, who went, and what was Done when
// it was closed. Sub-tasks are left out: they follow their parent, and their parent counts.
import { sum } from '../statistics.ts'
import type { Histories, IssueHistory } from './issue-history.ts'
import type { JiraSprintFact } from './jira-facts.ts'
import { valueAt } from './replay.ts'
import { daysBetween } from './zone-days.ts'

export const SPRINT_SUMS = ['committed', 'added', 'removed', 'completed', 'carriedOver'] as const
export type SprintSum = (typeof SPRINT_SUMS)[number]
type Sums = Readonly<Record<SprintSum, number>>

export interface BurndownDay {
  readonly date: string
  readonly remaining: number
  readonly ideal: number
}

/** Sums in points where the sprints are estimated, else in issues. committed + added − removed = completed + carriedOver. */
export interface SprintReport extends Sums {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly startAt: Date
  /** Of an active sprint, the instant it was looked at. */
  readonly closedAt: Date
  readonly unit: 'points' | 'issues'
  /** completed ÷ (committed + added − removed); null where nothing was to be done. */
  readonly completionRate: number | null
  /** The same sums as counts of issues, whatever the unit. */
  readonly issues: Sums
  /** Share of its issues without an estimate, 0..1; null for a sprint without issues. */
  readonly unestimatedRate: number | null
  readonly burndown: readonly BurndownDay[]
}

/** A sprint that ran: it has a start, and an end that is not before it. */
export interface SprintSpan {
  readonly sprint: JiraSprintFact
  readonly start: Date
  readonly end: Date
}

/** Null for a sprint that was never started, or whose dates contradict each other. */
export function spanOf(sprint: JiraSprintFact, now: Date): SprintSpan | null {
  const start = sprint.startAt
  const end = sprint.state === 'closed' ? (sprint.completeAt ?? sprint.endAt) : now
  return start === null || end === null || end <= start ? null : { sprint, start, end }
}

/** Exists, and has the sprint in its Sprint field. */
const isIn = ({ issue, sprints }: IssueHistory, id: string, at: Date, when: 'at' | 'before' = 'at'): boolean =>
  issue.createdAt <= at && valueAt(sprints, at, when).includes(id)

/** What closing a sprint does to it happens at the closing instant: it is looked at just before. */
function partsOf(span: SprintSpan, histories: readonly IssueHistory[]): Readonly<Record<SprintSum, readonly IssueHistory[]>> {
  const { sprint, start, end } = span
  const parts: Record<SprintSum, IssueHistory[]> = { committed: [], added: [], removed: [], completed: [], carriedOver: [] }
  for (const history of histories) {
    const wasThere = isIn(history, sprint.id, start)
    const isThere = isIn(history, sprint.id, end, 'before')
    const came =
      !wasThere && (isThere || history.sprints.steps.some(({ at, value }) => at > start && at < end && value.includes(sprint.id)))
    if (wasThere) parts.committed.push(history)
    if (came) parts.added.push(history)
    if ((wasThere || came) && !isThere) parts.removed.push(history)
    if (isThere) parts[valueAt(history.category, end) === 'done' ? 'completed' : 'carriedOver'].push(history)
  }
  return parts
}

/** One estimate per issue, the one at the close: with it the sums balance although estimates change. */
const pointsAt = (history: IssueHistory, at: Date): number | null => valueAt(history.estimate, at)

function sumsOf(parts: Readonly<Record<SprintSum, readonly IssueHistory[]>>, weightOf: (history: IssueHistory) => number): Sums {
  return Object.fromEntries(SPRINT_SUMS.map((name) => [name, sum(parts[name].map(weightOf))])) as Sums
}

function burndownOf(span: SprintSpan, members: readonly IssueHistory[], unit: SprintReport['unit'], timeZone: string): BurndownDay[] {
  const { sprint, start, end } = span
  const weightAt = (history: IssueHistory, at: Date) => (unit === 'points' ? (pointsAt(history, at) ?? 0) : 1)
  const remainingAt = (at: Date, when: 'at' | 'before') =>
    sum(
      members
        .filter((history) => isIn(history, sprint.id, at, when) && valueAt(history.category, at) !== 'done')
        .map((history) => weightAt(history, at)),
    )
  const planned = sprint.endAt !== null && sprint.endAt > start ? sprint.endAt : end
  const begin = sum(members.filter((history) => isIn(history, sprint.id, start)).map((history) => weightAt(history, start)))
  const idealAt = (at: Date) => begin * Math.max(0, 1 - (at.getTime() - start.getTime()) / (planned.getTime() - start.getTime()))
  return daysBetween(start, new Date(end.getTime() - 1), timeZone).map((day) => {
    const isLast = day.end >= end
    const at = isLast ? end : day.end
    return { date: day.date, remaining: remainingAt(at, 'before'), ideal: idealAt(at) }
  })
}

/** Whether any issue that the sprints touched has an estimate at their close: else they are counted in issues. */
export const hasEstimates = (spans: readonly SprintSpan[], { all }: Histories): boolean =>
  spans.some((span) =>
    Object.values(partsOf(span, withoutSubtasks(all))).some((part) => part.some((history) => pointsAt(history, span.end) !== null)),
  )

const withoutSubtasks = (all: readonly IssueHistory[]) => all.filter(({ issue }) => !issue.isSubtask)

/** The report of one sprint. */
export function reportSprint(span: SprintSpan, { all }: Histories, unit: SprintReport['unit'], timeZone: string): SprintReport {
  const { sprint, start, end } = span
  const parts = partsOf(span, withoutSubtasks(all))
  const issues = sumsOf(parts, () => 1)
  const sums = unit === 'issues' ? issues : sumsOf(parts, (history) => pointsAt(history, end) ?? 0)
  const members = [...new Set(Object.values(parts).flat())]
  const planned = sums.committed + sums.added - sums.removed
  return {
    id: sprint.id,
    name: sprint.name,
    state: sprint.state,
    startAt: start,
    closedAt: end,
    unit,
    ...sums,
    completionRate: planned > 0 ? sums.completed / planned : null,
    issues,
    unestimatedRate: members.length === 0 ? null : members.filter((history) => pointsAt(history, end) === null).length / members.length,
    burndown: burndownOf(span, members, unit, timeZone),
  }
}
