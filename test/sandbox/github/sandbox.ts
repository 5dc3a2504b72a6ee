// A stateful stand-in for GitHub: REST and GraphQL as an App or a person meets it, real git objects, and signed webhooks out. Tests
// and the demo act as people through its functions; the product meets it over HTTP alone.
//
// Not here: the check runs of workflow jobs in REST's lists of checks, logs,
// release assets, and the events `discussion`, `gollum`, `branch_protection_rule` and `secret_scanning_alert`.
import { type Clock, systemClock } from '../../../integrations/kernel/clock.ts'
import type { Contract, WebhookContract } from '../contract.ts'
import { type HttpStandIn, openHttpStandIn } from '../http.ts'
import { type ActionDeps, makeInstallationActions, makeRepositoryActions } from './actions.ts'
import { type AppKeys, makeAppKeys } from './app-auth.ts'
import { type Delivery, makeDeliveryLine } from './delivery-line.ts'
import { makeDeliveryActions, makePostureActions, makeRunActions, makeTalkActions } from './evidence-actions.ts'
import { type GraphQLFaults, makeGraphQLRoute } from './graphql.ts'
import { makeIssueActions } from './issue-actions.ts'
import { makeObservations } from './observations.ts'
import { makeProjectActions } from './projects.ts'
import { makePullActions, makeQueueActions } from './pull-actions.ts'
import { makeRateLimiter, type RateLimits } from './rate-limit.ts'
import { ALERT_ROUTES } from './routes-alerts.ts'
import { makeAppRoutes } from './routes-app.ts'
import { CHECK_ROUTES } from './routes-checks.ts'
import { CONTENT_ROUTES } from './routes-contents.ts'
import { GIT_ROUTES } from './routes-git.ts'
import { HISTORY_ROUTES } from './routes-history.ts'
import { ISSUE_ROUTES, SUB_ISSUE_ROUTES } from './routes-issues.ts'
import { makePagesActions, PAGES_ROUTES } from './routes-pages.ts'
import { POSTURE_ROUTES } from './routes-posture.ts'
import { PULL_ROUTES } from './routes-pulls.ts'
import { RELEASE_ROUTES } from './routes-releases.ts'
import { REVIEW_ROUTES } from './routes-reviews.ts'
import { DOWNLOADS, RUN_ROUTES } from './routes-runs.ts'
import { canonicalPath, makeGitHubHandler, makeLimitRoute } from './server.ts'
import { makeWebhooksOut } from './webhooks-out.ts'
import { makeWikiActions } from './wiki.ts'
import { isWikiPath } from './wiki-http.ts'
import { type AppIdentity, ensureAccount, type Permissions, randomHex, type World } from './world.ts'

const PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  checks: 'write',
  pull_requests: 'write',
  issues: 'write',
  statuses: 'write',
  pages: 'write',
  merge_queues: 'read',
} as const
/** What reading evidence needs besides: given to the App that imports it. */
export const EVIDENCE_PERMISSIONS = {
  ...PERMISSIONS,
  actions: 'read',
  administration: 'read',
  deployments: 'read',
  organization_projects: 'read',
  discussions: 'read',
  security_events: 'read',
  secret_scanning_alerts: 'read',
  vulnerability_alerts: 'read',
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
  /** What the schema of an older server lacks, as `Type.field`: asking for it is refused as GitHub refuses it. */
  readonly missingFields?: readonly string[]
  readonly latencyMs?: number
  /** False: an older server that knows no sub-issues. */
  readonly subIssues?: boolean
}

const makeActions = (deps: ActionDeps) => ({
  ...makeRepositoryActions(deps),
  ...makeObservations(deps),
  ...makeInstallationActions(deps),
  ...makePullActions(deps),
  ...makeProjectActions(deps),
  ...makeQueueActions(deps),
  ...makeRunActions(deps),
  ...makeDeliveryActions(deps),
  ...makeTalkActions(deps),
  ...makePostureActions(deps),
  ...makeWikiActions(deps),
  ...makePagesActions(deps),
  ...makeIssueActions(deps),
})

type Served = Pick<HttpStandIn, 'url' | 'requests' | 'violations' | 'faults' | 'forgetRequests' | 'close'>

