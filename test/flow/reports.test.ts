// Scans, reports and scores over real HTTP, and what Katalyst is handed: start-scan, finish-scan, read-report, read-report-evidence,
// list-reports, compare-reports, compare-scores, read-trend, read-scores, hand-over-report, hand-over-governance.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { known } from '../../integrations/foe/metric-value.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { listPublications } from '../../integrations/store/publications.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { STRICT_REPORT } from '../foe/report/strict-report.ts'
import { type KatalystSandbox, openKatalystSandbox } from '../sandbox/katalyst/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { endImport, seedImport } from './seed-imports.ts'

const REPOSITORY = 'acme/shop'
const URL_OF = `https://github.com/${REPOSITORY}`
const TOKEN = 'token-of-katalyst'
const DAY_MS = 86_400_000
const now = Date.now()
const ago = (days: number) => new Date(now - days * DAY_MS)

let own: ReturnType<typeof makeFolder>
let providers: Providers
let katalyst: KatalystSandbox
let product: Product
let store: Store
let scope: string

beforeAll(async () => {
  own = makeFolder()
  providers = await openProviders()
  katalyst = await openKatalystSandbox({ token: TOKEN })
  product = await openProduct(providers, { folder: own.folder, environment: { KATALYST_URL: katalyst.url, KATALYST_TOKEN: TOKEN } })
  await providers.github.createRepository(REPOSITORY, {
    'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001\n',
    'governance/adr/ADR-001.md': '---\nid: ADR-001\ntitle: "Paper"\nstatus: accepted\ncategory: architecture\n---\n\n# ADR-001\n',
  })
  await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
  store = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
  scope = `repository:${(await findRepository(store.db, { fullName: REPOSITORY }))?.id}`
})
afterAll(async () => {
  await product.close()
  await katalyst.close()
  await providers.close()
  own.remove()
})

interface Scanned {
  readonly status: number
  readonly body: { scanId: string; status: string; reportUrl: string; error?: string; code?: string }
}
const scan = async (enrichment?: unknown, repositoryUrl = URL_OF) =>
  (await product.call('POST', '/scans', { repositoryUrl, ...(enrichment === undefined ? {} : { enrichment }) })) as Scanned
const read = async (route: string) => (await product.call('GET', route, undefined, READ_TOKEN)) as { status: number; body: never }
const github = (
  metrics: Parameters<typeof endImport>[2]['metrics'],
  days: number,
  dimension: 'feedback' | 'understanding' | 'confidence' = 'feedback',
) => seedImport(store.db, { provider: 'github', scope, repository: REPOSITORY, dimension, metrics, at: ago(days) })

