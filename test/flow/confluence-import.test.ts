// Documentation evidence of a space, end to end: asked for over HTTP and on the command line (import-confluence), read by a job
// (run-confluence-import), computed from stored facts, found again.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type OpenProcess, openProcess } from '../../app/bootstrap.ts'
import { type RunningServer, startServer } from '../../app/serve.ts'
import { scheduleImports } from '../../app/usecases/schedule-imports.ts'
import { type Clock, systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openContracts } from '../confluence/site.ts'
import { type ConfluenceSandbox, openConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { ADMIN_TOKEN, makeFolder } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

interface Answer {
  readonly importId: string
  readonly state: string
  readonly imported: number
  readonly metrics: Record<string, unknown>
  readonly explanation: string
  readonly gaps: readonly { code: string }[]
  readonly artifacts?: readonly Record<string, unknown>[]
  readonly requests: number
  readonly refusal?: string
  readonly details?: { issues: { path: string }[] }
}

/** The site's clock can be set back, so that pages are old. */
let behindMs = 0
const siteClock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() - behindMs) }
const DAY_MS = 86_400_000

let sandbox: ConfluenceSandbox
let own: ReturnType<typeof makeFolder>
let opened: OpenProcess
let server: RunningServer
let environment: Record<string, string>

beforeEach(async () => {
  behindMs = 0
  own = makeFolder()
  sandbox = await openConfluenceSandbox({ clock: siteClock, contracts: await openContracts(), searchLagMs: 0 })
  environment = {
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: `file:${path.join(own.folder, 'katalyst.db')}`,
    CONFLUENCE_BASE_URL: sandbox.url,
    CONFLUENCE_EMAIL: sandbox.email,
    CONFLUENCE_API_TOKEN: sandbox.token,
    KATALYST_ADMIN_TOKEN: ADMIN_TOKEN,
    KATALYST_CONFIG_DIR: own.folder,
    ALLOW_PRIVATE_HOSTS: 'true',
  }
  await open()
})
afterEach(async () => {
  await server.close()
  await sandbox.close()
  own.remove()
  expect(sandbox.violations).toEqual([])
})

async function open(): Promise<void> {
  opened = await openProcess({ environment, log: silentLog, limits: { writeSpacingMs: 0, writesPerMinute: 0 } })
  server = await startServer(opened, '0.0.0-test')
}

async function call(method: string, route: string, body?: unknown): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${server.url}/api/v1${route}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}
const ask = (body: object = {}, query = '') => call('POST', `/integrations/confluence/import${query}`, { spaceKey: 'KDM', ...body })

const writeSpace = () => {
  behindMs = 400 * DAY_MS
  sandbox.writePage('Runbook: restore', '<h2>Trigger</h2><h2>Steps</h2><h2>Rollback</h2><h2>Owner</h2>')
  behindMs = 0
  sandbox.writePage('ADR-001: Use SQLite', '<h2>Status</h2><p>Accepted</p>', { labels: ['adr'] })
  sandbox.writePage('Why queues', '<p>Status: draft</p>', { labels: ['adr'] })
  sandbox.writePage('Runbook: deploy', '<h2>Steps</h2>')
}

