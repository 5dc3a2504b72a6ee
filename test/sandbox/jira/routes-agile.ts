// Jira Software: boards, their configuration and sprints. Kanban boards answer 400 where they are asked for sprints.
import type { SandboxResponse } from '../http.ts'
import { sprintsOf } from './agile.ts'
import type { SiteBoard, SiteSprint } from './agile-state.ts'
import { answer, answerRefusal, type JiraRequest, pageOf, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import type { JiraState } from './issue-gate.ts'
import { toJiraDate } from './jira-date.ts'
import type { Route } from './router.ts'
import { findField, findProject, may, type Site } from './site.ts'

const boardUrl = (site: Site, id: number) => `${site.baseUrl}/rest/agile/1.0/board/${id}`

function showBoard(site: Site, board: SiteBoard) {
  const project = findProject(site, board.projectKey)
  return {
    id: board.id,
    self: boardUrl(site, board.id),
    name: board.name,
    type: board.type,
    location: {
      projectId: Number(project?.id),
      displayName: `${project?.name} (${board.projectKey})`,
      projectName: project?.name,
      projectKey: board.projectKey,
      projectTypeKey: 'software',
      name: `${project?.name} (${board.projectKey})`,
    },
    isPrivate: false,
  }
}

function showConfiguration(site: Site, board: SiteBoard) {
  const statusOf = (name: string) => site.statuses.find((status) => status.name === name)?.id ?? name
  const field = board.estimateFieldId === undefined ? undefined : findField(site, board.estimateFieldId)
  return {
    id: board.id,
    name: board.name,
    type: board.type,
    self: `${boardUrl(site, board.id)}/configuration`,
    location: { type: 'project', projectKeyOrId: board.projectKey },
    filter: { id: String(board.filterId), self: `${site.baseUrl}/rest/api/2/filter/${board.filterId}` },
    ...(board.subQuery === undefined ? {} : { subQuery: { query: board.subQuery } }),
    columnConfig: {
      columns: board.columns.map(({ name, statuses, min, max }) => ({
        name,
        statuses: statuses.map((status) => ({ id: statusOf(status), self: `${site.baseUrl}/rest/api/2/status/${statusOf(status)}` })),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      })),
      constraintType: board.constraintType,
    },
    ...(field ? { estimation: { type: 'field', field: { fieldId: field.id, displayName: field.name } } } : {}),
    ranking: { rankCustomFieldId: 10_019 },
  }
}

const showSprint = (site: Site, sprint: SiteSprint) => ({
  id: sprint.id,
  self: `${site.baseUrl}/rest/agile/1.0/sprint/${sprint.id}`,
  state: sprint.state,
  name: sprint.name,
  // When it was really started: Data Center alone says so.
  ...(site.form === 'data-center' && sprint.startDate ? { activatedDate: toJiraDate(sprint.startDate) } : {}),
  ...(sprint.startDate ? { startDate: toJiraDate(sprint.startDate) } : {}),
  ...(sprint.endDate ? { endDate: toJiraDate(sprint.endDate) } : {}),
  ...(sprint.completeDate ? { completeDate: toJiraDate(sprint.completeDate) } : {}),
  originBoardId: sprint.originBoardId,
  goal: '',
})

function mayBrowse({ site }: JiraState, request: JiraRequest, projectKey: string): boolean {
  const project = findProject(site, projectKey)
  return project !== undefined && may(request.user, project, 'BROWSE_PROJECTS')
}

function listBoards(state: JiraState, request: JiraRequest): SandboxResponse {
  const { site } = state
  const wanted = request.query.get('projectKeyOrId')
  if (wanted !== null && !mayBrowse(state, request, wanted))
    return answerRefusal(refuse(400, `No project could be found with key or id '${wanted}'.`))
  const key = wanted === null ? undefined : findProject(site, wanted)?.key
  const boards = [...site.agile.boards.values()].filter(
    (board) => (key === undefined || board.projectKey === key) && mayBrowse(state, request, board.projectKey),
  )
  const page = pageOf(request.query, boards, LIMITS.agilePage)
  return answer(200, { ...page, values: page.values.map((board) => showBoard(site, board)) })
}

function withBoard(state: JiraState, request: JiraRequest, run: (board: SiteBoard) => SandboxResponse): SandboxResponse {
  const board = state.site.agile.boards.get(Number(request.variables.board))
  return board === undefined || !mayBrowse(state, request, board.projectKey)
    ? answerRefusal(
        refuse(404, 'Requested board cannot be viewed because it either does not exist or you do not have permission to view it.'),
      )
    : run(board)
}

/** Its own sprints, and those of other boards that have an issue on it. */
function listSprints(state: JiraState, request: JiraRequest, board: SiteBoard): SandboxResponse {
  const { site } = state
  if (board.type === 'kanban') return answerRefusal(refuse(400, 'The board does not support sprints'))
  const states = (request.query.get('state') ?? '').split(',').filter((one) => one !== '')
  const shown = new Set([...site.issues.values()].filter(board.matches).flatMap((issue) => sprintsOf(site, issue)))
  const sprints = [...site.agile.sprints.values()].filter(
    (sprint) =>
      (sprint.originBoardId === board.id || shown.has(String(sprint.id))) && (states.length === 0 || states.includes(sprint.state)),
  )
  const page = pageOf(request.query, sprints, LIMITS.agilePage)
  return answer(200, { ...page, values: page.values.map((sprint) => showSprint(site, sprint)) })
}

export const agileRoutes = (state: JiraState): readonly Route[] => [
  { method: 'GET', path: '/rest/agile/1.0/board', handle: (request) => listBoards(state, request) },
  {
    method: 'GET',
    path: '/rest/agile/1.0/board/{board}/configuration',
    handle: (request) => withBoard(state, request, (board) => answer(200, showConfiguration(state.site, board))),
  },
  {
    method: 'GET',
    path: '/rest/agile/1.0/board/{board}/sprint',
    handle: (request) => withBoard(state, request, (board) => listSprints(state, request, board)),
  },
]
