import { afterEach, describe, expect, test } from '@jest/globals'
import { toPullRequestFact, toReviewFacts } from '../../../integrations/github/import/pull-request-facts.ts'
import { PULL_REQUESTS_STREAM } from '../../../integrations/github/import/pull-requests.ts'
import type { GitHubSandboxOptions } from '../../sandbox/github/sandbox.ts'
import { daysAgo, type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
let isOpen = false
const open = async (options?: GitHubSandboxOptions) => {
  site = await openImportSite(options)
  isOpen = true
  site.sent()
}
afterEach(async () => {
  if (!isOpen) return
  isOpen = false
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = (watermark?: string) => scan(PULL_REQUESTS_STREAM, site.github, site.place(), watermark)

describe('pull requests', () => {
  test('come with reviews and comments, a hundred a page, after one look whether anything changed', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 210)
    const scanned = await read()
    expect(scanned.facts('pullRequests')).toHaveLength(210)
    expect(scanned.facts('reviews')).toHaveLength(630)
    expect(scanned.facts('reviewComments')).toHaveLength(420)
    expect(scanned.facts('pullRequests')[0]).toMatchObject({
      ...{ title: expect.stringMatching(/^feat: change/), author: { type: 'User', id: expect.stringMatching(/^\d+$/) } },
      ...{ mergedAt: expect.any(Date), mergeCommitSha: expect.stringMatching(/^[0-9a-f]{40}$/), readyForReviewAt: [] },
    })
    expect(site.sent()).toEqual([expect.stringMatching(/^GET .*per_page=1$/), 'POST /graphql', 'POST /graphql', 'POST /graphql'])
  })

  test('a second scan with nothing new is one request that GitHub does not count; a late approval brings its pull request', async () => {
    await open()
    const first = site.sandbox.seedPulls(SHOP, 120)
    const before = await read()
    site.sandbox.forgetRequests()
    const idle = await read(before.watermark)
    expect(site.sandbox.requests.map(({ method, status }) => [method, status])).toEqual([['GET', 304]])
    expect(idle.batches).toEqual([{ lists: { pullRequests: [], reviews: [], reviewComments: [] } }])

    site.clock.move(60_000)
    await site.sandbox.reviewPull(SHOP, first + 2, 'eve', { state: 'APPROVED', comments: [{ body: 'late' }] })
    site.sandbox.forgetRequests()
    const late = await read(idle.watermark)
    expect(late.facts('reviews').filter(({ author }) => author?.login === 'eve')).toMatchObject([{ state: 'APPROVED' }])
    expect(site.sandbox.requests).toHaveLength(2)
  })

  test('those that were last touched before the window are not read', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 300, { everySeconds: 86_400 })
    const { facts } = await scan(PULL_REQUESTS_STREAM, site.github, site.place({ from: daysAgo(30) }))
    expect(facts('pullRequests')).toHaveLength(100)
  })

  test('a longer window than the last scan had is read anew', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 300, { everySeconds: 86_400 })
    const short = await scan(PULL_REQUESTS_STREAM, site.github, site.place({ from: daysAgo(30) }))
    const long = await scan(PULL_REQUESTS_STREAM, site.github, site.place({ from: daysAgo(250) }), short.watermark)
    expect(long.facts('pullRequests').length).toBeGreaterThan(250)
  })

  test('lesson 25: reviews and comments beyond those of the page are read for many pull requests at once', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 30, { reviews: 26, comments: 11 })
    const scanned = await read()
    expect(scanned.facts('reviews')).toHaveLength(30 * 26)
    expect(scanned.facts('reviewComments')).toHaveLength(30 * 11)
    // The probe, the page, 30 pull requests in two queries, and 30 reviews in two.
    expect(site.sent()).toHaveLength(6)
  })

  test('lesson 25: more than a hundred reviews of one pull request are read on', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 2, { reviews: 130, comments: 0 })
    expect((await read()).facts('reviews')).toHaveLength(260)
  })

  test.each([20, 21, 130])('lesson 25: %i commits of each pull request are all there, oldest first', async (commits) => {
    await open()
    site.sandbox.seedPulls(SHOP, 2, { commits, everySeconds: 7_200 })
    const { facts } = await read()
    const pulls = facts('pullRequests')
    expect(pulls.map((pull) => pull.commits?.length)).toEqual([commits, commits])
    for (const { commits: found, createdAt } of pulls) {
      const instants = (found ?? []).map(({ committedAt }) => committedAt?.getTime() ?? 0)
      expect(instants).toEqual([...instants].sort((left, right) => left - right))
      expect(found?.at(-1)).toEqual({
        ...{ sha: expect.stringMatching(/^[0-9a-f]{40}$/), committedAt: new Date(createdAt.getTime() - 60_000) },
        authoredAt: new Date(createdAt.getTime() - 60_000),
      })
      expect(new Set(found?.map(({ sha }) => sha)).size).toBe(commits)
    }
    // The probe and the page; both pull requests again in one query; and then each by itself.
    expect(site.sent()).toHaveLength({ 20: 2, 21: 3, 130: 5 }[commits] ?? 0)
  })

  test('lesson 4: pull requests that come as nothing because a part of them failed are asked for again, not left out', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 40, { commits: 21 })
    // Commits cannot be null, so that the pull request is: of the first page, and of the first query for the rest.
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.commits', times: 3 })
    const { facts } = await read()
    expect(facts('pullRequests').map(({ commits }) => commits?.length)).toEqual(Array(40).fill(21))
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.commits', times: 1_000 })
    await expect(read()).rejects.toMatchObject({ code: 'provider-failed' })
  })

  test('lesson 4: one that GitHub cannot answer in a page of any size is left out alone', async () => {
    await open()
    const first = site.sandbox.seedPulls(SHOP, 12)
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.timelineItems', number: first + 3, times: 1_000 })
    const { facts } = await read()
    expect(facts('pullRequests').map(({ number }) => number)).not.toContain(first + 3)
    expect(facts('pullRequests')).toHaveLength(11)
  })

  test.each(['PullRequest.reviews', 'PullRequest.commits'])(
    'lesson 4: one whose %s fail, alone as well, stops only itself',
    async (field) => {
      await open()
      const first = site.sandbox.seedPulls(SHOP, 12)
      site.sandbox.graphql.next({ kind: 'partial', field, number: first + 3, times: 1_000 })
      const { facts } = await read()
      expect(facts('pullRequests')).toHaveLength(11)
      expect(facts('reviews')).toHaveLength(33)
    },
  )

  test('lesson 8: where a part that GitHub may not tell takes the pull requests with it, they are absent for that reason', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 3)
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.commits', type: 'FORBIDDEN', times: 3 })
    const { batches } = await read()
    expect(batches).toEqual([{ absent: { pullRequests: 'no-permission', reviews: 'no-permission', reviewComments: 'no-permission' } }])
  })

  test('lesson 21: ready for review moves the clock, and what a dismissed review had said is known', async () => {
    await open()
    const { number } = await site.sandbox.openPull(SHOP, { branch: 'a', files: { 'a.md': 'a' }, draft: true, author: 'ada' })
    site.clock.move(1_800_000)
    await site.sandbox.readyForReview(SHOP, number)
    const review = await site.sandbox.reviewPull(SHOP, number, 'bob', { state: 'APPROVED' })
    site.clock.move(60_000)
    site.sandbox.dismissReview(SHOP, number, review)
    const { facts } = await read()
    expect(facts('pullRequests')).toMatchObject([{ isDraft: false, readyForReviewAt: [expect.any(Date)], mergedAt: null }])
    expect(facts('reviews')).toMatchObject([{ state: 'DISMISSED', stateBeforeDismissal: 'APPROVED', dismissedAt: site.clock.now() }])
  })

  test('lessons 23 and 24: Apps are bots under the name REST gives them, and who was deleted is nobody', async () => {
    await open()
    const { number } = await site.sandbox.openPull(SHOP, { branch: 'a', files: { 'a.md': 'a' }, author: 'renovate[bot]' })
    await site.sandbox.reviewPull(SHOP, number, 'gone', { state: 'APPROVED' })
    site.sandbox.deleteUser('gone')
    const { facts } = await read()
    expect(facts('pullRequests')).toMatchObject([{ author: { login: 'renovate[bot]', type: 'Bot' } }])
    expect(facts('reviews')).toMatchObject([{ author: null }])
  })

  test('lesson 3: pages that are too much are halved and grow back, whether GitHub says 502 or nothing', async () => {
    for (const answer of [502, 'null-data'] as const) {
      await open()
      site.sandbox.seedPulls(SHOP, 260)
      site.sandbox.graphql.limitPages({ nodes: 16_000, answer })
      const { batches, facts } = await read()
      expect(facts('pullRequests')).toHaveLength(260)
      expect(batches.map(({ lists }) => lists?.pullRequests?.length)).toEqual([50, 50, 50, 50, 50, 10])
      if (answer === 502) await site.close()
    }
  })

  test('lesson 4: reviews that GitHub leaves out once are asked for again; without an answer nothing is stored', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 40)
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.reviews', times: 3 })
    expect((await read()).facts('reviews')).toHaveLength(120)
    site.sandbox.graphql.next({ kind: 'partial', field: 'PullRequest.reviews', times: 1_000 })
    await expect(read()).rejects.toMatchObject({ code: 'provider-failed' })
  })

  test('lesson 5: a server without limits answers no rateLimit, and nothing waits for it', async () => {
    await open({ enterprise: true })
    site.sandbox.limits.disable()
    site.sandbox.seedPulls(SHOP, 120)
    expect((await read()).facts('pullRequests')).toHaveLength(120)
    expect(site.sent()).toEqual([expect.stringContaining('GET /api/v3/repos'), 'POST /api/graphql', 'POST /api/graphql'])
  })

  test('lesson 6: fields that an older server lacks are left out after it has said so once', async () => {
    await open({ enterprise: true, missingFields: ['PullRequest.fullDatabaseId', 'PullRequestReview.fullDatabaseId', 'Bot.databaseId'] })
    site.sandbox.seedPulls(SHOP, 220)
    const { facts } = await read()
    expect(facts('reviews')).toHaveLength(660)
    expect(site.sent()).toHaveLength(1 + 1 + 3)
  })

  test('lesson 8: without the permission they are absent for that reason', async () => {
    await open()
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(PULL_REQUESTS_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { pullRequests: 'no-permission', reviews: 'no-permission', reviewComments: 'no-permission' } }])
  })

  test('lesson 27: a repository that was renamed is read on; another one under its name is not', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 3)
    await site.sandbox.renameRepository(SHOP, 'store')
    expect((await read()).facts('pullRequests')).toHaveLength(3)
    const place = site.place({ repo: 'store', repositoryId: 1 })
    const { batches } = await scan(PULL_REQUESTS_STREAM, site.github, place)
    expect(batches).toEqual([{ absent: { pullRequests: 'not-found', reviews: 'not-found', reviewComments: 'not-found' } }])
  })
})

describe('mappers', () => {
  const bare = { id: 'PR_1', number: 1, createdAt: 'nonsense', updatedAt: '', author: undefined }

  test('survive what is not there', () => {
    expect(toPullRequestFact(bare)).toEqual({
      ...{ id: 'PR_1', number: 1, title: '', body: null, headBranch: '', author: null, isDraft: false, createdAt: new Date(0) },
      ...{ mergedAt: null, closedAt: null, mergeCommitSha: null, closingReferences: 0, readyForReviewAt: [], commits: null },
    })
    expect(toReviewFacts(bare)).toEqual([])
  })

  test('keep ids that have outgrown 32 bits, and words of accounts and states they do not know', () => {
    const review = { id: 'R', fullDatabaseId: '9007199254740993', state: 'PONDERED', author: { __typename: 'Mannequin', login: 'old' } }
    const reviews = { pageInfo: { hasNextPage: false }, nodes: [review] }
    expect(toReviewFacts({ ...bare, fullDatabaseId: '4294967296', reviews })).toMatchObject([
      { id: '9007199254740993', pullRequestId: '4294967296', state: 'PONDERED', author: { type: 'Mannequin', id: null } },
    ])
  })
})
