// From Jira's answers to facts. Pure and total: a value of a shape nobody knows becomes nothing, never a fault of the whole page.
import { readEstimate } from '../../foe/jira/estimate-number.ts'
import type {
  ChangeKind,
  JiraBoardFact,
  JiraChangeFact,
  JiraIssueFact,
  JiraSprintFact,
  JiraVersionFact,
} from '../../foe/jira/jira-facts.ts'
import type { BoardConfiguration, SiteBoard, SiteHistory, SiteIssue, SiteSprint } from './import-answers.ts'

/** Ids of the fields that differ from site to site. */
export interface FieldIds {
  /** Null on a site without Jira Software. */
  readonly sprint: string | null
  /** The board's own first. */
  readonly estimates: readonly string[]
}

/**
 * Ids in a Sprint field: objects on Cloud, on Data Center texts such as
 * `com.atlassian.greenhopper.service.sprint.Sprint@1f[id=12,rapidViewId=3,state=CLOSED,…]`.
 */
export function readSprintIds(value: unknown): readonly string[] {
  const one = (entry: unknown): string | undefined => {
    if (typeof entry === 'string') return /[[,]id=(\d+)[,\]]/.exec(entry)?.[1]
    const id = entry !== null && typeof entry === 'object' ? (entry as { readonly id?: unknown }).id : undefined
    return typeof id === 'number' || typeof id === 'string' ? String(id) : undefined
  }
  return Array.isArray(value) ? value.flatMap((entry) => one(entry) ?? []) : []
}

export function toIssueFact(issue: SiteIssue, fieldIds: FieldIds, projectId: string): JiraIssueFact {
  const { fields } = issue
  return {
    id: issue.id,
    key: issue.key,
    projectId: fields.project?.id ?? projectId,
    typeName: fields.issuetype.name,
    isSubtask: fields.issuetype.subtask ?? false,
    statusId: fields.status.id,
    statusName: fields.status.name,
    statusCategory: fields.status.statusCategory,
    createdAt: fields.created,
    updatedAt: fields.updated,
    resolvedAt: fields.resolutiondate,
    estimates: Object.fromEntries(fieldIds.estimates.map((id) => [id, readEstimate(fields[id])])),
    sprintIds: fieldIds.sprint === null ? [] : readSprintIds(fields[fieldIds.sprint]),
  }
}

/** Data Center of old names the field alone; the names of these are the same in every language. */
const KIND_BY_NAME: Readonly<Record<string, ChangeKind>> = { status: 'status', Sprint: 'sprint', Key: 'key', project: 'project' }
const KIND_BY_ID: Readonly<Record<string, ChangeKind>> = { status: 'status', issuekey: 'key', project: 'project' }

/** One fact for each item of each entry that plays a part; several of one field in one entry are several. */
export function toChangeFacts(
  issueId: string,
  histories: readonly SiteHistory[],
  fieldIds: FieldIds,
  names: ReadonlyMap<string, string>,
): readonly JiraChangeFact[] {
  const kindOf = (fieldId: string | null, field: string | null): { kind: ChangeKind; fieldId: string } | undefined => {
    const id = fieldId ?? fieldIds.estimates.find((one) => names.get(one) === field) ?? null
    if (id !== null && fieldIds.estimates.includes(id)) return { kind: 'estimate', fieldId: id }
    if (id !== null && id === fieldIds.sprint) return { kind: 'sprint', fieldId: id }
    const kind = id === null ? KIND_BY_NAME[field ?? ''] : KIND_BY_ID[id]
    return kind && { kind, fieldId: id ?? (field as string) }
  }
  return histories.flatMap((history) =>
    history.items.flatMap((item, index): JiraChangeFact[] => {
      const found = kindOf(item.fieldId, item.field)
      if (!found) return []
      const { from, to } = item
      const id = `${history.id}:${index}`
      return [{ id, issueId, at: history.created, ...found, from, fromName: item.fromString, to, toName: item.toName }]
    }),
  )
}

export const toSprintFact = (sprint: SiteSprint, boardId: string): JiraSprintFact => ({
  id: sprint.id,
  name: sprint.name,
  state: sprint.state.toLowerCase(),
  originBoardId: sprint.originBoardId,
  startAt: sprint.activatedDate ?? sprint.startDate,
  endAt: sprint.endDate,
  completeAt: sprint.completeDate,
  boardIds: [boardId],
})

/** @param read what was read of the board that is measured; the others are known by name and type alone */
export const toBoardFact = (
  { id, name, type }: SiteBoard,
  read: { readonly configuration: BoardConfiguration; readonly issueIds: readonly string[] | null } | undefined,
): JiraBoardFact => ({
  id,
  name,
  type,
  columns: (read?.configuration.columnConfig.columns ?? []).map((column) => ({
    name: column.name,
    statusIds: column.statuses.map((status) => status.id),
    min: column.min,
    max: column.max,
  })),
  constraintType: read?.configuration.columnConfig.constraintType ?? 'none',
  estimateFieldId: read?.configuration.estimation?.field?.fieldId ?? null,
  issueIds: read?.issueIds ?? null,
})

export function toVersionFact(version: {
  readonly id: string
  readonly name: string
  readonly released?: boolean | null | undefined
  readonly archived?: boolean | null | undefined
  readonly releaseDate: string | null
}): JiraVersionFact {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(version.releaseDate ?? '')?.[0]
  const releasedOn = day === undefined ? null : new Date(`${day}T00:00:00Z`)
  return {
    id: version.id,
    name: version.name,
    isReleased: version.released ?? false,
    isArchived: version.archived ?? false,
    releasedOn: releasedOn !== null && Number.isNaN(releasedOn.getTime()) ? null : releasedOn,
  }
}
