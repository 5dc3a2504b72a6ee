// The badge of a repository on its way into the README: add-badge over the API and the command line.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

interface Answer {
  readonly markdown: string
  readonly url: string
  readonly proposal: { readonly state: string; readonly where: string | null; readonly reason?: string } | null
  readonly notes: readonly string[]
}

const shop = 'acme/shop'
let providers: Providers
let own: ReturnType<typeof makeFolder>
let product: Product

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders()
  product = await openProduct(providers, { folder: own.folder, environment: { PUBLIC_URL: 'https://katalyst.example' } })
  await providers.github.createRepository(shop, { 'README.md': '# Shop\n\nWe sell.\n' })
  await providers.github.installApp('acme')
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

const ask = async (body: Record<string, unknown> = {}): Promise<Answer> =>
  (await product.call('POST', '/integrations/github/badge', { owner: 'acme', repo: 'shop', propose: true, ...body })).body
const writes = (since: number) =>
  providers.github.requests.slice(since).filter(({ method, path }) => method !== 'GET' && !/access_tokens$|check-runs/.test(path))
const pullOf = ({ proposal }: Answer) => Number(proposal?.where?.split('/').at(-1))

test('the markdown is printed without asking GitHub for anything', async () => {
  const since = providers.github.requests.length
  const override = { environment: product.environment, log: silentLog }
  const ran = await katalyst(['github:badge', '--owner', 'acme', '--repo', 'shop'], override)
  expect(ran).toMatchObject({
    exit: 0,
    out: '[![Katalyst score](https://katalyst.example/api/v1/integrations/github/badge?owner=acme&repo=shop)](https://katalyst.example)\n',
  })
  expect(providers.github.requests.length).toBe(since)
  const local = { ...product.environment, PUBLIC_URL: 'http://127.0.0.1:3000' }
  const warned = await katalyst(['github:badge', '--owner', 'acme', '--repo', 'shop'], { ...override, environment: local })
  expect(warned.out).toContain('PUBLIC_URL is an address of this machine only')
})

test('a pull request adds it once, is brought up to date in place, and is not needed when the badge is there', async () => {
  const { github } = providers
  const since = github.requests.length
  expect((await ask({ dryRun: true })).proposal).toMatchObject({ state: 'planned' })
  expect(writes(since)).toEqual([])

  const first = await ask()
  expect(first.proposal).toMatchObject({ state: 'proposed', where: `${github.url}/acme/shop/pull/1` })
  expect(github.branchFiles(shop, 'katalyst/badge').get('README.md')).toBe(`# Shop\n\n${first.markdown}\n\nWe sell.\n`)
  const before = github.requests.length
  expect((await ask()).proposal).toEqual(first.proposal)
  expect(writes(before)).toEqual([])

  await github.mergePull(shop, pullOf(first))
  expect((await ask()).proposal).toEqual({ state: 'present', where: `${github.url}/acme/shop/blob/main/README.md` })
  expect(writes(before)).toEqual([])
})

test('one that a person declined is not proposed again, also when the README is another one', async () => {
  const { github } = providers
  const first = await ask()
  await github.editPull(shop, pullOf(first), { state: 'closed' })
  await github.commit(shop, 'main', { 'README.md': '# Shop\n\nWe sell more.\n' })
  const since = github.requests.length
  expect((await ask()).proposal).toMatchObject({ state: 'declined', where: first.proposal?.where })
  expect(writes(since)).toEqual([])
})

test('what is in the way is said beside the markdown', async () => {
  const { github } = providers
  await github.commit(shop, 'main', { 'README.md': null, 'README.rst': 'Shop\n' })
  expect(await ask()).toMatchObject({
    markdown: expect.stringContaining('[![Katalyst score]'),
    proposal: { state: 'refused', reason: expect.stringContaining('README.rst') },
  })
  await github.commit(shop, 'main', { 'README.rst': null })
  expect((await ask()).proposal).toMatchObject({ state: 'refused', reason: expect.stringContaining('has no README') })
  expect((await ask({ repo: 'nowhere' })).proposal).toMatchObject({ state: 'refused' })
})
