// What is published on GitHub (sync-github and its job publish-github), end to end: the API and the command line, real artifacts, a stand-in
// that moves references as git does.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { known } from '../../integrations/foe/metric-value.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'
import { seedImport } from './seed-imports.ts'

interface Result {
  readonly target: string
  readonly url: string | null
  readonly status: string
  readonly reason?: string
  readonly code?: string
  readonly gaps?: readonly { code: string; recommendation: string }[]
  readonly changes?: readonly { field: string }[]
}
interface Answer {
  readonly runId: string | null
  readonly dryRun: boolean
  readonly syncResults: readonly Result[]
}

const shop = 'acme/shop'
const place = { owner: 'acme', repo: 'shop', target: 'github-pages' }
const road = readFileSync(path.join(import.meta.dirname, '../../governance/roads/ROAD-001.md'), 'utf8')
const FILES = { 'README.md': '# Shop\n', 'governance/roads/ROAD-001.md': road }

let providers: Providers
let own: ReturnType<typeof makeFolder>
let product: Product

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(shop, FILES)
  await providers.github.installApp('acme', [shop])
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

async function publish(body: Record<string, unknown> = {}): Promise<Answer> {
  const { status, body: answer } = await product.call('POST', '/integrations/github/sync', { ...place, ...body })
  if (status !== 200) throw new Error(JSON.stringify(answer))
  return answer
}
const writes = (since: number) =>
  providers.github.requests.slice(since).filter(({ method, path: at }) => method !== 'GET' && !/access_tokens|graphql/.test(at))
const site = () => providers.github.branchFiles(shop, 'gh-pages')
const settings = { branch: 'gh-pages', folder: '', byWorkflow: false } as const

const openedStore = () => product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
const road2 = (status: string) => road.replace('status: implementing', `status: ${status}`)

async function katalyst(...args: string[]) {
  const override = { environment: product.environment, log: silentLog, limits: { writeSpacingMs: 0, writesPerMinute: 0 } }
  const ran = await runCommand(['github:sync', ...args], override)
  return { ...ran, answer: () => JSON.parse(ran.out) as Answer }
}

