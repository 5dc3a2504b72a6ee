// The wiki as a target of github:sync, end to end: real artifacts, real git over HTTP, a stand-in that refuses what GitHub refuses.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

interface Answer {
  readonly syncResults: readonly {
    readonly artifactId?: string
    readonly status: string
    readonly url: string | null
    readonly reason?: string
  }[]
}

const SHOP = 'acme/shop'
const ROAD = 'governance/roads/ROAD-001.md'
const road = readFileSync(path.join(import.meta.dirname, '../..', ROAD), 'utf8')

let providers: Providers
let own: ReturnType<typeof makeFolder>
let product: Product

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(SHOP, { [ROAD]: road })
  await providers.github.installApp('acme', [SHOP])
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

async function publish(body: Record<string, unknown> = {}): Promise<readonly string[]> {
  const asked = { owner: 'acme', repo: 'shop', target: 'wiki', ...body }
  const { status, body: answer } = await product.call('POST', '/integrations/github/sync', asked)
  if (status !== 200) throw new Error(JSON.stringify(answer))
  return (answer as Answer).syncResults.map((one) => `${one.artifactId ?? one.reason} ${one.status}`)
}
const pushes = () => providers.github.requests.filter(({ method, path: at }) => method === 'POST' && at.endsWith('/git-receive-pack'))

describe('a wiki', () => {
  test('gets report and roadmap in one commit, and nothing the second time', async () => {
    const { github } = providers
    github.editWiki(SHOP, { 'Home.md': 'Welcome' })
    expect(await publish()).toEqual(['governance-report created', 'roadmap created'])
    const pages = github.wikiPages(SHOP)
    expect(pages['Home.md']).toBe('Welcome')
    expect(pages['Roadmap.md']).toContain('ROAD-001')
    expect(pages['Governance-Report.md']).toContain('not scanned yet')
    expect(await publish()).toEqual(['governance-report unchanged', 'roadmap unchanged'])
    // Neither is a commit that changes nothing the pages show, although they name the commit they were made from.
    await github.commit(SHOP, 'main', { 'README.md': '# Shop' })
    await product.settle()
    expect(await publish()).toEqual(['governance-report unchanged', 'roadmap unchanged'])
    expect(pushes()).toHaveLength(1)
  })

  test('shows a status that changed on the page that shows it alone, around what people wrote there', async () => {
    const { github } = providers
    github.editWiki(SHOP, { 'Home.md': 'Welcome' })
    await publish()
    const { 'Roadmap.md': before = '', 'Governance-Report.md': report } = github.wikiPages(SHOP)
    github.editWiki(SHOP, { 'Roadmap.md': `Ann was here\n\n${before}` })
    await github.commit(SHOP, 'main', { [ROAD]: road.replace(/^status: .*$/m, 'status: proposed') })
    await product.settle()
    expect(await publish()).toEqual(['governance-report unchanged', 'roadmap updated'])
    const now = github.wikiPages(SHOP)
    expect(now['Roadmap.md']).toMatch(/^Ann was here\n\n<!-- katalyst:begin /)
    expect(now['Roadmap.md']).toContain('`Proposed`')
    expect(now['Governance-Report.md']).toBe(report)
  })

  test('that was never begun says what to click, and one in a dry run is not written', async () => {
    const [refused = ''] = await publish()
    expect(refused).toMatch(/click "Create the first page" and save it, then publish again\. refused$/)
    providers.github.editWiki(SHOP, { 'Home.md': 'Welcome' })
    expect(await publish({ dryRun: true })).toEqual(['governance-report created', 'roadmap created'])
    expect(pushes()).toEqual([])
    expect(Object.keys(providers.github.wikiPages(SHOP))).toEqual(['Home.md'])
  })
})
