import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import {
  applyConfluenceFacts,
  deleteConfluenceFacts,
  endLabelScan,
  endPageScan,
  lastPageScan,
  readConfluenceFacts,
} from '../../integrations/store/confluence-facts.ts'
import type { Db } from '../../integrations/store/db.ts'
import { eachDatabase } from './databases.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 10, minute))
const scope = { connectionId: 'confluence', spaceKey: 'KDM' }
const page = (id: string, version = 1, minute = 0) => ({
  id,
  title: `Page ${id}`,
  parentId: null,
  version,
  modifiedAt: at(minute),
  url: `https://site.example.org/${id}`,
})
const content = (pageId: string, version = 1) => ({
  pageId,
  version,
  headings: ['Steps'],
  hasTable: false,
  hasDiagram: true,
  links: [],
  status: 'Accepted',
})

eachDatabase('facts of Confluence', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('a space nobody has read to its end is not collected', async () => {
    await applyConfluenceFacts(db, scope, { pages: [page('1')] }, at(1))
    expect((await readConfluenceFacts(db, scope)).pages).toEqual({ state: 'absent', reason: 'not-collected' })
    expect(await lastPageScan(db, scope)).toBeUndefined()
  })

  test('what was applied comes back as it was, and applying it again changes nothing', async () => {
    const batch = { pages: [page('1'), page('2')], labels: [{ pageId: '1', labels: ['adr'] }], contents: [content('1')] }
    for (const minute of [1, 2]) {
      await applyConfluenceFacts(db, scope, batch, at(minute))
      await endPageScan(db, scope, at(minute), at(minute))
      expect(await readConfluenceFacts(db, scope)).toEqual({
        pages: { state: 'present', items: batch.pages },
        labels: batch.labels,
        contents: batch.contents,
      })
    }
    expect(await lastPageScan(db, scope)).toEqual(at(2))
  })

  test('pages and labels that a complete reading has not met are gone', async () => {
    await applyConfluenceFacts(db, scope, { pages: [page('1'), page('2')], labels: [{ pageId: '1', labels: ['adr'] }] }, at(1))
    await endPageScan(db, scope, at(1), at(1))
    await applyConfluenceFacts(db, scope, { pages: [page('2')] }, at(3))
    await endPageScan(db, scope, at(2), at(3))
    await endLabelScan(db, scope, at(2))
    const facts = await readConfluenceFacts(db, scope)
    expect(facts.pages).toEqual({ state: 'present', items: [page('2')] })
    expect(facts.labels).toEqual([])
  })

  test('an older version that search still finds does not replace a newer one', async () => {
    await applyConfluenceFacts(db, scope, { pages: [page('1', 2, 20)] }, at(21))
    await applyConfluenceFacts(db, scope, { pages: [page('1', 1, 10)] }, at(22))
    await endPageScan(db, scope, at(20), at(22))
    expect((await readConfluenceFacts(db, scope)).pages).toEqual({ state: 'present', items: [page('1', 2, 20)] })
  })

  test('spaces are apart, and one is forgotten without the other', async () => {
    const other = { ...scope, spaceKey: 'OPS' }
    for (const one of [scope, other]) {
      await applyConfluenceFacts(db, one, { pages: [page('1')] }, at(1))
      await endPageScan(db, one, at(1), at(1))
    }
    await deleteConfluenceFacts(db, scope)
    expect((await readConfluenceFacts(db, scope)).pages.state).toBe('absent')
    expect((await readConfluenceFacts(db, other)).pages.state).toBe('present')
  })
})
