// The pages as an HTTP application: sessions, who may see and act, and failures as pages. The API answers programs; this answers
// people, from the same use cases.
import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { csrf } from 'hono/csrf'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { AppError, ERROR_CODES, toAppError } from '../../integrations/kernel/errors.ts'
import { redactText } from '../../integrations/kernel/redact.ts'
import type { Actor, AppContext } from '../context.ts'
import { layout } from './layout.ts'
import type { Page, PageAction, View } from './page.ts'
import { signInForm } from './sign-in.ts'
import { STYLE } from './style.ts'

export interface SiteParts {
  readonly pages: readonly Page[]
  readonly actions: readonly PageAction[]
  readonly contextFor: (actor: Actor, requestId: string) => AppContext
  /** Who a token of ours belongs to; `undefined` when it is none. */
  readonly actorOfToken: (token: string, now: Date) => Actor | undefined
  /** A session for a token of ours, and how long it lives; `undefined` when it is none. */
  readonly startSession: (token: string, now: Date) => { readonly session: string; readonly seconds: number } | undefined
  /** Takes one try from the share of whoever it is; throws `rate-limited` when it is used up. */
  readonly takeTry: (caller: string, now: Date) => void
  /** Whether whoever reaches the server may read. */
  readonly isPublic: boolean
  /** Where browsers reach the server. */
  readonly publicUrl: string
}

export interface SiteRequest {
  readonly requestId: string
  /** The address of the other end, for limiting tries. */
  readonly caller: string
}

const SESSION = 'katalyst_session'
const STYLE_TAG = `"${createHash('sha256').update(STYLE).digest('base64url').slice(0, 16)}"`
type Env = { Bindings: SiteRequest }
type Ctx = Context<Env>
const anonymous: Actor = { kind: 'anonymous', name: 'anonymous' }

/** Only a path of ours: anything else would send people elsewhere after signing in. */
const safePath = (to: string | undefined) => (to && /^\/(?![/\\])[\w./:?=&%-]*$/.test(to) ? to : '/')

/** Browsers say where a form comes from; one of another site is refused. A proxy may have changed the address, not the host. */
const isOwnOrigin = (origin: string, c: Context, publicUrl: string) =>
  [new URL(publicUrl).origin, `http://${c.req.header('host')}`, `https://${c.req.header('host')}`].includes(origin)

const formOf = async (c: Ctx): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await c.req.parseBody()).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])))

const MOST_FORM_BYTES = 64 * 1024

export interface Site {
  fetch(request: Request, about: SiteRequest): Promise<Response>
}

/** What every handler needs, made once. */
interface Desk {
  readonly parts: SiteParts
  readonly isSecure: boolean
  nowOf(c: Ctx): Date
  actorOf(c: Ctx): Actor
  show(c: Ctx, view: View, options?: { readonly status?: number; readonly section?: string | undefined }): Response | Promise<Response>
}

function makeDesk(parts: SiteParts): Desk {
  const nowOf = (c: Ctx) => parts.contextFor(anonymous, c.env.requestId).clock.now()
  const actorOf = (c: Ctx): Actor => {
    const bearer = /^bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const token = bearer ?? getCookie(c, SESSION)
    return (token && parts.actorOfToken(token, nowOf(c))) || anonymous
  }
  return Object.freeze({
    parts,
    isSecure: parts.publicUrl.startsWith('https:'),
    nowOf,
    actorOf,
    show(c: Ctx, view: View, { status = 200, section }: { readonly status?: number; readonly section?: string | undefined } = {}) {
      const headers = { 'cache-control': 'no-store', 'x-request-id': c.env.requestId }
      return c.html(layout(view, { actor: actorOf(c), section }), status as 200, headers)
    },
  })
}

/** Headers that keep a page to itself, forms to our own, and bodies small. */
function addGuards(app: Hono<Env>, { parts, isSecure }: Desk): void {
  const contentSecurityPolicy = {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  }
  const strictTransportSecurity = isSecure ? 'max-age=15552000' : false
  app.use('*', secureHeaders({ contentSecurityPolicy, referrerPolicy: 'same-origin', strictTransportSecurity }))
  app.use('*', csrf({ origin: (origin, c) => isOwnOrigin(origin, c, parts.publicUrl) }), bodyLimit({ maxSize: MOST_FORM_BYTES }))
}

