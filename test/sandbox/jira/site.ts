// The state of one Jira site: what exists, who may do what, and who wants to know of changes. Only `issue-changes.ts` and the
// tables of comments, links and properties write to issues, so that history, index and webhooks cannot be forgotten.
import type { Clock } from '../../../integrations/kernel/clock.ts'
import type { AdfCheck } from './adf-check.ts'
import { type Agile, makeAgile } from './agile-state.ts'
import { DEFAULT_PRIORITY_ID, ISSUE_TYPES, type PermissionKey, PRIORITIES, RESOLUTIONS, type StatusCategoryKey } from './catalogue.ts'
import { CUSTOM_FIELD_TYPES, type CustomFieldSpec, type FieldDefinition, type FieldValue, SYSTEM_DEFINITIONS } from './fields.ts'
import type { Workflow } from './workflow.ts'

export interface SiteUser {
  readonly accountId: string
  readonly displayName: string
  readonly email: string
  /** API token; undefined for people who only use the browser. */
  readonly token: string | undefined
}

export interface SiteStatus {
  readonly id: string
  readonly name: string
  readonly category: StatusCategoryKey
}

export interface SiteIssueType {
  readonly id: string
  readonly name: string
  /** 1 epic, 0 standard, -1 sub-task. */
  readonly level: number
}

export interface SiteProject {
  readonly id: string
  key: string
  /** Keys it had before, which still find it. */
  readonly formerKeys: Set<string>
  readonly name: string
  readonly types: readonly SiteIssueType[]
  /** By issue type id. */
  readonly workflows: ReadonlyMap<string, Workflow>
  /** By issue type id: fields of the create and edit screen, true when required. */
  readonly screens: ReadonlyMap<string, ReadonlyMap<string, boolean>>
  /** Taken away from everyone but administrators of the sandbox. */
  readonly revoked: Set<PermissionKey>
  lastNumber: number
}

export interface ChangeItem {
  readonly field: string
  readonly fieldId: string
  readonly fieldtype: 'jira' | 'custom'
  readonly from: string | null
  readonly fromString: string | null
  readonly to: string | null
  readonly toString: string | null
}

export interface History {
  readonly id: string
  readonly author: SiteUser
  readonly created: Date
  readonly items: readonly ChangeItem[]
}

export interface IssueComment {
  readonly id: string
  readonly author: SiteUser
  readonly created: Date
  body: unknown
  updated: Date
  updateAuthor: SiteUser
}

export interface RemoteLink {
  readonly id: number
  readonly globalId: string | undefined
  content: Readonly<Record<string, unknown>>
}

export interface SiteIssue {
  readonly id: string
  key: string
  projectId: string
  typeId: string
  statusId: string
  /** Values by field id, in their stored form. */
  values: Record<string, FieldValue>
  readonly creator: SiteUser
  readonly created: Date
  updated: Date
  resolved: Date | undefined
  /** Hidden from the API (an issue security level was set). */
  hidden: boolean
  /** Can be read, and neither found nor changed. */
  archived: boolean
  readonly history: History[]
  readonly comments: IssueComment[]
  readonly remoteLinks: RemoteLink[]
  readonly properties: Map<string, unknown>
}

export interface SiteEvent {
  readonly kind: 'created' | 'updated' | 'deleted'
  /** The sort Jira gives an update: `issue_generic` is a transition. */
  readonly sort: 'issue_created' | 'issue_updated' | 'issue_generic' | 'issue_commented' | 'issue_moved' | 'issue_deleted'
  readonly issue: SiteIssue
  readonly actor: SiteUser
  readonly history: History | undefined
}

/** Which product it stands in for. */
export type SiteForm = 'cloud' | 'data-center'

export interface Site {
  readonly form: SiteForm
  /** Where it answers; known once the server is open. */
  baseUrl: string
  readonly clock: Clock
  readonly checkAdf: AdfCheck | undefined
  readonly users: SiteUser[]
  readonly projects: Map<string, SiteProject>
  readonly types: SiteIssueType[]
  readonly statuses: SiteStatus[]
  readonly customFields: FieldDefinition[]
  readonly issues: Map<string, SiteIssue>
  /** Keys an issue had before it was moved. */
  readonly oldKeys: Map<string, string>
  /** Boards, sprints and versions. */
  readonly agile: Agile
  readonly priorities: typeof PRIORITIES
  readonly resolutions: typeof RESOLUTIONS
  readonly defaultPriorityId: string
  nextId(): number
  localId(): string
  announce(event: SiteEvent): void
  subscribe(listener: (event: SiteEvent) => void): void
}

