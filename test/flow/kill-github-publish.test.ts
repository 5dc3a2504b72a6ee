// A process dies between the commit and the reference that would show it: nothing is published, and the next run publishes once,
// whatever the dead one left behind.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { projectRoot } from '../source-tree.ts'
import { killAll, startKatalyst, until } from './child-process.ts'
import { environmentFor, makeFolder, openProviders, type Providers } from './open-product.ts'

const shop = 'acme/shop'
const own = makeFolder()
let providers: Providers

beforeAll(async () => {
  providers = await openProviders()
  const road = readFileSync(path.join(projectRoot, 'governance/roads/ROAD-001.md'), 'utf8')
  await providers.github.createRepository(shop, { 'README.md': '# Shop\n', 'governance/roads/ROAD-001.md': road })
  await providers.github.installApp('acme', [shop])
  providers.github.setPages(shop, { branch: 'gh-pages', folder: '', byWorkflow: false })
})
afterEach(killAll)
afterAll(async () => {
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

const publish = () =>
  startKatalyst(['github:sync', '--owner', 'acme', '--repo', 'shop', '--target', 'github-pages', '--json'], {
    ...environmentFor(providers, { folder: own.folder }),
    LEASE_SECONDS: '1',
  })

test('a publication that is killed before its reference is made again, with one commit', async () => {
  const { github } = providers
  // The answer never comes, so the process is surely there when it is killed.
  github.faults.next({ kind: 'timeout', match: { method: 'POST', path: '/git/refs' } })
  const child = publish()
  await until('the request for the reference', async () => child.hasEnded() || github.faults.pending() === 0)
  child.kill('SIGKILL')
  await child.ended
  expect(github.branchLog(shop, 'gh-pages')).toEqual([])
  expect(github.requests.filter(({ method, path: at }) => method === 'POST' && at.endsWith('/git/commits'))).toHaveLength(1)

  const last = publish()
  expect(await last.ended).toEqual({ code: 0, signal: null })
  expect(github.branchLog(shop, 'gh-pages')).toMatchObject([{ parents: 0 }])
  expect(github.branchFiles(shop, 'gh-pages').get('roadmap.html')).toContain('ROAD-001')
}, 90_000)
