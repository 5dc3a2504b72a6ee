import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { itemsOf } from '../../integrations/foe/collected.ts'
import type { FactLists, ListKind } from '../../integrations/foe/facts/fact-kinds.ts'
import { NO_FACTS } from '../../integrations/foe/facts/github-facts.ts'
import type { DiscussionFact, WikiPageFact } from '../../integrations/foe/facts/knowledge-fact.ts'
import { listCollections, markPresent } from '../../integrations/store/collections.ts'
import type { Db } from '../../integrations/store/db.ts'
import { FACT_TABLES } from '../../integrations/store/fact-tables.ts'
import { applyFacts, deleteFacts, readFacts } from '../../integrations/store/facts.ts'
import { alert, comment, commit, day, deployment, pull, release, review, run } from '../foe/hand-built.ts'
import { eachDatabase } from './databases.ts'

const REPOSITORY = 4_000_000_000
const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')

const discussion = (id: string, createdAt: Date): DiscussionFact => ({
  id,
  number: Number(id),
  title: `Emoji 🚀, a half one \ud83d and a NUL \0`,
  category: 'Q&A',
  isAnswered: true,
  comments: 2,
  url: 'https://x.test/d/1',
  createdAt,
})
const wikiPage: WikiPageFact = { path: 'Home.md', changedAt: [day(1), day(2)], deletedAt: null }

const onePull = pull(day(1), {
  id: '1',
  mergedAt: day(2),
  readyForReviewAt: [day(1), day(2)],
  commits: [
    { sha: 'a', authoredAt: day(0), committedAt: day(1) },
    { sha: 'b', authoredAt: null, committedAt: day(2) },
  ],
})

/** One fact of every kind, with every instant its kind has. */
const ONE_OF_EACH: { readonly [Kind in ListKind]: readonly FactLists[Kind][] } = {
  runs: [run(day(1), { id: '7' })],
  jobs: [
    {
      id: '1',
      runId: '7',
      attempt: 1,
      name: 'build',
      status: 'completed',
      conclusion: 'success',
      createdAt: day(1),
      startedAt: null,
      completedAt: day(1),
    },
  ],
  testArtifacts: [
    { id: '1', runId: '7', name: 'junit', headSha: 'a', createdAt: day(1), results: { state: 'skipped', reason: 'expired' } },
  ],
  releases: [release(day(1), { id: '1' }), release(null, { id: '2' })],
  deployments: [deployment(day(1), ['in_progress', 'success'])],
  incidents: [{ id: '1', deploymentId: '1', openedAt: day(1) }],
  // The second has no commits that GitHub would tell, the third was read before they were kept.
  pullRequests: [onePull, pull(day(2), { id: '2', commits: null }), pull(day(2), { id: '3' })],
  reviews: [review(onePull, day(1)), { ...review(onePull, day(1)), submittedAt: null, dismissedAt: day(2) }],
  reviewComments: [comment(onePull, day(1))],
  commits: [commit('fix: one')],
  wikiPages: [wikiPage],
  discussions: [discussion('1', day(1))],
  gapIssues: [{ id: '1', number: 1, title: 'x', url: 'https://x.test', createdAt: day(1), closedAt: null }],
  dependabotAlerts: [alert(day(1))],
  codeScanningAlerts: [alert(day(1), { fixedAt: day(2) })],
  secretAlerts: [{ id: '1', state: 'open', createdAt: day(1), resolvedAt: null }],
}

