// Delivery metrics of a Jira project, end to end: asked for over HTTP or on the command line (import-jira), read by a job
// (run-jira-import), computed from stored facts, found again (read-import).
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openProcess } from '../../app/bootstrap.ts'
import { beginJiraImport } from '../../app/steps/imports/jira-import.ts'
import { runJiraImport } from '../../app/usecases/run-jira-import.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, type TestClock } from '../engine/clocks.ts'
import { OPEN_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'

const ROUTE = '/integrations/jira/import'
const DAY_MS = 86_400_000
const SECRET = 'webhook-secret-of-jira'

interface Answer {
  readonly importId: string
  readonly state: string
  readonly imported: number
  readonly metrics: Record<string, unknown>
  readonly explanation: string
  readonly gaps: readonly { code: string; recommendation: string }[]
  readonly subscores: readonly { name: string; score: number }[]
  readonly window: { from: string; to: string }
  readonly requests: number
  readonly refusal?: string
  readonly details?: { issues: { path: string; expected: string }[] }
}

let providers: Providers
let product: Product
let own: ReturnType<typeof makeFolder>
let clock: TestClock
let keys: { done: string; open: string }

/** Two weeks ago: a sprint of three days with one issue done in a day and one carried over. */
function liveThrough() {
  const { jira } = providers
  const points = jira.project?.fieldIds['Story Points'] ?? ''
  const issue = (estimate: number) => jira.createAsPerson('KAT', 'Story', { summary: `${estimate} points`, [points]: estimate })
  const boardId = jira.createBoard({ projectKey: 'KAT', estimateFieldId: points })
  const sprint = jira.createSprint(boardId, 'Sprint 1')
  keys = { done: issue(5), open: issue(3) }
  for (const key of Object.values(keys)) jira.putInSprint(key, sprint)
  jira.startSprint(sprint, new Date(clock.now().getTime() + 3 * DAY_MS))
  clock.advance(DAY_MS)
  jira.transitionAsPerson(keys.done, 'In Progress')
  clock.advance(DAY_MS)
  jira.transitionAsPerson(keys.done, 'Done')
  clock.advance(DAY_MS)
  jira.closeSprint(sprint)
  jira.createVersion('KAT', { name: '1.0', released: true, releaseDate: clock.now().toISOString().slice(0, 10) })
  return boardId
}
let boardId: number

beforeEach(async () => {
  own = makeFolder()
  clock = makeTestClock(new Date(Date.now() - 14 * DAY_MS).toISOString())
  providers = await openProviders({
    clock,
    project: { key: 'KAT', workflow: OPEN_WORKFLOW, fields: [{ name: 'Story Points', type: 'number' }] },
  })
  product = await openProduct(providers, { folder: own.folder, environment: { JIRA_WEBHOOK_SECRET: SECRET } })
  boardId = liveThrough()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.jira.violations).toEqual([])
})

const ask = async (body: Record<string, unknown> = {}, query = ''): Promise<{ status: number; body: Answer }> =>
  product.call('POST', `${ROUTE}${query}`, { jiraProject: 'KAT', ...body })
const codes = ({ gaps }: Answer) => gaps.map(({ code }) => code)
const writes = () =>
  providers.jira.requests.filter(
    ({ method, path: at }) => method !== 'GET' && !/search\/jql|changelog\/bulkfetch|issue\/bulkfetch/.test(at),
  )

