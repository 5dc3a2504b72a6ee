import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { publishWiki, type WikiOrder } from '../../../integrations/github/wiki/publish-wiki.ts'
import { type ImportSite, openImportSite, SHOP } from '../import/import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('katalyst-wiki-'))).toEqual([])
})

const page = (text: string, key = 'roadmap', title = 'Roadmap') => ({ key, title, markdown: text, compared: text })
const publish = (pages: WikiOrder['pages'], dryRun = false) =>
  publishWiki(site.github, { repository: { owner: 'acme', repo: 'shop' }, scope: SHOP, pages, dryRun })
const statuses = (published: Awaited<ReturnType<typeof publish>>) =>
  published.kind === 'published' ? published.pages.map(({ name, status }) => `${name} ${status}`) : published.reason

describe('a wiki', () => {
  test('without its first page says what to click, and nothing is pushed', async () => {
    expect(statuses(await publish([page('one')]))).toMatch(/acme\/shop has no page yet.*\/acme\/shop\/wiki, click "Create the first page"/)
    expect(site.sandbox.wikiPages(SHOP)).toEqual({})
  })

  test('that is switched off says where it is switched on', async () => {
    site.sandbox.changeSettings(SHOP, { wiki: false })
    expect(statuses(await publish([page('one')]))).toMatch(/switched off\. Switch it on in the repository's Settings/)
  })

  test('gets all pages with one commit, and none when nothing changed', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'Welcome', 'guides/A.md': 'a', 'logo.png': 'png' })
    const pages = [page('the roadmap'), page('the report', 'governance-report', 'Governance Report')]
    const first = await publish(pages)
    expect(statuses(first)).toEqual(['Roadmap created', 'Governance-Report created'])
    expect(first).toMatchObject({ pages: [{ url: `${site.sandbox.url}/acme/shop/wiki/Roadmap` }, {}] })
    expect(site.sandbox.wikiPages(SHOP)).toMatchObject({ 'Home.md': 'Welcome', 'guides/A.md': 'a', 'logo.png': 'png' })
    expect(site.sandbox.wikiPages(SHOP)['Roadmap.md']).toContain('the roadmap')
    expect(site.sandbox.wikiCommits(SHOP)).toHaveLength(2)
    site.sent()
    expect(statuses(await publish(pages))).toEqual(['Roadmap unchanged', 'Governance-Report unchanged'])
    expect(site.sent().filter((line) => line.includes('receive-pack'))).toEqual([])
    expect(statuses(await publish([page('a new roadmap'), pages[1] as never]))).toEqual(['Roadmap updated', 'Governance-Report unchanged'])
    expect(site.sandbox.wikiCommits(SHOP)).toHaveLength(3)
  })

  test('that somebody writes to while a page is on its way keeps their page, and ours comes on top', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'Welcome' })
    site.sandbox.editWikiDuringPush(SHOP, { 'Home.md': 'Welcome, all', 'New.md': 'theirs' })
    expect(statuses(await publish([page('ours')]))).toEqual(['Roadmap created'])
    const now = site.sandbox.wikiPages(SHOP)
    expect(now).toMatchObject({ 'Home.md': 'Welcome, all', 'New.md': 'theirs' })
    expect(now['Roadmap.md']).toContain('ours')
  })

  test('is not written when it is only asked what would be', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'Welcome' })
    site.sent()
    expect(statuses(await publish([page('one')], true))).toEqual(['Roadmap created'])
    expect(site.sandbox.wikiPages(SHOP)).toEqual({ 'Home.md': 'Welcome' })
    expect(site.sent().filter((line) => line.includes('receive-pack'))).toEqual([])
  })

  test('that we may only read is refused by name', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'Welcome' })
    await site.sandbox.acceptPermissions(site.installation, { contents: 'read', metadata: 'read' })
    const github = await site.connect()
    const order = { repository: { owner: 'acme', repo: 'shop' }, scope: SHOP, pages: [page('one')], dryRun: false }
    await expect(publishWiki(github, order)).rejects.toMatchObject({ code: 'provider-forbidden' })
  })
})
