// What is published on GitHub (sync-github and its job publish-github), end to end: the API and the command line, real artifacts, a stand-in
// that moves references as git does.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

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

describe('Pages', () => {
  test('get the site in one commit on a branch of its own, and nothing the second time', async () => {
    const { github } = providers
    github.setPages(shop, settings)
    const first = await publish()
    expect(first.syncResults).toMatchObject([{ target: 'github-pages', status: 'created', url: 'https://acme.github.example/shop/' }])
    expect(site().get('index.html')).toContain('Katalyst')
    expect(github.branchLog(shop, 'gh-pages')).toMatchObject([{ parents: 0 }])
    await product.settle()
    const since = github.requests.length
    const second = await publish()
    expect(second.syncResults).toMatchObject([{ status: 'unchanged', url: 'https://acme.github.example/shop/' }])
    expect(writes(since)).toEqual([])
    expect(github.branchLog(shop, 'gh-pages')).toHaveLength(1)
  })
})
