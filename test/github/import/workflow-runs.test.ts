import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { foldAttempts, resultOf } from '../../../integrations/foe/run-result.ts'
import { RunAnswer, toWorkflowRun } from '../../../integrations/github/import/workflow-run.ts'
import { refreshRun, WORKFLOW_RUN_STREAM } from '../../../integrations/github/import/workflow-runs.ts'
import { daysAgo, type ImportSite, NOW, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const DAY_MS = 86_400_000
const read = (watermark?: string, change = {}) => scan(WORKFLOW_RUN_STREAM, site.github, site.place(change), watermark)
const runRequests = () => site.sent().filter((line) => line.includes('/actions/runs'))

describe('workflow runs', () => {
  test('are read newest first down to the start of the window, with their jobs', async () => {
    site.sandbox.seedRuns(SHOP, 300, { everySeconds: 86_400 })
    const scanned = await read()
    const created = scanned.facts('runs').map((run) => run.createdAt.getTime())
    expect(created.filter((at) => at >= daysAgo(90).getTime())).toHaveLength(90)
    expect(scanned.pages).toBe(1)
    const [newest] = scanned.facts('runs')
    expect(newest).toMatchObject({
      ...{ attempt: 1, workflowName: 'Deploy', event: 'push', headBranch: 'main', status: 'completed' },
      ...{ headRepositoryId: String(site.place().repositoryId), repositoryId: String(site.place().repositoryId) },
    })
    const jobs = scanned.facts('jobs').filter(({ runId }) => runId === newest?.id)
    expect(jobs.map(({ name }) => name).sort()).toEqual(['job 1', 'job 2'])
  })

  test('that nothing happened to cost one request, which is not counted', async () => {
    site.sandbox.seedRuns(SHOP, 250)
    const first = await read()
    expect(first.facts('runs')).toHaveLength(250)
    site.sent()
    const second = await read(first.watermark)
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
    expect(second.batches).toEqual([{ lists: { runs: [], jobs: [] } }])
    expect(second.watermark).toBe(first.watermark)
  })

  test('that are new are all a further scan reads beyond the first page', async () => {
    site.sandbox.seedRuns(SHOP, 1_000, { until: daysAgo(1) })
    const first = await read()
    await site.sandbox.startRun(SHOP, { conclusion: 'success' })
    runRequests()
    const second = await read(first.watermark)
    expect(second.facts('runs').at(0)?.conclusion).toBe('success')
    expect(second.pages).toBe(1)
    expect(runRequests()).toHaveLength(1)
  })

  test('are read anew for a longer window than before', async () => {
    site.sandbox.seedRuns(SHOP, 300, { everySeconds: 86_400 })
    const first = await read(undefined, { from: daysAgo(10) })
    const second = await read(first.watermark, { from: daysAgo(250) })
    expect(second.facts('runs').filter((run) => run.createdAt >= daysAgo(250)).length).toBeGreaterThanOrEqual(249)
  })

  test('lesson 9: beyond the 40,000th of the plain list are read in windows below the cap of 1,000', async () => {
    site.sandbox.setRunCaps({ unfiltered: 400, filtered: 100 })
    site.sandbox.seedRuns(SHOP, 1_500)
    const scanned = await read()
    expect(new Set(scanned.facts('runs').map(({ id }) => id)).size).toBe(1_500)
    const requests = runRequests()
    expect(requests.filter((line) => line.includes('created='))).not.toHaveLength(0)
    // One run of each window is read twice: it is where the next one begins.
    expect(requests.length).toBeLessThanOrEqual(17)
  })

  test('lesson 9: beyond a cap that is answered 422 they are read in windows as well', async () => {
    site.sandbox.setRunCaps({ unfiltered: 450, filtered: 100, beyond: 'refuse' })
    site.sandbox.seedRuns(SHOP, 900)
    expect(new Set((await read()).facts('runs').map(({ id }) => id)).size).toBe(900)
  })

  test('lesson 9: of which more than a page were created in one second are all read', async () => {
    site.sandbox.setRunCaps({ unfiltered: 100 })
    const at = daysAgo(2)
    for (let run = 0; run < 250; run += 1) await site.sandbox.startRun(SHOP, { conclusion: 'success', createdAt: at, jobs: [] })
    site.sandbox.seedRuns(SHOP, 150, { until: daysAgo(3) })
    expect(new Set((await read()).facts('runs').map(({ id }) => id)).size).toBe(400)
  })

  test('lesson 3: a page that GitHub cannot answer is asked for in halves, and none is lost', async () => {
    site.sandbox.seedRuns(SHOP, 330)
    const large = (request: { query: URLSearchParams; path: string }) =>
      request.path.endsWith('/actions/runs') && request.query.get('per_page') === '100' && request.query.has('page')
    site.sandbox.faults.next({ kind: 'status', status: 502, match: large, times: 3 })
    const scanned = await read()
    expect(new Set(scanned.facts('runs').map(({ id }) => id)).size).toBe(330)
    expect(runRequests().some((line) => line.includes('per_page=50'))).toBe(true)
  })
})

describe('lesson 11: runs in progress', () => {
  test('are looked at again until they end, wherever they stand in the list', async () => {
    const waiting = await site.sandbox.startRun(SHOP, { status: 'waiting', createdAt: daysAgo(20) })
    site.sandbox.seedRuns(SHOP, 250)
    const first = await read()
    expect(first.facts('runs').find(({ id }) => id === String(waiting))?.status).toBe('waiting')
    await site.sandbox.finishRun(SHOP, waiting, 'failure')
    runRequests()
    // The first page is as it was: the run is on the third.
    const second = await read(first.watermark)
    expect(second.facts('runs')).toEqual([expect.objectContaining({ id: String(waiting), status: 'completed', conclusion: 'failure' })])
    expect(second.facts('jobs')).not.toHaveLength(0)
    const third = await read(second.watermark)
    expect(third.batches).toEqual([{ lists: { runs: [], jobs: [] } }])
  })

  test('are given up after 35 days, and are gone when GitHub says so', async () => {
    const waiting = await site.sandbox.startRun(SHOP, { status: 'waiting', createdAt: daysAgo(34) })
    site.sandbox.seedRuns(SHOP, 150)
    const first = await read()
    runRequests()
    const second = await read(first.watermark)
    expect(runRequests().at(-1)).toContain(`/actions/runs/${waiting}`)
    site.sandbox.deleteRun(SHOP, waiting)
    const third = await read(second.watermark)
    expect(third.batches.at(-1)?.gone).toEqual({ runs: [String(waiting)] })
    expect((await read(third.watermark)).batches).toHaveLength(1)

    site.clock.move(2 * DAY_MS)
    runRequests()
    await scan(WORKFLOW_RUN_STREAM, await site.connect(), site.place({ from: daysAgo(10) }), first.watermark)
    expect(runRequests().filter((line) => line.includes(`/runs/${waiting}`))).toEqual([])
  })
})

describe('lesson 12: a run that is started again', () => {
  test('counts once, from the start of its latest attempt, and its earlier failure stays', async () => {
    const id = await site.sandbox.startRun(SHOP, { conclusion: 'failure', createdAt: daysAgo(3) })
    site.sandbox.seedRuns(SHOP, 50)
    const first = await read()
    site.clock.move(60_000)
    await site.sandbox.rerun(SHOP, id)
    site.clock.move(90_000)
    await site.sandbox.finishRun(SHOP, id, 'success')
    const second = await read(first.watermark)
    const attempts = [...first.facts('runs'), ...second.facts('runs')].filter((run) => run.id === String(id))
    const [run] = foldAttempts(attempts)
    expect(run).toMatchObject({ result: 'success', failedBefore: true, attemptsUnseen: 0 })
    expect(run?.latest.createdAt).toEqual(daysAgo(3))
    expect(run?.latest.startedAt).toEqual(new Date(NOW.getTime() + 60_000))
  })

  test('is found beyond the first page by the daily look at all that can be run again', async () => {
    const old = site.sandbox.seedRuns(SHOP, 300, { everySeconds: 3_600, rerunOneIn: 1_000_000 })
    const first = await read()
    await site.sandbox.rerun(SHOP, old + 20)
    const same = await read(first.watermark)
    expect(same.facts('runs')).toEqual([])
    site.clock.move(DAY_MS)
    const next = await scan(WORKFLOW_RUN_STREAM, await site.connect(), site.place(), same.watermark)
    expect(next.facts('runs').find(({ id, attempt }) => id === String(old + 20) && attempt === 2)?.status).toBe('in_progress')
  })

  test('has all its attempts read when an event says so', async () => {
    const id = await site.sandbox.startRun(SHOP, { conclusion: 'failure' })
    await site.sandbox.rerun(SHOP, id)
    await site.sandbox.finishRun(SHOP, id, 'success')
    const batch = await refreshRun(site.github, site.place(), id)
    expect(batch.lists?.runs?.map(({ attempt, conclusion }) => [attempt, conclusion])).toEqual([
      [1, 'failure'],
      [2, 'success'],
    ])
    expect(batch.lists?.jobs?.every(({ attempt }) => attempt === 2)).toBe(true)
    expect(await refreshRun(site.github, site.place(), 4)).toEqual({ gone: { runs: ['4'] } })
  })

  test('is not called gone when the repository cannot be seen', async () => {
    await site.sandbox.deleteRepository(SHOP)
    await expect(refreshRun(site.github, site.place(), 4)).rejects.toMatchObject({ code: 'provider-not-found' })
  })
})

describe('lesson 8: Actions that are off or hidden', () => {
  test('are absent, with the reason, and asked for once', async () => {
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(WORKFLOW_RUN_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { runs: 'no-permission', jobs: 'no-permission' } }])
    expect(runRequests()).toHaveLength(1)
  })
})

