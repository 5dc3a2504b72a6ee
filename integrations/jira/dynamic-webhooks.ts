// Webhooks of an OAuth connection, which live thirty days and lapse without a word: one is there, in time renewed, and made again
// when it is gone or no longer what is wanted. Jira takes few filters here and few webhooks, so it is one for all projects.
import type { ProviderContext } from '../engine/provider.ts'
import { makeWebhookClient, type RegisteredWebhook } from './webhook-client.ts'
import { describeBody } from './webhooks.ts'

const EVENTS = ['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted'] as const
const DAY_MS = 86_400_000
/** Renewed with this much of its life left: half of it, so that an outage of days costs nothing. */
export const RENEW_BEFORE_MS = 15 * DAY_MS
const LIFE_MS = 30 * DAY_MS

export interface WantedWebhook {
  /** Where deliveries come in. */
  readonly url: string
  readonly projectKeys: readonly string[]
  /** The one that we registered last; it may be another than is wanted now. */
  readonly knownId: number | undefined
  readonly now: Date
}

export interface KeptWebhook {
  readonly state: 'registered' | 'renewed' | 'kept'
  readonly id: number
  readonly expiresAt: Date
}

/** Of the operators that Jira takes here. */
const filterOf = (projectKeys: readonly string[]): string =>
  `project IN (${[...new Set(projectKeys)]
    .sort()
    .map((key) => `"${key}"`)
    .join(', ')})`

const sameEvents = (events: readonly string[]) => [...events].sort().join() === [...EVENTS].sort().join()

/** Of what we registered: our address, or the id that we remember. Others of the same app are another installation's. */
const isOurs = ({ url, knownId }: WantedWebhook, webhook: RegisteredWebhook) => webhook.url === url || webhook.id === knownId

/** Sees to it that exactly one webhook of ours is there and lives on. @throws AppError `refused` with Jira's reasons */
export async function keepWebhook(
  { context, baseUrl }: { readonly context: ProviderContext; readonly baseUrl: string },
  wanted: WantedWebhook,
): Promise<KeptWebhook> {
  const client = makeWebhookClient(baseUrl, context)
  const jqlFilter = filterOf(wanted.projectKeys)
  const ours = (await client.list()).filter((webhook) => isOurs(wanted, webhook))
  const [good] = ours.filter((one) => one.url === wanted.url && one.jqlFilter === jqlFilter && sameEvents(one.events))
  const drop = async (kept: number) => {
    const rest = ours.filter(({ id }) => id !== kept).map(({ id }) => id)
    if (rest.length > 0) await client.remove(rest)
  }
  if (!good) {
    // First the new one: between the two nothing is missed.
    const id = await client.register(wanted.url, { jqlFilter, events: EVENTS })
    await drop(id)
    return { state: 'registered', id, expiresAt: new Date(wanted.now.getTime() + LIFE_MS) }
  }
  await drop(good.id)
  const expiresAt = new Date(good.expirationDate ?? wanted.now.getTime())
  if (expiresAt.getTime() - wanted.now.getTime() > RENEW_BEFORE_MS) return { state: 'kept', id: good.id, expiresAt }
  return { state: 'renewed', id: good.id, expiresAt: await client.refresh([good.id]) }
}

/** Takes away what we registered. */
export async function dropWebhooks(
  { context, baseUrl }: { readonly context: ProviderContext; readonly baseUrl: string },
  wanted: Pick<WantedWebhook, 'url' | 'knownId'>,
): Promise<number> {
  const client = makeWebhookClient(baseUrl, context)
  const ids = (await client.list()).filter(({ id, url }) => url === wanted.url || id === wanted.knownId).map(({ id }) => id)
  if (ids.length > 0) await client.remove(ids)
  return ids.length
}

export interface MissedDelivery {
  /** The identifier that the delivery carried. */
  readonly id: string
  readonly event: string
  readonly action?: string
  readonly payload: string
}

/** Deliveries that Jira gave up since then, as they would have come in, and up to when it was looked. */
export async function listMissedDeliveries(
  { context, baseUrl }: { readonly context: ProviderContext; readonly baseUrl: string },
  since: Date,
): Promise<{ readonly deliveries: readonly MissedDelivery[]; readonly until: Date }> {
  const failed = await makeWebhookClient(baseUrl, context).failed(since)
  // Jira keeps bodies for a while only; what has none is found by the poll.
  const deliveries = failed.flatMap(({ id, body }) => (body ? [{ id, payload: body, ...describeBody(body) }] : []))
  return { deliveries, until: new Date(failed.at(-1)?.failureTime ?? since.getTime()) }
}
