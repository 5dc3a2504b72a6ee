// The HTTP entry point: routes from the use-case table, the webhook routes, login and the API's own description.
import { createHash } from 'node:crypto'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { AppError } from '../../integrations/kernel/errors.ts'
import { noSuchRoute, toFailure } from '../answers/failure.ts'
import type { Actor, AppContext } from '../context.ts'
import { DELIVERY_LIMIT_BYTES } from '../delivery-job.ts'
import { parseInput, valuesFromTexts } from '../input.ts'
import type { HttpReach, UseCase } from '../use-case.ts'
import { type Authenticator, assertMay } from './authenticate.ts'
import { describeApi } from './openapi.ts'
import { makeOwnLimit } from './own-limit.ts'
import { readBody, readJson } from './read-body.ts'

/** The largest body of the API. */
export const BODY_LIMIT_BYTES = 1024 * 1024

/** What the webhook entry point offers this one; handed in, because entry points do not know each other. */
export type ReceiveWebhook = (
  ctx: AppContext,
  delivery: {
    readonly provider: 'github' | 'jira' | 'confluence'
    readonly rawBody: Uint8Array
    readonly headers: Readonly<Record<string, string>>
  },
) => Promise<{ readonly status: number; readonly body: unknown }>

export interface ServerParts {
  readonly table: readonly UseCase[]
  /** A context for one call. */
  readonly contextFor: (actor: Actor, requestId: string) => AppContext
  readonly authenticator: Authenticator
  readonly receiveWebhook: ReceiveWebhook
  /** Answers what is neither the API nor a webhook; handed in like the webhooks. */
  readonly site?: ((request: Request, about: { readonly requestId: string; readonly caller: string }) => Promise<Response>) | undefined
  /** Answers what agents send to `/mcp`; handed in like the webhooks. */
  readonly mcp?: ((request: Request, about: { readonly actor: Actor; readonly body: unknown }) => Promise<Response>) | undefined
  readonly version: string
  readonly publicUrl: string
  readonly requestsPerMinute?: number
}

const WEBHOOK_ROUTES = { '/api/github/webhooks': 'github', '/webhooks/jira': 'jira', '/webhooks/confluence': 'confluence' } as const
/** Where programs call: what is not there is answered in JSON. */
const PROGRAMS_ONLY = /^\/(api|webhooks|auth|mcp)(\/|$)/
const REQUEST_ID = /^[\w.:-]{1,100}$/

type Env = { Variables: { requestId: string }; Bindings: { incoming: { socket: { remoteAddress?: string } } } }

const answer = (c: Context<Env>, status: number, body: unknown, headers: Record<string, string> = {}) =>
  answerText(c, status, JSON.stringify(body), headers)

const answerText = (c: Context<Env>, status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(text, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': c.get('requestId'),
      ...headers,
    },
  })

/** A document: whoever has it already is told so instead of getting it again. */
function answerDocument(
  c: Context<Env>,
  { contentType, maxAgeSeconds, bodyOf }: NonNullable<HttpReach['document']>,
  output: unknown,
): Response {
  const body = bodyOf(output as never)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  const headers = {
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    etag,
    'x-content-type-options': 'nosniff',
    // An SVG that is opened by itself is a document and could run scripts.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-request-id': c.get('requestId'),
  }
  const held = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (held.includes(etag) || held.includes('*')) return new Response(null, { status: 304, headers })
  return new Response(body, { headers: { ...headers, 'content-type': contentType } })
}

const anonymous: Actor = { kind: 'anonymous', name: 'anonymous' }

interface Gate {
  readonly actorOf: (c: Context<Env>) => Actor
  /** Takes one request from the caller's share. */
  readonly takeOne: (c: Context<Env>, actor: Actor) => void
}

/** What the body, the query and the path say together; keys that HTTP does not offer are refused like unknown ones. */
async function readInput(c: Context<Env>, useCase: UseCase, reach: HttpReach): Promise<unknown> {
  const texts = valuesFromTexts(useCase, { ...c.req.query(), ...c.req.param() })
  const body = reach.method === 'GET' || reach.method === 'DELETE' ? {} : await readJson(c.req.raw, BODY_LIMIT_BYTES)
  const given = { ...body, ...texts }
  const issues = [
    ...(reach.hidden ?? []).flatMap((path) => (path in given ? [{ path, expected: 'no such key', received: 'a value' }] : [])),
    ...(reach.required ?? []).flatMap((path) => (path in given ? [] : [{ path, expected: 'a value', received: 'nothing' }])),
  ]
  if (issues.length > 0) {
    const sentence = issues.map(({ path, expected, received }) => `${path}: expected ${expected}, found ${received}`).join('; ')
    throw new AppError('bad-request', `The input is not valid: ${sentence}.`, { details: { issues } })
  }
  return parseInput(useCase, { ...reach.defaults, ...given })
}

function addUseCase(app: Hono<Env>, parts: ServerParts, useCase: UseCase, reach: HttpReach, gate: Gate): void {
  app.on(reach.method, `/api/v1${reach.path.replace(/\{(\w+)\}/g, ':$1')}`, async (c) => {
    const actor = useCase.access === 'public' ? anonymous : gate.actorOf(c)
    assertMay(actor, useCase.access)
    gate.takeOne(c, actor)
    const input = await readInput(c, useCase, reach)
    const made = await useCase.run(parts.contextFor(actor, c.get('requestId')), input)
    const known = textOf.get(made as object)
    if (known !== undefined) return answerText(c, reach.status ?? 200, known)
    const output = useCase.output.parse(made)
    if (reach.document) return answerDocument(c, reach.document, output)
    const text = JSON.stringify(output)
    if (Object.isFrozen(made) && !reach.statusOf) textOf.set(made as object, text)
    return answerText(c, reach.statusOf?.(output as never) ?? reach.status ?? 200, text)
  })
}

