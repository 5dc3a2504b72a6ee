import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  countJobs,
  discardJob,
  enqueueJob,
  enqueueJobs,
  type JobSpec,
  MOST_SNOOZED_MS,
  replayJob,
  returnJob,
  settleJob,
} from '../../integrations/engine/jobs.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { pruneJobs } from '../../integrations/store/job-history.ts'
import { extendLeases, MOST_LOSSES, recoverJobs } from '../../integrations/store/job-leases.ts'
import { findJob, type Job, listJobs } from '../../integrations/store/jobs.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from '../store/databases.ts'

const start = Date.parse('2026-11-22T10:00:00.000Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)
const leaseMs = 60_000

eachDatabase('jobs', (database) => {
  let store: Store
  let other: Store
  beforeAll(async () => {
    store = await database.open()
    other = await database.open()
  })
  beforeEach(() => database.clear())

  const put = (spec: Partial<JobSpec> = {}, seconds = 0) => enqueueJob(store.db, { kind: 'k', payload: { n: 1 }, ...spec }, at(seconds))
  const claim = (owner: string, seconds = 0, limit = 10, from = store) =>
    claimJobs(from.db, { owner, now: at(seconds), leaseUntil: new Date(at(seconds).getTime() + leaseMs), limit })
  const leaseOf = (job: Job) => ({ id: job.id, owner: job.leaseOwner ?? '', attempt: job.attempts })
  const settle = (job: Job, outcome: Parameters<typeof settleJob>[3], seconds = 0) =>
    settleJob(store.db, job, leaseOf(job), outcome, at(seconds))
  const one = async (owner: string, seconds = 0) => {
    const [job] = await claim(owner, seconds, 1)
    if (!job) throw new Error('expected a job')
    return job
  }
  const oops = { code: 'provider-failed', message: 'no' } as const

  describe('claiming', () => {
    test('two workers with their own connections never get the same job', async () => {
      await enqueueJobs(
        store.db,
        Array.from({ length: 60 }, (_, n) => ({ kind: 'k', payload: { n } })),
        at(0),
      )
      const taken: number[] = []
      const work = async (owner: string, from: Store) => {
        for (let jobs = await claim(owner, 0, 4, from); jobs.length > 0; jobs = await claim(owner, 0, 4, from))
          taken.push(...jobs.map((job) => job.id))
      }
      await Promise.all([work('a', store), work('b', other), work('c', other)])
      expect(taken).toHaveLength(60)
      expect(new Set(taken).size).toBe(60)
    })

    test('jobs of one serial key run one after the other, oldest first, whoever asks', async () => {
      await enqueueJobs(
        store.db,
        Array.from({ length: 6 }, (_, n) => ({ kind: 'k', payload: n, serialKey: 'issue:1' })),
        at(0),
      )
      const order: unknown[] = []
      for (let round = 0; round < 6; round += 1) {
        const taken = (await Promise.all([claim('a', 0, 4), claim('b', 0, 4, other), claim('c', 0, 4, other)])).flat()
        expect(taken.length).toBeLessThanOrEqual(1)
        const job = taken[0] ?? (await one('d'))
        order.push(job.payload)
        expect(await claim('e')).toEqual([])
        await settle(job, { kind: 'done' })
      }
      expect(order).toEqual([0, 1, 2, 3, 4, 5])
    })

    test('important work goes first, and what waits long enough overtakes it', async () => {
      await put({ payload: 'backfill', priority: 'backfill' }, 0)
      await put({ payload: 'interactive', priority: 'interactive' }, 60)
      expect((await one('a', 60)).payload).toBe('interactive')
      await put({ payload: 'late interactive', priority: 'interactive' }, 600)
      expect((await one('a', 600)).payload).toBe('backfill')
    })

    test('a job is not due before its time', async () => {
      await put({ runAt: at(10) })
      expect(await claim('a', 9)).toEqual([])
      expect(await claim('a', 10)).toHaveLength(1)
    })

    test('a job of a rolled back change does not exist', async () => {
      const failing = store.transaction(async (db) => {
        await enqueueJob(db, { kind: 'k', payload: 1 }, at(0))
        throw new RangeError('stop')
      })
      await expect(failing).rejects.toThrow(RangeError)
      expect(await claim('a')).toEqual([])
    })
  })

  describe('dedupe', () => {
    test('waiting jobs of one key are one, with the newest payload, the earliest time and the best priority', async () => {
      await put({ dedupeKey: 'x', payload: 1, priority: 'backfill', runAt: at(100), runId: 1 })
      await put({ dedupeKey: 'x', payload: 2, priority: 'interactive', runAt: at(50), runId: 2 })
      await put({ dedupeKey: 'x', payload: 3, priority: 'poll', runAt: at(200), runId: 3 })
      const jobs = await claim('a', 50)
      expect(jobs).toMatchObject([{ payload: 3, priority: 0, runAt: at(50), runId: 3 }])
    })

    test('what arrives while the key runs is run afterwards, never lost and never at the same time', async () => {
      await put({ dedupeKey: 'x', payload: 'old' })
      const running = await one('a')
      await put({ dedupeKey: 'x', payload: 'newer' })
      await put({ dedupeKey: 'x', payload: 'newest' })
      expect(await claim('b')).toEqual([])
      await settle(running, { kind: 'done' })
      expect(await claim('b')).toMatchObject([{ payload: 'newest' }])
    })

    test('a job that failed gives way to a newer one of its key', async () => {
      await put({ dedupeKey: 'x', payload: 'old' })
      const running = await one('a')
      await put({ dedupeKey: 'x', payload: 'new' })
      expect(await settle(running, { kind: 'retry', at: at(30), ...oops })).toBe('superseded')
      expect(await claim('b', 60)).toMatchObject([{ payload: 'new', attempts: 1 }])
    })

    test('many that enqueue at once leave one', async () => {
      await Promise.all(
        Array.from({ length: 10 }, (_, n) => enqueueJob((n % 2 ? other : store).db, { kind: 'k', payload: n, dedupeKey: 'x' }, at(0))),
      )
      expect(await claim('a')).toHaveLength(1)
    })
  })

  describe('leases', () => {
    test('a job whose worker died is taken over after its lease, and the attempt counts', async () => {
      await put({ serialKey: 's' })
      await one('dead')
      expect(await recoverJobs(store.db, at(59))).toEqual({ requeued: 0, buried: 0 })
      expect(await recoverJobs(store.db, at(61))).toEqual({ requeued: 1, buried: 0 })
      expect(await one('b', 61)).toMatchObject({ attempts: 2, errorCode: 'lease-lost' })
    })

    test('a job that keeps killing its worker is tried further and further apart, and dies in the end', async () => {
      await put({ maxAttempts: 2 })
      const { id } = await one('a', 0)
      const waits: number[] = []
      let second = 61
      for (let loss = 1; loss < MOST_LOSSES; loss += 1) {
        expect(await recoverJobs(store.db, at(second))).toEqual({ requeued: 1, buried: 0 })
        const wait = (((await findJob(store.db, id))?.runAt.getTime() ?? 0) - at(second).getTime()) / 1_000
        waits.push(wait)
        if (wait > 0) expect(await claim('b', second + wait - 1)).toEqual([])
        await one('b', second + wait)
        second += wait + 61
      }
      expect(waits.slice(0, 10)).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60])
      expect(await recoverJobs(store.db, at(second))).toEqual({ requeued: 0, buried: 1 })
      expect(await findJob(store.db, id)).toMatchObject({ state: 'dead', errorCode: 'lease-lost', attempts: MOST_LOSSES })
      expect(await claim('c', second + 100)).toEqual([])
    })

    test('attempts that were lost with their process leave those for failures untouched', async () => {
      await put({ maxAttempts: 2 })
      for (const second of [0, 61, 123]) {
        await one('a', second)
        await recoverJobs(store.db, at(second + 61))
      }
      expect(await settle(await one('a', 200), { kind: 'retry', at: at(210), ...oops }, 200)).toBe('queued')
      expect(await settle(await one('a', 210), { kind: 'retry', at: at(220), ...oops }, 210)).toBe('dead')
    })

    test('a worker that comes back from the dead records nothing', async () => {
      await put()
      const zombie = await one('a')
      await recoverJobs(store.db, at(61))
      const heir = await one('a', 61)
      expect(await settle(zombie, { kind: 'done' }, 62)).toBe('lost')
      expect(await settle(zombie, { kind: 'retry', at: at(90), ...oops }, 62)).toBe('lost')
      await returnJob(store.db, zombie, leaseOf(zombie), at(62))
      expect(await findJob(store.db, heir.id)).toMatchObject({ state: 'running', attempts: 2 })
      expect(await settle(heir, { kind: 'done' }, 63)).toBe('done')
    })

    test('a heartbeat extends what is held and names it', async () => {
      await put()
      const job = await one('a')
      expect(await extendLeases(store.db, 'a', at(200))).toEqual([leaseOf(job)])
      expect(await recoverJobs(store.db, at(100))).toEqual({ requeued: 0, buried: 0 })
      expect(await extendLeases(store.db, 'b', at(300))).toEqual([])
    })

    test('an expired job gives way to a newer one of its key', async () => {
      await put({ dedupeKey: 'x', payload: 'old' })
      await one('dead')
      await put({ dedupeKey: 'x', payload: 'new' })
      await recoverJobs(store.db, at(61))
      expect(await claim('b', 61)).toMatchObject([{ payload: 'new' }])
    })
  })

  describe('outcomes', () => {
    test('retries count up to the last, snoozes do not but come to an end', async () => {
      await put({ maxAttempts: 2 })
      expect(await settle(await one('a', 0), { kind: 'retry', at: at(10), ...oops })).toBe('queued')
      expect(await claim('a', 9)).toEqual([])
      const late = MOST_SNOOZED_MS / 1_000
      expect(await settle(await one('a', 10), { kind: 'snooze', until: at(20), ...oops }, 10)).toBe('queued')
      const snoozed = await one('a', 20)
      expect(snoozed).toMatchObject({ attempts: 2, snoozedSince: at(10), errorCode: 'provider-failed', error: 'no' })
      expect(await settle(snoozed, { kind: 'snooze', until: at(30), ...oops }, 20)).toBe('queued')
      expect(await settle(await one('a', late + 11), { kind: 'snooze', until: at(late + 20), ...oops }, late + 11)).toBe('dead')
    })

    test('a job without attempts left is dead, is replayed from its first, and a discarded one is gone', async () => {
      await put({ maxAttempts: 1, dedupeKey: 'x' })
      const job = await one('a')
      expect(await settle(job, { kind: 'retry', at: at(10), ...oops })).toBe('dead')
      expect(await countJobs(store.db, at(5))).toEqual({ waiting: 0, running: 0, dead: 1, oldestWaitingSeconds: null })
      expect(await replayJob(store.db, job.id, at(20))).toBe(true)
      expect(await replayJob(store.db, job.id, at(20))).toBe(false)
      expect(await countJobs(store.db, at(25))).toEqual({ waiting: 1, running: 0, dead: 0, oldestWaitingSeconds: 5 })
      expect(await one('a', 20)).toMatchObject({ attempts: 1, errorCode: undefined })
      expect(await discardJob(store.db, job.id, at(21))).toBe(false)
      await settle((await findJob(store.db, job.id)) as Job, { kind: 'dead', ...oops }, 22)
      expect(await discardJob(store.db, job.id, at(23))).toBe(true)
      expect((await listJobs(store.db, { state: 'discarded' })).items).toHaveLength(1)
    })

    test('a dead job does not block its keys', async () => {
      await put({ dedupeKey: 'x' })
      await settle(await one('a'), { kind: 'dead', ...oops })
      await put({ dedupeKey: 'x', payload: 'next' })
      const next = await one('a')
      expect(next.payload).toBe('next')
      const [dead] = (await listJobs(store.db, { state: 'dead' })).items
      expect(await replayJob(store.db, dead?.id ?? 0, at(1))).toBe(true)
    })

    test('a returned job is as before the claim', async () => {
      await put({ dedupeKey: 'x', payload: 'p' })
      const job = await one('a')
      await returnJob(store.db, job, leaseOf(job), at(1))
      expect(await one('b', 1)).toMatchObject({ attempts: 1, payload: 'p' })
    })

    test('old finished jobs are pruned and dead ones kept', async () => {
      for (const end of ['done', 'dead'] as const) {
        await put()
        await settle(await one('a'), end === 'done' ? { kind: 'done' } : { kind: 'dead', ...oops })
      }
      expect(await pruneJobs(store.db, 'done', at(-1))).toBe(0)
      expect(await pruneJobs(store.db, 'done', at(1))).toBe(1)
      expect((await listJobs(store.db, {})).items).toMatchObject([{ state: 'dead' }])
    })
  })
})
