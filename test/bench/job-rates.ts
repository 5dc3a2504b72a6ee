// Jobs a second from enqueue to done with a handler that does nothing: ours on SQLite and on PostgreSQL, and graphile-worker
// on the same PostgreSQL in the same run. Then what a claim costs beside many finished rows. `--finished N` changes how many.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { startWorker } from '../../integrations/engine/worker.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { openStore, type Store } from '../../integrations/store/open-store.ts'

const JOBS = 3_000
const CONCURRENCY = 20
const SQLITE_AT_LEAST = 500
const SHARE_AT_LEAST = 0.5
const CLAIMS = 200
/** How much dearer a claim may be beside the finished rows. */
const FLAT = 2

export interface RateRow {
  readonly cells: readonly string[]
  readonly over: boolean
}

/** Resolves when it was called so many times; the time from begin is the measure. */
function countDown(times: number) {
  let left = times
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return {
    ended,
    tick: () => {
      left -= 1
      if (left === 0) end()
    },
  }
}

const rateOf = (began: number) => Math.round((JOBS * 1_000) / (performance.now() - began))

/** Ours: enqueues everything, then works it off with one worker in this process. */
async function measureOurs(store: Store): Promise<number> {
  const done = countDown(JOBS)
  const handlers = { empty: async () => done.tick() }
  const began = performance.now()
  await enqueueJobs(
    store.db,
    Array.from({ length: JOBS }, (_, n) => ({ kind: 'empty', payload: { n } })),
    systemClock.now(),
  )
  const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, concurrency: CONCURRENCY })
  await done.ended
  // Recorded as done, not only handled.
  await worker.drain()
  const rate = rateOf(began)
  await worker.stop()
  return rate
}

async function measureGraphile(connectionString: string): Promise<number> {
  const logger = new Logger(() => () => {})
  const utils = await makeWorkerUtils({ connectionString, logger })
  await utils.migrate()
  const done = countDown(JOBS)
  const began = performance.now()
  await administer(
    connectionString,
    `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(SELECT json_populate_record(NULL::graphile_worker.job_spec,
       json_build_object('identifier', 'empty', 'payload', json_build_object('n', n))) FROM generate_series(1, ${JOBS}) AS n))`,
  )
  const runner = await run({
    connectionString,
    logger,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    taskList: { empty: async () => done.tick() },
  })
  await done.ended
  // Stopping waits until what was handled is recorded.
  await runner.stop()
  const rate = rateOf(began)
  await utils.release()
  return rate
}

const FINISHED = {
  postgresql: (count: number) =>
    `SELECT 'old', 1, '{}'::jsonb, 'done', 3, now(), n, 1, 8, now(), now() FROM generate_series(1, ${count}) AS n`,
  sqlite: (count: number) =>
    `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${count}) SELECT 'old', 1, '{}', 'done', 3, '2026-01-01T00:00:00.000+00:00', n, 1, 8, '2026-01-01T00:00:00.000+00:00', '2026-01-01T00:00:00.000+00:00' FROM s`,
}

/** Milliseconds of one claim that finds a job. */
async function measureClaim(store: Store): Promise<number> {
  const now = systemClock.now()
  const jobs = Array.from({ length: CLAIMS }, () => ({ kind: 'claimed', payload: {} }))
  await enqueueJobs(store.db, jobs, now)
  const began = performance.now()
  for (let n = 0; n < CLAIMS; n += 1)
    await claimJobs(store.db, { owner: 'bench', now: systemClock.now(), leaseUntil: now, limit: 1, kinds: ['claimed'] })
  const each = (performance.now() - began) / CLAIMS
  await store.db.prisma.$executeRawUnsafe(`DELETE FROM "jobs" WHERE "kind" = 'claimed'`)
  return each
}

async function measureFlatness(store: Store, finished: number): Promise<RateRow> {
  const before = await measureClaim(store)
  await store.db.prisma.$executeRawUnsafe(
    `INSERT INTO "jobs" ("kind", "version", "payload", "state", "priority", "runAt", "rank", "attempts", "maxAttempts", "createdAt", "finishedAt") ${FINISHED[store.dialect](finished)}`,
  )
  const after = await measureClaim(store)
  const over = after > before * FLAT + 1
  return {
    cells: [
      `claim beside ${finished} finished jobs, ${store.dialect}`,
      `${after.toFixed(2)} ms`,
      `${(before * FLAT + 1).toFixed(2)} ms`,
      '',
      `empty table: ${before.toFixed(2)} ms`,
      `${(after / before).toFixed(1)} x`,
      over ? 'OVER' : 'ok',
    ],
    over,
  }
}

const rateRow = (name: string, rate: number, limit: number, beside: string, ratio: string): RateRow => ({
  cells: [name, `${rate}/s`, `≥ ${Math.round(limit)}/s`, '', beside, ratio, rate < limit ? 'UNDER' : 'ok'],
  over: rate < limit,
})

const open = (url: string) => openStore({ url, log: silentLog, clock: systemClock, migrate: true })

async function onSqlite(finished: number): Promise<RateRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-jobs-'))
  const store = await open(`file:${path.join(folder, 'jobs.db')}`)
  try {
    const rate = await measureOurs(store)
    return [rateRow(`${JOBS} empty jobs on SQLite`, rate, SQLITE_AT_LEAST, '', ''), await measureFlatness(store, finished)]
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 2_000 })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

async function onPostgres(server: string, finished: number): Promise<RateRow[]> {
  const name = `katalyst_bench_${systemRandom.id().replaceAll('-', '')}`
  await administer(server, `CREATE DATABASE ${name}`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  try {
    const theirs = await measureGraphile(url)
    const store = await open(url)
    try {
      const ours = await measureOurs(store)
      const ratio = `${(ours / theirs).toFixed(1)} x`
      return [
        rateRow(`${JOBS} empty jobs on PostgreSQL`, ours, theirs * SHARE_AT_LEAST, `graphile-worker: ${theirs}/s`, ratio),
        await measureFlatness(store, finished),
      ]
    } finally {
      await store.close()
    }
  } finally {
    await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

/** All measurements of the queue; those on PostgreSQL are left out, loudly, where none answers. */
export async function measureJobs(args: readonly string[]): Promise<RateRow[]> {
  const finished = args.includes('--finished') ? Number(args[args.indexOf('--finished') + 1]) : 1_000_000
  const server = process.env.TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
  const rows = await onSqlite(finished)
  const fault = await administer(server, 'SELECT 1').then(
    () => undefined,
    (error: Error) => error.message || 'no connection',
  )
  if (fault === undefined) return [...rows, ...(await onPostgres(server, finished))]
  if (process.env.KATALYST_REQUIRE_SERVICES === '1') throw new Error(`TEST_POSTGRES_URL: ${fault}`)
  process.stderr.write(`NOT MEASURED: jobs on PostgreSQL (${fault}). Set TEST_POSTGRES_URL to a server.\n`)
  return rows
}
