// Issues: create one or many, read, edit, delete, walk transitions, history.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, errorCollection, isRecord, isRefusal, type JiraRequest, listOf, pageOf, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import { showEditMeta } from './field-meta.ts'
import { showHistory, showIssue, showTransitions } from './issue-bean.ts'
import { editIssue, transitionIssue } from './issue-changes.ts'
import { type JiraState, readIssue, writeIssue } from './issue-gate.ts'
import { createIssue, deleteIssue } from './issue-life.ts'
import { seen } from './jql-fields.ts'
import type { Route } from './router.ts'
import { issueUrl } from './show.ts'
import { findIssue, may, projectOf, type Site, type SiteIssue, typeOf } from './site.ts'

const showCreated = (site: Site, issue: SiteIssue) => ({ id: issue.id, key: issue.key, self: issueUrl(site, issue) })
const notSignedIn = () => answerRefusal(refuse(401, 'You are not authenticated. Authentication required to perform this operation.'))

function createOne({ site }: JiraState, request: JiraRequest): SandboxResponse {
  if (request.user === undefined) return notSignedIn()
  const created = createIssue(site, request.user, request.body)
  return isRefusal(created) ? answerRefusal(created) : answer(201, showCreated(site, created as SiteIssue))
}

const refuseAll = (reason: string) =>
  answer(400, { issues: [], errors: [{ status: 400, elementErrors: { errorMessages: [reason], errors: {} } }] })

function createMany({ site }: JiraState, request: JiraRequest): SandboxResponse {
  if (request.user === undefined) return notSignedIn()
  const updates = isRecord(request.body) ? request.body.issueUpdates : undefined
  if (!Array.isArray(updates) || updates.length === 0) return refuseAll('There are no issues to create.')
  if (updates.length > LIMITS.bulkCreateIssues) return refuseAll(`At most ${LIMITS.bulkCreateIssues} issues can be created at once.`)
  const issues: unknown[] = []
  const errors: unknown[] = []
  for (const [failedElementNumber, update] of updates.entries()) {
    const created = createIssue(site, request.user, update)
    if (isRefusal(created)) errors.push({ status: created.status, elementErrors: errorCollection(created), failedElementNumber })
    else issues.push(showCreated(site, created as SiteIssue))
  }
  return answer(issues.length > 0 ? 201 : 400, { issues, errors })
}

function getIssue(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const options = {
    fields: listOf(request.query, 'fields'),
    otherwise: '*all',
    expand: listOf(request.query, 'expand'),
    properties: listOf(request.query, 'properties'),
  } as const
  return answer(200, showIssue(state.site, issue, options))
}

function getMany({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const body = isRecord(request.body) ? request.body : {}
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const wanted = texts(body.issueIdsOrKeys)
  if (wanted.length === 0 || wanted.length > LIMITS.bulkFetchIssues)
    return answerRefusal(refuse(400, `Name 1 to ${LIMITS.bulkFetchIssues} issues.`))
  const options = { fields: texts(body.fields), otherwise: '*all', expand: texts(body.expand), properties: texts(body.properties) } as const
  const found = wanted.map((name) => findIssue(site, name))
  const issues = [...new Set(found)].filter((issue) => seen(site, request.user, issue)).map((issue) => showIssue(site, issue, options))
  const issueErrors = wanted
    .filter((_name, index) => !seen(site, request.user, found[index]))
    .map((id) => ({ id, errorMessage: 'Issue does not exist or you do not have permission to see it.' }))
  return answer(200, { issues, issueErrors })
}

function putIssue(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'EDIT_ISSUES')
  if ('status' in issue) return issue
  if (!isRecord(request.body) || request.user === undefined) return answerRefusal(refuse(400, 'The body has neither fields nor an update.'))
  const refused = editIssue(state.site, issue, request.user, request.body)
  if (refused) return answerRefusal(refused)
  if (request.query.get('returnIssue') !== 'true') return answer(204)
  return answer(
    200,
    showIssue(state.site, issue, { fields: [], otherwise: '*all', expand: listOf(request.query, 'expand'), properties: [] }),
  )
}

function removeIssue(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'DELETE_ISSUES')
  if ('status' in issue) return issue
  const refused = request.user && deleteIssue(state.site, issue, request.user, request.query.get('deleteSubtasks') === 'true')
  return refused ? answerRefusal(refused) : answer(204)
}

function getTransitions(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const allowed = may(request.user, projectOf(state.site, issue), 'TRANSITION_ISSUES')
  const id = request.query.get('transitionId')
  const transitions = allowed ? showTransitions(state.site, issue, listOf(request.query, 'expand').includes('transitions.fields')) : []
  return answer(200, { expand: 'transitions', transitions: transitions.filter((transition) => id === null || transition.id === id) })
}

function postTransition(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'TRANSITION_ISSUES')
  if ('status' in issue) return issue
  const body = isRecord(request.body) ? request.body : {}
  const id = isRecord(body.transition) ? body.transition.id : undefined
  if (id === undefined || request.user === undefined) return answerRefusal(refuse(400, "Missing 'transition' identifier"))
  const refused = transitionIssue(state.site, issue, request.user, String(id), body)
  return refused ? answerRefusal(refused) : answer(204)
}

function getChangelog(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const page = pageOf(request.query, issue.history, 100)
  const self = `${issueUrl(state.site, issue)}/changelog?startAt=${page.startAt}&maxResults=${page.maxResults}`
  return answer(200, { self, ...page, values: page.values.map((history) => showHistory(state.site, history)) })
}

function getEditMeta(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const project = projectOf(state.site, issue)
  return answer(
    200,
    may(request.user, project, 'EDIT_ISSUES') ? showEditMeta(state.site, project, typeOf(state.site, issue)) : { fields: {} },
  )
}

export const issueRoutes = (state: JiraState): readonly Route[] => [
  { method: 'POST', path: '/rest/api/3/issue', handle: (request) => createOne(state, request) },
  { method: 'POST', path: '/rest/api/3/issue/bulk', handle: (request) => createMany(state, request) },
  { method: 'POST', path: '/rest/api/3/issue/bulkfetch', handle: (request) => getMany(state, request) },
  { method: 'GET', path: '/rest/api/3/issue/{issue}', handle: (request) => getIssue(state, request) },
  { method: 'PUT', path: '/rest/api/3/issue/{issue}', handle: (request) => putIssue(state, request) },
  { method: 'DELETE', path: '/rest/api/3/issue/{issue}', handle: (request) => removeIssue(state, request) },
  { method: 'GET', path: '/rest/api/3/issue/{issue}/transitions', handle: (request) => getTransitions(state, request) },
  { method: 'POST', path: '/rest/api/3/issue/{issue}/transitions', handle: (request) => postTransition(state, request) },
  { method: 'GET', path: '/rest/api/3/issue/{issue}/changelog', handle: (request) => getChangelog(state, request) },
  { method: 'GET', path: '/rest/api/3/issue/{issue}/editmeta', handle: (request) => getEditMeta(state, request) },
]
