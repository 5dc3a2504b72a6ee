import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeAppKeys, signAppJwt } from '../sandbox/github/app-auth.ts'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, type Send } from './github-client.ts'

const clock = makeStillClock()
let github: GitHubSandbox
let installation: number
let asApp: Send
const send = (credential?: string) => makeSend(github.apiUrl, credential)

beforeEach(async () => {
  github = await openCheckedGitHub({ clock })
  await github.createRepository('acme/shop', { 'README.md': '# Shop\n' })
  await github.createRepository('acme/site', { 'README.md': '# Site\n' })
  installation = await github.installApp('acme')
  asApp = send(github.signJwt())
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const mint = async (body?: unknown) => {
  const answer = await asApp('POST', `/app/installations/${installation}/access_tokens`, body)
  return { ...answer, token: (answer.body as { token: string }).token }
}

describe('the App’s JWT', () => {
  test('is accepted with the App’s id, and names the App and its installations', async () => {
    expect(await asApp('GET', '/app')).toMatchObject({ status: 200, body: { id: github.app.id, slug: github.app.slug } })
    expect(await asApp('GET', '/app/installations')).toMatchObject({
      status: 200,
      body: [{ id: installation, account: { login: 'acme' } }],
    })
    for (const path of ['/orgs/acme/installation', '/repos/acme/shop/installation', `/app/installations/${installation}`])
      expect(await asApp('GET', path)).toMatchObject({ status: 200, body: { id: installation } })
    expect((await asApp('GET', '/orgs/nobody/installation')).status).toBe(404)
  })

  test.each([
    ['no credential', () => undefined],
    ['another key', () => signAppJwt(makeAppKeys().privateKey, github.app.id, clock.now())],
    ['another App', () => signAppJwt(github.app.privateKey, 999, clock.now())],
    ['an expiry in the past', () => signAppJwt(github.app.privateKey, github.app.id, clock.now(), -10)],
    ['an expiry too far ahead', () => signAppJwt(github.app.privateKey, github.app.id, clock.now(), 3600)],
    ['noise', () => 'a.b.c'],
  ])('is refused with %s', async (_what, make) => {
    expect((await send(make())('GET', '/app')).status).toBe(401)
  })

  test('opens no repository', async () => {
    expect((await asApp('GET', '/repos/acme/shop/contents/README.md')).status).toBe(403)
  })
})

describe('an installation token', () => {
  test('has the long form and lives an hour', async () => {
    const { status, token, body } = await mint()
    expect(status).toBe(201)
    expect(token).toMatch(new RegExp(`^ghs_${github.app.id}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`))
    expect(token.length).toBeGreaterThan(200)
    expect(body).toMatchObject({ expires_at: '2026-11-22T13:00:00Z', repository_selection: 'all' })
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(200)
    clock.move(3_600_000)
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(401)
  })

  test('is narrowed to repositories, which alone it sees', async () => {
    const { token, body } = await mint({ repositories: ['shop'] })
    expect(body).toMatchObject({ repository_selection: 'selected', repositories: [{ name: 'shop' }] })
    expect((await send(token)('GET', '/repos/acme/site')).status).toBe(404)
    expect(await send(token)('GET', '/installation/repositories')).toMatchObject({
      body: { total_count: 1, repositories: [{ full_name: 'acme/shop' }] },
    })
    expect((await mint({ repositories: ['nothing'] })).status).toBe(422)
  })

  test('is narrowed to permissions, and a refusal names the missing one', async () => {
    const { token } = await mint({ permissions: { checks: 'read' } })
    const refused = await send(token)('POST', '/repos/acme/shop/check-runs', { name: 'c', head_sha: github.headOf('acme/shop') })
    expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } })
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('checks=write')
    expect((await mint({ permissions: { administration: 'write' } })).status).toBe(422)
  })

  test('stops with a suspension, works again after it, and ends with the installation', async () => {
    const { token } = await mint()
    await github.suspendApp(installation)
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(403)
    expect((await mint()).status).toBe(403)
    await github.unsuspendApp(installation)
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(200)
    await github.uninstallApp(installation)
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(401)
    expect((await mint()).status).toBe(404)
  })

  test('is given back', async () => {
    const { token } = await mint()
    expect((await send(token)('DELETE', '/installation/token')).status).toBe(204)
    expect((await send(token)('GET', '/repos/acme/shop')).status).toBe(401)
  })
})

test('a personal token reads and writes, but makes no check run', async () => {
  const person = send(github.createToken('ada'))
  expect(await person('GET', '/user')).toMatchObject({ status: 200, body: { login: 'ada' } })
  expect((await person('GET', '/repos/acme/shop')).status).toBe(200)
  expect((await person('POST', '/repos/acme/shop/check-runs', { name: 'c', head_sha: github.headOf('acme/shop') })).status).toBe(403)
})

test('credentials are not in the log of requests', async () => {
  const { token } = await mint()
  await send(token)('GET', '/repos/acme/shop')
  expect(JSON.stringify(github.requests)).not.toContain(token)
})

test('Enterprise Server answers below /api/v3 and writes its links so', async () => {
  const enterprise = await openCheckedGitHub({ clock, enterprise: true })
  const jwt = enterprise.signJwt()
  const found = await makeSend(enterprise.apiUrl, jwt)('GET', '/app/installations')
  const missed = await makeSend(enterprise.url, jwt)('GET', '/app')
  await enterprise.createRepository('acme/shop', { a: '1', b: '2' })
  const id = await enterprise.installApp('acme')
  const listed = await makeSend(enterprise.apiUrl, enterprise.createInstallationToken(id))('GET', '/installation/repositories?per_page=1')
  await enterprise.close()
  expect([found.status, missed.status]).toEqual([200, 404])
  expect(listed.body).toMatchObject({ repositories: [{ url: `${enterprise.url}/api/v3/repos/acme/shop` }] })
  expect(enterprise.violations).toEqual([])
})
