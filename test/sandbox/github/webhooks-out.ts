// Webhooks as GitHub sends them: signed bytes, one GUID per event, never retried by itself. Deliveries are sent one after
// another in the order things happened; a test may hold them back and release them twice, reversed or not at all.
import { createHmac, randomUUID } from 'node:crypto'
import { installationOf, toInstallation, toOrganization, toRepository, toUser } from './payload-repository.ts'
import { covers, type Installation, instant, nodeId, type OutgoingEvent, type World } from './world.ts'

/** Events every App gets, whatever it subscribed to. */
const ALWAYS = new Set(['installation', 'installation_repositories', 'github_app_authorization'])
const ANSWER_MS = 10_000
const HOOK_ID = 1

export interface Delivery {
  readonly id: number
  /** The same again when it is delivered again. */
  readonly guid: string
  readonly event: string
  readonly action: string | undefined
  readonly installationId: number | undefined
  readonly repositoryId: number | undefined
  readonly payload: Readonly<Record<string, unknown>>
  readonly redelivery: boolean
  readonly deliveredAt: Date
  readonly headers: Readonly<Record<string, string>>
  /** What the receiver answered; 502 when nobody did. `undefined` while held back or on its way. */
  readonly statusCode: number | undefined
  /** In GitHub's words: `OK`, `Invalid HTTP Response: 500`, `failed to connect to host`. */
  readonly status: string
  readonly response: string
}

type Outcome = Pick<Delivery, 'statusCode' | 'status' | 'response'>
type Waiting = Omit<Delivery, keyof Outcome> & { -readonly [K in keyof Outcome]: Outcome[K] }

export interface WebhooksOut {
  /** Oldest first, also those that are held back or were dropped. */
  readonly deliveries: readonly Delivery[]
  /** Where deliveries go; `undefined` lets them fail, as when our server is down. */
  setTarget(url: string | undefined): void
  setSecret(secret: string): void
  /** From now on deliveries wait. */
  hold(): void
  /** Sends what waits, in the order (and as often) as `arrange` answers, and stops holding. */
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>
  /** Sends a past delivery again under its GUID. */
  redeliver(id: number): Promise<Delivery>
  /** Resolves when nothing is on its way, including what answers to deliveries caused. */
  settled(): Promise<void>
}

export interface WebhookSettings {
  readonly target: string | undefined
  readonly secret: string
  /** Holds payloads against their description. */
  readonly check: (event: string, payload: unknown) => void
}

export function makeWebhooksOut(
  world: Omit<World, 'emit'>,
  settings: WebhookSettings,
): WebhooksOut & { readonly emit: World['emit']; queueRedelivery(id: number): Delivery | undefined } {
  const deliveries: Waiting[] = []
  let { target, secret } = settings
  let held: Waiting[] | undefined
  let line: Promise<void> = Promise.resolve()

  const send = (delivery: Waiting): Promise<void> => {
    line = line.then(async () => {
      const outcome = await post(target, secret, delivery)
      // A delivery released twice keeps the answer of the last time.
      Object.assign(delivery, outcome)
    })
    return line
  }
  const queue = (delivery: Waiting): void => {
    deliveries.push(delivery)
    if (held) held.push(delivery)
    else void send(delivery)
  }
  const emit = (event: OutgoingEvent): void => {
    const installation = event.installation ?? (event.repository && installationOf(world as World, event.repository))
    if (!installation || !reaches(installation, event)) return
    const payload = decorate(world as World, event, installation)
    settings.check(event.event, payload)
    queue(
      toDelivery(world, {
        event: event.event,
        payload,
        guid: randomUUID(),
        redelivery: false,
        installationId: installation.id,
        repositoryId: event.repository?.id,
      }),
    )
  }
  const queueRedelivery = (id: number) => {
    const original = deliveries.find((delivery) => delivery.id === id)
    if (!original) return undefined
    const { event, payload, guid, installationId, repositoryId } = original
    const again = toDelivery(world, { event, payload, guid, installationId, repositoryId, redelivery: true })
    queue(again)
    return again
  }
  const settled = async (): Promise<void> => {
    for (let seen: Promise<void> | undefined; seen !== line; ) {
      seen = line
      await seen
    }
  }
  return Object.freeze({
    deliveries,
    emit,
    queueRedelivery,
    settled,
    setTarget(url: string | undefined) {
      target = url
    },
    setSecret(value: string) {
      secret = value
    },
    hold() {
      held ??= []
    },
    async release(arrange: (held: readonly Delivery[]) => readonly Delivery[] = (all) => all) {
      const waiting = held ?? []
      held = undefined
      for (const delivery of arrange(waiting)) void send(delivery as Waiting)
      await settled()
    },
    async redeliver(id: number) {
      const again = queueRedelivery(id)
      if (!again) throw new Error(`there is no delivery ${id}`)
      await settled()
      return again
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
  world: Omit<World, 'emit'>,
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

/** The exact bytes that are signed are the bytes that are sent. */
async function post(target: string | undefined, secret: string, delivery: Waiting): Promise<Outcome> {
  const failed = (status: string): Outcome => ({ statusCode: 502, status, response: '' })
  if (!target) return failed('failed to connect to host')
  const body = JSON.stringify(delivery.payload)
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  try {
    const answer = await fetch(target, {
      method: 'POST',
      body,
      headers: { ...delivery.headers, 'x-hub-signature-256': signature },
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'manual',
    })
    return {
      statusCode: answer.status,
      status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      response: await answer.text(),
    }
  } catch (error) {
    // Whatever went wrong on the way is an outcome that GitHub lists, not a fault of the stand-in.
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host')
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
