// A stateful Confluence on 127.0.0.1, as Cloud (at its own address or behind the OAuth gateway) or as Data Center, with the
// manners that make clients fail in production. Tests and `katalyst demo` run on it; nothing in it is a recording.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../integrations/kernel/clock.ts'
import { makeOAuthServer, type OAuthSandbox, type OAuthServer } from '../atlassian-oauth.ts'
import { openConfluenceScopes, type PublishedScopes } from '../atlassian-scopes.ts'
import type { Contract } from '../contract.ts'
import type { FaultQueue } from '../faults.ts'
import { type Exchange, openHttpStandIn, type RecordedRequest, type SandboxRequest, type SandboxResponse } from '../http.ts'
import { type ConfluenceActions, makeActions } from './actions.ts'
import { answer, makeRouter, refusedV1 } from './answer.ts'
import { type Burst, makeBurstLimit } from './limits.ts'
import { dataCenterRoutes } from './routes-data-center.ts'
import { propertyRoutesV2 } from './routes-properties.ts'
import { v1Routes } from './routes-v1.ts'
import { v2Routes } from './routes-v2.ts'
import { makeSearchIndex, type SearchIndex } from './search-index.ts'
import { createPage, isRefusal, makeSite, type Site, type SiteSpace, type SiteUser } from './site.ts'
import { openWebhooksOut, type WebhooksOut } from './webhooks-out.ts'

export type ConfluenceForm = 'cloud' | 'gateway' | 'data-center'

export interface ConfluenceSandboxOptions {
  readonly clock: Clock
  /** Descriptions that exchanges of Cloud are held against: version 2 and version 1. */
  readonly contracts?: { readonly v1: Contract | undefined; readonly v2: Contract | undefined }
  /** Default `cloud`. */
  readonly form?: ConfluenceForm
  /** How far search is behind. Default one second. */
  readonly searchLagMs?: number
  readonly burst?: Burst
  /** Spaces that are there from the start. Default one, `KDM`. */
  readonly spaces?: readonly string[]
  /** Time zone of the account, as minutes ahead of UTC: CQL understands dates in it. Default 0. */
  readonly timeZoneMinutes?: number
  /** Behind the gateway: the scopes of the API token. Default: all. */
  readonly tokenScopes?: readonly string[]
  readonly port?: number
  readonly latencyMs?: number
}

export interface ConfluenceState {
  readonly site: Site
  readonly index: SearchIndex
  readonly form: ConfluenceForm
  readonly timeZoneMinutes: number
}

export interface ConfluenceSandbox extends ConfluenceActions, WebhooksOut {
  /** Base URL as a person would enter it: with `/wiki` on Cloud. */
  readonly url: string
  readonly form: ConfluenceForm
  /** Consents and tokens of the gateway; without one the site is reached by a token of its own. */
  readonly oauth: OAuthSandbox
  /**
   * The account of the integration; Basic authentication on Cloud and, as scoped token, behind the gateway, where the token is good
   * as bearer as well; on Data Center only as bearer.
   */
  readonly email: string
  readonly token: string
  readonly accountId: string
  readonly spaces: ReadonlyMap<string, SiteSpace>
  readonly requests: readonly RecordedRequest[]
  readonly faults: FaultQueue
  /** Departures from the description and paths that the stand-in does not serve; tests expect none. */
  readonly violations: readonly string[]
  forgetRequests(): void
  close(): Promise<void>
}

const prefixOf = (form: ConfluenceForm, { cloudId }: OAuthSandbox): string =>
  form === 'gateway' ? `/ex/confluence/${cloudId}/wiki` : form === 'cloud' ? '/wiki' : ''

function openSpace(site: Site, user: SiteUser, key: string): void {
  const space: SiteSpace = {
    id: site.nextId(),
    key,
    name: `Space ${key}`,
    homepageId: '',
    operations: new Set(['read', 'create', 'update', 'delete', 'archive']),
  }
  site.spaces.set(key, space)
  const home = createPage(site, user, space, { title: `${key} Home`, body: '<p>Welcome.</p>' })
  if (!isRefusal(home)) site.spaces.set(key, { ...space, homepageId: home.id })
}

