// Connecting Jira or Confluence by OAuth 2.0: the way there and back, and the credentials that come of it. Each has a consent and
// tokens of its own, so that one can be taken back without the other.
import { z } from 'zod'
import {
  type AtlassianProduct,
  type AtlassianSite,
  authorizeUrl,
  exchangeCode,
  gatewayUrl,
  listSites,
  type OAuthApp,
  productUrl,
  refreshTokens,
} from '../../integrations/engine/atlassian-oauth.ts'
import { type Credentials, makeBearerCredentials, noCredentials } from '../../integrations/engine/credentials.ts'
import type { Clock, Random } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import type { SecretBox } from '../../integrations/kernel/secrets.ts'
import { findConnection, saveConnection } from '../../integrations/store/connections.ts'
import type { Db } from '../../integrations/store/db.ts'
import type { Config } from '../config.ts'
import { makeOAuthCredentials, sealTokens } from './oauth-tokens.ts'
import type { Outbound } from './outbound.ts'

const NAMES: Readonly<Record<AtlassianProduct, string>> = { jira: 'Jira', confluence: 'Confluence' }
/** How long a person may take to agree. */
const STATE_MS = 15 * 60_000

const State = z.object({ until: z.number(), nonce: z.string(), site: z.string().optional() })

export interface AtlassianOAuth {
  /** Where a person agrees. @throws AppError `not-configured` without an app at Atlassian */
  startOAuth(site: string | undefined): { readonly url: string; readonly expiresAt: Date }
  /** Stores the connection. @throws AppError `refused` for a state that is not ours or too old, or when the site is not plain */
  finishOAuth(state: string, code: string): Promise<AtlassianSite>
  /** Of the stored connection; the same for everybody in this process, so that one of them renews. */
  readonly oauthCredentials: Credentials
}

export interface AtlassianOAuthParts {
  readonly product: AtlassianProduct
  /** What a person is asked to agree to. */
  readonly scopes: readonly string[]
  readonly config: Config
  readonly outbound: Outbound
  readonly db: () => Promise<Db>
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

const bindingOf = (product: AtlassianProduct) => `oauth-state:${product}`

function readState({ secrets, clock, product }: AtlassianOAuthParts, state: string): z.output<typeof State> {
  let opened: unknown
  try {
    opened = JSON.parse(secrets.open(state, bindingOf(product)))
  } catch (cause) {
    throw new AppError('refused', `This address was not made by us. Start connecting ${NAMES[product]} again.`, { cause })
  }
  const parsed = State.safeParse(opened)
  if (!parsed.success || parsed.data.until < clock.now().getTime())
    throw new AppError('refused', `This address is too old. Start connecting ${NAMES[product]} again.`)
  return parsed.data
}

/** People give the address of their site, or that of the product on it. */
const plainSite = (url: string) => url.replace(/(\/wiki)?\/*$/, '').toLowerCase()

function chooseSite(product: AtlassianProduct, sites: readonly AtlassianSite[], wanted: string | undefined): AtlassianSite {
  const found = wanted === undefined ? sites : sites.filter(({ url }) => plainSite(url) === plainSite(wanted))
  const [site, another] = found
  if (site && !another) return site
  const offered = sites.map(({ url }) => url).join(', ') || `none with ${NAMES[product]}`
  throw new AppError(
    'refused',
    `Which site is to be connected is not plain; the consent covers: ${offered}. Start again with one of them as \`site\`.`,
  )
}

export function makeAtlassianOAuth(parts: AtlassianOAuthParts): AtlassianOAuth {
  const { config, outbound, secrets, clock, random, product, scopes } = parts
  const redirectUri = `${config.PUBLIC_URL}/api/v1/integrations/${product}/oauth/callback`
  const app = (): OAuthApp => {
    const { ATLASSIAN_CLIENT_ID: clientId, ATLASSIAN_CLIENT_SECRET: clientSecret } = config
    if (!clientId || !clientSecret)
      throw new AppError(
        'not-configured',
        'OAuth is not set up. Make an OAuth 2.0 app at developer.atlassian.com and set ATLASSIAN_CLIENT_ID and ATLASSIAN_CLIENT_SECRET.',
      )
    return { clientId, clientSecret, authUrl: config.ATLASSIAN_AUTH_URL, apiUrl: config.ATLASSIAN_API_URL }
  }
  // Its own limits: what the site pauses does not hold up the tokens, nor the other way round. Also in a dry run.
  const contextFor = (credentials: Credentials) =>
    outbound.contextFor({ connectionId: `atlassian:${product}`, provider: product, credentials, dryRun: false, priority: 'interactive' })
  return Object.freeze({
    startOAuth(site: string | undefined) {
      const expiresAt = new Date(clock.now().getTime() + STATE_MS)
      const state = secrets.seal(
        JSON.stringify({ until: expiresAt.getTime(), nonce: random.id(), ...(site ? { site } : {}) }),
        bindingOf(product),
      )
      return { url: authorizeUrl(app(), { scopes, state, redirectUri }), expiresAt }
    },
    async finishOAuth(state: string, code: string) {
      const { site: wanted } = readState(parts, state)
      const tokens = await exchangeCode(contextFor(noCredentials), app(), code, redirectUri)
      const site = chooseSite(product, await listSites(contextFor(makeBearerCredentials(tokens.access)), app(), product), wanted)
      const db = await parts.db()
      const known = await findConnection(db, product)
      await saveConnection(db, {
        ...{ id: product, provider: product, name: site.name, kind: 'oauth', status: 'ok', reason: undefined, at: clock.now() },
        baseUrl: gatewayUrl(app(), product, site.cloudId),
        credentials: sealTokens(secrets, product, tokens),
        settings: { ...known?.settings, siteUrl: productUrl(product, site), cloudId: site.cloudId, scopes: [...tokens.scopes] },
      })
      return site
    },
    oauthCredentials: makeOAuthCredentials({
      ...parts,
      connectionId: product,
      refresh: (token) => refreshTokens(contextFor(noCredentials), app(), token),
    }),
  })
}
