// Boards, sprints and versions of the site, and what people do with them. The Sprint field is a field like others, so that putting an
// issue into a sprint leaves a history entry and reaches webhooks and index; closed sprints stay in it.
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { SiteBoard, SiteColumn } from './agile-state.ts'
import type { FieldDefinition } from './fields.ts'
import { recordChange } from './issue-changes.ts'
import { parseJql } from './jql.ts'
import { makeMatch } from './jql-match.ts'
import { addCustomField, findIssue, findProject, type Site, type SiteIssue, type SiteUser, statusOf } from './site.ts'

export interface BoardSpec {
  readonly name?: string
  readonly type?: SiteBoard['type']
  readonly projectKey: string
  readonly columns?: readonly SiteColumn[]
  readonly constraintType?: 'none' | 'issueCount' | 'issueCountExclSubs'
  readonly estimateFieldId?: string
  /** JQL of its filter; default: everything in the project. */
  readonly filter?: string
  readonly subQuery?: string
}

export interface AgileActions {
  /** Id of the site's Sprint field; made on first use. */
  sprintField(): string
  createBoard(spec: BoardSpec): number
  createSprint(boardId: number, name: string): number
  /** Starts it now, planned to end then. */
  startSprint(id: number, endDate: Date): void
  /** Closes it now; what is not Done goes on to the next sprint, or to the backlog. */
  closeSprint(id: number, next?: number): void
  /** As a person does by dragging; undefined puts it back into the backlog. */
  putInSprint(key: string, id: number | undefined): void
  createVersion(projectKey: string, version: { name: string; released?: boolean; archived?: boolean; releaseDate?: string }): string
}

const SPRINT_SCHEMA = 'com.pyxis.greenhopper.jira:gh-sprint'

export const findSprintField = (site: Site): FieldDefinition | undefined =>
  site.customFields.find(({ schema }) => schema.custom === SPRINT_SCHEMA)

/** Ids in an issue's Sprint field. */
export function sprintsOf(site: Site, issue: SiteIssue): readonly string[] {
  const field = findSprintField(site)
  const value = field && issue.values[field.id]
  return Array.isArray(value) ? (value as readonly string[]) : []
}

const demand = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new AppError('not-found', `The Jira sandbox has no ${what}.`)
  return value
}

function writeSprints(site: Site, issue: SiteIssue, person: SiteUser, ids: readonly string[]): void {
  const field = demand(findSprintField(site), 'Sprint field')
  const before = sprintsOf(site, issue)
  if (before.join() === ids.join()) return
  const names = (list: readonly string[]) => list.map((id) => site.agile.sprints.get(Number(id))?.name ?? id).join(', ')
  issue.values[field.id] = [...ids]
  const item = {
    field: 'Sprint',
    fieldId: field.id,
    fieldtype: 'custom',
    from: before.join(', '),
    fromString: names(before),
    to: ids.join(', '),
    toString: names(ids),
  } as const
  recordChange(site, issue, person, [item], 'issue_updated')
}

function createBoard(site: Site, spec: BoardSpec): number {
  const id = site.nextId()
  const { type = 'scrum', projectKey, constraintType = 'issueCountExclSubs' } = spec
  const project = demand(findProject(site, projectKey), `project ${projectKey}`)
  const query = parseJql(spec.filter ?? `project = ${project.id}`)
  if (typeof query === 'string') throw new AppError('bad-request', query)
  const match = makeMatch(query, { site, user: site.users[0] })
  if (typeof match === 'string') throw new AppError('bad-request', match)
  const columns = spec.columns ?? [
    { name: 'To Do', statuses: ['To Do'] },
    { name: 'In Progress', statuses: ['In Progress', 'In Review', 'Blocked'], max: 3 },
    { name: 'Done', statuses: ['Done'] },
  ]
  site.agile.boards.set(id, {
    id,
    name: spec.name ?? `${projectKey} board`,
    type,
    projectKey: project.key,
    columns,
    constraintType,
    estimateFieldId: spec.estimateFieldId,
    filterId: site.nextId(),
    subQuery: spec.subQuery,
    matches: match.matches,
  })
  return id
}

function closeSprint(site: Site, person: SiteUser, id: number, next: number | undefined): void {
  const sprint = demand(site.agile.sprints.get(id), `sprint ${id}`)
  sprint.state = 'closed'
  sprint.completeDate = site.clock.now()
  for (const issue of site.issues.values()) {
    const ids = sprintsOf(site, issue)
    if (ids.includes(String(id)) && statusOf(site, issue).category !== 'done' && next !== undefined)
      writeSprints(site, issue, person, [...ids, String(next)])
  }
}

function putInSprint(site: Site, person: SiteUser, key: string, id: number | undefined): void {
  const issue = demand(findIssue(site, key), `issue ${key}`)
  const closed = sprintsOf(site, issue).filter((one) => site.agile.sprints.get(Number(one))?.state === 'closed')
  writeSprints(site, issue, person, id === undefined ? closed : [...closed, String(demand(site.agile.sprints.get(id), `sprint ${id}`).id)])
}

/** What people do with boards, sprints and versions; `person` is who does it. */
export function makeAgileActions(site: Site, person: SiteUser): AgileActions {
  const sprintField = () => (findSprintField(site) ?? addCustomField(site, { name: 'Sprint', type: 'sprint' })).id
  return {
    sprintField,
    createBoard: (spec) => createBoard(site, spec),
    createSprint(boardId, name) {
      sprintField()
      const id = site.nextId()
      const board = demand(site.agile.boards.get(boardId), `board ${boardId}`)
      const dates = { startDate: undefined, endDate: undefined, completeDate: undefined }
      site.agile.sprints.set(id, { id, name, originBoardId: board.id, state: 'future', ...dates })
      return id
    },
    startSprint(id, endDate) {
      const sprint = demand(site.agile.sprints.get(id), `sprint ${id}`)
      sprint.state = 'active'
      sprint.startDate = site.clock.now()
      sprint.endDate = endDate
    },
    closeSprint: (id, next) => closeSprint(site, person, id, next),
    putInSprint: (key, id) => putInSprint(site, person, key, id),
    createVersion(projectKey, { name, released = false, archived = false, releaseDate }) {
      const id = String(site.nextId())
      const project = demand(findProject(site, projectKey), `project ${projectKey}`)
      site.agile.versions.push({ id, projectId: project.id, name, released, archived, releaseDate })
      return id
    },
  }
}
