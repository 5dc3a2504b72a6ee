import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { ABANDONED_AFTER_MS, cancelRun, explainStall, settleRun, settleRuns } from '../../integrations/engine/run-end.ts'
import { countStalledRuns, openRun, STALLED_AFTER_MS } from '../../integrations/engine/runs.ts'
import { startWorker, type WorkerOptions } from '../../integrations/engine/worker.ts'
import { systemRandom } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { listRunEvents, recordRunItem } from '../../integrations/store/run-events.ts'
import { findRun, pruneRuns, startRun } from '../../integrations/store/runs.ts'
import { eachDatabase } from '../store/databases.ts'
import { makeTestClock } from './clocks.ts'

eachDatabase('the end of a run', (database) => {
  let store: Store
  let other: Store
  let clock: ReturnType<typeof makeTestClock>
  beforeAll(async () => {
    store = await database.open()
    other = await database.open()
  })
  beforeEach(async () => {
    await database.clear()
    clock = makeTestClock()
  })

  /** A run with one job for each artifact. */
  async function begin(artifactIds: readonly string[]): Promise<number> {
    return store.transaction(async (db) => {
      const { id } = await startRun(db, { kind: 'jira-export', total: artifactIds.length, at: clock.now() })
      const specs = artifactIds.map((artifactId) => ({ kind: 'push', payload: { artifactId }, runId: id, maxAttempts: 1 }))
      await enqueueJobs(db, specs, clock.now())
      return id
    })
  }
  const record = (runId: number, artifactId: string, status: string) =>
    store.transaction((db) => recordRunItem(db, { runId, artifactId, status, at: clock.now() }))
  const parts = () => ({ store, clock })
  const statuses = async (runId: number) =>
    Object.fromEntries((await listRunEvents(store.db, runId, { limit: 200 })).items.map(({ artifactId, status }) => [artifactId, status]))

  async function work(runId: number, handler: (artifactId: string) => Promise<void>, options: Partial<WorkerOptions> = {}): Promise<void> {
    const handlers = { push: ({ job }: { job: { payload: unknown } }) => handler((job.payload as { artifactId: string }).artifactId) }
    const worker = startWorker({ store, handlers, clock, random: systemRandom, log: silentLog, concurrency: 1, ...options })
    await worker.drain(runId).finally(() => worker.stop())
  }

  test('comes when its last job has ended, from any process, once', async () => {
    const id = await begin(['a', 'b', 'c'])
    expect(await settleRuns(parts())).toBe(0)
    await work(id, async (artifactId) => {
      if (artifactId === 'b') throw new AppError('config-invalid', 'b cannot be mapped')
      await record(id, artifactId, 'created')
      expect(await settleRun(parts(), id)).toMatchObject({ state: 'running' })
    })
    const both = await Promise.all([settleRuns(parts()), settleRuns({ store: other, clock })])
    expect(both.filter((count) => count > 0).length).toBeGreaterThan(0)
    expect(await findRun(store.db, id)).toMatchObject({ state: 'done', counts: { created: 2, failed: 1 }, finishedAt: clock.now() })
    const events = (await listRunEvents(store.db, id, { limit: 200 })).items
    expect(events.filter(({ artifactId }) => artifactId === 'b')).toMatchObject([
      { status: 'failed', code: 'config-invalid', message: 'b cannot be mapped' },
    ])
    expect(await settleRuns(parts())).toBe(0)
  })

  test('a run that had nothing to do ends as well', async () => {
    const id = await begin([])
    expect(await settleRun(parts(), id)).toMatchObject({ state: 'done', counts: {} })
  })

  test('a report that comes again after a crash neither doubles the counts nor hides what was done first', async () => {
    const id = await begin(['a', 'b'])
    const reported = [await record(id, 'a', 'created'), await record(id, 'a', 'unchanged'), await record(id, 'b', 'failed')]
    expect(reported).toEqual([true, false, true])
    expect(await record(id, 'b', 'updated')).toBe(false)
    expect(await statuses(id)).toEqual({ a: 'created', b: 'updated' })
  })

  test('a cancelled run finishes what is under way, and says of the rest that it was left out', async () => {
    const id = await begin(['a', 'b', 'c'])
    await work(id, async (artifactId) => {
      expect(await cancelRun(parts(), id)).toMatchObject({ state: 'running', cancelRequestedAt: clock.now() })
      await record(id, artifactId, 'created')
    })
    expect(await cancelRun({ store: other, clock }, id)).toMatchObject({
      state: 'cancelled',
      counts: { created: 1, skipped: 2 },
      errorCode: 'cancelled',
    })
    expect(await statuses(id)).toEqual({ a: 'created', b: 'skipped', c: 'skipped' })
    expect(await cancelRun(parts(), id)).toMatchObject({ state: 'cancelled' })
    expect(await cancelRun(parts(), 404)).toBeUndefined()
  })

  test('a cancelled run whose canceller died is ended by whoever looks next', async () => {
    const id = await begin(['a'])
    await other.db.prisma.run.update({ where: { id }, data: { cancelRequestedAt: clock.now() } })
    expect(await settleRuns(parts())).toBe(1)
    expect(await findRun(store.db, id)).toMatchObject({ state: 'cancelled', counts: { skipped: 1 } })
  })

  test('a stalled run says why and what to do; one that moves or has ended says nothing', async () => {
    const id = await begin(['a', 'b'])
    const why = async () => {
      const run = await findRun(store.db, id)
      return run && explainStall(store.db, run, clock.now())
    }
    expect(await why()).toBeUndefined()
    expect(await countStalledRuns(store.db, clock.now())).toBe(0)
    clock.advance(STALLED_AFTER_MS + 1)
    expect(await countStalledRuns(store.db, clock.now())).toBe(1)
    expect(await why()).toMatch(/No progress since .*2 waiting and no worker takes them. Start `katalyst serve`/)
    await store.db.prisma.job.updateMany({ data: { errorCode: 'provider-failed', error: 'Jira answered 503.' } })
    expect(await why()).toMatch(/2 waiting, the next at .*Z\. Jira answered 503\./)
    await cancelRun(parts(), id)
    expect(await why()).toBeUndefined()
  })

  test('a run whose process vanished is stalled, and a day later it has failed', async () => {
    const run = await openRun({ store, clock }, { kind: 'jira-import' })
    clock.advance(STALLED_AFTER_MS + 1)
    const stalled = await findRun(store.db, run.id)
    expect(stalled && (await explainStall(store.db, stalled, clock.now()))).toMatch(/ended or hangs. Start it again/)
    expect(await settleRuns(parts())).toBe(0)
    clock.advance(ABANDONED_AFTER_MS)
    expect(await settleRuns(parts())).toBe(1)
    expect(await findRun(store.db, run.id)).toMatchObject({ state: 'failed', errorCode: 'lease-lost' })
  })

  test('history goes oldest first and a bounded number at a time; what goes on stays', async () => {
    const ids: number[] = []
    for (const artifacts of [[], [], [], ['a']]) {
      ids.push(await begin(artifacts))
      await settleRun(parts(), ids.at(-1) ?? 0)
      clock.advance(1_000)
    }
    expect([await pruneRuns(store.db, clock.now(), 2), await pruneRuns(store.db, clock.now(), 2)]).toEqual([2, 1])
    expect(await findRun(store.db, ids[3] ?? 0)).toMatchObject({ state: 'running' })
  })
})
