// OAuth 2.0 (3LO) at Atlassian: consent in the browser, a code for tokens, an access token for an hour, and a refresh token that
// is good for one use. PKCE is not among what Atlassian documents, so the client secret is what proves us.
import { z } from 'zod'
import type { ProviderContext } from '../engine/provider.ts'
import { AppError, type ErrorCode, toAppError } from '../kernel/errors.ts'

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
}

/** A site that the person gave us access to. */
export interface AtlassianSite {
  readonly cloudId: string
  readonly url: string
  readonly name: string
}

/** What the product does at Jira, and tokens that outlive the hour; boards and sprints have granular scopes only. */
export const SCOPES = [
  'read:jira-user',
  'read:jira-work',
  'write:jira-work',
  'manage:jira-webhook',
  'read:board-scope:jira-software',
  'read:board-scope.admin:jira-software',
  'read:sprint:jira-software',
  'read:project:jira',
  'read:issue-details:jira',
  'read:jql:jira',
  'offline_access',
] as const

const TokenAnswer = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1), expires_in: z.number().positive() })
const SitesAnswer = z.array(z.object({ id: z.string(), url: z.string(), name: z.string(), scopes: z.array(z.string()) }))

/** Where a person agrees. `state` comes back with the code. */
export function authorizeUrl(app: Pick<OAuthApp, 'clientId' | 'authUrl'>, state: string, redirectUri: string): string {
  const url = new URL(`${app.authUrl}/authorize`)
  const parameters = { audience: 'api.atlassian.com', client_id: app.clientId, scope: SCOPES.join(' '), redirect_uri: redirectUri, state }
  for (const [name, value] of Object.entries({ ...parameters, response_type: 'code', prompt: 'consent' })) url.searchParams.set(name, value)
  return url.href
}

/** With these a grant is over: only a person can give another. */
const OVER: ReadonlySet<ErrorCode> = new Set(['provider-forbidden', 'provider-unauthenticated', 'provider-rejected'])

async function askForTokens(context: ProviderContext, app: OAuthApp, grant: Readonly<Record<string, string>>): Promise<Tokens> {
  const body = JSON.stringify({ ...grant, client_id: app.clientId, client_secret: app.clientSecret })
  // It changes nothing at Jira, so a dry run does it too. Never repeated blindly: a refresh token is good once.
  const meta = { operation: 'atlassian.token', reads: true, idempotent: false }
  const init = { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body, signal: context.signal }
  const response = await context.requester.fetch(`${app.authUrl}/oauth/token`, init, meta).catch((thrown: unknown) => {
    const error = toAppError(thrown)
    if (!OVER.has(error.code)) throw error
    throw new AppError(
      'provider-unauthenticated',
      'Atlassian does not accept the grant any more. Connect Jira again, with a new consent.',
      {
        cause: error,
      },
    )
  })
  const parsed = TokenAnswer.safeParse(await response.json())
  if (!parsed.success)
    throw new AppError('provider-unreadable', "Atlassian's answer holds no tokens. Ask for the scope offline_access, and try again.")
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = parsed.data
  return { access, refresh, expiresAt: new Date(context.clock.now().getTime() + seconds * 1000) }
}

/** The tokens for a code. @throws AppError `provider-unauthenticated` for one that is used up or not ours */
export const exchangeCode = (context: ProviderContext, app: OAuthApp, code: string, redirectUri: string): Promise<Tokens> =>
  askForTokens(context, app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })

/** New tokens; the refresh token is void afterwards. @throws AppError `provider-unauthenticated` when a person must agree again */
export const refreshTokens = (context: ProviderContext, app: OAuthApp, refresh: string): Promise<Tokens> =>
  askForTokens(context, app, { grant_type: 'refresh_token', refresh_token: refresh })

/** Sites with Jira among what was granted; a site with Confluence too is listed twice, told by its scopes. */
export async function listSites(context: ProviderContext, app: Pick<OAuthApp, 'apiUrl'>): Promise<AtlassianSite[]> {
  const init = { headers: { accept: 'application/json' }, signal: context.signal }
  const response = await context.requester.fetch(`${app.apiUrl}/oauth/token/accessible-resources`, init, { operation: 'atlassian.sites' })
  const parsed = SitesAnswer.safeParse(await response.json())
  if (!parsed.success) throw new AppError('provider-unreadable', "Atlassian's list of sites is not what it documents. Try again later.")
  const withJira = parsed.data.filter(({ scopes }) => scopes.some((scope) => /jira/.test(scope)))
  return withJira.map(({ id: cloudId, url, name }) => ({ cloudId, url, name }))
}

/** Address of a site's API behind the gateway. */
export const gatewayUrl = ({ apiUrl }: Pick<OAuthApp, 'apiUrl'>, cloudId: string): string =>
  `${apiUrl}/ex/jira/${encodeURIComponent(cloudId)}`
