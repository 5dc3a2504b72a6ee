// OAuth 2.0 (3LO) at Atlassian, for Jira and Confluence alike: consent in the browser, a code for tokens, an access token for an hour, and a refresh token that
// is good for one use. PKCE is not among what Atlassian documents, so the client secret is what proves us.
import { z } from 'zod'
import { AppError, type ErrorCode, toAppError } from '../kernel/errors.ts'
import type { ProviderContext } from './provider.ts'

export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  /** `https://auth.atlassian.com`. */
  readonly authUrl: string
  /** `https://api.atlassian.com`. */
  readonly apiUrl: string
}

export interface Tokens {
  readonly access: string
  /** Good once: every refresh gives another one. */
  readonly refresh: string
  readonly expiresAt: Date
  /** What was granted; empty where the answer does not say. */
  readonly scopes: readonly string[]
}

/** A site that the person gave us access to. */
export interface AtlassianSite {
  readonly cloudId: string
  readonly url: string
  readonly name: string
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
})
const SitesAnswer = z.array(z.object({ id: z.string(), url: z.string(), name: z.string(), scopes: z.array(z.string()) }))

export interface Consent {
  readonly scopes: readonly string[]
  /** Comes back with the code. */
  readonly state: string
  readonly redirectUri: string
}

/** Where a person agrees: to the scopes, and to tokens that outlive the hour. */
export function authorizeUrl(app: Pick<OAuthApp, 'clientId' | 'authUrl'>, { scopes, state, redirectUri }: Consent): string {
  const url = new URL(`${app.authUrl}/authorize`)
  const scope = [...scopes, 'offline_access'].join(' ')
  const parameters = { audience: 'api.atlassian.com', client_id: app.clientId, scope, redirect_uri: redirectUri, state }
  for (const [name, value] of Object.entries({ ...parameters, response_type: 'code', prompt: 'consent' })) url.searchParams.set(name, value)
  return url.href
}

/** With these a grant is over: only a person can give another. */
const OVER: ReadonlySet<ErrorCode> = new Set(['provider-forbidden', 'provider-unauthenticated', 'provider-rejected'])

async function askForTokens(context: ProviderContext, app: OAuthApp, grant: Readonly<Record<string, string>>): Promise<Tokens> {
  const body = JSON.stringify({ ...grant, client_id: app.clientId, client_secret: app.clientSecret })
  // It changes nothing at the site, so a dry run does it too. Never repeated blindly: a refresh token is good once.
  const meta = { operation: 'atlassian.token', reads: true, idempotent: false }
  const init = { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body, signal: context.signal }
  const response = await context.requester.fetch(`${app.authUrl}/oauth/token`, init, meta).catch((thrown: unknown) => {
    const error = toAppError(thrown)
    if (!OVER.has(error.code)) throw error
    throw new AppError('provider-unauthenticated', 'Atlassian does not accept the grant any more. Connect again, with a new consent.', {
      cause: error,
    })
  })
  const parsed = TokenAnswer.safeParse(await response.json())
  if (!parsed.success)
    throw new AppError('provider-unreadable', "Atlassian's answer holds no tokens. Ask for the scope offline_access, and try again.")
  const { access_token: access, refresh_token: refresh, expires_in: seconds, scope = '' } = parsed.data
  const expiresAt = new Date(context.clock.now().getTime() + seconds * 1000)
  return { access, refresh, expiresAt, scopes: scope.split(' ').filter(Boolean) }
}

/** The tokens for a code. @throws AppError `provider-unauthenticated` for one that is used up or not ours */
export const exchangeCode = (context: ProviderContext, app: OAuthApp, code: string, redirectUri: string): Promise<Tokens> =>
  askForTokens(context, app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })

/** New tokens; the refresh token is void afterwards. @throws AppError `provider-unauthenticated` when a person must agree again */
export const refreshTokens = (context: ProviderContext, app: OAuthApp, refresh: string): Promise<Tokens> =>
  askForTokens(context, app, { grant_type: 'refresh_token', refresh_token: refresh })

export type AtlassianProduct = 'jira' | 'confluence'

/** Sites with the product among what was granted; a site with both is listed twice, told by its scopes. */
export async function listSites(
  context: ProviderContext,
  app: Pick<OAuthApp, 'apiUrl'>,
  product: AtlassianProduct,
): Promise<AtlassianSite[]> {
  const init = { headers: { accept: 'application/json' }, signal: context.signal }
  const response = await context.requester.fetch(`${app.apiUrl}/oauth/token/accessible-resources`, init, { operation: 'atlassian.sites' })
  const parsed = SitesAnswer.safeParse(await response.json())
  if (!parsed.success) throw new AppError('provider-unreadable', "Atlassian's list of sites is not what it documents. Try again later.")
  const fitting = parsed.data.filter(({ scopes }) => scopes.some((scope) => scope.includes(product)))
  const byId = new Map(fitting.map(({ id: cloudId, url, name }) => [cloudId, { cloudId, url, name }]))
  return [...byId.values()]
}

/** What stands between the gateway's address and the paths of the product's API. */
const SUFFIXES: Readonly<Record<AtlassianProduct, string>> = { jira: '', confluence: '/wiki' }

/** Address of a site's API behind the gateway. */
export const gatewayUrl = ({ apiUrl }: Pick<OAuthApp, 'apiUrl'>, product: AtlassianProduct, cloudId: string): string =>
  `${apiUrl}/ex/${product}/${encodeURIComponent(cloudId)}${SUFFIXES[product]}`

/** Where people open the product on a site. */
export const productUrl = (product: AtlassianProduct, { url }: Pick<AtlassianSite, 'url'>): string =>
  `${url.replace(/\/+$/, '')}${SUFFIXES[product]}`
