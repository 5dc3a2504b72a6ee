import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { itemsOf } from '../../integrations/foe/collected.ts'
import type { JiraFactBatch } from '../../integrations/foe/jira/jira-fact-batch.ts'
import { type JiraFacts, NO_JIRA_FACTS } from '../../integrations/foe/jira/jira-facts.ts'
import type { Db } from '../../integrations/store/db.ts'
import {
  applyJiraFacts,
  deleteJiraFacts,
  forgetDeletedIssues,
  forgetHistories,
  listStaleHistories,
  listUnknownStatuses,
  listUnseenIssues,
  readJiraFacts,
} from '../../integrations/store/jira-facts.ts'
import { at, board, project, STATUSES, sprint } from '../foe/jira/jira-project.ts'
import { eachDatabase } from './databases.ts'

const SCOPE = { connectionId: 'jira', projectId: '10000' }
const OTHER = { connectionId: 'jira', projectId: '10001' }
const now = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')

const told = project(
  ['KAT-1', 'KAT-2'].map((key) => ({
    key,
    created: '02T09',
    points: 3,
    sprints: ['1', ['06T09', '1, 2']],
    moves: [['05T10', 'In Progress']],
  })),
  [sprint('1', '05T09', '09T17'), sprint('2', '12T09', '16T17')],
  [board()],
)
const lists: JiraFactBatch['lists'] = {
  issues: itemsOf(told.issues),
  changes: itemsOf(told.changes),
  statuses: [...STATUSES],
  sprints: itemsOf(told.sprints),
  boards: itemsOf(told.boards),
  versions: [{ id: '7', name: 'v1', isReleased: true, isArchived: false, releasedOn: at('09T00') }],
}
const idsOf = (facts: JiraFacts, kind: keyof JiraFacts) => itemsOf<{ readonly id: string }>(facts[kind]).map(({ id }) => id)

