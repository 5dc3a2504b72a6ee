// Figures of how long work takes, over the issues that became Done in the window.
import type { Window } from '../instants.ts'
import type { Measured } from '../measured.ts'
import { known, knownOr, ratio } from '../metric-value.ts'
import { mean, median } from '../statistics.ts'
import type { Histories } from './issue-history.ts'
import type { JiraFacts } from './jira-facts.ts'
import { absentFigures } from './jira-measured.ts'
import { type WorkTime, workTimeOf } from './work-times.ts'

export const CYCLE_METRICS = ['averageCycleTime', 'medianCycleTime', 'averageSubtaskCycleTime', 'completedIssues', 'reopenedRate'] as const
export const LEAD_METRICS = ['averageLeadTime', 'medianLeadTime'] as const

const seconds = (times: readonly WorkTime[], key: 'cycleSeconds' | 'leadSeconds'): readonly number[] =>
  times.flatMap((time) => time[key] ?? [])

function timesOf({ all }: Histories, window: Window) {
  const times = all.flatMap((history) => workTimeOf(history, window) ?? [])
  return {
    standard: times.filter(({ history }) => !history.issue.isSubtask),
    subtasks: times.filter(({ history }) => history.issue.isSubtask),
  }
}

const counted = (count: number, sentence: (count: number) => string): readonly string[] => (count > 0 ? [sentence(count)] : [])

/** Cycle time. Needs histories: without them nobody knows when work began. */
export function measureCycleTime(facts: JiraFacts, histories: Histories, window: Window): Measured<(typeof CYCLE_METRICS)[number]> {
  if (facts.issues.state === 'absent') return absentFigures(CYCLE_METRICS, 'issues', facts.issues.reason)
  if (facts.changes.state === 'absent') return absentFigures(CYCLE_METRICS, 'changes', facts.changes.reason)
  const { standard, subtasks } = timesOf(histories, window)
  const cycles = seconds(standard, 'cycleSeconds')
  return {
    metrics: {
      averageCycleTime: knownOr(mean(cycles)),
      medianCycleTime: knownOr(median(cycles)),
      averageSubtaskCycleTime: knownOr(mean(seconds(subtasks, 'cycleSeconds'))),
      completedIssues: known(standard.length),
      reopenedRate: ratio(standard.filter(({ reopened }) => reopened).length, standard.length),
    },
    gaps: [],
    notes: counted(
      standard.length - cycles.length,
      (count) => `${count} of ${standard.length} completed issues were never in progress and have no cycle time.`,
    ),
  }
}

/** Lead time, of every issue that became Done in the window. */
export function measureLeadTime(facts: JiraFacts, histories: Histories, window: Window): Measured<(typeof LEAD_METRICS)[number]> {
  if (facts.issues.state === 'absent') return absentFigures(LEAD_METRICS, 'issues', facts.issues.reason)
  const { standard } = timesOf(histories, window)
  const leads = seconds(standard, 'leadSeconds')
  return {
    metrics: { averageLeadTime: knownOr(mean(leads)), medianLeadTime: knownOr(median(leads)) },
    gaps: [],
    notes: counted(
      standard.length - leads.length,
      (count) => `${count} issues were resolved before they were created, by their dates, and are left out.`,
    ),
  }
}