describe('a scan', () => {
  test('without any import is a valid report that says so', async () => {
    const { status, body } = await scan({}, 'https://github.com/acme/empty')
    expect(status).toBe(202)
    const report = await read(`/reports/${body.scanId}`)
    expect(STRICT_REPORT.safeParse(report.body).error?.issues ?? []).toEqual([])
    expect(report.body).toMatchObject({ id: body.scanId, repository: 'acme/empty', overallScore: 0, maturityLevel: 'Hypothesized' })
    expect(body.reportUrl).toMatch(new RegExp(`/reports/${body.scanId}$`))
  })

  test('is built from the imports it names, of every provider, and what they say is in the evidence', async () => {
    const feedback = await github({ buildTimeP50: known(120), failureRate: known(0.05) }, 3)
    const jira = await seedImport(store.db, {
      provider: 'jira',
      scope: 'jira:SHOP',
      dimension: 'feedback',
      metrics: { averageCycleTime: known(10 * 86_400), completionRate: known(0.9) },
      at: ago(2),
    })
    const confluence = await seedImport(store.db, {
      provider: 'confluence',
      scope: 'confluence:SHOP',
      dimension: 'understanding',
      metrics: { documentationFreshness: known(90), documentationCoverage: known(50) },
      at: ago(2),
    })
    const without = await scan({ github: { feedback: { importId: feedback } } })
    const all = await scan({ jira: { importId: jira }, confluence: { importId: confluence }, github: { feedback: { importId: feedback } } })
    const [less, more] = [await read(`/reports/${without.body.scanId}`), await read(`/reports/${all.body.scanId}`)]
    expect(STRICT_REPORT.safeParse(more.body).error?.issues ?? []).toEqual([])
    const texts = JSON.stringify(more.body)
    for (const text of [
      'Average cycle time: 10 days (Jira)',
      'Freshness of the documentation: 90 of 100 (Confluence)',
      'Median build time: 2 min (GitHub)',
    ])
      expect(texts).toContain(text)
    const scoreOf = (answer: unknown, dimension: string) =>
      (answer as { dimensions: Record<string, { score: number }> }).dimensions[dimension]?.score
    expect(scoreOf(more.body, 'feedback')).not.toBe(scoreOf(less.body, 'feedback'))
    expect(scoreOf(more.body, 'understanding')).toBeGreaterThan(scoreOf(less.body, 'understanding') ?? 0)

    const evidence = await read(`/reports/${all.body.scanId}/evidence`)
    expect(evidence).toMatchObject({
      status: 200,
      body: {
        imports: expect.arrayContaining([expect.objectContaining({ importId: jira, provider: 'jira', scope: 'jira:SHOP' })]),
        scores: {
          feedback: {
            coverage: 2,
            subscores: [{ evidence: [{ metric: 'buildTimeP50', points: 24, url: expect.stringContaining(feedback) }] }, {}, {}, {}],
          },
        },
      },
    })
    const compared = await read(`/reports/${without.body.scanId}/compare/${all.body.scanId}`)
    expect(compared).toMatchObject({
      status: 200,
      body: {
        base: { id: without.body.scanId },
        moves: expect.arrayContaining([expect.objectContaining({ criterion: 'Average cycle time', cause: 'appeared' })]),
      },
    })
    const listed = (await read(`/reports?repository=${REPOSITORY.toUpperCase()}`)) as { body: { items: { id: string }[] } }
    expect(listed.body.items.map(({ id }) => id).slice(0, 2)).toEqual([all.body.scanId, without.body.scanId])
  })

  test('of an unknown import is refused with its id, and of one of another kind with what was expected', async () => {
    const unknown = await scan({ jira: { importId: 'no-such-import' } })
    expect([unknown.status, unknown.body.error]).toEqual([404, 'There is no import no-such-import (enrichment.jira.importId).'])
    const feedback = await github({ buildTimeP50: known(1) }, 5)
    const wrong = await scan({ github: { confidence: { importId: feedback } } })
    expect([wrong.status, wrong.body.error]).toEqual([
      400,
      expect.stringContaining('expected an import of github confidence, found one of github feedback'),
    ])
    expect((await scan({}, 'not an address')).status).toBe(400)
    expect((await product.call('POST', '/scans', { repositoryUrl: URL_OF }, READ_TOKEN)).status).toBe(403)
    expect((await read('/reports/none')).status).toBe(404)
    expect((await read('/reports/none/evidence')).status).toBe(404)
  })

  test('of an import that still runs is there at once, and follows it to its end', async () => {
    const seed = {
      provider: 'github',
      scope,
      repository: REPOSITORY,
      dimension: 'confidence',
      metrics: { approvalRate: known(1) },
      at: ago(1),
    } as const
    const importId = await seedImport(store.db, { ...seed, ended: false })
    const { status, body } = await scan({ github: { confidence: { importId } } })
    expect([status, body.status]).toEqual([202, 'running'])
    const early = (await read(`/reports/${body.scanId}`)) as { body: { methodology: { confidenceNotes: string[] } } }
    expect(early.body.methodology.confidenceNotes).toContain(
      `The import ${importId} is still running; its figures are what there is so far.`,
    )
    expect(katalyst.reports.has(body.scanId)).toBe(false)
    const row = await store.db.prisma.import.findUnique({ where: { publicId: importId } })
    await endImport(store.db, row?.id ?? 0, seed)
    await store.db.prisma.job.updateMany({ where: { kind: 'scan.finish' }, data: { runAt: new Date(0), rank: 0n } })
    await product.settle()
    expect(JSON.stringify((await read(`/reports/${body.scanId}`)).body)).toContain('Approval rate: 100 %')
    expect(katalyst.reports.has(body.scanId)).toBe(true)
  })
})

