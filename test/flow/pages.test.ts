// The pages in a real browser: an admin signs in, looks at the work and decides a conflict.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { BrowserContext, Page } from 'playwright-core'
import { countOf, describeInBrowser, seriousFindings } from '../app/pages/browser.ts'
import { projectRoot } from '../source-tree.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/roadmap'

describeInBrowser('the pages', (browser) => {
  const own = makeFolder({ projectKey: 'ROAD', conflictPolicy: 'manual' })
  let providers: Providers
  let product: Product
  let context: BrowserContext
  let page: Page
  const roadFile = (id: string) => readFileSync(path.join(projectRoot, 'governance/roads', `${id}.md`), 'utf8')
  const go = (route: string) => page.goto(`${product.server.url}${route}`)

  beforeAll(async () => {
    providers = await openProviders()
    product = await openProduct(providers, { folder: own.folder })
    const ids = ['ROAD-001', 'ROAD-002']
    await providers.github.createRepository(REPOSITORY, Object.fromEntries(ids.map((id) => [`governance/roads/${id}.md`, roadFile(id)])))
    await providers.github.installApp('acme', [REPOSITORY])
    await product.settle()
    const body = { direction: 'export', jiraProject: 'ROAD', repository: REPOSITORY }
    expect(await product.call('POST', '/integrations/jira/sync', body)).toMatchObject({ status: 200, body: { counts: { created: 2 } } })
    const key = providers.jira.issues().find(({ labels }) => labels.includes('ROAD-002'))?.key ?? ''
    providers.jira.editAsPerson(key, { summary: 'Somebody called it <b>otherwise</b>' })
    const changed = roadFile('ROAD-002').replace(/^title: .*$/m, 'title: Called differently in git')
    await providers.github.commit(REPOSITORY, 'main', { 'governance/roads/ROAD-002.md': changed })
    await product.settle()
    expect(await product.call('POST', '/integrations/jira/sync', { ...body, force: false })).toMatchObject({
      body: { counts: { conflict: 1 } },
    })
    context = await browser().newContext({ viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
  })
  afterAll(async () => {
    await context?.close()
    await product?.close()
    await providers?.close()
    own.remove()
  })

  test('an admin signs in and comes where they wanted to go', async () => {
    await go('/integrations')
    expect(page.url()).toContain('/sign-in')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Token').fill('not the token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('That token is not valid')
    await page.getByLabel('Token').fill(ADMIN_TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(new URL(page.url()).pathname).toBe('/integrations')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Connections')
  })

  test.each([
    ['/', ['What is connected', 'Stalled runs']],
    ['/integrations', ['What the providers still allow', 'jira-export']],
    ['/integrations/conflicts', ['Somebody called it <b>otherwise</b>']],
    ['/taxonomy/roads', ['ROAD-001', 'ROAD-1']],
    ['/integrations/runs/1', ['2 of 2']],
    ['/nowhere', ['There is no page /nowhere.']],
  ])('%s reads well on a wide and a narrow screen, light and dark, and axe finds nothing serious', async (route, texts) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await go(route)
      expect({ route, colorScheme, findings: await seriousFindings(page) }).toEqual({ route, colorScheme, findings: [] })
    }
    for (const text of texts) expect([text, (await countOf(page, text)) > 0]).toEqual([text, true])
    await page.setViewportSize({ width: 320, height: 800 })
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect({ route, overflow }).toEqual({ route, overflow: 0 })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  test('the page of road items shows an item and its issue exactly once', async () => {
    await go('/taxonomy/roads')
    const key = providers.jira.issues().find(({ labels }) => labels.includes('ROAD-001'))?.key ?? ''
    expect([await countOf(page, 'ROAD-001'), await countOf(page, key)]).toEqual([1, 1])
  })

  test('a decision is made by a button and carried out by the next sync', async () => {
    await go('/integrations/conflicts')
    await page.getByRole('button', { name: /Keep git: ROAD-002/ }).click()
    expect(new URL(page.url()).pathname).toBe('/integrations/conflicts')
    expect(await page.getByText('Nothing to decide.').count()).toBe(1)
    await product.call('POST', '/integrations/jira/sync', {
      direction: 'export',
      jiraProject: 'ROAD',
      repository: REPOSITORY,
      force: false,
    })
    expect(providers.jira.issues().some(({ summary }) => summary === 'Called differently in git')).toBe(true)
  })

  test('everything can be reached by keyboard, beginning with a way past the navigation', async () => {
    await go('/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
  })

  test('screenshots are taken where somebody wants to look', async () => {
    const folder = process.env.KATALYST_SCREENSHOTS
    await page.emulateMedia({ colorScheme: 'light' })
    await go('/integrations/conflicts?state=all')
    const image = await page.screenshot({ fullPage: true })
    expect(image.byteLength).toBeGreaterThan(1_000)
    if (!folder) return
    mkdirSync(folder, { recursive: true })
    for (const [name, route] of Object.entries({
      overview: '/',
      connections: '/integrations',
      decisions: '/integrations/conflicts?state=all',
      roads: '/taxonomy/roads',
      run: '/integrations/runs/1',
    })) {
      await go(route)
      writeFileSync(path.join(folder, `${name}.png`), await page.screenshot({ fullPage: true }))
    }
  })
})
