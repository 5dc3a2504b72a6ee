// Data Center's webhooks: each event is POSTed to one address, in order, signed with the secret it was registered with.
// Nothing is repeated; a test asks for a repeat.
import { createHmac, randomUUID } from 'node:crypto'
import { type Site, type SiteEvent, spaceOf, versionOf } from './site.ts'

export interface ConfluenceDelivery {
  readonly id: string
  readonly event: string
  readonly pageId: string
  readonly raw: string
  /** Answers so far, oldest first; 0 for a connection that failed. */
  readonly statuses: number[]
}

export interface WebhooksOut {
  readonly deliveries: readonly ConfluenceDelivery[]
  /** Registers the one webhook; undefined stops it. */
  setWebhook(url: string | undefined, secret?: string): void
  redeliver(id: string): Promise<void>
  /** Resolves when everything that happened so far was sent. */
  settled(): Promise<void>
}

const RESPONSE_TIMEOUT_MS = 20_000

function payloadOf(site: Site, { page, actor }: SiteEvent, event: string): unknown {
  const { createdAt, number } = versionOf(page)
  return {
    event,
    timestamp: site.clock.now().getTime(),
    userKey: actor.id,
    page: {
      id: Number(page.id),
      idAsString: page.id,
      title: page.title,
      spaceKey: spaceOf(site, page).key,
      contentType: 'page',
      version: number,
      creationDate: page.createdAt.getTime(),
      modificationDate: createdAt.getTime(),
    },
    updateTrigger: 'edit_page',
  }
}

/** Follows the site and delivers one after another, so that deliveries arrive in order. */
export function openWebhooksOut(site: Site, send: typeof fetch = fetch): WebhooksOut {
  const deliveries: ConfluenceDelivery[] = []
  let target: { readonly url: string; readonly secret: string | undefined } | undefined
  let queue = Promise.resolve()
  const enqueue = (delivery: ConfluenceDelivery) => {
    const to = target
    if (!to) return
    queue = queue.then(async () => {
      const headers = new Headers({ 'content-type': 'application/json', 'x-event-key': delivery.event, 'x-request-id': delivery.id })
      if (to.secret !== undefined)
        headers.set('x-hub-signature', `sha256=${createHmac('sha256', to.secret).update(delivery.raw).digest('hex')}`)
      const status = await send(to.url, {
        method: 'POST',
        headers,
        body: delivery.raw,
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.status
        },
        // A receiver that is down is part of what a test plays through: the delivery keeps it as status 0.
        () => 0,
      )
      delivery.statuses.push(status)
    })
  }
  site.subscribe((happened) => {
    if (!target) return
    const event = `page_${happened.kind}`
    const delivery = {
      id: randomUUID(),
      event,
      pageId: happened.page.id,
      raw: JSON.stringify(payloadOf(site, happened, event)),
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
      const delivery = deliveries.find((one) => one.id === id)
      if (delivery) enqueue(delivery)
      await queue
    },
    settled: () => queue,
  })
}
