// What a handler takes and gives, how a path finds its handler, and how the two generations of the API say no.
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import type { ConfluenceState } from './sandbox.ts'
import type { Refusal, SitePage, SiteUser } from './site.ts'

export interface ConfluenceRequest extends SandboxRequest {
  /** Path variables by name, decoded. */
  readonly variables: Readonly<Record<string, string>>
  readonly user: SiteUser
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `{name}` for one segment. */
  readonly path: string
  readonly handle: (request: ConfluenceRequest) => SandboxResponse | Promise<SandboxResponse>
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A stray percent sign: taken literally, and then not found.
    return segment
  }
}

/** Finds the route that fits; literal paths stand before paths with variables. */
export function makeRouter(routes: readonly Route[]) {
  const literalsFirst = routes.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
  const compiled = literalsFirst.map((route) => ({
    route,
    names: [...route.path.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? ''),
    pattern: new RegExp(`^${route.path.replace(/\{[\w-]+\}/g, '([^/]+)')}$`),
  }))
  return (method: string, path: string) => {
    for (const { route, names, pattern } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null
      if (match) return { route, variables: Object.fromEntries(names.map((name, index) => [name, decode(match[index + 1] ?? '')])) }
    }
    return undefined
  }
}

export const answer = (status: number, json?: unknown): SandboxResponse => (json === undefined ? { status } : { status, json })

/** Errors of version 2. */
export const refusedV2 = ({ status, reason }: Pick<Refusal, 'status' | 'reason'>): SandboxResponse =>
  answer(status, { errors: [{ status, code: status === 404 ? 'NOT_FOUND' : 'INVALID_REQUEST_PARAMETER', title: reason, detail: null }] })

/** Errors of version 1 and of Data Center. */
export const refusedV1 = ({ status, reason }: Pick<Refusal, 'status' | 'reason'>): SandboxResponse =>
  answer(status, { statusCode: status, data: { authorized: status !== 403, valid: false, errors: [], successful: false }, message: reason })

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : undefined
}

/** The page of the path; missing, trashed and hidden ones are all 404, as nobody is told which. */
export const pageOf = (
  { site }: ConfluenceState,
  id: string | undefined,
  statuses: readonly string[] = ['current', 'archived'],
): SitePage | undefined => {
  const page = site.pages.get(id ?? '')
  return page && !page.hidden && statuses.includes(page.status) ? page : undefined
}

/** A place in a list, opaque to callers. */
const toCursor = (offset: number) => Buffer.from(JSON.stringify({ o: offset })).toString('base64url')
function fromCursor(cursor: string | null): number {
  if (cursor === null) return 0
  try {
    return (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { o: number }).o
  } catch {
    return 0
  }
}

/** One page of a list of version 2: by cursor, with the next address in the body and in the `Link` header, relative to the site. */
export function pageV2<T>(request: ConfluenceRequest, all: readonly T[], show: (item: T) => unknown): SandboxResponse {
  const given = Number.parseInt(request.query.get('limit') ?? '25', 10)
  if (!(given >= 1 && given <= 250)) return refusedV2({ status: 400, reason: `Provided value {${given}} for 'limit' is not in 1 to 250.` })
  const from = fromCursor(request.query.get('cursor'))
  const results = all.slice(from, from + given).map(show)
  if (from + given >= all.length) return answer(200, { results, _links: { base: 'https://site.example.com/wiki' } })
  const query = new URLSearchParams(request.query)
  query.set('cursor', toCursor(from + given))
  const next = `${request.path.replace(/^\/ex\/confluence\/[^/]+/, '')}?${query}`
  return {
    status: 200,
    headers: { link: `<${next}>; rel="next"` },
    json: { results, _links: { next, base: 'https://site.example.com/wiki' } },
  }
}

/** One page of a list of version 1: `start` and `limit`, or a cursor for searches. */
export function pageV1<T>(request: ConfluenceRequest, all: readonly T[], show: (item: T) => unknown, cap = 200) {
  const number = (name: string, otherwise: number) => {
    const value = Number.parseInt(request.query.get(name) ?? '', 10)
    return Number.isNaN(value) ? otherwise : value
  }
  const limit = Math.min(number('limit', 25), cap)
  const cursor = request.query.get('cursor')
  const start = cursor === null ? number('start', 0) : fromCursor(cursor)
  const results = all.slice(start, start + limit).map(show)
  const query = new URLSearchParams(request.query)
  const isSearch = /\/search$/.test(request.path)
  if (isSearch) query.set('cursor', toCursor(start + limit))
  else query.set('start', String(start + limit))
  const path = request.path.replace(/^(\/ex\/confluence\/[^/]+)?\/wiki/, '')
  const more = start + limit < all.length ? { next: `${path}?${query}` } : {}
  return { results, start, limit, size: results.length, _links: { base: 'https://site.example.com/wiki', context: '/wiki', ...more } }
}
