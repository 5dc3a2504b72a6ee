// The API as Katalyst and admins call it: every route over real HTTP, on a product that has done some work.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startRun } from '../../integrations/store/runs.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const REPOSITORY = 'acme/small'
const own = makeFolder({ projectKey: 'ROAD' })
let providers: Providers
let product: Product

const road = (id: string, title: string) =>
  `---\nid: ${id}\ntitle: "${title}"\nstatus: proposed\nphase: 1\npriority: high\ncreated: "2026-01-01"\ngovernance:\n  adrs: {validated: false, ids: []}\n  bdd: {id: BDD-001, status: draft, feature_files: [], scenarios: 0, passing: 0}\n  nfrs: {applicable: [], status: pending, results: {}}\n  capabilities: [CAP-001]\n---\n\n# ${id}: ${title}\n\n## Summary\n\nText.\n`

beforeAll(async () => {
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder, environment: { JIRA_BASE_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' } })
  await providers.github.createRepository(REPOSITORY, {
    'governance/roads/ROAD-001.md': road('ROAD-001', 'First'),
    'governance/roads/ROAD-002.md': road('ROAD-002', 'Second'),
    'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001\n',
  })
  await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
})
afterAll(async () => {
  await product.close()
  await providers.close()
  own.remove()
})

const call = (method: string, route: string, body?: unknown, token?: string) => product.call(method, route, body, token)

describe('health', () => {
  test('/health answers without a token, /ready says what is waiting', async () => {
    expect(await call('GET', '/health', undefined, '')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await call('GET', '/ready', undefined, '')).toMatchObject({
      status: 200,
      body: { status: 'ready', database: true, jobs: { waiting: 0, running: 0, dead: 0, oldestWaitingSeconds: null, stalledRuns: 0 } },
    })
  })
})

describe('artifacts', () => {
  test('are listed a page at a time, with a cursor that leads to the rest', async () => {
    const first = (await call('GET', `/governance/artifacts?limit=2&repository=${REPOSITORY}`)) as {
      body: { items: { id: string }[]; nextCursor?: string }
    }
    const rest = (await call('GET', `/governance/artifacts?limit=2&cursor=${first.body.nextCursor}`)) as typeof first
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id).sort()).toEqual(['CAP-001', 'ROAD-001', 'ROAD-002'])
    expect(rest.body.nextCursor).toBeUndefined()
  })

  test.each([
    ['/governance/artifacts?limit=0', 400],
    ['/governance/artifacts?limit=201', 400],
    ['/governance/artifacts?limit=many', 400],
    ['/governance/artifacts?cursor=x', 400],
    ['/governance/artifacts?kind=ticket', 400],
    ['/governance/artifacts?repository=acme/unknown', 404],
    ['/governance/artifacts/ROAD-404', 404],
    ['/governance/index?repository=acme/unknown', 404],
    ['/runs/404', 404],
    ['/runs/first', 400],
    ['/nothing/here', 404],
  ])('%s is refused with %i and a code', async (route, status) => {
    const reply = (await call('GET', route)) as { status: number; body: { code: string; error: string; requestId: string } }
    expect(reply.status).toBe(status)
    expect(reply.body).toEqual(
      expect.objectContaining({ code: expect.stringMatching(/^[A-Z-]+$/), error: expect.any(String), requestId: expect.any(String) }),
    )
  })

  test('the index needs no repository where there is only one', async () => {
    expect(await call('GET', '/governance/index')).toMatchObject({
      status: 200,
      body: { project: 'small', roadItems: { 'ROAD-001': { title: 'First' } } },
    })
  })
})

