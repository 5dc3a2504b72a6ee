// Confluence as use cases reach it: the provider's functions, bound to the credential that counts now.
import {
  type ConfluenceConfig,
  type ConfluenceContext,
  type ConfluenceProduct,
  confluenceProvider,
  parseConfluenceConfig,
} from '../integrations/confluence/index.ts'
import { makeBasicCredentials, makeBearerCredentials } from '../integrations/engine/credentials.ts'
import type { Identity, Priority } from '../integrations/engine/provider.ts'
import type { Exchange } from '../integrations/engine/request.ts'
import { AppError } from '../integrations/kernel/errors.ts'
import type { Config } from './config.ts'
import { readConfigFile } from './config-file.ts'
import { type Connections, notConnected } from './connections.ts'
import type { Outbound } from './outbound.ts'

export interface ConfluenceSessionOptions {
  readonly dryRun: boolean
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
}

/** The Confluence provider with the connection of this process. */
export type ConfluenceAccess = typeof confluenceProvider & {
  /** The id of the connection: links and limits belong to it. */
  readonly connectionId: string
  /** @throws AppError `not-configured` */
  connect(options: ConfluenceSessionOptions): Promise<ConfluenceContext>
  /** confluence-config.json with the connection's own settings over it. @throws AppError `config-invalid` with every fault */
  readConfig(override: { readonly spaceKey?: string | undefined }): Promise<ConfluenceConfig>
  whoAmI(): Promise<Identity>
}

/** Settings of the connection that win over the file. */
const SETTINGS = ['spaceKey', 'pageHierarchy', 'conflictPolicy'] as const
const FILE = 'confluence-config.json'

/** A Data Center knows no API tokens, and Cloud no personal access tokens. */
const productOf = (kind: string): ConfluenceProduct => (kind === 'pat' ? 'data-center' : 'cloud')

export function makeConfluenceAccess(parts: {
  readonly config: Config
  readonly connections: Connections
  readonly outbound: Outbound
  readonly dryRun: boolean
}): ConfluenceAccess {
  const { config, connections, outbound, dryRun: always } = parts
  const connectionId = confluenceProvider.name
  const connect = async ({ dryRun, ...extra }: ConfluenceSessionOptions): Promise<ConfluenceContext> => {
    const connection = await connections.effective('confluence')
    if (!connection) throw notConnected('confluence')
    const { email, token } = await connections.credential('confluence')
    const product = productOf(connection.kind)
    const credentials = product === 'cloud' && email ? makeBasicCredentials(email, token) : makeBearerCredentials(token)
    const context = outbound.contextFor({ connectionId, provider: 'confluence', credentials, dryRun: always || dryRun, ...extra })
    return confluenceProvider.contextOf({ baseUrl: connection.baseUrl, product, context })
  }
  const settingsNow = async () => {
    const stored = (await connections.effective('confluence'))?.settings ?? {}
    const file = await readConfigFile(config.KATALYST_CONFIG_DIR, FILE)
    return { ...file, ...Object.fromEntries(SETTINGS.flatMap((key) => (stored[key] === undefined ? [] : [[key, stored[key]]]))) }
  }
  return Object.freeze({
    ...confluenceProvider,
    connectionId,
    connect,
    async readConfig({ spaceKey }: { readonly spaceKey?: string | undefined }) {
      const parsed = parseConfluenceConfig({ ...(await settingsNow()), ...(spaceKey ? { spaceKey } : {}) }, FILE)
      if (parsed.kind === 'problems')
        throw new AppError('config-invalid', parsed.problems.join('\n'), { details: { problems: parsed.problems } })
      return parsed.config
    },
    async whoAmI() {
      const { spaceKey } = (await settingsNow()) as { readonly spaceKey?: unknown }
      const context = await connect({ dryRun: true })
      return confluenceProvider.identify(context, typeof spaceKey === 'string' ? spaceKey : undefined)
    },
  })
}
