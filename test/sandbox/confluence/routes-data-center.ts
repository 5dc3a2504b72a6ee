// What Data Center has in place of version 2: content, spaces and their lists under /rest/api.
import type { SandboxResponse } from '../http.ts'
import { answer, type ConfluenceRequest, isRecord, pageOf, pageV1, type Route, refusedV1, textAt } from './answer.ts'
import { propertyRoutesV1 } from './routes-properties.ts'
import { expandOf } from './routes-v1.ts'
import type { ConfluenceState } from './sandbox.ts'
import { showAttachmentV1, showContent, showLabelsV1 } from './show.ts'
import { createPage, isRefusal, removePage, updatePage } from './site.ts'

const missing = () => refusedV1({ status: 404, reason: 'No content found' })

/** The last of the ancestors in a body is the parent. */
const parentIn = (body: unknown): string | undefined => {
  const ancestors = isRecord(body) && Array.isArray(body.ancestors) ? (body.ancestors as unknown[]) : []
  return textAt(ancestors.at(-1), 'id')
}
const storageIn = (body: unknown) => textAt(body, 'body', 'storage', 'value')

function list(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const { site } = state
  const [key, title] = [request.query.get('spaceKey'), request.query.get('title')]
  const space = key === null ? undefined : site.spaces.get(key)
  const statuses = request.query.get('status') === 'any' ? ['current', 'archived'] : [request.query.get('status') ?? 'current']
  const found = [...site.pages.values()].filter(
    (page) =>
      !page.hidden &&
      statuses.includes(page.status) &&
      (key === null || page.spaceId === space?.id) &&
      (title === null || page.title.toLowerCase() === title.toLowerCase()),
  )
  return answer(
    200,
    pageV1(request, found, (page) => showContent(site, page, expandOf(request))),
  )
}

function create(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const { site } = state
  const { body } = request
  const space = site.spaces.get(textAt(body, 'space', 'key') ?? '')
  if (!space) return missing()
  const title = textAt(body, 'title')
  const storage = storageIn(body)
  if (textAt(body, 'type') !== 'page' || title === undefined || storage === undefined)
    return refusedV1({ status: 400, reason: 'type, title and body are required.' })
  const created = createPage(site, request.user, space, { title, body: storage, parentId: parentIn(body) })
  return isRefusal(created)
    ? refusedV1(created)
    : answer(200, showContent(site, created, new Set(['version', 'space', 'ancestors', 'body.storage'])))
}

function update(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const page = pageOf(state, request.variables.id)
  if (!page) return missing()
  const { body } = request
  const number = Number(textAt(body, 'version', 'number'))
  const title = textAt(body, 'title')
  const storage = storageIn(body)
  if (!Number.isInteger(number) || title === undefined || storage === undefined || textAt(body, 'type') !== 'page')
    return refusedV1({ status: 400, reason: 'type, title, body and version.number are required.' })
  const message = textAt(body, 'version', 'message')
  const updated = updatePage(state.site, request.user, page, { title, body: storage, parentId: parentIn(body), message, number })
  return isRefusal(updated) ? refusedV1(updated) : answer(200, showContent(state.site, updated, new Set(['version', 'ancestors'])))
}

const contentRoutes = (state: ConfluenceState): Route[] => [
  { method: 'GET', path: '/rest/api/content', handle: (request) => list(state, request) },
  { method: 'POST', path: '/rest/api/content', handle: (request) => create(state, request) },
  {
    method: 'GET',
    path: '/rest/api/content/{id}',
    handle: (request) => {
      const page = pageOf(state, request.variables.id, [request.query.get('status') ?? 'current'])
      return page ? answer(200, showContent(state.site, page, expandOf(request))) : missing()
    },
  },
  { method: 'PUT', path: '/rest/api/content/{id}', handle: (request) => update(state, request) },
  {
    method: 'DELETE',
    path: '/rest/api/content/{id}',
    handle: (request) => {
      const page = pageOf(state, request.variables.id)
      if (!page) return missing()
      removePage(state.site, request.user, page, 'trashed')
      return answer(204)
    },
  },
]

/** Spaces, content and what hangs on it. */
export function dataCenterRoutes(state: ConfluenceState): Route[] {
  const { site } = state
  return [
    ...contentRoutes(state),
    ...propertyRoutesV1(state),
    {
      method: 'GET',
      path: '/rest/api/content/{id}/child/page',
      handle: (request) => {
        const children = [...site.pages.values()].filter((one) => one.parentId === request.variables.id && one.status === 'current')
        return answer(
          200,
          pageV1(request, children, (one) => showContent(site, one, expandOf(request))),
        )
      },
    },
    {
      method: 'GET',
      path: '/rest/api/content/{id}/child/attachment',
      handle: (request) => {
        const page = pageOf(state, request.variables.id)
        return page
          ? answer(
              200,
              pageV1(request, page.attachments, (one) => showAttachmentV1(site, page, one)),
            )
          : missing()
      },
    },
    {
      method: 'GET',
      path: '/rest/api/content/{id}/label',
      handle: (request) => {
        const page = pageOf(state, request.variables.id)
        return page ? answer(200, showLabelsV1(page)) : missing()
      },
    },
    {
      method: 'GET',
      path: '/rest/api/space/{key}',
      handle: ({ variables }) => {
        const space = site.spaces.get(variables.key ?? '')
        if (!space) return refusedV1({ status: 404, reason: 'No space found' })
        const homepage = site.pages.get(space.homepageId)
        return answer(200, {
          id: Number(space.id),
          key: space.key,
          name: space.name,
          type: 'global',
          status: 'current',
          ...(homepage ? { homepage: showContent(site, homepage, new Set()) } : {}),
          _expandable: {},
          _links: { webui: `/display/${space.key}` },
        })
      },
    },
  ]
}
