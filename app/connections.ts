// Which credential counts: a connection made through the API or the command line is stored sealed and wins over the
// environment. Read anew for every use, so that credentials rotate without a restart.
import { AppError } from '../integrations/kernel/errors.ts'
import type { SecretBox } from '../integrations/kernel/secrets.ts'
import { listConnectionStates } from '../integrations/store/connection-states.ts'
import { type Connection, credentialsBinding, findConnection, saveConnection } from '../integrations/store/connections.ts'
import type { Db } from '../integrations/store/db.ts'
import type { JsonObject } from '../integrations/store/json.ts'
import type { Config } from './config.ts'

/** Providers that can be connected in this version. */
export const CONNECTABLE = ['github', 'jira', 'confluence'] as const
export type Connectable = (typeof CONNECTABLE)[number]

export interface EffectiveConnection {
  /** The provider's name: there is one connection for each. */
  readonly id: Connectable
  readonly kind: Connection['kind']
  readonly name: string
  readonly baseUrl: string
  readonly source: 'database' | 'environment'
  readonly status: Connection['status']
  readonly reason: string | undefined
  /** Account name of a basic credential; no secret. */
  readonly email: string | undefined
  /** What of the secret parts is set; the values only `secretsOf` gives. */
  readonly secrets: Readonly<Record<string, boolean>>
  /** Settings stored with the connection, such as the project key; they win over the configuration file. */
  readonly settings: JsonObject
}

export interface Credential {
  readonly email?: string
  readonly token: string
}

export interface Connections {
  effective(provider: Connectable): Promise<EffectiveConnection | undefined>
  /** The credential to sign in with. @throws AppError `not-configured` or `secret-key-wrong` */
  credential(provider: Connectable): Promise<Credential>
  /** Stores a connection; a token that is not given stays as it was. */
  save(provider: Connectable, change: ConnectionChange, at: Date): Promise<void>
}

export interface ConnectionChange {
  readonly baseUrl: string
  readonly email?: string | undefined
  readonly token?: string | undefined
  /** What the token is; undefined: as it was, else what the provider usually has. */
  readonly kind?: 'api-token' | 'pat' | undefined
  readonly settings: JsonObject
}

const HOW: Readonly<Record<Connectable, string>> = {
  github: 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, or GITHUB_TOKEN, or run katalyst connections:set github.',
  jira: 'Set JIRA_BASE_URL with JIRA_EMAIL and JIRA_API_TOKEN, or with JIRA_PAT, or run katalyst connections:set jira.',
  confluence:
    'Set CONFLUENCE_BASE_URL with CONFLUENCE_EMAIL and CONFLUENCE_API_TOKEN, or with CONFLUENCE_PAT, or run katalyst connections:set confluence.',
}

const NAMES: Readonly<Record<Connectable, string>> = { github: 'GitHub', jira: 'Jira', confluence: 'Confluence' }

/** The failure of asking for a provider that is not connected. */
export const notConnected = (provider: Connectable) =>
  new AppError('not-configured', `${NAMES[provider]} is not connected. ${HOW[provider]}`)

function fromEnvironment(provider: Connectable, config: Config): EffectiveConnection | undefined {
  const common = { id: provider, source: 'environment', status: 'ok', reason: undefined, settings: {} } as const
  if (provider === 'jira') {
    if (!config.JIRA_BASE_URL) return undefined
    const kind = config.JIRA_PAT ? 'pat' : 'api-token'
    return { ...common, kind, name: NAMES.jira, baseUrl: config.JIRA_BASE_URL, email: config.JIRA_EMAIL, secrets: { token: true } }
  }
  if (provider === 'confluence') {
    if (!config.CONFLUENCE_BASE_URL) return undefined
    const kind = config.CONFLUENCE_PAT ? 'pat' : 'api-token'
    const { CONFLUENCE_BASE_URL: baseUrl, CONFLUENCE_EMAIL: email } = config
    return { ...common, kind, name: NAMES.confluence, baseUrl, email, secrets: { token: true } }
  }
  if (config.APP_ID)
    return {
      ...common,
      kind: 'app',
      name: `App ${config.APP_ID}`,
      baseUrl: config.GITHUB_API_URL,
      email: undefined,
      secrets: { privateKey: true, webhookSecret: true, token: Boolean(config.GITHUB_TOKEN) },
    }
  if (config.GITHUB_TOKEN)
    return {
      ...common,
      kind: 'pat',
      name: 'personal access token',
      baseUrl: config.GITHUB_API_URL,
      email: undefined,
      secrets: { token: true },
    }
  return undefined
}

