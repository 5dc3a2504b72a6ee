// Webhooks of an OAuth connection: registered after the consent, renewed in time, made again when they are gone; deliveries with a
// token, and what could not be delivered asked for.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { keepJiraWebhooks } from '../../app/usecases/keep-jira-webhooks.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const DAY_MS = 86_400_000

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

/** Jira is told the address before the server is there. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

let providers: Providers
let own: ReturnType<typeof makeFolder>
let clock: Clock
let product: Product
let environment: Record<string, string>

beforeEach(async () => {
  clock = makeJumpingClock()
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders({ clock })
  const { oauth, url } = providers.jira
  const port = await freePort()
  environment = {
    ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ ATLASSIAN_CLIENT_ID: oauth.clientId, ATLASSIAN_CLIENT_SECRET: oauth.clientSecret },
    ...{ ATLASSIAN_AUTH_URL: url, ATLASSIAN_API_URL: url, JIRA_BASE_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' },
  }
  await start()
  await consent()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.jira.violations).toEqual([])
})

const start = async () => {
  product = await openProduct(providers, { folder: own.folder, clock, environment })
}
async function consent(): Promise<void> {
  const { body } = (await product.call('GET', '/integrations/jira/oauth/start')) as { body: { url: string } }
  const { code, state } = providers.jira.oauth.consent(body.url)
  const query = new URLSearchParams({ code, state })
  expect((await fetch(`${product.server.url}/api/v1/integrations/jira/oauth/callback?${query}`)).status).toBe(200)
  await product.settle()
}
const keep = () => keepJiraWebhooks.run(product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test'), {})
const registered = () => providers.jira.dynamicWebhooks.registered
const deliveries = async () => {
  await providers.jira.settled()
  await product.settle()
  const { body } = (await product.call('GET', '/deliveries')) as {
    body: { items: { event: string; status: string; deliveryId: string }[] }
  }
  return body.items.map(({ event, status }) => `${event} ${status}`)
}

/** An issue of ours, so that what happens to it is ours to hear. */
async function exportRoad(): Promise<void> {
  const folder = path.join(own.folder, 'governance')
  mkdirSync(path.join(folder, 'roads'), { recursive: true })
  writeFileSync(
    path.join(folder, 'roads/ROAD-001.md'),
    '---\nid: ROAD-001\ntitle: "Search"\nstatus: proposed\nphase: 1\npriority: high\n---\n\n# ROAD-001: Search\n',
  )
  const override = { environment: environmentFor(providers, { folder: own.folder, environment }), log: silentLog, clock }
  expect((await katalyst(['jira:sync', '--export', '--path', folder, '--repository', 'acme/mapper', '--quiet'], override)).exit).toBe(0)
}

describe('the webhook of an OAuth connection', () => {
  test('is there after the consent, for the project, and what it brings is verified, taken once and acted on', async () => {
    expect(registered()).toMatchObject([
      {
        url: `${environment.PUBLIC_URL}/webhooks/jira`,
        jqlFilter: 'project IN ("ROAD")',
        events: expect.arrayContaining(['jira:issue_updated']),
      },
    ])
    await exportRoad()
    providers.jira.editAsPerson('ROAD-1', { summary: 'Find' })
    expect(await deliveries()).toContain('jira:issue_updated handled')
    const [last] = providers.jira.deliveries.slice(-1)
    expect(last?.statuses).toEqual([202])
    const count = (await deliveries()).length
    await providers.jira.redeliver(last?.id ?? '')
    expect((await deliveries()).length).toBe(count)
  })

  test('is left alone while it lives, renewed when half its life is gone, and made again when it is gone', async () => {
    const [first] = registered()
    expect(await keep()).toEqual({ state: 'kept', missed: 0 })
    await clock.sleep(16 * DAY_MS)
    expect(await keep()).toEqual({ state: 'renewed', missed: 0 })
    expect(registered()[0]?.id).toBe(first?.id)
    expect(registered()[0]?.expiresAt).toBeGreaterThan(clock.now().getTime() + 29 * DAY_MS)
    await clock.sleep(31 * DAY_MS)
    expect(await keep()).toEqual({ state: 'registered', missed: 0 })
    providers.jira.dynamicWebhooks.forget()
    expect(await keep()).toEqual({ state: 'registered', missed: 0 })
    expect(registered()).toHaveLength(1)
  })

  test('hears of another project as soon as one is configured, and stays the only one', async () => {
    writeFileSync(path.join(own.folder, 'jira-config.json'), JSON.stringify({ projectKey: 'NEXT' }))
    expect(await keep()).toEqual({ state: 'registered', missed: 0 })
    expect(registered()).toMatchObject([{ jqlFilter: 'project IN ("NEXT")' }])
  })

  test('that Jira could not deliver to is made up for, once', async () => {
    await exportRoad()
    await keep()
    await product.close()
    providers.jira.editAsPerson('ROAD-1', { summary: 'While nobody listened' })
    await providers.jira.settled()
    expect(providers.jira.deliveries.at(-1)?.statuses).toEqual([0])
    await start()
    const before = await deliveries()
    expect(await keep()).toEqual({ state: 'kept', missed: 1 })
    expect((await deliveries()).length).toBe(before.length + 1)
    expect(await keep()).toEqual({ state: 'kept', missed: 0 })
  })

  test('ends with the connection', async () => {
    expect((await product.call('DELETE', '/integrations/jira/config')).status).toBe(200)
    expect(registered()).toEqual([])
    expect(await keep()).toEqual({ state: 'none', missed: 0 })
  })

  test('is not taken for one that carries a wrong token: nothing of that is stored', async () => {
    const url = `${product.server.url}/webhooks/jira`
    const headers = { 'content-type': 'application/json', 'x-atlassian-webhook-identifier': '1', authorization: 'Bearer a.b.c' }
    const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ webhookEvent: 'jira:issue_updated' }) })
    expect([reply.status, await deliveries()]).toEqual([401, []])
  })
})