eachDatabase('facts of Jira', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('facts of every kind come back as they were written, and writing them again changes nothing', async () => {
    for (const moment of [now, later]) {
      await applyJiraFacts(db, SCOPE, { lists }, moment)
      const facts = await readJiraFacts(db, SCOPE)
      for (const kind of Object.keys(facts) as (keyof JiraFacts)[]) {
        const written = [...((lists?.[kind] ?? []) as readonly { readonly id: string }[])].sort((a, b) => a.id.localeCompare(b.id))
        expect([...itemsOf<{ readonly id: string }>(facts[kind])].sort((a, b) => a.id.localeCompare(b.id))).toEqual(written)
      }
    }
  })

  test('a project that nobody imported has no facts, not even where another has', async () => {
    await applyJiraFacts(db, SCOPE, { lists: { issues: lists?.issues ?? [] } }, now)
    expect(await readJiraFacts(db, OTHER)).toEqual(NO_JIRA_FACTS)
    expect((await readJiraFacts(db, SCOPE)).versions).toEqual({ state: 'absent', reason: 'not-collected' })
  })

  test('an older version of an issue, as a lagging search shows it, does not replace the newer one', async () => {
    const [issue] = lists?.issues ?? []
    if (!issue) throw new Error('no issue')
    await applyJiraFacts(db, SCOPE, { lists: { issues: [issue] } }, now)
    const older = { ...issue, statusId: '1', updatedAt: new Date(issue.updatedAt.getTime() - 1) }
    await applyJiraFacts(db, SCOPE, { lists: { issues: [older] } }, later)
    expect(itemsOf((await readJiraFacts(db, SCOPE)).issues)).toEqual([issue])
  })

  test('a history is stale until it is read, and again when its issue has changed', async () => {
    await applyJiraFacts(db, SCOPE, { lists }, now)
    expect(await listStaleHistories(db, SCOPE, 10)).toEqual(['1', '2'])
    expect(await listStaleHistories(db, SCOPE, 1)).toEqual(['1'])
    await applyJiraFacts(db, SCOPE, { historiesOf: ['1', '2'] }, now)
    expect(await listStaleHistories(db, SCOPE, 10)).toEqual([])
    const [issue] = lists?.issues ?? []
    if (!issue) throw new Error('no issue')
    await applyJiraFacts(db, SCOPE, { lists: { issues: [{ ...issue, updatedAt: later }] } }, later)
    expect(await listStaleHistories(db, SCOPE, 10)).toEqual(['1'])
    await forgetHistories(db, SCOPE)
    expect(await listStaleHistories(db, SCOPE, 10)).toEqual(['2', '1'])
  })

  test('statuses that histories name and nobody has listed are found, those that issues show are not', async () => {
    await applyJiraFacts(db, SCOPE, { lists: { issues: lists?.issues ?? [], changes: lists?.changes ?? [] } }, now)
    expect(await listUnknownStatuses(db, SCOPE)).toEqual(['1'])
    await applyJiraFacts(db, SCOPE, { lists: { statuses: [...STATUSES] } }, now)
    expect(await listUnknownStatuses(db, SCOPE)).toEqual([])
  })

  test('what a whole list no longer holds is gone; what moved away or was deleted is out of the project with its history', async () => {
    await applyJiraFacts(db, SCOPE, { lists }, now)
    await applyJiraFacts(db, SCOPE, { lists: { sprints: [sprint('2', '12T09', '16T17')] }, whole: ['sprints'], movedAway: ['1'] }, later)
    const facts = await readJiraFacts(db, SCOPE)
    expect(idsOf(facts, 'sprints')).toEqual(['2'])
    expect(idsOf(facts, 'issues')).toEqual(['2'])
    expect(new Set(itemsOf(facts.changes).map(({ issueId }) => issueId))).toEqual(new Set(['2']))
    await applyJiraFacts(db, SCOPE, { lists: { boards: [] }, whole: ['boards'], deleted: ['2'] }, later)
    expect(idsOf(await readJiraFacts(db, SCOPE), 'issues')).toEqual([])
    expect(idsOf(await readJiraFacts(db, SCOPE), 'boards')).toEqual([])
  })

  test('what Jira said was deleted is out of every selection it was read into, and back should it be met again', async () => {
    for (const scope of [SCOPE, OTHER]) await applyJiraFacts(db, scope, { lists: { issues: lists?.issues ?? [] } }, now)
    expect(await forgetDeletedIssues(db, 'jira', ['1', '99'], later)).toBe(2)
    expect(await forgetDeletedIssues(db, 'another', ['2'], later)).toBe(0)
    for (const scope of [SCOPE, OTHER]) expect(idsOf(await readJiraFacts(db, scope), 'issues')).toEqual(['2'])
    await applyJiraFacts(db, SCOPE, { lists: { issues: lists?.issues ?? [] } }, later)
    expect(idsOf(await readJiraFacts(db, SCOPE), 'issues')).toEqual(['1', '2'])
  })

  test('an issue out of sight stays and is marked; one that is met again is not', async () => {
    await applyJiraFacts(db, SCOPE, { lists }, now)
    const unseen = async () => (await listUnseenIssues(db, SCOPE, later)).map(({ id }) => id)
    expect(await unseen()).toEqual(['1', '2'])
    await applyJiraFacts(db, SCOPE, { outOfSight: ['1'] }, later)
    expect(itemsOf((await readJiraFacts(db, SCOPE)).issues).find(({ id }) => id === '1')?.outOfSight).toBe(true)
    // Asked about once: it is met again by itself when it is there again.
    expect(await unseen()).toEqual(['2'])
    await applyJiraFacts(db, SCOPE, { lists: { issues: lists?.issues ?? [] } }, later)
    expect(itemsOf((await readJiraFacts(db, SCOPE)).issues).some(({ outOfSight }) => outOfSight)).toBe(false)
    expect(await unseen()).toEqual([])
  })

  test('what is deleted of a project is its own', async () => {
    await applyJiraFacts(db, SCOPE, { lists }, now)
    await applyJiraFacts(db, OTHER, { lists: { boards: [board()] } }, now)
    await deleteJiraFacts(db, SCOPE)
    expect((await readJiraFacts(db, SCOPE)).issues.state).toBe('absent')
    expect(await db.prisma.factJiraChange.count()).toBe(0)
    expect(idsOf(await readJiraFacts(db, OTHER), 'boards')).toEqual(['1'])
  })

  test('a kind that is refused keeps what was read of it; one that never could be read says why', async () => {
    await applyJiraFacts(db, SCOPE, { lists: { boards: [board()] } }, now)
    await applyJiraFacts(db, SCOPE, { absent: { boards: 'no-permission', versions: 'not-found' } }, later)
    const facts = await readJiraFacts(db, SCOPE)
    expect(idsOf(facts, 'boards')).toEqual(['1'])
    expect(facts.versions).toEqual({ state: 'absent', reason: 'not-found' })
  })
})
