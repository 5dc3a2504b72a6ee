// Connecting Jira by OAuth 2.0: the way there and back, and the credentials that come of it.
import { z } from 'zod'
import { type Credentials, makeBearerCredentials, noCredentials } from '../integrations/engine/credentials.ts'
import { type AtlassianSite, jiraProvider, type OAuthApp } from '../integrations/jira/index.ts'
import type { Clock, Random } from '../integrations/kernel/clock.ts'
import { AppError } from '../integrations/kernel/errors.ts'
import type { SecretBox } from '../integrations/kernel/secrets.ts'
import { findConnection, saveConnection } from '../integrations/store/connections.ts'
import type { Db } from '../integrations/store/db.ts'
import type { Config } from './config.ts'
import { makeOAuthCredentials, sealTokens } from './oauth-tokens.ts'
import type { Outbound } from './outbound.ts'

const CONNECTION = 'jira'
const BINDING = 'oauth-state:jira'
/** How long a person may take to agree. */
const STATE_MS = 15 * 60_000

const State = z.object({ until: z.number(), nonce: z.string(), site: z.string().optional() })

export interface JiraOAuth {
  /** Where a person agrees. @throws AppError `not-configured` without an app at Atlassian */
  startOAuth(site: string | undefined): { readonly url: string; readonly expiresAt: Date }
  /** Stores the connection. @throws AppError `refused` for a state that is not ours or too old, or when the site is not plain */
  finishOAuth(state: string, code: string): Promise<AtlassianSite>
  /** Of the stored connection; the same for everybody in this process, so that one of them renews. */
  readonly oauthCredentials: Credentials
}

export interface JiraOAuthParts {
  readonly config: Config
  readonly outbound: Outbound
  readonly db: () => Promise<Db>
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

function readState({ secrets, clock }: JiraOAuthParts, state: string): z.output<typeof State> {
  let opened: unknown
  try {
    opened = JSON.parse(secrets.open(state, BINDING))
  } catch (cause) {
    throw new AppError('refused', 'This address was not made by us. Start connecting Jira again.', { cause })
  }
  const parsed = State.safeParse(opened)
  if (!parsed.success || parsed.data.until < clock.now().getTime())
    throw new AppError('refused', 'This address is too old. Start connecting Jira again.')
  return parsed.data
}

const sameSite = (a: string, b: string) => a.replace(/\/+$/, '').toLowerCase() === b.replace(/\/+$/, '').toLowerCase()

function chooseSite(sites: readonly AtlassianSite[], wanted: string | undefined): AtlassianSite {
  const found = wanted === undefined ? sites : sites.filter(({ url }) => sameSite(url, wanted))
  const [site, another] = found
  if (site && !another) return site
  const offered = sites.map(({ url }) => url).join(', ') || 'none with Jira'
  throw new AppError(
    'refused',
    `Which site is to be connected is not plain; the consent covers: ${offered}. Start again with one of them as \`site\`.`,
  )
}

export function makeJiraOAuth(parts: JiraOAuthParts): JiraOAuth {
  const { config, outbound, secrets, clock, random } = parts
  const { oauth } = jiraProvider
  const redirectUri = `${config.PUBLIC_URL}/api/v1/integrations/jira/oauth/callback`
  const app = (): OAuthApp => {
    const { ATLASSIAN_CLIENT_ID: clientId, ATLASSIAN_CLIENT_SECRET: clientSecret } = config
    if (!clientId || !clientSecret)
      throw new AppError(
        'not-configured',
        'OAuth is not set up. Make an OAuth 2.0 app at developer.atlassian.com and set ATLASSIAN_CLIENT_ID and ATLASSIAN_CLIENT_SECRET.',
      )
    return { clientId, clientSecret, authUrl: config.ATLASSIAN_AUTH_URL, apiUrl: config.ATLASSIAN_API_URL }
  }
  // Its own limits: what Jira pauses does not hold up the tokens, nor the other way round. Also in a dry run.
  const contextFor = (credentials: Credentials) =>
    outbound.contextFor({ connectionId: 'atlassian', provider: 'jira', credentials, dryRun: false, priority: 'interactive' })
  return Object.freeze({
    startOAuth(site: string | undefined) {
      const expiresAt = new Date(clock.now().getTime() + STATE_MS)
      const state = secrets.seal(JSON.stringify({ until: expiresAt.getTime(), nonce: random.id(), ...(site ? { site } : {}) }), BINDING)
      return { url: oauth.authorizeUrl(app(), state, redirectUri), expiresAt }
    },
    async finishOAuth(state: string, code: string) {
      const { site: wanted } = readState(parts, state)
      const tokens = await oauth.exchangeCode(contextFor(noCredentials), app(), code, redirectUri)
      const site = chooseSite(await oauth.listSites(contextFor(makeBearerCredentials(tokens.access)), app()), wanted)
      const db = await parts.db()
      const known = await findConnection(db, CONNECTION)
      await saveConnection(db, {
        ...{ id: CONNECTION, provider: CONNECTION, name: site.name, kind: 'oauth', status: 'ok', reason: undefined, at: clock.now() },
        baseUrl: oauth.gatewayUrl(app(), site.cloudId),
        credentials: sealTokens(secrets, CONNECTION, tokens),
        settings: { ...known?.settings, siteUrl: site.url, cloudId: site.cloudId },
      })
      return site
    },
    oauthCredentials: makeOAuthCredentials({
      ...parts,
      connectionId: CONNECTION,
      refresh: (token) => oauth.refreshTokens(contextFor(noCredentials), app(), token),
    }),
  })
}
