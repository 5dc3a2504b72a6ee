// The issues of a project with their histories sorted out: status category, sprints and estimate at any instant. Made once per
// computation; every metric reads it.
import { itemsOf } from '../collected.ts'
import { groupBy } from '../statistics.ts'
import { readEstimate, readIdList } from './estimate-number.ts'
import type { JiraChangeFact, JiraFacts, JiraIssueFact, StatusCategory } from './jira-facts.ts'
import { type Timeline, timelineOf } from './replay.ts'
import { makeCategoryReader } from './status-category.ts'

export interface IssueHistory {
  readonly issue: JiraIssueFact
  /** Category of its status over time. */
  readonly category: Timeline<StatusCategory>
  readonly sprints: Timeline<readonly string[]>
  /** Null: no estimate. */
  readonly estimate: Timeline<number | null>
}

export interface Histories {
  readonly all: readonly IssueHistory[]
  /** How many entries of status histories name a status whose category nobody knows any more. */
  readonly guessedStatuses: number
}

const NONE: readonly JiraChangeFact[] = []

/** The first of the fields that the project's issues use at all, and of its values: boards may name a field that nobody fills. */
function estimateFieldOf(issues: readonly JiraIssueFact[], candidates: readonly string[]): string | null {
  const isFilled = (fieldId: string) => issues.some(({ estimates }) => typeof estimates[fieldId] === 'number')
  return candidates.find(isFilled) ?? candidates[0] ?? null
}

/**
 * @param estimateFieldIds the board's field first, then those that stand in for it; the first that holds any estimate counts, for
 * all issues, so that sums are of one kind
 */
export function readHistories(facts: Pick<JiraFacts, 'issues' | 'changes' | 'statuses'>, estimateFieldIds: readonly string[]): Histories {
  const issues = itemsOf(facts.issues)
  const changes = itemsOf(facts.changes)
  const byIssue = groupBy(changes, ({ issueId }) => issueId)
  const fieldId = estimateFieldOf(issues, estimateFieldIds)
  const reader = makeCategoryReader(itemsOf(facts.statuses), issues, changes)
  const all = issues.map((issue): IssueHistory => {
    const own = byIssue.get(issue.id) ?? NONE
    const of = (kind: JiraChangeFact['kind']) => own.filter((change) => change.kind === kind)
    return {
      issue,
      category: timelineOf(of('status'), issue.statusCategory, (change, side) => reader.categoryOf(issue, change, side)),
      sprints: timelineOf(of('sprint'), issue.sprintIds, (change, side) => readIdList(change[side])),
      estimate: timelineOf(
        own.filter((change) => change.kind === 'estimate' && change.fieldId === fieldId),
        (fieldId === null ? null : issue.estimates[fieldId]) ?? null,
        // Number fields keep their value in the name and nothing in the id.
        (change, side) => readEstimate((side === 'from' ? change.fromName : change.toName) ?? change[side]),
      ),
    }
  })
  return { all, guessedStatuses: reader.guesses() }
}
