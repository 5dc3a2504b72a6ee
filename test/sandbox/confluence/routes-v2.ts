// Version 2: spaces and pages.
import type { SandboxResponse } from '../http.ts'
import { answer, type ConfluenceRequest, isRecord, pageOf, pageV2, type Route, refusedV2, textAt } from './answer.ts'
import type { ConfluenceState } from './sandbox.ts'
import { showAttachment, showLabel, showPage, showProperty, showSpace, showVersion } from './show.ts'
import { createPage, isRefusal, removePage, type SitePage, type SiteSpace, updatePage, versionOf } from './site.ts'

const missing = (what: string) => refusedV2({ status: 404, reason: `Cannot find ${what}` })
const listOf = (request: ConfluenceRequest, name: string) =>
  request.query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter(Boolean)

const spaceById = ({ site }: ConfluenceState, id: string | undefined): SiteSpace | undefined =>
  [...site.spaces.values()].find((space) => space.id === id)
const bodyFormat = (request: ConfluenceRequest) => request.query.get('body-format')

function listPages(state: ConfluenceState, request: ConfluenceRequest, spaceIds: readonly string[]): SandboxResponse {
  const { site } = state
  const [ids, statuses, title] = [listOf(request, 'id'), listOf(request, 'status'), request.query.get('title')]
  if (ids.length > 250) return refusedV2({ status: 400, reason: 'At most 250 ids.' })
  const wanted = statuses.length > 0 ? statuses : ['current', 'archived']
  const found = [...site.pages.values()].filter(
    (page) =>
      !page.hidden &&
      wanted.includes(page.status) &&
      (ids.length === 0 || ids.includes(page.id)) &&
      (spaceIds.length === 0 || spaceIds.includes(page.spaceId)) &&
      (title === null || page.title.toLowerCase() === title.toLowerCase()),
  )
  return pageV2(request, found, (page) => showPage(site, page, bodyFormat(request)))
}

/** The body of a write in both forms that are accepted; version 2 also nests it. */
function bodyText(body: unknown): string | undefined {
  return textAt(body, 'body', 'value') ?? textAt(body, 'body', 'storage', 'value')
}
const isStorage = (body: unknown) =>
  (textAt(body, 'body', 'representation') ?? textAt(body, 'body', 'storage', 'representation')) === 'storage'

function postPage(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const { site } = state
  const space = spaceById(state, textAt(request.body, 'spaceId'))
  if (!space) return missing('space')
  if (!space.operations.has('create')) return refusedV2({ status: 403, reason: 'You may not create pages here.' })
  const title = textAt(request.body, 'title')
  if (title === undefined || !isStorage(request.body)) return refusedV2({ status: 400, reason: 'title and a storage body are required.' })
  const parentId = textAt(request.body, 'parentId')
  const created = createPage(site, request.user, space, { title, body: bodyText(request.body) ?? '', parentId })
  return isRefusal(created) ? refusedV2(created) : answer(200, showPage(site, created, 'storage'))
}

function putPage(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const page = pageOf(state, request.variables.id)
  if (!page) return missing('page')
  const { body } = request
  if (!isRecord(body) || textAt(body, 'id') !== page.id || !isStorage(body) || textAt(body, 'status') !== 'current')
    return refusedV2({ status: 400, reason: 'id, status, title, body and version are required.' })
  const number = Number(textAt(body, 'version', 'number'))
  if (!Number.isInteger(number)) return refusedV2({ status: 400, reason: 'version.number is required.' })
  const message = textAt(body, 'version', 'message')
  const input = { title: textAt(body, 'title') ?? '', body: bodyText(body) ?? '', parentId: textAt(body, 'parentId'), message, number }
  const updated = updatePage(state.site, request.user, page, input)
  return isRefusal(updated) ? refusedV2(updated) : answer(200, showPage(state.site, updated, 'storage'))
}

function getPage(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const statuses = listOf(request, 'status')
  const page = pageOf(state, request.variables.id, statuses.length > 0 ? statuses : ['current', 'archived', 'trashed'])
  if (!page) return missing('page')
  const at = state.site.clock.now()
  const has = (name: string) => request.query.get(`include-${name}`) === 'true'
  const list = (results: readonly unknown[]) => ({ results, meta: { hasMore: false, cursor: '' }, _links: { self: '' } })
  return answer(200, {
    ...showPage(state.site, page, bodyFormat(request)),
    ...(has('labels') ? { labels: list(page.labels.map(showLabel)) } : {}),
    ...(has('properties') ? { properties: list([...page.properties.values()].slice(0, 50).map((one) => showProperty(one, at))) } : {}),
    ...(has('operations')
      ? { operations: list(['read', 'update', 'delete'].map((operation) => ({ operation, targetType: 'page' }))) }
      : {}),
  })
}

