import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { listBudgets, saveBudget } from '../../integrations/store/budgets.ts'
import { findCheck, listStaleChecks, saveCheck } from '../../integrations/store/checks.ts'
import { listConflicts, pruneConflicts, recordConflicts, resolveConflict } from '../../integrations/store/conflicts.ts'
import { findConnection, listConnections, markConnection, removeConnection, saveConnection } from '../../integrations/store/connections.ts'
import { deleteCursors, findCursor, saveCursor } from '../../integrations/store/cursors.ts'
import type { Db } from '../../integrations/store/db.ts'
import { listDeliveries, markDelivery, readDelivery, recordDelivery } from '../../integrations/store/deliveries.ts'
import { findInstallation, listInstallations, saveInstallation } from '../../integrations/store/installations.ts'
import { findIntent, listOpenIntents, openIntent, settleIntent } from '../../integrations/store/intents.ts'
import { deleteLink, findLink, findLinkByRemoteKey, listLinks, saveLink } from '../../integrations/store/links.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import {
  findRepository,
  listRepositories,
  markIngested,
  removeRepositories,
  saveRepositories,
  saveRepositorySettings,
} from '../../integrations/store/repositories.ts'
import { countRunEvents, listRunEvents, recordRunEvent } from '../../integrations/store/run-events.ts'
import {
  findRun,
  finishRun,
  listRuns,
  listStalledRuns,
  pruneRuns,
  requestRunCancel,
  startRun,
  updateRunProgress,
} from '../../integrations/store/runs.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')

