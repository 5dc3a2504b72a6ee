// Everything Jira told about one project: what its delivery metrics are functions of. Ids decide, never names: names change, and
// follow the language of whoever asked. History is kept item by item, with ids and names as they were then.
import type { Collected } from '../collected.ts'

/** Keys of Jira's status categories; open, for what Jira may add. */
export type StatusCategory = 'new' | 'indeterminate' | 'done' | (string & {})

/** An issue as it is now, keyed by its id: keys change when it moves. */
export interface JiraIssueFact {
  readonly id: string
  readonly key: string
  readonly projectId: string
  readonly typeName: string
  readonly isSubtask: boolean
  readonly statusId: string
  readonly statusName: string
  readonly statusCategory: StatusCategory
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null while unresolved, and on some sites for issues that are Done all the same. */
  readonly resolvedAt: Date | null
  /** Value of each field that may hold the estimate, by field id; null where it is empty, which is not 0. */
  readonly estimates: Readonly<Record<string, number | null>>
  /** Sprints in its Sprint field: closed ones stay there. */
  readonly sprintIds: readonly string[]
  /** It could be read before and lately could not: deleted, or hidden from this credential; Jira does not say which. */
  readonly outOfSight?: true
}

/** What a change is about. Fields of a site have ids of their own, so the reader says which one plays which part. */
export const CHANGE_KINDS = ['status', 'sprint', 'estimate', 'key', 'project'] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** One item of one history entry, keyed by the entry's id and the item's place in it. */
export interface JiraChangeFact {
  readonly id: string
  readonly issueId: string
  readonly at: Date
  readonly kind: ChangeKind
  readonly fieldId: string
  /** Ids: of a status, or of sprints as a comma list; the number itself for an estimate. Null for nothing. */
  readonly from: string | null
  readonly fromName: string | null
  readonly to: string | null
  readonly toName: string | null
}

/** A status that was ever seen, keyed by its id; ones that Jira no longer lists stay. */
export interface JiraStatusFact {
  readonly id: string
  readonly name: string
  readonly category: StatusCategory
}

/** Keyed by the sprint's id. A sprint is seen through every board it has issues on. */
export interface JiraSprintFact {
  readonly id: string
  readonly name: string
  readonly state: 'future' | 'active' | 'closed' | (string & {})
  /** The board that owns it; null where Jira does not say. */
  readonly originBoardId: string | null
  /** When it was really started (Data Center's `activatedDate`), else the start that was planned. */
  readonly startAt: Date | null
  /** The planned end. */
  readonly endAt: Date | null
  /** When it was closed: often after its plan, sometimes before. */
  readonly completeAt: Date | null
  /** Boards it was listed on. */
  readonly boardIds: readonly string[]
}

export interface JiraColumn {
  readonly name: string
  readonly statusIds: readonly string[]
  readonly min: number | null
  readonly max: number | null
}

/** Keyed by the board's id. */
export interface JiraBoardFact {
  readonly id: string
  readonly name: string
  /** `scrum` has sprints, `kanban` has none, `simple` (team-managed) may have them. */
  readonly type: string
  readonly columns: readonly JiraColumn[]
  /** What column limits count: `none`, `issueCount`, or `issueCountExclSubs` (without sub-tasks). */
  readonly constraintType: string
  /** The board's estimation field; null where it counts issues. */
  readonly estimateFieldId: string | null
  /** Issues that its filter lets onto the board; null where that could not be asked. */
  readonly issueIds: readonly string[] | null
}

/** Keyed by the version's id. */
export interface JiraVersionFact {
  readonly id: string
  readonly name: string
  readonly isReleased: boolean
  readonly isArchived: boolean
  /** Jira knows the day alone: its beginning in UTC. Null where nobody entered one. */
  readonly releasedOn: Date | null
}

/** What one project's metrics are computed from. */
export interface JiraFacts {
  readonly issues: Collected<JiraIssueFact>
  readonly changes: Collected<JiraChangeFact>
  readonly statuses: Collected<JiraStatusFact>
  readonly sprints: Collected<JiraSprintFact>
  readonly boards: Collected<JiraBoardFact>
  readonly versions: Collected<JiraVersionFact>
}

export type JiraFactKind = keyof JiraFacts

const NOT_COLLECTED = { state: 'absent', reason: 'not-collected' } as const

/** Facts of a project that nobody has imported yet. */
export const NO_JIRA_FACTS: JiraFacts = Object.freeze({
  issues: NOT_COLLECTED,
  changes: NOT_COLLECTED,
  statuses: NOT_COLLECTED,
  sprints: NOT_COLLECTED,
  boards: NOT_COLLECTED,
  versions: NOT_COLLECTED,
})
