// Pages through the engine and the provider into the stand-in, in each form that Confluence has.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { PageConflictPolicy } from '../../integrations/confluence/config.ts'
import { type PageSource, toPageItem } from '../../integrations/confluence/desired-page.ts'
import { makeConfluenceTarget } from '../../integrations/confluence/export.ts'
import { PAGE_LABEL, PROPERTY_KEY } from '../../integrations/confluence/marker.ts'
import { type PushContext, type PushResult, pushOne } from '../../integrations/engine/push.ts'
import { listConflicts, resolveConflict } from '../../integrations/store/conflicts.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { makeTestRandom } from '../engine/clocks.ts'
import { eachDatabase } from '../store/databases.ts'
import { FORMS, openTestSite, type TestSite } from './site.ts'

interface Options {
  readonly policy?: PageConflictPolicy
  readonly force?: boolean
  readonly dryRun?: boolean
}

eachDatabase('publishing a page', (database) => {
  let store: Store
  let site: TestSite

  async function open(form: (typeof FORMS)[number] = 'cloud') {
    site = await openTestSite({ form })
  }
  beforeEach(async () => {
    store = await database.open()
    await database.clear()
  })
  afterEach(async () => {
    const { violations } = site.sandbox
    await site.close()
    expect(violations).toEqual([])
  })

  async function publish(source: Partial<PageSource> = {}, options: Options = {}): Promise<PushResult> {
    const context = options.dryRun ? site.dryContext : site.context
    const space = await context.client.space('KDM')
    if (!space) throw new Error('the space is missing')
    const item = toPageItem({
      scope: 'acme/mapper',
      id: 'roadmap',
      kind: 'roadmap',
      title: 'Roadmap',
      space,
      parentId: undefined,
      body: '<p>Nothing is planned.</p>',
      labels: ['governance'],
      attachments: [],
      commit: '0123456789abcdef',
      ...source,
    })
    const target = makeConfluenceTarget(context, { space, policy: options.policy ?? 'warn' })
    target.expect(item)
    const { clock } = site
    const push: PushContext = {
      store,
      connectionId: 'confluence',
      clock,
      random: makeTestRandom(),
      dryRun: options.dryRun ?? false,
      force: options.force ?? false,
    }
    return pushOne(push, target, item)
  }
  const page = () => {
    const found = site.sandbox.page('Roadmap')
    if (!found) throw new Error('there is no page Roadmap')
    return found
  }
  const writes = () => site.sent().filter((line) => !line.startsWith('GET'))

  // How a database keeps it has nothing to do with the form of the site.
  describe.each(database.dialect === 'sqlite' ? FORMS : (['cloud'] as const))('on %s', (form) => {
    beforeEach(() => open(form))

    test('makes it once, marks it, and writes nothing when nothing changed', async () => {
      const first = await publish({ attachments: [{ name: 'map.svg', mediaType: 'image/svg+xml', text: '<svg/>' }] })
      expect(first).toMatchObject({ status: 'created', ref: { key: 'Roadmap', version: '1' } })
      expect(page()).toMatchObject({ version: 1, parentTitle: 'KDM Home', labels: expect.arrayContaining([PAGE_LABEL, 'governance']) })
      expect(page().properties[PROPERTY_KEY]).toMatchObject({ artifactId: 'roadmap', pageId: page().id, publishedVersion: 1 })
      expect(page().attachments).toMatchObject([{ name: 'map.svg', version: 1, mediaType: 'image/svg+xml', text: '<svg/>' }])
      site.sent()
      const again = await publish({ attachments: [{ name: 'map.svg', mediaType: 'image/svg+xml', text: '<svg/>' }] })
      expect(again.status).toBe('unchanged')
      expect(writes()).toEqual([])
    })

    test('a change is one version with a message that names the commit; forced, an unchanged page is one too', async () => {
      await publish()
      const changed = await publish({ body: '<p>Search is planned.</p>' })
      expect(changed).toMatchObject({
        status: 'updated',
        ref: { version: '2' },
        changes: [{ field: 'body', from: 'Nothing is planned.', to: 'Search is planned.' }],
      })
      expect(page().message).toMatch(/^\[k:[0-9a-f]{16}\] acme\/mapper@0123456789ab: roadmap$/)
      expect(await publish({ body: '<p>Search is planned.</p>' }, { force: true })).toMatchObject({
        status: 'updated',
        ref: { version: '3' },
      })
      expect(await publish({ body: '<p>Search is planned.</p>' })).toMatchObject({ status: 'unchanged' })
    })

    test('is found again without the database, also under another title, and a copy is not taken for it', async () => {
      await publish()
      site.sandbox.copyPage(page().id, 'Copy of Roadmap', true)
      site.sandbox.editPage(page().id, { title: 'The Roadmap' })
      await database.clear()
      site.clock.advance(5_000)
      const found = await publish({ body: '<p>Search is planned.</p>' }, { policy: 'overwrite' })
      expect(found.status).toBe('updated')
      expect(site.sandbox.pages().map(({ title }) => title)).toEqual(['KDM Home', 'Roadmap', 'Copy of Roadmap'])
    })

    test('an edit of a person stays: it is a conflict until somebody decides', async () => {
      await publish()
      site.sandbox.editPage(page().id, { body: '<p>Do not ship on Friday.</p>' })
      const refused = await publish({ body: '<p>Search is planned.</p>' })
      expect(refused.status).toBe('conflict')
      expect(page().body).toContain('Friday')
      const [conflict] = (await listConflicts(store.db, {})).items
      expect(conflict).toMatchObject({ field: 'body', git: { shown: 'Search is planned.' }, remote: { shown: 'Do not ship on Friday.' } })
      await resolveConflict(store.db, conflict?.id ?? 0, { keep: 'git', by: 'test', at: site.clock.now() })
      expect((await publish({ body: '<p>Search is planned.</p>' })).status).toBe('updated')
      expect(page().body).toContain('Search is planned.')
    })

    test.each(['after-effect-502', 'after-effect-reset', 'truncated'] as const)(
      'is made once when the answer is lost (%s)',
      async (kind) => {
        const path = form === 'data-center' ? /\/rest\/api\/content$/ : /\/api\/v2\/pages$/
        site.sandbox.faults.next({ kind, match: { method: 'POST', path } })
        expect(await publish()).toMatchObject({ status: 'created' })
        expect(site.sandbox.pages()).toHaveLength(2)
        expect(site.sandbox.faults.pending()).toBe(0)
        expect((await publish()).status).toBe('unchanged')
      },
    )

    test('an update whose answer is lost is one version', async () => {
      await publish()
      site.sandbox.faults.next({ kind: 'after-effect-502', match: { method: 'PUT', path: new RegExp(`${page().id}$`) } })
      expect(await publish({ body: '<p>Search is planned.</p>' })).toMatchObject({ status: 'updated' })
      expect(page().version).toBe(2)
      expect((await publish({ body: '<p>Search is planned.</p>' })).status).toBe('unchanged')
    })

    test('a dry run says what would change and sends nothing that writes', async () => {
      expect((await publish({}, { dryRun: true })).status).toBe('created')
      await publish()
      site.sent()
      const planned = await publish({ body: '<p>Search is planned.</p>', labels: ['roadmap'] }, { dryRun: true })
      expect(planned).toMatchObject({
        status: 'updated',
        changes: [{ field: 'body' }, { field: 'labels', from: 'governance', to: 'roadmap' }],
      })
      expect(writes()).toEqual([])
    })
  })

  test('labels and files: only our own labels go, a removed one stays away, a changed file is one new version of it', async () => {
    await open()
    const file = (text: string) => ({ attachments: [{ name: 'map.svg', mediaType: 'image/svg+xml', text }] })
    await publish({ labels: ['governance', 'extra'], ...file('<svg/>') })
    site.sandbox.labelPage(page().id, 'from-a-person')
    await publish({ labels: ['governance'], ...file('<svg>1</svg>') })
    expect([...page().labels].sort()).toEqual(['from-a-person', 'governance', PAGE_LABEL].sort())
    expect(page().attachments).toMatchObject([{ version: 2 }])
    await publish({ labels: ['governance'], body: '<p>New.</p>', ...file('<svg>1</svg>') })
    expect(page().attachments).toMatchObject([{ version: 2 }])
  })

  test('a title that another page has gets the source behind it; hidden and archived pages count', async () => {
    await open()
    const theirs = site.sandbox.writePage('Roadmap', '<p>Theirs.</p>')
    expect((await publish()).ref?.key).toBe('Roadmap (acme/mapper)')
    expect(site.sandbox.page(theirs.id)?.body).toContain('Theirs.')
    site.sandbox.hidePage(site.sandbox.writePage('Map', '<p>Secret.</p>').id)
    const other = await publish({ id: 'map', kind: 'ddd-context-map', title: 'Map' })
    expect(other).toMatchObject({ status: 'created', ref: { key: 'Map (acme/mapper)' } })
    expect((await publish({ id: 'map', kind: 'ddd-context-map', title: 'Map' })).status).toBe('unchanged')
  })

  test('what is not well-formed is refused with what Confluence said, and nothing is left', async () => {
    await open()
    expect(await publish({ body: '<p>open' })).toMatchObject({ status: 'failed', code: 'provider-rejected' })
    expect(site.sandbox.pages()).toHaveLength(1)
  })

  test('comments on words stay on the words, and those whose words are gone are kept', async () => {
    await open()
    await publish({ body: '<p>Search comes first, then <strong>sharing</strong>. Search again.</p>' })
    const [first, gone] = [site.sandbox.commentPage(page().id, 'Search'), site.sandbox.commentPage(page().id, 'sharing')]
    await publish({ body: '<p>As agreed: Search comes first.</p><p>Never mind. Search again.</p>' })
    expect(page().body).toContain(`<ac:inline-comment-marker ac:ref="${first}">Search</ac:inline-comment-marker> comes first`)
    expect(page().body).toContain('Comments on text that is gone')
    expect(page().body).toContain(`<ac:inline-comment-marker ac:ref="${gone}">sharing</ac:inline-comment-marker>`)
  })

  test('managed-region replaces our part and leaves what people wrote around it', async () => {
    await open()
    await publish({}, { policy: 'managed-region' })
    site.sandbox.editPage(page().id, { body: `<p>Above.</p>${page().body}<p>Below.</p>` })
    expect((await publish({}, { policy: 'managed-region' })).status).toBe('unchanged')
    expect((await publish({ body: '<p>Search is planned.</p>' }, { policy: 'managed-region' })).status).toBe('updated')
    expect(page().body).toMatch(/Above\.[\s\S]*Search is planned\.[\s\S]*Below\./)
    expect(page().body).not.toContain('Nothing is planned')
    site.sandbox.editPage(page().id, { body: '<p>All gone.</p>' })
    expect((await publish({ body: '<p>More.</p>' }, { policy: 'managed-region' })).status).toBe('conflict')
  })

  test('pull leaves the edit of a file page to git and says so; overwrite restores, and keeps the record', async () => {
    await open()
    await publish({ editable: true }, { policy: 'pull' })
    site.sandbox.editPage(page().id, { body: '<p>Edited.</p>' })
    expect(await publish({ editable: true }, { policy: 'pull' })).toMatchObject({
      status: 'unchanged',
      decisions: [{ field: 'body', outcome: 'keep' }],
    })
    expect((await publish({ editable: true }, { policy: 'overwrite' })).status).toBe('updated')
    expect(page().body).toContain('Nothing is planned')
    const closed = (await listConflicts(store.db, { state: 'closed' })).items
    expect(closed).toMatchObject([{ field: 'body', keep: 'git', remote: { shown: 'Edited.' } }])
  })

  test('an edit that git says too is agreed on without a write, and stays so under another policy', async () => {
    await open()
    await publish({ editable: true }, { policy: 'pull' })
    site.sandbox.editPage(page().id, { body: '<p>Search is <em>planned</em>.</p>' })
    const merged = { editable: true, body: '<p>Search is <strong>not</strong> planned.</p>' }
    expect((await publish(merged, { policy: 'pull' })).status).toBe('conflict')
    const same = { editable: true, body: '<p>Search  is <em>planned</em>.</p>' }
    expect((await publish(same, { policy: 'pull' })).changes).toEqual([])
    expect(page().version).toBe(2)
    expect((await publish({ ...same, labels: ['other'] })).status).toBe('updated')
    expect((await publish({ ...same, body: '<p>Search is there.</p>' })).status).toBe('updated')
    expect(page()).toMatchObject({ version: 4, body: expect.stringContaining('is there') })
  })

  test('a new place in git moves the page; one that a person moved stays until git wants another', async () => {
    await open()
    const [a, b, c] = ['A', 'B', 'C'].map((title) => site.sandbox.writePage(title, '<p>.</p>').id) as [string, string, string]
    await publish({ parentId: a })
    expect((await publish({ parentId: b })).status).toBe('updated')
    expect(page().parentId).toBe(b)
    site.sandbox.movePage(page().id, c)
    site.sandbox.editPage(page().id, { title: 'Roadmap' })
    const kept = await publish({ parentId: b }, { policy: 'managed-region' })
    expect(kept.decisions).toMatchObject([{ field: 'parent', outcome: 'keep' }])
    expect(page().parentId).toBe(c)
  })

  test('a page in the trash is made anew, an archived one is left alone', async () => {
    await open()
    await publish()
    site.sandbox.trashPage(page().id)
    expect(await publish()).toMatchObject({ status: 'created', reason: expect.stringContaining('made anew') })
    await site.context.client.archivePages([page().id])
    expect(await publish({ body: '<p>New.</p>' })).toMatchObject({ status: 'refused', reason: expect.stringContaining('archived') })
  })
})
