// The providers as use cases reach them: the provider's functions, bound to the credentials that count now.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { makeBasicCredentials, noCredentials } from '../integrations/engine/credentials.ts'
import type { Identity, Priority, ProviderContext } from '../integrations/engine/provider.ts'
import type { Exchange } from '../integrations/engine/request.ts'
import { type GitHubAccess, makeGitHubAccess } from '../integrations/github/index.ts'
import { type JiraConfig, jiraProvider, parseJiraConfig } from '../integrations/jira/index.ts'
import { AppError } from '../integrations/kernel/errors.ts'
import type { Config } from './config.ts'
import { type Connections, notConnected } from './connections.ts'
import type { Outbound } from './outbound.ts'

export interface JiraSession {
  readonly context: ProviderContext
  readonly baseUrl: string
}

export interface JiraSessionOptions {
  readonly dryRun: boolean
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
}

/** The Jira provider with the connection of this process. */
export type JiraAccess = typeof jiraProvider & {
  /** @throws AppError `not-configured` */
  connect(options: JiraSessionOptions): Promise<JiraSession>
  /** jira-config.json with the connection's own settings over it. @throws AppError `config-invalid` with every fault */
  readConfig(override: { readonly projectKey?: string | undefined }): Promise<JiraConfig>
  whoAmI(): Promise<Identity>
}

export interface Providers {
  readonly github: GitHubAccess & { whoAmI(): Promise<Identity> }
  readonly jira: JiraAccess
}

export interface ProviderParts {
  readonly config: Config
  readonly connections: Connections
  readonly outbound: Outbound
  readonly dryRun: boolean
}

function makeGitHub({ config, connections, outbound, dryRun }: ProviderParts): Providers['github'] {
  const app = config.APP_ID && config.PRIVATE_KEY ? { app: { appId: config.APP_ID, privateKey: config.PRIVATE_KEY } } : {}
  const access = makeGitHubAccess({
    ...app,
    async personalToken() {
      const connection = await connections.effective('github')
      if (!connection?.secrets.token) return undefined
      return { token: (await connections.credential('github')).token, apiUrl: connection.baseUrl }
    },
    apiUrl: config.GITHUB_API_URL,
    contextFor: (actor) => {
      const connectionId = actor.kind === 'installation' ? `github:${actor.id}` : `github:${actor.kind}`
      // Octokit signs its own requests: with the App's key, an installation's token or the personal token.
      return outbound.contextFor({ connectionId, provider: 'github', credentials: noCredentials, dryRun })
    },
  })
  const whoAmI = async () => {
    const isApp = (await connections.effective('github'))?.kind === 'app'
    return access.identify(await (isApp ? access.asApp() : access.asToken()))
  }
  return Object.freeze({ ...access, whoAmI })
}

/** The file's content; a file that is not there is no fault, because the connection can say everything. */
async function readConfigFile(directory: string, name: string): Promise<Record<string, unknown>> {
  const text = await readFile(path.join(directory, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}'
    throw new AppError(
      'config-invalid',
      `${name}: (whole file): expected a file that can be read, found one that cannot (${cause.code}).`,
      { cause },
    )
  })
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new AppError('config-invalid', `${name}: (whole file): expected JSON, found text that does not parse.`, { cause })
  }
  throw new AppError('config-invalid', `${name}: (whole file): expected a JSON object, found another value.`)
}

const SETTINGS = ['projectKey', 'fieldMappings', 'statusMapping'] as const

function makeJira({ config, connections, outbound, dryRun: always }: ProviderParts): JiraAccess {
  const connect = async ({ dryRun, priority, onExchange }: JiraSessionOptions): Promise<JiraSession> => {
    const connection = await connections.effective('jira')
    if (!connection) throw notConnected('jira')
    const { email = '', token } = await connections.credential('jira')
    const credentials = makeBasicCredentials(email, token)
    const extra = { ...(priority ? { priority } : {}), ...(onExchange ? { onExchange } : {}) }
    return {
      context: outbound.contextFor({ connectionId: 'jira', provider: 'jira', credentials, dryRun: always || dryRun, ...extra }),
      baseUrl: connection.baseUrl,
    }
  }
  return Object.freeze({
    ...jiraProvider,
    connect,
    async readConfig({ projectKey }: { readonly projectKey?: string | undefined }) {
      const file = await readConfigFile(config.KATALYST_CONFIG_DIR, 'jira-config.json')
      const stored = (await connections.effective('jira'))?.settings ?? {}
      const own = Object.fromEntries(SETTINGS.flatMap((key) => (stored[key] === undefined ? [] : [[key, stored[key]]])))
      const parsed = parseJiraConfig({ ...file, ...own, ...(projectKey ? { projectKey } : {}) }, 'jira-config.json')
      if (parsed.kind === 'problems')
        throw new AppError('config-invalid', parsed.problems.join('\n'), { details: { problems: parsed.problems } })
      return parsed.config
    },
    whoAmI: async () => {
      const { context, baseUrl } = await connect({ dryRun: true })
      return jiraProvider.identifyAt(context, baseUrl)
    },
  })
}

export const makeProviders = (parts: ProviderParts): Providers => Object.freeze({ github: makeGitHub(parts), jira: makeJira(parts) })
