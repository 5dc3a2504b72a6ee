// Octokit carries what GitHub needs of a client: app tokens, installation tokens and their renewal, URL templates. When and how
// fast a request goes, and what its failure means, is the engine's: every request, those for tokens included, leaves through a
// Requester. Octokit's own throttling and retrying are off: they would serialise writes at one a second for all installations
// together, and repeat creates after a 5xx.
import { createPrivateKey } from 'node:crypto'
import type { Probot, ProbotOctokit } from 'probot'
import type { z } from 'zod'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { AppError, isAppError, toAppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'

/** Of the descriptions this code was written against; GitHub changes the default from time to time. */
const API_VERSION = '2022-11-28'
const USER_AGENT = 'katalyst-integrations'
/** GitHub's largest page. */
export const PAGE_SIZE = 100

/** On whose behalf a request goes: the App itself, one installation of it, or the person whose token is configured. */
export type GitHubActor = { readonly kind: 'app' } | { readonly kind: 'installation'; readonly id: number } | { readonly kind: 'token' }

export interface GitHubCall<T> {
  /** Method and path template in GitHub's own notation, such as `GET /repos/{owner}/{repo}`. */
  readonly route: string
  /** Values for the template; what the template does not name becomes query or body. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly meta: RequestMeta
  /** What of the answer is used; an answer without it is `provider-unreadable`. */
  readonly answer: z.ZodType<T>
}

export interface GitHubAnswer<T> {
  readonly data: T
  /** Whether the list goes on, by the `Link` header: a short page does not mean the last one. */
  readonly hasNext: boolean
}

export interface GitHubClient {
  /** Sends one request. Throws what the Requester throws (`provider-*`, `dry-run`, `cancelled`), and `provider-unreadable`. */
  request<T>(call: GitHubCall<T>): Promise<GitHubAnswer<T>>
  /** Pages of a list until it ends or `maxItems` are read; the rest is left out silently, so `maxItems` is a documented cap of the API. */
  list<T, I>(call: GitHubCall<T>, items: (page: T) => readonly I[], maxItems: number): Promise<I[]>
}

/** What every function of this provider takes first. */
export interface GitHubContext extends ProviderContext {
  readonly client: GitHubClient
  /** The App behind the installation; absent for a personal token, which can neither make nor see check runs as ours. */
  readonly appId?: number
}

export interface GitHubClientsOptions {
  readonly app?: { readonly appId: number; readonly privateKey: string }
  /** The personal access token that counts now, and where it is good; asked anew for every use, so that it can be rotated. */
  readonly personalToken?: () => Promise<{ readonly token: string; readonly apiUrl: string } | undefined>
  /** `https://api.github.com`, or `https://HOST/api/v3` for Enterprise Server. */
  readonly apiUrl: string
  /** Made once per actor: limits are per installation. */
  readonly contextFor: (actor: GitHubActor) => ProviderContext
}

export interface GitHubClients {
  /** Throws `not-configured` without an App. The token is fetched with the first request and renewed before it ends. */
  asInstallation(installationId: number): Promise<GitHubContext>
  asApp(): Promise<GitHubContext>
  /** Throws `not-configured` without a token. */
  asToken(): Promise<GitHubContext>
  /** The App's Probot: event handlers are put on it, and `receiveEvent` runs them. */
  probot(): Promise<Probot>
}

type Octokit = InstanceType<typeof ProbotOctokit>
type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Probot is loaded on first use: commands that never talk to GitHub should not pay its 130 ms. */
export function makeGitHubClients(options: GitHubClientsOptions): GitHubClients {
  let opened: Promise<Probot> | undefined
  const contexts = new Map<string, Promise<GitHubContext>>()
  let signedWith: string | undefined

  const probot = () => {
    const { app } = options
    if (!app) throw notConfigured('the GitHub App', 'APP_ID, PRIVATE_KEY and WEBHOOK_SECRET')
    opened ??= openProbot(app, options.apiUrl, options.contextFor({ kind: 'app' }))
    return opened
  }
  const withClient = (actor: GitHubActor, octokit: Octokit): GitHubContext => {
    const context = options.contextFor(actor)
    const appId = actor.kind === 'token' ? {} : { appId: options.app?.appId as number }
    return Object.freeze({ ...context, ...appId, client: makeClient(octokit, context) })
  }
  const once = (key: string, make: () => Promise<GitHubContext>) => {
    const known = contexts.get(key)
    if (known) return known
    const made = make()
    contexts.set(key, made)
    // A context that could not be made is tried again the next time.
    made.catch(() => contexts.delete(key))
    return made
  }
  return Object.freeze({
    probot: async () => probot(),
    asApp: () => once('app', async () => withClient({ kind: 'app' }, await (await probot()).auth())),
    asInstallation: (id: number) =>
      once(`installation:${id}`, async () => withClient({ kind: 'installation', id }, await (await probot()).auth(id))),
    async asToken() {
      const personal = await options.personalToken?.()
      if (!personal) throw notConfigured('a personal access token', 'GITHUB_TOKEN')
      if (personal.token !== signedWith) contexts.delete('token')
      signedWith = personal.token
      return once('token', async () => {
        const Octokit = await loadOctokit()
        const auth = { token: personal.token }
        return withClient({ kind: 'token' }, new Octokit({ auth, baseUrl: personal.apiUrl, log: silentLog, userAgent: USER_AGENT }))
      })
    },
  })
}

const notConfigured = (what: string, variables: string) =>
  new AppError('not-configured', `GitHub: ${what} is not configured. Set ${variables}, or connect GitHub on the setup page.`)

async function loadOctokit(): Promise<typeof ProbotOctokit> {
  const { ProbotOctokit } = await import('probot')
  // Only the function form turns the plugins off: Probot overwrites an object of the same content.
  const quiet = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    userAgent: USER_AGENT,
    throttle: { ...(given.throttle as object | undefined), enabled: false },
    retry: { enabled: false },
  }))
  return quiet as unknown as typeof ProbotOctokit
}

