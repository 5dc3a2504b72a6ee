import type { AbsenceReason } from '../collected.ts'
import type {
  JiraBoardFact,
  JiraChangeFact,
  JiraFactKind,
  JiraIssueFact,
  JiraSprintFact,
  JiraStatusFact,
  JiraVersionFact,
} from './jira-facts.ts'

/** The kinds of facts by name. */
export interface JiraFactLists {
  readonly issues: JiraIssueFact
  readonly changes: JiraChangeFact
  readonly statuses: JiraStatusFact
  readonly sprints: JiraSprintFact
  readonly boards: JiraBoardFact
  readonly versions: JiraVersionFact
}

/** Facts of one project that were learned together. Applying it again changes nothing. */
export interface JiraFactBatch {
  readonly lists?: { readonly [K in JiraFactKind]?: readonly JiraFactLists[K][] }
  /** Kinds of which `lists` holds all there are: what is stored and not in it is there no more. */
  readonly whole?: readonly ('sprints' | 'boards' | 'versions')[]
  /** Issues (by id) whose history is in `changes` completely, as of the issue's version that is stored. */
  readonly historiesOf?: readonly string[]
  /** Issues that were moved to another project: they count there. */
  readonly movedAway?: readonly string[]
  /** Issues that can no longer be read: Jira says alike of deleted and hidden ones that they do not exist, so they are kept. */
  readonly outOfSight?: readonly string[]
  /** Issues that Jira said were deleted. */
  readonly deleted?: readonly string[]
  /** Kinds that could not be read, and why; what is stored of them stays. */
  readonly absent?: { readonly [K in JiraFactKind]?: AbsenceReason }
}
