// Who asks, what site this is, and how it is set up: projects, types, statuses, priorities, fields, screens, permissions.
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, type JiraRequest, listOf, pageOf, refuse } from './answer.ts'
import { isPermissionKey, PERMISSIONS, STATUS_CATEGORIES } from './catalogue.ts'
import { showCreateMeta } from './field-meta.ts'
import { showFieldDetails } from './fields.ts'
import type { JiraState } from './issue-gate.ts'
import { toJiraDate } from './jira-date.ts'
import type { Route } from './router.ts'
import { showIssueType, showPriority, showProject, showStatus, showUser } from './show.ts'
import { allFields, findIssue, findProject, may, type Site, type SiteProject } from './site.ts'

const noProject = (name: string) => answerRefusal(refuse(404, `No project could be found with key or id '${name}'.`))

const showServer = (site: Site) => ({
  baseUrl: site.baseUrl,
  displayUrl: site.baseUrl,
  ...(site.form === 'cloud'
    ? { version: '1001.0.0-SNAPSHOT', versionNumbers: [1001, 0, 0], deploymentType: 'Cloud' }
    : { version: '9.12.2', versionNumbers: [9, 12, 2], deploymentType: 'Server' }),
  buildNumber: 100_000,
  buildDate: '2026-01-01T00:00:00.000+0000',
  serverTime: toJiraDate(site.clock.now()),
  scmInfo: '0',
  serverTitle: 'Jira stand-in',
})

function visibleProject({ site }: JiraState, request: JiraRequest): SiteProject | SandboxResponse {
  const name = request.variables.project ?? ''
  const project = findProject(site, name)
  return project && may(request.user, project, 'BROWSE_PROJECTS') ? project : noProject(name)
}

