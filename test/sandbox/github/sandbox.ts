// A stateful stand-in for GitHub: REST as an App or a person meets it, real git objects, and signed webhooks out. Tests and the
// demo act as people through its functions; the product meets it over HTTP alone.
import { type Clock, systemClock } from '../../../integrations/kernel/clock.ts'
import type { Contract, WebhookContract } from '../contract.ts'
import { type HttpStandIn, openHttpStandIn } from '../http.ts'
import { makeInstallationActions, makeRepositoryActions } from './actions.ts'
import { type AppKeys, makeAppKeys } from './app-auth.ts'
import { makePullActions } from './pull-actions.ts'
import { makeRateLimiter, type RateLimits } from './rate-limit.ts'
import { makeAppRoutes } from './routes-app.ts'
import { CHECK_ROUTES } from './routes-checks.ts'
import { CONTENT_ROUTES } from './routes-contents.ts'
import { GIT_ROUTES } from './routes-git.ts'
import { HISTORY_ROUTES } from './routes-history.ts'
import { ISSUE_ROUTES } from './routes-issues.ts'
import { PULL_ROUTES } from './routes-pulls.ts'
import { canonicalPath, makeGitHubHandler, makeLimitRoute } from './server.ts'
import { makeWebhooksOut, type WebhooksOut } from './webhooks-out.ts'
import { type AppIdentity, ensureAccount, type Permissions, randomHex, type World } from './world.ts'

const PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  checks: 'write',
  pull_requests: 'write',
  issues: 'write',
  statuses: 'write',
  merge_queues: 'read',
} as const
const EVENTS = ['push', 'pull_request', 'check_run', 'check_suite', 'merge_group', 'repository', 'issues', 'issue_comment'] as const

export interface GitHubSandboxOptions {
  readonly clock?: Clock
  /** Held against every exchange; what departs is in `violations`. */
  readonly contract?: Contract | undefined
  readonly webhookContract?: WebhookContract | undefined
  readonly appId?: number
  /** The App's key pair, for tests that open many; by default a new one. */
  readonly keys?: AppKeys
  readonly port?: number
  /** Where deliveries go; may be set later. */
  readonly webhookUrl?: string
  readonly permissions?: Permissions
  readonly events?: readonly string[]
  /** Serves the API below /api/v3, as Enterprise Server does. */
  readonly enterprise?: boolean
  readonly latencyMs?: number
}

type Actions = ReturnType<typeof makeRepositoryActions> & ReturnType<typeof makeInstallationActions> & ReturnType<typeof makePullActions>

export interface GitHubSandbox
  extends Actions,
    Pick<HttpStandIn, 'url' | 'requests' | 'violations' | 'faults' | 'forgetRequests' | 'close'>,
    Omit<WebhooksOut, 'setTarget' | 'setSecret'> {
  /** What the product's configuration needs. The keys are made when the sandbox opens. */
  readonly app: {
    readonly id: number
    readonly clientId: string
    readonly slug: string
    readonly privateKey: string
    readonly webhookSecret: string
  }
  /** Root of the REST API: `url`, or `url/api/v3`. */
  readonly apiUrl: string
  readonly limits: RateLimits
  deliverTo(url: string | undefined): void
  setWebhookSecret(secret: string): void
}

function makeIdentity(world: Pick<World, 'accounts' | 'nextId'>, clock: Clock, options: GitHubSandboxOptions): AppIdentity {
  const id = options.appId ?? 4_242
  const slug = 'katalyst-sandbox'
  const owner = ensureAccount(world, 'katalyst-makers', 'Organization')
  const bot = ensureAccount(world, `${slug}[bot]`, 'Bot')
  const permissions = options.permissions ?? PERMISSIONS
  return {
    id,
    clientId: `Iv23sandbox${id}`,
    slug,
    name: 'Katalyst sandbox',
    owner,
    bot,
    createdAt: clock.now(),
    permissions,
    events: options.events ?? EVENTS,
    ...(options.keys ?? makeAppKeys()),
  }
}

/** Opens the stand-in on 127.0.0.1. Close it. */
export async function openGitHubSandbox(options: GitHubSandboxOptions = {}): Promise<GitHubSandbox> {
  const clock = options.clock ?? systemClock
  let lastId = 1_000
  const nextId = () => {
    lastId += 1
    return lastId
  }
  const accounts: World['accounts'] = new Map()
  const webhookSecret = randomHex(20)
  // Both are known once the port is; nothing asks before.
  const late: { standIn?: HttpStandIn; target: string | undefined } = { target: options.webhookUrl }
  const url = () => late.standIn?.url ?? ''
  const flaws: string[] = []
  const world: World = {
    ...{ clock, accounts, nextId, app: makeIdentity({ accounts, nextId }, clock, options), treeLimit: 100_000 },
    ...{ repositories: new Map(), formerNames: new Map(), installations: new Map(), tokens: new Map() },
    get apiUrl() {
      return options.enterprise ? `${url()}/api/v3` : url()
    },
    get htmlUrl() {
      return url()
    },
    emit: (event) => out.emit(event),
  }
  const checkPayload = (event: string, payload: unknown) => void flaws.push(...(options.webhookContract?.check(event, payload) ?? []))
  const out = makeWebhooksOut(world, { target: options.webhookUrl, secret: webhookSecret, check: checkPayload })
  const deliverTo = (target: string | undefined) => {
    late.target = target
    out.setTarget(target)
  }
  const limiter = makeRateLimiter(world)
  const appRoutes = makeAppRoutes({ ...out, setTarget: deliverTo, target: () => late.target })
  const routes = [
    ...appRoutes,
    makeLimitRoute(limiter),
    ...CONTENT_ROUTES,
    ...GIT_ROUTES,
    ...HISTORY_ROUTES,
    ...PULL_ROUTES,
    ...CHECK_ROUTES,
    ...ISSUE_ROUTES,
  ]
  const { contract } = options
  const standIn = await openHttpStandIn({
    handle: makeGitHubHandler({ world, limiter, routes, enterprise: options.enterprise ?? false }),
    ...(contract ? { check: (exchange) => contract.check({ ...exchange, path: canonicalPath(world, exchange.path) }) } : {}),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    clock,
  })
  late.standIn = standIn
  const { app, apiUrl } = world
  const deps = { world, settled: out.settled }
  const { deliveries, hold, release, redeliver, settled } = out
  return Object.freeze({
    ...{ ...makeRepositoryActions(deps), ...makeInstallationActions(deps), ...makePullActions(deps) },
    ...{
      url: standIn.url,
      apiUrl,
      requests: standIn.requests,
      faults: standIn.faults,
      forgetRequests: standIn.forgetRequests,
      limits: limiter,
    },
    ...{ deliveries, hold, release, redeliver, settled, deliverTo, setWebhookSecret: out.setSecret },
    app: Object.freeze({ id: app.id, clientId: app.clientId, slug: app.slug, privateKey: app.privateKey, webhookSecret }),
    get violations() {
      return [...standIn.violations, ...flaws]
    },
    async close() {
      await standIn.close()
      await out.settled()
    },
  })
}
