// The pages of imports, reports and publications in a real browser, each text of katalyst.md 6.4 exactly once on its page.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { BrowserContext, Page } from 'playwright-core'
import { toResult } from '../../app/answers/import-answer.ts'
import { known, type MetricValue } from '../../integrations/foe/metric-value.ts'
import { scoreDimension } from '../../integrations/foe/score/score-dimension.ts'
import { finishImport, startImport } from '../../integrations/store/imports.ts'
import { toJsonObject } from '../../integrations/store/json.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { savePublication } from '../../integrations/store/publications.ts'
import { countOf, describeInBrowser, seriousFindings } from '../app/pages/browser.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/shop'
const DAY_MS = 86_400_000

describeInBrowser('the pages of evidence', (browser) => {
  const own = makeFolder()
  let providers: Providers
  let product: Product
  let store: Store
  let context: BrowserContext
  let page: Page
  const ids: Record<string, string> = {}
  const go = (route: string) => page.goto(`${product.server.url}${route}`)

  /** An import of another provider as it is after it has ended. */
  async function seed(provider: 'jira' | 'confluence', dimension: 'feedback' | 'understanding', metrics: Record<string, MetricValue>) {
    const at = new Date()
    const publicId = `seeded-${provider}`
    const row = await startImport(store.db, {
      publicId,
      provider,
      scope: `${provider}:ROAD`,
      repository: REPOSITORY,
      dimension: undefined,
      input: {},
      window: { from: new Date(at.getTime() - 90 * DAY_MS), to: at },
      at,
    })
    const scores = scoreDimension(dimension, [{ source: provider, metrics, at }])
    const ended = toResult({ metrics, gaps: [], explanation: [] }, scores, { imported: 12 })
    const result = toJsonObject(ended.result)
    await finishImport(store.db, row.id, { state: 'done', result, metrics: ended.metrics, gaps: [], scores, requests: 3, at })
    ids[provider] = publicId
  }

  async function importAll(): Promise<void> {
    for (const dimension of ['feedback', 'understanding', 'confidence']) {
      const body = { owner: 'acme', repo: 'shop', dimension }
      const answer = (await product.call('POST', '/integrations/github/import', body)) as { status: number; body: { importId: string } }
      expect(answer.status).toBe(200)
      ids[dimension] = answer.body.importId
    }
  }

  const scan = async (enrichment: unknown) => {
    const body = { repositoryUrl: `https://github.com/${REPOSITORY}`, enrichment }
    const answer = (await product.call('POST', '/scans', body)) as { status: number; body: { scanId: string } }
    expect(answer.status).toBe(202)
    return answer.body.scanId
  }

  beforeAll(async () => {
    providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
    product = await openProduct(providers, { folder: own.folder })
    await providers.github.createRepository(REPOSITORY, { 'README.md': '# Shop\n', 'docs/adr/0001-first.md': '# First\n' })
    await providers.github.installApp('acme', [REPOSITORY])
    providers.github.seedRuns(REPOSITORY, 40, { everySeconds: 3_600, failOneIn: 5 })
    providers.github.seedPulls(REPOSITORY, 30)
    providers.github.raiseAlert(REPOSITORY, 'dependabot', { severity: 'critical' })
    await product.settle()
    store = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
    await importAll()
    await seed('jira', 'feedback', { averageCycleTime: known(3 * 86_400), averageVelocity: known(21), completionRate: known(0.8) })
    await seed('confluence', 'understanding', {
      totalPages: known(40),
      documentationFreshness: known(70),
      documentationCoverage: known(50),
    })
    context = await browser().newContext({
      viewport: { width: 1280, height: 900 },
      extraHTTPHeaders: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    page = await context.newPage()
  })
  afterAll(async () => {
    await context?.close()
    await product?.close()
    await providers?.close()
    own.remove()
  })

  /** Texts that are not there exactly once. */
  async function wrong(texts: readonly string[]): Promise<string[]> {
    const counts = await Promise.all(texts.map(async (text) => [text, await countOf(page, text)] as const))
    return counts.filter(([, count]) => count !== 1).map(([text, count]) => `${text}: ${count}`)
  }
  async function looksRight(route: string, texts: readonly string[]): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await go(route)
      expect({ route, colorScheme, findings: await seriousFindings(page) }).toEqual({ route, colorScheme, findings: [] })
    }
    expect({ route, wrong: await wrong(texts) }).toEqual({ route, wrong: [] })
    const folder = process.env.KATALYST_SCREENSHOTS
    if (!folder) return
    mkdirSync(folder, { recursive: true })
    await page.emulateMedia({ colorScheme: 'light' })
    writeFileSync(path.join(folder, `${route.replace(/[^a-z]+/gi, '-').slice(1, 60)}.png`), await page.screenshot({ fullPage: true }))
  }

  test.each([
    ['feedback', ['DORA', 'Deployment Frequency']],
    ['understanding', []],
    ['confidence', ['Dependabot', 'Resolution Rate']],
  ])('the page of a %s import', async (dimension, texts) => {
    await looksRight(`/integrations/github/${dimension}/${ids[dimension]}`, texts)
  })

  test.each(['jira', 'confluence'])('the page of a %s import', async (provider) => {
    await looksRight(`/integrations/${provider}/${ids[provider]}`, [])
  })

  test('a report of everything shows each text once', async () => {
    const github = {
      feedback: { importId: ids.feedback },
      understanding: { importId: ids.understanding },
      confidence: { importId: ids.confidence },
    }
    const id = await scan({ jira: { importId: ids.jira }, confluence: { importId: ids.confluence }, github })
    await looksRight(`/reports/${id}`, [
      ...['Feedback', 'Jira Metrics', 'Cycle Time', 'Sprint Velocity'],
      ...['Understanding', 'Confluence Documentation', 'Documentation Freshness', 'Documentation Coverage'],
      ...['GitHub Actions', 'Build Time', 'Deployment Frequency', 'PR Quality', 'Documentation Presence'],
      ...['Confidence', 'Code Review', 'Branch Protection', 'Security Alerts'],
    ])
    await page.getByRole('link', { name: 'What was found, and what to do' }).click()
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`What was found in ${REPOSITORY}`)
    await looksRight('/reports', [REPOSITORY])
  })

  test('a report of one import shows its own texts, and nothing known is never a bad result', async () => {
    const id = await scan({ github: { confidence: { importId: ids.confidence } } })
    await looksRight(`/reports/${id}`, ['Feedback', 'Understanding', 'Confidence', 'Code Review', 'Branch Protection', 'Security Alerts'])
    expect(await countOf(page, 'GitHub Actions')).toBe(0)
  })

  test('what was published where', async () => {
    const at = new Date()
    const row = {
      status: 'updated',
      publishedAt: at,
      updatedAt: at,
      title: 'Governance Report',
      url: 'https://wiki.example/p/1',
      version: '3',
    } as const
    await savePublication(store.db, {
      ...row,
      provider: 'confluence',
      scope: 'KDM',
      target: 'confluence-page',
      contentType: 'governance-report',
    })
    await savePublication(store.db, {
      ...row,
      provider: 'confluence',
      scope: 'KDM',
      target: 'confluence-page',
      contentType: 'roadmap',
      title: 'Roadmap',
    })
    await savePublication(store.db, {
      ...row,
      provider: 'github',
      scope: REPOSITORY,
      target: 'github-pages',
      contentType: 'governance-report',
      title: undefined,
    })
    await savePublication(store.db, {
      ...row,
      provider: 'github',
      scope: REPOSITORY,
      target: 'wiki',
      contentType: 'governance-report',
      title: undefined,
    })
    await looksRight('/taxonomy/governance/integrations', ['Confluence', 'Last published', 'KDM'])
    await looksRight('/integrations/github/sync-status', ['GitHub Pages', 'Published'])
    const listed = (await product.call('GET', '/integrations/publications?provider=github')) as { body: { items: { target: string }[] } }
    expect(listed.body.items.map(({ target }) => target)).toEqual(['wiki', 'github-pages'])
  })

  test('an import under the wrong address, or none, is a page that says so', async () => {
    for (const route of [`/integrations/github/feedback/${ids.confidence}`, '/integrations/jira/nothing', '/reports/nothing']) {
      const answer = await go(route)
      expect([route, answer?.status()]).toEqual([route, 404])
    }
  })
})
