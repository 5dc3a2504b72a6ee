// Figures over the last closed sprints of the board: velocity, completion, what came and went.
import type { Gap } from '../gap.ts'
import type { Window } from '../instants.ts'
import type { Measured } from '../measured.ts'
import { known, knownOr, ratio } from '../metric-value.ts'
import { mean, sum } from '../statistics.ts'
import { sprintsOf } from './board-choice.ts'
import type { Histories } from './issue-history.ts'
import type { JiraBoardFact, JiraFacts } from './jira-facts.ts'
import { jiraGapOfMissing } from './jira-gap.ts'
import { absentFigures, withoutFigures } from './jira-measured.ts'
import type { JiraSettings } from './jira-settings.ts'
import { hasEstimates, reportSprint, type SprintReport, type SprintSpan, spanOf } from './sprint-report.ts'

export const SPRINT_METRICS = [
  'sprintCount',
  'averageVelocity',
  'velocityUnit',
  'completionRate',
  'unestimatedRate',
  'sprints',
  'activeSprints',
] as const
export type SprintMetric = (typeof SPRINT_METRICS)[number]

/** Above this share the sums in points say little. */
const TOO_MANY_UNESTIMATED = 0.5

function unestimatedOf(reports: readonly SprintReport[]): number | null {
  const known = reports.filter(({ unestimatedRate }) => unestimatedRate !== null)
  const sizes = known.map(({ issues }) => issues.committed + issues.added)
  const total = sum(sizes)
  return total === 0 ? null : sum(known.map(({ unestimatedRate }, at) => (unestimatedRate ?? 0) * (sizes[at] ?? 0))) / total
}

const plannedOf = ({ committed, added, removed }: SprintReport): number => committed + added - removed

function figuresOf(closed: readonly SprintReport[], active: readonly SprintReport[], unit: SprintReport['unit']): Measured<SprintMetric> {
  const unestimated = unestimatedOf(closed)
  const gaps: Gap[] = unestimated !== null && unestimated > TOO_MANY_UNESTIMATED ? [jiraGapOfMissing('jira-estimates-missing')] : []
  const percent = Math.round((unestimated ?? 0) * 100)
  return {
    metrics: {
      sprintCount: known(closed.length),
      averageVelocity: knownOr(mean(closed.map(({ completed }) => completed))),
      velocityUnit: known(unit),
      completionRate: ratio(sum(closed.map(({ completed }) => completed)), sum(closed.map(plannedOf))),
      unestimatedRate: knownOr(unestimated),
      sprints: known(closed),
      activeSprints: known(active),
    },
    gaps,
    notes: [
      ...(unit === 'issues' ? ['No issue of these sprints has an estimate: velocity and the sums of sprints count issues.'] : []),
      ...(unit === 'points' && percent > 0 ? [`${percent} % of the issues in these sprints have no estimate and add no points.`] : []),
    ],
  }
}

/** The last closed sprints of the board that ended before the window's end, and those that run then. */
export function measureSprints(
  facts: JiraFacts,
  histories: Histories,
  board: JiraBoardFact | null,
  window: Window,
  settings: JiraSettings,
): Measured<SprintMetric> {
  const { sprints, issues, changes } = facts
  if (sprints.state === 'absent') return absentFigures(SPRINT_METRICS, 'sprints', sprints.reason)
  if (issues.state === 'absent') return absentFigures(SPRINT_METRICS, 'issues', issues.reason)
  if (changes.state === 'absent') return absentFigures(SPRINT_METRICS, 'changes', changes.reason)
  const { sprints: own, foreign, borrowed } = sprintsOf(sprints.items, board)
  const spans = own.flatMap((sprint) => spanOf(sprint, window.to) ?? [])
  const closed = spans
    .filter(({ sprint, end }) => sprint.state === 'closed' && end < window.to)
    .sort((left, right) => left.end.getTime() - right.end.getTime() || Number(left.sprint.id) - Number(right.sprint.id))
    .slice(-settings.sprintCount)
  const active = spans.filter(({ sprint }) => sprint.state === 'active')
  const notes = [
    ...(foreign > 0 ? [`${foreign} sprints of other boards have issues on this one and were left out.`] : []),
    ...(borrowed ? ['This board has no sprint of its own: sprints of other boards with issues on it are counted.'] : []),
  ]
  if (closed.length + active.length === 0)
    return { metrics: withoutFigures(SPRINT_METRICS, 'no-data'), gaps: [jiraGapOfMissing('jira-sprints-none')], notes }
  const unit = hasEstimates([...closed, ...active], histories) ? 'points' : 'issues'
  const report = (span: SprintSpan) => reportSprint(span, histories, unit, settings.timeZone)
  const measured = figuresOf(closed.map(report), active.map(report), unit)
  const gaps = closed.length === 0 ? [jiraGapOfMissing('jira-sprints-none')] : measured.gaps
  return { ...measured, gaps, notes: [...notes, ...measured.notes] }
}
