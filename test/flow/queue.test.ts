// The queue as people see it: what is dead, replaying and discarding it, replaying a delivery, and a connection whose jobs wait.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pruneHistory } from '../../app/usecases/prune-history.ts'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { countConnectionFailure, parkConnection } from '../../integrations/store/connection-states.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { finishJob } from '../../integrations/store/job-leases.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const ROAD = `---
id: ROAD-001
title: "First"
status: proposed
phase: 1
priority: high
created: "2026-01-01"
governance:
  adrs: {validated: false, ids: []}
  bdd: {id: BDD-001, status: draft, feature_files: [], scenarios: 0, passing: 0}
  nfrs: {applicable: [], status: pending, results: {}}
  capabilities: [CAP-001]
---

# ROAD-001: First

## Summary

Text.
`

const own = makeFolder({ projectKey: 'ROAD' })
let providers: Providers
let product: Product
let store: Store

beforeAll(async () => {
  providers = await openProviders()
  product = await openProduct(providers, { folder: own.folder })
  store = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
  await providers.github.createRepository('acme/small', { 'governance/README.md': '# Governance\n' })
  await providers.github.installApp('acme', ['acme/small'])
  await product.settle()
})
afterAll(async () => {
  await product.close()
  await providers.close()
  own.remove()
})

const call = (method: string, route: string, token?: string) => product.call(method, route, undefined, token)
type Listed = { body: { items: { id: string; state: string; status: string; kind: string }[] } }

/** A dead job of a kind nobody handles here, so that nothing runs it behind the test's back. */
async function putDeadJob(kind: string): Promise<string> {
  const now = systemClock.now()
  await enqueueJob(store.db, { kind, payload: {} }, now)
  const [job] = await claimJobs(store.db, { owner: 'test', now, leaseUntil: new Date(now.getTime() + 60_000), limit: 1, kinds: [kind] })
  if (!job) throw new Error('expected a job')
  const fault = { errorCode: 'provider-rejected', error: 'Jira answered 400.', httpStatus: 400, providerRequestId: 'abc-1' }
  await finishJob(store.db, { id: job.id, owner: 'test', attempt: 1 }, { state: 'dead', ...fault, at: now })
  return String(job.id)
}

describe('dead jobs', () => {
  test('are listed with code, last status and the ids that lead to them, over HTTP and on the command line', async () => {
    const id = await putDeadJob('test.nobody')
    const expected = { id, state: 'dead', code: 'provider-rejected', httpStatus: 400, providerRequestId: 'abc-1', requestId: `job-${id}` }
    expect(await call('GET', '/jobs?state=dead', READ_TOKEN)).toMatchObject({ status: 200, body: { items: [expected] } })
    const printed = await katalyst(['jobs', '--state', 'dead', '--json'], { environment: product.environment })
    expect({ exit: printed.exit, answer: JSON.parse(printed.out) }).toMatchObject({ exit: 0, answer: { items: [expected] } })
    expect(await call('GET', '/ready', '')).toMatchObject({ body: { jobs: { dead: 1 } } })
    expect(await call('GET', '/metrics', READ_TOKEN)).toMatchObject({
      status: 200,
      body: { jobs: { dead: 1, byKind: [{ kind: 'test.nobody', state: 'dead', count: 1 }] } },
    })
  })

  test('are replayed and discarded by admins, once', async () => {
    const [id = '', other = ''] = [await putDeadJob('test.nobody'), await putDeadJob('test.nobody')]
    expect(await call('POST', `/jobs/${id}/replay`, READ_TOKEN)).toMatchObject({ status: 403 })
    expect(await call('POST', `/jobs/${id}/replay`, ADMIN_TOKEN)).toMatchObject({ status: 202, body: { state: 'queued', attempts: 0 } })
    expect(await call('POST', `/jobs/${id}/replay`)).toMatchObject({ status: 422, body: { code: 'REFUSED' } })
    expect(await katalyst(['jobs:replay', other], { environment: product.environment })).toMatchObject({ exit: 0 })
    expect(await katalyst(['jobs:discard', other], { environment: product.environment })).toMatchObject({ exit: 0 })
    expect(await call('POST', `/jobs/${id}/discard`)).toMatchObject({ status: 200, body: { state: 'discarded' } })
    expect(await call('POST', `/jobs/${id}/discard`)).toMatchObject({ status: 422 })
    expect(await call('POST', '/jobs/999999/replay')).toMatchObject({ status: 404 })
    expect(await call('POST', '/jobs/first/discard')).toMatchObject({ status: 400 })
  })
})

describe('deliveries', () => {
  test('are handled again when replayed, over HTTP and on the command line', async () => {
    const listed = async (route: string) => ((await call('GET', route)) as Listed).body.items
    const [delivery] = await listed('/deliveries')
    const id = delivery?.id ?? ''
    expect(delivery).toMatchObject({ status: 'handled' })
    const handlings = (await listed('/jobs?kind=delivery.handle')).length
    expect(await call('POST', `/deliveries/${id}/replay`)).toMatchObject({ status: 202, body: { id, status: 'received' } })
    await product.settle()
    expect((await listed('/deliveries'))[0]).toMatchObject({ id, status: 'handled' })
    expect(await katalyst(['deliveries:replay', id], { environment: product.environment })).toMatchObject({ exit: 0 })
    await product.settle()
    expect((await listed('/deliveries'))[0]).toMatchObject({ id, status: 'handled' })
    expect(await listed('/jobs?kind=delivery.handle')).toHaveLength(handlings + 2)
    expect(await call('POST', '/deliveries/999999/replay')).toMatchObject({ status: 404 })
  })
})

describe('a connection that needs attention', () => {
  test('holds an export back without burning attempts: the command says why, and the server goes on after a test', async () => {
    const folder = path.join(own.folder, 'governance')
    mkdirSync(path.join(folder, 'roads'), { recursive: true })
    writeFileSync(path.join(folder, 'roads/ROAD-001.md'), ROAD)
    const at = systemClock.now()
    await countConnectionFailure(store.db, 'jira', { code: 'provider-unauthenticated', reason: 'Jira answered 401.', at })
    await parkConnection(store.db, 'jira', { probeAt: undefined, at })
    const run = await katalyst(['jira:sync', '--export', '--path', folder, '--quiet'], { environment: product.environment })
    expect({ exit: run.exit, out: run.out }).toEqual({ exit: 3, out: '' })
    expect(run.err).toContain('needs attention. Jira answered 401.')
    expect((await call('GET', '/jobs?kind=jira.push')) as Listed).toMatchObject({ body: { items: [{ state: 'queued', attempts: 0 }] } })
    expect(providers.jira.issues()).toEqual([])
    expect(await katalyst(['connections:test', 'jira'], { environment: product.environment })).toMatchObject({ exit: 0 })
    await product.settle()
    expect(providers.jira.issues()).toHaveLength(1)
  })

  test('is shown with its reason, and a successful test reopens it', async () => {
    const at = systemClock.now()
    await countConnectionFailure(store.db, 'jira', { code: 'provider-unauthenticated', reason: 'Jira answered 401.', at })
    await parkConnection(store.db, 'jira', { probeAt: undefined, at })
    const shown = (status: string) => ({ body: { items: expect.arrayContaining([expect.objectContaining({ provider: 'jira', status })]) } })
    expect(await call('GET', '/config/status')).toMatchObject(shown('needs-attention'))
    expect(await call('GET', '/metrics')).toMatchObject({ body: { connections: [{ connection: 'jira', status: 'needs-attention' }] } })
    expect(await katalyst(['connections:test', 'jira'], { environment: product.environment })).toMatchObject({ exit: 0 })
    expect(await call('GET', '/config/status')).toMatchObject(shown('ok'))
  })
})

test('what ended long ago is pruned, and what waits is kept', async () => {
  const late = new Date(systemClock.now().getTime() + 400 * 24 * 60 * 60_000)
  await enqueueJob(store.db, { kind: 'test.nobody', payload: {} }, systemClock.now())
  const ctx = product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test')
  const clock = { ...ctx.clock, now: () => late }
  const pruned = await pruneHistory.run({ ...ctx, clock }, {})
  expect(pruned.jobs).toBeGreaterThan(3)
  expect(pruned.deliveries).toBeGreaterThan(0)
  const left = (await call('GET', '/jobs')) as Listed
  expect(left.body.items).toMatchObject([{ kind: 'test.nobody', state: 'queued' }])
})
