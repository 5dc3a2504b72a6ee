import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DEPLOYMENTS_STREAM, toDeploymentFact } from '../../../integrations/github/import/deployments.ts'
import { daysAgo, type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = (watermark?: string) => scan(DEPLOYMENTS_STREAM, site.github, site.place(), watermark)

describe('deployments', () => {
  test('lessons 16 and 18: come with every status, each by itself, however often one commit was deployed', async () => {
    await site.sandbox.deploy(SHOP, { environment: 'production', states: ['in_progress', 'failure'], at: daysAgo(2) })
    await site.sandbox.deploy(SHOP, { environment: 'production', states: ['success', 'inactive'], at: daysAgo(1) })
    await site.sandbox.deploy(SHOP, { environment: 'staging', states: ['success'], at: daysAgo(1) })
    const deployments = (await read()).facts('deployments')
    expect(new Set(deployments.map(({ sha }) => sha)).size).toBe(1)
    expect(deployments.find(({ state }) => state === 'INACTIVE')).toMatchObject({
      ...{ environment: 'production', isProduction: null, createdAt: daysAgo(1) },
      statuses: [
        { state: 'INACTIVE', createdAt: new Date(daysAgo(1).getTime() + 2000) },
        { state: 'SUCCESS', createdAt: new Date(daysAgo(1).getTime() + 1000) },
      ],
    })
    expect(deployments.map(({ environment }) => environment).sort()).toEqual(['production', 'production', 'staging'])
  })

  test('lesson 25: more than a hundred statuses are all there', async () => {
    await site.sandbox.deploy(SHOP, { environment: 'production', states: Array.from({ length: 130 }, () => 'in_progress' as const) })
    expect((await read()).facts('deployments')[0]?.statuses).toHaveLength(130)
  })

  test('that have not ended are looked at again when the list has not changed, and those that have are not', async () => {
    const open = await site.sandbox.deploy(SHOP, { environment: 'production', states: ['in_progress'], at: daysAgo(3) })
    await site.sandbox.deploy(SHOP, { environment: 'production', states: ['success'], at: daysAgo(1) })
    const first = await read()
    await site.sandbox.setDeploymentState(SHOP, open, 'success')
    site.sandbox.forgetRequests()
    const second = await read(first.watermark)
    expect(second.facts('deployments')).toMatchObject([{ id: String(open), statuses: [{ state: 'SUCCESS' }, { state: 'IN_PROGRESS' }] }])
    site.sandbox.forgetRequests()
    const third = await read(second.watermark)
    expect(third.facts('deployments')).toEqual([])
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
  })

  test('that have not ended are looked at again beside new ones', async () => {
    const open = await site.sandbox.deploy(SHOP, { environment: 'production', states: ['queued'], at: daysAgo(30) })
    for (let at = 20; at > 0; at -= 1) await site.sandbox.deploy(SHOP, { environment: 'staging', states: ['success'], at: daysAgo(at) })
    const first = await read()
    await site.sandbox.setDeploymentState(SHOP, open, 'failure')
    await site.sandbox.deploy(SHOP, { environment: 'staging', states: ['success'] })
    const second = await read(first.watermark)
    expect(second.facts('deployments').find(({ id }) => id === String(open))?.state).toBe('FAILURE')
  })

  test('lesson 8: without the permission they are absent for that reason', async () => {
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(DEPLOYMENTS_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { deployments: 'no-permission' } }])
  })

  test('survive what is not there', () => {
    expect(toDeploymentFact({ id: 'DE_1', commitOid: 'a', createdAt: 'nonsense' })).toEqual({
      ...{ id: 'DE_1', sha: 'a', environment: '', isProduction: null, state: null, createdAt: new Date(0), statuses: [] },
    })
  })
})
