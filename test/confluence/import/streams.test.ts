import { afterEach, describe, expect, test } from '@jest/globals'
import type { Space } from '../../../integrations/confluence/client.ts'
import { toContentFact } from '../../../integrations/confluence/import/page-content.ts'
import { readChangedEvidence, readContents, readLabels, readPageList } from '../../../integrations/confluence/import/streams.ts'
import { FORMS, openTestSite, type TestSite } from '../site.ts'

let site: TestSite
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const spaceOf = async (): Promise<Space> => (await site.context.client.space('KDM')) as Space
async function all<T>(read: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await read(cursor)
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

describe.each(FORMS)('a space on %s', (form) => {
  test('is read page by page: titles, places, versions and addresses of current pages', async () => {
    site = await openTestSite({ form, searchLagMs: 0 })
    const parent = site.sandbox.writePage('Architecture', '<p>x</p>')
    const child = site.sandbox.writePage('ADR-001', '<p>y</p>', { parent: parent.id })
    site.sandbox.editPage(child.id, { body: '<p>z</p>' })
    site.sandbox.trashPage(site.sandbox.writePage('Gone', '<p>g</p>').id)
    const space = await spaceOf()
    const pages = await all((cursor) => readPageList(site.context, space, cursor))
    expect(pages.map(({ title }) => title).sort()).toEqual(['ADR-001', 'Architecture', 'KDM Home'])
    const found = pages.find(({ id }) => id === child.id)
    expect(found).toMatchObject({ parentId: parent.id, version: 2, url: expect.stringContaining(child.id) })
    expect(found?.modifiedAt).toEqual(site.clock.now())
  })

  test('tells labels of labelled pages, and what is in their words', async () => {
    site = await openTestSite({ form, searchLagMs: 0 })
    const page = site.sandbox.writePage('Runbook', '<h2>Steps</h2><p>go</p>', { labels: ['runbook', 'team-a'] })
    site.sandbox.writePage('Other', '<p>x</p>', { labels: ['team-a'] })
    const space = await spaceOf()
    const labels = await all((cursor) => readLabels(site.context, space, ['runbook', 'adr'], cursor))
    expect(labels.map(({ pageId, labels: own }) => [pageId, [...own].sort()])).toEqual([[page.id, ['runbook', 'team-a']]])
    expect(await readContents(site.context, [page.id])).toMatchObject([{ pageId: page.id, version: 1, headings: ['Steps'] }])
  })

  test('finds what changed since a moment, whatever zone the account is in', async () => {
    for (const timeZoneMinutes of [-600, 0, 840]) {
      site = await openTestSite({ form, searchLagMs: 0, timeZoneMinutes })
      const old = site.sandbox.writePage('Old', '<p>x</p>')
      site.clock.advance(3 * 24 * 3_600_000)
      const since = site.clock.now()
      site.clock.advance(20_000)
      const fresh = site.sandbox.writePage('Fresh', '<p>x</p>', { labels: ['adr'] })
      const changed = await all((cursor) => readChangedEvidence(site.context, { key: 'KDM' }, since, cursor))
      const ids = changed.map(({ page }) => page.id)
      expect(ids).toContain(fresh.id)
      expect(ids).not.toContain(old.id)
      if (timeZoneMinutes !== 840) await site.close()
    }
  })
})

test('1,000 pages are four requests on Cloud', async () => {
  site = await openTestSite({ searchLagMs: 0 })
  for (let index = 0; index < 999; index += 1) site.sandbox.writePage(`Page ${index}`, '<p>x</p>')
  const space = await spaceOf()
  site.sent()
  expect(await all((cursor) => readPageList(site.context, space, cursor))).toHaveLength(1_000)
  expect(site.sent()).toHaveLength(4)
})

describe('the words of a page', () => {
  const read = (body: string) => {
    site = { close: async () => {}, sandbox: { violations: [] } } as unknown as TestSite
    return toContentFact('1', 3, body)
  }
  const macro = (name: string, inside = '') => `<ac:structured-macro ac:name="${name}">${inside}</ac:structured-macro>`

  test.each([
    ['a lozenge', `<p>${macro('status', '<ac:parameter ac:name="title">Accepted</ac:parameter>')}</p><p>Status: draft</p>`, 'Accepted'],
    ['a line', '<p><strong>Status</strong>: superseded by ADR-2</p>', 'superseded by ADR-2'],
    ['a heading', '<h2>Status</h2><p>Proposed, 2026</p>', 'Proposed, 2026'],
    ['a row', '<table><tbody><tr><th>Status</th><td>Deprecated</td></tr></tbody></table>', 'Deprecated'],
  ])('give its status by %s', (_, body, status) => {
    expect(read(body).status).toBe(status)
  })

  test('give headings, tables, diagrams and links, and none of the words themselves', () => {
    const fact = read(
      `<h2>Context</h2><p>secret <ac:link><ri:page ri:content-title="ADR-007 Use X"/><ac:link-body>this</ac:link-body></ac:link></p>` +
        `<table><tbody><tr><th>a</th></tr></tbody></table>${macro('drawio')}`,
    )
    expect(fact).toEqual({
      pageId: '1',
      version: 3,
      headings: ['Context'],
      hasTable: true,
      hasDiagram: true,
      links: ['this ADR-007%20Use%20X'],
      status: null,
    })
    expect(JSON.stringify(fact)).not.toContain('secret')
  })

  test('that are no markup give nothing, and harm nothing', () => {
    expect(read('<p><<<&&& <ac:structured-macro ac:name="x').headings).toEqual([])
  })
})
