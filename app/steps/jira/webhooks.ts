// The webhook that an OAuth connection registers for itself: what is remembered of it, and the job that keeps it alive. It needs
// an address that Atlassian can reach; without one the poll is what finds changes.
import { z } from 'zod'
import { assertAllowedHost } from '../../../integrations/engine/allowed-host.ts'
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import { isAppError } from '../../../integrations/kernel/errors.ts'
import { findCursor, saveCursor } from '../../../integrations/store/cursors.ts'
import type { Db } from '../../../integrations/store/db.ts'
import type { AppContext } from '../../context.ts'

/** Its payload is empty: the input of `keep-jira-webhooks`. */
export const WEBHOOKS_JOB = 'jira.webhooks'

const CONNECTION = 'jira'
const STREAM = 'dynamic-webhook'
const Remembered = z.object({ v: z.literal(1), id: z.number(), expiresAt: z.number(), missedUntil: z.number() })

export interface RememberedWebhook {
  readonly id: number
  readonly expiresAt: Date
  /** Up to when it was looked for deliveries that Jira gave up. */
  readonly missedUntil: Date
}

export async function readWebhook(db: Db): Promise<RememberedWebhook | undefined> {
  const saved = await findCursor(db, CONNECTION, STREAM)
  const parsed = saved?.watermark === undefined ? undefined : Remembered.safeParse(JSON.parse(saved.watermark)).data
  return parsed && { id: parsed.id, expiresAt: new Date(parsed.expiresAt), missedUntil: new Date(parsed.missedUntil) }
}

export const saveWebhook = (db: Db, webhook: RememberedWebhook | undefined, at: Date): Promise<void> =>
  saveCursor(db, {
    ...{ connectionId: CONNECTION, stream: STREAM, cursor: undefined, candidate: undefined, pages: 0, updatedAt: at },
    watermark:
      webhook &&
      JSON.stringify({ v: 1, id: webhook.id, expiresAt: webhook.expiresAt.getTime(), missedUntil: webhook.missedUntil.getTime() }),
  })

/** Where Jira's deliveries come in; undefined where Atlassian cannot reach us. */
export function webhookUrlOf({ PUBLIC_URL, ALLOW_PRIVATE_HOSTS }: AppContext['config']): string | undefined {
  const url = `${PUBLIC_URL.replace(/\/+$/, '')}/webhooks/jira`
  try {
    assertAllowedHost(url, { allowPrivateHosts: ALLOW_PRIVATE_HOSTS })
    return url
  } catch (error) {
    if (isAppError(error) && error.code === 'config-invalid') return undefined
    throw error
  }
}

/** Paths of that address as a token may name them: whole, and below the path that a proxy adds. */
export const webhookPathsOf = (config: AppContext['config']): readonly string[] => [
  '/webhooks/jira',
  new URL(`${config.PUBLIC_URL.replace(/\/+$/, '')}/webhooks/jira`).pathname,
]

/** Looks after the webhook now, instead of when the schedule next does. */
export const enqueueWebhookKeeping = (db: Db, at: Date): Promise<void> =>
  enqueueJob(db, { kind: WEBHOOKS_JOB, version: 1, payload: {}, connectionId: CONNECTION, dedupeKey: WEBHOOKS_JOB, priority: 'poll' }, at)