eachDatabase('facts', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  const apply = (batch: Parameters<typeof applyFacts>[2], when = at) => applyFacts(db, REPOSITORY, batch, when)
  const read = (request?: Parameters<typeof readFacts>[2]) => readFacts(db, REPOSITORY, request)

  test('nothing was collected of a repository that nobody has imported', async () => {
    expect(await read()).toEqual(NO_FACTS)
  })

  test('facts of every kind come back as they were given, whatever is in their texts', async () => {
    await apply({ lists: ONE_OF_EACH })
    const facts = await read()
    for (const kind of Object.keys(FACT_TABLES) as ListKind[]) {
      const expected =
        kind === 'discussions' ? [{ ...discussion('1', day(1)), title: 'Emoji 🚀, a half one \ufffd and a NUL \ufffd' }] : ONE_OF_EACH[kind]
      expect([kind, itemsOf<unknown>(facts[kind])]).toEqual([kind, expect.arrayContaining([...expected])])
      expect(itemsOf<unknown>(facts[kind])).toHaveLength(expected.length)
    }
    expect(await readFacts(db, REPOSITORY + 1)).toEqual(NO_FACTS)
  })

  test('applying a batch again changes nothing', async () => {
    await apply({ lists: ONE_OF_EACH })
    const before = await read()
    await apply({ lists: ONE_OF_EACH }, later)
    expect(await read()).toEqual(before)
  })

  test('an older version of a run never replaces a newer one, in whatever order they arrive', async () => {
    const finished = run(day(1), { id: '7', conclusion: 'success', updatedAt: day(3) })
    const started = run(day(1), { id: '7', conclusion: null, status: 'in_progress', updatedAt: day(2) })
    await apply({ lists: { runs: [finished] } })
    await apply({ lists: { runs: [started] } }, later)
    expect(itemsOf((await read()).runs)).toEqual([finished])
  })

  test('every attempt of a run is kept', async () => {
    const failed = run(day(1), { id: '7', conclusion: 'failure' })
    await apply({ lists: { runs: [failed, run(day(1), { id: '7', attempt: 2 })] } })
    expect(itemsOf((await read()).runs).map(({ attempt, conclusion }) => [attempt, conclusion])).toEqual([
      [1, 'failure'],
      [2, 'success'],
    ])
  })

  test('what is gone is left out and stays in the table, and comes back when it is read again', async () => {
    const [gone, stays] = [pull(day(1), { id: '1' }), pull(day(2), { id: '2' })]
    await apply({ lists: { pullRequests: [gone, stays] } })
    await apply({ gone: { pullRequests: ['1', 'never seen'] } }, later)
    expect(itemsOf((await read()).pullRequests)).toEqual([stays])
    expect(await db.prisma.factPullRequest.findMany({ where: { goneAt: { not: null } } })).toMatchObject([{ factId: '1', goneAt: later }])
    await apply({ lists: { pullRequests: [gone] } })
    expect(itemsOf((await read()).pullRequests)).toHaveLength(2)
  })

  test('of a list that is all there is the rest is gone, also when nothing is left; of other kinds and repositories nothing is', async () => {
    const [one, two] = [release(day(1), { id: '1' }), release(day(2), { id: '2' })]
    await apply({ lists: { releases: [one, two], pullRequests: [pull(day(1), { id: '9' })] } })
    await applyFacts(db, REPOSITORY + 1, { lists: { releases: [two] } }, at)
    await apply({ lists: { releases: [one] }, whole: ['releases'] }, later)
    expect(itemsOf((await read()).releases)).toEqual([one])
    await apply({ lists: { releases: [] }, whole: ['releases'] }, later)
    expect(await read()).toMatchObject({ releases: { state: 'present', items: [] }, pullRequests: { items: [{ id: '9' }] } })
    expect(itemsOf((await readFacts(db, REPOSITORY + 1)).releases)).toEqual([two])
    await apply({ lists: { releases: [two] }, whole: ['releases'] }, later)
    expect(itemsOf((await read()).releases)).toEqual([two])
  })

  test('a kind that could not be read says why, and keeps what was read of it before', async () => {
    await apply({ absent: { dependabotAlerts: 'no-permission', runs: 'not-enabled' } })
    expect((await read()).dependabotAlerts).toEqual({ state: 'absent', reason: 'no-permission' })
    const one = alert(day(1))
    await apply({ lists: { dependabotAlerts: [one] } })
    await apply({ absent: { dependabotAlerts: 'no-permission' } }, later)
    expect((await read()).dependabotAlerts).toEqual({ state: 'present', items: [one] })
    expect((await listCollections(db, REPOSITORY)).find(({ kind }) => kind === 'dependabotAlerts')).toMatchObject({
      state: 'absent',
      reason: 'no-permission',
      collectedAt: at,
      updatedAt: later,
    })
  })

  test('an empty list is an answer: there are none', async () => {
    await apply({ lists: { discussions: [] } })
    expect((await read()).discussions).toEqual({ state: 'present', items: [] })
  })

  test('snapshots are replaced as a whole; null is a value', async () => {
    const rules = [{ rulesetId: '1', enforcement: 'active', kind: 'signed-commits' }] as const
    await apply({ snapshots: { paths: ['README.md', 'x'], pullRequestTemplate: 'Why?', branchRules: rules, classicProtection: null } })
    await apply({ snapshots: { paths: ['README.md'], mergeSettings: { allowMerge: true, allowSquash: false, allowRebase: null } } })
    expect(await read()).toMatchObject({
      paths: { state: 'present', items: ['README.md'] },
      pullRequestTemplate: 'Why?',
      branchRules: { items: rules },
      classicProtection: { state: 'present', item: null },
      mergeSettings: { item: { allowMerge: true, allowSquash: false, allowRebase: null } },
    })
  })

  test('protection of another branch is kept beside that of the default branch', async () => {
    const protection = { requiredReviews: 2, statusChecks: null, signedCommits: false, linearHistory: true }
    await apply({ snapshots: { classicProtection: null, branchRules: [], paths: ['README.md'] } })
    await applyFacts(db, REPOSITORY, { snapshots: { classicProtection: protection, branchRules: [] } }, at, 'release')
    expect((await read()).classicProtection).toEqual({ state: 'present', item: null })
    expect(await read({ branch: 'release' })).toMatchObject({ classicProtection: { item: protection }, paths: { items: ['README.md'] } })
    expect((await read({ branch: 'other' })).classicProtection).toEqual({ state: 'absent', reason: 'not-collected' })
  })

  test('a window leaves out what had ended before it and what began after it, and only kinds that are asked for are read', async () => {
    const discussions = [discussion('1', day(1)), discussion('2', day(5)), discussion('3', day(9))]
    const runs = [run(day(1), { id: '1' }), run(day(9), { id: '9' })]
    await apply({ lists: { discussions, runs } })
    const facts = await read({ from: day(4), to: day(9), kinds: ['discussions', 'runs'] })
    expect(itemsOf(facts.discussions).map(({ id }) => id)).toEqual(['2'])
    // A failure of the time before may be what a success in the window recovers from.
    expect(itemsOf(facts.runs).map(({ id }) => id)).toEqual(['1'])
    expect((await read({ kinds: ['runs'] })).discussions).toEqual({ state: 'absent', reason: 'not-collected' })
  })

  test('more facts than fit in one text are all read, each once', async () => {
    const runs = Array.from({ length: 12_001 }, (_, index) => run(day(1), { id: String(index >> 1), attempt: (index % 2) + 1 }))
    await apply({ lists: { runs } })
    const read_ = itemsOf((await read()).runs)
    expect(new Set(read_.map(({ id, attempt }) => `${id}/${attempt}`)).size).toBe(12_001)
    expect(read_).toHaveLength(12_001)
  })

  test('the reach of a collection only grows', async () => {
    const key = [{ kind: 'runs', branch: '' }] as const
    const reach = async () => (await listCollections(db, REPOSITORY))[0]?.reachedFrom
    await markPresent(db, REPOSITORY, key, { at })
    expect(await reach()).toBeUndefined()
    await markPresent(db, REPOSITORY, key, { at, reachedFrom: day(10) })
    await markPresent(db, REPOSITORY, key, { at, reachedFrom: day(20) })
    await markPresent(db, REPOSITORY, key, { at })
    expect(await reach()).toEqual(day(10))
    await markPresent(db, REPOSITORY, key, { at, reachedFrom: day(5) })
    expect(await reach()).toEqual(day(5))
  })

  test('deleting the facts of a repository leaves nothing of it, and everything of others', async () => {
    await apply({ lists: ONE_OF_EACH, snapshots: { paths: [] } })
    await applyFacts(db, 1, { lists: { runs: ONE_OF_EACH.runs } }, at)
    await deleteFacts(db, REPOSITORY)
    expect(await read()).toEqual(NO_FACTS)
    expect(itemsOf((await readFacts(db, 1)).runs)).toHaveLength(1)
  })
})
