import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Db } from '../../integrations/store/db.ts'
import { findProposal, saveProposal, saveRefusal } from '../../integrations/store/proposals.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')
const key = { connectionId: 'jira', scope: 'acme/mapper', artifactKind: 'road-item', artifactId: 'ROAD-001' }
const proposed = { ...key, file: 'roads/ROAD-001.md', branch: 'katalyst/jira/ROAD-001', contentHash: 'a', state: 'open' } as const

eachDatabase('proposals', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('there is one per artifact, replaced in place', async () => {
    await saveProposal(db, { ...proposed, number: 7, url: 'https://x.test/7', headSha: 'f00', at })
    const { id } = await saveProposal(db, { ...proposed, contentHash: 'b', state: 'merged', at: later })
    expect(await findProposal(db, key)).toMatchObject({ id, contentHash: 'b', state: 'merged', number: undefined, updatedAt: later })
    expect(await findProposal(db, { ...key, artifactId: 'ROAD-002' })).toBeUndefined()
  })

  test('a refusal is remembered beside the proposal, and without one', async () => {
    await saveRefusal(db, key, 'why', at)
    expect(await findProposal(db, key)).toMatchObject({ state: 'none', refusedKey: 'why' })
    await saveProposal(db, { ...proposed, at })
    expect(await findProposal(db, key)).toMatchObject({ state: 'open', refusedKey: 'why' })
    await saveRefusal(db, key, undefined, later)
    expect(await findProposal(db, key)).toMatchObject({ state: 'open', refusedKey: undefined })
  })
})