describe('a connection', () => {
  test('is refused while wrong, stored sealed, used at once, never shown, and removed', async () => {
    expect(await call('GET', '/integrations/jira/config')).toMatchObject({ status: 409, body: { code: 'NOT-CONFIGURED' } })
    expect(await call('POST', '/integrations/jira/sync', { direction: 'export', jiraProject: 'ROAD' })).toMatchObject({ status: 409 })
    expect(await call('PUT', '/integrations/jira/config', { email: 'bot@example.com', token: 'some-token' })).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'baseUrl' }] } },
    })
    expect(await call('PUT', '/integrations/jira/config', { baseUrl: providers.jira.url, email: 'bot@example.com' })).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'token' }] } },
    })
    expect(
      await call('PUT', '/integrations/jira/config', { baseUrl: 'ftp://example.com', email: 'bot@example.com', token: 'some-token' }),
    ).toMatchObject({ status: 400 })
    expect(await call('PUT', '/integrations/jira/config', {}, READ_TOKEN)).toMatchObject({ status: 403 })

    const body = {
      baseUrl: providers.jira.url,
      projectKey: 'ROAD',
      authType: 'api-token',
      email: providers.jira.email,
      token: providers.jira.token,
      fieldMappings: { 'road-item.phase': 'Phase' },
    }
    const stored = await call('PUT', '/integrations/jira/config', body)
    expect(stored).toMatchObject({
      status: 200,
      body: { status: 'configured', source: 'database', projectKey: 'ROAD', secrets: { token: true } },
    })
    const shown = await call('GET', '/integrations/jira/config')
    expect(shown).toMatchObject({
      body: { baseUrl: providers.jira.url, projectKey: 'ROAD', fieldMappings: { 'road-item.phase': 'Phase' } },
    })
    expect(JSON.stringify([stored, shown, await call('GET', '/config/status')])).not.toContain(providers.jira.token)

    expect(await call('POST', '/integrations/jira/test')).toMatchObject({
      status: 200,
      body: { account: providers.jira.accountId, displayName: 'Katalyst Bot' },
    })
    expect(await call('POST', '/integrations/github/test')).toMatchObject({ status: 200, body: { provider: 'github' } })
  })

  test('exports with it, in the order asked for, and says the same again from the run', async () => {
    expect(await call('POST', '/integrations/jira/sync', { direction: 'export' })).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'jiraProject', expected: 'a value' }] } },
    })
    expect(await call('POST', '/integrations/jira/sync', { direction: 'export', jiraProject: 'ROAD', path: '/etc' })).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'path', expected: 'no such key' }] } },
    })
    const dry = await call('POST', '/integrations/jira/sync', { direction: 'export', jiraProject: 'ROAD', dryRun: true })
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, runId: null, counts: { created: 2 } } })
    expect(providers.jira.issues()).toEqual([])

    const reply = (await call('POST', '/integrations/jira/sync', {
      direction: 'export',
      jiraProject: 'ROAD',
      artifactIds: ['ROAD-002', 'ROAD-404', 'ROAD-001'],
    })) as { status: number; body: { runId: string } }
    expect(reply).toMatchObject({
      status: 200,
      body: {
        syncResults: [
          { artifactId: 'ROAD-002', status: 'created' },
          { artifactId: 'ROAD-404', status: 'failed', code: 'not-found' },
          { artifactId: 'ROAD-001', status: 'created' },
        ],
      },
    })
    expect(providers.jira.issues().map(({ fields }) => fields[providers.jira.project?.fieldIds.Phase ?? ''])).toEqual([1, 1])
    expect(await call('GET', `/runs/${reply.body.runId}`)).toMatchObject({
      status: 200,
      body: {
        kind: 'jira-export',
        state: 'done',
        counts: { created: 2 },
        events: { items: [{ status: 'created' }, { status: 'created' }] },
      },
    })
    expect(await call('GET', '/runs?kind=jira-export')).toMatchObject({ body: { items: [{ id: reply.body.runId, connection: 'jira' }] } })

    // Over HTTP a repeated export refreshes the stamp and says updated; contract.md 4.2.
    expect(
      await call('POST', '/integrations/jira/sync', { direction: 'export', jiraProject: 'ROAD', artifactIds: ['ROAD-001'] }),
    ).toMatchObject({ body: { syncResults: [{ artifactId: 'ROAD-001', status: 'updated' }] } })
    expect(
      await call('POST', '/integrations/jira/sync', { direction: 'export', jiraProject: 'ROAD', artifactIds: ['ROAD-001'], force: false }),
    ).toMatchObject({ body: { counts: { unchanged: 1 } } })
  })

  test('shows the links of an artifact, the budgets and the runs', async () => {
    expect(await call('GET', '/governance/artifacts/ROAD-001', undefined, READ_TOKEN)).toMatchObject({
      body: { title: 'First', links: [{ connection: 'jira', kind: 'issue', key: expect.stringMatching(/^ROAD-\d$/) }] },
    })
    expect(await call('GET', '/status', undefined, READ_TOKEN)).toMatchObject({ status: 200, body: { jobs: { dead: 0 }, running: [] } })
  })

  test('to GitHub with a personal access token wins over the App of the environment while it is stored', async () => {
    const token = providers.github.createToken('ada')
    expect(await call('PUT', '/integrations/github/config', { baseUrl: providers.github.apiUrl, authType: 'pat', token })).toMatchObject({
      status: 200,
      body: { kind: 'pat', source: 'database' },
    })
    expect(await call('POST', '/integrations/github/test')).toMatchObject({
      status: 200,
      body: { account: 'ada', missing: [expect.stringContaining('checks')] },
    })
    expect(await call('DELETE', '/integrations/github/config')).toMatchObject({ status: 200 })
    expect(await call('POST', '/integrations/github/test')).toMatchObject({
      status: 200,
      body: { account: 'katalyst-sandbox', missing: [] },
    })
  })

  test('that is removed is gone, token and all', async () => {
    expect(await call('DELETE', '/integrations/jira/config')).toMatchObject({ status: 200, body: { status: 'removed' } })
    expect(await call('POST', '/integrations/jira/test')).toMatchObject({ status: 409 })
    expect(await call('DELETE', '/integrations/jira/config')).toMatchObject({ status: 409 })
  })
})