describe('an import', () => {
  test('answers figures, window, score and requests, changes nothing in Jira, and is found again by its id', async () => {
    const { status, body } = await ask()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      state: 'done',
      imported: 2,
      metrics: {
        sprintCount: 1,
        averageVelocity: 5,
        completionRate: 5 / 8,
        averageCycleTime: 86_400,
        medianCycleTime: 86_400,
        averageLeadTime: 2 * 86_400,
        sprints: [{ name: 'Sprint 1', committed: 8, added: 0, removed: 0, completed: 5, carriedOver: 3 }],
        board: { id: String(boardId) },
        releaseCount: 1,
      },
    })
    expect((body.metrics.wip as { columns: unknown[] }).columns).toHaveLength(3)
    expect(body.metrics.deploymentFrequency).toMatchObject({ weekly: 7 / 90 })
    expect(body.metrics.feedbackScore).toBe(body.subscores.reduce((sum, { score }) => sum + score, 0))
    expect(body.metrics.feedbackScore).toBeGreaterThan(0)
    expect(body.subscores.map(({ name }) => name)).toContain('Feedback Loop Investment')
    expect(Date.parse(body.window.to) - Date.parse(body.window.from)).toBe(90 * DAY_MS)
    expect(body.requests).toBe(providers.jira.requests.length)
    expect(writes()).toEqual([])
    expect(await product.call('GET', `/integrations/imports/${body.importId}`, undefined, READ_TOKEN)).toEqual({ status: 200, body })
  })

  test('only what was asked for is read and answered', async () => {
    const { body } = await ask({ dataTypes: ['releases'] })
    expect(Object.keys(body.metrics).sort()).toEqual(['deploymentFrequency', 'feedbackScore', 'releaseCount'])
    expect(providers.jira.requests.map(({ path: at }) => at)).toEqual(['/rest/api/3/project/KAT', expect.stringContaining('/versions')])
  })

  test('read again, it asks for what changed, and the figures move with it', async () => {
    await ask({ dataTypes: ['cycle-time'] })
    clock.advance(Date.now() - clock.now().getTime())
    providers.jira.transitionAsPerson(keys.open, 'In Progress')
    providers.jira.transitionAsPerson(keys.open, 'Done')
    providers.jira.forgetRequests()
    const { body } = await ask({ dataTypes: ['cycle-time'] })
    expect(body.metrics).toMatchObject({ completedIssues: 2, averageCycleTime: 43_200 })
    const searches = providers.jira.requests.filter(({ path: at }) => at.endsWith('search/jql'))
    expect(searches).toHaveLength(1)
    expect(JSON.stringify(searches[0]?.body)).not.toContain('statusCategory')
  })

  test('a filter makes a selection of its own, and leaves the project’s figures alone', async () => {
    const few = await ask({ dataTypes: ['issues'], jqlFilter: `key = ${keys.done}` })
    expect(few.body.metrics.issueCount).toBe(1)
    expect((await ask({ dataTypes: ['issues'] })).body.metrics.issueCount).toBe(2)
    expect((await ask({ dataTypes: ['issues'], jqlFilter: `key = ${keys.done}` })).body.metrics.issueCount).toBe(1)
  })

  test('what moved to another project no longer counts here, what is out of sight no longer is in progress', async () => {
    providers.jira.createProject('OPS', { workflow: OPEN_WORKFLOW })
    await ask({ dataTypes: ['issues'] })
    providers.jira.moveIssue(keys.open, 'OPS')
    const store = (await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()).db
    await store.prisma.cursor.deleteMany({ where: { stream: { endsWith: ':issues' } } })
    expect((await ask({ dataTypes: ['issues'] })).body.metrics.issueCount).toBe(1)
  })

  test('what a delivery says was deleted no longer counts', async () => {
    await ask({ dataTypes: ['issues'] })
    const payload = JSON.stringify({
      timestamp: Date.now(),
      webhookEvent: 'jira:issue_deleted',
      issue: { id: providers.jira.issue(keys.open)?.id, key: keys.open },
    })
    const signature = `sha256=${createHmac('sha256', SECRET).update(payload).digest('hex')}`
    const headers = { 'content-type': 'application/json', 'x-hub-signature': signature, 'x-atlassian-webhook-identifier': 'one' }
    const answer = await fetch(`${product.server.url}/webhooks/jira`, { method: 'POST', headers, body: payload })
    expect(answer.status).toBe(202)
    await product.settle()
    providers.jira.deleteIssue(keys.open)
    expect((await ask({ dataTypes: ['issues'] })).body.metrics.issueCount).toBe(1)
  })

  test('asked for without waiting is answered with 202 and has ended when its job has', async () => {
    const { status, body } = await ask({}, '?async=true')
    expect([status, body.state]).toEqual([202, 'running'])
    await product.settle()
    expect(await product.call('GET', `/integrations/imports/${body.importId}`)).toMatchObject({
      status: 200,
      body: { state: 'done', metrics: { sprintCount: 1 } },
    })
  })

  test('making artifacts of issues is answered with a gap and the figures all the same', async () => {
    const { status, body } = await ask({ dataTypes: ['issues'], mapTo: 'capabilities' })
    expect([status, body.imported]).toEqual([200, 2])
    expect(codes(body)).toContain('jira-map-to-unavailable')
  })
})

