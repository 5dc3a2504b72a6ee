import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { listGivenIds, raiseLastNumber, readLastNumber } from '../../integrations/store/artifact-numbers.ts'
import { replaceArtifacts } from '../../integrations/store/artifacts.ts'
import type { Db } from '../../integrations/store/db.ts'
import { listRoadmapOwners, readGivenRoads, readRoadmapItems, saveRoadmapItems } from '../../integrations/store/roadmap-items.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')
const key = { source: 'jira', scope: 'acme/mapper' }
const record = {
  externalId: '10001',
  contentId: undefined,
  key: 'KAT-1',
  url: 'https://x.test/1',
  artifactId: 'ROAD-001',
  change: undefined,
  isGone: false,
}
const item = { ...record, base: { title: 'Search', phase: 1, tags: ['ui'] }, proposed: { title: 'Find' } }

eachDatabase('roadmap items', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('come back as they were saved, and are replaced in place', async () => {
    await saveRoadmapItems(
      db,
      key,
      [item, { ...item, externalId: '10002', artifactId: 'ROAD-002', change: { id: 'CHANGE-001', date: '2026-11-22' } }],
      at,
    )
    await saveRoadmapItems(db, key, [{ ...item, key: 'NEW-1', isGone: true }], later)
    expect(await readRoadmapItems(db, key)).toEqual([
      { ...item, key: 'NEW-1', isGone: true },
      { ...item, externalId: '10002', artifactId: 'ROAD-002', change: { id: 'CHANGE-001', date: '2026-11-22' } },
    ])
    expect(await readRoadmapItems(db, { ...key, source: 'github' })).toEqual([])
  })

  test('give their numbers away for good, whichever source they are of', async () => {
    await saveRoadmapItems(db, key, [{ ...item, isGone: true }], at)
    await saveRoadmapItems(db, { ...key, source: 'github' }, [{ ...item, artifactId: 'ROAD-002' }], at)
    expect([...(await readGivenRoads(db, key.scope))].sort()).toEqual(['ROAD-001', 'ROAD-002'])
    expect(await listRoadmapOwners(db, ['ROAD-001', 'ROAD-002'])).toEqual([
      { source: 'github', scope: 'acme/mapper', artifactId: 'ROAD-002', key: 'KAT-1', url: 'https://x.test/1' },
    ])
  })

  test('a road item stands for one item only', async () => {
    await saveRoadmapItems(db, key, [item], at)
    await saveRoadmapItems(db, key, [{ ...item, externalId: '10009' }], later)
    expect((await readRoadmapItems(db, key)).map(({ externalId }) => externalId)).toEqual(['10009'])
  })

  test('the last number only grows, per scope and kind', async () => {
    for (const last of [7, 3, 9]) await raiseLastNumber(db, 'acme/mapper', 'road-item', last, at)
    expect(await readLastNumber(db, 'acme/mapper', 'road-item')).toBe(9)
    expect(await readLastNumber(db, 'acme/mapper', 'change')).toBe(0)
    await raiseLastNumber(db, 'acme/mapper', 'road-item', 8, at)
    expect(await readLastNumber(db, 'acme/mapper', 'road-item')).toBe(9)
  })

  test('ids of files that are gone are given all the same', async () => {
    const file = { kind: 'road-item', title: '', status: undefined, contentHash: 'a', text: '', data: {}, problems: [], blobSha: undefined }
    const upserts = ['ROAD-001', 'ROAD-004'].map((id) => ({ ...file, artifactId: id, file: `roads/${id}.md` }))
    await replaceArtifacts(db, 'repository:1', { upserts, removedFiles: [], at })
    await replaceArtifacts(db, 'repository:1', { upserts: [], removedFiles: ['roads/ROAD-004.md'], at: later })
    expect([...(await listGivenIds(db, 'repository:1', 'road-item'))].sort()).toEqual(['ROAD-001', 'ROAD-004'])
  })
})
