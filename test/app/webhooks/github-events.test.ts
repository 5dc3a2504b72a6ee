import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { ingestPush } from '../../../app/usecases/ingest-push.ts'
import { recordInstallation } from '../../../app/usecases/record-installation.ts'
import { recordRepositories } from '../../../app/usecases/record-repositories.ts'
import { readScope } from '../../../integrations/store/artifacts.ts'
import { countConnectionFailure, listConnectionStates, parkConnection } from '../../../integrations/store/connection-states.ts'
import { findInstallation } from '../../../integrations/store/installations.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import { openTestApp, type TestApp } from '../github-app.ts'

jest.setTimeout(60_000)
const road = (id: string, title = 'One') =>
  `---\r\nid: ${id}\r\ntitle: "${title}"\r\nstatus: proposed\r\nphase: 1\r\npriority: high\r\n---\r\n`
const FILES = {
  'governance/roads/ROAD-001.md': road('ROAD-001'),
  'governance/roads/ROAD-002.md': road('ROAD-002'),
  'governance/README.md': 'Not governed.\n',
}

let app: TestApp
let repository: { readonly id: number }
let installation: number

beforeEach(async () => {
  app = await openTestApp()
  repository = await app.github.createRepository('acme/shop', FILES)
  installation = await app.github.installApp('acme')
  await app.settle()
})
afterEach(async () => {
  await app.close()
  expect(app.github.violations).toEqual([])
})

const db = async () => (await app.ctx.store()).db
const artifacts = async () =>
  (await readScope(await db(), `repository:${repository.id}`)).map(({ artifactId, title }) => [artifactId, title])
const kept = async () => findRepository(await db(), { id: repository.id })
const blobs = () => app.github.requests.filter(({ path }) => path.includes('/git/blobs/'))

describe('installing the App', () => {
  test('records where, and brings the artifacts in, byte for byte', async () => {
    expect(await findInstallation(await db(), installation)).toMatchObject({
      account: 'acme',
      permissions: { checks: 'write' },
      suspendedAt: undefined,
    })
    expect(await kept()).toMatchObject({ fullName: 'acme/shop', defaultBranch: 'main', headSha: app.github.headOf('acme/shop') })
    const [first] = await readScope(await db(), `repository:${repository.id}`)
    expect(first?.text).toBe(FILES['governance/roads/ROAD-001.md'])
    expect(await artifacts()).toEqual([
      ['ROAD-001', 'One'],
      ['ROAD-002', 'One'],
    ])
  })

  test('suspension and its end are kept, removal closes the repositories and keeps what was read', async () => {
    await app.github.suspendApp(installation)
    await app.settle()
    expect((await findInstallation(await db(), installation))?.suspendedAt).toBeInstanceOf(Date)
    await countConnectionFailure(await db(), `github:${installation}`, { code: 'provider-unauthenticated', reason: '401', at: new Date() })
    await parkConnection(await db(), `github:${installation}`, { probeAt: undefined, at: new Date() })
    await app.github.unsuspendApp(installation)
    await app.settle()
    // What waited for the installation goes on.
    expect(await listConnectionStates(await db())).toEqual([])
    expect((await findInstallation(await db(), installation))?.suspendedAt).toBeUndefined()
    await app.github.uninstallApp(installation)
    await app.settle()
    expect((await findInstallation(await db(), installation))?.deletedAt).toBeInstanceOf(Date)
    expect((await kept())?.deletedAt).toBeInstanceOf(Date)
    expect(await artifacts()).toHaveLength(2)
    expect(await ingestPush.run(app.ctx, { repositoryId: repository.id })).toMatchObject({ status: 'skipped' })
  })

  test('the same event twice is the same state', async () => {
    const created = app.github.deliveries.find(({ event, action }) => event === 'installation' && action === 'created')
    const event = app.ctx.providers.github.events.toInstallationEvent(created?.payload)
    await recordInstallation.run(app.ctx, event)
    await recordInstallation.run(app.ctx, event)
    expect(await findInstallation(await db(), installation)).toMatchObject({ account: 'acme', deletedAt: undefined })
  })

  test('a repository taken away and given back is seen again', async () => {
    await app.github.removeRepositories(installation, ['acme/shop'])
    await app.settle()
    expect((await kept())?.deletedAt).toBeInstanceOf(Date)
    await app.github.addRepositories(installation, ['acme/shop'])
    await app.settle()
    expect((await kept())?.deletedAt).toBeUndefined()
  })
})

