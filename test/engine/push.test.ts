import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { SEARCH_LAG_MS } from '../../integrations/engine/create-once.ts'
import {
  enqueuePushes,
  type Found,
  type PushContext,
  type PushItem,
  type PushTarget,
  pushOne,
  type RemoteRef,
} from '../../integrations/engine/push.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findIntent, openIntent } from '../../integrations/store/intents.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { findLink, listLinks } from '../../integrations/store/links.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from '../store/databases.ts'
import { makeTestClock, makeTestRandom, type TestClock } from './clocks.ts'
import { planOneField } from './one-field-plan.ts'

interface Remote {
  readonly id: string
  marker: string
  title: string
  version: number
  /** From when on search finds it. */
  searchableAt: number
}

type Fault =
  | 'none'
  | 'created-then-502'
  | 'created-then-timeout'
  | 'failed-then-502'
  | 'rejected'
  | 'limited'
  | 'fault-of-ours'
  | 'never-sent'

/** A remote in memory whose creates fail as told, and whose search lags. */
function makeRemote(clock: TestClock) {
  const objects = new Map<string, Remote>()
  const calls: string[] = []
  const settings = { faults: [] as Fault[], lagMs: 0, refuseApply: false, conflicts: 0, inconclusive: false }
  let nextId = 1
  const refOf = (remote: Remote): RemoteRef => ({ id: remote.id, key: `R-${remote.id}`, version: String(remote.version) })

  function make(item: PushItem<string>): Remote {
    const remote = {
      id: String(nextId++),
      marker: item.marker,
      title: 'new',
      version: 1,
      searchableAt: clock.now().getTime() + settings.lagMs,
    }
    objects.set(remote.id, remote)
    return remote
  }
  const target: PushTarget<string, Remote> = {
    remoteKind: 'thing',
    async find(marker): Promise<Found> {
      calls.push('find')
      if (settings.inconclusive) return { kind: 'inconclusive', reason: 'search is down' }
      const found = [...objects.values()].find((remote) => remote.marker === marker && remote.searchableAt <= clock.now().getTime())
      return found ? { kind: 'found', ref: refOf(found) } : { kind: 'absent' }
    },
    async read(ref) {
      calls.push('read')
      const remote = objects.get(ref.id)
      return remote && { ref: refOf(remote), remote: { ...remote } }
    },
    async create(item) {
      calls.push('create')
      const fault = settings.faults.shift() ?? 'none'
      if (fault === 'failed-then-502') throw new AppError('provider-failed', 'bad gateway')
      if (fault === 'rejected') throw new AppError('provider-rejected', 'summary is required')
      if (fault === 'limited') throw new AppError('provider-rate-limited', 'wait', { retryAt: new Date(clock.now().getTime() + 60_000) })
      if (fault === 'never-sent') throw new AppError('provider-unreachable', 'no address', { details: { sent: false } })
      const remote = make(item)
      if (fault === 'created-then-502') throw new AppError('provider-failed', 'bad gateway')
      if (fault === 'created-then-timeout') throw new AppError('provider-timeout', 'no answer')
      if (fault === 'fault-of-ours') throw new TypeError('cannot read the answer')
      return refOf(remote)
    },
    plan: (item, remote, agreement) => planOneField('title', item, remote.title, agreement),
    async apply(item, ref) {
      calls.push('apply')
      if (settings.refuseApply) throw new AppError('refused', 'the workflow has no way to Done')
      if (settings.conflicts-- > 0) throw new AppError('provider-conflict', 'changed meanwhile')
      const remote = objects.get(ref.id) as Remote
      remote.title = item.desired
      remote.version += 1
      return refOf(remote)
    },
  }
  const writes = () => calls.filter((call) => call === 'create' || call === 'apply')
  return { objects, calls, settings, target, writes, make }
}

const itemOf = (desired: string, change: Partial<PushItem<string>> = {}): PushItem<string> => ({
  artifactId: 'ROAD-001',
  artifactKind: 'road-item',
  scope: 'repository:1',
  desired,
  hash: `hash of ${desired}`,
  marker: 'katalyst-abc',
  ...change,
})