/** An empty site with the standard types, priorities and resolutions. */
export function makeSite(options: {
  readonly clock: Clock
  readonly form?: SiteForm | undefined
  readonly checkAdf?: AdfCheck | undefined
}): Site {
  const listeners: ((event: SiteEvent) => void)[] = []
  let lastId = 10_100
  let lastLocalId = 0
  return {
    form: options.form ?? 'cloud',
    baseUrl: '',
    clock: options.clock,
    checkAdf: options.checkAdf,
    users: [],
    projects: new Map(),
    types: ISSUE_TYPES.map((type, index) => ({ id: String(10_000 + index), ...type })),
    statuses: [],
    customFields: [],
    issues: new Map(),
    oldKeys: new Map(),
    agile: makeAgile(),
    priorities: PRIORITIES,
    resolutions: RESOLUTIONS,
    defaultPriorityId: DEFAULT_PRIORITY_ID,
    nextId: () => ++lastId,
    localId: () => `b${(++lastLocalId).toString(16).padStart(11, '0')}`,
    announce: (event) => {
      for (const listener of listeners) listener(event)
    },
    subscribe: (listener) => void listeners.push(listener),
  }
}

/** The project by id or key. */
export const findProject = (site: Site, idOrKey: string): SiteProject | undefined =>
  [...site.projects.values()].find(
    (project) => project.id === idOrKey || [project.key, ...project.formerKeys].includes(idOrKey.toUpperCase()),
  )

/** The issue by id, key, or a key it had before a move. */
export function findIssue(site: Site, idOrKey: string): SiteIssue | undefined {
  const direct = site.issues.get(idOrKey)
  if (direct) return direct
  const key = idOrKey.toUpperCase()
  const moved = site.oldKeys.get(key)
  return moved === undefined ? [...site.issues.values()].find((issue) => issue.key === key) : site.issues.get(moved)
}

export const projectOf = (site: Site, issue: SiteIssue): SiteProject =>
  known(site.projects.get(issue.projectId), `project ${issue.projectId}`)
export const typeOf = (site: Site, issue: SiteIssue): SiteIssueType =>
  known(
    site.types.find(({ id }) => id === issue.typeId),
    `issue type ${issue.typeId}`,
  )
export const statusOf = (site: Site, issue: SiteIssue): SiteStatus =>
  known(
    site.statuses.find(({ id }) => id === issue.statusId),
    `status ${issue.statusId}`,
  )

/** Adds a custom field to the site. A second one of the same name is a second field. */
export function addCustomField(site: Site, spec: CustomFieldSpec): FieldDefinition {
  const customId = site.nextId()
  const { kind, ...schema } = CUSTOM_FIELD_TYPES[spec.type]
  const options = (spec.options ?? []).map((value) => ({ id: String(site.nextId()), value }))
  const field = { id: `customfield_${customId}`, name: spec.name, kind, schema: { ...schema, customId }, options }
  site.customFields.push(field)
  return field
}

export const allFields = (site: Site): readonly FieldDefinition[] => [...SYSTEM_DEFINITIONS, ...site.customFields]

export const findField = (site: Site, id: string): FieldDefinition | undefined => allFields(site).find((field) => field.id === id)

/** The screen of a type in a project: field ids, true when required. */
export const screenOf = (project: SiteProject, type: SiteIssueType): ReadonlyMap<string, boolean> =>
  project.screens.get(type.id) ?? new Map()

/** Whether the account may do it in the project; anonymous callers may do nothing. */
export const may = (user: SiteUser | undefined, project: SiteProject, permission: PermissionKey): boolean =>
  user !== undefined && !project.revoked.has(permission) && !project.revoked.has('BROWSE_PROJECTS')

export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The sandbox lost ${what}.`)
  return value
}
