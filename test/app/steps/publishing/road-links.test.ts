import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { pullRequestsByRoad, readRoadLinks } from '../../../../app/steps/publishing/road-links.ts'
import type { Db } from '../../../../integrations/store/db.ts'
import { applyFacts } from '../../../../integrations/store/facts.ts'
import { saveLink } from '../../../../integrations/store/links.ts'
import { saveProposal } from '../../../../integrations/store/proposals.ts'
import { saveRepositories } from '../../../../integrations/store/repositories.ts'
import { day, pull } from '../../../foe/hand-built.ts'
import { eachDatabase } from '../../../store/databases.ts'

const at = new Date('2026-11-22T10:00:00Z')
const source = 'acme/mapper'
const ids = ['ROAD-001', 'ROAD-002', 'ROAD-012']

describe('the pull request of a road item', () => {
  const named = (number: number, title: string, state: 'open' | 'merged' | 'closed', headBranch = 'b') => ({
    number,
    title,
    headBranch,
    state,
  })

  test('names it in its title or its branch, whatever the letters, and as a whole word', () => {
    const pulls = [
      named(3, 'Search (ROAD-012)', 'merged'),
      named(4, 'Import', 'merged', 'feature/road-001-import'),
      named(5, 'BROAD-0020', 'open'),
    ]
    expect([...pullRequestsByRoad(pulls, ids)].map(([id, { number }]) => [id, number])).toEqual([
      ['ROAD-001', 4],
      ['ROAD-012', 3],
    ])
  })

  test('is the newest open one, else the newest merged one, else one that was given up', () => {
    const one = (...pulls: readonly ReturnType<typeof named>[]) => pullRequestsByRoad(pulls, ids).get('ROAD-001')?.number
    const [closed, merged, older, open] = [
      named(9, 'ROAD-001', 'closed'),
      named(8, 'ROAD-001', 'merged'),
      named(2, 'ROAD-001', 'open'),
      named(5, 'ROAD-001', 'open'),
    ]
    expect([one(closed, merged, older, open), one(closed, merged), one(closed)]).toEqual([5, 8, 9])
  })
})

eachDatabase('links of road items', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('are its issue, and the pull request of people before the one that carries a change from Jira', async () => {
    await saveRepositories(db, [{ id: 7, fullName: 'acme/Mapper', defaultBranch: 'main', archived: false, isPrivate: false }], at)
    const key = { connectionId: 'jira', scope: source, artifactKind: 'road-item', remoteKind: 'issue' }
    const url = 'https://jira.example.org/browse/KDM-4'
    await saveLink(db, { ...key, artifactId: 'ROAD-001', remoteId: '10', remoteKey: 'KDM-4', url, localHash: 'a', at })
    const issue = 'https://git.example.org/acme/Mapper/issues/3'
    const onGitHub = {
      ...key,
      connectionId: 'github',
      remoteKind: 'github-issue',
      remoteKey: 'acme/mapper#3',
      url: issue,
      localHash: 'a',
      at,
    }
    await saveLink(db, { ...onGitHub, artifactId: 'ROAD-001', remoteId: 'acme/mapper#2' })
    await saveLink(db, { ...onGitHub, artifactId: 'ROAD-012', remoteId: 'acme/mapper#3' })
    await saveLink(db, {
      ...key,
      scope: 'other/mapper',
      artifactId: 'ROAD-012',
      remoteId: '11',
      remoteKey: 'KDM-5',
      url,
      localHash: 'a',
      at,
    })
    for (const artifactId of ['ROAD-001', 'ROAD-002'])
      await saveProposal(db, {
        ...{ connectionId: 'jira', scope: source, artifactKind: 'road-item', artifactId, file: 'x.md', branch: 'b', contentHash: 'a' },
        ...{ state: 'open', number: 90, url: 'https://git.example.org/acme/Mapper/pull/90', at },
      })
    const pullRequests = [
      pull(day(1), { id: '1', number: 31, title: 'ROAD-001: import', mergedAt: day(2) }),
      pull(day(3), { id: '2', number: 32, title: 'x', headBranch: 'road-001-again', mergedAt: null, closedAt: null }),
    ]
    await applyFacts(db, 7, { lists: { pullRequests } }, at)
    const links = await readRoadLinks({ db, serverUrl: 'https://git.example.org', source }, ids)
    expect(Object.fromEntries(links)).toEqual({
      'ROAD-001': {
        issue: { key: 'KDM-4', url, isJira: true },
        pullRequest: { number: 32, url: 'https://git.example.org/acme/Mapper/pull/32' },
      },
      'ROAD-012': { issue: { key: '#3', url: issue, isJira: false } },
      'ROAD-002': { pullRequest: { number: 90, url: 'https://git.example.org/acme/Mapper/pull/90' } },
    })
  })
})
