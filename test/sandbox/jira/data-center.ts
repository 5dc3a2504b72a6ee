// Data Center answers most questions as Cloud does, below version 2 of the API: the same handlers, their answers in its spelling.
// What Cloud alone has is not there, and the search is another one.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, isRecord, type JiraRequest, refuse } from './answer.ts'
import { showIssue } from './issue-bean.ts'
import type { JiraState } from './issue-gate.ts'
import { parseJql } from './jql.ts'
import { makeMatch } from './jql-match.ts'
import type { Route } from './router.ts'

const CLOUD_ONLY =
  /\/(?:search|search\/jql|search\/approximate-count|issue\/bulkfetch|issue\/\{issue\}\/changelog|changelog\/bulkfetch|priority\/search|statuses\/search|label|project\/search|webhook.*)$/

/** Addresses of version 2; histories name fields and not their ids; boards do not say where they are. */
function inItsSpelling(json: unknown, path: string): unknown {
  const text = JSON.stringify(json).replaceAll('/rest/api/3/', '/rest/api/2/')
  const spelt: unknown = JSON.parse(text, function (this: unknown, key: string, value: unknown) {
    const isHistory = isRecord(this) && Object.hasOwn(this, 'fieldtype')
    return (isHistory && key === 'fieldId') || key === 'hierarchyLevel' || key === 'jsdPublic' ? undefined : value
  })
  if (!path.includes('/createmeta/') || !isRecord(spelt)) return spelt
  const { issueTypes, fields, ...page } = spelt
  const values = (issueTypes ?? fields) as readonly unknown[]
  return { ...page, isLast: Number(page.startAt) + values.length >= Number(page.total), values }
}

const LARGEST_PAGE = 1_000
const KNOWN_KEYS = ['jql', 'startAt', 'maxResults', 'validateQuery', 'fields', 'expand']

/** By offset; what it may be asked for is fixed, and properties are not among it. */
function search(state: JiraState, request: JiraRequest): SandboxResponse {
  const body = isRecord(request.body) ? request.body : {}
  const unknown = Object.keys(body).find((key) => !KNOWN_KEYS.includes(key))
  if (unknown !== undefined)
    return answerRefusal(refuse(400, `Unrecognized field "${unknown}" (Class com.atlassian.jira.rest.v2.search.SearchRequestBean)`))
  const query = parseJql(String(body.jql ?? ''))
  const match =
    typeof query === 'string' ? query : makeMatch(query, { site: state.site, user: request.user, validate: body.validateQuery !== false })
  if (typeof match === 'string') return answerRefusal(refuse(400, match))
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const found = state.index.search(new Set()).filter(match.matches).toSorted(match.compare)
  const startAt = typeof body.startAt === 'number' ? body.startAt : 0
  const maxResults = Math.min(typeof body.maxResults === 'number' ? body.maxResults : 50, LARGEST_PAGE)
  const options = { fields: texts(body.fields), otherwise: '*navigable', expand: texts(body.expand), properties: [] } as const
  const issues = found.slice(startAt, startAt + maxResults).map((issue) => showIssue(state.site, issue, options))
  return answer(200, { expand: 'schema,names', startAt, maxResults, total: found.length, issues })
}

/** A list of properties that is there and empty is an error of the server. */
const emptyProperties = (request: JiraRequest): boolean => request.query.get('properties') === ''

export function dataCenterRoutes(state: JiraState, cloud: readonly Route[]): readonly Route[] {
  const shared = cloud
    .filter(({ path }) => !CLOUD_ONLY.test(path) && !path.includes('/rest/api/2/'))
    .map(
      (route): Route => ({
        ...route,
        path: route.path.replace('/rest/api/3/', '/rest/api/2/'),
        handle(request) {
          if (emptyProperties(request)) return { status: 500, json: { errorMessages: ['Internal server error'], errors: {} } }
          const response = route.handle(request)
          return response.json === undefined ? response : { ...response, json: inItsSpelling(response.json, route.path) }
        },
      }),
    )
  const handle = (request: JiraRequest) => {
    const response = search(state, request)
    return { ...response, json: inItsSpelling(response.json, '/search') }
  }
  return [...shared, { method: 'POST', path: '/rest/api/2/search', handle }]
}
