// What hangs on an issue: comments, remote links (upserted by globalId), properties.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, isRecord, type JiraRequest, pageOf, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import { parseRichText } from './field-kinds.ts'
import { showComment } from './issue-bean.ts'
import { recordChange } from './issue-changes.ts'
import { type JiraState, readIssue, writeIssue } from './issue-gate.ts'
import { propertyProblem } from './issue-properties.ts'
import type { Route } from './router.ts'
import { issueUrl } from './show.ts'
import type { RemoteLink, Site, SiteIssue } from './site.ts'

const notFound = (what: string) => answerRefusal(refuse(404, what))

function getComments(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const newestFirst = request.query.get('orderBy') === '-created'
  const { values, startAt, maxResults, total } = pageOf(request.query, newestFirst ? issue.comments.toReversed() : issue.comments, 100)
  return answer(200, { startAt, maxResults, total, comments: values.map((comment) => showComment(state.site, issue, comment)) })
}

function postComment(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'ADD_COMMENTS')
  if ('status' in issue) return issue
  if (issue.comments.length >= LIMITS.commentsPerIssue) return answerRefusal(refuse(413, 'The issue has reached its limit of comments.'))
  const parsed = parseRichText(isRecord(request.body) ? request.body.body : undefined, state.site)
  if ('problem' in parsed || request.user === undefined)
    return answerRefusal(refuse(400, { comment: 'problem' in parsed ? parsed.problem : '' }))
  const now = state.site.clock.now()
  const comment = {
    id: String(state.site.nextId()),
    author: request.user,
    created: now,
    body: parsed.value,
    updated: now,
    updateAuthor: request.user,
  }
  issue.comments.push(comment)
  recordChange(state.site, issue, request.user, [], 'issue_commented')
  return answer(201, showComment(state.site, issue, comment))
}

function changeComment(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'ADD_COMMENTS')
  if ('status' in issue) return issue
  const at = issue.comments.findIndex(({ id }) => id === request.variables.comment)
  const comment = issue.comments[at]
  if (comment === undefined || request.user === undefined) return notFound('Can not find a comment for the id.')
  if (request.method === 'DELETE') {
    issue.comments.splice(at, 1)
    recordChange(state.site, issue, request.user, [], 'issue_updated')
    return answer(204)
  }
  const parsed = parseRichText(isRecord(request.body) ? request.body.body : undefined, state.site)
  if ('problem' in parsed) return answerRefusal(refuse(400, { comment: parsed.problem }))
  comment.body = parsed.value
  comment.updated = state.site.clock.now()
  comment.updateAuthor = request.user
  recordChange(state.site, issue, request.user, [], 'issue_commented')
  return answer(200, showComment(state.site, issue, comment))
}

function getComment(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const comment = issue.comments.find(({ id }) => id === request.variables.comment)
  return comment ? answer(200, showComment(state.site, issue, comment)) : notFound('Can not find a comment for the id.')
}

const linkUrl = (site: Site, issue: SiteIssue, id: number) => `${issueUrl(site, issue)}/remotelink/${id}`

const showLink = (site: Site, issue: SiteIssue, link: RemoteLink) => ({
  id: link.id,
  self: linkUrl(site, issue, link.id),
  ...(link.globalId === undefined ? {} : { globalId: link.globalId }),
  ...link.content,
})

function getLinks(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const globalId = request.query.get('globalId')
  if (globalId === null)
    return answer(
      200,
      issue.remoteLinks.map((link) => showLink(state.site, issue, link)),
    )
  const link = issue.remoteLinks.find((entry) => entry.globalId === globalId)
  return link ? answer(200, showLink(state.site, issue, link)) : notFound('No remote link has this global id.')
}

