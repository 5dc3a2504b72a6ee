import { expect, test } from '@jest/globals'
import { html } from 'hono/html'
import type { AppContext } from '../../../app/context.ts'
import { makeAuthenticator } from '../../../app/http/authenticate.ts'
import { makeOwnLimit } from '../../../app/http/own-limit.ts'
import { makeSite, type SiteParts } from '../../../app/pages/site.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'

const ADMIN = 'admin-token-of-this-test'
const READ = 'reading-token-of-this-test'
let now = new Date('2026-11-22T10:00:00Z')

const acted: string[] = []
function makeParts(over: Partial<SiteParts> = {}): SiteParts {
  const authenticator = makeAuthenticator({ admin: ADMIN, read: READ })
  const limit = makeOwnLimit(5)
  const log = { error: () => {}, info: () => {}, warn: () => {} }
  return {
    pages: [
      { path: '/', section: '/', load: async (ctx) => ({ title: 'Start', body: html`<p>Hello ${ctx.actor.name} ${'<script>'}</p>` }) },
      {
        path: '/things/:id',
        load: async (_ctx, { params }) => {
          throw new AppError('not-found', `There is no thing ${params.id}.`)
        },
      },
    ],
    actions: [
      {
        path: '/things/:id',
        act: async (_ctx, { id = '' }, { keep = '' }) => {
          acted.push(`${id} ${keep}`)
          return '/'
        },
      },
    ],
    contextFor: (actor) => ({ actor, clock: { now: () => now }, log }) as unknown as AppContext,
    actorOfToken: authenticator.actorOfToken,
    startSession: authenticator.startSession,
    takeTry: (caller, at) => limit.take(caller, 1, at),
    isPublic: false,
    publicUrl: 'https://katalyst.example',
    ...over,
  }
}

const about = { requestId: 'request-1', caller: '127.0.0.1' }
type Site = ReturnType<typeof makeSite>
const get = (site: Site, path: string, headers: Record<string, string> = {}) =>
  site.fetch(new Request(`https://katalyst.example${path}`, { headers }), about)
const post = (site: Site, path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  site.fetch(
    new Request(`https://katalyst.example${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: 'https://katalyst.example', ...headers },
    }),
    about,
  )
const signIn = async (site: Site, token: string) => {
  const answer = await post(site, '/sign-in', { token, to: '/things/1' })
  return { answer, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
}

test('who is not signed in is led to the form and back, and gets a session that scripts and other sites cannot use', async () => {
  const site = makeSite(makeParts())
  const first = await get(site, '/')
  expect([first.status, first.headers.get('location')]).toEqual([303, '/sign-in?to=%2F'])
  const { answer, cookie } = await signIn(site, ADMIN)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/things/1'])
  expect(answer.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax|HttpOnly/)
  expect(answer.headers.get('set-cookie')).toMatch(/Secure/)
  expect(cookie).not.toContain(ADMIN)
  const page = await get(site, '/', { cookie })
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Hello access token &lt;script&gt;')
})

test('a wrong token is told without being repeated, and guessing is slow', async () => {
  const site = makeSite(makeParts())
  const { answer } = await signIn(site, 'guess-number-one')
  expect(answer.status).toBe(401)
  const text = await answer.text()
  expect(text).toContain('That token is not valid')
  expect(text).not.toContain('guess-number-one')
  for (let tries = 0; tries < 4; tries += 1) await signIn(site, 'guess')
  expect((await signIn(site, ADMIN)).answer.status).toBe(429)
})

test('a session ends by time, and when its token is another one', async () => {
  const { cookie } = await signIn(makeSite(makeParts()), READ)
  expect((await get(makeSite(makeParts()), '/', { cookie })).status).toBe(200)
  const rotated = makeAuthenticator({ admin: ADMIN, read: 'another-reading-token' })
  expect((await get(makeSite(makeParts({ actorOfToken: rotated.actorOfToken })), '/', { cookie })).status).toBe(303)
  const start = now
  now = new Date(start.getTime() + 13 * 3_600_000)
  expect((await get(makeSite(makeParts()), '/', { cookie })).status).toBe(303)
  now = start
})

test('acting needs admin rights and a form of our own, whatever the pages allow for reading', async () => {
  const site = makeSite(makeParts({ isPublic: true }))
  expect((await get(site, '/')).status).toBe(200)
  expect((await post(site, '/things/1', { keep: 'git' })).headers.get('location')).toBe('/sign-in')
  const reader = (await signIn(site, READ)).cookie
  expect((await post(site, '/things/1', { keep: 'git' }, { cookie: reader })).status).toBe(403)
  const admin = (await signIn(site, ADMIN)).cookie
  expect((await post(site, '/things/1', { keep: 'git' }, { cookie: admin, origin: 'https://evil.example' })).status).toBe(403)
  expect(acted).toEqual([])
  expect((await post(site, '/things/1', { keep: 'git' }, { cookie: admin })).status).toBe(303)
  expect(acted).toEqual(['1 git'])
})

test('nobody is sent elsewhere after signing in', async () => {
  const site = makeSite(makeParts())
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a"onclick=']) {
    const answer = await post(makeSite(makeParts()), '/sign-in', { token: ADMIN, to })
    expect([to, answer.headers.get('location')]).toEqual([to, '/'])
  }
  expect(await (await get(site, '/sign-in?to=//evil.example')).text()).toContain('name="to" value="/"')
})

test('failures are pages with a reference, and every page says what browsers may do with it', async () => {
  const site = makeSite(makeParts({ isPublic: true }))
  const missing = await get(site, '/things/7')
  expect(missing.status).toBe(404)
  const text = await missing.text()
  expect(text).toContain('There is no thing 7.')
  expect(text).toContain('Reference request-1')
  expect((await get(site, '/nowhere')).status).toBe(404)
  const policy = missing.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
})

test('the style is fetched once: asked for with its tag it has not changed', async () => {
  const site = makeSite(makeParts())
  const first = await get(site, '/assets/style.css')
  expect(first.headers.get('content-type')).toBe('text/css; charset=utf-8')
  const again = await get(site, '/assets/style.css', { 'if-none-match': first.headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})