/** Opens the site. Secrets are made at run time; `close` ends the server. */
export async function openConfluenceSandbox(options: ConfluenceSandboxOptions): Promise<ConfluenceSandbox> {
  const { form = 'cloud', clock, contracts } = options
  const site = makeSite(clock)
  const token = `${form === 'data-center' ? '' : 'ATATT3x'}${randomBytes(24).toString('hex')}`
  const account: SiteUser = {
    id: '712020:5f0c1a2e-0003-4000-8000-000000000003',
    displayName: 'Katalyst Bot',
    email: 'katalyst-bot@example.com',
    token,
  }
  const person: SiteUser = {
    id: '712020:5f0c1a2e-0004-4000-8000-000000000004',
    displayName: 'Walter Writer',
    email: 'walter@example.com',
    token: undefined,
  }
  site.users.push(account, person)
  const state: ConfluenceState = {
    site,
    form,
    index: makeSearchIndex(site, options.searchLagMs ?? 1_000),
    timeZoneMinutes: options.timeZoneMinutes ?? 0,
  }
  for (const key of options.spaces ?? ['KDM']) openSpace(site, person, key)
  const unserved: string[] = []
  const oauth = makeOAuthServer({ clock, product: 'confluence', siteUrl: () => server.url })
  const gateway = { oauth, scopes: form === 'gateway' ? openConfluenceScopes() : undefined }
  const check = (exchange: Exchange) => {
    if (form === 'data-center' || exchange.path.startsWith('/oauth/')) return []
    const contract = exchange.path.includes('/api/v2/') ? contracts?.v2 : contracts?.v1
    // Forms are not JSON; that there was a body is known, what it held the route has checked.
    const isForm = exchange.path.endsWith('/child/attachment')
    return contract?.check(isForm ? { ...exchange, requestBody: {} } : exchange) ?? []
  }
  const server = await openHttpStandIn({
    handle: makeHandle(state, options, unserved, gateway),
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    ...(contracts ? { check } : {}),
  })
  site.baseUrl = `${server.url}${prefixOf(form, oauth)}`
  return Object.freeze({
    ...makeActions(state, person),
    ...openWebhooksOut(site),
    url: site.baseUrl,
    form,
    email: account.email,
    token,
    accountId: account.id,
    oauth,
    spaces: site.spaces,
    requests: server.requests,
    faults: server.faults,
    get violations() {
      return [...server.violations, ...unserved]
    },
    forgetRequests: server.forgetRequests,
    close: server.close,
  })
}

interface Gateway {
  readonly oauth: OAuthServer
  readonly scopes: PublishedScopes | undefined
}

/** Authentication, limits, media type, then the route. */
function makeHandle(state: ConfluenceState, options: ConfluenceSandboxOptions, unserved: string[], { oauth, scopes }: Gateway) {
  const { form } = state
  const routes =
    form === 'data-center'
      ? [...dataCenterRoutes(state), ...v1Routes(state)]
      : [...v2Routes(state), ...propertyRoutesV2(state), ...v1Routes(state)]
  const find = makeRouter(routes)
  const limit = makeBurstLimit(options.clock, options.burst ?? {})
  const prefix = prefixOf(form, oauth)
  return (request: SandboxRequest): SandboxResponse | Promise<SandboxResponse> => {
    const tokens = form === 'gateway' ? oauth.handle(request) : undefined
    if (tokens) return tokens
    const caller = authenticate(state, request, oauth)
    const user = caller?.user
    if (!user)
      return {
        status: 401,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
        text: 'Basic authentication failed',
      }
    const path = request.path.startsWith(`${prefix}/`) ? request.path.slice(prefix.length) : undefined
    const granted = caller.byConsent ? oauth.scopes() : options.tokenScopes
    if (path !== undefined && granted && scopes && !scopes.allows(granted, request.method, `/wiki${path}`))
      return answer(401, { code: 401, message: 'Unauthorized; scope does not match' })
    const found = path === undefined ? undefined : find(request.method, path)
    if (!found) {
      unserved.push(`the stand-in does not serve ${request.method} ${request.path}`)
      return refusedV1({ status: 404, reason: 'No endpoint here.' })
    }
    const limited = limit(request.method)
    if (limited) return limited
    const isJson = request.raw.length > 0 && !(request.headers['content-type'] ?? '').startsWith('multipart/')
    if (isJson && request.body === undefined) return answer(400, { message: 'The body is not JSON.' })
    return found.route.handle({ ...request, variables: found.variables, user })
  }
}

interface Caller {
  readonly user: SiteUser | undefined
  readonly byConsent: boolean
}

function authenticate({ site, form }: ConfluenceState, request: SandboxRequest, oauth: OAuthServer): Caller | undefined {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ')
  const isBasic = scheme.toLowerCase() === 'basic'
  if (isBasic && form !== 'data-center') {
    const [email = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
    const token = rest.join(':')
    return {
      user: site.users.find((one) => one.token !== undefined && one.token === token && one.email === email.toLowerCase()),
      byConsent: false,
    }
  }
  if (scheme.toLowerCase() !== 'bearer' || form === 'cloud') return undefined
  if (form === 'gateway' && oauth.isGood(value)) return { user: site.users[0], byConsent: true }
  return { user: site.users.find((one) => one.token !== undefined && one.token === value), byConsent: false }
}
