import { z } from 'zod'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { removeConnection as removeStored } from '../../integrations/store/connections.ts'
import { CONNECTABLE, notConnected } from '../connections.ts'
import type { AppContext } from '../context.ts'
import { readWebhook, saveWebhook, webhookUrlOf } from '../steps/jira/webhooks.ts'
import { makeUseCase } from '../use-case.ts'

/** A webhook that nobody wants any more is taken away; where Jira cannot be asked for that, it lapses within thirty days. */
async function dropWebhook(ctx: AppContext): Promise<void> {
  const { db } = await ctx.store()
  const known = await readWebhook(db)
  const url = webhookUrlOf(ctx.config)
  if (!known || url === undefined || (await ctx.connections.effective('jira'))?.kind !== 'oauth') return
  try {
    await ctx.providers.jira.webhooks.drop(await ctx.providers.jira.connect({ dryRun: false }), { url, knownId: known.id })
  } catch (error) {
    ctx.log.warn({ err: toAppError(error), webhook: known.id }, 'the webhook at Jira could not be taken away; it ends by itself')
  }
  await saveWebhook(db, undefined, ctx.clock.now())
}

/** Forgets a stored connection and its sealed token. What the environment says then counts again. */
export const removeConnection = makeUseCase({
  name: 'remove-connection',
  summary: 'Disconnects a provider: forgets the stored address and token. Links to remote objects stay.',
  access: 'admin',
  input: z.strictObject({ provider: z.enum(CONNECTABLE).describe('Provider') }),
  output: z.object({ provider: z.enum(CONNECTABLE), status: z.literal('removed') }),
  http: { method: 'DELETE', path: '/integrations/{provider}/config' },
  cli: { command: 'connections:remove', arguments: ['provider'] },
  async run(ctx, { provider }) {
    if (provider === 'jira') await dropWebhook(ctx)
    if (!(await removeStored((await ctx.store()).db, provider))) throw notConnected(provider)
    return { provider, status: 'removed' as const }
  },
})