eachDatabase('push', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  beforeEach(() => database.clear())

  function setUp(change: Partial<PushContext> = {}) {
    const clock = makeTestClock()
    const remote = makeRemote(clock)
    const context: PushContext = { store, connectionId: 'c', clock, random: makeTestRandom(), dryRun: false, force: false, ...change }
    return {
      clock,
      remote,
      context,
      push: (item: PushItem<string>, also: Partial<PushContext> = {}) => pushOne({ ...context, ...also }, remote.target, item),
    }
  }
  const linkOf = () =>
    findLink(store.db, { connectionId: 'c', scope: 'repository:1', artifactId: 'ROAD-001', artifactKind: 'road-item', remoteKind: 'thing' })
  const intentOf = () => findIntent(store.db, 'c', 'thing:repository:1:road-item:ROAD-001')

  describe('nothing unchanged is written', () => {
    test('a first push creates, a second reads and writes nothing, a changed one updates', async () => {
      const { push, remote } = setUp()
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created', ref: { id: '1', key: 'R-1' }, changes: [] })
      expect(remote.calls).toEqual(['find', 'create', 'read', 'apply'])
      expect(await push(itemOf('A'))).toMatchObject({ status: 'unchanged' })
      expect(remote.calls.slice(4)).toEqual(['read'])
      expect(await push(itemOf('B'))).toMatchObject({ status: 'updated', changes: [{ field: 'title', from: 'A', to: 'B' }] })
      expect(await linkOf()).toMatchObject({ remoteId: '1', remoteKey: 'R-1', localHash: 'hash of B', remoteVersion: '3' })
      expect(await intentOf()).toMatchObject({ state: 'created', remoteId: '1', attempts: 1 })
    })

    test("force writes what is unchanged; a version without a difference is nothing, and a person's edit is kept", async () => {
      const { push, remote } = setUp()
      await push(itemOf('A'))
      expect(await push(itemOf('A'), { force: true })).toMatchObject({ status: 'updated', changes: [] })
      const object = remote.objects.get('1') as Remote
      object.version += 1
      const before = remote.writes().length
      expect(await push(itemOf('A'))).toMatchObject({ status: 'unchanged' })
      expect(await linkOf()).toMatchObject({ remoteVersion: String(object.version) })
      expect(remote.writes()).toHaveLength(before)
      object.title = 'edited'
      object.version += 1
      expect(await push(itemOf('A'))).toMatchObject({ status: 'unchanged', decisions: [{ outcome: 'keep', remote: { shown: 'edited' } }] })
      expect([object.title, remote.writes().length]).toEqual(['edited', before])
    })

    test('a dry run plans and writes neither there nor here', async () => {
      const { push, remote } = setUp()
      expect(await push(itemOf('A'), { dryRun: true })).toMatchObject({ status: 'created' })
      await push(itemOf('A'))
      const [writes, link] = [remote.writes().length, await linkOf()]
      expect(await push(itemOf('B'), { dryRun: true })).toMatchObject({ status: 'updated', changes: [{ from: 'A', to: 'B' }] })
      remote.objects.clear()
      expect(await push(itemOf('A'), { dryRun: true })).toMatchObject({ status: 'created' })
      expect([remote.writes().length, await linkOf()]).toEqual([writes, link])
    })
  })

  describe('nothing is created twice', () => {
    test.each([
      ['a 502 after the create had worked', 'created-then-502', 0],
      ['a timeout after the create had worked, with a search that lags', 'created-then-timeout', 6_000],
      ['an answer that we could not read', 'fault-of-ours', 2_000],
    ] as const)('%s leaves one object', async (_name, fault, lagMs) => {
      const { push, remote, clock } = setUp()
      Object.assign(remote.settings, { faults: [fault], lagMs })
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created', ref: { id: '1' } })
      expect(remote.objects.size).toBe(1)
      expect(remote.calls.filter((call) => call === 'create')).toHaveLength(1)
      expect(await linkOf()).toMatchObject({ remoteId: '1', localHash: 'hash of A' })
      expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(lagMs)
    })

    test('a 502 of a create that had not worked is created again only after looking long enough', async () => {
      const { push, remote, clock } = setUp()
      remote.settings.faults = ['failed-then-502']
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created' })
      expect(remote.objects.size).toBe(1)
      expect(clock.waits).toEqual([1_000, 2_000, 4_000, 8_000])
      expect(await intentOf()).toMatchObject({ attempts: 2, state: 'created' })
    })

    test('what stays unclear is said so, and the next push looks first', async () => {
      const { push, remote, clock } = setUp()
      Object.assign(remote.settings, { faults: ['failed-then-502', 'created-then-502'], lagMs: 60_000 })
      expect(await push(itemOf('A'))).toMatchObject({ status: 'failed', code: 'outcome-unknown' })
      expect(await intentOf()).toMatchObject({ state: 'unknown', attempts: 2 })
      clock.advance(60_000)
      const before = remote.calls.length
      expect(await push(itemOf('A'))).toMatchObject({ status: 'updated', ref: { id: '1' } })
      expect(remote.calls.slice(before)).toEqual(['find', 'read', 'apply'])
      expect(remote.objects.size).toBe(1)
    })

    test('a search that says nothing creates nothing', async () => {
      const { push, remote } = setUp()
      remote.settings.inconclusive = true
      expect(await push(itemOf('A'))).toMatchObject({ status: 'failed', code: 'outcome-unknown', reason: 'search is down' })
      expect(remote.writes()).toEqual([])
    })

    test('a crash between create and link leaves one object', async () => {
      const { push, remote } = setUp()
      remote.settings.lagMs = 3_000
      const crashing: Store = { ...store, transaction: () => Promise.reject(new Error('the process dies here')) }
      await expect(push(itemOf('A'), { store: crashing })).rejects.toThrow('dies here')
      expect([remote.objects.size, await linkOf(), (await intentOf())?.state]).toEqual([1, undefined, 'creating'])
      expect(await push(itemOf('A'))).toMatchObject({ status: 'updated', ref: { id: '1' } })
      expect(remote.objects.size).toBe(1)
    })

    test('a crash before the request left is created once it cannot be under way any more', async () => {
      const { push, remote, clock, context } = setUp()
      await openIntent(store.db, { connectionId: 'c', key: 'thing:repository:1:road-item:ROAD-001', hash: 'h', at: clock.now() }, undefined)
      const crashedAt = context.clock.now().getTime()
      for (let looks = 1; ; looks += 1) {
        const result = await push(itemOf('A')).catch((error: AppError) => error)
        if (!(result instanceof AppError)) {
          expect([result.status, looks > 2]).toEqual(['created', true])
          break
        }
        // Not held meanwhile: the job is put off, which costs it no attempt.
        expect(result).toMatchObject({ code: 'outcome-unknown', retryAt: expect.any(Date) })
        expect(remote.writes()).toEqual([])
        clock.advance((result.retryAt?.getTime() ?? 0) - clock.now().getTime())
      }
      expect(clock.now().getTime() - crashedAt).toBeGreaterThanOrEqual(30_000 + SEARCH_LAG_MS)
      expect(remote.objects.size).toBe(1)
    })

    test('after the database is lost, what is there is found and taken over', async () => {
      const { push, remote } = setUp()
      for (let n = 1; n <= 5; n += 1) await push(itemOf('A', { artifactId: `ROAD-00${n}`, marker: `m${n}` }))
      await database.clear()
      const before = remote.writes().length
      for (let n = 1; n <= 5; n += 1)
        expect(await push(itemOf('A', { artifactId: `ROAD-00${n}`, marker: `m${n}` }))).toMatchObject({
          status: 'unchanged',
          ref: { id: String(n) },
        })
      expect(remote.writes()).toHaveLength(before)
      expect((await listLinks(store.db, { connectionId: 'c' })).items).toHaveLength(5)
    })

    test('several processes that push the same new artifact create one object', async () => {
      const { push, remote } = setUp()
      const results = await Promise.all(Array.from({ length: 5 }, () => push(itemOf('A')).catch((error: AppError) => error.code)))
      expect(remote.objects.size).toBe(1)
      expect(results.filter((result) => result !== 'outcome-unknown').length).toBeGreaterThanOrEqual(1)
    })

    test('an object that is gone is created anew, and one that was only unlinked is found', async () => {
      const { push, remote } = setUp()
      await push(itemOf('A'))
      remote.objects.clear()
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created', ref: { id: '2' } })
      expect(await linkOf()).toMatchObject({ remoteId: '2' })
      const moved = { ...(remote.objects.get('2') as Remote), id: '9' }
      remote.objects.clear()
      remote.objects.set('9', moved)
      expect(await push(itemOf('A'))).toMatchObject({ status: 'unchanged', ref: { id: '9' } })
    })
  })

  describe('one item that fails stops only itself', () => {
    test('a rejected create is a failed result and leaves nothing open', async () => {
      const { push, remote } = setUp()
      remote.settings.faults = ['rejected', 'never-sent']
      expect(await push(itemOf('A'))).toMatchObject({ status: 'failed', code: 'provider-rejected', reason: 'summary is required' })
      expect(await intentOf()).toMatchObject({ state: 'abandoned', reason: 'summary is required' })
      // No answer says nothing about the item: the job tries again, and the connection's breaker counts.
      await expect(push(itemOf('A'))).rejects.toMatchObject({ code: 'provider-unreachable' })
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created' })
      expect(await intentOf()).toMatchObject({ state: 'created', attempts: 3 })
    })

    test('a limit is thrown, with its time, and the next push goes on', async () => {
      const { push, remote } = setUp()
      remote.settings.faults = ['limited']
      await expect(push(itemOf('A'))).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: expect.any(Date) })
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created' })
    })

    test('a refused status leaves the object linked and is tried again', async () => {
      const { push, remote } = setUp()
      remote.settings.refuseApply = true
      expect(await push(itemOf('A'))).toMatchObject({
        status: 'refused',
        code: 'refused',
        reason: 'the workflow has no way to Done',
        ref: { id: '1' },
      })
      remote.settings.refuseApply = false
      expect(await push(itemOf('A'))).toMatchObject({ status: 'updated', ref: { id: '1' } })
      expect(remote.objects.size).toBe(1)
    })

    test('an edit in between is met by reading and planning again; what goes on for ever is the result', async () => {
      const { push, remote } = setUp()
      remote.settings.conflicts = 1
      expect(await push(itemOf('A'))).toMatchObject({ status: 'created' })
      remote.settings.conflicts = 9
      expect(await push(itemOf('B'))).toMatchObject({ status: 'failed', code: 'provider-conflict' })
    })
  })

  test('outgoing writes are in the queue exactly when the change they follow from is committed', async () => {
    const now = new Date('2026-11-22T10:00:00Z')
    const items = ['ROAD-001', 'ROAD-002'].map((artifactId) => ({
      artifactId,
      scope: 's',
      serialKey: `k:${artifactId}`,
      dedupeKey: `k:${artifactId}`,
      extra: 1,
    }))
    const outbox = { runId: 7, connectionId: 'c', jobKind: 'jira.push', items }
    const claim = () => claimJobs(store.db, { owner: 'w', now, leaseUntil: new Date(now.getTime() + 1_000), limit: 10 })
    const failing = store.transaction(async (db) => {
      await enqueuePushes(db, outbox, now)
      throw new RangeError('stop')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(await claim()).toEqual([])
    await store.transaction((db) => enqueuePushes(db, outbox, now))
    expect(await claim()).toMatchObject([
      {
        kind: 'jira.push',
        connectionId: 'c',
        runId: 7,
        serialKey: 'k:ROAD-001',
        payload: { artifactId: 'ROAD-001', scope: 's', extra: 1, runId: 7 },
      },
      { payload: { artifactId: 'ROAD-002', scope: 's', extra: 1, runId: 7 } },
    ])
  })
})