const TITLES: Readonly<Record<number, string>> = { 403: 'Not allowed', 404: 'Not found', 429: 'Too many tries' }

function addFailures(app: Hono<Env>, { parts, show }: Desk): void {
  app.onError((thrown, c) => {
    if (thrown instanceof HTTPException) return thrown.getResponse()
    const error = toAppError(thrown)
    const { http: status } = ERROR_CODES[error.code]
    if (status >= 500) parts.contextFor(anonymous, c.env.requestId).log.error({ request: c.env.requestId, err: error }, 'page failed')
    const body = html`<p class="error">${redactText(error.message)}</p><p class="quiet">Reference ${c.env.requestId}</p>`
    return show(c, { title: TITLES[status] ?? 'That did not work', body }, { status })
  })
  app.notFound((c) => {
    throw new AppError('not-found', `There is no page ${c.req.path}.`)
  })
}

function addStyle(app: Hono<Env>): void {
  app.get('/assets/style.css', (c) => {
    const headers = { etag: STYLE_TAG, 'cache-control': 'public, max-age=300' }
    if (c.req.header('if-none-match') === STYLE_TAG) return c.body(null, 304, headers)
    return c.body(STYLE, 200, { ...headers, 'content-type': 'text/css; charset=utf-8' })
  })
}

const WRONG_TOKEN =
  'That token is not valid. It is the value of KATALYST_ADMIN_TOKEN or KATALYST_READ_TOKEN, or was printed when the server started.'

function addSessions(app: Hono<Env>, { parts, isSecure, nowOf, show }: Desk): void {
  app.get('/sign-in', (c) => show(c, { title: 'Sign in', body: signInForm(safePath(c.req.query('to')), undefined) }))
  app.post('/sign-in', async (c) => {
    parts.takeTry(c.env.caller, nowOf(c))
    const { token = '', to } = await formOf(c)
    const started = parts.startSession(token.trim(), nowOf(c))
    if (!started) return show(c, { title: 'Sign in', body: signInForm(safePath(to), WRONG_TOKEN) }, { status: 401 })
    setCookie(c, SESSION, started.session, { httpOnly: true, sameSite: 'Lax', path: '/', secure: isSecure, maxAge: started.seconds })
    return c.redirect(safePath(to), 303)
  })
  app.post('/sign-out', (c) => {
    deleteCookie(c, SESSION, { path: '/', secure: isSecure })
    return c.redirect('/sign-in', 303)
  })
}

function addPages(app: Hono<Env>, { parts, actorOf, show }: Desk): void {
  for (const page of parts.pages) {
    app.get(page.path, async (c) => {
      const actor = actorOf(c)
      if (actor.kind === 'anonymous' && !parts.isPublic) return c.redirect(`/sign-in?to=${encodeURIComponent(c.req.path)}`, 303)
      // Whoever may read the pages reads what a reader may; acting is asked for anew.
      const reader: Actor = actor.kind === 'anonymous' ? { kind: 'reader', name: 'public pages' } : actor
      const view = await page.load(parts.contextFor(reader, c.env.requestId), { params: c.req.param(), query: c.req.query() })
      return show(c, view, { section: page.section })
    })
  }
  for (const action of parts.actions) {
    app.post(action.path, async (c) => {
      const actor = actorOf(c)
      if (actor.kind === 'anonymous') return c.redirect('/sign-in', 303)
      if (actor.kind !== 'admin') throw new AppError('forbidden', 'This needs the admin token; the reading token may only look.')
      return c.redirect(await action.act(parts.contextFor(actor, c.env.requestId), c.req.param(), await formOf(c)), 303)
    })
  }
}

/** Builds the site. */
export function makeSite(parts: SiteParts): Site {
  const app = new Hono<Env>()
  const desk = makeDesk(parts)
  addGuards(app, desk)
  addFailures(app, desk)
  addStyle(app)
  addSessions(app, desk)
  addPages(app, desk)
  return Object.freeze({ fetch: async (request: Request, about: SiteRequest) => app.fetch(request, about) })
}
