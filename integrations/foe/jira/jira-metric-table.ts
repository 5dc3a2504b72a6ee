// Every figure of Jira by name: what it counts in, and how it is computed. docs/metrics.md is this table for people, and a test
// holds both together; what the program emits is held against it too.
import type { Unit } from '../metric-table.ts'

export const JIRA_DATA_TYPES = ['sprints', 'velocity', 'burndown', 'cycle-time', 'lead-time', 'wip', 'board', 'releases', 'issues'] as const
export type JiraDataType = (typeof JIRA_DATA_TYPES)[number]

export interface JiraMetricRow {
  readonly dataTypes: readonly JiraDataType[]
  readonly unit: Unit
  readonly better: 'more' | 'less' | null
  readonly definition: string
}

const row =
  (...dataTypes: readonly JiraDataType[]) =>
  (unit: Unit, better: JiraMetricRow['better'], definition: string): JiraMetricRow => ({ dataTypes, unit, better, definition })

const sprints = row('sprints', 'velocity', 'burndown')
const cycle = row('cycle-time')
const lead = row('lead-time')
const board = row('wip', 'board')
const releases = row('releases')
const issues = row('issues')

export const JIRA_METRICS = {
  sprintCount: sprints('count', null, 'closed sprints that were measured: the last `sprintCount` of the board'),
  averageVelocity: sprints(
    'number',
    'more',
    'mean of `completed` over them, in points; in issues where nothing is estimated, and then said',
  ),
  velocityUnit: sprints('word', null, '`points` or `issues`: what all sums of sprints are in'),
  completionRate: sprints('fraction', 'more', 'completed ÷ (committed + added − removed), summed over them'),
  unestimatedRate: sprints('fraction', 'less', 'issues of those sprints without an estimate ÷ all of them'),
  sprints: sprints(
    'object',
    null,
    'for each of them, oldest first: `{id, name, committed, added, removed, completed, carriedOver, completionRate, unit, issues, burndown[{date, remaining, ideal}]}`',
  ),
  activeSprints: sprints('object', null, 'the same for sprints that run, as of the window’s end'),
  averageCycleTime: cycle('seconds', 'less', 'mean from the first entry into the category In Progress to the last entry into Done'),
  medianCycleTime: cycle('seconds', 'less', 'the same, median'),
  averageSubtaskCycleTime: cycle('seconds', 'less', 'the same for sub-tasks, which no other figure includes'),
  completedIssues: cycle('count', 'more', 'issues that became Done in the window and still are at its end'),
  reopenedRate: cycle('fraction', 'less', 'of those, the share that had been Done before'),
  averageLeadTime: lead('seconds', 'less', 'mean from creation to the last entry into Done; to the resolution date where no history tells'),
  medianLeadTime: lead('seconds', 'less', 'the same, median'),
  wip: board('object', null, '`{columns[{name, min, max, current, overLimit}]}`: issues in the statuses of each board column now'),
  board: board('object', null, 'the board that was looked at: `{id, name, type, estimateField}`'),
  deploymentFrequency: releases('object', 'more', '`{daily, weekly, monthly, quarterly}` of versions released in the window'),
  releaseCount: releases('count', 'more', 'versions released in the window'),
  issueCount: issues('count', null, 'issues of the project that were read, sub-tasks too'),
  issuesByCategory: issues('object', null, 'those by status category now: `{new, indeterminate, done}`'),
} as const satisfies Readonly<Record<string, JiraMetricRow>>

export type JiraMetric = keyof typeof JIRA_METRICS

/** The names of contract.md 4.1; the others are shown beside them. */
export const JIRA_PROMISED: readonly JiraMetric[] = [
  'sprintCount',
  'averageVelocity',
  'completionRate',
  'sprints',
  'averageCycleTime',
  'medianCycleTime',
  'averageLeadTime',
  'wip',
  'deploymentFrequency',
]

/** Counts are 0 where nothing could be counted; every other figure is null then. */
export const isCount = (name: JiraMetric): boolean => JIRA_METRICS[name].unit === 'count'
