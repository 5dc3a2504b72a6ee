// JQL search by token pages, and its count. Both see what the index sees.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, isRecord, type JiraRequest, listOf, type Refusal, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import { showIssue } from './issue-bean.ts'
import type { JiraState } from './issue-gate.ts'
import { parseJql } from './jql.ts'
import { makeMatch } from './jql-match.ts'
import type { Route } from './router.ts'
import type { SiteIssue, SiteUser } from './site.ts'

interface SearchInput {
  readonly jql: string
  readonly fields: readonly string[]
  readonly expand: readonly string[]
  readonly properties: readonly string[]
  readonly reconcile: readonly string[]
  readonly maxResults: number
  readonly token: string | undefined
}

function readSearch(request: JiraRequest): SearchInput {
  const body = isRecord(request.body) ? request.body : {}
  const post = request.method === 'POST'
  const list = (name: string) => {
    if (!post) return listOf(request.query, name)
    const value = body[name]
    return Array.isArray(value) ? value.map(String) : []
  }
  const one = (name: string) => {
    const value = post ? body[name] : request.query.get(name)
    return value === undefined || value === null ? undefined : String(value)
  }
  const asked = Number(one('maxResults') ?? 50)
  return {
    jql: one('jql') ?? '',
    fields: list('fields'),
    // A comma string in both forms, unlike everything else that is a list.
    expand: (one('expand') ?? '').split(',').filter((name) => name !== ''),
    properties: list('properties'),
    reconcile: list('reconcileIssues'),
    maxResults: Number.isInteger(asked) && asked > 0 ? asked : 50,
    token: one('nextPageToken'),
  }
}

function findIssues(
  state: JiraState,
  user: SiteUser | undefined,
  jql: string,
  reconcile: readonly string[],
): readonly SiteIssue[] | Refusal {
  const query = parseJql(jql)
  if (typeof query === 'string') return refuse(400, query)
  if (query.where === undefined)
    return refuse(400, 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.')
  if (query.order.length > LIMITS.searchOrderFields) return refuse(400, `At most ${LIMITS.searchOrderFields} fields can be ordered by.`)
  const match = makeMatch(query, { site: state.site, user })
  if (typeof match === 'string') return refuse(400, match)
  return state.index.search(new Set(reconcile)).filter(match.matches).toSorted(match.compare)
}

const isFound = (found: readonly SiteIssue[] | Refusal): found is readonly SiteIssue[] => Array.isArray(found)

interface PageToken {
  readonly at: number
  readonly made: number
  /** The query it belongs to. */
  readonly of: string
}

const DAY_MS = 86_400_000
const queryOf = (input: SearchInput) => JSON.stringify([input.jql, input.fields, input.reconcile])
const writeToken = (token: PageToken) => Buffer.from(JSON.stringify(token)).toString('base64url')

function readToken(text: string, input: SearchInput, now: number): PageToken | Refusal {
  const bad = () => refuse(400, 'The nextPageToken is invalid or has expired.')
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return bad()
  }
  if (!isRecord(value) || typeof value.at !== 'number' || typeof value.made !== 'number' || typeof value.of !== 'string') return bad()
  if (value.of !== queryOf(input) || now - value.made > LIMITS.nextPageTokenDays * DAY_MS) return bad()
  return { at: value.at, made: value.made, of: value.of }
}

function search(state: JiraState, request: JiraRequest): SandboxResponse {
  const input = readSearch(request)
  if (input.properties.length > LIMITS.searchProperties)
    return answerRefusal(refuse(400, `At most ${LIMITS.searchProperties} properties can be asked for.`))
  if (input.reconcile.length > LIMITS.reconcileIssues)
    return answerRefusal(refuse(400, `At most ${LIMITS.reconcileIssues} issues can be reconciled.`))
  const now = state.site.clock.now().getTime()
  const token = input.token === undefined ? { at: 0 } : readToken(input.token, input, now)
  if ('refused' in token) return answerRefusal(token)
  const found = findIssues(state, request.user, input.jql, input.reconcile)
  if (!isFound(found)) return answerRefusal(found)
  const small = input.fields.every((name) => name === 'id' || name === 'key')
  const size = Math.min(input.maxResults, small ? LIMITS.searchPageIdsOnly : LIMITS.searchPageIssues)
  const page = found.slice(token.at, token.at + size)
  const next = token.at + size
  const options = { fields: input.fields, otherwise: 'id', expand: input.expand, properties: input.properties } as const
  return answer(200, {
    issues: page.map((issue) => showIssue(state.site, issue, options)),
    ...(next < found.length ? { nextPageToken: writeToken({ at: next, made: now, of: queryOf(input) }) } : { isLast: true }),
  })
}

function count(state: JiraState, request: JiraRequest): SandboxResponse {
  const found = findIssues(state, request.user, isRecord(request.body) ? String(request.body.jql ?? '') : '', [])
  return isFound(found) ? answer(200, { count: found.length }) : answerRefusal(found)
}

export const searchRoutes = (state: JiraState): readonly Route[] => [
  { method: 'GET', path: '/rest/api/3/search/jql', handle: (request) => search(state, request) },
  { method: 'POST', path: '/rest/api/3/search/jql', handle: (request) => search(state, request) },
  { method: 'POST', path: '/rest/api/3/search/approximate-count', handle: (request) => count(state, request) },
  ...(['GET', 'POST'] as const).map(
    (method): Route => ({
      method,
      path: '/rest/api/3/search',
      handle: () => answerRefusal(refuse(410, 'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.')),
    }),
  ),
]
