// What of Jira's REST API we use, each request a function, the same for Cloud and Data Center. Everything above this file speaks
// issues, fields and transitions; versions of the API, paths, paging and the library stay below it.
import type { ProviderContext } from '../engine/provider.ts'
import type * as answers from './answers.ts'
import { makeCloudClient } from './cloud-client.ts'
import { makeDataCenterClient } from './data-center-client.ts'

export const JIRA_EDITIONS = ['cloud', 'data-center'] as const
export type JiraEdition = (typeof JIRA_EDITIONS)[number]

export interface IssueWanted {
  /** Ids of fields; none by default. */
  readonly fields: readonly string[]
  /** Keys of entity properties; Jira takes at most 5. */
  readonly properties?: readonly string[]
}

export interface IssueChange {
  readonly fields?: Readonly<Record<string, unknown>>
  /** Additions and removals, such as `{labels: [{add: 'x'}]}`; a field may be here or in `fields`. */
  readonly update?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  readonly properties?: readonly { readonly key: string; readonly value: unknown }[]
}

export interface RemoteLink {
  readonly globalId: string
  readonly title: string
  readonly url: string
}

export interface JiraClient {
  readonly edition: JiraEdition
  /** Whether many issues with their properties cost one request. */
  readonly readsInBulk: boolean
  /** `Cloud` or `Server`, which Data Center calls itself too. Asked of the address that both have. */
  deploymentType(): Promise<string>
  /** Who we are; `authenticated` is false when Jira answered as to an anonymous visitor. */
  myself(): Promise<answers.Account & { readonly authenticated: boolean }>
  /** Which of the permissions we have in the project. */
  myPermissions(
    projectKey: string,
    keys: readonly string[],
  ): Promise<{ readonly granted: ReadonlySet<string>; readonly authenticated: boolean }>
  fields(): Promise<answers.FieldDetails[]>
  issueTypes(projectKey: string): Promise<answers.IssueType[]>
  createFields(projectKey: string, issueTypeId: string): Promise<answers.CreateField[]>
  projectStatuses(projectKey: string): Promise<answers.TypeStatuses[]>
  priorities(): Promise<answers.Named[]>
  /** The key that a project goes by now: it may be asked for by one that it had before. */
  projectKey(idOrKey: string): Promise<string>
  createIssue(issue: IssueChange): Promise<answers.CreatedIssue>
  /**
   * At most 50 at once, where the edition can: those that were created, in no order that counts, and the places (from 0) of those that
   * certainly were not. Throws where none was created, or where it is not known.
   */
  createIssues?(issues: readonly IssueChange[]): Promise<answers.CreatedIssues>
  /** Undefined when there is no such issue, or none that we may see: Jira does not say which. */
  getIssue(idOrKey: string, wanted: IssueWanted): Promise<answers.Issue | undefined>
  /** The issues that exist, in any order; ids beyond 100 are read in further requests. */
  bulkFetch(ids: readonly string[], wanted: IssueWanted): Promise<answers.Issue[]>
  /** The issue's history: when which fields (by id) were changed, in any order. */
  changes(id: string): Promise<{ readonly at: Date; readonly fields: readonly string[] }[]>
  editIssue(id: string, change: IssueChange): Promise<void>
  deleteIssue(id: string): Promise<void>
  transitions(id: string): Promise<answers.Transition[]>
  transition(id: string, transitionId: string, fields?: Readonly<Record<string, unknown>>): Promise<void>
  /** Issues of a bounded JQL, at most `limit`. The index lags: only issues in `reconcile` (ids, at most 50) are sure to be as they are. */
  search(
    query: { readonly jql: string; readonly limit: number; readonly reconcile?: readonly string[] } & IssueWanted,
  ): Promise<answers.Issue[]>
  getProperty(id: string, key: string): Promise<unknown>
  setProperty(id: string, key: string, value: unknown): Promise<void>
  /** Bodies of all comments, oldest first, as they are stored. */
  comments(id: string): Promise<unknown[]>
  addComment(id: string, body: unknown): Promise<void>
  /** Makes or updates the link with this global id: sending it twice is the same as once. */
  putRemoteLink(id: string, link: RemoteLink): Promise<void>
}

/** Opens nothing: the library is loaded by the first request. `baseUrl` is the site (or its gateway address), without `/rest`. */
export function makeJiraClient(options: {
  readonly baseUrl: string
  readonly edition: JiraEdition
  readonly context: ProviderContext
}): JiraClient {
  const { baseUrl, edition, context } = options
  return edition === 'cloud' ? makeCloudClient(baseUrl, context) : makeDataCenterClient(baseUrl, context)
}
