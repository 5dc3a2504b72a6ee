// A stateful Jira on 127.0.0.1, Cloud (version 3 of the REST API) or Data Center (version 2), for one site, with the manners that make clients fail in
// production. Tests and `katalyst demo` run on it; nothing in it is a recording.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../integrations/kernel/clock.ts'
import { makeOAuthServer, type OAuthSandbox, type OAuthServer } from '../atlassian-oauth.ts'
import type { Contract } from '../contract.ts'
import type { FaultQueue } from '../faults.ts'
import { type Exchange, openHttpStandIn, type RecordedRequest, type SandboxRequest, type SandboxResponse } from '../http.ts'
import { type JiraActions, makeActions } from './actions.ts'
import { openAdfCheck } from './adf-check.ts'
import { type AgileActions, makeAgileActions } from './agile.ts'
import { answerRefusal, refuse } from './answer.ts'
import { makeBucketLimits } from './bucket-limits.ts'
import { dataCenterRoutes } from './data-center.ts'
import { type DynamicWebhooks, type DynamicWebhooksOut, makeDynamicWebhooks } from './dynamic-webhooks.ts'
import type { JiraState } from './issue-gate.ts'
import { type LimitOptions, makeLimits } from './limits.ts'
import { type CreatedProject, createProject, type ProjectSpec } from './projects.ts'
import { makeRouter } from './router.ts'
import { agileRoutes } from './routes-agile.ts'
import { historyRoutes } from './routes-history.ts'
import { issueRoutes } from './routes-issue.ts'
import { issuePartRoutes } from './routes-issue-parts.ts'
import { searchRoutes } from './routes-search.ts'
import { siteRoutes } from './routes-site.ts'
import { makeSearchIndex, type SearchLag } from './search-index.ts'
import { nameOf } from './show.ts'
import { makeSite, type SiteForm, type SiteUser } from './site.ts'
import { openWebhooksOut, type WebhooksOut } from './webhooks-out.ts'

export interface JiraSandboxOptions {
  readonly clock: Clock
  /** The description that exchanges are held against; without it only the stand-in's own faults are violations. */
  readonly contract?: Contract | undefined
  /** The same for boards and sprints. */
  readonly softwareContract?: Contract | undefined
  /** Which product. Data Center: version 2 of the API, wiki markup, a personal access token. Default Cloud. */
  readonly form?: SiteForm
  /** What a wrong token gets: 401, or to be taken for nobody, as some sites do. Default 401. */
  readonly badToken?: 'refused' | 'anonymous'
  /** How far the search index is behind. Default one second. */
  readonly searchLag?: SearchLag
  readonly limits?: LimitOptions
  /** The project that is there from the start; false for none. Default `DEFAULT_PROJECT`. */
  readonly project?: (ProjectSpec & { readonly key: string }) | false
  readonly port?: number
  readonly latencyMs?: number
}

export interface JiraSandbox extends JiraActions, AgileActions, Omit<WebhooksOut, 'close'> {
  /** The base URL of the site. */
  readonly url: string
  /** The account of the integration: Basic authentication by e-mail and token. Made anew for every sandbox. */
  readonly email: string
  readonly token: string
  readonly accountId: string
  /** The account that `…AsPerson` works as. */
  readonly person: { readonly accountId: string; readonly displayName: string }
  /** The project that is there from the start. */
  readonly project: CreatedProject | undefined
  /** Those that an app registered for itself. */
  readonly dynamicWebhooks: DynamicWebhooks
  /** Consent and tokens of 3LO; the site is behind `url/ex/jira/cloudId` as well. */
  readonly oauth: OAuthSandbox
  readonly requests: readonly RecordedRequest[]
  readonly faults: FaultQueue
  /** Departures from the description and paths that the stand-in does not serve; tests expect none. */
  readonly violations: readonly string[]
  forgetRequests(): void
  close(): Promise<void>
}

/** A roadmap project: epics for road items, fields for what Jira has no field for. */
export const DEFAULT_PROJECT = {
  key: 'ROAD',
  name: 'Roadmap',
  fields: [
    { name: 'Road Item ID', type: 'text' },
    { name: 'Phase', type: 'number' },
    { name: 'Capabilities', type: 'labels' },
    { name: 'Governance Status', type: 'text' },
  ],
} as const satisfies ProjectSpec & { readonly key: string }

