// Webhooks of an administrator and of an app: each change of an issue is POSTed to its address, in order. The administrator's is
// signed when it was registered with a secret, an app's carries a token.
// The stand-in never repeats a delivery by itself (the real site waits minutes); a test asks for a repeat.
import { createHmac } from 'node:crypto'
import type { DynamicWebhooksOut } from './dynamic-webhooks.ts'
import { showIssueForWebhook } from './issue-bean.ts'
import { showUser } from './show.ts'
import type { Site, SiteEvent } from './site.ts'

export interface JiraDelivery {
  /** `X-Atlassian-Webhook-Identifier`: the same when it is sent again. */
  readonly id: string
  readonly event: string
  readonly issueKey: string
  /** The exact bytes that were signed. */
  readonly raw: string
  /** Answers so far, oldest first; 0 for a connection that failed. */
  readonly statuses: number[]
}

export interface WebhooksOut {
  readonly deliveries: readonly JiraDelivery[]
  /** Registers the one webhook; undefined stops it. */
  setWebhook(url: string | undefined, secret?: string): void
  /** Sends a delivery again with the same identifier and bytes. */
  redeliver(id: string): Promise<void>
  /** Resolves when everything that happened so far was sent. */
  settled(): Promise<void>
  close(): Promise<void>
}

const RESPONSE_TIMEOUT_MS = 20_000

function payloadOf(site: Site, event: SiteEvent): Record<string, unknown> {
  const { emailAddress: _address, ...user } = showUser(site, event.actor, 2) as Record<string, unknown>
  return {
    timestamp: site.clock.now().getTime(),
    webhookEvent: `jira:issue_${event.kind}`,
    ...(event.kind === 'deleted' ? {} : { issue_event_type_name: event.sort }),
    user,
    issue: showIssueForWebhook(site, event.issue),
    ...(event.history ? { changelog: { id: event.history.id, items: event.history.items } } : {}),
  }
}

interface Target {
  readonly url: string
  /** What tells the receiver that the delivery is Jira's. */
  readonly proof: (raw: string) => Readonly<Record<string, string>>
}

const signedBy =
  (secret: string | undefined) =>
  (raw: string): Record<string, string> =>
    secret === undefined ? {} : { 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}` }

function headersOf(delivery: JiraDelivery, { proof }: Target): Record<string, string> {
  const repeats = delivery.statuses.length
  return {
    'content-type': 'application/json; charset=UTF-8',
    'user-agent': 'Atlassian Webhook HTTP Client',
    'x-atlassian-webhook-identifier': delivery.id,
    'x-atlassian-webhook-flow': 'Primary',
    ...(repeats > 0 ? { 'x-atlassian-webhook-retry': String(repeats) } : {}),
    ...proof(delivery.raw),
  }
}

/** Follows the site and delivers. Deliveries go out one after another, so that they arrive in order. */
export function openWebhooksOut(site: Site, dynamic: DynamicWebhooksOut, send: typeof fetch = fetch): WebhooksOut {
  const deliveries: JiraDelivery[] = []
  const stop = new AbortController()
  let target: Target | undefined
  const targets = new Map<JiraDelivery, Target>()
  let queue = Promise.resolve()

  const post = async (delivery: JiraDelivery, to: Target) => {
    if (stop.signal.aborted) return
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)])
    const status = await send(to.url, { method: 'POST', headers: headersOf(delivery, to), body: delivery.raw, signal }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      // A receiver that is down is part of what a test plays through: the delivery keeps it as status 0.
      () => 0,
    )
    delivery.statuses.push(status)
    // The real site tries for hours before it gives up; here the first failure is the last.
    if (status < 200 || status > 299) dynamic.giveUp(delivery, to.url)
  }
  const enqueue = (delivery: JiraDelivery) => {
    const to = targets.get(delivery) ?? target
    if (to) queue = queue.then(() => post(delivery, to))
  }

  site.subscribe((event) => {
    const body = payloadOf(site, event)
    const name = String(body.webhookEvent)
    const apps = dynamic
      .targetsOf(event, name)
      .map(({ id, url }) => ({ url, proof: () => ({ authorization: dynamic.authorize(url) }), id }))
    for (const to of [...(target ? [target] : []), ...apps]) {
      const raw = JSON.stringify('id' in to ? { ...body, matchedWebhookIds: [to.id] } : body)
      const delivery = { id: String(site.nextId()), event: name, issueKey: event.issue.key, raw, statuses: [] }
      deliveries.push(delivery)
      if ('id' in to) targets.set(delivery, to)
      enqueue(delivery)
    }
  })

  return Object.freeze({
    deliveries,
    setWebhook: (url: string | undefined, secret?: string) => {
      target = url === undefined ? undefined : { url, proof: signedBy(secret) }
    },
    async redeliver(id: string) {
      const delivery = deliveries.find((entry) => entry.id === id)
      if (delivery) enqueue(delivery)
      await queue
    },
    settled: () => queue,
    async close() {
      stop.abort()
      await queue
    },
  })
}
