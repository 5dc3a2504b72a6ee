// Every request about one issue passes here: does it exist for the caller, may the caller do this, is the issue written to too
// often, did someone else change it at the same moment.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, issueNotFound, type JiraRequest, refuse } from './answer.ts'
import type { PermissionKey } from './catalogue.ts'
import { seen } from './jql-fields.ts'
import type { Limits } from './limits.ts'
import type { SearchIndex } from './search-index.ts'
import { findIssue, may, projectOf, type Site, type SiteIssue } from './site.ts'

export interface JiraState {
  readonly site: Site
  readonly index: SearchIndex
  readonly limits: Limits
  /** By issue id: what another person does at the moment of the next write, which then answers 409. */
  readonly races: Map<string, () => void>
}

/** The issue of the path variable `issue` for a read. */
export function readIssue(state: JiraState, request: JiraRequest): SiteIssue | SandboxResponse {
  const issue = findIssue(state.site, request.variables.issue ?? '')
  return seen(state.site, request.user, issue) ? issue : answerRefusal(issueNotFound())
}

/** The issue of the path variable `issue` for a write that needs the permission. */
export function writeIssue(state: JiraState, request: JiraRequest, permission: PermissionKey): SiteIssue | SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  if (!may(request.user, projectOf(state.site, issue), permission))
    return answerRefusal(refuse(403, `You do not have the permission ${permission} for this issue.`))
  if (issue.archived) return answerRefusal(refuse(403, `${issue.key} is archived: restore it to change it.`))
  const limited = state.site.form === 'cloud' ? state.limits.countWrite(issue.id) : undefined
  if (limited) return limited
  const race = state.races.get(issue.id)
  if (race === undefined) return issue
  state.races.delete(issue.id)
  race()
  return answer(409, { errorMessages: ['The issue is being changed by another request; try again.'], errors: {} })
}