/** Opens the site. Secrets are made at run time; `close` ends the server and pending deliveries. */
export async function openJiraSandbox(options: JiraSandboxOptions): Promise<JiraSandbox> {
  const site = makeSite({ clock: options.clock, form: options.form, checkAdf: await openAdfCheck() })
  const account: SiteUser = {
    accountId: '712020:5f0c1a2e-0001-4000-8000-000000000001',
    displayName: 'Katalyst Bot',
    email: 'katalyst-bot@example.com',
    token: `ATATT3x${randomBytes(24).toString('hex')}`,
  }
  const person: SiteUser = {
    accountId: '712020:5f0c1a2e-0002-4000-8000-000000000002',
    displayName: 'Paula Planner',
    email: 'paula@example.com',
    token: undefined,
  }
  site.users.push(account, person)
  const state: JiraState = {
    site,
    index: makeSearchIndex(site, options.searchLag ?? { ms: 1_000 }),
    limits:
      site.form === 'cloud' ? makeLimits(options.clock, options.limits ?? {}) : makeBucketLimits(options.clock, options.limits?.bucket),
    races: new Map(),
  }
  const oauth = makeOAuthServer({ clock: options.clock, product: 'jira', siteUrl: () => site.baseUrl })
  const dynamic = makeDynamicWebhooks(site, oauth)
  const webhooks = openWebhooksOut(site, dynamic)
  const unserved: string[] = []
  const { contract, softwareContract } = options
  const contractOf = (path: string) =>
    path.startsWith('/rest/api/3/') ? contract : path.startsWith('/rest/agile/') ? softwareContract : undefined
  const server = await openHttpStandIn({
    handle: withGateway(makeHandle(state, options, unserved, oauth, dynamic), oauth),
    clock: options.clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    // The address that detects Data Center is of version 2, which is not described.
    check: (exchange: Exchange) => {
      const path = oauth.behindGateway(exchange.path) ?? exchange.path
      return contractOf(path)?.check({ ...exchange, path }) ?? []
    },
  })
  site.baseUrl = server.url
  const { key, ...spec } = options.project || DEFAULT_PROJECT
  const project = options.project === false ? undefined : createProject(site, key, spec)
  const { close: closeWebhooks, ...webhookActions } = webhooks
  return Object.freeze({
    ...makeActions(state, person),
    ...makeAgileActions(site, person),
    ...webhookActions,
    dynamicWebhooks: { registered: dynamic.registered, forget: dynamic.forget },
    url: server.url,
    email: account.email,
    token: account.token ?? '',
    accountId: account.accountId,
    person: { accountId: person.accountId, displayName: person.displayName },
    project,
    oauth,
    requests: server.requests,
    faults: server.faults,
    get violations() {
      return [...server.violations, ...unserved]
    },
    forgetRequests: server.forgetRequests,
    async close() {
      await closeWebhooks()
      await server.close()
    },
  })
}

/** Authentication, limits, media type, then the route. */
function makeHandle(
  state: JiraState,
  options: JiraSandboxOptions,
  unserved: string[],
  oauth: OAuthServer,
  dynamic: DynamicWebhooksOut,
): (request: SandboxRequest, gateway: boolean) => SandboxResponse {
  const cloud = [
    ...dynamic.routes,
    ...siteRoutes(state),
    ...searchRoutes(state),
    ...issueRoutes(state),
    ...issuePartRoutes(state),
    ...agileRoutes(state),
    ...historyRoutes(state),
  ]
  const isCloud = state.site.form === 'cloud'
  const find = makeRouter(isCloud ? cloud : dataCenterRoutes(state, cloud))
  return (request, gateway) => {
    const caller = authenticate(state, request, gateway ? oauth : undefined)
    if (caller === 'refused' && options.badToken !== 'anonymous')
      return {
        status: 401,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
        text: 'Client must be authenticated to access this resource.',
      }
    const user = caller === 'refused' ? undefined : caller
    const found = find(request.method, request.path)
    if (found === undefined) {
      unserved.push(`the stand-in does not serve ${request.method} ${request.path}`)
      return answerRefusal(refuse(404, 'No endpoint here.'))
    }
    const { route, variables } = found
    const limited = state.limits.countRequest(route.method, route.path)
    if (limited) return limited
    const byApp = gateway && /^bearer /i.test(request.headers.authorization ?? '')
    const response = bodyProblem(request) ?? route.handle({ ...request, variables, user, byApp })
    const settled = state.limits.settle(response, route.method, route.path)
    if (!isCloud) return { ...settled, headers: { 'x-ausername': user === undefined ? 'anonymous' : nameOf(user), ...settled.headers } }
    return user === undefined
      ? settled
      : { ...settled, headers: { 'x-aaccountid': encodeURIComponent(user.accountId), ...settled.headers } }
  }
}

/** Tokens and sites are answered beside the site; what comes through the gateway is the site's, with another credential. */
const withGateway =
  (handle: (request: SandboxRequest, gateway: boolean) => SandboxResponse, oauth: OAuthServer) =>
  (request: SandboxRequest): SandboxResponse => {
    const path = oauth.behindGateway(request.path)
    return oauth.handle(request) ?? (path === undefined ? handle(request, false) : handle({ ...request, path }, true))
  }

function authenticate({ site }: JiraState, request: SandboxRequest, oauth: OAuthServer | undefined): SiteUser | undefined | 'refused' {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const [scheme = '', value = ''] = header.split(' ')
  // A personal access token names nobody else, and passwords are switched off.
  if (site.form === 'data-center')
    return (scheme.toLowerCase() === 'bearer' && site.users.find(({ token }) => token !== undefined && token === value)) || 'refused'
  if (scheme.toLowerCase() === 'bearer' && oauth?.isGood(value)) return site.users[0]
  if (scheme.toLowerCase() !== 'basic') return 'refused'
  const [email = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
  const token = rest.join(':')
  return site.users.find((user) => user.token !== undefined && user.token === token && user.email === email.toLowerCase()) ?? 'refused'
}

/** Bodies are JSON and say so; removing a remote link wants the header even without a body. */
function bodyProblem(request: SandboxRequest): SandboxResponse | undefined {
  const needsType = request.raw.length > 0 || (request.method === 'DELETE' && request.path.includes('/remotelink'))
  if (needsType && !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return { status: 415, json: { errorMessages: ['Unsupported Media Type'], errors: {} } }
  if (request.raw.length > 0 && request.body === undefined) return answerRefusal(refuse(400, 'The body is not JSON.'))
  return undefined
}
