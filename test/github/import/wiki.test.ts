import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { WIKI_STREAM } from '../../../integrations/github/import/wiki.ts'
import { isPage } from '../../../integrations/github/import/wiki-history.ts'
import { daysAgo, type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('katalyst-wiki-'))).toEqual([])
})

const read = (watermark?: string) => scan(WIKI_STREAM, site.github, site.place(), watermark)
const byPath = (pages: readonly { readonly path: string }[]) => [...pages].sort((a, b) => (a.path < b.path ? -1 : 1))

describe('a wiki', () => {
  test('is read with every change of every page, those deleted since included', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'one', 'Old.md': 'x', '_Sidebar.md': 'links', 'logo.png': 'png' }, { at: daysAgo(300) })
    site.sandbox.editWiki(SHOP, { 'guides/Übersicht 🚀.md': 'a' }, { at: daysAgo(200) })
    site.sandbox.editWiki(SHOP, { 'Home.md': 'two' }, { at: daysAgo(10) })
    site.sandbox.editWiki(SHOP, { 'Old.md': null, '_Sidebar.md': 'fewer links' }, { at: daysAgo(5) })
    expect(byPath((await read()).facts('wikiPages'))).toEqual([
      { path: 'Home.md', changedAt: [daysAgo(300), daysAgo(10)], deletedAt: null },
      { path: 'Old.md', changedAt: [daysAgo(300), daysAgo(5)], deletedAt: daysAgo(5) },
      { path: 'guides/Übersicht 🚀.md', changedAt: [daysAgo(200)], deletedAt: null },
    ])
  })

  test('whose folder was deleted, and came back as a file, keeps both histories', async () => {
    site.sandbox.editWiki(SHOP, { 'a/One.md': '1', 'a/Two.md': '2' }, { at: daysAgo(9) })
    site.sandbox.editWiki(SHOP, { 'a/One.md': null, 'a/Two.md': null, 'b.md': 'b' }, { at: daysAgo(8) })
    expect(byPath((await read()).facts('wikiPages'))).toEqual([
      { path: 'a/One.md', changedAt: [daysAgo(9), daysAgo(8)], deletedAt: daysAgo(8) },
      { path: 'a/Two.md', changedAt: [daysAgo(9), daysAgo(8)], deletedAt: daysAgo(8) },
      { path: 'b.md', changedAt: [daysAgo(8)], deletedAt: null },
    ])
  })

  test('that was merged counts each change once, where it was made', async () => {
    const first = site.sandbox.editWiki(SHOP, { 'Home.md': 'one' }, { at: daysAgo(30) })
    const mine = site.sandbox.editWiki(SHOP, { 'A.md': 'a' }, { at: daysAgo(20), parents: [first] })
    const theirs = site.sandbox.editWiki(SHOP, { 'B.md': 'b' }, { at: daysAgo(10), parents: [first] })
    site.sandbox.editWiki(SHOP, { 'B.md': 'b' }, { at: daysAgo(1), parents: [mine, theirs] })
    expect(byPath((await read()).facts('wikiPages'))).toEqual([
      { path: 'A.md', changedAt: [daysAgo(20)], deletedAt: null },
      { path: 'B.md', changedAt: [daysAgo(10)], deletedAt: null },
      { path: 'Home.md', changedAt: [daysAgo(30)], deletedAt: null },
    ])
  })

  test('that did not change is one request that is not counted, and one to git', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'one' })
    const first = await read()
    site.sent()
    const second = await read(first.watermark)
    expect(second.batches).toEqual([{ lists: { wikiPages: [] } }])
    expect(site.sandbox.requests.map(({ status, path }) => `${status} ${path}`)).toEqual([
      '304 /repos/acme/shop',
      '200 /acme/shop.wiki.git/info/refs',
    ])
    site.sandbox.editWiki(SHOP, { 'New.md': 'two' })
    expect((await read(second.watermark)).facts('wikiPages')).toHaveLength(2)
  })

  test('of hundreds of pages and commits is read in one pack', async () => {
    const pages = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`Page-${at}.md`, `text ${at}`]))
    site.sandbox.editWiki(SHOP, pages, { at: daysAgo(100) })
    for (let at = 0; at < 100; at += 1) site.sandbox.editWiki(SHOP, { [`Page-${at}.md`]: `more ${at}` }, { at: daysAgo(99 - at / 2) })
    const found = (await read()).facts('wikiPages')
    expect(found).toHaveLength(300)
    expect(found.reduce((sum, { changedAt }) => sum + changedAt.length, 0)).toBe(400)
    expect(site.sent().filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })
})

describe('lesson 8: a wiki that cannot be read', () => {
  test('is not enabled where it is switched off, and empty where nobody wrote a page yet', async () => {
    expect((await read()).batches).toEqual([{ lists: { wikiPages: [] } }])
    site.sandbox.changeSettings(SHOP, { wiki: false })
    expect((await read()).batches).toEqual([{ absent: { wikiPages: 'not-enabled' } }])
  })

  test('is absent without the permission, and the token goes nowhere else', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'one' })
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(WIKI_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { wikiPages: 'no-permission' } }])
  })

  test('with an outage in the middle fails as a request does, and leaves nothing behind', async () => {
    site.sandbox.editWiki(SHOP, { 'Home.md': 'one' })
    site.sandbox.faults.next({ kind: 'status', status: 500, match: { path: 'git-upload-pack' }, times: 3 })
    await expect(read()).rejects.toMatchObject({ code: 'provider-failed' })
  })
})

test('a wiki whose host answers nonsense is unreadable', async () => {
  site.sandbox.editWiki(SHOP, { 'Home.md': 'one' })
  site.sandbox.faults.next({ kind: 'status', status: 200, json: { hello: 'git' }, match: { path: 'info/refs' } })
  await expect(read()).rejects.toMatchObject({ code: 'provider-unreadable' })
})

test('pages are what GitHub shows as such', () => {
  const names = ['Home.md', 'a/b.rest', 'Guide.asciidoc', 'x.mediawiki', '_Footer.md', 'docs/_Sidebar.md', 'pic.png', 'md', 'Plan.TEXTILE']
  expect(names.filter(isPage)).toEqual(['Home.md', 'Guide.asciidoc', 'x.mediawiki', 'Plan.TEXTILE'])
})
