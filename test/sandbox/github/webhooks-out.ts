// Webhooks as GitHub makes them: who hears of what, with which members, under one GUID per event; never retried by itself.
import { randomUUID } from 'node:crypto'
import type { Delivery, DeliveryLine, Waiting } from './delivery-line.ts'
import { installationOf, toInstallation, toOrganization, toRepository, toUser } from './payload-repository.ts'
import { covers, type Installation, instant, nodeId, type OutgoingEvent, type World } from './world.ts'

/** Events every App gets, whatever it subscribed to. */
const ALWAYS = new Set(['installation', 'installation_repositories', 'github_app_authorization'])
const HOOK_ID = 1

export interface WebhooksOut {
  /** Oldest first, also those that are held back or were dropped. */
  readonly deliveries: readonly Delivery[]
  readonly emit: World['emit']
  /** Queues a past delivery again under its GUID; `undefined` when there is none of that id. */
  again(id: number): Delivery | undefined
}

/** Makes deliveries of what happens and puts them on the line. `check` is shown every payload first. */
export function makeWebhooksOut(world: World, line: DeliveryLine, check: (event: string, payload: unknown) => void): WebhooksOut {
  const deliveries: Waiting[] = []
  const queue = (delivery: Waiting): Waiting => {
    deliveries.push(delivery)
    line.queue(delivery)
    return delivery
  }
  return Object.freeze({
    deliveries,
    emit(event: OutgoingEvent) {
      const installation = event.installation ?? (event.repository && installationOf(world, event.repository))
      if (!installation || !reaches(installation, event)) return
      const payload = decorate(world, event, installation)
      check(event.event, payload)
      const [installationId, repositoryId] = [installation.id, event.repository?.id]
      queue(toDelivery(world, { event: event.event, payload, guid: randomUUID(), redelivery: false, installationId, repositoryId }))
    },
    again(id: number) {
      const original = deliveries.find((delivery) => delivery.id === id)
      if (!original) return undefined
      const { event, payload, guid, installationId, repositoryId } = original
      return queue(toDelivery(world, { event, payload, guid, installationId, repositoryId, redelivery: true }))
    },
  })
}

/** A suspended installation hears nothing but its own life. */
function reaches(installation: Installation, event: OutgoingEvent): boolean {
  if (ALWAYS.has(event.event)) return true
  if (installation.suspendedAt || !installation.events.includes(event.event)) return false
  return event.repository === undefined || covers(installation, event.repository)
}

function decorate(world: World, event: OutgoingEvent, installation: Installation): Record<string, unknown> {
  const { repository } = event
  const ofRepository = repository
    ? {
        repository: toRepository(world, repository),
        ...(repository.owner.type === 'Organization' ? { organization: toOrganization(world, repository.owner) } : {}),
      }
    : {}
  const short = { id: installation.id, node_id: nodeId('Installation', installation.id) }
  return {
    ...ofRepository,
    ...event.payload,
    sender: toUser(world, event.sender),
    installation: ALWAYS.has(event.event) ? toInstallation(world, installation) : short,
  }
}

function toDelivery(
  world: World,
  from: Pick<Delivery, 'event' | 'payload' | 'guid' | 'redelivery' | 'installationId' | 'repositoryId'>,
): Waiting {
  const action = typeof from.payload.action === 'string' ? from.payload.action : undefined
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/5a4db0f',
    'x-github-event': from.event,
    'x-github-delivery': from.guid,
    'x-github-hook-id': String(HOOK_ID),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(world.app.id),
  }
  return {
    ...from,
    id: world.nextId(),
    action,
    headers,
    deliveredAt: world.clock.now(),
    statusCode: undefined,
    status: 'pending',
    response: '',
  }
}

/** A delivery as the App's delivery list shows it; with request and response when asked for alone. */
export function toHookDelivery(delivery: Delivery, whole: boolean): Record<string, unknown> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: instant(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: 0.1,
    status: delivery.status,
    status_code: delivery.statusCode ?? 0,
    event: delivery.event,
    action: delivery.action ?? null,
    installation_id: delivery.installationId ?? null,
    repository_id: delivery.repositoryId ?? null,
    throttled_at: null,
    ...(whole
      ? {
          url: '',
          request: { headers: delivery.headers, payload: delivery.payload },
          response: { headers: {}, payload: delivery.response },
        }
      : {}),
  }
}
