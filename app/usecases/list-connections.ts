import { z } from 'zod'
import { CONNECTABLE } from '../connections.ts'
import { ConnectionSummary, toConnectionSummary } from '../steps/connection-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** What is connected, and from where the credential comes. */
export const listConnections = makeUseCase({
  name: 'list-connections',
  summary: 'Says which providers are connected, and from where their credentials come.',
  access: 'read',
  input: z.strictObject({}),
  output: z.object({ items: z.array(ConnectionSummary) }),
  http: { method: 'GET', path: '/config/status' },
  cli: { command: 'connections' },
  async run(ctx) {
    const found = await Promise.all(CONNECTABLE.map((provider) => ctx.connections.effective(provider)))
    return { items: found.flatMap((connection) => (connection ? [toConnectionSummary(connection)] : [])) }
  },
})