describe('Pages', () => {
  test('get the site in one commit on a branch of its own, nothing the second time, and then exactly what a changed state shows', async () => {
    const { github } = providers
    github.setPages(shop, settings)
    const first = await publish()
    expect(first.syncResults).toMatchObject([{ target: 'github-pages', status: 'created', url: 'https://acme.github.example/shop/' }])
    expect(site().get('roadmap.html')).toContain('Implementing')
    expect(github.branchLog(shop, 'gh-pages')).toMatchObject([{ parents: 0 }])
    await github.commit(shop, 'gh-pages', { CNAME: 'shop.example.org' })
    await product.settle()

    const since = github.requests.length
    const second = await publish()
    expect(second.syncResults).toMatchObject([{ status: 'unchanged', url: 'https://acme.github.example/shop/' }])
    expect(writes(since)).toEqual([])

    const before = site()
    await github.commit(shop, 'main', { 'governance/roads/ROAD-001.md': road2('nfr_validating') })
    await product.settle()
    const third = await publish()
    expect(third.syncResults).toMatchObject([{ status: 'updated', changes: [{ field: 'index.html' }, { field: 'roadmap.html' }] }])
    const after = site()
    expect([...after.keys()].filter((file) => after.get(file) !== before.get(file))).toEqual(['index.html', 'roadmap.html'])
    expect(after.get('CNAME')).toBe('shop.example.org')
    expect(github.branchLog(shop, 'gh-pages')).toHaveLength(3)
  })

  test('are shown with where they are seen, and in the list of what is published', async () => {
    providers.github.setPages(shop, settings)
    const { runId } = await publish()
    const listed = await product.call('GET', '/integrations/publications?provider=github')
    expect(listed.body).toMatchObject({
      items: [
        {
          target: 'github-pages',
          scope: shop,
          status: 'created',
          url: 'https://acme.github.example/shop/',
          publishedAt: expect.any(String),
        },
      ],
    })
    expect((await product.call('GET', `/runs/${runId}`)).body).toMatchObject({
      kind: 'github-publish',
      state: 'done',
      counts: { created: 1 },
    })
    const page = await fetch(`${product.server.url}/integrations/github/sync-status`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    const text = await page.text()
    expect(text.match(/GitHub Pages/g)).toHaveLength(1)
    expect(text.match(/Published/g)).toHaveLength(1)
    expect(text).toContain('href="https://acme.github.example/shop/"')
  })

  test('say the scores, their maturity and the day of the evidence as soon as something is imported, and how they went', async () => {
    const { db } = await openedStore()
    const repository = await findRepository(db, { fullName: shop })
    const seed = (day: string, failureRate: number) =>
      seedImport(db, {
        ...{ provider: 'github', scope: `repository:${repository?.id}`, repository: shop, dimension: 'feedback' },
        metrics: { buildTimeP50: known(120), failureRate: known(failureRate) },
        at: new Date(`${day}T10:00:00Z`),
      })
    await seed('2026-05-01', 0.4)
    await seed('2026-05-08', 0.02)
    await publish()
    const { index, history } = { index: site().get('index.html') ?? '', history: site().get('history.html') ?? '' }
    expect(index).toMatch(/<h2>Feedback<\/h2><p><span class="score">[1-9]\d*<\/span> of 100/)
    expect(index).toMatch(/class="badge \w+">(Hypothesized|Emerging|Practicing|Optimized)</)
    expect(index).toContain('Evidence of 2026-05-08 10:00 UTC.')
    expect([...history.matchAll(/<th scope="row"><span class="whole">(2026-05-\d\d)/g)].map(([, day]) => day)).toEqual([
      '2026-05-08',
      '2026-05-01',
    ])
    const since = providers.github.requests.length
    expect((await publish()).syncResults).toMatchObject([{ status: 'unchanged' }])
    expect(writes(since)).toEqual([])
  })

  test('that are off are switched on where the App may, else a gap says how, and GitHub is not asked again with every run', async () => {
    const { github } = providers
    const off = await publish()
    expect(off.syncResults).toMatchObject([
      {
        status: 'created',
        url: `${github.url}/acme/shop/tree/gh-pages`,
        gaps: [{ code: 'pages-off', recommendation: expect.stringMatching(/Settings → Pages.*branch gh-pages, folder \//) }],
      },
    ])
    const since = github.requests.length
    expect((await publish()).syncResults).toMatchObject([{ status: 'unchanged', gaps: [{ code: 'pages-off' }] }])
    expect(writes(since)).toEqual([])
    github.setPages(shop, { ...settings, byWorkflow: true })
    expect((await publish()).syncResults).toMatchObject([{ gaps: [{ code: 'pages-by-workflow' }] }])
    github.setPages(shop, { ...settings, branch: 'main' })
    expect((await publish()).syncResults).toMatchObject([{ gaps: [{ code: 'pages-elsewhere' }] }])
  })

  test('are switched on by an App that may administer the repository', async () => {
    const { github } = providers
    await github.createRepository('lab/shop', FILES)
    const installation = await github.installApp('lab', ['lab/shop'])
    await github.acceptPermissions(installation, { ...EVIDENCE_PERMISSIONS, pages: 'write', administration: 'write' })
    github.expireTokens()
    await product.settle()
    expect((await publish({ owner: 'lab' })).syncResults).toMatchObject([{ status: 'created', url: 'https://lab.github.example/shop/' }])
    expect(github.pagesOf('lab/shop')).toEqual(settings)
  })

  test('of a repository that was renamed meanwhile are those of its new name', async () => {
    const { github } = providers
    const before = await publish()
    await github.renameRepository(shop, 'store')
    const after = await publish()
    expect(after.syncResults).toMatchObject([{ status: expect.stringMatching(/unchanged|updated/) }])
    expect(before.syncResults[0]?.url).toContain('acme/shop')
    expect(after.syncResults[0]?.url).toContain('acme/store')
  })

  test('keep a file of somebody else that stands in the way, and say so', async () => {
    await providers.github.commit(shop, 'gh-pages', { 'index.html': 'mine' })
    expect((await publish()).syncResults).toMatchObject([
      { status: 'conflict', code: 'not-ours', reason: expect.stringContaining('index.html') },
    ])
    expect(site().get('index.html')).toBe('mine')
  })

  test('are planned by a dry run that lets no write leave, and keeps nothing', async () => {
    const since = providers.github.requests.length
    const planned = await publish({ dryRun: true })
    expect(planned).toMatchObject({ runId: null, dryRun: true, syncResults: [{ status: 'created' }] })
    expect(planned.syncResults[0]?.changes?.map(({ field }) => field)).toEqual(expect.arrayContaining(['index.html', 'roadmap.html']))
    expect(writes(since)).toEqual([])
    expect((await product.call('GET', '/integrations/publications')).body).toMatchObject({ items: [] })
  })

  test('after a stop between the commit and the reference are published by the job that goes on', async () => {
    const { github } = providers
    github.setPages(shop, settings)
    github.faults.next({ kind: 'status', status: 503, match: { method: 'POST', path: '/git/refs' }, times: 3 })
    expect((await publish()).syncResults).toMatchObject([{ status: 'created' }])
    expect(github.branchLog(shop, 'gh-pages')).toHaveLength(1)
    expect(github.faults.pending()).toBe(0)
  }, 30_000)
})

describe('what is in the way', () => {
  test('a permission that is missing is an answer that names it', async () => {
    const { github } = providers
    await product.close()
    const installation = await github.installApp('other')
    await github.createRepository('other/shop', FILES)
    await github.acceptPermissions(installation, { metadata: 'read', contents: 'read' })
    product = await openProduct(providers, { folder: own.folder })
    const { syncResults } = await publish({ owner: 'other' })
    expect(syncResults).toMatchObject([
      { status: 'refused', code: 'provider-forbidden', reason: expect.stringContaining('contents: write') },
    ])
  })

  test('a repository nobody knows is an answer, and an input that lacks one is refused', async () => {
    expect((await publish({ owner: 'acme', repo: 'nowhere' })).syncResults).toMatchObject([
      { status: 'refused', code: 'github-app-not-installed', url: null },
    ])
    const { status, body } = await product.call('POST', '/integrations/github/sync', { target: 'github-pages' })
    expect({ status, body }).toMatchObject({ status: 400, body: { details: { issues: [{ path: 'owner' }, { path: 'repo' }] } } })
    const unknown = await product.call('POST', '/integrations/github/sync', { ...place, target: 'nowhere' })
    expect(unknown).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('target: expected one or several of github-pages') },
    })
    const wrong = await product.call('POST', '/integrations/github/sync', { ...place, contentType: 'road-items' })
    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('github-pages shows governance-report') } })
  })
})

