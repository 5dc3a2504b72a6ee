import { z } from 'zod'
import { reopenConnections } from '../../integrations/engine/breaker.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { enqueueWebhookKeeping } from '../steps/jira/webhooks.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Where the browser comes back to. It carries no token of ours, so the state does: it is sealed by this installation, for a few
 * minutes, and only an admin gets one.
 */
export const finishOAuth = makeUseCase({
  name: 'finish-oauth',
  summary: 'Ends connecting Jira or Confluence by OAuth 2.0: stores the tokens, sealed.',
  access: 'public',
  // Not strict: what else Atlassian puts into the address is its own.
  input: z.object({
    provider: z.enum(['jira', 'confluence']).describe('Provider'),
    state: z.string().max(4_000).describe('As it was given to the consent page'),
    code: z.string().max(8_000).optional().describe('What tokens are given for'),
    error: z.string().max(300).optional().describe('Why there is no code'),
  }),
  output: z.object({ status: z.literal('connected'), provider: z.string(), site: z.string() }),
  http: { method: 'GET', path: '/integrations/{provider}/oauth/callback' },
  async run(ctx, { provider, state, code, error }) {
    if (code === undefined)
      throw new AppError(
        'refused',
        `${provider === 'jira' ? 'Jira' : 'Confluence'} was not connected: ${error === 'access_denied' ? 'the consent was declined' : 'there is no code'}. Start again.`,
      )
    const { url } = await ctx.providers[provider].finishOAuth(state, code)
    const { db } = await ctx.store()
    await reopenConnections(db, provider, ctx.clock.now())
    if (provider === 'jira') await enqueueWebhookKeeping(db, ctx.clock.now())
    return { status: 'connected' as const, provider, site: url }
  },
})