/** Texts of answers that use cases give again as the same frozen object: a crowd that asks the same is answered without making them anew. */
const textOf = new WeakMap<object, string>()

function addWebhooks(app: Hono<Env>, parts: ServerParts): void {
  for (const [route, provider] of Object.entries(WEBHOOK_ROUTES)) {
    app.post(route, async (c) => {
      const headers = Object.fromEntries(c.req.raw.headers.entries())
      const rawBody = await readBody(c.req.raw, DELIVERY_LIMIT_BYTES)
      const ctx = parts.contextFor({ kind: 'webhook', name: provider }, c.get('requestId'))
      const reply = await parts.receiveWebhook(ctx, { provider, rawBody, headers })
      return answer(c, reply.status, reply.body)
    })
  }
}

/** Tools for agents, under the API's tokens and limits. There are no sessions, so nothing but POST means anything. */
function addMcp(app: Hono<Env>, { mcp }: ServerParts, gate: Gate): void {
  if (!mcp) return
  app.all('/mcp', async (c) => {
    const actor = gate.actorOf(c)
    assertMay(actor, 'read')
    gate.takeOne(c, actor)
    if (c.req.method !== 'POST')
      return answer(
        c,
        405,
        { error: 'Send POST: there are no sessions.', code: 'BAD-REQUEST', requestId: c.get('requestId') },
        { allow: 'POST' },
      )
    return mcp(c.req.raw, { actor, body: await readJson(c.req.raw, BODY_LIMIT_BYTES) })
  })
}

/** Builds the routes; `app.fetch` answers requests without a socket, which is what most tests use. */
export function makeHttpApp(parts: ServerParts): Hono<Env> {
  const app = new Hono<Env>()
  const limit = makeOwnLimit(parts.requestsPerMinute ?? 3000)
  const nowOf = (requestId: string) => parts.contextFor(anonymous, requestId).clock.now()
  const callerOf = (c: Context<Env>) => c.env?.incoming?.socket?.remoteAddress ?? 'local'
  const actorOf = (c: Context<Env>): Actor => {
    const now = nowOf(c.get('requestId'))
    try {
      return parts.authenticator.actorOf(c.req.header('authorization'), now)
    } catch (error) {
      limit.take(`wrong token from ${callerOf(c)}`, (parts.requestsPerMinute ?? 3000) / 60, now)
      throw error
    }
  }

  const takeOne = (c: Context<Env>, actor: Actor) => limit.take(`${actor.name} from ${callerOf(c)}`, 1, nowOf(c.get('requestId')))

  app.use('*', async (c, next) => {
    const given = c.req.header('x-request-id') ?? ''
    c.set('requestId', REQUEST_ID.test(given) ? given : crypto.randomUUID())
    await next()
  })
  app.onError((error, c) => {
    const ctx = parts.contextFor(anonymous, c.get('requestId'))
    const failure = toFailure(error, c.get('requestId'), ctx.clock.now())
    if (failure.status >= 500)
      ctx.log.error({ request: c.get('requestId'), method: c.req.method, route: c.req.path, err: error }, 'request failed')
    return answer(c, failure.status, failure.body, failure.headers)
  })
  app.notFound((c) => {
    const { site } = parts
    if (!site || PROGRAMS_ONLY.test(c.req.path)) throw noSuchRoute(c.req.method, c.req.path)
    return site(c.req.raw, { requestId: c.get('requestId'), caller: callerOf(c) })
  })

  addWebhooks(app, parts)
  app.post('/auth/login', async (c) => {
    const now = nowOf(c.get('requestId'))
    limit.take(`login from ${callerOf(c)}`, (parts.requestsPerMinute ?? 3000) / 30, now)
    const body = await readJson(c.req.raw, BODY_LIMIT_BYTES)
    if (typeof body.password !== 'string' || body.password === '')
      throw new AppError('bad-request', 'The input is not valid: password: expected string.', {
        details: { issues: [{ path: 'password', expected: 'string', received: typeof body.password }] },
      })
    return answer(c, 200, parts.authenticator.login(body.password, now))
  })
  app.get('/api/v1/openapi.json', (c) => answer(c, 200, describeApi(parts.table, parts.version, parts.publicUrl)))

  addMcp(app, parts, { actorOf, takeOne })
  for (const useCase of parts.table) if (useCase.http) addUseCase(app, parts, useCase, useCase.http, { actorOf, takeOne })
  return app
}

/** How often connections that a finished request leaves open are looked for while the server closes. */
const CLOSE_IDLE_EVERY_MS = 50

/** Stops listening at once, ends idle connections, and cuts what has not been answered within the grace time. */
function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** Listens; `close` stops taking connections and waits for the requests under way, but no longer than the grace time. */
export async function openServer(
  parts: ServerParts,
  host: string,
  port: number,
): Promise<{ readonly url: string; close(graceMs: number): Promise<void> }> {
  const server: Server = createServer(getRequestListener(makeHttpApp(parts).fetch as never))
  // Slower than any honest client, quicker than a hanging one.
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        new AppError('config-invalid', `The server cannot listen on ${host}:${port} (${error.code}). Set HOST or PORT to a free address.`, {
          cause: error,
        }),
      )
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve()
    })
  })
  const address = server.address()
  const actualPort = typeof address === 'object' && address ? address.port : port
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${actualPort}`,
    close: (graceMs) => closeServer(server, graceMs),
  }
}
