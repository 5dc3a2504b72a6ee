// Who may take what: kinds, connections, the share of backfill, parked connections, and that finished work costs nothing.
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { makeBreaker, probeConnections, reopenConnections } from '../../integrations/engine/breaker.ts'
import { enqueueJob, enqueueJobs, type JobSpec } from '../../integrations/engine/jobs.ts'
import { startWorker, type WorkerOptions } from '../../integrations/engine/worker.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { type Claim, claimJobs, claimStatement } from '../../integrations/store/job-claims.ts'
import { finishJobs, recoverJobs } from '../../integrations/store/job-leases.ts'
import { findJob, type Job, listJobs } from '../../integrations/store/jobs.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from '../store/databases.ts'

const start = Date.parse('2026-11-22T10:00:00.000Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)

eachDatabase('claims', (database) => {
  let store: Store
  let other: Store
  beforeAll(async () => {
    store = await database.open()
    other = await database.open()
  })
  beforeEach(() => database.clear())

  const put = (spec: Partial<JobSpec> = {}, seconds = 0) => enqueueJob(store.db, { kind: 'k', payload: {}, ...spec }, at(seconds))
  const claim = (change: Partial<Claim> = {}, seconds = 0, from = store) =>
    claimJobs(from.db, { owner: 'w', now: at(seconds), leaseUntil: at(seconds + 60), limit: 10, ...change })
  const leaseOf = (job: Job) => ({ id: job.id, owner: job.leaseOwner ?? '', attempt: job.attempts })

  test('a process takes only the kinds it has handlers for, and leaves the others as they were', async () => {
    await put({ kind: 'server', priority: 'interactive' })
    await put({ kind: 'command' })
    expect((await claim({ kinds: ['command', 'unknown'] })).map(({ kind }) => kind)).toEqual(['command'])
    expect((await listJobs(store.db, { kind: 'server' })).items).toMatchObject([{ state: 'queued', attempts: 0, runAt: at(0) }])
  })

  test('a payload of a newer version is left to a process that understands it', async () => {
    await put({ version: 2, priority: 'interactive' })
    await put({ version: 1 })
    expect((await claim()).map(({ version }) => version)).toEqual([1])
    expect((await listJobs(store.db, { state: 'queued' })).items).toMatchObject([{ version: 2, attempts: 0 }])
  })

  test('payloads of every shape arrive as they were put in', async () => {
    const payloads = ['text', '"quoted"', 7, true, [1, 'a'], { a: { b: [] } }]
    for (const payload of payloads) await put({ payload })
    expect((await claim()).map(({ payload }) => payload)).toEqual(payloads)
  })

  describe('of one connection', () => {
    test('only so many run at once, whoever asks, and the rest of the queue goes on', async () => {
      const specs = Array.from({ length: 12 }, () => ({ kind: 'k', payload: {}, connectionId: 'jira', priority: 'interactive' as const }))
      await enqueueJobs(store.db, specs, at(0))
      await put({ kind: 'free', priority: 'backfill' })
      const claims = await Promise.all([claim({ limit: 6 }), claim({ limit: 6 }, 0, other), claim({ limit: 6 }, 0, other)])
      const more = [...claims.flat(), ...(await claim()), ...(await claim())]
      expect(more.filter(({ connectionId }) => connectionId === 'jira')).toHaveLength(4)
      expect(more.filter(({ kind }) => kind === 'free')).toHaveLength(1)
      const [first] = more.filter(({ connectionId }) => connectionId === 'jira')
      await finishJobs(store.db, 'w', first ? [leaseOf(first)] : [], at(1))
      expect(await claim({}, 1)).toHaveLength(1)
      expect(await claim({ perConnection: 6 }, 1)).toHaveLength(2)
    })

    test('places of a worker that died are free again after its leases', async () => {
      await enqueueJobs(
        store.db,
        Array.from({ length: 5 }, () => ({ kind: 'k', payload: {}, connectionId: 'c' })),
        at(0),
      )
      expect(await claim()).toHaveLength(4)
      expect(await claim()).toHaveLength(0)
      await recoverJobs(store.db, at(61))
      expect(await claim({ owner: 'heir' }, 61)).toHaveLength(4)
    })
  })

  test('jobs are ended many at a time, and only by who still holds them', async () => {
    for (let n = 0; n < 4; n += 1) await put()
    const jobs = await claim()
    const [lost, ...kept] = jobs.map(leaseOf)
    expect(await finishJobs(store.db, 'w', [{ ...lost, attempt: 9 } as never, ...kept], at(1))).toEqual(new Set(kept.map(({ id }) => id)))
    expect(await finishJobs(store.db, 'w', kept, at(2))).toEqual(new Set())
    expect(await findJob(store.db, lost?.id ?? 0)).toMatchObject({ state: 'running' })
  })

  describe('the breaker', () => {
    const refused = { code: 'provider-unauthenticated', message: 'Jira answered 401.' } as const
    const away = { code: 'provider-failed', message: 'Jira answered 503.' } as const

    test('a refused credential parks the connection at once until it is reopened', async () => {
      await put({ connectionId: 'github:1' })
      await put({ connectionId: 'github:2' })
      expect(await makeBreaker(store.db).judge('github:1', refused, at(0))).toEqual({ kind: 'parked', probeAt: undefined })
      expect((await claim({}, 100_000)).map(({ connectionId }) => connectionId)).toEqual(['github:2'])
      expect(await reopenConnections(store.db, 'git', at(0))).toBe(0)
      expect(await reopenConnections(store.db, 'github', at(100_000))).toBe(1)
      expect((await claim({}, 100_000)).map(({ connectionId }) => connectionId)).toEqual(['github:1'])
    })

    test('a process that starts lets one job see whether the credential is another one now', async () => {
      for (let n = 0; n < 3; n += 1) await put({ connectionId: 'jira' })
      const breaker = makeBreaker(store.db)
      await breaker.judge('jira', refused, at(0))
      expect([await probeConnections(store.db, at(10)), await probeConnections(store.db, at(10))]).toEqual([1, 0])
      expect(await claim({}, 11)).toHaveLength(1)
      expect(await claim({}, 11)).toEqual([])
      expect(await breaker.judge('jira', refused, at(12))).toEqual({ kind: 'parked', probeAt: undefined })
      expect(await claim({}, 100_000)).toEqual([])
      await probeConnections(store.db, at(100_000))
      await breaker.praise(['jira'])
      expect(await claim({}, 100_001)).toHaveLength(2)
    })

    test('a provider that is away is tried with one job at a time, further and further apart', async () => {
      for (let n = 0; n < 3; n += 1) await put({ connectionId: 'c' })
      const breaker = makeBreaker(store.db)
      for (let n = 0; n < 7; n += 1) expect(await breaker.judge('c', away, at(0))).toEqual({ kind: 'open' })
      expect(await breaker.judge('c', away, at(0))).toEqual({ kind: 'parked', probeAt: at(30) })
      expect(await claim({}, 29)).toEqual([])
      const probes = [...(await claim({}, 30)), ...(await claim({}, 30))]
      expect(probes).toHaveLength(1)
      expect(await breaker.judge('c', away, at(31))).toEqual({ kind: 'parked', probeAt: at(91) })
      await breaker.praise(['c'])
      expect(await claim({}, 32)).toHaveLength(2)
    })

    test('failures that are the job’s own, and successes in between, park nothing', async () => {
      const breaker = makeBreaker(store.db)
      for (let n = 0; n < 20; n += 1) {
        expect(await breaker.judge('c', { code: 'provider-rejected', message: 'no' }, at(n))).toEqual({ kind: 'open' })
        expect(await breaker.judge('c', away, at(n))).toEqual({ kind: 'open' })
        if (n % 5 === 4) await breaker.praise(['c'])
      }
    })

    test('through a worker: no attempt is burned, others go on, the one who waits is told, and reopening ends it well', async () => {
      let works = false
      const handlers: WorkerOptions['handlers'] = {
        k: async ({ job }) => {
          if (!works && job.connectionId) throw new AppError('provider-unauthenticated', 'Jira answered 401.', { details: { status: 401 } })
        },
      }
      const now = systemClock.now()
      await enqueueJobs(
        store.db,
        Array.from({ length: 6 }, (_, n) => ({ kind: 'k', payload: n, connectionId: 'jira', runId: 1 })),
        now,
      )
      await enqueueJob(store.db, { kind: 'k', payload: 'free', runId: 2 }, now)
      const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, pollMs: 20 })
      try {
        await worker.drain(2)
        await expect(worker.drain(1)).rejects.toMatchObject({ code: 'provider-unauthenticated', details: { connection: 'jira' } })
        const waiting = (await listJobs(store.db, { runId: 1 })).items
        expect(waiting.map(({ state, attempts }) => [state, attempts])).toEqual(waiting.map(() => ['queued', 0]))
        expect(waiting.some(({ httpStatus }) => httpStatus === 401)).toBe(true)
        works = true
        await reopenConnections(store.db, 'jira', systemClock.now())
        await worker.drain(1)
      } finally {
        await worker.stop()
      }
      const ended = (await listJobs(store.db, {})).items
      expect(ended.map(({ state }) => state)).toEqual(ended.map(() => 'done'))
    })
  })

  test('backfill keeps a share however much more important work there is', async () => {
    const urgent = Array.from({ length: 60 }, () => ({ kind: 'k', payload: 'urgent', priority: 'interactive' as const }))
    const now = systemClock.now()
    await enqueueJobs(
      store.db,
      Array.from({ length: 3 }, () => ({ kind: 'k', payload: 'backfill', priority: 'backfill' as const })),
      now,
    )
    await enqueueJobs(store.db, urgent, now)
    const order: unknown[] = []
    const handlers: WorkerOptions['handlers'] = { k: async ({ job }) => void order.push(job.payload) }
    const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, concurrency: 2 })
    await worker.drain().finally(() => worker.stop())
    expect(order.slice(0, 8)).not.toContain('backfill')
    expect(order.slice(0, 36).filter((payload) => payload === 'backfill')).toHaveLength(3)
  })

  test('a claim reads the queued jobs by an index, whatever lies finished beside them', async () => {
    const finished =
      database.dialect === 'postgresql'
        ? `SELECT 'k', 1, '{}'::jsonb, 'done', 3, now(), n, 1, 8, now(), now() FROM generate_series(1, 30000) AS n`
        : `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30000) SELECT 'k', 1, '{}', 'done', 3, '2026-11-22T10:00:00.000+00:00', n, 1, 8, '2026-11-22T10:00:00.000+00:00', '2026-11-22T10:00:00.000+00:00' FROM s`
    await store.db.prisma.$executeRawUnsafe(
      `INSERT INTO "jobs" ("kind", "version", "payload", "state", "priority", "runAt", "rank", "attempts", "maxAttempts", "createdAt", "finishedAt") ${finished}`,
    )
    await store.db.prisma.$executeRawUnsafe(database.dialect === 'postgresql' ? 'ANALYZE "jobs"' : 'ANALYZE')
    const statement = claimStatement(database.dialect, 1, false)
    const instant = (value: Date) =>
      database.dialect === 'postgresql' ? `'${value.toISOString()}'::timestamp(3)` : `'${value.toISOString()}'`
    const values = ["'w'", instant(at(60)), instant(at(0)), '10', String(start + 3_600_000), '4', "'k'"]
    const filled = values.reduceRight((text, value, index) => text.replaceAll(`$${index + 1}`, value), statement)
    const explain = database.dialect === 'postgresql' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN'
    const rows = await store.db.prisma.$queryRawUnsafe<Record<string, unknown>[]>(`${explain} ${filled}`)
    const plan = rows.map((row) => String(row['QUERY PLAN'] ?? row.detail)).join('\n')
    expect(plan).toMatch(/jobs_state_(rank|priority_rank)_idx/)
    expect(plan).not.toMatch(/Seq Scan on jobs|SCAN (j|r|jobs)\b(?! USING)/)
  })
})
