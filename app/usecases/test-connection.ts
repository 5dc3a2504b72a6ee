import { z } from 'zod'
import { reopenConnections } from '../../integrations/engine/breaker.ts'
import { CONNECTABLE } from '../connections.ts'
import { makeUseCase } from '../use-case.ts'

/** Tries one read and says who we are there, and what we may not do. Success lets the jobs run again that waited for it. */
export const testConnection = makeUseCase({
  name: 'test-connection',
  summary: 'Tries one read at a provider: who we are there, and what we may not do.',
  access: 'admin',
  input: z.strictObject({ provider: z.enum(CONNECTABLE).describe('Provider') }),
  output: z.object({ provider: z.enum(CONNECTABLE), account: z.string(), displayName: z.string(), missing: z.array(z.string()) }),
  http: { method: 'POST', path: '/integrations/{provider}/test' },
  cli: {
    command: 'connections:test',
    arguments: ['provider'],
    exitCode: ({ missing }: { missing: readonly string[] }) => (missing.length > 0 ? 1 : 0),
  },
  async run(ctx, { provider }) {
    const identity = await ctx.providers[provider].whoAmI()
    await reopenConnections((await ctx.store()).db, provider, ctx.clock.now())
    return { provider, account: identity.account, displayName: identity.displayName, missing: [...identity.missing] }
  },
})
