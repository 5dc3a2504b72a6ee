import { z } from 'zod'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { settleConflicts } from '../../integrations/store/conflicts.ts'
import { markDelivery, readDelivery } from '../../integrations/store/deliveries.ts'
import { forgetDeletedIssues } from '../../integrations/store/jira-facts.ts'
import { deleteLink, findLink } from '../../integrations/store/links.ts'
import type { AppContext } from '../context.ts'
import { askForPublication } from '../steps/confluence/inbound.ts'
import { enqueueArtifactSync } from '../steps/jira/sync-job.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Only a delivery says that an issue was deleted: asked for it, Jira answers as it does for a hidden one. So it is unlinked here, and
 * the next export that somebody asks for makes it anew; the artifact stays.
 */
async function forgetDeleted(ctx: AppContext, event: string, payload: string): Promise<boolean> {
  if (event !== 'jira:issue_deleted') return false
  const store = await ctx.store()
  const at = ctx.clock.now()
  const ids = ctx.providers.jira.readIssueIds(payload)
  return store.transaction(async (db) => {
    const links = await Promise.all(ids.map((remoteId) => findLink(db, { connectionId: 'jira', remoteKind: 'issue', remoteId })))
    const linked = links.filter((link) => link !== undefined)
    for (const link of linked) {
      await settleConflicts(db, link.id, [], at)
      await deleteLink(db, link)
    }
    return (await forgetDeletedIssues(db, 'jira', ids, at)) > 0 || linked.length > 0
  })
}

/** Asks for the artifacts of the issues that a delivery of Jira's is about; false when none of them is linked. */
async function askForSyncs(ctx: AppContext, payload: string): Promise<boolean> {
  const store = await ctx.store()
  const ids = ctx.providers.jira.readIssueIds(payload)
  const links = await Promise.all(ids.map((remoteId) => findLink(store.db, { connectionId: 'jira', remoteKind: 'issue', remoteId })))
  const linked = links.filter((link) => link !== undefined)
  await store.transaction(async (db) => {
    for (const link of linked) await enqueueArtifactSync(db, link, 'webhook', ctx.clock.now())
  })
  return linked.length > 0
}

/**
 * Handles one stored delivery: Jira's ask for the issues they are about to be read again (what they say is a hint); GitHub's go to the App's handlers, which must be on the Probot by then. Handlers are repeatable,
 * so a delivery whose handling broke off is simply handled again. What nobody listens to is marked, not lost.
 */
export const handleDelivery = makeUseCase({
  name: 'handle-delivery',
  summary: 'Gives a stored webhook delivery to its handlers.',
  access: 'internal',
  input: z.object({ delivery: z.number().int() }),
  output: z.object({ status: z.enum(['handled', 'ignored']) }),
  async run(ctx, { delivery: id }) {
    const { db } = await ctx.store()
    const delivery = await readDelivery(db, id)
    // Deleted by age, or handled by an attempt whose worker was thought lost.
    if (!delivery || delivery.status === 'handled') return { status: 'ignored' as const }
    const { provider, deliveryId, event, payload } = delivery
    const mark = (status: 'handled' | 'ignored' | 'failed', error?: string) =>
      markDelivery(db, id, { status, at: ctx.clock.now(), ...(error === undefined ? {} : { error }) })
    if (provider === 'jira') {
      const wasRead = await forgetDeleted(ctx, event, payload)
      const isOurs = (await askForSyncs(ctx, payload)) || wasRead
      await mark(isOurs ? 'handled' : 'ignored')
      return { status: isOurs ? ('handled' as const) : ('ignored' as const) }
    }
    if (provider === 'confluence') {
      const page = ctx.providers.confluence.pageOfWebhook(JSON.parse(payload))
      const isOurs = page !== undefined && (await askForPublication(ctx, page))
      await mark(isOurs ? 'handled' : 'ignored')
      return { status: isOurs ? ('handled' as const) : ('ignored' as const) }
    }
    if (provider !== 'github') {
      await mark('ignored')
      return { status: 'ignored' as const }
    }
    try {
      const { github } = ctx.providers
      await github.receiveEvent(await github.probot(), { id: deliveryId, name: event, payload: JSON.parse(payload) as unknown })
    } catch (error) {
      const failure = toAppError(error)
      ctx.log.warn({ err: failure, delivery: deliveryId, event }, 'delivery could not be handled')
      await mark('failed', failure.message)
      throw failure
    }
    await mark('handled')
    return { status: 'handled' as const }
  },
})
