// Evidence of a repository, end to end: asked for over HTTP (import-github), read by a job (run-github-import), computed from stored
// facts, found again (read-import).
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'

const REPOSITORY = 'acme/shop'
const ROUTE = '/integrations/github/import'

interface Answer {
  readonly importId: string
  readonly state: string
  readonly imported: number
  readonly metrics: Record<string, unknown>
  readonly explanation: string
  readonly gaps: readonly { code: string; title: string; recommendation: string; severity: string }[]
  readonly subscores: readonly { name: string; score: number; max: number }[]
  readonly window: { from: string; to: string }
  readonly requests: number
  readonly refusal?: string
  readonly code?: string
  readonly details?: { issues: { path: string }[] }
}

let providers: Providers
let product: Product
let own: ReturnType<typeof makeFolder>
let installation: number

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(REPOSITORY, { 'README.md': '# Shop\n' })
  installation = await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

const ask = async (body: Record<string, unknown>, query = ''): Promise<{ status: number; body: Answer }> =>
  product.call('POST', `${ROUTE}${query}`, { owner: 'acme', repo: 'shop', ...body })
const alerts = (body: Record<string, unknown> = {}) => ask({ dimension: 'confidence', dataTypes: ['dependabot-alerts'], ...body })
const codes = ({ gaps }: Answer) => gaps.map(({ code }) => code)

describe('an import', () => {
  test('answers figures, window, score and requests, and is found again by its id', async () => {
    const day = 86_400_000
    const now = Date.now()
    providers.github.raiseAlert(REPOSITORY, 'dependabot', { severity: 'critical', createdAt: new Date(now - 3 * day) })
    providers.github.raiseAlert(REPOSITORY, 'dependabot', { createdAt: new Date(now - 10 * day) })
    providers.github.closeAlert(REPOSITORY, 'dependabot', 2, 'fixed')
    const { status, body } = await alerts({ lookbackDays: 30 })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      state: 'done',
      imported: 2,
      metrics: { openAlerts: 1, openAlertsBySeverity: { critical: 1, high: 0, medium: 0, low: 0 }, resolutionRate: 1 },
      gaps: [],
    })
    expect(body.metrics.meanTimeToRemediate).toBeCloseTo(10 * 86_400, -2)
    expect(body.metrics.confidenceScore).toBe(body.subscores.reduce((sum, { score }) => sum + score, 0))
    expect(body.subscores.map(({ name }) => name)).toEqual(['Test Quality', 'Contract Testing', 'Dependency Health', 'Change Safety'])
    expect(Date.parse(body.window.to) - Date.parse(body.window.from)).toBe(30 * day)
    expect(body.requests).toBeGreaterThan(0)
    expect(await product.call('GET', `/integrations/imports/${body.importId}`, undefined, READ_TOKEN)).toEqual({ status: 200, body })
  })

  test('read again with nothing new costs one uncounted request per list, and changes no figure', async () => {
    providers.github.raiseAlert(REPOSITORY, 'dependabot')
    const first = await alerts()
    providers.github.forgetRequests()
    const second = await alerts()
    expect(providers.github.requests.map(({ status }) => status)).toEqual([304, 304])
    expect({ ...second.body.metrics, meanTimeToRemediate: 0 }).toEqual({ ...first.body.metrics, meanTimeToRemediate: 0 })
    expect(second.body.importId).not.toBe(first.body.importId)
  })

  test('asked for without waiting is answered with 202 and shows how far it is until it has ended', async () => {
    const { status, body } = await alerts({ async: true })
    expect(status).toBe(202)
    expect(body).toMatchObject({ state: 'running', metrics: {}, gaps: [] })
    await product.settle()
    expect(await product.call('GET', `/integrations/imports/${body.importId}`)).toMatchObject({
      status: 200,
      body: { importId: body.importId, state: 'done', metrics: { openAlerts: 0 } },
    })
  })

  test.each([
    [{ owner: undefined }, 'owner'],
    [{ repo: undefined }, 'repo'],
    [{ dimension: 'speed' }, 'dimension'],
    [{ dataTypes: ['workflow-runs'] }, 'dataTypes.0'],
  ])('with %j is refused as a wrong question', async (over, path) => {
    const { status, body } = await ask({ dimension: 'confidence', ...over })
    expect([status, body.code, body.details?.issues.map((issue) => issue.path)]).toEqual([400, 'BAD-REQUEST', [path]])
  })

  test('that nobody made is not found', async () => {
    expect(await product.call('GET', '/integrations/imports/nobody')).toMatchObject({ status: 404 })
  })
})