eachDatabase('tables', (database) => {
  let store: Store
  let db: Db
  beforeAll(async () => {
    store = await database.open()
    db = store.db
  })
  beforeEach(() => database.clear())

  describe('connections', () => {
    const connection = {
      id: 'jira',
      provider: 'jira',
      name: 'Jira',
      baseUrl: 'https://x.test',
      kind: 'api-token',
      settings: { project: 'KAT' },
      status: 'ok',
      credentials: 'v1.sealed',
      reason: undefined,
    } as const

    test('saving again replaces everything but the creation time', async () => {
      await saveConnection(db, { ...connection, at })
      await saveConnection(db, { ...connection, name: 'Other', credentials: undefined, at: later })
      expect(await findConnection(db, 'jira')).toEqual({
        ...connection,
        name: 'Other',
        credentials: undefined,
        createdAt: at,
        updatedAt: later,
      })
    })

    test('one that needs attention says why, and a removed one is gone', async () => {
      await saveConnection(db, { ...connection, at })
      expect(await markConnection(db, 'jira', { status: 'needs-attention', reason: 'the token expired', at: later })).toBe(true)
      expect(await listConnections(db, { provider: 'jira' })).toMatchObject([{ status: 'needs-attention', reason: 'the token expired' }])
      expect([await removeConnection(db, 'jira'), await removeConnection(db, 'jira')]).toEqual([true, false])
      expect(await listConnections(db)).toEqual([])
    })
  })

  describe('installations and repositories', () => {
    const id = 2 ** 40 + 7

    test('an event that says less leaves the rest, and null takes a mark away', async () => {
      await saveInstallation(db, { id, account: 'acme', accountId: id + 1, permissions: { checks: 'write' }, suspendedAt: at, at })
      await saveInstallation(db, { id, account: 'acme-inc', at: later })
      expect(await findInstallation(db, id)).toMatchObject({
        id,
        account: 'acme-inc',
        accountId: id + 1,
        permissions: { checks: 'write' },
        suspendedAt: at,
      })
      await saveInstallation(db, { id, account: 'acme-inc', suspendedAt: null, deletedAt: later, at: later })
      expect(await findInstallation(db, id)).toMatchObject({ suspendedAt: undefined, deletedAt: later })
      expect(await listInstallations(db)).toEqual([])
    })

    test('a repository keeps settings and ingested commit through renames, and is found by name in any case', async () => {
      await saveRepositories(db, [{ id, installationId: 5, fullName: 'Acme/Roads', defaultBranch: 'main' }], at)
      await saveRepositorySettings(db, id, { path: 'governance' }, at)
      await markIngested(db, id, 'abc', at)
      await saveRepositories(db, [{ id, fullName: 'Acme/Streets', archived: true }], later)
      expect(await findRepository(db, { fullName: 'acme/STREETS' })).toEqual({
        id,
        installationId: 5,
        fullName: 'Acme/Streets',
        defaultBranch: 'main',
        archived: true,
        settings: { path: 'governance' },
        headSha: 'abc',
        ingestedAt: at,
        deletedAt: undefined,
        updatedAt: later,
      })
      expect(await findRepository(db, { fullName: 'acme/roads' })).toBeUndefined()
    })

    test('a removed repository is found by number only, and comes back when it is selected again', async () => {
      await saveRepositories(
        db,
        [
          { id, fullName: 'acme/roads' },
          { id: id + 1, fullName: 'acme/other', installationId: 9 },
        ],
        at,
      )
      await removeRepositories(db, [id], later)
      expect(await findRepository(db, { fullName: 'acme/roads' })).toBeUndefined()
      expect(await findRepository(db, { id })).toMatchObject({ deletedAt: later })
      expect((await listRepositories(db)).map((repository) => repository.fullName)).toEqual(['acme/other'])
      await saveRepositories(db, [{ id, fullName: 'acme/roads' }], later)
      expect((await listRepositories(db, {})).length).toBe(2)
      expect((await listRepositories(db, { installationId: 9 })).length).toBe(1)
    })
  })

  describe('deliveries', () => {
    const delivery = { provider: 'github', deliveryId: 'd-1', event: 'push', payload: '{"a":"\u0000b"}', receivedAt: at }

    test('a repeat names the first and how far it came, even inside a transaction', async () => {
      const first = await recordDelivery(db, delivery)
      await markDelivery(db, first.id, { status: 'failed', error: 'no luck', at: later })
      const again = await store.transaction((tx) => recordDelivery(tx, { ...delivery, payload: 'other' }))
      expect(first).toEqual({ id: first.id, duplicate: false, status: 'received' })
      expect(again).toEqual({ id: first.id, duplicate: true, status: 'failed' })
      expect(await readDelivery(db, first.id)).toMatchObject({
        payload: '{"a":"\uFFFDb"}',
        action: undefined,
        error: 'no luck',
        handledAt: later,
        receivedAt: at,
      })
    })

    test('of many that arrive at the same moment exactly one is new', async () => {
      const results = await Promise.all(Array.from({ length: 12 }, () => store.transaction((tx) => recordDelivery(tx, delivery))))
      expect(results.filter((result) => !result.duplicate)).toHaveLength(1)
      expect(new Set(results.map((result) => result.id)).size).toBe(1)
    })

    test('the same id of another provider is another delivery, and pages go from new to old', async () => {
      for (const provider of ['github', 'jira', 'confluence']) await recordDelivery(db, { ...delivery, provider })
      const first = await listDeliveries(db, { limit: 2 })
      const second = await listDeliveries(db, { limit: 2, cursor: first.nextCursor ?? '' })
      expect(first.items.map((item) => item.provider)).toEqual(['confluence', 'jira'])
      expect(second).toMatchObject({ items: [{ provider: 'github' }] })
      expect(second.nextCursor).toBeUndefined()
      await expect(listDeliveries(db, { cursor: '1; DROP' })).rejects.toMatchObject({ code: 'bad-request' })
    })
  })

  describe('links', () => {
    const key = { connectionId: 'jira', scope: 'repository:1', artifactId: 'ROAD-001', artifactKind: 'road-item', remoteKind: 'issue' }

    test('a link is found from both sides and by the key people use', async () => {
      await saveLink(db, {
        ...key,
        remoteId: '10001',
        remoteKey: 'KAT-1',
        url: 'https://x/KAT-1',
        base: { summary: 'A', labels: ['x'] },
        localHash: 'h1',
        at,
      })
      const link = await findLink(db, key)
      expect(link).toMatchObject({ remoteKey: 'KAT-1', base: { summary: 'A', labels: ['x'] }, remoteVersion: undefined, createdAt: at })
      expect(await findLink(db, { connectionId: 'jira', remoteKind: 'issue', remoteId: '10001' })).toEqual(link)
      expect(await findLinkByRemoteKey(db, 'jira', 'KAT-1')).toEqual(link)
    })

    test('saving without a base keeps the base, and a remote object changes hands as a whole', async () => {
      await saveLink(db, { ...key, remoteId: '10001', base: { summary: 'A' }, localHash: 'h1', at })
      await saveLink(db, { ...key, remoteId: '10001', localHash: 'h2', remoteVersion: '7', at: later })
      expect(await findLink(db, key)).toMatchObject({
        base: { summary: 'A' },
        localHash: 'h2',
        remoteVersion: '7',
        createdAt: at,
        updatedAt: later,
      })
      await saveLink(db, { ...key, artifactId: 'ROAD-002', remoteId: '10001', localHash: 'h3', at: later })
      expect((await listLinks(db, { connectionId: 'jira' })).items.map((link) => link.artifactId)).toEqual(['ROAD-002'])
      expect([await deleteLink(db, key), await deleteLink(db, { ...key, artifactId: 'ROAD-002' })]).toEqual([false, true])
    })
  })

  describe('intents', () => {
    const key = { connectionId: 'jira', key: 'issue:repository:1:ROAD-001' }

    test('of many that want to create the same thing exactly one may', async () => {
      const opened = await Promise.all(Array.from({ length: 8 }, () => openIntent(db, { ...key, hash: 'h', at }, undefined)))
      expect(opened.filter(Boolean)).toMatchObject([{ state: 'creating', attempts: 1 }])
      const seen = await findIntent(db, 'jira', key.key)
      const again = await Promise.all(Array.from({ length: 8 }, () => openIntent(db, { ...key, hash: 'h2', at: later }, seen)))
      expect(again.filter(Boolean)).toMatchObject([{ state: 'creating', attempts: 2, hash: 'h2' }])
    })

    test('an unclear end stays open with its reason until it is settled', async () => {
      await openIntent(db, { ...key, hash: 'h', at }, undefined)
      await settleIntent(db, key, { state: 'unknown', reason: 'timed out', notBefore: later, at })
      expect(await listOpenIntents(db, 'jira')).toMatchObject([{ state: 'unknown', reason: 'timed out', notBefore: later }])
      await settleIntent(db, key, { state: 'created', remoteId: '10001', at: later })
      expect(await findIntent(db, 'jira', key.key)).toMatchObject({
        state: 'created',
        remoteId: '10001',
        reason: undefined,
        notBefore: undefined,
      })
      expect(await listOpenIntents(db, 'jira')).toEqual([])
    })
  })

  describe('conflicts', () => {
    test('one that went away by itself is pruned by age; an open one and a decision stay', async () => {
      const link = { id: 7, connectionId: 'jira', scope: 'local:x', artifactKind: 'road-item', artifactId: 'ROAD-001' }
      const found = (field: string) => ({
        field,
        fieldName: field,
        base: undefined,
        git: { key: 'a', shown: 'a' },
        remote: { key: 'b', shown: 'b' },
        reason: 'both changed',
      })
      await recordConflicts(db, { link, conflicts: ['title', 'phase', 'status'].map(found), at })
      const decided = (await listConflicts(db, {})).items.find(({ field }) => field === 'status')
      await resolveConflict(db, decided?.id ?? 0, { keep: 'git', by: 'somebody', at })
      await recordConflicts(db, { link, conflicts: [found('phase')], at })
      expect([await pruneConflicts(db, at), await pruneConflicts(db, later), await pruneConflicts(db, later)]).toEqual([0, 1, 0])
      const left = (await listConflicts(db, { state: 'all' })).items.map(({ field, keep }) => [field, keep])
      expect(left).toEqual([
        ['status', 'git'],
        ['phase', undefined],
      ])
    })
  })

  describe('runs', () => {
    test('progress of several workers adds up and stops counting when the run has ended', async () => {
      const run = await startRun(db, { kind: 'jira-export', connectionId: 'jira', input: { ids: ['ROAD-001'] }, at })
      await Promise.all(Array.from({ length: 20 }, () => updateRunProgress(db, run.id, { done: 1, requests: 3, at: later })))
      await updateRunProgress(db, run.id, { total: 20, phase: 'exporting', at: later })
      expect(await findRun(db, run.id)).toMatchObject({
        state: 'running',
        done: 20,
        requests: 60,
        total: 20,
        phase: 'exporting',
        progressAt: later,
        input: { ids: ['ROAD-001'] },
      })
      expect(await finishRun(db, run.id, { state: 'done', counts: { created: 20 }, result: { ok: true }, at: later })).toBe(true)
      expect(await finishRun(db, run.id, { state: 'failed', counts: {}, at: later })).toBe(false)
      expect(await updateRunProgress(db, run.id, { done: 1, at: later })).toBe(false)
      expect(await findRun(db, run.id)).toMatchObject({
        state: 'done',
        counts: { created: 20 },
        result: { ok: true },
        done: 20,
        finishedAt: later,
      })
    })

    test('events are listed in order, counted by status, and go with their run', async () => {
      const run = await startRun(db, { kind: 'x', at })
      const other = await startRun(db, { kind: 'x', at })
      for (const [index, status] of ['created', 'failed', 'created'].entries())
        await recordRunEvent(db, { runId: run.id, at, status, artifactId: `ROAD-00${index}`, data: { n: index } })
      await recordRunEvent(db, { runId: other.id, at, status: 'created' })
      const first = await listRunEvents(db, run.id, { limit: 2 })
      expect(first.items.map((event) => event.artifactId)).toEqual(['ROAD-000', 'ROAD-001'])
      expect((await listRunEvents(db, run.id, { limit: 2, cursor: first.nextCursor ?? '' })).items).toMatchObject([
        { artifactId: 'ROAD-002', data: { n: 2 } },
      ])
      expect(await countRunEvents(db, run.id)).toEqual({ created: 2, failed: 1 })
      await finishRun(db, run.id, { state: 'done', counts: {}, at })
      expect(await pruneRuns(db, later)).toBe(1)
      expect(await countRunEvents(db, run.id)).toEqual({})
      expect(await countRunEvents(db, other.id)).toEqual({ created: 1 })
    })

    test('a stalled run is found, and a cancel is asked for once', async () => {
      const run = await startRun(db, { kind: 'x', at })
      expect(await listStalledRuns(db, later)).toMatchObject([{ id: run.id }])
      expect([await requestRunCancel(db, run.id, later), await requestRunCancel(db, run.id, later)]).toEqual([true, false])
      expect((await listRuns(db, { kind: 'x' })).items).toMatchObject([{ cancelRequestedAt: later }])
    })
  })

  test('cursors, budgets and checks say what was last saved', async () => {
    const cursor = {
      connectionId: 'jira',
      stream: 'issues',
      cursor: 'p2',
      watermark: undefined,
      candidate: '2026',
      pages: 2,
      updatedAt: at,
    }
    await saveCursor(db, cursor)
    await saveCursor(db, { ...cursor, cursor: undefined, watermark: '2026', candidate: undefined })
    expect(await findCursor(db, 'jira', 'issues')).toEqual({ ...cursor, cursor: undefined, watermark: '2026', candidate: undefined })
    await deleteCursors(db, 'jira')
    expect(await findCursor(db, 'jira', 'issues')).toBeUndefined()

    const budget = {
      connectionId: 'github:1',
      scope: 'core',
      limit: 5000,
      remaining: 3,
      resetAt: later,
      pausedUntil: undefined,
      reason: undefined,
      observedAt: at,
    }
    await saveBudget(db, { ...budget, remaining: 4 })
    await saveBudget(db, budget)
    expect(await listBudgets(db, { connectionId: 'github:1' })).toEqual([budget])

    const check = { repositoryId: 2 ** 40, headSha: 'abc', name: 'Katalyst / governance' }
    await saveCheck(db, { ...check, externalId: 'e1', state: 'pending', at })
    expect(await listStaleChecks(db, later)).toMatchObject([check])
    await saveCheck(db, {
      ...check,
      externalId: 'e1',
      state: 'completed',
      checkRunId: 2 ** 41,
      conclusion: 'success',
      digest: 'd',
      at: later,
    })
    await saveCheck(db, { ...check, externalId: 'e2', state: 'completed', at: later })
    expect(await findCheck(db, check)).toMatchObject({
      ...check,
      checkRunId: 2 ** 41,
      conclusion: 'success',
      digest: 'd',
      externalId: 'e2',
      createdAt: at,
    })
    expect(await listStaleChecks(db, later)).toEqual([])
  })
})
