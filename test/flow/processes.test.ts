// Several processes on one database, none of which leads: work is shared, every tick and every object is made once, and what
// one version does not know it leaves to the other. Larger: KATALYST_PROCESSES=4 KATALYST_STORM_ARTIFACTS=200.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { migrationStatus } from '../../integrations/store/migrate.ts'
import { openStore, type Store } from '../../integrations/store/open-store.ts'
import { listRunEvents } from '../../integrations/store/run-events.ts'
import { findRun, listRuns, startRun } from '../../integrations/store/runs.ts'
import { type JiraSandbox, openJiraSandbox } from '../sandbox/jira/sandbox.ts'
import { eachDatabase } from '../store/databases.ts'
import { killAll, makeSeededRandom, sizeOf, startKatalyst, until } from './child-process.ts'
import { makeFolder } from './open-product.ts'

const PROCESSES = sizeOf('KATALYST_PROCESSES', 2)
const ARTIFACTS = sizeOf('KATALYST_STORM_ARTIFACTS', 30)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
const LIMIT_MS = 120_000 + ARTIFACTS * 1_000
const SWEEP = 'checks.sweep'
const CREATE = { method: 'POST', path: /\/rest\/api\/3\/issue$/ }

const idOf = (index: number) => `ROAD-${String(index + 1).padStart(3, '0')}`
const roadText = (id: string) =>
  `---\nid: ${id}\ntitle: "Road ${id}"\nstatus: implementing\nphase: 1\npriority: high\ncreated: "2026-01-01"\n---\n\n# ${id}\n\n## Summary\n\nText.\n`

eachDatabase('several processes', (database) => {
  const own = makeFolder({ projectKey: 'ROAD' })
  let jira: JiraSandbox
  let store: Store
  beforeAll(async () => {
    store = await database.open()
    mkdirSync(path.join(own.folder, 'roads'))
    for (let index = 0; index < ARTIFACTS; index += 1)
      writeFileSync(path.join(own.folder, 'roads', `${idOf(index)}.md`), roadText(idOf(index)))
  })
  beforeEach(async () => {
    await database.clear()
    jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 200 } })
  })
  afterEach(async () => {
    await killAll()
    await jira.close()
  })
  afterAll(own.remove)

  const start = (...args: string[]) =>
    startKatalyst(args, {
      NODE_ENV: 'test',
      DATABASE_URL: database.url(),
      JIRA_BASE_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.token,
      KATALYST_CONFIG_DIR: own.folder,
      ALLOW_PRIVATE_HOSTS: 'true',
      LOG_LEVEL: 'error',
    })
  const sync = () => start('jira:sync', '--export', '--path', own.folder, '--repository', 'acme/roads', '--json')
  async function startWorkers() {
    const workers = Array.from({ length: PROCESSES }, () => start('work'))
    for (const worker of workers) await until('a worker', () => worker.output().includes(' works, ') || worker.hasEnded())
    return workers
  }

  test('an older version works on a database that a newer one has added to', async () => {
    await store.db.prisma.$executeRawUnsafe('ALTER TABLE "runs" ADD COLUMN "ofTheFuture" TEXT')
    await store.db.prisma.$executeRawUnsafe('CREATE TABLE "things_of_the_future" ("id" INTEGER PRIMARY KEY)')
    await store.db.prisma.$executeRawUnsafe(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "applied_steps_count") VALUES ('f', 'c', '29990101000000_future', CURRENT_TIMESTAMP, 1)`,
    )
    const older = await openStore({ url: database.url(), log: silentLog, clock: systemClock, migrate: true })
    const { id } = await startRun(older.db, { kind: 'x', at: systemClock.now() })
    expect(await findRun(older.db, id)).toMatchObject({ kind: 'x', state: 'running' })
    await older.close()
    expect(await migrationStatus(database.url())).toMatchObject({ pending: [], changed: [], unknown: ['29990101000000_future'] })
  })

  if (database.dialect !== 'postgresql') return

  test('every tick becomes one job, and work that no version here knows is left alone', async () => {
    await enqueueJob(store.db, { kind: 'work.of.a.newer.version', payload: {}, maxAttempts: 1 }, systemClock.now())
    const workers = await startWorkers()
    const sweeps = () => store.db.prisma.job.findMany({ where: { kind: SWEEP } })
    for (let ticks = 1; ticks <= 3; ticks += 1) {
      await store.db.prisma.schedule.updateMany({ where: { kind: SWEEP }, data: { nextAt: new Date(Date.now() - 1) } })
      await until(`tick ${ticks}`, async () => (await sweeps()).filter(({ state }) => state === 'done').length >= ticks)
      // Both have looked since: a poll is half a second.
      await systemClock.sleep(1_200)
      expect(await sweeps()).toHaveLength(ticks)
    }
    expect(await store.db.prisma.job.findMany({ where: { kind: 'work.of.a.newer.version' } })).toMatchObject([
      { state: 'queued', attempts: 0, errorCode: null },
    ])
    for (const worker of workers) worker.kill('SIGTERM')
    for (const worker of workers) expect((await worker.ended).code).toBe(0)
  })

  test(
    'under limits, failures and cut connections nothing is lost and nothing doubled',
    async () => {
      const random = makeSeededRandom(SEED)
      const some = (times: number) => ({ times, after: Math.floor(random() * (ARTIFACTS / 2)) })
      const { faults } = jira
      faults.next({ kind: 'after-effect-502', match: CREATE, ...some(2) })
      faults.next({ kind: 'after-effect-reset', match: CREATE, ...some(2) })
      faults.next({ kind: 'status', status: 502, match: CREATE, ...some(1) })
      faults.next({
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '1' },
        match: { method: 'POST', path: '/transitions' },
        ...some(3),
      })
      faults.next({ kind: 'status', status: 429, headers: { 'retry-after': '1' }, match: { path: '/search' }, ...some(3) })
      faults.next({ kind: 'reset', match: { method: 'GET', path: '/rest/api/3/issue/' }, ...some(5) })
      faults.next({ kind: 'truncated', match: { method: 'POST', path: '/transitions' }, ...some(2) })
      const workers = await startWorkers()
      const command = sync()
      expect([0, 1]).toContain((await command.ended).code)
      const run = (await listRuns(store.db, {})).items[0]
      const events = (await listRunEvents(store.db, run?.id ?? 0, { limit: 10_000 })).items
      const ids = Array.from({ length: ARTIFACTS }, (_, index) => idOf(index))
      expect(events.map(({ artifactId }) => artifactId).sort()).toEqual(ids)
      faults.clear()

      // What was not certain in the storm is the next export's to finish.
      expect((await sync().ended).code).toBe(0)
      const made = jira.issues().map(({ labels, status }) => [labels.filter((label) => label.startsWith('ROAD-')).join(), status])
      expect({ seed: SEED, made: made.sort() }).toEqual({ seed: SEED, made: ids.map((id) => [id, 'In Progress']) })
      expect(jira.violations).toEqual([])
      for (const worker of workers) worker.kill('SIGTERM')
      for (const worker of workers) expect((await worker.ended).code).toBe(0)
      expect(await store.db.prisma.job.count({ where: { state: { in: ['queued', 'running', 'dead'] } } })).toBe(0)
    },
    LIMIT_MS,
  )
})