describe('a run as GitHub tells it', () => {
  const bare = { id: 1, head_sha: 'a'.repeat(40), created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:01:00Z' }

  test('lesson 29: of a fork that is gone has no head repository, and a branch that is not ours', async () => {
    const fork = await site.sandbox.createRepository('leaver/shop')
    await site.sandbox.startRun(SHOP, { branch: 'main', headRepositoryId: fork.id, conclusion: 'success' })
    await site.sandbox.deleteRepository('leaver/shop')
    expect((await read()).facts('runs')).toMatchObject([{ headBranch: 'main', headRepositoryId: null }])
  })

  test('lesson 13: keeps conclusions in whatever case, and words nobody knows yet', () => {
    const run = toWorkflowRun(RunAnswer.parse({ ...bare, status: 'Completed', conclusion: 'STARTUP_FAILURE', run_attempt: 2 }), 7)
    expect([run.conclusion, resultOf(run)]).toEqual(['STARTUP_FAILURE', 'failure'])
    const odd = toWorkflowRun(RunAnswer.parse({ ...bare, status: 'completed', conclusion: 'melted' }), 7)
    expect([odd.conclusion, resultOf(odd)]).toEqual(['melted', 'unknown'])
  })

  test('lesson 30: keeps names as they are, and survives what is left out', () => {
    const run = toWorkflowRun(RunAnswer.parse({ ...bare, name: '測試 🚀', head_repository: null, conclusion: null }), 7)
    expect(run).toEqual({
      ...{ id: '1', attempt: 1, workflowId: '', workflowName: '測試 🚀', event: '', headBranch: null, headSha: bare.head_sha },
      ...{ headRepositoryId: null, repositoryId: '7', status: 'unknown', conclusion: null },
      createdAt: new Date(bare.created_at),
      startedAt: new Date(bare.created_at),
      updatedAt: new Date(bare.updated_at),
    })
    expect(toWorkflowRun(RunAnswer.parse({ ...bare, run_attempt: 3 }), 7).startedAt).toBeNull()
  })
})
