// One request through GitHub's gates, in GitHub's order: prefix, credential, route, limits, repository, permission; then the
// route, its ETag and its headers.
import { createHash, randomUUID } from 'node:crypto'
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import { type Actor, allows, authenticate, sees } from './app-auth.ts'
import { type RateLimiter, type Resource, resourceOf } from './rate-limit.ts'
import { badCredentials, notFound, Refusal, toResponse } from './refusal.ts'
import { answer, type MatchedRoute, makeRouter, type Route, type RouteContext } from './router.ts'
import { DOWNLOADS, serveDownload } from './routes-runs.ts'
import { isWikiPath, serveWiki } from './wiki-http.ts'
import { ensureAccount, findRepository, fullName, type Repository, type World } from './world.ts'

const ENTERPRISE_PREFIX = '/api/v3'
const ENTERPRISE_GRAPHQL = '/api/graphql'

export interface GitHubServerDeps {
  readonly world: World
  readonly limiter: RateLimiter
  readonly routes: readonly Route[]
  readonly enterprise: boolean
}

/** The function behind the server. */
export function makeGitHubHandler(deps: GitHubServerDeps): (request: SandboxRequest) => Promise<SandboxResponse> {
  const { world, limiter } = deps
  const find = makeRouter(deps.routes)
  return async (received) => {
    if (received.path.startsWith(DOWNLOADS)) return serveDownload(world, received)
    if (isWikiPath(received.path)) return serveWiki(world, received)
    let who = 'anonymous'
    let resource: Resource = 'core'
    const standard = () => ({
      'x-github-request-id': randomUUID().slice(0, 18).toUpperCase(),
      'x-github-media-type': 'github.v3; format=json',
      ...limiter.headers(who, resource),
    })
    try {
      const request = { ...received, path: canonicalPath(world, withoutPrefix(received.path, deps.enterprise)) }
      resource = resourceOf(request)
      const actor = authenticate(world, request)
      who = nameOf(actor)
      const matched = find(request.method, request.path)
      if (matched?.route.path === '/rate_limit') return withHeaders(await perform(world, request, received, actor, matched), standard())
      if (actor.kind !== 'app') limiter.admit(who, request)
      if (!matched) throw notFound()
      const response = await perform(world, request, received, actor, matched)
      const tagged = tag(request, response)
      if (tagged.status !== 304 && actor.kind !== 'app') limiter.count(who, resource, response.points)
      return withHeaders(tagged, standard())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (who !== 'anonymous' && error.status !== 429) limiter.count(who, resource)
      return withHeaders(toResponse(error), standard())
    }
  }
}

/** The route that tells an installation or a person its budget. */
export const makeLimitRoute = (limiter: RateLimiter): Route => ({
  method: 'GET',
  path: '/rate_limit',
  auth: 'any',
  run({ actor }) {
    if (!limiter.enabled()) throw new Refusal(404, 'Rate limiting is not enabled.')
    const rate = limiter.overview(nameOf(actor))
    return answer({ resources: { core: rate, search: rate, graphql: limiter.overview(nameOf(actor), 'graphql') }, rate })
  },
})

/** How GitHub names who pays. */
export function nameOf(actor: Actor): string {
  if (actor.kind === 'installation') return `installation ID ${actor.installation.id}`
  return actor.kind === 'user' ? `user ID ${actor.token.account.id}` : actor.kind
}

function withoutPrefix(path: string, enterprise: boolean): string {
  if (enterprise && path === ENTERPRISE_GRAPHQL) return '/graphql'
  if (!enterprise) return path
  if (!path.startsWith(`${ENTERPRISE_PREFIX}/`)) throw notFound()
  return path.slice(ENTERPRISE_PREFIX.length)
}

/** The path under a repository's present name, for those that redirects write by id. */
export function canonicalPath(world: World, path: string): string {
  return path.replace(/^(\/api\/v3)?\/repositories\/(\d+)(?=\/|$)/, (whole, prefix: string | undefined, id: string) => {
    const repository = world.repositories.get(Number(id))
    return repository ? `${prefix ?? ''}/repos/${fullName(repository)}` : whole
  })
}

async function perform(
  world: World,
  request: SandboxRequest,
  received: SandboxRequest,
  actor: Actor,
  { route, params }: MatchedRoute,
): Promise<SandboxResponse> {
  if (route.auth === 'app' && actor.kind !== 'app') throw badCredentials('A JSON web token could not be decoded')
  if (route.auth === 'token' && actor.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration')
  if (route.auth === 'token' && actor.kind === 'anonymous' && request.method !== 'GET') throw new Refusal(401, 'Requires authentication')
  const sender = actor.kind === 'installation' || actor.kind === 'user' ? actor.token.account : ensureAccount(world, 'ghost')
  // Links to further pages name the path that was asked for, prefix and all.
  const context: RouteContext = { world, request: { ...request, path: received.path }, params, actor, sender, repository: undefined }
  if (route.auth !== 'token' || params.owner === undefined) return route.run(context)

  const name = `${params.owner}/${params.repo}`
  const repository = findRepository(world, name)
  if (!repository) return redirect(world, request, name)
  if (!sees(actor, repository)) throw notFound()
  assertPermitted(actor, route, repository)
  return route.run({ ...context, repository })
}

/** Renamed and transferred repositories answer under their id: 301 for reads, 307 for writes. */
function redirect(world: World, request: SandboxRequest, name: string): SandboxResponse {
  const id = world.formerNames.get(name.toLowerCase())
  if (id === undefined || !world.repositories.has(id)) throw notFound()
  const rest = request.path.split('/').slice(4).join('/')
  const query = request.query.toString()
  const url = `${world.apiUrl}/repositories/${id}${rest ? `/${rest}` : ''}${query ? `?${query}` : ''}`
  const moved = request.method === 'GET' || request.method === 'HEAD'
  return answer({ message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' }, moved ? 301 : 307, {
    location: url,
  })
}

function assertPermitted(actor: Actor, route: Route, repository: Repository): void {
  if (route.method !== 'GET' && repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
  if (!route.permission || actor.kind === 'anonymous' || actor.kind === 'app') return
  const [name, level] = route.permission
  // Comments and labels of a pull request are open to whoever may write pull requests.
  const names = name === 'issues' ? ['issues', 'pull_requests'] : [name]
  if (names.some((one) => allows(actor.token.permissions, one, level))) return
  throw new Refusal(403, 'Resource not accessible by integration', {
    headers: { 'x-accepted-github-permissions': names.map((one) => `${one}=${level}`).join('; ') },
  })
}

/** Adds an ETag to what can be read again, and answers 304 to who has it already. */
function tag(request: SandboxRequest, response: SandboxResponse): SandboxResponse {
  if (response.status !== 200 || !(request.method === 'GET' || request.method === 'HEAD')) return response
  const bytes = response.json === undefined ? (response.text ?? '') : JSON.stringify(response.json)
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`
  const known = request.headers['if-none-match']?.split(/\s*,\s*/) ?? []
  const headers = { ...response.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' }
  return known.includes(etag) || known.includes(etag.slice(2)) ? { status: 304, headers } : { ...response, headers }
}

const withHeaders = (response: SandboxResponse, headers: Readonly<Record<string, string>>): SandboxResponse => ({
  ...response,
  headers: { ...headers, ...response.headers },
})
