// An admin webhook: each change of an issue is POSTed to one address, in order, signed when it was registered with a secret.
// The stand-in never repeats a delivery by itself (the real site waits minutes); a test asks for a repeat.
import { createHmac } from 'node:crypto'
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

function headersOf(delivery: JiraDelivery, secret: string | undefined): Record<string, string> {
  const repeats = delivery.statuses.length
  return {
    'content-type': 'application/json; charset=UTF-8',
    'user-agent': 'Atlassian Webhook HTTP Client',
    'x-atlassian-webhook-identifier': delivery.id,
    'x-atlassian-webhook-flow': 'Primary',
    ...(repeats > 0 ? { 'x-atlassian-webhook-retry': String(repeats) } : {}),
    ...(secret === undefined ? {} : { 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(delivery.raw).digest('hex')}` }),
  }
}

/** Follows the site and delivers. Deliveries go out one after another, so that they arrive in order. */
export function openWebhooksOut(site: Site, send: typeof fetch = fetch): WebhooksOut {
  const deliveries: JiraDelivery[] = []
  const stop = new AbortController()
  let target: { readonly url: string; readonly secret: string | undefined } | undefined
  let queue = Promise.resolve()

  const post = async (delivery: JiraDelivery, to: NonNullable<typeof target>) => {
    if (stop.signal.aborted) return
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)])
    const status = await send(to.url, { method: 'POST', headers: headersOf(delivery, to.secret), body: delivery.raw, signal }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      // A receiver that is down is part of what a test plays through: the delivery keeps it as status 0.
      () => 0,
    )
    delivery.statuses.push(status)
  }
  const enqueue = (delivery: JiraDelivery) => {
    const to = target
    if (to) queue = queue.then(() => post(delivery, to))
  }

  site.subscribe((event) => {
    if (target === undefined) return
    const body = payloadOf(site, event)
    const delivery = {
      id: String(site.nextId()),
      event: String(body.webhookEvent),
      issueKey: event.issue.key,
      raw: JSON.stringify(body),
      statuses: [],
    }
    deliveries.push(delivery)
    enqueue(delivery)
  })

  return Object.freeze({
    deliveries,
    setWebhook: (url: string | undefined, secret?: string) => {
      target = url === undefined ? undefined : { url, secret }
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
