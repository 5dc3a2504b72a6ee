// The cases of recorded trouble that concern how GitHub is asked, by the numbers under which the project keeps them. Those about what
// its answers mean are in test/foe/forty-cases.test.ts.
import { afterEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { readGraphqlBudget } from '../../../integrations/engine/graphql-budget.ts'
import { DEPENDABOT_STREAM } from '../../../integrations/github/import/alerts.ts'
import { PULL_REQUESTS_STREAM } from '../../../integrations/github/import/pull-requests.ts'
import type { FactStream } from '../../../integrations/github/import/stream.ts'
import { WORKFLOW_RUN_STREAM } from '../../../integrations/github/import/workflow-runs.ts'
import { type ImportSite, NOW, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
let isOpen = false
const open = async (...given: Parameters<typeof openImportSite>) => {
  site = await openImportSite(...given)
  isOpen = true
  site.sent()
}
afterEach(async () => {
  if (!isOpen) return
  isOpen = false
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = (stream: FactStream, watermark?: string) => scan(stream, site.github, site.place(), watermark)
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)
const distinct = (facts: readonly { readonly id: string }[]) => new Set(facts.map(({ id }) => id)).size

describe('case 1: a secondary rate limit', () => {
  test.each([
    ['403 with Retry-After', { status: 403, retryAfterSeconds: 90 }, 90],
    ['429 with Retry-After', { status: 429, retryAfterSeconds: 90 }, 90],
    ['403 that only its sentence tells from a missing permission', { status: 403, hidden: true }, 60],
  ] as const)('as %s is a pause, not an absence, and nothing is sent before it ends', async (_how, limit, seconds) => {
    await open()
    site.sandbox.seedRuns(SHOP, 30)
    site.sandbox.limits.secondary(limit)
    await expect(read(WORKFLOW_RUN_STREAM)).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: inSeconds(seconds) })
    expect(site.sent()).toHaveLength(1)
    await expect(read(WORKFLOW_RUN_STREAM)).rejects.toMatchObject({ code: 'provider-rate-limited' })
    expect(site.sent()).toEqual([])
    site.clock.move(seconds * 1_000)
    expect((await read(WORKFLOW_RUN_STREAM)).facts('runs')).toHaveLength(30)
  })

  test('in the body of a query that is answered 200 is a pause as well, and no page is made smaller for it', async () => {
    await open()
    site.sandbox.seedPulls(SHOP, 120)
    site.sandbox.faults.next({
      ...{ kind: 'status', status: 200, match: { path: '/graphql' }, headers: { 'retry-after': '90' } },
      json: { errors: [{ type: 'RATE_LIMITED', message: 'You have exceeded a secondary rate limit.' }] },
    })
    await expect(read(PULL_REQUESTS_STREAM)).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: inSeconds(90) })
    expect(site.sent().filter((line) => line.includes('graphql'))).toHaveLength(1)
    site.clock.move(90_000)
    expect((await read(PULL_REQUESTS_STREAM)).batches.map(({ lists }) => lists?.pullRequests?.length)).toEqual([100, 20])
  })
})

