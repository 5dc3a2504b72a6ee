// Octokit carries what GitHub needs of a client: app tokens, installation tokens and their renewal, URL templates. When and how
// fast a request goes, and what its failure means, is the engine's: every request, those for tokens included, leaves through a
// Requester. Octokit's own throttling and retrying are off: they would serialise writes at one a second for all installations
// together, and repeat creates after a 5xx.
import { createPrivateKey } from 'node:crypto'
import type { Probot, ProbotOctokit } from 'probot'
import { z } from 'zod'
import { readJson } from '../engine/parsed-answer.ts'
import type { Priority, ProviderContext, RequestMeta } from '../engine/provider.ts'
import type { Exchange } from '../engine/request.ts'
import { AppError, isAppError, toAppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { type GitHubQuery, type QueryAnswer, sendQuery } from './graph-query.ts'
import { readAnswer } from './read-answer.ts'
import { sendRenewing } from './token-renewal.ts'

export type { GitHubQuery, QueryAnswer, QueryFault } from './graph-query.ts'

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
  /** The query of the next page where the list goes on: lists without page numbers have their cursor in it. */
  readonly nextQuery: URLSearchParams | undefined
  /** For `requestIfChanged`; undefined where GitHub gave none. */
  readonly etag: string | undefined
}

export interface GitHubClient {
  /** Sends one request. Throws what the Requester throws (`provider-*`, `dry-run`, `cancelled`), and `provider-unreadable`. */
  request<T>(call: GitHubCall<T>): Promise<GitHubAnswer<T>>
  /**
   * Sends one request, conditionally where an ETag is given: `not-modified` says that the answer is still the one the ETag came
   * with, and GitHub does not count it. Throws what `request` throws.
   */
  requestIfChanged<T>(call: GitHubCall<T>, etag: string | undefined): Promise<GitHubAnswer<T> | 'not-modified'>
  /** Where GitHub sends who asks for a download: to a store that must not get the token. Throws what `request` throws. */
  locate(call: Omit<GitHubCall<unknown>, 'answer'>): Promise<string>
  /**
   * Sends one GraphQL query. An answer with a part of its data is an answer; one without any is thrown as the failure it stands
   * for (`provider-*`, by `engine/graphql-errors.ts`).
   */
  query<T>(query: GitHubQuery<T>): Promise<QueryAnswer<T>>
  /** Pages of a list until it ends or `maxItems` are read; the rest is left out silently, so `maxItems` is a documented cap of the API. */
  list<T, I>(call: GitHubCall<T>, items: (page: T) => readonly I[], maxItems: number): Promise<I[]>
}

/** What every function of this provider takes first. */
export interface GitHubContext extends ProviderContext {
  readonly client: GitHubClient
  /** The token that signs requests now, for what does not speak Octokit: git over HTTPS. Never to be kept or logged. */
  readonly token: () => Promise<string>
  /** The App behind the installation; absent for a personal token, which can neither make nor see check runs as ours. */
  readonly appId?: number
}

export interface GitHubClientsOptions {
  readonly app?: { readonly appId: number; readonly privateKey: string }
  /** The personal access token that counts now, and where it is good; asked anew for every use, so that it can be rotated. */
  readonly personalToken?: () => Promise<{ readonly token: string; readonly apiUrl: string } | undefined>
  /** `https://api.github.com`, or `https://HOST/api/v3` for Enterprise Server. */
  readonly apiUrl: string
  /** Limits are per actor, however often this is called for one. */
  readonly contextFor: (actor: GitHubActor, use?: GitHubUse) => ProviderContext
}

/** What a longer piece of work wants of its own requests: its place in the queue, and to see what it spends. */
export interface GitHubUse {
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
  /** Ends its requests; those of the process end with the process. */
  readonly signal?: AbortSignal
  /** Lets nothing but reads leave. */
  readonly dryRun?: boolean
}