describe('github:sync', () => {
  const configure = (config: unknown) => writeFileSync(path.join(own.folder, 'github-config.json'), JSON.stringify(config))

  test('publishes where github-config.json says, from what the repository holds now, with a personal token', async () => {
    const { github } = providers
    await github.createRepository('solo/notes', FILES)
    const { APP_ID: _app, PRIVATE_KEY: _key, WEBHOOK_SECRET: _secret, ...rest } = product.environment
    const environment = {
      ...rest,
      GITHUB_TOKEN: github.createToken('octo-developer'),
      DATABASE_URL: `file:${path.join(own.folder, 'own.db')}`,
    }
    configure({ owner: 'solo', repo: 'notes', pages: { branch: 'main', path: 'docs/site' } })
    github.setPages('solo/notes', { branch: 'main', folder: 'docs', byWorkflow: false })
    const override = { environment, log: silentLog, limits: { writeSpacingMs: 0, writesPerMinute: 0 } }
    const ran = await runCommand(['github:sync', '--export', '--json'], override)
    expect({ exit: ran.exit, answer: JSON.parse(ran.out) as Answer }).toMatchObject({
      exit: 0,
      answer: { syncResults: [{ target: 'github-pages', status: 'created', url: 'https://solo.github.example/notes/site/' }] },
    })
    expect(github.branchFiles('solo/notes', 'main').get('docs/site/roadmap.html')).toContain('ROAD-001')
    expect(github.branchFiles('solo/notes', 'main').get('README.md')).toBe('# Shop\n')
  })

  test('says what it would do, exits 4 for a conflict, 3 for what GitHub refuses and 2 for a file that is wrong', async () => {
    const given = ['--owner', 'acme', '--repo', 'shop', '--target', 'github-pages']
    const planned = await katalyst(...given, '--dry-run', '--quiet')
    expect(planned.exit).toBe(0)
    expect(planned.out).toMatch(/github-pages {2}would be created/)
    expect(planned.out).toContain('Dry run, nothing was written')
    await providers.github.commit(shop, 'gh-pages', { 'index.html': 'mine' })
    expect((await katalyst(...given, '--json')).exit).toBe(4)
    expect((await katalyst('--owner', 'acme', '--repo', 'nowhere', '--json')).exit).toBe(3)
    expect((await katalyst('--json')).exit).toBe(2)
    configure({ owner: 'acme', repo: 'shop', pages: { branch: 7 } })
    const wrong = await katalyst()
    expect({ exit: wrong.exit, err: wrong.err }).toMatchObject({
      exit: 2,
      err: expect.stringContaining('github-config.json: pages.branch'),
    })
  })
})
