// Content properties: version 2 knows them by id, Data Center by key. Both count versions of their own.
import type { SandboxResponse } from '../http.ts'
import { answer, type ConfluenceRequest, isRecord, pageOf, pageV2, type Route, refusedV1, refusedV2, textAt } from './answer.ts'
import type { ConfluenceState } from './sandbox.ts'
import { showProperty, showPropertyV1 } from './show.ts'
import { type Refusal, refuse, type SitePage, type SiteProperty } from './site.ts'

/** Characters of JSON. */
const MAX_VALUE = 32_768
const MAX_KEY = 255

function checkValue(key: string | undefined, value: unknown): Refusal | undefined {
  if (!key || key.length > MAX_KEY) return refuse(400, 'A property needs a key of at most 255 characters.')
  if (value === undefined) return refuse(400, 'A property needs a value.')
  return JSON.stringify(value).length > MAX_VALUE ? refuse(413, 'The value is too large.') : undefined
}

function add({ site }: ConfluenceState, page: SitePage, body: unknown): SiteProperty | Refusal {
  const key = textAt(body, 'key')
  const value = isRecord(body) ? body.value : undefined
  const refused = checkValue(key, value)
  if (refused) return refused
  if (page.properties.has(key as string)) return refuse(409, `A property with the key ${key} exists.`)
  const property = { id: site.nextId(), key: key as string, value, version: 1 }
  page.properties.set(property.key, property)
  return property
}

function replace(property: SiteProperty, body: unknown): Refusal | undefined {
  const value = isRecord(body) ? body.value : undefined
  const refused = checkValue(property.key, value)
  if (refused) return refused
  if (Number(textAt(body, 'version', 'number')) !== property.version + 1) return refuse(409, `Current version: [${property.version}]`)
  property.value = value
  property.version += 1
  return undefined
}

function onPage(state: ConfluenceState, request: ConfluenceRequest, run: (page: SitePage) => SandboxResponse): SandboxResponse {
  const page = pageOf(state, request.variables.id)
  return page ? run(page) : refusedV2({ status: 404, reason: 'Cannot find page' })
}

export function propertyRoutesV2(state: ConfluenceState): Route[] {
  const now = () => state.site.clock.now()
  const on = (request: ConfluenceRequest, run: (page: SitePage, property: SiteProperty) => SandboxResponse) =>
    onPage(state, request, (page) => {
      const property = [...page.properties.values()].find(({ id }) => id === request.variables.propertyId)
      return property ? run(page, property) : refusedV2({ status: 404, reason: 'Cannot find property' })
    })
  const base = '/api/v2/pages/{id}/properties'
  return [
    {
      method: 'GET',
      path: base,
      handle: (request) =>
        onPage(state, request, (page) => {
          const key = request.query.get('key')
          const found = [...page.properties.values()].filter((one) => key === null || one.key === key)
          return pageV2(request, found, (one) => showProperty(one, now()))
        }),
    },
    {
      method: 'POST',
      path: base,
      handle: (request) =>
        onPage(state, request, (page) => {
          const added = add(state, page, request.body)
          return 'refused' in added ? refusedV2(added) : answer(200, showProperty(added, now()))
        }),
    },
    {
      method: 'GET',
      path: `${base}/{propertyId}`,
      handle: (request) => on(request, (_page, property) => answer(200, showProperty(property, now()))),
    },
    {
      method: 'PUT',
      path: `${base}/{propertyId}`,
      handle: (request) =>
        on(request, (_page, property) => {
          const refused = replace(property, request.body)
          return refused ? refusedV2(refused) : answer(200, showProperty(property, now()))
        }),
    },
    {
      method: 'DELETE',
      path: `${base}/{propertyId}`,
      handle: (request) =>
        on(request, (page, property) => {
          page.properties.delete(property.key)
          return answer(204)
        }),
    },
  ]
}

export function propertyRoutesV1(state: ConfluenceState): Route[] {
  const now = () => state.site.clock.now()
  const base = '/rest/api/content/{id}/property'
  const found = (page: SitePage, request: ConfluenceRequest) => page.properties.get(request.variables.key ?? '')
  return [
    {
      method: 'GET',
      path: `${base}/{key}`,
      handle: (request) =>
        onPage(state, request, (page) => {
          const property = found(page, request)
          return property ? answer(200, showPropertyV1(property, now())) : refusedV1({ status: 404, reason: 'No such property' })
        }),
    },
    {
      method: 'POST',
      path: base,
      handle: (request) =>
        onPage(state, request, (page) => {
          const added = add(state, page, request.body)
          return 'refused' in added ? refusedV1(added) : answer(200, showPropertyV1(added, now()))
        }),
    },
    {
      method: 'PUT',
      path: `${base}/{key}`,
      handle: (request) =>
        onPage(state, request, (page) => {
          const property = found(page, request)
          if (!property) return refusedV1({ status: 404, reason: 'No such property' })
          const refused = replace(property, request.body)
          return refused ? refusedV1(refused) : answer(200, showPropertyV1(property, now()))
        }),
    },
  ]
}
