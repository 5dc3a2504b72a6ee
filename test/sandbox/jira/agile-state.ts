// Boards, sprints and versions as the site keeps them.
import type { SiteIssue } from './site.ts'

export interface SiteColumn {
  readonly name: string
  /** Names of statuses. */
  readonly statuses: readonly string[]
  readonly min?: number
  readonly max?: number
}

export interface SiteBoard {
  readonly id: number
  readonly name: string
  readonly type: 'scrum' | 'kanban' | 'simple'
  readonly projectKey: string
  readonly columns: readonly SiteColumn[]
  readonly constraintType: string
  /** Id of the field; undefined where the board counts issues. */
  readonly estimateFieldId: string | undefined
  readonly filterId: number
  readonly subQuery: string | undefined
  /** What its filter lets through. */
  readonly matches: (issue: SiteIssue) => boolean
}

export interface SiteSprint {
  readonly id: number
  readonly name: string
  readonly originBoardId: number
  state: 'future' | 'active' | 'closed'
  startDate: Date | undefined
  endDate: Date | undefined
  completeDate: Date | undefined
}

export interface SiteVersion {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly released: boolean
  readonly archived: boolean
  /** A day: `2026-01-31`. */
  readonly releaseDate: string | undefined
}

/** What Jira Software adds to a site. */
export interface Agile {
  readonly boards: Map<number, SiteBoard>
  readonly sprints: Map<number, SiteSprint>
  readonly versions: SiteVersion[]
}

export const makeAgile = (): Agile => ({ boards: new Map(), sprints: new Map(), versions: [] })
