// The providers as use cases reach them: the provider's functions, bound to the credentials that count now.
import { makeBasicCredentials, makeBearerCredentials, noCredentials } from '../../integrations/engine/credentials.ts'
import type { Identity, Priority, ProviderContext } from '../../integrations/engine/provider.ts'
import type { Exchange } from '../../integrations/engine/request.ts'
import { type GitHubAccess, type GitHubConfig, makeGitHubAccess } from '../../integrations/github/index.ts'
import { type JiraConfig, type JiraEdition, jiraProvider, parseJiraConfig } from '../../integrations/jira/index.ts'
import type { Clock, Random } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import type { SecretBox } from '../../integrations/kernel/secrets.ts'
import type { Db } from '../../integrations/store/db.ts'
import type { Config } from '../config.ts'
import { readConfigFile } from '../config-file.ts'
import { type Connections, notConnected } from '../connections.ts'
import { type AtlassianOAuth, makeAtlassianOAuth } from './atlassian-oauth.ts'
import { type ConfluenceAccess, makeConfluenceAccess } from './confluence-access.ts'
import { type KatalystAccess, makeKatalyst } from './katalyst-access.ts'
import type { Outbound } from './outbound.ts'

export interface JiraSession {
  readonly context: ProviderContext
  readonly baseUrl: string
  /** Where people open the site, where that is not the address of the API. */
  readonly siteUrl?: string
  readonly edition: JiraEdition
}

export interface JiraSessionOptions {
  readonly dryRun: boolean
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
}

/** The Jira provider with the connection of this process. */
export type JiraAccess = typeof jiraProvider &
  Pick<AtlassianOAuth, 'startOAuth' | 'finishOAuth'> & {
    /** @throws AppError `not-configured` */
    connect(options: JiraSessionOptions): Promise<JiraSession>
    /** jira-config.json with the connection's own settings over it. @throws AppError `config-invalid` with every fault */
    readConfig(override: { readonly projectKey?: string | undefined }): Promise<JiraConfig>
    whoAmI(): Promise<Identity>
  }

/** The GitHub provider with the App or token of this process. */
export type GitHub = GitHubAccess & {
  whoAmI(): Promise<Identity>
  /** github-config.json; undefined where there is none. @throws AppError `config-invalid` with every fault */
  readConfig(): Promise<GitHubConfig | undefined>
}

export interface Providers {
  readonly katalyst: KatalystAccess
  readonly github: GitHub
  readonly jira: JiraAccess
  readonly confluence: ConfluenceAccess
}

export interface ProviderParts {
  readonly config: Config
  readonly connections: Connections
  readonly outbound: Outbound
  readonly dryRun: boolean
  readonly db: () => Promise<Db>
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
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
    contextFor: (actor, { priority, onExchange, dryRun: plans = false } = {}) => {
      const extra = { ...(priority ? { priority } : {}), ...(onExchange ? { onExchange } : {}) }
      const connectionId = actor.kind === 'installation' ? `github:${actor.id}` : `github:${actor.kind}`
      // Octokit signs its own requests: with the App's key, an installation's token or the personal token.
      return outbound.contextFor({ connectionId, provider: 'github', credentials: noCredentials, dryRun: dryRun || plans, ...extra })
    },
  })
  const whoAmI = async () => {
    const isApp = (await connections.effective('github'))?.kind === 'app'
    return access.identify(await (isApp ? access.asApp() : access.asToken()))
  }
  const readConfig = async () => {
    const file = await readConfigFile(config.KATALYST_CONFIG_DIR, 'github-config.json')
    return file && access.parseConfig(file)
  }
  return Object.freeze({ ...access, whoAmI, readConfig })
}

const NO_CONFIG =
  'There is no jira-config.json, so permissions in a project and the mapping were not tested. {"projectKey": "KAT"} is enough of one.'

const SETTINGS = ['projectKey', 'fieldMappings', 'statusMapping'] as const

/** A Data Center knows no API tokens, and Cloud no personal access tokens. */
const editionOf = (kind: string): JiraEdition => (kind === 'pat' ? 'data-center' : 'cloud')

function makeJira({ config, connections, outbound, dryRun: always, ...rest }: ProviderParts): JiraAccess {
  const signIn = makeAtlassianOAuth({ config, outbound, ...rest, product: 'jira', scopes: jiraProvider.scopes })
  const ownCredentials = async (kind: string) => {
    const { email = '', token } = await connections.credential('jira')
    return kind === 'pat' ? makeBearerCredentials(token) : makeBasicCredentials(email, token)
  }
  const connect = async ({ dryRun, priority, onExchange }: JiraSessionOptions): Promise<JiraSession> => {
    const connection = await connections.effective('jira')
    if (!connection) throw notConnected('jira')
    const credentials = connection.kind === 'oauth' ? signIn.oauthCredentials : await ownCredentials(connection.kind)
    const { siteUrl } = connection.settings
    const extra = { ...(priority ? { priority } : {}), ...(onExchange ? { onExchange } : {}) }
    return {
      context: outbound.contextFor({ connectionId: 'jira', provider: 'jira', credentials, dryRun: always || dryRun, ...extra }),
      baseUrl: connection.baseUrl,
      edition: editionOf(connection.kind),
      ...(typeof siteUrl === 'string' ? { siteUrl } : {}),
    }
  }
  const settingsNow = async () => {
    const file = await readConfigFile(config.KATALYST_CONFIG_DIR, 'jira-config.json')
    const stored = (await connections.effective('jira'))?.settings ?? {}
    return { ...file, ...Object.fromEntries(SETTINGS.flatMap((key) => (stored[key] === undefined ? [] : [[key, stored[key]]]))) }
  }
  return Object.freeze({
    ...jiraProvider,
    startOAuth: signIn.startOAuth,
    finishOAuth: signIn.finishOAuth,
    connect,
    async readConfig({ projectKey }: { readonly projectKey?: string | undefined }) {
      const parsed = parseJiraConfig({ ...(await settingsNow()), ...(projectKey ? { projectKey } : {}) }, 'jira-config.json')
      if (parsed.kind === 'problems')
        throw new AppError('config-invalid', parsed.problems.join('\n'), { details: { problems: parsed.problems } })
      return parsed.config
    },
    async whoAmI() {
      const context = jiraProvider.contextOf(await connect({ dryRun: true }))
      const settings = await settingsNow()
      if (Object.keys(settings).length === 0) return { ...(await jiraProvider.identify(context)), notes: [NO_CONFIG] }
      const parsed = parseJiraConfig(settings, 'jira-config.json')
      if (parsed.kind === 'config') return jiraProvider.examine(context, parsed.config)
      return { ...(await jiraProvider.identify(context)), problems: parsed.problems }
    },
  })
}

export const makeProviders = (parts: ProviderParts): Providers =>
  Object.freeze({
    github: makeGitHub(parts),
    jira: makeJira(parts),
    confluence: makeConfluenceAccess(parts),
    katalyst: makeKatalyst(parts),
  })