describe('what Jira does not show is an answer: 200, a score of 0, and what to do', () => {
  const refused = async (code: string, body: Record<string, unknown> = {}) => {
    const answer = await ask(body)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ state: 'done', refusal: code, metrics: { feedbackScore: 0 } })
    expect(codes(answer.body)).toContain(code)
    expect(answer.body.explanation).not.toBe('')
    return answer.body
  }

  test('a project that is not there, or hidden', () => refused('jira-project-not-found', { jiraProject: 'NONE' }))

  test('a credential that is not accepted', async () => {
    const wrong = await openProduct(providers, {
      folder: own.folder,
      environment: { JIRA_API_TOKEN: 'wrong', DATABASE_URL: `file:${path.join(own.folder, 'other.db')}` },
    })
    const { status, body } = (await wrong.call('POST', ROUTE, { jiraProject: 'KAT' })) as { status: number; body: Answer }
    await wrong.close()
    expect([status, body.refusal, body.metrics.feedbackScore]).toEqual([200, 'jira-unauthenticated', 0])
  })

  test('a board that is none of the project’s, with those it has', async () => {
    const body = await refused('jira-board-not-found', { boardId: 1 })
    expect(body.explanation).toContain(`Its boards: ${boardId} (KAT board)`)
  })

  test('a filter that Jira does not take, with its own words', async () => {
    expect((await refused('jira-request-refused', { jqlFilter: 'colour = red', dataTypes: ['issues'] })).explanation).toContain("'colour'")
  })

  test('a project without anything', async () => {
    providers.jira.createProject('VOID')
    const { status, body } = await ask({ jiraProject: 'VOID' })
    expect([status, body.state, body.imported, body.metrics.feedbackScore]).toEqual([200, 'done', 0, 0])
    expect(codes(body)).toEqual(expect.arrayContaining(['jira-issues-none', 'jira-board-none', 'jira-releases-none']))
    expect(body.metrics).toMatchObject({ averageVelocity: null, averageCycleTime: null, sprintCount: 0 })
    expect(body.explanation).toContain('No figure for')
  })
})

test('what is asked wrongly is 400, names it, and asks Jira nothing', async () => {
  const wrong: readonly (readonly [body: Record<string, unknown>, path: string])[] = [
    [{ jiraProject: undefined }, 'jiraProject'],
    [{ jiraProject: 'kat-1' }, 'jiraProject'],
    [{ dataTypes: ['speed'] }, 'dataTypes.0'],
    [{ sprintCount: 0 }, 'sprintCount'],
    [{ jqlFilter: 'type = Bug) OR (project = SECRET' }, 'jqlFilter'],
    [{ jqlFilter: 'type = Bug ORDER BY key' }, 'jqlFilter'],
    [{ boardId: 'main' }, 'boardId'],
    [{ sprints: 3 }, 'sprints'],
  ]
  for (const [body, at] of wrong) {
    const answer = await ask(body)
    expect([answer.status, answer.body.details?.issues.map(({ path: one }) => one)]).toEqual([400, [at]])
  }
  expect(providers.jira.requests).toEqual([])
})