export interface GitHubSandbox extends ReturnType<typeof makeActions>, Served {
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
  /** Root of the GraphQL API: `url/graphql`, or `url/api/graphql`. */
  readonly graphqlUrl: string
  readonly graphql: GraphQLFaults
  /** Everything sent or to be sent, oldest first, also what is held back or was dropped. */
  readonly deliveries: readonly Delivery[]
  /** Where deliveries go; `undefined` lets them fail, as when our server is down. */
  deliverTo(url: string | undefined): void
  setWebhookSecret(secret: string): void
  /** From now on deliveries wait. */
  hold(): void
  /** Sends what waits, in the order (and as often) as `arrange` answers, and stops holding. */
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>
  /** Sends a past delivery again under its GUID. */
  redeliver(deliveryId: number): Promise<Delivery>
  /** Resolves when no delivery is on its way. */
  settled(): Promise<void>
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

/** An empty GitHub. Its addresses are known once the server is open, and nothing asks before. */
function makeWorld(clock: Clock, options: GitHubSandboxOptions, url: () => string, emit: World['emit']): World {
  let lastId = 1_000
  const nextId = () => {
    lastId += 1
    return lastId
  }
  const accounts: World['accounts'] = new Map()
  return {
    ...{ clock, accounts, nextId, emit, app: makeIdentity({ accounts, nextId }, clock, options), treeLimit: 100_000 },
    ...{ repositories: new Map(), formerNames: new Map(), installations: new Map(), tokens: new Map() },
    ...{
      projects: [],
      deletedAccounts: new Set(),
      downloads: new Map(),
      runCaps: { filtered: 1_000, unfiltered: 40_000, beyond: 'empty' },
    },
    get apiUrl() {
      return options.enterprise ? `${url()}/api/v3` : url()
    },
    get htmlUrl() {
      return url()
    },
  }
}

const ROUTES = [
  ...CONTENT_ROUTES,
  ...GIT_ROUTES,
  ...HISTORY_ROUTES,
  ...PULL_ROUTES,
  ...CHECK_ROUTES,
  ...ISSUE_ROUTES,
  ...RUN_ROUTES,
  ...RELEASE_ROUTES,
  ...REVIEW_ROUTES,
  ...POSTURE_ROUTES,
  ...PAGES_ROUTES,
  ...ALERT_ROUTES,
]
/** GraphQL, git and the store of downloads are described elsewhere. */
const isDescribed = (path: string) => !path.startsWith(DOWNLOADS) && !path.endsWith('/graphql') && !isWikiPath(path)

/** Opens the stand-in on 127.0.0.1. Close it. */
export async function openGitHubSandbox(options: GitHubSandboxOptions = {}): Promise<GitHubSandbox> {
  const { clock = systemClock, contract, enterprise = false } = options
  const webhookSecret = randomHex(20)
  const flaws: string[] = []
  const opened: { standIn?: HttpStandIn } = {}
  const world = makeWorld(
    clock,
    options,
    () => opened.standIn?.url ?? '',
    (event) => out.emit(event),
  )
  const line = makeDeliveryLine({ target: options.webhookUrl, secret: webhookSecret })
  const out = makeWebhooksOut(world, line, (event, payload) => void flaws.push(...(options.webhookContract?.check(event, payload) ?? [])))
  const limiter = makeRateLimiter(world)
  const graph = makeGraphQLRoute({ limiter, missingFields: options.missingFields ?? [] })
  const younger = options.subIssues === false ? [] : SUB_ISSUE_ROUTES
  const routes = [...makeAppRoutes({ line, out }), makeLimitRoute(limiter), graph.route, ...ROUTES, ...younger]
  const standIn = await openHttpStandIn({
    handle: makeGitHubHandler({ world, limiter, routes, enterprise }),
    ...(contract
      ? {
          check: (exchange) =>
            isDescribed(exchange.path) ? contract.check({ ...exchange, path: canonicalPath(world, exchange.path) }) : [],
        }
      : {}),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    clock,
  })
  opened.standIn = standIn
  const { id, clientId, slug, privateKey } = world.app
  const { url, requests, faults, forgetRequests } = standIn
  return Object.freeze({
    ...makeActions({ world, settled: line.settled }),
    ...{ url, requests, faults, forgetRequests, apiUrl: world.apiUrl, limits: limiter },
    ...{ graphqlUrl: enterprise ? `${url}/api/graphql` : `${url}/graphql`, graphql: graph.faults },
    ...{ deliveries: out.deliveries, hold: line.hold, release: line.release, settled: line.settled },
    ...{ deliverTo: line.setTarget, setWebhookSecret: line.setSecret },
    app: Object.freeze({ id, clientId, slug, privateKey, webhookSecret }),
    async redeliver(deliveryId: number) {
      const again = out.again(deliveryId)
      if (!again) throw new Error(`there is no delivery ${deliveryId}`)
      await line.settled()
      return again
    },
    get violations() {
      return [...standIn.violations, ...flaws]
    },
    async close() {
      await standIn.close()
      await line.settled()
    },
  })
}
