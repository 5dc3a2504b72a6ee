// The board as it is now: its columns, their limits, and how much work is in each.

import { itemsOf } from '../collected.ts'
import type { Measured } from '../measured.ts'
import { known } from '../metric-value.ts'
import { sprintsOf } from './board-choice.ts'
import type { JiraBoardFact, JiraFacts, JiraIssueFact } from './jira-facts.ts'
import { jiraGapOfMissing } from './jira-gap.ts'
import { absentFigures, withoutFigures } from './jira-measured.ts'

export const BOARD_METRICS = ['wip', 'board'] as const

export interface ColumnLoad {
  readonly name: string
  readonly min: number | null
  readonly max: number | null
  readonly current: number
  readonly overLimit: boolean
}

/** Sub-tasks count for limits that say so; else a column's load is its issues. */
const countsSubtasks = ({ constraintType }: JiraBoardFact): boolean => constraintType === 'issueCount'

/** Issues that the board shows: let through by its filter, and where it plans in sprints, in one that runs. */
function shownOn(board: JiraBoardFact, facts: JiraFacts): readonly JiraIssueFact[] {
  const issues = itemsOf(facts.issues).filter(({ outOfSight }) => !outOfSight)
  const allowed = board.issueIds === null ? null : new Set(board.issueIds)
  const filtered = issues.filter(({ id, isSubtask }) => (allowed === null || allowed.has(id)) && (!isSubtask || countsSubtasks(board)))
  const { sprints } = sprintsOf(itemsOf(facts.sprints), board)
  if (board.type !== 'scrum' && sprints.length === 0) return filtered
  const running = new Set(sprints.filter(({ state }) => state === 'active').map(({ id }) => id))
  return filtered.filter(({ sprintIds }) => sprintIds.some((id) => running.has(id)))
}

/** The load of each column, in the board's order. */
export function loadsOf(board: JiraBoardFact, facts: JiraFacts): readonly ColumnLoad[] {
  const issues = shownOn(board, facts)
  return board.columns.map(({ name, statusIds, min, max }) => {
    const current = issues.filter(({ statusId }) => statusIds.includes(statusId)).length
    return { name, min, max, current, overLimit: max !== null && current > max }
  })
}

/** The chosen board; `null` where the project has none. */
export function measureBoard(facts: JiraFacts, board: JiraBoardFact | null): Measured<(typeof BOARD_METRICS)[number]> {
  const { boards, issues } = facts
  if (boards.state === 'absent') return absentFigures(BOARD_METRICS, 'boards', boards.reason)
  if (issues.state === 'absent') return absentFigures(BOARD_METRICS, 'issues', issues.reason)
  if (board === null) return { metrics: withoutFigures(BOARD_METRICS, 'no-data'), gaps: [jiraGapOfMissing('jira-board-none')], notes: [] }
  const columns = loadsOf(board, facts)
  const over = columns.filter(({ overLimit }) => overLimit).map(({ name }) => name)
  const { id, name, type, estimateFieldId } = board
  return {
    metrics: { wip: known({ columns }), board: known({ id, name, type, estimateField: estimateFieldId }) },
    gaps: columns.some(({ max }) => max !== null) ? [] : [jiraGapOfMissing('jira-limits-none')],
    notes: [
      ...(over.length > 0 ? [`Over their limit: ${over.join(', ')}.`] : []),
      ...(boards.items.length > 1 ? [`The project has ${boards.items.length} boards; this is ${name} (${id}).`] : []),
    ],
  }
}
