import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { jobDuration } from '../../../integrations/foe/run-result.ts'
import { JobAnswer, toJob } from '../../../integrations/github/import/workflow-jobs.ts'
import { WORKFLOW_RUN_STREAM } from '../../../integrations/github/import/workflow-runs.ts'
import { type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = () => scan(WORKFLOW_RUN_STREAM, site.github, site.place())

describe('jobs', () => {
  test('of a hundred runs are one request', async () => {
    site.sandbox.seedRuns(SHOP, 300)
    const scanned = await read()
    expect(scanned.facts('jobs')).toHaveLength(600)
    expect(site.sent()).toHaveLength(6)
    const [run] = scanned.facts('runs')
    const job = scanned.facts('jobs').find(({ runId, name }) => runId === run?.id && name === 'job 1')
    expect(job).toMatchObject({ attempt: run?.attempt, status: 'COMPLETED', createdAt: null, startedAt: run?.startedAt })
  })

  test('lesson 25: of which a run has more than 100 are all read', async () => {
    const jobs = Array.from({ length: 275 }, (_, at) => ({ name: `shard ${at}` }))
    await site.sandbox.startRun(SHOP, { conclusion: 'success', jobs })
    await site.sandbox.startRun(SHOP, { conclusion: 'success' })
    const scanned = await read()
    expect(new Set(scanned.facts('jobs').map(({ name }) => name)).size).toBe(276)
    expect(site.sent()).toHaveLength(4)
  })

  test('lesson 6: are read run by run where the schema has no check suites, none less', async () => {
    await site.close()
    site = await openImportSite({ missingFields: ['CheckSuite.checkRuns'] })
    site.sent()
    site.sandbox.seedRuns(SHOP, 5)
    const scanned = await read()
    expect(scanned.facts('jobs')).toHaveLength(10)
    expect(site.sent().filter((line) => line.includes('/jobs?'))).toHaveLength(5)
  })

  test('are read run by run where a token may see Actions and no checks', async () => {
    site.sandbox.seedRuns(SHOP, 3)
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read', actions: 'read' })
    const scanned = await scan(WORKFLOW_RUN_STREAM, await site.connect(), site.place())
    expect(scanned.facts('jobs')).toHaveLength(6)
    expect(scanned.batches[0]?.absent).toBeUndefined()
  })

  test('lesson 3: too much for one query are asked for in halves', async () => {
    site.sandbox.seedRuns(SHOP, 100)
    site.sandbox.faults.next({ kind: 'status', status: 502, match: { path: '/graphql' }, times: 3 })
    expect((await read()).facts('jobs')).toHaveLength(200)
  })
})

describe('lesson 14: a job that never started', () => {
  const bare = { id: 9, run_id: 1, name: 'build', status: 'completed', conclusion: 'skipped' }

  test.each([
    ['with null', null],
    ['with the year 1', '0001-01-01T00:00:00Z'],
    ['with nothing', undefined],
  ])('%s has no start, no end and no duration', (_words, instant) => {
    const job = toJob(JobAnswer.parse({ ...bare, started_at: instant, completed_at: instant, created_at: instant }))
    expect(job).toMatchObject({ createdAt: null, startedAt: null, completedAt: null, attempt: 1 })
    expect(jobDuration(job)).toBeNull()
  })
})
