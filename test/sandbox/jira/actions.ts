// What a test does to the site without HTTP: people working in the browser, an administrator changing permissions, the index
// and other people getting in the way. Whatever a person could not do either is thrown, so that a scenario cannot go wrong silently.
import { AppError } from '../../../integrations/kernel/errors.ts'
import { adfText } from './adf-stored.ts'
import type { Refusal } from './answer.ts'
import type { PermissionKey } from './catalogue.ts'
import type { CustomFieldSpec } from './fields.ts'
import { showFields } from './issue-bean.ts'
import { availableTransitions, editIssue, recordChange, transitionIssue } from './issue-changes.ts'
import type { JiraState } from './issue-gate.ts'
import { createIssue, deleteIssue, moveIssue } from './issue-life.ts'
import { changeType, renameProject } from './issue-place.ts'
import { type CreatedProject, createProject, type ProjectSpec } from './projects.ts'
import {
  addCustomField,
  type ChangeItem,
  findIssue,
  findProject,
  projectOf,
  type Site,
  type SiteIssue,
  type SiteProject,
  type SiteUser,
  statusOf,
  typeOf,
} from './site.ts'

/** An issue as tests look at it. Values are copies: changing them changes nothing. */
export interface IssueView {
  readonly id: string
  readonly key: string
  readonly project: string
  readonly type: string
  readonly status: string
  readonly summary: string
  /** The text of the description; its ADF is in `fields.description`. */
  readonly description: string
  readonly labels: readonly string[]
  readonly priority: string
  /** Key of the parent. */
  readonly parent: string | undefined
  /** As the REST API shows them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly properties: Readonly<Record<string, unknown>>
  readonly remoteLinks: readonly Readonly<Record<string, unknown>>[]
  /** Texts, oldest first. */
  readonly comments: readonly string[]
  readonly history: readonly { readonly author: string; readonly items: readonly ChangeItem[] }[]
  readonly created: Date
  readonly updated: Date
}

export interface JiraActions {
  createProject(key: string, spec?: ProjectSpec): CreatedProject
  /** A field that is on no screen yet; returns its id. */
  createField(spec: CustomFieldSpec): string
  /** Creates an issue as a person would; `fields` as in REST, with the issue type's name. Returns the key. */
  createAsPerson(projectKey: string, typeName: string, fields: Readonly<Record<string, unknown>>): string
  editAsPerson(key: string, fields: Readonly<Record<string, unknown>>): void
  /** One step; throws `refused` with the reachable statuses when the workflow has none to it. */
  transitionAsPerson(key: string, status: string, fields?: Readonly<Record<string, unknown>>): void
  commentAsPerson(key: string, text: string): void
  deleteIssue(key: string): void
  /** Returns the new key. */
  moveIssue(key: string, projectKey: string): string
  /** Makes the issue invisible to the API, as an issue security level does. */
  hideIssue(key: string, hidden?: boolean): void
  /** Takes the issue out of search and writes, as archiving does; it can still be read. */
  archiveIssue(key: string, archived?: boolean): void
  /** Makes the issue one of another type; it begins where the workflow of that type begins. */
  changeType(key: string, typeName: string): void
  /** Gives the project another key, and all its issues with it; the old ones still find them. */
  renameProject(projectKey: string, newKey: string): void
  revoke(projectKey: string, permission: PermissionKey): void
  grant(projectKey: string, permission: PermissionKey): void
  /** The next write to the issue answers 409, and this has happened before it. */
  raceNext(key: string, happens?: () => void): void
  /** Takes the issue out of the search index until the lag has passed again. */
  forgetInSearch(key: string): void
  /** By id, oldest first. */
  issues(): readonly IssueView[]
  issue(key: string): IssueView | undefined
}

/** The actions on one site; `person` is who does what people do. */
export const makeActions = (state: JiraState, person: SiteUser): JiraActions =>
  Object.freeze({
    ...makePersonActions(state, person),
    ...makeSiteActions(state, person),
    issues: () => [...state.site.issues.values()].map((issue) => viewIssue(state, issue)),
    issue(key: string) {
      const issue = findIssue(state.site, key)
      return issue && viewIssue(state, issue)
    },
  })

function demandIssue({ site }: JiraState, key: string): SiteIssue {
  const issue = findIssue(site, key)
  if (issue === undefined) throw new AppError('not-found', `The Jira sandbox has no issue ${key}.`)
  return issue
}

function demandProject({ site }: JiraState, key: string): SiteProject {
  const found = findProject(site, key)
  if (found === undefined) throw new AppError('not-found', `The Jira sandbox has no project ${key}.`)
  return found
}

