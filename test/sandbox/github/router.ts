// Routes are data: method, template, who may ask, which permission it needs. The server reads the table; handlers are small
// functions from a context to an answer.
import type { z } from 'zod'
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import type { Actor } from './app-auth.ts'
import { invalid, Refusal } from './refusal.ts'
import type { Series } from './series.ts'
import type { Account, Repository, World } from './world.ts'

export interface RouteContext {
  readonly world: World
  readonly request: SandboxRequest
  readonly params: Readonly<Record<string, string>>
  readonly actor: Actor
  /** Who an event caused by the request comes from. */
  readonly sender: Account
  /** Set for routes below `/repos/{owner}/{repo}`. */
  readonly repository: Repository | undefined
}

export interface RepositoryContext extends RouteContext {
  readonly repository: Repository
}

type Permission = readonly [name: string, level: 'read' | 'write' | 'admin']

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** `app`: with the App's JWT; `token`: with an installation's or a person's token. */
  readonly auth: 'app' | 'token' | 'any'
  readonly permission?: Permission
  readonly run: (context: RouteContext) => SandboxResponse | Promise<SandboxResponse>
}

/** A route below a repository. `{name...}` takes slashes. */
export function repositoryRoute(
  method: Route['method'],
  path: string,
  permission: Permission,
  run: (context: RepositoryContext) => SandboxResponse | Promise<SandboxResponse>,
): Route {
  return {
    method,
    path: `/repos/{owner}/{repo}${path}`,
    auth: 'token',
    permission,
    run(context) {
      if (!context.repository) throw new Error(`${path} was reached without a repository`)
      return run({ ...context, repository: context.repository })
    },
  }
}

export interface MatchedRoute {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** A function that finds the route of a request; the template with the longest fixed text wins. */
export function makeRouter(routes: readonly Route[]): (method: string, path: string) => MatchedRoute | undefined {
  const compiled = routes
    .map((route) => ({
      route,
      fixed: route.path.replace(/\{[^}]+\}/g, '').length,
      pattern: new RegExp(
        `^${route.path.replace(/\{(\w+?)(\.\.\.)?\}/g, (_text, name: string, many?: string) => `(?<${name}>${many ? '.*' : '[^/]+'})`)}/?$`,
      ),
    }))
    .sort((a, b) => b.fixed - a.fixed)
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method
    for (const { route, pattern } of compiled) {
      const match = route.method === wanted ? pattern.exec(path) : null
      if (match)
        return { route, params: Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)])) }
    }
    return undefined
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Refusal(400, 'Bad Request')
  }
}

export const answer = (json: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): SandboxResponse => ({
  status,
  headers,
  json,
})
export const nothing = (status = 204): SandboxResponse => ({ status })

/** The body in the shape of `schema`; 400 for what is not JSON, 422 for another shape, in GitHub's words. */
export function readBody<T extends z.ZodType>(context: RouteContext, schema: T): z.output<T> {
  const { body, raw } = context.request
  if (body === undefined && raw.length > 0) throw new Refusal(400, 'Problems parsing JSON')
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  throw invalid(`Invalid request.\n\n${parsed.error.issues.map((issue) => `For '${issue.path.join('/')}', ${issue.message}.`).join('\n')}`)
}

export function readNumber(context: RouteContext, name: string): number {
  const value = Number(context.params[name])
  if (!Number.isSafeInteger(value)) throw new Refusal(404, 'Not Found')
  return value
}

const MAX_PER_PAGE = 100

/** One page of a list with its `Link` header. `per_page` is cut to 100 without a word, as at GitHub. */
export function paginate<T>(
  context: RouteContext,
  items: Series<T>,
  defaultPerPage = 30,
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const { query, path } = context.request
  const perPage = Math.min(MAX_PER_PAGE, Math.max(1, Number(query.get('per_page')) || defaultPerPage))
  const page = Math.max(1, Number(query.get('page')) || 1)
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const link = (at: number, rel: string) => {
    const next = new URLSearchParams(query)
    next.set('page', String(at))
    return `<${new URL(context.world.apiUrl).origin}${path}?${next}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ]
  return { items: items.slice((page - 1) * perPage, page * perPage), headers: links.length > 0 ? { link: links.join(', ') } : {} }
}

/** A page answered as a bare list. */
export function answerList<T>(context: RouteContext, items: Series<T>, toJson: (item: T) => unknown): SandboxResponse {
  const page = paginate(context, items)
  return answer(page.items.map(toJson), 200, page.headers)
}

/** A page answered as `{ total_count, [name]: […] }`. */
export function answerCounted<T>(context: RouteContext, name: string, items: Series<T>, toJson: (item: T) => unknown): SandboxResponse {
  const page = paginate(context, items)
  return answer({ total_count: items.length, [name]: page.items.map(toJson) }, 200, page.headers)
}
