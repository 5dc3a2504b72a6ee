import { z } from 'zod'
import { CONNECTABLE, notConnected } from '../connections.ts'
import { ConnectionSummary, toConnectionSummary } from '../steps/connection-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** One connection with its settings; never a secret. */
export const readConnection = makeUseCase({
  name: 'read-connection',
  summary: 'Shows one connection and its settings; never a secret.',
  access: 'read',
  input: z.strictObject({ provider: z.enum(CONNECTABLE).describe('Provider') }),
  output: ConnectionSummary.loose(),
  http: { method: 'GET', path: '/integrations/{provider}/config' },
  async run(ctx, { provider }) {
    const connection = await ctx.connections.effective(provider)
    if (!connection) throw notConnected(provider)
    return { ...connection.settings, ...toConnectionSummary(connection) }
  },
})
