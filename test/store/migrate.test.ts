import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { migrate, migrationStatus } from '../../integrations/store/migrate.ts'
import { openStore } from '../../integrations/store/open-store.ts'
import { eachDatabase } from './databases.ts'

const hooks = path.join(import.meta.dirname, 'typescript-hooks.mjs')
const child = path.join(import.meta.dirname, 'migrate-child.ts')

/** Applies the migrations in a process of its own and returns what it applied. */
async function migrateElsewhere(url: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', hooks, child, url])
  return JSON.parse(stdout) as string[]
}

eachDatabase(
  'migrations',
  (database) => {
    test('several processes at once apply each migration exactly once', async () => {
      const before = await migrationStatus(database.url())
      const applied = await Promise.all([migrateElsewhere(database.url()), migrateElsewhere(database.url()), migrate(database.url())])
      expect(before).toMatchObject({ dialect: database.dialect, applied: [], changed: [], unknown: [] })
      expect(before.pending.length).toBeGreaterThan(0)
      expect(applied.flat().sort()).toEqual(before.pending)
    }, 60_000)

    test('a second time applies nothing, and the status says so', async () => {
      expect(await migrate(database.url())).toEqual([])
      const status = await migrationStatus(database.url())
      expect(status.pending).toEqual([])
      expect(status.applied.length).toBeGreaterThan(0)
    })

    test('a migration that differs from what was applied is refused by name', async () => {
      const store = await database.open()
      const [name] = (await migrationStatus(database.url())).applied
      await store.db.prisma.$executeRawUnsafe(`UPDATE "_prisma_migrations" SET "checksum" = 'other' WHERE "migration_name" = '${name}'`)
      await expect(migrate(database.url())).rejects.toMatchObject({
        code: 'migration-failed',
        message: expect.stringContaining(String(name)),
      })
      expect((await migrationStatus(database.url())).changed).toEqual([name])
    })
  },
  { migrated: false },
)

test('a database that is not there within the time is reported as not ready, without its password', async () => {
  const waits: number[] = []
  let now = 0
  const clock = {
    ...systemClock,
    now: () => new Date(now),
    sleep: async (ms: number) => {
      waits.push(ms)
      now += ms
    },
  }
  const opening = openStore({
    url: 'postgresql://someone:hidden-word@127.0.0.1:1/none',
    log: silentLog,
    clock,
    migrate: true,
    waitMs: 1_000,
  })
  const error = await opening.then(
    () => undefined,
    (failure: Error) => failure,
  )
  expect(error).toMatchObject({ code: 'not-ready' })
  expect(error?.message).not.toContain('hidden-word')
  expect(waits).toEqual([500, 500])
})

test('a URL of an unknown form is refused by the name of the variable', async () => {
  await expect(openStore({ url: 'mysql://x', log: silentLog, clock: systemClock, migrate: false })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('DATABASE_URL'),
  })
})