describe('an import that is interrupted', () => {
  const many = 150
  const searches = () => providers.jira.requests.filter(({ path: at }) => at.endsWith('search/jql'))
  const tokenOf = (request: { readonly body?: unknown } | undefined) =>
    (request?.body as { readonly nextPageToken?: string } | undefined)?.nextPageToken

  beforeEach(() => {
    for (let count = 0; count < many; count += 1) providers.jira.createAsPerson('KAT', 'Task', { summary: `Task ${count}` })
  })

  test('by an outage ends with what was read and says so; the next one goes on at the page', async () => {
    providers.jira.faults.next({ kind: 'status', status: 400, match: { path: /search\/jql/ }, after: 1, times: 20 })
    const first = await ask({ dataTypes: ['issues'] })
    expect(first.body).toMatchObject({ state: 'done', refusal: 'jira-request-refused', imported: 100 })
    const token = tokenOf(searches().at(-1))
    providers.jira.faults.clear()
    providers.jira.forgetRequests()
    const second = await ask({ dataTypes: ['issues'] })
    expect(second.body).toMatchObject({ state: 'done', imported: many + 2 })
    expect(searches().map(tokenOf)).toEqual([token])
  })

  test('by a Jira that is away keeps the figures of before, and says that they are no news', async () => {
    await ask({ dataTypes: ['velocity'] })
    providers.jira.faults.next({ kind: 'status', status: 403, match: { path: /project/ }, times: 5 })
    const { status, body } = await ask({ dataTypes: ['velocity'] })
    expect([status, body.refusal, body.metrics.averageVelocity]).toEqual([200, 'jira-no-permission', 5])
    providers.jira.faults.clear()
  })

  test('by a person ends as cancelled, with the figures of what was read', async () => {
    await ask({ dataTypes: ['issues'] })
    // A process whose workers nobody wakes: the run is cancelled before its job is taken.
    const alone = await openProcess({ environment: product.environment, log: silentLog })
    const ctx = alone.contextFor({ kind: 'worker', name: 'test' }, 'test')
    const begun = await beginJiraImport(ctx, { jiraProject: 'KAT', dataTypes: [], sprintCount: 5, lookbackDays: 90 }, 'backfill')
    const { db } = await ctx.store()
    await db.prisma.run.update({ where: { id: begun.runId ?? 0 }, data: { cancelRequestedAt: new Date() } })
    providers.jira.forgetRequests()
    const { status } = await runJiraImport.run(ctx, { importId: begun.publicId, priority: 'backfill', attempt: 1 })
    await alone.close()
    expect(status).toBe('cancelled')
    const { body } = (await product.call('GET', `/integrations/imports/${begun.publicId}`)) as { body: Answer }
    expect(body).toMatchObject({ state: 'cancelled', imported: many + 2 })
  })
})

describe('jira:import', () => {
  const katalyst = (args: readonly string[], environment: Record<string, string> = {}) =>
    runCommand(args, { environment: environmentFor(providers, { folder: own.folder, environment }), log: silentLog })

  test('takes project and board from jira-config.json, and prints the answer of the API and nothing else with --json', async () => {
    writeFileSync(path.join(own.folder, 'jira-config.json'), JSON.stringify({ projectKey: 'KAT', boardId }))
    const { exit, out, err } = await katalyst(['jira:import', '--data-types', 'velocity', '--json'])
    expect([exit, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ state: 'done', metrics: { averageVelocity: 5, sprintCount: 1 } })
    expect(writes()).toEqual([])
    // The board is that project's; another one is measured by a board of its own.
    providers.jira.createProject('OPS', { workflow: OPEN_WORKFLOW })
    expect((await katalyst(['jira:import', '--project', 'OPS', '--data-types', 'velocity'])).exit).toBe(0)
  })

  test('tells people the score, the figures and what is missing', async () => {
    const { exit, out } = await katalyst(['jira:import', '--project', 'KAT', '--sprints', '3', '--lookback', '30'])
    expect(exit).toBe(0)
    for (const words of ['feedback', 'averageVelocity', 'Feedback Loop Investment']) expect(out).toContain(words)
  })

  test('without a project anywhere is wrong use; a project that Jira does not show ends with 3', async () => {
    expect((await katalyst(['jira:import'])).exit).toBe(2)
    const { exit, out } = await katalyst(['jira:import', '--project', 'NONE'])
    expect(exit).toBe(3)
    expect(out).toContain('Jira has no such project, or hides it')
  })
})
