// Histories of many issues at once, and versions of a project.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, isRecord, type JiraRequest, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import { showHistory } from './issue-bean.ts'
import type { JiraState } from './issue-gate.ts'
import { seen } from './jql-fields.ts'
import type { Route } from './router.ts'
import { findIssue, findProject, type History, may, type SiteIssue } from './site.ts'

interface Entry {
  readonly issue: SiteIssue
  readonly history: History
}

/** Oldest first, issue by issue; with fields given, entries that changed one of them. Instants are numbers here and nowhere else. */
function bulkHistories({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const body = isRecord(request.body) ? request.body : {}
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const [ids, fieldIds] = [texts(body.issueIdsOrKeys), texts(body.fieldIds)]
  if (ids.length === 0 || ids.length > LIMITS.bulkHistoryIssues)
    return answerRefusal(refuse(400, `Name 1 to ${LIMITS.bulkHistoryIssues} issues.`))
  if (fieldIds.length > LIMITS.bulkHistoryFields)
    return answerRefusal(refuse(400, `At most ${LIMITS.bulkHistoryFields} fields can be given.`))
  const size = Math.min(typeof body.maxResults === 'number' ? body.maxResults : 1_000, LIMITS.bulkHistoryPage)
  const entries = ids
    .flatMap((id) => findIssue(site, id) ?? [])
    .filter((issue) => seen(site, request.user, issue))
    .flatMap((issue) => issue.history.map((history): Entry => ({ issue, history })))
    .filter(({ history }) => fieldIds.length === 0 || history.items.some(({ fieldId }) => fieldIds.includes(fieldId)))
  const at = typeof body.nextPageToken === 'string' ? Number(Buffer.from(body.nextPageToken, 'base64url').toString('utf8')) : 0
  if (!Number.isInteger(at)) return answerRefusal(refuse(400, 'The nextPageToken is invalid or has expired.'))
  const logs = new Map<string, unknown[]>()
  for (const { issue, history } of entries.slice(at, at + size)) {
    const shown = { ...showHistory(site, history), created: history.created.getTime() }
    logs.set(issue.id, [...(logs.get(issue.id) ?? []), shown])
  }
  return answer(200, {
    issueChangeLogs: [...logs].map(([issueId, changeHistories]) => ({ issueId, changeHistories })),
    ...(at + size < entries.length ? { nextPageToken: Buffer.from(String(at + size)).toString('base64url') } : {}),
  })
}

function listVersions({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const project = findProject(site, request.variables.project ?? '')
  if (project === undefined || !may(request.user, project, 'BROWSE_PROJECTS'))
    return answerRefusal(refuse(404, `No project could be found with key '${request.variables.project}'.`))
  return answer(
    200,
    site.agile.versions
      .filter(({ projectId }) => projectId === project.id)
      .map(({ id, name, released, archived, releaseDate }) => ({
        self: `${site.baseUrl}/rest/api/3/version/${id}`,
        id,
        name,
        archived,
        released,
        projectId: Number(project.id),
        ...(releaseDate === undefined ? {} : { releaseDate, userReleaseDate: releaseDate }),
      })),
  )
}

export const historyRoutes = (state: JiraState): readonly Route[] => [
  { method: 'POST', path: '/rest/api/3/changelog/bulkfetch', handle: (request) => bulkHistories(state, request) },
  { method: 'GET', path: '/rest/api/3/project/{project}/versions', handle: (request) => listVersions(state, request) },
]