function deletePage(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const purge = request.query.get('purge') === 'true'
  const page = pageOf(state, request.variables.id, purge ? ['trashed'] : ['current', 'archived'])
  if (!page) return missing('page')
  if (purge) state.site.pages.delete(page.id)
  else removePage(state.site, request.user, page, 'trashed')
  return answer(204)
}

function spaceRoutes(state: ConfluenceState): Route[] {
  const { site } = state
  return [
    {
      method: 'GET',
      path: '/api/v2/spaces',
      handle: (request) => {
        const [keys, ids] = [listOf(request, 'keys'), listOf(request, 'ids')]
        const found = [...site.spaces.values()].filter(
          (space) => (keys.length === 0 || keys.includes(space.key)) && (ids.length === 0 || ids.includes(space.id)),
        )
        return pageV2(request, found, showSpace)
      },
    },
    {
      method: 'GET',
      path: '/api/v2/spaces/{id}',
      handle: (request) => {
        const space = spaceById(state, request.variables.id)
        if (!space) return missing('space')
        const operations = [...space.operations].map((operation) => ({ operation, targetType: operation === 'read' ? 'space' : 'page' }))
        const included =
          request.query.get('include-operations') === 'true' ? { operations: { results: operations, meta: {}, _links: {} } } : {}
        return answer(200, { ...showSpace(space), ...included })
      },
    },
    {
      method: 'GET',
      path: '/api/v2/spaces/{id}/pages',
      handle: (request) =>
        spaceById(state, request.variables.id) ? listPages(state, request, [request.variables.id as string]) : missing('space'),
    },
  ]
}

/** Lists that hang on a page. */
function partRoutes(state: ConfluenceState): Route[] {
  const { site } = state
  const of = (path: string, items: (page: SitePage) => readonly unknown[]): Route => ({
    method: 'GET',
    path: `/api/v2/pages/{id}/${path}`,
    handle: (request) => {
      const page = pageOf(state, request.variables.id)
      return page ? pageV2(request, items(page), (item) => item) : missing('page')
    },
  })
  const childrenOf = (page: SitePage) =>
    [...site.pages.values()].filter((one) => one.parentId === page.id && one.status === 'current' && !one.hidden)
  const child = (one: SitePage) => ({ id: one.id, status: one.status, title: one.title, spaceId: one.spaceId })
  const ancestorsOf = (page: SitePage): SitePage[] => {
    const parent = page.parentId ? site.pages.get(page.parentId) : undefined
    return parent ? [...ancestorsOf(parent), parent] : []
  }
  const below = (page: SitePage, depth: number): unknown[] =>
    childrenOf(page).flatMap((one) => [{ ...child(one), type: 'page', parentId: page.id, depth }, ...below(one, depth + 1)])
  return [
    of('direct-children', (page) => childrenOf(page).map((one) => ({ ...child(one), type: 'page' }))),
    of('children', (page) => childrenOf(page).map(child)),
    of('descendants', (page) => below(page, 1)),
    of('ancestors', (page) => ancestorsOf(page).map(({ id }) => ({ id, type: 'page' }))),
    of('versions', (page) => page.versions.toReversed().map((version) => showVersion(page, version))),
    of('labels', (page) => page.labels.map(showLabel)),
    of('attachments', (page) => page.attachments.map((one) => showAttachment(page, one, site.clock.now()))),
  ]
}

/** Spaces, pages, and the lists of a page. */
export function v2Routes(state: ConfluenceState): Route[] {
  return [
    ...spaceRoutes(state),
    { method: 'GET', path: '/api/v2/pages', handle: (request) => listPages(state, request, listOf(request, 'space-id')) },
    { method: 'POST', path: '/api/v2/pages', handle: (request) => postPage(state, request) },
    { method: 'GET', path: '/api/v2/pages/{id}', handle: (request) => getPage(state, request) },
    { method: 'PUT', path: '/api/v2/pages/{id}', handle: (request) => putPage(state, request) },
    { method: 'DELETE', path: '/api/v2/pages/{id}', handle: (request) => deletePage(state, request) },
    {
      method: 'PUT',
      path: '/api/v2/pages/{id}/title',
      handle: (request) => {
        const page = pageOf(state, request.variables.id)
        if (!page) return missing('page')
        const input = { title: textAt(request.body, 'title') ?? '', body: page.body, number: versionOf(page).number + 1 }
        const updated = updatePage(state.site, request.user, page, input)
        return isRefusal(updated) ? refusedV2(updated) : answer(200, showPage(state.site, updated))
      },
    },
    ...partRoutes(state),
  ]
}
