// What stands at an address, asked before it is known whether that is Cloud or Data Center: version 2 of the API both have.
import { z } from 'zod'
import type { ProviderContext } from '../engine/provider.ts'
import { parseAnswer, reading } from './requests.ts'
import { makeTransport } from './transport.ts'

const ServerInfo = z.object({ deploymentType: z.string().default('Server') })

export function makeDeploymentType(baseUrl: string, context: ProviderContext): () => Promise<string> {
  return async () => {
    const meta = reading('jira.server.read')
    const raw = await makeTransport(baseUrl, context, meta, { account: undefined }).sendRequest({ url: '/rest/api/2/serverInfo' })
    return parseAnswer(raw, ServerInfo, meta.operation).deploymentType
  }
}
