// Confluence as use cases reach it: the provider's functions, bound to the credential that counts now.
import {
  type ConfluenceConfig,
  type ConfluenceContext,
  type ConfluenceProduct,
  confluenceProvider,
  parseConfluenceConfig,
} from '../../integrations/confluence/index.ts'
import { makeBasicCredentials, makeBearerCredentials } from '../../integrations/engine/credentials.ts'
import type { Identity, Priority } from '../../integrations/engine/provider.ts'
import type { Exchange } from '../../integrations/engine/request.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { readConfigFile } from '../config-file.ts'
import { type Connections, notConnected } from '../connections.ts'
import { type AtlassianOAuth, type AtlassianOAuthParts, makeAtlassianOAuth } from './atlassian-oauth.ts'

export interface ConfluenceSessionOptions {
  readonly dryRun: boolean
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
}

/** The Confluence provider with the connection of this process. */
export type ConfluenceAccess = typeof confluenceProvider &
  Pick<AtlassianOAuth, 'startOAuth' | 'finishOAuth'> & {
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

export interface ConfluenceAccessParts extends Omit<AtlassianOAuthParts, 'product' | 'scopes'> {
  readonly connections: Connections
  readonly dryRun: boolean
}

const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined

export function makeConfluenceAccess(parts: ConfluenceAccessParts): ConfluenceAccess {
  const { config, connections, outbound, dryRun: always } = parts
  const signIn = makeAtlassianOAuth({ ...parts, product: 'confluence', scopes: confluenceProvider.scopes })
  const connectionId = confluenceProvider.name
  const ownCredentials = async (product: ConfluenceProduct) => {
    const { email, token } = await connections.credential('confluence')
    return product === 'cloud' && email ? makeBasicCredentials(email, token) : makeBearerCredentials(token)
  }
  const connect = async ({ dryRun, ...extra }: ConfluenceSessionOptions): Promise<ConfluenceContext> => {
    const connection = await connections.effective('confluence')
    if (!connection) throw notConnected('confluence')
    const product = productOf(connection.kind)
    const credentials = connection.kind === 'oauth' ? signIn.oauthCredentials : await ownCredentials(product)
    const { siteUrl } = connection.settings
    const context = outbound.contextFor({ connectionId, provider: 'confluence', credentials, dryRun: always || dryRun, ...extra })
    return confluenceProvider.contextOf({
      ...{ baseUrl: connection.baseUrl, product, context },
      ...(typeof siteUrl === 'string' ? { siteUrl } : {}),
    })
  }
  const settingsNow = async () => {
    const stored = (await connections.effective('confluence'))?.settings ?? {}
    const file = await readConfigFile(config.KATALYST_CONFIG_DIR, FILE)
    return { ...file, ...Object.fromEntries(SETTINGS.flatMap((key) => (stored[key] === undefined ? [] : [[key, stored[key]]]))) }
  }
  return Object.freeze({
    ...confluenceProvider,
    connectionId,
    startOAuth: signIn.startOAuth,
    finishOAuth: signIn.finishOAuth,
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
      const connection = await connections.effective('confluence')
      const granted = connection?.kind === 'oauth' ? textsOf(connection.settings.scopes) : undefined
      return confluenceProvider.identify(context, { spaceKey: typeof spaceKey === 'string' ? spaceKey : undefined, granted })
    },
  })
}