describe('an import of a space', () => {
  test('answers figures, score and gaps, and is found again by its id', async () => {
    writeSpace()
    const { status, body } = await ask()
    expect(status).toBe(200)
    // With the homepage there are five pages, one of them old.
    expect(body).toMatchObject({
      state: 'done',
      imported: 5,
      metrics: {
        totalPages: 5,
        pageCount: 5,
        documentationFreshness: 80,
        documentationCoverage: expect.closeTo(33.33, 1),
        operationalCoverage: 50,
        architectureQuality: null,
      },
    })
    expect(body.metrics.byType).toMatchObject({ adr: 2, runbook: 2, onboarding: 0 })
    expect(body.metrics.understandingScore).toBeGreaterThan(0)
    expect(body.gaps.map(({ code }) => code)).toEqual(expect.arrayContaining(['design-doc-none', 'document-type-missing-api']))
    expect(await call('GET', `/integrations/imports/${body.importId}`)).toEqual({ status: 200, body })
  })

  test('maps pages to decision records, and counts only what is asked for', async () => {
    writeSpace()
    const { body } = await ask({ contentTypes: ['adr'], mapTo: 'governance-adrs' })
    expect(body.imported).toBe(2)
    expect(body.metrics).toMatchObject({ totalPages: 5, pageCount: 2, documentationFreshness: 100 })
    expect(body.artifacts).toMatchObject([
      { kind: 'adr', id: 'ADR-001', title: 'Use SQLite', status: 'accepted' },
      { kind: 'adr', id: expect.stringMatching(/^ADR-C\d+$/), title: 'Why queues', status: 'proposed' },
    ])
    expect((await ask({ contentTypes: 'runbook', assessFreshness: false })).body.metrics).toMatchObject({ pageCount: 2 })
  })

  test('read again reads no words that have not changed, and sees what changed and what is gone', async () => {
    writeSpace()
    await ask()
    sandbox.forgetRequests()
    await ask()
    expect(sandbox.requests.filter(({ path: at }) => at.includes('body-format'))).toEqual([])
    const runbook = sandbox.page('Runbook: deploy')
    sandbox.editPage(runbook?.id ?? '', { body: '<h2>Trigger</h2><h2>Steps</h2><h2>Rollback</h2><h2>Contact</h2>' })
    sandbox.trashPage(sandbox.page('Why queues')?.id ?? '')
    expect((await ask()).body.metrics).toMatchObject({ totalPages: 4, operationalCoverage: 100, byType: { adr: 1 } })
    expect(sandbox.requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  test('of 1,000 pages is at most 8 requests', async () => {
    for (let index = 0; index < 999; index += 1) {
      const labels = index % 10 === 0 ? ['runbook'] : []
      sandbox.writePage(`Page ${index}`, '<h2>Steps</h2>', { labels })
    }
    sandbox.forgetRequests()
    const { body } = await ask()
    expect(body.metrics).toMatchObject({ totalPages: 1_000, byType: { runbook: 100 } })
    expect(body.requests).toBe(sandbox.requests.length)
    expect(body.requests).toBeLessThanOrEqual(8)
  })

  test('by the clock asks for what changed, and for nothing else', async () => {
    writeFileSync(path.join(own.folder, 'confluence-config.json'), JSON.stringify({ spaceKey: 'KDM' }))
    writeSpace()
    const schedule = async () => {
      const ctx = opened.contextFor({ kind: 'worker', name: 'test' }, 'test')
      const begun = await scheduleImports.run(ctx, {})
      await (await ctx.worker()).drain()
      return begun.begun
    }
    // Nobody has said yet that this space is to be looked at.
    expect(await schedule()).toBe(0)
    await ask()
    sandbox.writePage('Runbook: rotate', '<h2>Trigger</h2><h2>Steps</h2><h2>Rollback</h2><h2>Owner</h2>')
    sandbox.forgetRequests()
    expect(await schedule()).toBe(1)
    expect(sandbox.requests.map(({ path: at }) => at.split('?')[0]?.replace(/\d{4,}/, 'ID'))).toEqual([
      '/wiki/api/v2/spaces',
      '/wiki/rest/api/content/search',
      '/wiki/api/v2/pages',
    ])
    const { body } = await ask({ contentTypes: ['runbook'] })
    expect(body.metrics).toMatchObject({ totalPages: 6, pageCount: 3 })
  })

  test('without a space key is refused, with another space key is an answer with a score of 0', async () => {
    const missing = await call('POST', '/integrations/confluence/import', {})
    expect([missing.status, missing.body.details?.issues.map((issue) => issue.path)]).toEqual([400, ['spaceKey']])
    const { status, body } = await ask({ spaceKey: 'NOPE' })
    expect([status, body.refusal, body.metrics.understandingScore, body.metrics.totalPages]).toEqual([
      200,
      'confluence-space-not-found',
      0,
      0,
    ])
    expect(body.explanation).toContain('Check the space key')
    expect(body.gaps[0]?.code).toBe('confluence-space-not-found')
  })

  test('at once answers 202 and shows how far it is', async () => {
    writeSpace()
    const { status, body } = await ask({}, '?async=true')
    expect([status, body.state]).toEqual([202, 'running'])
    await (await opened.contextFor({ kind: 'worker', name: 'test' }, 'test').worker()).drain()
    expect((await call('GET', `/integrations/imports/${body.importId}`)).body).toMatchObject({ state: 'done', imported: 5 })
  })

  test('with a refused credential is an answer, and keeps what was read before', async () => {
    writeSpace()
    await ask()
    await server.close()
    environment = { ...environment, CONFLUENCE_API_TOKEN: 'wrong' }
    await open()
    const { status, body } = await ask()
    expect([status, body.refusal, body.metrics.totalPages]).toEqual([200, 'confluence-unauthenticated', 5])
    expect(body.explanation).toContain('The figures are from what was read before.')
  })

  test('without a connection says how to connect', async () => {
    await server.close()
    const { CONFLUENCE_BASE_URL: _url, CONFLUENCE_EMAIL: _email, CONFLUENCE_API_TOKEN: _token, ...rest } = environment
    environment = rest
    await open()
    const { status, body } = await ask()
    expect([status, body.refusal, body.metrics.understandingScore]).toEqual([200, 'confluence-not-configured', 0])
  })
})

test('confluence:import imports the space of confluence-config.json and exits with 3 where Confluence refuses', async () => {
  writeSpace()
  await server.close()
  writeFileSync(path.join(own.folder, 'confluence-config.json'), JSON.stringify({ spaceKey: 'KDM', freshnessDays: 500 }))
  const done = await katalyst(['confluence:import', '--json', '--content', 'runbook'], { environment, log: silentLog })
  expect(done.exit).toBe(0)
  expect(JSON.parse(done.out)).toMatchObject({ imported: 2, metrics: { documentationFreshness: 100 } })
  const refused = await katalyst(['confluence:import', '--space', 'NOPE'], { environment, log: silentLog })
  expect(refused.exit).toBe(3)
  await open()
})