function fromDatabase(provider: Connectable, row: Connection): EffectiveConnection {
  const email = typeof row.settings.email === 'string' ? row.settings.email : undefined
  return {
    id: provider,
    kind: row.kind,
    name: row.name,
    baseUrl: row.baseUrl,
    source: 'database',
    status: row.status,
    reason: row.reason,
    email,
    secrets: { token: row.credentials !== undefined },
    settings: row.settings,
  }
}

function withoutConsent({ settings }: Connection): { readonly kind: undefined; readonly settings: JsonObject } {
  const { siteUrl: _siteUrl, cloudId: _cloudId, scopes: _scopes, ...rest } = settings
  return { kind: undefined, settings: rest }
}

/** Whether jobs of the provider wait because of it (`github:<installation>` counts as GitHub's), and why. */
async function readStanding(db: Db, provider: Connectable): Promise<Pick<EffectiveConnection, 'status' | 'reason'> | undefined> {
  const parked = (await listConnectionStates(db, provider)).find(({ status }) => status === 'needs-attention')
  if (!parked) return undefined
  const which = parked.connectionId === provider ? '' : ` (${parked.connectionId})`
  return { status: 'needs-attention', reason: `${parked.reason ?? 'Its jobs failed.'}${which}` }
}

export function makeConnections(parts: {
  readonly config: Config
  readonly db: () => Promise<Db>
  readonly secrets: SecretBox
}): Connections {
  const { config, db, secrets } = parts
  return Object.freeze({
    async effective(provider: Connectable) {
      const row = await findConnection(await db(), provider)
      const connection = row ? fromDatabase(provider, row) : fromEnvironment(provider, config)
      return connection && { ...connection, ...(await readStanding(await db(), provider)) }
    },
    async credential(provider: Connectable): Promise<Credential> {
      const row = await findConnection(await db(), provider)
      if (row?.credentials) {
        const { email } = fromDatabase(provider, row)
        return { token: secrets.open(row.credentials, credentialsBinding(row.id)), ...(email ? { email } : {}) }
      }
      if (row) throw notConnected(provider)
      if (provider === 'jira' && config.JIRA_PAT) return { token: config.JIRA_PAT }
      if (provider === 'jira' && config.JIRA_API_TOKEN && config.JIRA_EMAIL)
        return { token: config.JIRA_API_TOKEN, email: config.JIRA_EMAIL }
      if (provider === 'confluence' && config.CONFLUENCE_PAT) return { token: config.CONFLUENCE_PAT }
      if (provider === 'confluence' && config.CONFLUENCE_API_TOKEN && config.CONFLUENCE_EMAIL)
        return { token: config.CONFLUENCE_API_TOKEN, email: config.CONFLUENCE_EMAIL }
      if (provider === 'github' && config.GITHUB_TOKEN) return { token: config.GITHUB_TOKEN }
      throw notConnected(provider)
    },
    async save(provider: Connectable, change: ConnectionChange, at: Date) {
      const known = await findConnection(await db(), provider)
      const sealed = change.token ? secrets.seal(change.token, credentialsBinding(provider)) : known?.credentials
      if (!sealed)
        throw new AppError('bad-request', 'The input is not valid: token: expected a token, found nothing.', {
          details: { issues: [{ path: 'token', expected: 'a token', received: 'nothing' }] },
        })
      // A token in place of a consent: what came with the consent went with it.
      const before = known?.kind === 'oauth' && change.token ? withoutConsent(known) : known
      const kind = change.kind ?? before?.kind ?? (provider === 'github' ? 'pat' : 'api-token')
      const settings = { ...before?.settings, ...change.settings, ...(change.email ? { email: change.email } : {}) }
      await saveConnection(await db(), {
        id: provider,
        provider,
        name: NAMES[provider],
        baseUrl: change.baseUrl,
        kind,
        credentials: sealed,
        settings,
        status: 'ok',
        reason: undefined,
        at,
      })
    },
  })
}