function postLink(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'LINK_ISSUES')
  if ('status' in issue) return issue
  const body = isRecord(request.body) ? request.body : {}
  const object = isRecord(body.object) ? body.object : {}
  const problems: Record<string, string> = {}
  if (typeof object.title !== 'string' || object.title === '') problems.title = "'title' is required."
  if (typeof object.url !== 'string' || object.url === '') problems.url = "'url' is required."
  const globalId = typeof body.globalId === 'string' ? body.globalId : undefined
  if (globalId !== undefined && globalId.length > LIMITS.globalIdCharacters)
    problems.globalId = `The global id exceeds ${LIMITS.globalIdCharacters} characters.`
  if (Object.keys(problems).length > 0) return answerRefusal(refuse(400, problems))
  // An upsert replaces everything: what is not sent is gone.
  const { globalId: _globalId, ...content } = body
  const known = globalId === undefined ? undefined : issue.remoteLinks.find((entry) => entry.globalId === globalId)
  if (known) known.content = content
  const link = known ?? { id: state.site.nextId(), globalId, content }
  if (!known) issue.remoteLinks.push(link)
  return answer(known ? 200 : 201, { id: link.id, self: linkUrl(state.site, issue, link.id) })
}

function deleteLinks(state: JiraState, request: JiraRequest, matches: (link: RemoteLink) => boolean): SandboxResponse {
  const issue = writeIssue(state, request, 'LINK_ISSUES')
  if ('status' in issue) return issue
  const at = issue.remoteLinks.findIndex(matches)
  if (at < 0) return notFound('No such remote link.')
  issue.remoteLinks.splice(at, 1)
  return answer(204)
}

const propertyUrl = (site: Site, issue: SiteIssue, key: string) => `${issueUrl(site, issue)}/properties/${encodeURIComponent(key)}`

function getProperties(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  return answer(200, { keys: [...issue.properties.keys()].map((key) => ({ self: propertyUrl(state.site, issue, key), key })) })
}

function getProperty(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = readIssue(state, request)
  if ('status' in issue) return issue
  const key = request.variables.key ?? ''
  return issue.properties.has(key)
    ? answer(200, { key, value: issue.properties.get(key) })
    : notFound(`The property ${key} does not exist.`)
}

function writeProperty(state: JiraState, request: JiraRequest): SandboxResponse {
  const issue = writeIssue(state, request, 'EDIT_ISSUES')
  if ('status' in issue) return issue
  const key = request.variables.key ?? ''
  const exists = issue.properties.has(key)
  if (request.method === 'DELETE') {
    issue.properties.delete(key)
    return exists ? answer(204) : notFound(`The property ${key} does not exist.`)
  }
  const problem = propertyProblem(key, request.body)
  if (problem) return answerRefusal(refuse(400, problem))
  issue.properties.set(key, request.body)
  return answer(exists ? 200 : 201)
}

const ISSUE = '/rest/api/3/issue/{issue}'

export const issuePartRoutes = (state: JiraState): readonly Route[] => [
  { method: 'GET', path: `${ISSUE}/comment`, handle: (request) => getComments(state, request) },
  { method: 'POST', path: `${ISSUE}/comment`, handle: (request) => postComment(state, request) },
  { method: 'GET', path: `${ISSUE}/comment/{comment}`, handle: (request) => getComment(state, request) },
  { method: 'PUT', path: `${ISSUE}/comment/{comment}`, handle: (request) => changeComment(state, request) },
  { method: 'DELETE', path: `${ISSUE}/comment/{comment}`, handle: (request) => changeComment(state, request) },
  { method: 'GET', path: `${ISSUE}/remotelink`, handle: (request) => getLinks(state, request) },
  { method: 'POST', path: `${ISSUE}/remotelink`, handle: (request) => postLink(state, request) },
  {
    method: 'DELETE',
    path: `${ISSUE}/remotelink`,
    handle: (request) => deleteLinks(state, request, ({ globalId }) => globalId === request.query.get('globalId')),
  },
  {
    method: 'DELETE',
    path: `${ISSUE}/remotelink/{link}`,
    handle: (request) => deleteLinks(state, request, ({ id }) => String(id) === request.variables.link),
  },
  { method: 'GET', path: `${ISSUE}/properties`, handle: (request) => getProperties(state, request) },
  { method: 'GET', path: `${ISSUE}/properties/{key}`, handle: (request) => getProperty(state, request) },
  { method: 'PUT', path: `${ISSUE}/properties/{key}`, handle: (request) => writeProperty(state, request) },
  { method: 'DELETE', path: `${ISSUE}/properties/{key}`, handle: (request) => writeProperty(state, request) },
]