function searchProjects({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const keys = listOf(request.query, 'keys')
  const ids = listOf(request.query, 'id')
  const text = request.query.get('query')?.toLowerCase() ?? ''
  const found = [...site.projects.values()].filter(
    (project) =>
      may(request.user, project, 'BROWSE_PROJECTS') &&
      (keys.length === 0 || keys.includes(project.key)) &&
      (ids.length === 0 || ids.includes(project.id)) &&
      `${project.key} ${project.name}`.toLowerCase().includes(text),
  )
  const page = pageOf(request.query, found, 100)
  return answer(200, {
    self: `${site.baseUrl}/rest/api/3/project/search`,
    ...page,
    values: page.values.map((project) => showProject(site, project)),
  })
}

function getProject(state: JiraState, request: JiraRequest): SandboxResponse {
  const project = visibleProject(state, request)
  if ('status' in project) return project
  const issueTypes = project.types.map((type) => showIssueType(state.site, type))
  return answer(200, {
    ...showProject(state.site, project),
    issueTypes,
    components: [],
    versions: [],
    style: 'classic',
    isPrivate: false,
    properties: {},
  })
}

function getProjectStatuses(state: JiraState, request: JiraRequest): SandboxResponse {
  const project = visibleProject(state, request)
  if ('status' in project) return project
  const { site } = state
  return answer(
    200,
    project.types.map((type) => {
      const { self, id, name, subtask } = showIssueType(site, type)
      const inWorkflow = Object.keys(project.workflows.get(type.id)?.statuses ?? {})
      return {
        self,
        id,
        name,
        subtask,
        statuses: site.statuses.filter((status) => inWorkflow.includes(status.name)).map((status) => showStatus(site, status)),
      }
    }),
  )
}

function getCreateTypes(state: JiraState, request: JiraRequest): SandboxResponse {
  const project = visibleProject(state, request)
  if ('status' in project) return project
  const { values, startAt, maxResults, total } = pageOf(
    request.query,
    may(request.user, project, 'CREATE_ISSUES') ? project.types : [],
    200,
  )
  return answer(200, { startAt, maxResults, total, issueTypes: values.map((type) => showIssueType(state.site, type)) })
}

function getCreateFields(state: JiraState, request: JiraRequest): SandboxResponse {
  const project = visibleProject(state, request)
  if ('status' in project) return project
  const type = project.types.find(({ id }) => id === request.variables.type)
  if (type === undefined || !may(request.user, project, 'CREATE_ISSUES'))
    return answerRefusal(refuse(404, 'The issue type does not exist in this project.'))
  const { values, startAt, maxResults, total } = pageOf(request.query, showCreateMeta(state.site, project, type), 200)
  return answer(200, { startAt, maxResults, total, fields: values })
}

function getMyPermissions({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const keys = listOf(request.query, 'permissions')
  if (keys.length === 0) return answerRefusal(refuse(400, "The 'permissions' query parameter is required."))
  const unknown = keys.find((key) => !isPermissionKey(key))
  if (unknown !== undefined) return answerRefusal(refuse(400, `Unrecognised permission: ${unknown}`))
  const issueName = request.query.get('issueKey') ?? request.query.get('issueId')
  const issue = issueName === null ? undefined : findIssue(site, issueName)
  const projectName = request.query.get('projectKey') ?? request.query.get('projectId') ?? issue?.projectId
  const project = projectName === undefined ? undefined : findProject(site, projectName)
  if (projectName !== undefined && (project === undefined || !may(request.user, project, 'BROWSE_PROJECTS'))) return noProject(projectName)
  const permissions = keys.filter(isPermissionKey).map((key) => {
    const { id, name, type } = PERMISSIONS[key]
    const anywhere = project === undefined ? [...site.projects.values()] : [project]
    // The account of the sandbox is no administrator of the site, as an account of an integration should not be.
    const havePermission = type === 'PROJECT' && anywhere.some((entry) => may(request.user, entry, key))
    return [key, { id, key, name, type, description: '', havePermission }]
  })
  return answer(200, { permissions: Object.fromEntries(permissions) })
}

function getLabels({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const labels = [...site.issues.values()].flatMap(({ values }) => (Array.isArray(values.labels) ? (values.labels as string[]) : []))
  return answer(200, pageOf(request.query, [...new Set(labels)].toSorted(), 1_000))
}

function searchStatuses({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const text = request.query.get('searchString')?.toLowerCase() ?? ''
  const category = request.query.get('statusCategory')
  const shown = site.statuses
    .map(({ id, name, category: key }) => ({
      id,
      name,
      statusCategory: STATUS_CATEGORIES[key].search,
      scope: { type: 'GLOBAL' },
      description: '',
    }))
    .filter((status) => status.name.toLowerCase().includes(text) && (category === null || status.statusCategory === category))
  return answer(200, { self: `${site.baseUrl}/rest/api/3/statuses/search`, ...pageOf(request.query, shown, 200) })
}

function searchPriorities({ site }: JiraState, request: JiraRequest): SandboxResponse {
  const page = pageOf(request.query, site.priorities, 50)
  return answer(200, {
    ...page,
    values: page.values.map(({ id }) => ({ ...showPriority(site, id), isDefault: id === site.defaultPriorityId })),
  })
}

export function siteRoutes(state: JiraState): readonly Route[] {
  const { site } = state
  const signedIn = (request: JiraRequest, json: () => unknown) =>
    request.user === undefined ? answerRefusal(refuse(401, 'Client must be authenticated to access this resource.')) : answer(200, json())
  return [
    { method: 'GET', path: '/rest/api/3/serverInfo', handle: () => answer(200, showServer(site)) },
    // Asked before it is known whether the other end is Cloud or Data Center.
    { method: 'GET', path: '/rest/api/2/serverInfo', handle: () => answer(200, showServer(site)) },
    { method: 'GET', path: '/rest/api/3/myself', handle: (request) => signedIn(request, () => showUser(site, request.user)) },
    { method: 'GET', path: '/rest/api/3/mypermissions', handle: (request) => getMyPermissions(state, request) },
    { method: 'GET', path: '/rest/api/3/field', handle: () => answer(200, allFields(site).map(showFieldDetails)) },
    {
      method: 'GET',
      path: '/rest/api/3/issuetype',
      handle: () =>
        answer(
          200,
          site.types.map((type) => showIssueType(site, type)),
        ),
    },
    {
      method: 'GET',
      path: '/rest/api/3/priority',
      handle: (request) => signedIn(request, () => site.priorities.map(({ id }) => showPriority(site, id))),
    },
    { method: 'GET', path: '/rest/api/3/priority/search', handle: (request) => searchPriorities(state, request) },
    {
      method: 'GET',
      path: '/rest/api/3/status',
      handle: (request) => signedIn(request, () => site.statuses.map((status) => showStatus(site, status))),
    },
    { method: 'GET', path: '/rest/api/3/statuses/search', handle: (request) => searchStatuses(state, request) },
    { method: 'GET', path: '/rest/api/3/label', handle: (request) => getLabels(state, request) },
    { method: 'GET', path: '/rest/api/3/project/search', handle: (request) => searchProjects(state, request) },
    { method: 'GET', path: '/rest/api/3/project/{project}', handle: (request) => getProject(state, request) },
    { method: 'GET', path: '/rest/api/3/project/{project}/statuses', handle: (request) => getProjectStatuses(state, request) },
    { method: 'GET', path: '/rest/api/3/issue/createmeta/{project}/issuetypes', handle: (request) => getCreateTypes(state, request) },
    {
      method: 'GET',
      path: '/rest/api/3/issue/createmeta/{project}/issuetypes/{type}',
      handle: (request) => getCreateFields(state, request),
    },
  ]
}