describe('scores', () => {
  test('are read from the newest evidence of everything that tells about the repository', async () => {
    const { status, body } = (await read(`/scores?repository=${REPOSITORY}`)) as {
      status: number
      body: { dimensions: Record<string, { score: number; coverage: number }> }
    }
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toContain('Average cycle time: 10 days (Jira)')
    expect(JSON.stringify(body)).toContain('Architecture decision records: 1 (the governance folder)')
    expect(await read('/scores')).toMatchObject({ status: 200, body: { repository: REPOSITORY } })
  })

  test('of two dates say what moved and why, and over time make a trend', async () => {
    const before = ago(40)
    await github({ buildTimeP50: known(4000) }, 41)
    const compared = await read(`/scores/compare?repository=${REPOSITORY}&from=${before.toISOString()}`)
    expect(compared).toMatchObject({
      status: 200,
      body: {
        moves: expect.arrayContaining([
          expect.objectContaining({ criterion: 'Median build time', cause: 'changed', metric: 'buildTimeP50' }),
        ]),
      },
    })
    expect((await read(`/scores/compare?repository=${REPOSITORY}&from=2999-01-01`)).status).toBe(400)
    const trend = (await read(`/scores/trend?repository=${REPOSITORY}&days=90`)) as { body: { points: { at: string; feedback: number }[] } }
    expect(trend.body.points[0]).toMatchObject({ at: ago(41).toISOString(), feedback: 0 })
    expect(trend.body.points.at(-1)?.feedback).toBeGreaterThan(0)
    const whole = (await read('/scores/trend?organization=ACME')) as typeof trend
    expect(whole.body.points.length).toBeGreaterThan(1)
    expect((await read('/scores/trend')).status).toBe(400)
  })
})

describe('Katalyst', () => {
  test('is handed each report once, later when it is down, and the row says when', async () => {
    katalyst.faults.next({ kind: 'status', status: 503, match: { path: '/api/v1/reports' }, times: 1000 })
    const { body } = await scan({})
    const waiting = () => store.db.prisma.job.findFirst({ where: { kind: 'katalyst.report', state: 'queued', NOT: { errorCode: null } } })
    while ((await waiting())?.errorCode !== 'provider-failed') await new Promise((resolve) => setImmediate(resolve))
    expect(katalyst.reports.has(body.scanId)).toBe(false)
    katalyst.faults.clear()
    await store.db.prisma.job.updateMany({ where: { state: 'queued' }, data: { runAt: new Date(0), rank: 0n } })
    await product.settle()
    expect(STRICT_REPORT.safeParse(katalyst.reports.get(body.scanId)).success).toBe(true)
    expect(await read(`/reports/${body.scanId}/evidence`)).toMatchObject({ body: { handedOverAt: expect.any(String) } })
    const taken = () =>
      katalyst.requests.filter(
        ({ path, status, body: sent }) => path === '/api/v1/reports' && status === 200 && (sent as { id: string }).id === body.scanId,
      )
    expect(taken()).toHaveLength(1)
    const { handOverReport } = await import('../../app/usecases/hand-over-report.ts')
    const ctx = product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test')
    expect(await handOverReport.run(ctx, { reportId: body.scanId })).toEqual({ status: 'had-been' })
    expect(taken()).toHaveLength(1)
  })

  test('is handed the governance snapshot of a push in the form it accepts, and none for a push that changes nothing', async () => {
    expect(katalyst.snapshots).toMatchObject([{ project: 'shop', capabilities: { 'CAP-001': { title: 'Finding', status: 'stable' } } }])
    const { handOverGovernance } = await import('../../app/usecases/hand-over-governance.ts')
    const ctx = product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test')
    expect(await handOverGovernance.run(ctx, { repositoryId: Number(scope.split(':')[1]), attempt: 1 })).toEqual({ status: 'unchanged' })
    expect(katalyst.snapshots).toHaveLength(1)
    const { items } = await listPublications(store.db, { provider: 'katalyst' })
    expect(items.map(({ target, scope: place }) => [target, place])).toEqual(
      expect.arrayContaining([
        ['katalyst-governance', REPOSITORY],
        ['katalyst-report', REPOSITORY],
      ]),
    )
  })
})