export interface GitHubClients {
  /** Throws `not-configured` without an App. The token is fetched with the first request and renewed before it ends. */
  asInstallation(installationId: number, use?: GitHubUse): Promise<GitHubContext>
  asApp(): Promise<GitHubContext>
  /** Throws `not-configured` without a token. */
  asToken(use?: GitHubUse): Promise<GitHubContext>
  /** The App's Probot: event handlers are put on it, and `receiveEvent` runs them. */
  probot(): Promise<Probot>
}

type Octokit = InstanceType<typeof ProbotOctokit>
/** What signs an actor's requests, what its GitHub's schema lacks, and the context of those who want nothing in particular. */
type Signed = { readonly octokit: Octokit; readonly lacks: Set<string>; readonly context: GitHubContext }
type Renewing = <T>(send: () => Promise<T>) => Promise<T>
type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Probot is loaded on first use: commands that never talk to GitHub should not pay its 130 ms. */
export function makeGitHubClients(options: GitHubClientsOptions): GitHubClients {
  let opened: Promise<Probot> | undefined
  const signed = new Map<string, Promise<Signed>>()
  let signedWith: string | undefined

  const probot = () => {
    const { app } = options
    if (!app) throw notConfigured('the GitHub App', 'APP_ID, PRIVATE_KEY and WEBHOOK_SECRET')
    opened ??= openProbot(app, options.apiUrl, options.contextFor({ kind: 'app' }))
    return opened
  }
  const withClient = (actor: GitHubActor, octokit: Octokit, lacks: Set<string>, use?: GitHubUse): GitHubContext => {
    const made = options.contextFor(actor, use)
    const context = use?.signal ? { ...made, signal: AbortSignal.any([made.signal, use.signal]) } : made
    const installationId = actor.kind === 'installation' ? actor.id : undefined
    const renewing: Renewing = (send) => sendRenewing(octokit as never, installationId, send)
    const appId = actor.kind === 'token' ? {} : { appId: options.app?.appId as number }
    return Object.freeze({
      ...context,
      ...appId,
      client: makeClient(octokit, lacks, context, renewing),
      token: () => readToken(octokit, actor),
    })
  }
  /** Octokit caches the installation's token, so there is one for each; what is used of it is a matter of each use. */
  const once = async (key: string, actor: GitHubActor, open: () => Promise<Octokit>, use?: GitHubUse) => {
    const lacks = new Set<string>()
    const opening = signed.get(key) ?? open().then((octokit) => ({ octokit, lacks, context: withClient(actor, octokit, lacks) }))
    signed.set(key, opening)
    // What could not be opened is tried again the next time.
    opening.catch(() => signed.delete(key))
    const known = await opening
    return use ? withClient(actor, known.octokit, known.lacks, use) : known.context
  }
  return Object.freeze({
    probot: async () => probot(),
    asApp: () => once('app', { kind: 'app' }, async () => (await probot()).auth()),
    asInstallation: (id: number, use?: GitHubUse) =>
      once(`installation:${id}`, { kind: 'installation', id }, async () => (await probot()).auth(id), use),
    async asToken(use?: GitHubUse) {
      const personal = await options.personalToken?.()
      if (!personal) throw notConfigured('a personal access token', 'GITHUB_TOKEN')
      if (personal.token !== signedWith) signed.delete('token')
      signedWith = personal.token
      const open = async () => {
        const Octokit = await loadOctokit()
        return new Octokit({ auth: { token: personal.token }, baseUrl: personal.apiUrl, log: silentLog, userAgent: USER_AGENT })
      }
      return once('token', { kind: 'token' }, open, use)
    },
  })
}

const notConfigured = (what: string, variables: string) =>
  new AppError('not-configured', `GitHub: ${what} is not configured. Set ${variables}, or connect GitHub on the setup page.`)

interface AuthOptions {
  readonly request?: { defaults(options: { readonly baseUrl: unknown }): unknown }
}

/** Probot hands the request for tokens on without the server's address, and a cold cache would ask github.com whatever server it is. */
function authAtServer({ auth, baseUrl }: Record<string, unknown>): { readonly auth?: unknown } {
  const request = (auth as AuthOptions | undefined)?.request
  return request && baseUrl ? { auth: { ...(auth as object), request: request.defaults({ baseUrl }) } } : {}
}

