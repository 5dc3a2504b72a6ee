import { z } from 'zod'
import { reopenConnections } from '../../integrations/engine/breaker.ts'
import { CONNECTABLE } from '../connections.ts'
import type { AppContext } from '../context.ts'
import { readWebhook, webhookUrlOf } from '../steps/jira/webhooks.ts'
import { makeUseCase } from '../use-case.ts'

/** Whether changes are heard of at once: an OAuth connection registers its webhook itself. */
async function webhookNotes(ctx: AppContext): Promise<string[]> {
  if ((await ctx.connections.effective('jira'))?.kind !== 'oauth') return []
  if (webhookUrlOf(ctx.config) === undefined)
    return [
      'No webhook can be registered: Atlassian cannot reach PUBLIC_URL, which must be a public https address. Changes are found by the poll.',
    ]
  const known = await readWebhook((await ctx.store()).db)
  return known
    ? [`The webhook is registered until ${known.expiresAt.toISOString().slice(0, 10)} and renewed before.`]
    : ['The webhook is not registered yet; the server sees to it within hours, or right after a new consent.']
}

/**
 * Tries reads and says who we are there, what we may not do, and, for Jira, which settings cannot work there and why. Success lets
 * the jobs run again that waited for it.
 */
export const testConnection = makeUseCase({
  name: 'test-connection',
  summary: 'Tries reads at a provider: who we are there, what we may not do, and which settings cannot work.',
  access: 'admin',
  input: z.strictObject({ provider: z.enum(CONNECTABLE).describe('Provider') }),
  output: z.object({
    provider: z.enum(CONNECTABLE),
    account: z.string(),
    displayName: z.string(),
    missing: z.array(z.string()).describe('Permissions that are missing, each with what it is needed for'),
    problems: z.array(z.string()).describe('Settings that cannot work there, each with its place and why'),
    notes: z.array(z.string()).describe('What is worth knowing although nothing is wrong'),
  }),
  http: { method: 'POST', path: '/integrations/{provider}/test' },
  cli: {
    command: 'connections:test',
    arguments: ['provider'],
    exitCode: ({ missing, problems }: { missing: readonly string[]; problems: readonly string[] }) =>
      missing.length + problems.length > 0 ? 1 : 0,
  },
  async run(ctx, { provider }) {
    const { account, displayName, missing, problems = [], notes = [] } = await ctx.providers[provider].whoAmI()
    await reopenConnections((await ctx.store()).db, provider, ctx.clock.now())
    const webhook = provider === 'jira' ? await webhookNotes(ctx) : []
    return { provider, account, displayName, missing: [...missing], problems: [...problems], notes: [...notes, ...webhook] }
  },
})
