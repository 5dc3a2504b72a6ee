// Jira by OAuth 2.0 (3LO): consent, tokens that rotate, and the gateway; and scoped tokens through the same gateway.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const HOUR = 60 * 60_000

/** A clock that jumps when somebody sleeps. */
function makeJumpingClock(): Clock {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    sleep: async (ms) => {
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

let providers: Providers
let own: ReturnType<typeof makeFolder>
let clock: Clock
let product: Product
const site = () => providers.jira

const environment = () => ({
  ATLASSIAN_CLIENT_ID: site().oauth.clientId,
  ATLASSIAN_CLIENT_SECRET: site().oauth.clientSecret,
  ATLASSIAN_AUTH_URL: site().url,
  ATLASSIAN_API_URL: site().url,
  ...{ JIRA_BASE_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' },
})

beforeEach(async () => {
  clock = makeJumpingClock()
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders({ clock })
  product = await openProduct(providers, { folder: own.folder, clock, environment: environment() })
  const folder = path.join(own.folder, 'governance/roads')
  mkdirSync(folder, { recursive: true })
  for (const id of ['ROAD-001', 'ROAD-002', 'ROAD-003'])
    writeFileSync(
      path.join(folder, `${id}.md`),
      `---\nid: ${id}\ntitle: "Search"\nstatus: proposed\nphase: 1\npriority: high\n---\n\n# ${id}: Search\n`,
    )
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect([...providers.jira.violations, providers.jira.oauth.reuses]).toEqual([0])
})

const begin = async (query = '') =>
  (await product.call('GET', `/integrations/jira/oauth/start${query}`)) as { status: number; body: { url: string; expiresAt: string } }
/** The browser comes back, without a token of ours. */
const comeBack = async (parameters: Readonly<Record<string, string>>) => {
  const response = await fetch(`${product.server.url}/api/v1/integrations/jira/oauth/callback?${new URLSearchParams(parameters)}`)
  return { status: response.status, body: (await response.json()) as { status?: string; site?: string; error?: string } }
}
async function connect() {
  const { body } = await begin()
  const { code, state } = site().oauth.consent(body.url)
  expect(await comeBack({ code, state, iss: 'https://auth.atlassian.com' })).toMatchObject({
    status: 200,
    body: { status: 'connected', site: site().url },
  })
}
async function sync(...args: string[]) {
  const override = { environment: environmentFor(providers, { folder: own.folder, environment: environment() }), log: silentLog, clock }
  const ran = await katalyst(
    ['jira:sync', '--path', path.join(own.folder, 'governance'), '--repository', 'acme/mapper', '--json', ...args],
    override,
  )
  return { exit: ran.exit, answer: JSON.parse(ran.out) as { syncResults: { status: string; jiraUrl: string }[]; counts: object } }
}

describe('a consent', () => {
  test('connects the site through the gateway; issues are shown where people open them, and no token in any answer', async () => {
    await connect()
    const { exit, answer } = await sync('--export')
    expect([exit, answer.counts]).toEqual([0, { created: 3 }])
    for (const { jiraUrl } of answer.syncResults) expect(jiraUrl.startsWith(`${site().url}/browse/ROAD-`)).toBe(true)
    const api = site().requests.filter(({ path: route }) => route.includes('/rest/api/'))
    expect(api.every(({ path: route }) => route.startsWith(`/ex/jira/${site().oauth.cloudId}/rest/api/3/`))).toBe(true)
    const shown = await product.call('GET', '/integrations/jira/config')
    expect(shown.body).toMatchObject({ kind: 'oauth' })
    expect(JSON.stringify(shown.body)).not.toMatch(/access-|refresh-/)
  })

  test('is an admin’s to begin, and nothing comes of another state, a late one, a declined one or a code used twice', async () => {
    expect(await product.call('GET', '/integrations/jira/oauth/start', undefined, READ_TOKEN)).toMatchObject({ status: 403 })
    const { body } = await begin()
    const { code, state } = site().oauth.consent(body.url)
    expect(await comeBack({ code, state: 'v1.made.up.by.others' })).toMatchObject({ status: 422 })
    expect(await comeBack({ error: 'access_denied', state })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('declined') },
    })
    await clock.sleep(HOUR)
    expect(await comeBack({ code, state })).toMatchObject({ status: 422, body: { error: expect.stringContaining('too old') } })
    await connect()
    const again = await begin()
    const used = site().oauth.consent(again.body.url)
    expect(await comeBack({ code: used.code, state: used.state })).toMatchObject({ status: 200 })
    expect(await comeBack({ code: used.code, state: used.state })).toMatchObject({ status: 502 })
  })

  test('that does not cover the site asked for names those it covers', async () => {
    const { body } = await begin(`?site=${encodeURIComponent('https://other.atlassian.net')}`)
    const { code, state } = site().oauth.consent(body.url)
    expect(await comeBack({ code, state })).toMatchObject({ status: 422, body: { error: expect.stringContaining(site().url) } })
  })
})

describe('tokens', () => {
  test('that have run out are renewed once by two processes with many requests, and kept', async () => {
    await connect()
    await sync('--export')
    await clock.sleep(2 * HOUR)
    const runs = await Promise.all([
      sync('--export', '--force'),
      sync('--export', '--dry-run'),
      product.call('POST', '/integrations/jira/test', {}),
    ])
    expect([runs[0].exit, runs[1].exit]).toEqual([0, 0])
    expect(site().oauth.renewals).toBe(1)
    await clock.sleep(2 * HOUR)
    expect((await sync('--export')).exit).toBe(0)
    expect(site().oauth.renewals).toBe(2)
  })

  test('that are refused before their time are renewed once', async () => {
    await connect()
    await sync('--export')
    site().oauth.voidAccess()
    expect((await sync('--export', '--force')).exit).toBe(0)
    expect(site().oauth.renewals).toBe(1)
  })

  test('whose grant is over leave the connection in need of a person, and a new consent heals it', async () => {
    await connect()
    await sync('--export')
    site().oauth.revoke()
    const { exit } = await sync('--export', '--force').catch(() => ({ exit: 3 }))
    expect(exit).toBe(3)
    expect((await product.call('GET', '/integrations/jira/config')).body).toMatchObject({ status: 'needs-attention' })
    await connect()
    expect((await sync('--export', '--force')).exit).toBe(0)
  })
})

test('a scoped API token goes through the gateway too, with the site named for people', async () => {
  const { cloudId } = site().oauth
  const config = { baseUrl: `${site().url}/ex/jira/${cloudId}`, siteUrl: site().url, email: site().email, token: site().token }
  expect(await product.call('PUT', '/integrations/jira/config', config)).toMatchObject({ status: 200 })
  const { exit, answer } = await sync('--export')
  expect([exit, answer.syncResults[0]?.jiraUrl.replace(/\d+$/, '')]).toEqual([0, `${site().url}/browse/ROAD-`])
})