describe('on the command line', () => {
  const run = (...args: string[]) => katalyst(args, { environment: product.environment })

  test('the database is checked and migrated', async () => {
    expect(JSON.parse((await run('db:check', '--json')).out)).toMatchObject({ database: 'sqlite', pending: [], changed: [] })
    expect(JSON.parse((await run('db:migrate', '--json')).out)).toEqual({ applied: [] })
    const fresh = makeFolder()
    const environment = { ...product.environment, DATABASE_URL: `file:${fresh.folder}/new.db` }
    expect((await katalyst(['db:check'], { environment })).exit).toBe(1)
    expect(JSON.parse((await katalyst(['db:migrate', '--json'], { environment })).out).applied.length).toBeGreaterThan(0)
    expect((await katalyst(['db:check'], { environment })).exit).toBe(0)
    fresh.remove()
  })

  test('a run that makes no progress says why, in the list, alone and in the status, until it is cancelled', async () => {
    const { db } = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
    const { id } = await startRun(db, { kind: 'jira-import', at: new Date(Date.now() - 3_600_000) })
    const stalled = expect.stringContaining('Start it again')
    expect(await call('GET', `/runs/${id}`)).toMatchObject({ body: { state: 'running', stalled } })
    expect(await call('GET', '/runs?state=running')).toMatchObject({ body: { items: [{ id: String(id), stalled }] } })
    expect(await call('GET', '/status')).toMatchObject({ body: { running: [{ id: String(id), stalled }] } })
    expect((await run('runs')).out).toContain(`run ${id}: No progress since`)
    expect((await run('status')).out).toContain(`run ${id}: No progress since`)
    expect(await call('POST', `/runs/${id}/cancel`, {}, READ_TOKEN)).toMatchObject({ status: 403 })
    expect((await run('runs:cancel', String(id))).out).toBe(`run ${id} is cancelled: nothing\n`)
    expect(await call('POST', `/runs/${id}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled', code: 'cancelled' } })
    expect(await call('POST', '/runs/1/cancel')).toMatchObject({ status: 422, body: { code: 'REFUSED' } })
    expect(await call('POST', '/runs/404/cancel')).toMatchObject({ status: 404 })
  })

  test('runs, status and connections are tables for people and the same answers with --json', async () => {
    expect((await run('runs')).out).toMatch(/^run {2,}kind/)
    expect((await run('runs:show', '1', '--json')).exit).toBe(0)
    expect((await run('status')).out).toMatch(/^jobs: 0 waiting, 0 running, 0 dead\n/)
    expect((await run('connections')).out).toContain('github')
    expect(JSON.parse((await run('connections', '--json')).out)).toEqual((await call('GET', '/config/status')).body)
  })
})

test('a token in the wrong place is a 401, and nothing of it is echoed', async () => {
  const reply = await fetch(`${product.server.url}/api/v1/runs?token=${ADMIN_TOKEN}`)
  expect(reply.status).toBe(401)
  expect(await reply.text()).not.toContain(ADMIN_TOKEN)
})
