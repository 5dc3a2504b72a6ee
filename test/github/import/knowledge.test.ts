import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { COMMITS_STREAM, toCommitFact } from '../../../integrations/github/import/commits.ts'
import { DISCUSSIONS_STREAM } from '../../../integrations/github/import/discussions.ts'
import { GAP_ISSUES_STREAM } from '../../../integrations/github/import/gap-issues.ts'
import { daysAgo, type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

describe('commits', () => {
  const read = (watermark?: string) => scan(COMMITS_STREAM, site.github, site.place(), watermark)

  test('of the branch come with author, parents and the lines they changed', async () => {
    site.clock.move(60_000)
    await site.sandbox.commit(SHOP, 'main', { 'b.md': 'one\ntwo\n' }, 'feat: b', { author: 'ada' })
    const [commit] = (await read()).facts('commits')
    expect(commit).toMatchObject({
      ...{ sha: site.sandbox.headOf(SHOP), message: 'feat: b', author: { login: 'ada', type: 'User' }, authorName: 'ada', changedLines: 2 },
      parents: [expect.stringMatching(/^[0-9a-f]{40}$/)],
    })
  })

  test('lesson 19: what a pull request became on the branch is told by its commit, with its parents', async () => {
    const { number } = await site.sandbox.openPull(SHOP, { branch: 'a', files: { 'a.md': 'a' } })
    site.clock.move(60_000)
    const sha = await site.sandbox.mergePull(SHOP, number)
    const found = (await read()).facts('commits').find((commit) => commit.sha === sha)
    expect(found?.parents).toHaveLength(2)
  })

  test('cost one request that is not counted while the head stays, and a push brings what is new', async () => {
    const first = await read()
    site.sandbox.forgetRequests()
    const second = await read(first.watermark)
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
    site.clock.move(60_000)
    await site.sandbox.commit(SHOP, 'main', { 'c.md': 'c' }, 'fix: c')
    expect((await read(second.watermark)).facts('commits')[0]?.message).toBe('fix: c')
  })

  test('before the window, or of a branch that is not there, are none', async () => {
    const later = await scan(COMMITS_STREAM, site.github, site.place({ from: daysAgo(-1) }))
    expect(later.batches).toEqual([{ lists: { commits: [] } }])
    const nowhere = await scan(COMMITS_STREAM, site.github, site.place({ branch: 'nowhere' }))
    expect(nowhere.batches).toEqual([{ absent: { commits: 'not-found' } }])
  })

  test('survive what is not there', () => {
    expect(toCommitFact({ oid: 'a', message: '', committedDate: '' })).toEqual({
      ...{ sha: 'a', message: '', author: null, authorName: null, committedAt: new Date(0), parents: [], changedLines: null },
    })
  })
})

describe('discussions', () => {
  const read = (watermark?: string) => scan(DISCUSSIONS_STREAM, site.github, site.place(), watermark)

  test('come with category, answer and number of comments; a further scan is one query', async () => {
    for (let at = 0; at < 130; at += 1) {
      site.clock.move(1_000)
      site.sandbox.startDiscussion(SHOP, { title: `Topic ${at}`, category: 'Q&A', answered: at === 129, comments: at % 3 })
    }
    const first = await read()
    expect(first.facts('discussions')).toHaveLength(130)
    expect(first.facts('discussions')[0]).toMatchObject({ title: 'Topic 129', category: 'Q&A', isAnswered: true, comments: 0 })
    site.sent()
    await read(first.watermark)
    expect(site.sent()).toEqual(['POST /graphql'])
  })

  test('lesson 8: that are switched off are absent for that reason', async () => {
    expect((await read()).batches).toEqual([{ absent: { discussions: 'not-enabled' } }])
  })
})

describe('issues that name a gap', () => {
  const read = (gapLabels: readonly string[], watermark?: string) =>
    scan(GAP_ISSUES_STREAM, site.github, site.place({ gapLabels }), watermark)

  test('are those with one of the labels, open and closed; nothing new is one request that is not counted', async () => {
    site.sandbox.openIssue(SHOP, 'Explain paying', ['documentation'])
    site.sandbox.openIssue(SHOP, 'Explain refunds', ['docs-gap', 'later'])
    site.sandbox.openIssue(SHOP, 'Crash', ['bug'])
    const first = await read(['documentation', 'docs-gap'])
    expect(
      first
        .facts('gapIssues')
        .map(({ title }) => title)
        .sort(),
    ).toEqual(['Explain paying', 'Explain refunds'])
    site.sandbox.forgetRequests()
    await read(['documentation', 'docs-gap'], first.watermark)
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
  })

  test('are no gap any more when they lose the label', async () => {
    site.sandbox.openIssue(SHOP, 'Explain paying', ['documentation'])
    const written = site.sandbox.openIssue(SHOP, 'Explain refunds', ['documentation'])
    const first = await read(['documentation'])
    site.clock.move(60_000)
    await site.sandbox.relabelIssue(SHOP, written, { remove: ['documentation'] })
    const second = await read(['documentation'], first.watermark)
    expect(second.batches).toMatchObject([{ whole: ['gapIssues'], lists: { gapIssues: [{ title: 'Explain paying' }] } }])
  })

  test('are none without labels, and nothing is asked', async () => {
    expect((await read([])).batches).toEqual([{ lists: { gapIssues: [] } }])
    expect(site.sent()).toEqual([])
  })
})
