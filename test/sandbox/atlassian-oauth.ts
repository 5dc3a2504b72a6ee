// Atlassian's authorization server and gateway, as far as a 3LO app meets them: codes that are good once, access tokens for an
// hour, refresh tokens that rotate (an old one used again ends the grant), and the site behind `/ex/{product}/{cloudId}`.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../integrations/kernel/clock.ts'
import type { SandboxRequest, SandboxResponse } from './http.ts'

const HOUR_MS = 60 * 60_000
const make = (prefix: string) => `${prefix}-${randomBytes(24).toString('hex')}`

export interface OAuthSandbox {
  readonly clientId: string
  readonly clientSecret: string
  readonly cloudId: string
  /**
   * A person agrees: the code their browser brings back. Throws what the consent page would not accept. `without`: scopes that the
   * app has not been given, and so does not get.
   */
  consent(
    authorizeUrl: string,
    without?: readonly string[],
  ): { readonly code: string; readonly state: string; readonly redirectUri: string }
  /** The person takes the consent back. */
  revoke(): void
  /** Makes the access tokens of today worthless, as a change of the password does. */
  voidAccess(): void
  /** How often tokens were renewed. */
  readonly renewals: number
  /** Refresh tokens that were used twice: a client that does so loses its grant. */
  readonly reuses: number
}

export interface OAuthServer extends OAuthSandbox {
  /** Answers token requests and the list of sites; undefined for everything else. */
  handle(request: SandboxRequest): SandboxResponse | undefined
  /** The path behind the gateway; undefined where the request does not come through it. */
  behindGateway(path: string): string | undefined
  /** Whether an access token is good now. */
  isGood(token: string): boolean
  /** What the grant covers. */
  scopes(): readonly string[]
}

export interface OAuthServerOptions {
  readonly clock: Clock
  readonly product: 'jira' | 'confluence'
  readonly siteUrl: () => string
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export function makeOAuthServer({ clock, product, siteUrl }: OAuthServerOptions): OAuthServer {
  const identity = { clientId: make('client'), clientSecret: make('secret'), cloudId: '6f1c0b52-0000-4000-8000-0000000000c1' }
  const codes = new Map<string, string>()
  const access = new Map<string, number>()
  const used = new Set<string>()
  const counts = { renewals: 0, reuses: 0 }
  let refresh: string | undefined
  let granted: readonly string[] = []

  const refused = (status: number, error: string): SandboxResponse => ({
    status,
    json: { error, error_description: 'Refused by the stand-in.' },
  })
  const tokens = (): SandboxResponse => {
    const [token, next] = [make('access'), make('refresh')]
    access.set(token, clock.now().getTime() + HOUR_MS)
    refresh = next
    return {
      status: 200,
      json: { access_token: token, refresh_token: next, expires_in: 3600, scope: granted.join(' '), token_type: 'Bearer' },
    }
  }
  const renew = (given: string): SandboxResponse => {
    if (used.has(given)) {
      counts.reuses += 1
      refresh = undefined
    }
    if (given !== refresh) return refused(403, 'invalid_grant')
    used.add(given)
    counts.renewals += 1
    return tokens()
  }
  const grant = (body: unknown): SandboxResponse => {
    if (!isRecord(body) || body.client_id !== identity.clientId || body.client_secret !== identity.clientSecret)
      return refused(401, 'access_denied')
    if (body.grant_type === 'refresh_token') return renew(String(body.refresh_token))
    const redirect = codes.get(String(body.code))
    codes.delete(String(body.code))
    return redirect !== undefined && redirect === body.redirect_uri ? tokens() : refused(403, 'invalid_grant')
  }
  const isGood = (token: string) => (access.get(token) ?? 0) > clock.now().getTime()
  return {
    ...identity,
    get renewals() {
      return counts.renewals
    },
    get reuses() {
      return counts.reuses
    },
    consent(authorizeUrl, without = []) {
      const { searchParams } = new URL(authorizeUrl)
      const demanded = { client_id: identity.clientId, audience: 'api.atlassian.com', response_type: 'code', prompt: 'consent' }
      for (const [name, value] of Object.entries(demanded))
        if (searchParams.get(name) !== value) throw new Error(`the consent page wants ${name}=${value}`)
      const asked = searchParams.get('scope')?.split(' ') ?? []
      if (!asked.includes('offline_access')) throw new Error('without offline_access there is no refresh token')
      granted = asked.filter((scope) => !without.includes(scope))
      const redirectUri = searchParams.get('redirect_uri') ?? ''
      const code = make('code')
      codes.set(code, redirectUri)
      return { code, state: searchParams.get('state') ?? '', redirectUri }
    },
    revoke() {
      refresh = undefined
      access.clear()
    },
    voidAccess: () => access.clear(),
    handle({ method, path, body, headers }) {
      if (method === 'POST' && path === '/oauth/token') return grant(body)
      if (path !== '/oauth/token/accessible-resources') return undefined
      if (!isGood((headers.authorization ?? '').replace(/^Bearer /, ''))) return refused(401, 'Unauthorized')
      const site = { id: identity.cloudId, url: siteUrl(), name: 'stand-in', avatarUrl: `${siteUrl()}/avatar` }
      // A site with both products is listed once for each.
      const others = product === 'jira' ? ['read:page:confluence'] : ['read:jira-work']
      return { status: 200, json: [granted, others].map((scopes) => ({ ...site, scopes })) }
    },
    behindGateway(path) {
      const prefix = `/ex/${product}/${identity.cloudId}`
      return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined
    },
    isGood,
    scopes: () => granted,
  }
}