async function loadOctokit(): Promise<typeof ProbotOctokit> {
  const { ProbotOctokit } = await import('probot')
  // Only the function form turns the plugins off: Probot overwrites an object of the same content.
  const quiet = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    userAgent: USER_AGENT,
    throttle: { ...(given.throttle as object | undefined), enabled: false },
    retry: { enabled: false },
    ...authAtServer(given),
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

/** Octokit's own token, so that an installation's is fetched, cached and renewed in one place. */
async function readToken(octokit: Octokit, actor: GitHubActor): Promise<string> {
  const signedBy = await octokit
    .auth(actor.kind === 'installation' ? { type: 'installation', installationId: actor.id } : { type: actor.kind })
    .catch((error: unknown) => {
      throw toAppError(error)
    })
  return z.object({ token: z.string().min(1) }).parse(signedBy).token
}

/** Octokit throws the answer 304, which here is an answer. */
const isNotModified = (error: unknown): boolean => error instanceof Error && (error as { status?: unknown }).status === 304

function nextQueryOf(link: unknown): URLSearchParams | undefined {
  const target = /<([^>]*)>\s*;\s*rel="next"/.exec(String(link ?? ''))?.[1]
  return target === undefined ? undefined : new URLSearchParams(target.replace(/^[^?]*\??/, ''))
}

/**
 * Octokit parses answers with care for numbers that JSON cannot hold, which takes longer than all else that is done with a page.
 * It gets an empty answer, and what came is what the requester parsed.
 */
function makeReader(context: ProviderContext, meta: RequestMeta) {
  let body: unknown
  const fetch: Fetch = async (url, init) => {
    const response = await context.requester.fetch(url, init, meta)
    const isJson = response.status !== 304 && /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    body = isJson ? await readJson(response) : undefined
    if (body === undefined) return response
    return Object.defineProperty(new Response('{}', response), 'url', { value: response.url })
  }
  return { fetch, read: (otherwise: unknown): unknown => (body === undefined ? otherwise : body) }
}

function makeClient(octokit: Octokit, lacks: Set<string>, context: ProviderContext, renewing: Renewing): GitHubClient {
  const requestIfChanged = async <T>(call: GitHubCall<T>, etag: string | undefined): Promise<GitHubAnswer<T> | 'not-modified'> => {
    const { fetch, read } = makeReader(context, call.meta)
    const headers = { 'x-github-api-version': API_VERSION, ...(etag === undefined ? {} : { 'if-none-match': etag }) }
    const options = { ...call.parameters, headers, request: { fetch, signal: context.signal } }
    const answered = await renewing(() => octokit.request(call.route, options)).catch((error: unknown) => {
      if (etag !== undefined && isNotModified(error)) return 'not-modified' as const
      throw toAppError(error)
    })
    if (answered === 'not-modified') return answered
    const data = readAnswer(call.answer, read(answered.data), call.meta.operation)
    const nextQuery = nextQueryOf(answered.headers.link)
    return { data, hasNext: nextQuery !== undefined, nextQuery, etag: answered.headers.etag }
  }
  // Without an ETag nothing can be "not modified".
  const request = async <T>(call: GitHubCall<T>) => (await requestIfChanged(call, undefined)) as GitHubAnswer<T>
  return Object.freeze({
    request,
    requestIfChanged,
    async locate({ route, parameters, meta }: Omit<GitHubCall<unknown>, 'answer'>) {
      const fetch: Fetch = (url, init) => context.requester.fetch(url, init, meta)
      const options = { ...parameters, request: { fetch, signal: context.signal, redirect: 'manual' as const } }
      const answered = await renewing(() => octokit.request(route, options)).catch((error: unknown) => {
        throw toAppError(error)
      })
      return readAnswer(z.url({ protocol: /^https?$/ }), answered.headers.location, meta.operation)
    },
    query: <T>(query: GitHubQuery<T>) => renewing(() => sendQuery({ request: octokit.request, lacks, context }, query)),
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
