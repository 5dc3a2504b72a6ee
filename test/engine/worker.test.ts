import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { enqueueJob, enqueueJobs, type JobSpec } from '../../integrations/engine/jobs.ts'
import { nextTick, runSchedules, saveSchedules } from '../../integrations/engine/schedule.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../integrations/engine/worker.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { recoverJobs } from '../../integrations/store/job-leases.ts'
import { listJobs } from '../../integrations/store/jobs.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { listSchedules } from '../../integrations/store/schedules.ts'
import { eachDatabase } from '../store/databases.ts'
import { makeTestClock } from './clocks.ts'

const failing = (error: Error) => async (): Promise<void> => {
  throw error
}

eachDatabase('worker', (database) => {
  let store: Store
  let other: Store
  beforeAll(async () => {
    store = await database.open()
    other = await database.open()
  })
  beforeEach(() => database.clear())

  async function working(
    handlers: WorkerOptions['handlers'],
    work: (worker: Worker) => Promise<void>,
    options: Partial<WorkerOptions> = {},
  ) {
    const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, ...options })
    try {
      await work(worker)
    } finally {
      await worker.stop()
    }
  }
  const put = (spec: Partial<JobSpec> = {}, into = store) => enqueueJob(into.db, { kind: 'k', payload: 1, ...spec }, systemClock.now())
  const states = async () => (await listJobs(store.db, {})).items.map(({ state, errorCode }) => [state, errorCode])

  test('work that is enqueued in this process begins at once, long before the next poll', async () => {
    const seen: unknown[] = []
    await working(
      { k: async ({ job }) => void seen.push(job.payload) },
      async (worker) => {
        await worker.drain()
        const began = performance.now()
        await store.transaction(async (db) => {
          await enqueueJob(db, { kind: 'k', payload: 'hello' }, systemClock.now())
        })
        await worker.drain()
        expect(seen).toEqual(['hello'])
        expect(performance.now() - began).toBeLessThan(900)
      },
      { pollMs: 1_000 },
    )
    expect(await states()).toEqual([['done', undefined]])
  })

  test('work of another process is found by polling, and a drain of one run waits for that run alone', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const handlers = { slow: () => gate, k: async () => {} }
    await working(
      handlers,
      async (worker) => {
        await put({ kind: 'slow', runId: 1 }, other)
        await put({ runId: 2 }, other)
        await worker.drain(2)
        expect((await listJobs(store.db, { runId: 1 })).items).toMatchObject([{ state: 'running' }])
        open()
        await worker.drain(1)
        expect(await states()).toEqual([
          ['done', undefined],
          ['done', undefined],
        ])
      },
      { pollMs: 20 },
    )
  })

  test('errors become outcomes by their code', async () => {
    const retryAt = new Date(Date.now() + 3_600_000)
    const handlers: WorkerOptions['handlers'] = {
      transient: failing(new AppError('provider-failed', 'f')),
      limited: failing(new AppError('provider-rate-limited', 'l', { retryAt })),
      final: failing(new AppError('config-invalid', 'c')),
      fault: failing(new TypeError('private detail')),
      said: async () => ({ kind: 'dead', code: 'refused', message: 'r' }),
    }
    for (const kind of [...Object.keys(handlers), 'unknown']) await put({ kind })
    await working(
      handlers,
      async (worker) => {
        worker.notify()
        const open = async () =>
          (await listJobs(store.db, {})).items.filter((job) => job.errorCode === undefined && job.kind !== 'unknown').length
        while ((await open()) > 0) await systemClock.sleep(5)
      },
      { concurrency: 6 },
    )
    const jobs = new Map((await listJobs(store.db, {})).items.map((job) => [job.kind, job]))
    expect(jobs.get('transient')).toMatchObject({ state: 'queued', attempts: 1, errorCode: 'provider-failed' })
    expect(jobs.get('limited')).toMatchObject({ state: 'queued', attempts: 0, errorCode: 'provider-rate-limited', runAt: retryAt })
    expect(jobs.get('final')).toMatchObject({ state: 'dead', errorCode: 'config-invalid' })
    expect(jobs.get('fault')).toMatchObject({
      state: 'queued',
      errorCode: 'internal',
      error: expect.not.stringContaining('private detail'),
    })
    expect(jobs.get('said')).toMatchObject({ state: 'dead', errorCode: 'refused' })
    expect(jobs.get('unknown')).toMatchObject({ state: 'queued', attempts: 0, errorCode: undefined, snoozedSince: undefined })
  })

  test('several workers share the queue and handle every job once', async () => {
    const seen: unknown[] = []
    const handlers = { k: async ({ job }: { job: { payload: unknown } }) => void seen.push(job.payload) }
    const specs = Array.from({ length: 40 }, (_, n) => ({ kind: 'k', payload: n, ...(n % 4 === 0 ? { serialKey: 's' } : {}) }))
    await working(handlers, (first) =>
      working(
        handlers,
        async () => {
          await enqueueJobs(store.db, specs, systemClock.now())
          await first.drain()
        },
        { store: other, pollMs: 20 },
      ),
    )
    expect([...seen].sort((a, b) => Number(a) - Number(b))).toEqual(specs.map(({ payload }) => payload))
  })

  test('stopping lets handlers end, and gives back what does not end in time', async () => {
    const begun: string[] = []
    const handlers: WorkerOptions['handlers'] = {
      quick: async () => {
        begun.push('quick')
        await systemClock.sleep(30)
      },
      long: async ({ signal }) => {
        begun.push('long')
        await systemClock.sleep(60_000, signal)
      },
    }
    await put({ kind: 'quick' })
    await put({ kind: 'long' })
    const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, graceMs: 80 })
    while (begun.length < 2) await systemClock.sleep(5)
    await worker.stop()
    await put({ kind: 'quick' })
    expect((await listJobs(store.db, {})).items.map(({ kind, state, attempts }) => [kind, state, attempts])).toEqual([
      ['quick', 'queued', 0],
      ['long', 'queued', 0],
      ['quick', 'done', 1],
    ])
    await expect(worker.drain()).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('a handler whose lease was taken over is stopped, and its outcome is not recorded', async () => {
    await put()
    let reason: unknown
    const handlers: WorkerOptions['handlers'] = {
      k: async ({ signal }) => {
        // Another process takes over what this one, frozen, did not extend.
        await recoverJobs(other.db, new Date(Date.now() + 3_600_000))
        await claimJobs(other.db, {
          owner: 'heir',
          now: new Date(Date.now() + 3_600_000),
          leaseUntil: new Date(Date.now() + 7_200_000),
          limit: 1,
        })
        // The heartbeat may have noticed already.
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
        reason = signal.reason
      },
    }
    await working(
      handlers,
      async () => {
        while (reason === undefined) await systemClock.sleep(5)
      },
      { leaseMs: 90 },
    )
    expect(reason).toMatchObject({ code: 'lease-lost' })
    expect((await listJobs(store.db, {})).items).toMatchObject([{ state: 'running', leaseOwner: 'heir', attempts: 2 }])
  })

  test('a schedule becomes one job a tick however many processes look, and missed ticks become one', async () => {
    const clock = makeTestClock()
    const spec = { name: 'sweep', kind: 'k', everyMs: 60_000, payload: { a: 1 } }
    const newer = { ...spec, name: 'of a newer version' }
    const tick = (at = store) => runSchedules(at, [spec], clock)
    await saveSchedules(store, [spec, newer], clock)
    await saveSchedules(store, [spec], clock)
    expect(await tick()).toBe(0)
    clock.advance(60_000)
    const enqueued = await Promise.all([tick(), tick(other), tick(other)])
    expect(enqueued.reduce((sum, count) => sum + count, 0)).toBe(1)
    clock.advance(250_000)
    await saveSchedules(store, [spec], clock)
    expect(await tick()).toBe(1)
    expect(await tick()).toBe(0)
    // A version that does not know it neither ticks it nor takes it away.
    expect(await listSchedules(store.db)).toMatchObject([{ name: 'of a newer version', nextAt: new Date('2026-11-22T10:01:00.000Z') }, {}])
    expect((await listSchedules(store.db))[1]).toMatchObject({ name: 'sweep', nextAt: new Date('2026-11-22T10:06:00.000Z') })
    expect((await listJobs(store.db, {})).items).toMatchObject([{ kind: 'k', payload: { a: 1 }, state: 'queued' }])
  })
})

test('the next tick keeps the rhythm and lies after now', () => {
  const tick = new Date(1_000_000)
  expect(nextTick(tick, 1_000, tick)).toEqual(new Date(1_001_000))
  expect(nextTick(tick, 1_000, new Date(1_003_500))).toEqual(new Date(1_004_000))
  expect(nextTick(tick, 1_000, new Date(0))).toEqual(new Date(1_001_000))
})
