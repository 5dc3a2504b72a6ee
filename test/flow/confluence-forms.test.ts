// The same flow on every form of Confluence, over HTTP: Cloud with an API token, Cloud through the gateway by consent, Data Center
// with a personal access token. Connect, publish, what people do to pages, what goes wrong on the way, import, take away.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { FORMS } from '../confluence/site.ts'
import type { ConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { openConfluence } from './confluence-site.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/mapper'
const DOCUMENTS = ['docs/a.md', 'docs/b.md', 'docs/c.md']
const text = (name: string, words = 'Some words.') => `# Page ${name}\n\n${words} See [the next](b.md).\n`

interface Result {
  readonly documentId: string
  readonly status: string
  readonly pageId: string
  readonly title: string
  readonly version: number
  readonly reason?: string
  readonly decisions?: readonly { readonly id: string; readonly outcome: string }[]
}
interface Published {
  readonly syncResults: readonly Result[]
  readonly notes: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

/** A clock that jumps when somebody sleeps, and says how far. */
function makeJumpingClock(): Clock & { readonly slept: () => number } {
  let ahead = 0
  return {
    slept: () => ahead,
    now: () => new Date(Date.now() + ahead),
    sleep: async (ms) => {
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe.each(FORMS)('on %s', (form) => {
  let site: ConfluenceSandbox
  let providers: Providers
  let product: Product
  let own: ReturnType<typeof makeFolder>
  const clock = makeJumpingClock()

  const configure = (config: object = {}) =>
    writeFileSync(
      path.join(own.folder, 'confluence-config.json'),
      JSON.stringify({ spaceKey: 'KDM', documents: DOCUMENTS.map((file) => ({ file })), pageHierarchy: { document: 'Docs' }, ...config }),
    )
  const call = (method: string, route: string, body?: unknown) =>
    product.call(method, `/integrations/confluence${route}`, body) as Promise<{ status: number; body: Record<string, unknown> }>
  const publish = async (more: object = {}): Promise<Published> => {
    const body = { direction: 'export', contentType: 'document', spaceKey: 'KDM', repository: REPOSITORY, force: false, ...more }
    const answer = await call('POST', '/sync', body)
    expect(answer).toMatchObject({ status: 200 })
    return answer.body as unknown as Published
  }
  const commit = async (files: Record<string, string>) => {
    await providers.github.commit(REPOSITORY, 'main', files)
    await product.settle()
  }
  const page = (title: string) => {
    const found = site.page(title)
    if (!found) throw new Error(`there is no page ${title}`)
    return found
  }
  const writes = () => site.requests.filter(({ method }) => method !== 'GET')

  beforeAll(async () => {
    own = makeFolder()
    site = await openConfluence({ form, clock })
    configure()
    providers = await openProviders({ clock })
    const origin = new URL(site.url).origin
    const { clientId, clientSecret } = site.oauth
    const app = {
      ATLASSIAN_CLIENT_ID: clientId,
      ATLASSIAN_CLIENT_SECRET: clientSecret,
      ATLASSIAN_AUTH_URL: origin,
      ATLASSIAN_API_URL: origin,
    }
    product = await openProduct(providers, { folder: own.folder, clock, environment: app })
    await providers.github.createRepository(REPOSITORY, {
      ...Object.fromEntries(DOCUMENTS.map((file) => [file, text(file.charAt(5).toUpperCase())])),
      'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n',
    })
    await providers.github.installApp('acme', [REPOSITORY])
    await product.settle()
  })
  afterAll(async () => {
    await product.close()
    await providers.close()
    const { violations } = site
    const pending = site.faults.pending()
    await site.close()
    own.remove()
    expect([...violations, pending]).toEqual([0])
  })

  test('the connection is made in the way of the form, and says who we are', async () => {
    if (form === 'gateway') {
      const { body } = await call('GET', '/oauth/start')
      const { code, state } = site.oauth.consent(String(body.url))
      const back = await fetch(
        `${product.server.url}/api/v1/integrations/confluence/oauth/callback?${new URLSearchParams({ code, state })}`,
      )
      expect(back.status).toBe(200)
    } else {
      const credential = form === 'cloud' ? { authType: 'api-token', email: site.email } : { authType: 'pat' }
      expect(await call('PUT', '/config', { baseUrl: site.url, token: site.token, ...credential })).toMatchObject({ status: 200 })
    }
    expect(await call('POST', '/test', {})).toMatchObject({ status: 200, body: { displayName: 'Katalyst Bot', missing: [] } })
  })

  test('pages are made once below their place, link to each other, and are left alone when nothing changed', async () => {
    const first = await publish()
    expect(first.counts).toEqual({ created: 3 })
    expect(page('Page A')).toMatchObject({ parentTitle: 'Docs' })
    expect(page('Page A').body).toContain('ri:content-title="Page B"')
    const before = writes().length
    expect((await publish()).counts).toEqual({ unchanged: 3 })
    expect(writes()).toHaveLength(before)
    expect((await publish({ force: true })).syncResults.map(({ version }) => version)).toEqual(
      first.syncResults.map(({ version }) => version + 1),
    )
  })

  test('what people do to a page stays: a label, a comment on words, another place, another name', async () => {
    const { id } = page('Page A')
    const elsewhere = site.writePage('Elsewhere', '<p>.</p>')
    site.labelPage(id, 'from-a-person')
    const comment = site.commentPage(id, 'Some words')
    site.movePage(id, elsewhere.id)
    await commit({ 'docs/a.md': text('A', 'Some words and more.') })
    const { syncResults } = await publish()
    expect(syncResults[0]).toMatchObject({ status: 'updated', pageId: id, decisions: [{ id: 'parent', outcome: 'keep' }] })
    expect(page('Page A')).toMatchObject({ parentId: elsewhere.id, labels: expect.arrayContaining(['from-a-person']) })
    expect(page('Page A').body).toContain(`ac:ref="${comment}"`)
    expect(page('Page A').body).toContain('and more')
    site.editPage(page('Page B').id, { title: 'Renamed by hand' })
    // Pages are linked by their titles: the run after the one that met the new one sets them right.
    await publish({ conflictPolicy: 'managed-region' })
    await publish({ conflictPolicy: 'managed-region' })
    expect(page('Page A').body).toContain('ri:content-title="Renamed by hand"')
    site.editPage(page('Renamed by hand').id, { title: 'Page B' })
    await publish({ conflictPolicy: 'overwrite' })
    await publish()
    expect((await publish()).counts).toEqual({ unchanged: 3 })
  })

  test('a title that somebody else has is theirs', async () => {
    const theirs = site.writePage('Page D', '<p>Theirs.</p>')
    configure({ documents: [...DOCUMENTS, 'docs/d.md'].map((file) => ({ file })) })
    await commit({ 'docs/d.md': text('D') })
    const { syncResults } = await publish()
    expect(syncResults[3]).toMatchObject({ status: 'created', title: 'Page D (acme/mapper)' })
    expect(site.page(theirs.id)).toMatchObject({ version: 1, body: expect.stringContaining('Theirs.') })
  })

  test('a limit that is met in the middle is waited for, as long as it says, and nothing is done twice', async () => {
    await commit(Object.fromEntries([...DOCUMENTS, 'docs/d.md'].map((file) => [file, text(file.charAt(5).toUpperCase(), 'Other words.')])))
    const versions = [...DOCUMENTS, 'D (acme/mapper)'].map(
      (name) => page(`Page ${name.startsWith('docs') ? name.charAt(5).toUpperCase() : name}`).version,
    )
    const before = clock.slept()
    site.faults.next({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, match: { method: 'PUT' }, after: 1 })
    const { counts, syncResults } = await publish()
    expect(counts).toEqual({ updated: 4 })
    expect(syncResults.map(({ version }) => version)).toEqual(versions.map((version) => version + 1))
    expect(clock.slept() - before).toBeGreaterThanOrEqual(7_000)
  })

  test('an edit that comes between reading and writing is read once more, and is then a conflict, not lost', async () => {
    await commit({ 'docs/c.md': text('C', 'New words.') })
    const { id } = page('Page C')
    let edits = 0
    site.faults.next({
      kind: 'status',
      match({ method, path: route }) {
        if (edits === 0 && method === 'PUT' && route.endsWith(`/${id}`)) {
          edits += 1
          site.editPage(id, { body: '<p>In between.</p>' })
        }
        return false
      },
    })
    const reads = () => site.requests.filter(({ method, path: route }) => method === 'GET' && route.endsWith(`/${id}`)).length
    const before = reads()
    const { syncResults } = await publish()
    expect(syncResults[2]).toMatchObject({ status: 'conflict' })
    expect(page('Page C').body).toContain('In between.')
    // Once before the write, once because the answer was a conflict, and once to look at what is there now.
    expect(reads() - before).toBeLessThanOrEqual(3)
    site.faults.clear()
    expect((await publish({ conflictPolicy: 'overwrite' })).syncResults[2]).toMatchObject({ status: 'updated' })
  })

  test('documents that are gone are reported; more than the cap allows are not archived', async () => {
    configure({ documents: [{ file: 'docs/a.md' }], orphans: { policy: 'archive', atMost: 2 } })
    const { notes } = await publish()
    expect(notes).toHaveLength(4)
    expect(notes.at(-1)).toContain('3 pages would be archived, more than orphans.atMost (2) allows, so none is.')
    expect(['Page B', 'Page C', 'Page D (acme/mapper)'].map((title) => page(title).status)).toEqual(['current', 'current', 'current'])
    configure()
    const { counts } = await publish()
    expect([counts.created, counts.conflict, counts.failed]).toEqual([undefined, undefined, undefined])
  })

  test('decision records of the space are governance ADRs', async () => {
    site.writePage('ADR-007 Use queues', '<h2>Status</h2><p>Accepted</p><h2>Context</h2><p>Load.</p>', { labels: ['adr'] })
    const { status, body } = await call('POST', '/import', { spaceKey: 'KDM', mapTo: 'governance-adrs' })
    expect(status).toBe(200)
    expect(body.artifacts).toMatchObject([{ kind: 'adr', id: 'ADR-007', status: 'accepted', title: expect.stringContaining('Use queues') }])
  })

  test('a page of ours can be taken away, one of others cannot', async () => {
    expect(await call('DELETE', `/pages/${page('Page C').id}`)).toMatchObject({ status: 200 })
    expect(await call('DELETE', `/pages/${page('Elsewhere').id}`)).toMatchObject({ status: 409 })
  })
})