describe('the figures of runs', () => {
  const runs = (body: Record<string, unknown> = {}) => ask({ dimension: 'feedback', dataTypes: ['workflow-runs'], ...body })

  test('are those a person computes by hand from what happened', async () => {
    const { github } = providers
    const now = Date.now()
    const day = 86_400_000
    const finished = (daysAgo: number, minutes: number, conclusion: 'success' | 'failure' | 'cancelled', workflow = 'CI') =>
      github.startRun(REPOSITORY, { workflow, createdAt: new Date(now - daysAgo * day), seconds: minutes * 60, conclusion })
    await finished(100, 60, 'success')
    await finished(5, 10, 'success')
    await finished(4, 20, 'failure')
    await finished(3, 30, 'success')
    await finished(2, 40, 'cancelled')
    await finished(1, 50, 'success', 'Deploy')
    await github.startRun(REPOSITORY, { workflow: 'CI' })
    const { metrics } = (await runs()).body
    // Durations of successes and failures: 10, 20, 30 and 50 minutes. The streak: its first failure ended 4 days less 20 minutes
    // ago, the success that ended it 3 days less 30 minutes ago: a day and 10 minutes.
    expect(metrics).toMatchObject({
      workflowRuns: 6,
      runsInProgress: 1,
      buildTimeP50: 25 * 60,
      failureRate: 1 / 4,
      meanTimeToRecovery: 86_400 + 600,
    })
    expect(metrics.buildTimeP90).toBeCloseTo(44 * 60, 6)
    expect((await runs({ workflowName: 'Deploy' })).body.metrics).toMatchObject({ workflowRuns: 1, buildTimeP50: 50 * 60 })
    expect((await runs({ lookbackDays: 200 })).body.metrics).toMatchObject({ workflowRuns: 7, failureRate: 1 / 5 })
  })

  test('a token that ends in the middle is renewed, and the reading goes on', async () => {
    providers.github.seedRuns(REPOSITORY, 300)
    providers.github.expireTokens()
    const { body } = await runs()
    expect([body.refusal, body.metrics.workflowRuns]).toEqual([undefined, 300])
  })
})

test('all three dimensions of a repository, and again with nothing new at the cost of uncounted requests', async () => {
  const { github } = providers
  github.seedRuns(REPOSITORY, 150)
  github.seedPulls(REPOSITORY, 30)
  await github.deploy(REPOSITORY, { environment: 'production', states: ['success'], at: new Date(Date.now() - 86_400_000) })
  const imports = async () => [
    await ask({ dimension: 'feedback' }),
    await ask({ dimension: 'understanding' }),
    await ask({ dimension: 'confidence' }),
  ]
  const first = (await imports()).map(({ body }) => body)
  expect(first.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined])
  expect(first[0]?.metrics).toMatchObject({ workflowRuns: 150, deploymentCount: 1 })
  expect(first[1]?.metrics).toMatchObject({ hasReadme: true, hasChangelog: false })
  expect(first[2]?.metrics).toMatchObject({ mergedPullRequests: 30, approvalRate: 1 })
  github.forgetRequests()
  const again = (await imports()).map(({ body }) => body)
  // Discussions and protection have no form that GitHub does not count, a feature that is off no answer to compare with, and git
  // is outside of GitHub's limits.
  const isUnavoidable = (path: string) => /^\/graphql$|\.wiki\.git\/|-scanning\/alerts|dependabot\/alerts/.test(path)
  const counted = github.requests.filter(({ status }) => status !== 304)
  expect(counted.filter(({ path }) => !isUnavoidable(path)).map(({ path }) => path)).toEqual([])
  expect(counted.filter(({ path }) => path === '/graphql').length).toBeLessThanOrEqual(2)
  expect(again.map(({ metrics }) => metrics.workflowRuns ?? metrics.hasReadme ?? metrics.mergedPullRequests)).toEqual([150, true, 30])
})

describe('what GitHub does not show', () => {
  test('a repository that does not exist: 200, score 0, and what to check', async () => {
    const { status, body } = await ask({ repo: 'nowhere', dimension: 'feedback' })
    expect([status, body.metrics.feedbackScore, body.refusal]).toEqual([200, 0, 'github-app-not-installed'])
    expect(body.explanation).toContain('Install the App')
    expect(body.metrics).toMatchObject({ workflowRuns: 0, failureRate: null })
  })

  test('a permission that was not granted is named, and not asked for twice', async () => {
    const { vulnerability_alerts: _, ...granted } = EVIDENCE_PERMISSIONS
    await providers.github.createRepository('globex/shop', { 'README.md': '# Shop\n' })
    providers.github.raiseAlert('globex/shop', 'dependabot')
    providers.github.hold()
    await providers.github.acceptPermissions(await providers.github.installApp('globex', ['globex/shop']), granted)
    await providers.github.release()
    await product.settle()
    providers.github.forgetRequests()
    const { status, body } = await alerts({ owner: 'globex' })
    expect([status, body.metrics.openAlerts, body.metrics.resolutionRate]).toEqual([200, 0, null])
    expect(body.gaps).toContainEqual(
      expect.objectContaining({
        code: 'dependabot-alerts-no-permission',
        recommendation: expect.stringContaining('vulnerability_alerts: read'),
      }),
    )
    expect(providers.github.requests.filter(({ path }) => path.includes('/dependabot/'))).toHaveLength(1)
  })

  test('a feature that is switched off is named with its switch', async () => {
    const { body } = await alerts()
    expect(codes(body)).toEqual(['dependabot-alerts-not-enabled'])
  })

  test('a suspended installation: nothing is asked, and the figures of before are kept', async () => {
    providers.github.raiseAlert(REPOSITORY, 'dependabot')
    await alerts()
    await providers.github.suspendApp(installation)
    await product.settle()
    providers.github.forgetRequests()
    const { status, body } = await alerts()
    expect([status, body.refusal, body.metrics.openAlerts]).toEqual([200, 'github-installation-suspended', 1])
    expect(providers.github.requests).toEqual([])
    await providers.github.unsuspendApp(installation)
    await product.settle()
    expect((await alerts()).body.refusal).toBeUndefined()
  })

  test('an outage: 200, the figures of before, and that the reading goes on later', async () => {
    providers.github.raiseAlert(REPOSITORY, 'dependabot')
    await alerts()
    providers.github.faults.next({ kind: 'status', match: { path: '/dependabot/' }, status: 503, times: 9 })
    const { status, body } = await alerts()
    expect([status, body.refusal, body.metrics.openAlerts]).toEqual([200, 'github-unreachable', 1])
  })
})