describe('case 2: one budget', () => {
  const comment = (body: string) => ({
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { owner: 'acme', repo: 'shop', issue_number: 1, body },
    meta: { operation: 'github.comment.create' },
    answer: z.unknown(),
  })

  test('is shared by imports of several repositories and our own writes: whoever finds it empty, all wait for its reset', async () => {
    // The answer's Date is the machine's, and a reset is read beside it.
    await open({}, new Date())
    const other = await site.sandbox.createRepository('acme/site', { 'README.md': '# Site' })
    const elsewhere = site.place({ repo: 'site', repositoryId: other.id })
    site.sandbox.seedRuns(SHOP, 30)
    site.sandbox.seedRuns('acme/site', 30)
    site.sandbox.seedPulls(SHOP, 1)
    site.sandbox.limits.setLimit(2)
    // Spends the second and last request: the answer says that none is left.
    await scan(DEPENDABOT_STREAM, site.github, site.place())
    await site.github.client.request(comment('ours'))
    site.sent()
    const reset = { code: 'provider-rate-limited', details: { scope: 'core' }, retryAt: expect.any(Date) }
    await expect(scan(WORKFLOW_RUN_STREAM, site.github, elsewhere)).rejects.toMatchObject(reset)
    await expect(read(WORKFLOW_RUN_STREAM)).rejects.toMatchObject(reset)
    await expect(site.github.client.request(comment('again'))).rejects.toMatchObject(reset)
    expect(site.sent()).toEqual([])
    // Headers tell whole seconds, and this clock does not move while somebody waits for the last one.
    site.clock.move(3_610_000)
    const github = await site.connect()
    expect((await scan(WORKFLOW_RUN_STREAM, github, elsewhere)).facts('runs')).toHaveLength(30)
  })
})

describe('case 3: a page that is too much for GitHub', () => {
  test.each(['502', '504', 'nothing'] as const)('answered with %s is halved from the same place, and pages grow back', async (answer) => {
    await open()
    site.sandbox.seedPulls(SHOP, 620)
    const plan = { match: { path: '/graphql' }, after: 1, times: 2 } as const
    if (answer === 'nothing')
      site.sandbox.faults.next({
        kind: 'status',
        ...plan,
        status: 200,
        json: { data: null, errors: [{ message: 'Something went wrong' }] },
      })
    else site.sandbox.faults.next({ kind: 'status', ...plan, status: Number(answer) })
    const scanned = await read(PULL_REQUESTS_STREAM)
    expect(distinct(scanned.facts('pullRequests'))).toBe(620)
    const sizes = scanned.batches.map(({ lists }) => lists?.pullRequests?.length)
    expect(sizes).toEqual([100, 25, 25, 25, 25, 50, 50, 50, 50, 100, 100, 20])
  })
})

describe('case 5: Enterprise Server with its limits off', () => {
  test('tells no budget over REST or GraphQL, and nothing waits for one', async () => {
    await open({ enterprise: true })
    site.sandbox.limits.disable()
    site.sandbox.seedPulls(SHOP, 120)
    site.sandbox.seedRuns(SHOP, 120)
    expect((await read(PULL_REQUESTS_STREAM)).facts('pullRequests')).toHaveLength(120)
    expect((await read(WORKFLOW_RUN_STREAM)).facts('runs')).toHaveLength(120)
  })

  test('or says that 0 of 0 points are left, which is no budget either', () => {
    const rateLimit = { limit: 0, cost: 0, remaining: 0, resetAt: '2026-11-22T12:00:00Z' }
    expect(readGraphqlBudget({ data: { rateLimit } })).toEqual({ limited: false })
    expect(readGraphqlBudget({ data: { rateLimit: null } })).toEqual({ limited: false })
  })
})