async function openProbot(app: { appId: number; privateKey: string }, apiUrl: string, context: ProviderContext): Promise<Probot> {
  assertPrivateKey(app.privateKey)
  const [{ Probot }, Octokit] = await Promise.all([import('probot'), loadOctokit()])
  // Requests that Octokit makes by itself are those for installation tokens: they change nothing at GitHub, so a dry run makes them too.
  const fetch: Fetch = (url, init) => {
    const isToken = /\/access_tokens$/.test(new URL(url).pathname)
    return context.requester.fetch(
      url,
      init,
      isToken ? { operation: 'github.installation.token', reads: true, idempotent: true } : undefined,
    )
  }
  // Probot verifies nothing here (deliveries are verified before they are stored), and its logger writes whole payloads: it gets
  // a secret that is never used, because without one it would fall back to a well-known word, and a logger that keeps nothing.
  return new Probot({ ...app, secret: crypto.randomUUID(), baseUrl: apiUrl, Octokit, log: silentLog, request: { fetch } })
}

function assertPrivateKey(pem: string): void {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return
  } catch (cause) {
    throw new AppError('config-invalid', "PRIVATE_KEY: expected the GitHub App's RSA private key in PEM form; it cannot be read.", {
      cause,
    })
  }
  throw new AppError('config-invalid', "PRIVATE_KEY: expected the GitHub App's RSA private key in PEM form; it is a key of another kind.")
}

function makeClient(octokit: Octokit, context: ProviderContext): GitHubClient {
  const request = async <T>(call: GitHubCall<T>): Promise<GitHubAnswer<T>> => {
    const fetch: Fetch = (url, init) => context.requester.fetch(url, init, call.meta)
    const answered = await octokit
      .request(call.route, {
        ...call.parameters,
        headers: { 'x-github-api-version': API_VERSION },
        request: { fetch, signal: context.signal },
      })
      .catch((error: unknown) => {
        throw toAppError(error)
      })
    const parsed = call.answer.safeParse(answered.data)
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || '(whole answer)')
      throw new AppError(
        'provider-unreadable',
        `GitHub's answer to ${call.meta.operation} lacks what its documentation promises: ${places.join(', ')}. Try again later; if it stays so, a proxy may be answering in GitHub's place.`,
        { details: { operation: call.meta.operation, places } },
      )
    }
    return { data: parsed.data, hasNext: /;\s*rel="next"/.test(String(answered.headers.link ?? '')) }
  }
  return Object.freeze({
    request,
    async list<T, I>(call: GitHubCall<T>, items: (page: T) => readonly I[], maxItems: number) {
      const all: I[] = []
      for (let page = 1; all.length < maxItems; page += 1) {
        const { data, hasNext } = await request({ ...call, parameters: { ...call.parameters, per_page: PAGE_SIZE, page } })
        all.push(...items(data))
        if (!hasNext) break
      }
      return all.slice(0, maxItems)
    },
  })
}

/** A verified delivery, as it was stored. */
export interface ReceivedEvent {
  readonly id: string
  readonly name: string
  readonly payload: unknown
}

/**
 * Runs the App's handlers for one delivery and throws what a handler threw. Probot gathers the handlers' errors and pins the
 * whole event on each of them; that pin is taken off, or the payload would be in the log.
 */
export async function receiveEvent(probot: Probot, event: ReceivedEvent): Promise<void> {
  try {
    await probot.receive(event as Parameters<Probot['receive']>[0])
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
    for (const one of errors) if (one instanceof Error) Reflect.deleteProperty(one, 'event')
    throw errors.find(isAppError) ?? toAppError(errors[0])
  }
}
