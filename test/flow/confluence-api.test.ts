// Confluence over HTTP, as the scenarios of the contract use it: connect, publish (sync-confluence and its job publish-confluence),
// publish again, take away (remove-confluence-page).
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pollConfluence } from '../../app/usecases/poll-confluence.ts'
import type { ConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { confluenceEnvironment, openConfluence } from './confluence-site.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const road = (id: string, status: string) =>
  `---\nid: ${id}\ntitle: Search\nstatus: ${status}\nphase: 1\npriority: high\ncreated: "2026-01-01"\ncapabilities: [CAP-001]\n---\n\n# ${id}\n`

const WEBHOOK_SECRET = 'a-secret-of-the-flow'
let site: ConfluenceSandbox
let providers: Providers
let product: Product
const own = makeFolder()
beforeAll(async () => {
  site = await openConfluence()
  providers = await openProviders()
  const environment = Object.fromEntries(
    Object.entries(confluenceEnvironment(site, own.folder)).filter(([name]) => name.startsWith('CONFLUENCE_')),
  )
  product = await openProduct(providers, {
    folder: own.folder,
    environment: { ...environment, CONFLUENCE_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  const files = {
    'governance/roads/ROAD-001.md': road('ROAD-001', 'complete'),
    'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n',
  }
  await providers.github.createRepository('acme/mapper', files)
  await providers.github.installApp('acme', ['acme/mapper'])
  await product.settle()
})
afterAll(async () => {
  await product.close()
  await providers.close()
  const { violations } = site
  await site.close()
  own.remove()
  expect(violations).toEqual([])
})

const call = (method: string, route: string, body?: unknown) =>
  product.call(method, `/integrations/confluence${route}`, body) as Promise<{ status: number; body: Record<string, never> }>
const publish = (contentType: string, more: Record<string, unknown> = {}) =>
  call('POST', '/sync', { direction: 'export', contentType, spaceKey: 'KDM', ...more })

test('the connection says who we are, and the configuration never a secret', async () => {
  expect(await call('POST', '/test')).toMatchObject({ status: 200, body: { displayName: 'Katalyst Bot', missing: [] } })
  const put = {
    baseUrl: site.url,
    spaceKey: 'KDM',
    authType: 'api-token',
    email: site.email,
    token: site.token,
    pageHierarchy: { roadmap: 'Governance/Roadmaps' },
  }
  expect(await call('PUT', '/config', put)).toMatchObject({ status: 200, body: { status: 'configured', spaceKey: 'KDM' } })
  const shown = await call('GET', '/config')
  expect(shown).toMatchObject({
    status: 200,
    body: { baseUrl: site.url, spaceKey: 'KDM', pageHierarchy: { roadmap: 'Governance/Roadmaps' } },
  })
  expect(JSON.stringify(shown.body)).not.toContain(site.token)
})

test('a space is asked for by name, and one that is missing is the caller’s', async () => {
  expect(await call('POST', '/sync', { direction: 'export', contentType: 'roadmap' })).toMatchObject({ status: 400 })
  expect(await publish('roadmap', { spaceKey: 'NONE' })).toMatchObject({ status: 400 })
})

test('each content type becomes a page; again is the same page in a new version, and without force none', async () => {
  for (const contentType of ['governance-report', 'roadmap', 'ddd-context-map', 'capability-coverage']) {
    const first = await publish(contentType)
    expect({ contentType, ...first }).toMatchObject({
      status: 200,
      body: { dryRun: false, syncResults: [{ contentType, status: 'created' }] },
    })
  }
  const [before] = (await publish('roadmap')).body.syncResults as unknown as {
    pageId: string
    version: number
    status: string
    title: string
  }[]
  expect(before).toMatchObject({ status: 'updated', title: 'Roadmap' })
  expect((await publish('roadmap')).body.syncResults).toMatchObject([
    { pageId: before?.pageId, status: 'updated', version: (before?.version ?? 0) + 1 },
  ])
  expect((await publish('roadmap', { force: false })).body.syncResults).toMatchObject([{ pageId: before?.pageId, status: 'unchanged' }])
  expect(site.page('Roadmap')).toMatchObject({ parentTitle: 'Roadmaps', body: expect.stringContaining('ROAD-001') })
  expect(site.page('Roadmaps')).toMatchObject({ parentTitle: 'Governance' })
  expect((await publish('roadmap', { dryRun: true })).body).toMatchObject({ dryRun: true, syncResults: [{ status: 'updated' }] })
})

test('a page of ours can be taken away and made again; one of others is refused', async () => {
  const { id } = site.page('Roadmap') ?? { id: '' }
  expect(await call('DELETE', `/pages/${id}`)).toMatchObject({ status: 200, body: { status: 'removed' } })
  expect(site.page(id)?.status).toBe('trashed')
  expect((await publish('roadmap')).body.syncResults).toMatchObject([{ status: 'created' }])
  expect(site.page('Roadmap')?.id).not.toBe(id)
  const theirs = site.writePage('Minutes', '<p>Ours.</p>')
  expect(await call('DELETE', `/pages/${theirs.id}`)).toMatchObject({ status: 409, body: { code: 'NOT-OURS' } })
  expect(site.page(theirs.id)?.status).toBe('current')
})

test('a publication into a page of one’s choice goes below it', async () => {
  const place = site.writePage('Elsewhere', '<p>.</p>')
  expect((await publish('governance-report', { parentPageId: place.id })).body.syncResults).toMatchObject([{ status: 'updated' }])
  expect(site.page('Governance Report')?.parentId ?? site.pages().find(({ parentId }) => parentId === place.id)?.parentId).toBe(place.id)
})

test('an edit is heard of by a signed webhook: the page is looked at, and the conflict stands open; unsigned nothing is', async () => {
  await publish('capability-coverage', { force: false })
  const page = site.pages().find(({ title }) => /coverage/i.test(title))
  if (!page) throw new Error('the coverage page is missing')
  site.setWebhook(`${product.server.url}/webhooks/confluence`, 'somebody-elses-secret')
  site.editPage(page.id, { body: '<p>Once.</p>' })
  await site.settled()
  expect(site.deliveries.at(-1)?.statuses).toEqual([401])
  site.setWebhook(`${product.server.url}/webhooks/confluence`, WEBHOOK_SECRET)
  site.editPage(page.id, { body: '<p>Edited by hand.</p>' })
  await site.settled()
  expect(site.deliveries.at(-1)?.statuses).toEqual([202])
  await product.settle()
  const conflicts = (await product.call('GET', '/conflicts')) as { status: number; body: { items: { artifactId: string }[] } }
  expect(conflicts.body.items).toMatchObject([{ artifactId: 'capability-coverage' }])
  expect(site.page(page.id)?.body).toContain('Edited by hand.')
})

test('an edit that nothing told of is found by the poll (poll-confluence), once', async () => {
  site.setWebhook(undefined)
  const page = site.page('Roadmap')
  if (!page) throw new Error('the roadmap is missing')
  site.editPage(page.id, { body: '<p>Silently.</p>' })
  const poll = async () => pollConfluence.run(product.opened.contextFor({ kind: 'worker', name: 'test' }, 'poll'), {})
  expect(await poll()).toMatchObject({ asked: 1 })
  await product.settle()
  const { body } = (await product.call('GET', '/conflicts')) as { body: { items: { artifactId: string }[] } }
  expect(body.items.map(({ artifactId }) => artifactId)).toContain('roadmap')
  expect(await poll()).toMatchObject({ asked: 0 })
})