function demand(refused: Refusal | undefined, what: string): void {
  if (refused) throw new AppError('refused', `${what}: ${JSON.stringify(refused.errors)} ${refused.messages.join(' ')}`)
}

type Fields = Readonly<Record<string, unknown>>

function makePersonActions(state: JiraState, person: SiteUser) {
  const { site } = state
  const find = (key: string) => demandIssue(state, key)
  return {
    createAsPerson(projectKey: string, typeName: string, fields: Fields) {
      const target = { project: { key: projectKey }, issuetype: { name: typeName } }
      const created = createIssue(site, person, { fields: { ...fields, ...target } })
      if ('refused' in created) demand(created, `Cannot create a ${typeName} in ${projectKey}`)
      return (created as SiteIssue).key
    },
    editAsPerson: (key: string, fields: Fields) => demand(editIssue(site, find(key), person, { fields }), `Cannot edit ${key}`),
    transitionAsPerson(key: string, status: string, fields: Fields = {}) {
      const issue = find(key)
      const reachable = availableTransitions(site, issue)
      const transition = reachable.find(({ to }) => to === status)
      if (transition === undefined) {
        const names = reachable.map(({ to }) => to).join(', ') || 'nothing'
        throw new AppError(
          'refused',
          `${key} is ${statusOf(site, issue).name}; the workflow leads from there to ${names}, not to ${status}.`,
        )
      }
      demand(transitionIssue(site, issue, person, transition.id, { fields }), `Cannot move ${key} to ${status}`)
    },
    commentAsPerson(key: string, text: string) {
      const doc = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] }
      const body = site.form === 'cloud' ? doc : text
      demand(editIssue(site, find(key), person, { update: { comment: [{ add: { body } }] } }), `Cannot comment on ${key}`)
    },
    deleteIssue: (key: string) => demand(deleteIssue(site, find(key), person, true), `Cannot delete ${key}`),
    moveIssue(key: string, projectKey: string) {
      const issue = find(key)
      demand(moveIssue(site, issue, person, demandProject(state, projectKey)), `Cannot move ${key}`)
      return issue.key
    },
  }
}

function makeSiteActions(state: JiraState, person: SiteUser) {
  const { site } = state
  return {
    createProject: (key: string, spec?: ProjectSpec) => createProject(site, key, spec),
    createField: (spec: CustomFieldSpec) => addCustomField(site, spec).id,
    hideIssue(key: string, hidden = true) {
      demandIssue(state, key).hidden = hidden
    },
    archiveIssue(key: string, archived = true) {
      demandIssue(state, key).archived = archived
    },
    changeType: (key: string, typeName: string) =>
      demand(changeType(site, demandIssue(state, key), person, typeName), `Cannot make ${key} a ${typeName}`),
    renameProject: (projectKey: string, newKey: string) => renameProject(site, person, demandProject(state, projectKey), newKey),
    revoke: (projectKey: string, permission: PermissionKey) => void demandProject(state, projectKey).revoked.add(permission),
    grant: (projectKey: string, permission: PermissionKey) => void demandProject(state, projectKey).revoked.delete(permission),
    raceNext(key: string, happens?: () => void) {
      const issue = demandIssue(state, key)
      state.races.set(issue.id, happens ?? (() => recordChange(site, issue, person, [], 'issue_updated')))
    },
    forgetInSearch: (key: string) => state.index.forget(demandIssue(state, key)),
  }
}

const epicLinkOf = (site: Site) => site.customFields.find(({ kind }) => kind === 'epicLink')?.id

function viewIssue({ site }: JiraState, issue: SiteIssue): IssueView {
  const { values } = issue
  return structuredClone({
    id: issue.id,
    key: issue.key,
    project: projectOf(site, issue).key,
    type: typeOf(site, issue).name,
    status: statusOf(site, issue).name,
    summary: String(values.summary),
    description: adfText(values.description),
    labels: Array.isArray(values.labels) ? (values.labels as string[]) : [],
    priority: site.priorities.find(({ id }) => id === values.priority)?.name ?? '',
    parent: site.issues.get(String(values.parent ?? values[epicLinkOf(site) ?? ''] ?? ''))?.key,
    fields: showFields(site, issue),
    properties: Object.fromEntries(issue.properties),
    remoteLinks: issue.remoteLinks.map(({ id, globalId, content }) => ({ id, globalId, ...content })),
    comments: issue.comments.map(({ body }) => adfText(body)),
    history: issue.history.map(({ author, items }) => ({ author: author.displayName, items })),
    created: issue.created,
    updated: issue.updated,
  })
}
