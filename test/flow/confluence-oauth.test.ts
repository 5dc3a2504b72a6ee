// Confluence by OAuth 2.0 (3LO): consent (start-oauth, finish-oauth), tokens that rotate, the gateway and its scopes; and scoped
// tokens through the same gateway.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clock } from '../../integrations/kernel/clock.ts'
import type { ConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { openConfluence } from './confluence-site.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

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

let site: ConfluenceSandbox
let providers: Providers
let product: Product
let clock: Clock
let own: ReturnType<typeof makeFolder>
let origin: string

beforeEach(async () => {
  clock = makeJumpingClock()
  own = makeFolder()
  site = await openConfluence({ form: 'gateway', clock })
  origin = new URL(site.url).origin
  writeFileSync(path.join(own.folder, 'confluence-config.json'), JSON.stringify({ spaceKey: 'KDM' }))
  providers = await openProviders({ clock })
  product = await openProduct(providers, {
    folder: own.folder,
    clock,
    environment: {
      ATLASSIAN_CLIENT_ID: site.oauth.clientId,
      ATLASSIAN_CLIENT_SECRET: site.oauth.clientSecret,
      ATLASSIAN_AUTH_URL: origin,
      ATLASSIAN_API_URL: origin,
    },
  })
  await providers.github.createRepository('acme/mapper', {
    'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n',
  })
  await providers.github.installApp('acme', ['acme/mapper'])
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  const found = [...site.violations, site.oauth.reuses]
  await site.close()
  own.remove()
  expect(found).toEqual([0])
})

const call = (method: string, route: string, body?: unknown) =>
  product.call(method, `/integrations/confluence${route}`, body) as Promise<{ status: number; body: Record<string, unknown> }>
/** The browser comes back, without a token of ours. */
const comeBack = async (parameters: Readonly<Record<string, string>>, provider = 'confluence') => {
  const response = await fetch(`${product.server.url}/api/v1/integrations/${provider}/oauth/callback?${new URLSearchParams(parameters)}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
async function connect(without: readonly string[] = []) {
  const { body } = await call('GET', `/oauth/start?site=${encodeURIComponent(`${origin}/wiki`)}`)
  const { code, state } = site.oauth.consent(String(body.url), without)
  expect(await comeBack({ code, state })).toMatchObject({
    status: 200,
    body: { status: 'connected', provider: 'confluence', site: origin },
  })
}
const publish = () => call('POST', '/sync', { direction: 'export', contentType: 'capability-coverage', spaceKey: 'KDM' })

describe('a consent', () => {
  test('connects the site through the gateway; its scopes are enough for all that is done, and pages are shown where people open them', async () => {
    await connect()
    expect(await call('POST', '/test', {})).toMatchObject({ status: 200, body: { displayName: 'Katalyst Bot', missing: [] } })
    const { body } = await publish()
    const [page] = body.syncResults as { status: string; pageId: string; pageUrl: string }[]
    expect(page).toMatchObject({ status: 'created' })
    expect(page?.pageUrl.startsWith(`${origin}/wiki/`)).toBe(true)
    expect(await call('POST', '/import', { spaceKey: 'KDM' })).toMatchObject({ status: 200, body: { metrics: { pageCount: 2 } } })
    expect(await call('DELETE', `/pages/${page?.pageId}`)).toMatchObject({ status: 200 })
    const shown = await call('GET', '/config')
    expect(shown.body).toMatchObject({ kind: 'oauth' })
    expect(JSON.stringify(shown.body)).not.toMatch(/access-|refresh-/)
  })

  test('that lacks scopes says so before anything is tried, and a request that needs one fails with that word and renews nothing', async () => {
    await connect(['write:page:confluence', 'search:confluence'])
    const { body } = await call('POST', '/test', {})
    expect(body.missing).toEqual([
      expect.stringContaining('Scope search:confluence: needed to find pages that are ours'),
      expect.stringContaining('Scope write:page:confluence: needed to make pages'),
    ])
    const published = await publish()
    expect(JSON.stringify(published.body)).toContain('lacks a scope')
    expect(site.oauth.renewals).toBe(0)
    await connect()
    expect(await call('POST', '/test', {})).toMatchObject({ body: { missing: [] } })
  })

  test('is for one product: the address of the other one is not accepted', async () => {
    const { body } = await call('GET', '/oauth/start')
    const { code, state } = site.oauth.consent(String(body.url))
    expect(await comeBack({ code, state }, 'jira')).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('not made by us') },
    })
    expect(await comeBack({ error: 'access_denied', state })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('Confluence was not connected') },
    })
  })
})

describe('tokens', () => {
  test('that have run out, or are refused before their time, are renewed once; a grant that is over needs a person', async () => {
    await connect()
    await publish()
    await clock.sleep(2 * HOUR)
    const [one, two] = await Promise.all([call('POST', '/test', {}), publish()])
    expect([one.status, two.status, site.oauth.renewals]).toEqual([200, 200, 1])
    site.oauth.voidAccess()
    expect([(await publish()).status, site.oauth.renewals]).toEqual([200, 2])
    site.oauth.revoke()
    expect((await call('POST', '/test', {})).status).toBe(502)
    expect((await call('GET', '/config')).body).toMatchObject({ status: 'needs-attention' })
    await connect()
    expect((await publish()).status).toBe(200)
  })
})

test('a scoped API token goes through the gateway, pasted without /wiki, and takes the place of a consent', async () => {
  await connect()
  const put = { baseUrl: site.url.replace(/\/wiki$/, ''), siteUrl: `${origin}/wiki`, email: site.email, token: site.token }
  expect(await call('PUT', '/config', put)).toMatchObject({ status: 200, body: { kind: 'api-token' } })
  expect(await call('POST', '/test', {})).toMatchObject({ status: 200, body: { missing: [] } })
  const [page] = (await publish()).body.syncResults as { status: string; pageUrl: string }[]
  expect([page?.status, page?.pageUrl.startsWith(`${origin}/wiki/`)]).toEqual(['created', true])
})
