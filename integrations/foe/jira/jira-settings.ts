// The numbers of the Jira metrics that a request or an organisation may change, with their defaults.

export interface JiraSettings {
  /** How many closed sprints, the latest ones, count. */
  readonly sprintCount: number
  /** The board whose sprints, columns and estimate field count; null: the first that fits. */
  readonly boardId: string | null
  /** Fields that hold an estimate where the board names none, in this order: their ids on the site. */
  readonly estimateFieldIds: readonly string[]
  /** IANA name of the zone whose days a burndown has. */
  readonly timeZone: string
}

export const DEFAULT_JIRA_SETTINGS: JiraSettings = Object.freeze({
  sprintCount: 5,
  boardId: null,
  estimateFieldIds: [],
  timeZone: 'UTC',
})

/** Names of the fields that hold an estimate where a board names none: company-managed projects have the first, team-managed the second. */
export const ESTIMATE_FIELD_NAMES = ['Story Points', 'Story point estimate'] as const