describe('request-ingest: a push to the default branch', () => {
  test('fetches and writes only what changed', async () => {
    app.github.forgetRequests()
    await app.github.commit('acme/shop', 'main', {
      'governance/roads/ROAD-002.md': road('ROAD-002', 'Two'),
      'governance/roads/ROAD-003.md': road('ROAD-003'),
    })
    await app.settle()
    expect(blobs()).toHaveLength(2)
    expect(await artifacts()).toEqual([
      ['ROAD-001', 'One'],
      ['ROAD-002', 'Two'],
      ['ROAD-003', 'One'],
    ])
  })

  test('that removes a file removes its artifact', async () => {
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-001.md': null })
    await app.settle()
    expect(await artifacts()).toEqual([['ROAD-002', 'One']])
  })

  test('that breaks a file keeps it under its name, with what is wrong', async () => {
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-001.md': '---\nid: [ROAD-001\n---\n' })
    await app.settle()
    const [broken] = await readScope(await db(), `repository:${repository.id}`)
    expect(broken).toMatchObject({ artifactId: 'ROAD-001', kind: 'road-item', status: undefined })
    expect(broken?.problems.length).toBeGreaterThan(0)
  })

  test('handled again changes nothing and reads one thing', async () => {
    app.github.forgetRequests()
    expect(await ingestPush.run(app.ctx, { repositoryId: repository.id })).toMatchObject({ status: 'unchanged' })
    expect(app.github.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('to another branch is left alone', async () => {
    app.github.forgetRequests()
    await app.github.commit('acme/shop', 'feature', { 'governance/roads/ROAD-009.md': road('ROAD-009') })
    await app.settle()
    expect(app.github.requests).toEqual([])
    expect(await artifacts()).toHaveLength(2)
  })

  test('out of order ends at the head of the branch', async () => {
    app.github.hold()
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-001.md': road('ROAD-001', 'Older') })
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-001.md': road('ROAD-001', 'Newer') })
    await app.github.release((held) => [...held].reverse())
    await app.settle()
    expect(await artifacts()).toContainEqual(['ROAD-001', 'Newer'])
  })

  test('a rename is the same repository under another name', async () => {
    await app.github.renameRepository('acme/shop', 'store')
    await app.settle()
    expect(await kept()).toMatchObject({ id: repository.id, fullName: 'acme/store' })
    await app.github.commit('acme/store', 'main', { 'governance/roads/ROAD-001.md': road('ROAD-001', 'After') })
    await app.settle()
    expect(await artifacts()).toContainEqual(['ROAD-001', 'After'])
  })

  test('that came while the installation was suspended is caught up when it ends', async () => {
    await app.github.suspendApp(installation)
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-001.md': road('ROAD-001', 'Meanwhile') })
    await app.settle()
    expect(await artifacts()).toContainEqual(['ROAD-001', 'One'])
    await app.github.unsuspendApp(installation)
    await app.settle()
    expect(await artifacts()).toContainEqual(['ROAD-001', 'Meanwhile'])
  })

  test('an empty repository waits for its first commit', async () => {
    const { id } = await app.github.createRepository('acme/empty')
    await recordRepositories.run(app.ctx, { installationId: installation, seen: [{ id, fullName: 'acme/empty' }], removedIds: [] })
    expect(await ingestPush.run(app.ctx, { repositoryId: id })).toMatchObject({
      status: 'skipped',
      reason: 'The default branch has no commit yet.',
    })
  })
})
