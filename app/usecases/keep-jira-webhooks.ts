import { z } from 'zod'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { recordDelivery } from '../../integrations/store/deliveries.ts'
import { listLinks } from '../../integrations/store/links.ts'
import type { AppContext } from '../context.ts'
import { enqueueDelivery } from '../delivery-job.ts'
import { readWebhook, saveWebhook, webhookUrlOf } from '../steps/jira/webhooks.ts'
import { makeUseCase } from '../use-case.ts'

/** How far back it is looked for lost deliveries when it never was before: Jira keeps them for three days. */
const FIRST_LOOK_MS = 3 * 86_400_000

/** The configured project, and every one that has an issue of ours. */
async function readProjects(ctx: AppContext): Promise<string[]> {
  const { db } = await ctx.store()
  const found = new Set<string>()
  try {
    found.add((await ctx.providers.jira.readConfig({})).projectKey)
  } catch (error) {
    // Without a configuration, or with a faulty one, which every sync says: there may be issues all the same.
    if (!isAppError(error) || error.code !== 'config-invalid') throw error
  }
  for (let cursor: string | undefined; ; ) {
    const page = await listLinks(db, { connectionId: 'jira', remoteKind: 'issue', limit: 200, ...(cursor ? { cursor } : {}) })
    for (const { remoteKey } of page.items) if (remoteKey) found.add(remoteKey.replace(/-\d+$/, ''))
    cursor = page.nextCursor
    if (!cursor) return [...found].sort()
  }
}

type Session = Awaited<ReturnType<AppContext['providers']['jira']['connect']>>

/** Deliveries that Jira gave up come in as if they had arrived; those that did are known by their identifier. */
async function takeMissed(ctx: AppContext, session: Session, since: Date): Promise<{ readonly taken: number; readonly until: Date }> {
  const store = await ctx.store()
  const { deliveries, until } = await ctx.providers.jira.webhooks.listMissed(session, since)
  let taken = 0
  for (const { id, event, action, payload } of deliveries) {
    const receivedAt = ctx.clock.now()
    const isNew = await store.transaction(async (db) => {
      const recorded = await recordDelivery(db, { provider: 'jira', deliveryId: id, event, action, payload, receivedAt })
      if (!recorded.duplicate) await enqueueDelivery(db, recorded.id, 'webhook', receivedAt)
      return !recorded.duplicate
    })
    if (isNew) taken += 1
  }
  return { taken, until }
}

/**
 * Looks after the webhook of an OAuth connection: registers it, renews it in time, makes it again when it is gone, and takes in
 * what Jira could not deliver. Other connections have an administrator's webhook, or the poll alone.
 */
export const keepJiraWebhooks = makeUseCase({
  name: 'keep-jira-webhooks',
  summary: 'Registers and renews the webhook of an OAuth connection to Jira, and takes in deliveries that were lost.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ state: z.enum(['registered', 'renewed', 'kept', 'none']), missed: z.number().int() }),
  async run(ctx) {
    const nothing = { state: 'none' as const, missed: 0 }
    const connection = await ctx.connections.effective('jira')
    if (connection?.kind !== 'oauth' || !ctx.config.ATLASSIAN_CLIENT_SECRET) return nothing
    const url = webhookUrlOf(ctx.config)
    const projectKeys = await readProjects(ctx)
    if (url === undefined || projectKeys.length === 0) return nothing
    const { db } = await ctx.store()
    const { jira } = ctx.providers
    const now = ctx.clock.now()
    const known = await readWebhook(db)
    const session = await jira.connect({ dryRun: false, priority: 'poll' })
    const kept = await jira.webhooks.keep(session, { url, projectKeys, knownId: known?.id, now })
    const since = known?.missedUntil ?? new Date(now.getTime() - FIRST_LOOK_MS)
    await saveWebhook(db, { ...kept, missedUntil: since }, now)
    const { taken, until } = await takeMissed(ctx, session, since)
    await saveWebhook(db, { ...kept, missedUntil: until }, now)
    if (kept.state !== 'kept' || taken > 0)
      ctx.log.info({ webhook: kept.id, state: kept.state, missed: taken }, 'webhook of Jira looked after')
    return { state: kept.state, missed: taken }
  },
})
