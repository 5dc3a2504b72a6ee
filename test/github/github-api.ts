// A GitHub of one test: answers by route over a Requester, with the real Octokit in between, each exchange held against
// GitHub's description where it is on this machine. For what needs memory there is the stand-in in test/sandbox/github.
import { generateKeyPairSync } from 'node:crypto'
import type { ProviderContext, RequestMeta } from '../../integrations/engine/provider.ts'
import { type GitHubClientsOptions, makeGitHubClients } from '../../integrations/github/client.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'

export interface SentRequest {
  readonly actor: string
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly authorization: string
  readonly ifNoneMatch: string | undefined
  readonly meta: RequestMeta | undefined
}

export interface Answer {
  readonly status?: number
  readonly json: unknown
  readonly link?: string
  readonly etag?: string
}

export type Handler = (request: SentRequest, match: RegExpExecArray) => Answer | Promise<Answer>
export type Routes = Readonly<Record<string, Handler>>

export const NOW = new Date('2026-11-22T12:00:00Z')
export const fixedClock: Clock = Object.freeze({ now: () => NOW, sleep: () => Promise.resolve() })
export const REPOSITORY = { owner: 'acme', repo: 'shop' } as const
export const APP_ID = 4711

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const PRIVATE_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

/** Routes are `METHOD path-pattern`, tried in order; what no route answers fails the test with its name. */
export function makeGitHubApi(routes: Routes, options: Partial<GitHubClientsOptions> = {}) {
  const requests: SentRequest[] = []
  const contextFor: GitHubClientsOptions['contextFor'] = (actor): ProviderContext => ({
    connectionId: 'github',
    log: silentLog,
    clock: fixedClock,
    signal: new AbortController().signal,
    requester: {
      fetch: async (url, init, meta) => {
        const at = new URL(String(url))
        const headers = new Headers(init?.headers)
        const sent: SentRequest = {
          actor: actor.kind === 'installation' ? `installation:${actor.id}` : actor.kind,
          method: init?.method ?? 'GET',
          host: at.host,
          path: at.pathname,
          query: Object.fromEntries(at.searchParams),
          body: typeof init?.body === 'string' && init.body !== '' ? (JSON.parse(init.body) as unknown) : undefined,
          authorization: headers.get('authorization') ?? '',
          ifNoneMatch: headers.get('if-none-match') ?? undefined,
          meta,
        }
        requests.push(sent)
        if (sent.path.endsWith('/access_tokens')) return json({ status: 201, json: token() })
        for (const [route, handler] of Object.entries(routes)) {
          const [method, pattern] = route.split(' ') as [string, string]
          const match = method === sent.method ? new RegExp(`^${pattern}$`).exec(decodeURIComponent(sent.path)) : null
          if (match) return json(await handler(sent, match))
        }
        throw new Error(`no route for ${sent.method} ${sent.path}`)
      },
    },
  })
  const app = { appId: APP_ID, privateKey: PRIVATE_KEY }
  const clients = makeGitHubClients({ app, apiUrl: 'https://api.github.com', contextFor, ...options })
  const sent = (method: string) => requests.filter((request) => request.method === method && !request.path.endsWith('/access_tokens'))
  return { clients, requests, sent, reads: () => sent('GET'), writes: () => [...sent('POST'), ...sent('PATCH')] }
}

/** In the long form of 2026, with dots: nothing may assume 40 characters. */
const token = () => ({
  token: `ghs_${APP_ID}_${'e'.repeat(300)}.${'f'.repeat(40)}.g`,
  expires_at: '2099-01-01T00:00:00Z',
  permissions: { checks: 'write', contents: 'read' },
  repository_selection: 'all',
})

function json({ status = 200, json: body, link, etag }: Answer): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...(link ? { link } : {}), ...(etag ? { etag } : {}) }
  return new Response(status === 304 ? null : JSON.stringify(body), { status, headers })
}
