// Jira's figures from facts. Nothing here knows how the facts were had or where they are kept, so the same call serves an import,
// a webhook and a question about last year.
import { itemsOf } from '../collected.ts'
import type { Window } from '../instants.ts'
import type { DimensionMetrics } from '../measure.ts'
import { explain, type Measured } from '../measured.ts'
import { known, type MetricValue } from '../metric-value.ts'
import { tally } from '../statistics.ts'
import { chooseBoard } from './board-choice.ts'
import { measureBoard } from './board-metrics.ts'
import { measureCycleTime, measureLeadTime } from './flow-metrics.ts'
import { type Histories, readHistories } from './issue-history.ts'
import type { JiraBoardFact, JiraFactKind, JiraFacts } from './jira-facts.ts'
import { jiraGapOfMissing } from './jira-gap.ts'
import { absentFigures } from './jira-measured.ts'
import { JIRA_DATA_TYPES, type JiraDataType } from './jira-metric-table.ts'
import type { JiraSettings } from './jira-settings.ts'
import { measureJiraReleases } from './release-metrics.ts'
import { measureSprints } from './sprint-metrics.ts'

interface Looked {
  readonly facts: JiraFacts
  readonly histories: Histories
  readonly board: JiraBoardFact | null
  readonly window: Window
  readonly settings: JiraSettings
}

type Measure = (looked: Looked) => Measured

const ISSUE_METRICS = ['issueCount', 'issuesByCategory'] as const

const measureIssues: Measure = ({ facts: { issues } }) => {
  if (issues.state === 'absent') return absentFigures(ISSUE_METRICS, 'issues', issues.reason)
  return {
    metrics: {
      issueCount: known(issues.items.length),
      issuesByCategory: known(tally(issues.items, ({ statusCategory }) => statusCategory)),
    },
    gaps: issues.items.length === 0 ? [jiraGapOfMissing('jira-issues-none')] : [],
    notes: [],
  }
}

const sprints: Measure = ({ facts, histories, board, window, settings }) => measureSprints(facts, histories, board, window, settings)
const columns: Measure = ({ facts, board }) => measureBoard(facts, board)

const MEASURES: Readonly<Record<JiraDataType, Measure>> = {
  sprints,
  velocity: sprints,
  burndown: sprints,
  'cycle-time': ({ facts, histories, window }) => measureCycleTime(facts, histories, window),
  'lead-time': ({ facts, histories, window }) => measureLeadTime(facts, histories, window),
  wip: columns,
  board: columns,
  releases: ({ facts, window }) => measureJiraReleases(facts, window),
  issues: measureIssues,
}

const WORK: readonly JiraFactKind[] = ['issues', 'changes', 'statuses']
const SPRINTS: readonly JiraFactKind[] = [...WORK, 'sprints', 'boards']
const BOARD: readonly JiraFactKind[] = ['issues', 'boards', 'sprints']

/** Which kinds of facts each data type is computed from: what an import has to read for it. */
export const JIRA_DATA_KINDS: Readonly<Record<JiraDataType, readonly JiraFactKind[]>> = {
  sprints: SPRINTS,
  velocity: SPRINTS,
  burndown: SPRINTS,
  'cycle-time': WORK,
  'lead-time': WORK,
  wip: BOARD,
  board: BOARD,
  releases: ['versions'],
  issues: ['issues'],
}

/** Estimate fields in the order in which they count: the board's own, then those by name. */
const estimateFieldsOf = (board: JiraBoardFact | null, { estimateFieldIds }: JiraSettings): readonly string[] => [
  ...new Set([...(board?.estimateFieldId ? [board.estimateFieldId] : []), ...estimateFieldIds]),
]

/**
 * The figures of one project in a window. They are feedback: Katalyst's other dimensions learn nothing from Jira's metrics.
 * @param asked data types to compute; null or empty: all
 */
export function measureJira(
  facts: JiraFacts,
  window: Window,
  settings: JiraSettings,
  asked: readonly JiraDataType[] | null = null,
): DimensionMetrics {
  const board = chooseBoard(itemsOf(facts.boards), settings.boardId)
  const histories = readHistories(facts, estimateFieldsOf(board, settings))
  const looked: Looked = { facts, histories, board, window, settings }
  const wanted = JIRA_DATA_TYPES.filter((dataType) => !asked?.length || asked.includes(dataType))
  const parts = [...new Set(wanted.map((dataType) => MEASURES[dataType]))].map((measure) => measure(looked))
  const metrics = Object.assign({}, ...parts.map((part) => part.metrics)) as Record<string, MetricValue>
  const gaps = new Map(parts.flatMap((part) => part.gaps).map((gap) => [gap.code, gap]))
  const guessed = histories.guessedStatuses
  const notes = [
    ...parts.flatMap((part) => part.notes),
    ...(guessed > 0
      ? [`${guessed} entries of histories name a status that is gone and was never seen: the issue's present category stands for it.`]
      : []),
    ...explain(metrics),
  ]
  return { metrics, gaps: [...gaps.values()], explanation: [...new Set(notes)] }
}
