// Webhooks that an app registers for itself: only apps may, five of them, with few kinds of filters; they live thirty days, and
// their deliveries carry a token that the app's secret signs. What was not delivered can be asked for.
import { createHash, createHmac } from 'node:crypto'
import type { OAuthSandbox } from '../atlassian-oauth.ts'
import type { SandboxResponse } from '../http.ts'
import { answer, answerRefusal, isRecord, type JiraRequest, pageOf, refuse } from './answer.ts'
import { parseJql } from './jql.ts'
import { makeMatch } from './jql-match.ts'
import type { Route } from './router.ts'
import type { Site, SiteEvent } from './site.ts'

const LIFE_MS = 30 * 86_400_000
const MOST = 5
const TOKEN_SECONDS = 180
/** Beside `project`, which is all that is used, Jira takes a few more; other fields and operators are refused. */
const FILTER = /^project\s*(=|!=|IN|NOT IN)\s*[("\w]/i

export interface DynamicWebhook {
  readonly id: number
  readonly url: string
  readonly jqlFilter: string
  readonly events: readonly string[]
  expiresAt: number
}

export interface DynamicWebhooks {
  readonly registered: readonly DynamicWebhook[]
  /** Takes all away, as an administrator may. */
  forget(): void
}

export interface DynamicWebhooksOut extends DynamicWebhooks {
  readonly routes: readonly Route[]
  /** Those that want this event. */
  targetsOf(event: SiteEvent, name: string): readonly DynamicWebhook[]
  /** The token of a delivery to this address. */
  authorize(url: string): string
  /** Keeps what could not be delivered. */
  giveUp(delivery: { readonly id: string; readonly raw: string }, url: string): void
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function makeDynamicWebhooks(site: Site, oauth: Pick<OAuthSandbox, 'clientId' | 'clientSecret'>): DynamicWebhooksOut {
  const registered: DynamicWebhook[] = []
  const failed: { id: string; body: string; url: string; failureTime: number }[] = []
  const now = () => site.clock.now().getTime()
  const alive = () => registered.filter(({ expiresAt }) => expiresAt > now())
  const forApps =
    (handle: (body: Readonly<Record<string, unknown>>, request: JiraRequest) => SandboxResponse) =>
    (request: JiraRequest): SandboxResponse =>
      request.byApp
        ? handle(isRecord(request.body) ? request.body : {}, request)
        : answerRefusal(refuse(403, 'Only apps can access this resource.'))
  const idsOf = (body: Readonly<Record<string, unknown>>) => (Array.isArray(body.webhookIds) ? body.webhookIds.map(Number) : [])

  const registerOne = (url: string, wanted: unknown) => {
    const { jqlFilter, events } = isRecord(wanted) ? wanted : {}
    if (typeof jqlFilter !== 'string' || !FILTER.test(jqlFilter) || typeof parseJql(jqlFilter) === 'string')
      return { errors: [`The JQL query is not supported: ${jqlFilter}`] }
    if (alive().some((one) => one.url !== url)) return { errors: ['Only a single URL per app is allowed to be registered via REST API'] }
    if (alive().length >= MOST) return { errors: [`You have reached the limit of ${MOST} webhooks.`] }
    const id = site.nextId()
    registered.push({ id, url, jqlFilter, events: Array.isArray(events) ? events.map(String) : [], expiresAt: now() + LIFE_MS })
    return { createdWebhookId: id }
  }
  const show = ({ id, url, jqlFilter, events, expiresAt }: DynamicWebhook) => ({ id, url, jqlFilter, events, expirationDate: expiresAt })

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/rest/api/3/webhook',
      handle: forApps((_, request) => {
        const page = pageOf(request.query, alive().map(show), 100)
        return answer(200, { self: `${site.baseUrl}/rest/api/3/webhook`, ...page })
      }),
    },
    {
      method: 'POST',
      path: '/rest/api/3/webhook',
      handle: forApps(({ url, webhooks }) =>
        answer(200, {
          webhookRegistrationResult: (Array.isArray(webhooks) ? webhooks : []).map((one) => registerOne(String(url), one)),
        }),
      ),
    },
    {
      method: 'DELETE',
      path: '/rest/api/3/webhook',
      handle: forApps((body) => {
        const gone = idsOf(body)
        registered.splice(0, registered.length, ...registered.filter(({ id }) => !gone.includes(id)))
        return answer(202)
      }),
    },
    {
      method: 'PUT',
      path: '/rest/api/3/webhook/refresh',
      handle: forApps((body) => {
        const ids = idsOf(body)
        for (const one of alive()) if (ids.includes(one.id)) one.expiresAt = now() + LIFE_MS
        return answer(200, { expirationDate: now() + LIFE_MS })
      }),
    },
    {
      method: 'GET',
      path: '/rest/api/3/webhook/failed',
      handle: forApps((_, request) => {
        const after = Number(request.query.get('after') ?? 0)
        return answer(200, { maxResults: 100, values: failed.filter(({ failureTime }) => failureTime > after).slice(0, 100) })
      }),
    },
  ]
  const isWanted = (webhook: DynamicWebhook, event: SiteEvent, name: string) => {
    const query = parseJql(webhook.jqlFilter)
    const match = typeof query === 'string' ? query : makeMatch(query, { site, user: site.users[0], validate: false })
    return webhook.events.includes(name) && typeof match !== 'string' && match.matches(event.issue)
  }
  return Object.freeze({
    routes,
    registered,
    forget: () => void registered.splice(0),
    targetsOf: (event: SiteEvent, name: string) => alive().filter((webhook) => isWanted(webhook, event, name)),
    authorize(url: string) {
      const seconds = Math.floor(now() / 1_000)
      const qsh = createHash('sha256')
        .update(`POST&${new URL(url).pathname}&`)
        .digest('hex')
      const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ iss: oauth.clientId, iat: seconds, exp: seconds + TOKEN_SECONDS, qsh })}`
      return `Bearer ${signed}.${createHmac('sha256', oauth.clientSecret).update(signed).digest('base64url')}`
    },
    giveUp: ({ id, raw }: { readonly id: string; readonly raw: string }, url: string) =>
      void failed.push({ id, body: raw, url, failureTime: now() }),
  })
}