describe('case 6: an older Enterprise Server', () => {
  test('is asked below /api/v3 and /api/graphql, and not again for fields it has said it lacks', async () => {
    const missingFields = ['PullRequest.fullDatabaseId', 'PullRequest.closingIssuesReferences', 'Mannequin.databaseId']
    await open({ enterprise: true, missingFields })
    site.sandbox.seedPulls(SHOP, 210)
    const { facts } = await read(PULL_REQUESTS_STREAM)
    expect(distinct(facts('pullRequests'))).toBe(210)
    expect(facts('pullRequests').every(({ closingReferences }) => closingReferences === 0)).toBe(true)
    expect(site.sent()).toEqual([expect.stringMatching(/^GET \/api\/v3\/repos\//), ...Array(4).fill('POST /api/graphql')])
  })
})

describe('case 7: an installation', () => {
  /** Tokens are signed by the machine's clock. */
  const openAsApp = async () => {
    await open({}, new Date())
    return { github: await site.connectAsApp(), place: site.place({ from: new Date(0) }) }
  }

  test('whose token ends in the middle of an import goes on at the same page with a new one', async () => {
    const { github, place } = await openAsApp()
    site.sandbox.seedPulls(SHOP, 250)
    const first = await PULL_REQUESTS_STREAM.fetchPage(github, place, { cursor: undefined, watermark: undefined, candidate: undefined })
    site.sandbox.expireTokens()
    site.sandbox.forgetRequests()
    const second = await PULL_REQUESTS_STREAM.fetchPage(github, place, {
      ...{ cursor: first.next, watermark: undefined, candidate: first.candidate },
    })
    expect([first, second].map(({ batch }) => batch.lists?.pullRequests?.length)).toEqual([100, 100])
    expect(site.sandbox.requests.map(({ path, status }) => [path.split('/').at(-1), status])).toEqual([
      ['graphql', 401],
      ['access_tokens', 201],
      ['graphql', 200],
    ])
  })

  test('that is suspended is a refusal and not an absence; an uninstalled one sees nothing, which deletes nothing', async () => {
    const { github, place } = await openAsApp()
    site.sandbox.seedRuns(SHOP, 3)
    await scan(WORKFLOW_RUN_STREAM, github, place)
    await site.sandbox.suspendApp(site.installation)
    await expect(scan(WORKFLOW_RUN_STREAM, github, place)).rejects.toMatchObject({
      ...{ code: 'provider-forbidden', message: expect.stringMatching(/suspended/i) },
    })
    await site.sandbox.unsuspendApp(site.installation)
    expect((await scan(WORKFLOW_RUN_STREAM, github, place)).facts('runs')).toHaveLength(3)
    await site.sandbox.uninstallApp(site.installation)
    expect((await scan(WORKFLOW_RUN_STREAM, github, place)).batches).toEqual([{ absent: { runs: 'not-found', jobs: 'not-found' } }])
  })

  test('from which the repository was taken cannot see it: absent as not found, which deletes nothing', async () => {
    const { github, place } = await openAsApp()
    await site.sandbox.createRepository('acme/other')
    site.sandbox.seedRuns(SHOP, 3)
    await scan(WORKFLOW_RUN_STREAM, github, place)
    await site.sandbox.removeRepositories(site.installation, [SHOP])
    const { batches } = await scan(WORKFLOW_RUN_STREAM, github, place)
    expect(batches).toEqual([{ absent: { runs: 'not-found', jobs: 'not-found' } }])
  })
})

describe('case 9: the caps of a list', () => {
  test.each(['empty', 'refuse'] as const)('beyond which answers are %s are passed in windows, and each run is read', async (beyond) => {
    await open()
    site.sandbox.setRunCaps({ unfiltered: 400, filtered: 100, beyond })
    site.sandbox.seedRuns(SHOP, 1_100, { jobs: 1 })
    expect(distinct((await read(WORKFLOW_RUN_STREAM)).facts('runs'))).toBe(1_100)
  })
})

describe('case 10: a huge repository', () => {
  test('with 175 jobs in a run has all of them read, and no page brings more than a hundred runs', async () => {
    await open()
    site.sandbox.seedRuns(SHOP, 450, { jobs: 1, until: new Date(NOW.getTime() - 3_600_000) })
    const jobs = Array.from({ length: 175 }, (_, at) => ({ name: `shard ${at}` }))
    for (let run = 0; run < 3; run += 1) await site.sandbox.startRun(SHOP, { conclusion: 'success', jobs })
    const scanned = await read(WORKFLOW_RUN_STREAM)
    expect(scanned.batches.every(({ lists }) => (lists?.runs?.length ?? 0) <= 100)).toBe(true)
    expect(distinct(scanned.facts('runs'))).toBe(453)
    expect(distinct(scanned.facts('jobs'))).toBe(450 + 3 * 175)
    // Five pages of runs, as many of jobs, and one more for each run with more jobs than fit.
    expect(site.sent()).toHaveLength(13)
  })
})
