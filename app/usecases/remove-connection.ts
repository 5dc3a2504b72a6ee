import { z } from 'zod'
import { removeConnection as removeStored } from '../../integrations/store/connections.ts'
import { CONNECTABLE, notConnected } from '../connections.ts'
import { makeUseCase } from '../use-case.ts'

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
    if (!(await removeStored((await ctx.store()).db, provider))) throw notConnected(provider)
    return { provider, status: 'removed' as const }
  },
})
