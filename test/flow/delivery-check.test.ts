// `Katalyst / delivery` on pull requests (request-delivery, report-delivery), end to end.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/shop'
let providers: Providers
let product: Product
let own: ReturnType<typeof makeFolder>

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(REPOSITORY, { 'README.md': '# Shop\n' })
  await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

const importAlerts = () =>
  product.call('POST', '/integrations/github/import', {
    ...{ owner: 'acme', repo: 'shop', dimension: 'confidence', dataTypes: ['dependabot-alerts'] },
  })
const open = async (branch: string) => {
  const pull = await providers.github.openPull(REPOSITORY, { branch, title: 'Change', files: { [`${branch}.txt`]: 'x\n' } })
  await product.settle()
  return pull
}
const shownOn = (sha: string) => providers.github.checkRuns(REPOSITORY, sha).filter(({ name }) => name === 'Katalyst / delivery')

test('a pull request of a repository that was imported shows its dimensions and what moved, neutral and completed', async () => {
  providers.github.raiseAlert(REPOSITORY, 'dependabot', { severity: 'critical', createdAt: new Date(Date.now() - 60 * 86_400_000) })
  await importAlerts()
  const first = await open('one')
  expect(shownOn(first.headSha)).toMatchObject([{ status: 'completed', conclusion: 'neutral' }])
  expect(shownOn(first.headSha)[0]?.summary).toContain('first time')

  providers.github.closeAlert(REPOSITORY, 'dependabot', 1, 'fixed')
  await product.settle()
  await importAlerts()
  const second = await open('two')
  expect(shownOn(second.headSha)[0]?.summary).toMatch(/Confidence, Dependency Health: \d+ → \d+ of 25/)
})

test('a repository that nobody has imported, and one that has switched the check off, get none', async () => {
  expect(shownOn((await open('one')).headSha)).toEqual([])
  await providers.github.commit(REPOSITORY, 'main', { '.github/katalyst.yml': 'checks:\n  delivery: false\n' })
  await importAlerts()
  expect(shownOn((await open('two')).headSha)).toEqual([])
})

test('a re-run is answered, so that none stays in progress', async () => {
  await importAlerts()
  const { headSha } = await open('one')
  const [run] = shownOn(headSha)
  await providers.github.requestRerun(REPOSITORY, run?.id as number)
  await product.settle()
  expect(shownOn(headSha).every(({ status }) => status === 'completed')).toBe(true)
})
