// Applies prisma/migrations/<dialect> in the bookkeeping of Prisma Migrate (`_prisma_migrations`, checksum = SHA-256 of
// the file), so that Prisma's own tools agree with it, but without Prisma's schema engine: that is a binary to download,
// and its driver adapter splits scripts at every semicolon. Several processes may start at once: PostgreSQL takes Prisma's
// advisory lock, SQLite a BEGIN IMMEDIATE per migration; each looks again under the lock before it applies.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../kernel/errors.ts'
import { type Dialect, dialectOf, sqlitePath } from './db.ts'

// The number Prisma Migrate itself locks, so that both kinds of migration exclude each other.
const ADVISORY_LOCK = 72_707_369

interface AppliedRow {
  readonly migration_name: string
  readonly checksum: string
}

interface Session {
  readonly timestampType: string
  execute(sql: string): Promise<void>
  applied(): Promise<readonly AppliedRow[]>
  tableExists(): Promise<boolean>
  record(id: string, checksum: string, name: string, startedAt: Date): Promise<void>
  begin(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  close(): Promise<void>
}

export interface MigrationStatus {
  readonly dialect: Dialect
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Applied, but the file differs from what was applied. */
  readonly changed: readonly string[]
  /** Applied by a newer version of this program. */
  readonly unknown: readonly string[]
}

const SELECT_APPLIED =
  'SELECT "migration_name", "checksum" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL'
const INSERT_APPLIED =
  'INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count") VALUES'

async function openPostgresSession(url: string): Promise<Session> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  const execute = async (sql: string) => void (await client.query(sql))
  await client.connect()
  await execute(`SELECT pg_advisory_lock(${ADVISORY_LOCK})`)
  return {
    timestampType: 'TIMESTAMPTZ',
    execute,
    applied: async () => (await client.query<AppliedRow>(SELECT_APPLIED)).rows,
    tableExists: async () =>
      (await client.query(`SELECT 1 FROM "pg_tables" WHERE "schemaname" = current_schema() AND "tablename" = '_prisma_migrations'`))
        .rowCount === 1,
    record: async (id, checksum, name, startedAt) =>
      void (await client.query(`${INSERT_APPLIED} ($1, $2, now(), $3, $4, 1)`, [id, checksum, name, startedAt])),
    begin: () => execute('BEGIN'),
    commit: () => execute('COMMIT'),
    rollback: () => execute('ROLLBACK'),
    // Ending the session gives the advisory lock back.
    close: () => client.end(),
  }
}

async function openSqliteSession(url: string): Promise<Session> {
  const file = sqlitePath(url)
  mkdirSync(path.dirname(file), { recursive: true })
  // Loaded here, as the PostgreSQL driver is: programs that migrate nothing know this file too.
  const { openSqlite } = await import('./sqlite-client.ts')
  const database = openSqlite(file)
  const rows = (sql: string, args: readonly unknown[] = []) => database.prepare(sql).raw(true).all(args)
  // Off before BEGIN (inside a transaction the pragma does nothing): redefining a table must not cascade to its children.
  database.prepare('PRAGMA foreign_keys=OFF').all([])
  return {
    timestampType: 'DATETIME',
    execute: async (sql) => database.exec(sql),
    applied: async () => rows(SELECT_APPLIED).map(([name, checksum]) => ({ migration_name: String(name), checksum: String(checksum) })),
    tableExists: async () => rows(`SELECT 1 FROM sqlite_master WHERE "type" = 'table' AND "name" = '_prisma_migrations'`).length === 1,
    record: async (id, checksum, name, startedAt) =>
      void database.prepare(`${INSERT_APPLIED} (?, ?, ?, ?, ?, 1)`).run([id, checksum, Date.now(), name, startedAt.getTime()]),
    begin: async () => database.exec('BEGIN IMMEDIATE'),
    commit: async () => {
      const broken = rows('PRAGMA foreign_key_check')
      if (broken.length > 0)
        throw new AppError(
          'migration-failed',
          `the foreign key check found ${broken.length} rows without their parent, first in table ${String(broken[0]?.[0])}`,
        )
      database.exec('COMMIT')
    },
    rollback: async () => {
      if (database.inTransaction) database.exec('ROLLBACK')
    },
    close: async () => database.close(),
  }
}

/** The package root: the nearest directory upwards with a package.json, which is the same from the sources and from dist/. */
function packageRoot(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url))
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory)
    if (parent === directory)
      throw new AppError('migration-failed', 'The migrations were not found: no package.json above the program. Install the package again.')
    directory = parent
  }
  return directory
}

interface Migration {
  readonly name: string
  readonly script: string
  readonly checksum: string
}

function readMigrations(dialect: Dialect): Migration[] {
  const directory = path.join(packageRoot(), 'prisma', 'migrations', dialect)
  if (!existsSync(directory))
    throw new AppError(
      'migration-failed',
      `The migrations for ${dialect} are missing from the package (prisma/migrations/${dialect}). Install it again.`,
    )
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return names
    .map(({ name }) => {
      const script = readFileSync(path.join(directory, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const refuseChanged = (name: string) =>
  new AppError(
    'migration-failed',
    `Migration ${name} was changed after it had been applied to this database. Restore the file and add a new migration instead.`,
    { details: { migration: name } },
  )

async function withSession<T>(url: string, work: (session: Session, dialect: Dialect) => Promise<T>): Promise<T> {
  const dialect = dialectOf(url)
  if (!dialect) throw new AppError('config-invalid', 'DATABASE_URL: expected file:… (SQLite) or postgresql://….')
  const session = await (dialect === 'sqlite' ? openSqliteSession(url) : openPostgresSession(url))
  try {
    return await work(session, dialect)
  } finally {
    await session.close()
  }
}

/** Applies one migration unless it is there already; true when it was applied. */
async function applyOne(session: Session, migration: Migration): Promise<boolean> {
  const { name, script, checksum } = migration
  const startedAt = new Date()
  await session.begin()
  try {
    const done = (await session.applied()).find((row) => row.migration_name === name)
    if (done) {
      if (done.checksum !== checksum) throw refuseChanged(name)
      await session.rollback()
      return false
    }
    await session.execute(script)
    await session.record(randomUUID(), checksum, name, startedAt)
    await session.commit()
    return true
  } catch (cause) {
    await session.rollback()
    if (cause instanceof AppError && cause.details.migration === name) throw cause
    throw new AppError(
      'migration-failed',
      `Migration ${name} could not be applied; nothing of it was kept: ${cause instanceof Error ? cause.message : 'unknown fault'}`,
      { cause, details: { migration: name } },
    )
  }
}

/**
 * Brings the database up to date and returns the names of the migrations that this call applied, oldest first. Safe in
 * several processes at once: each migration is applied by exactly one. Throws `migration-failed` (the database stays at
 * the last complete migration) and `config-invalid`.
 */
export function migrate(url: string): Promise<readonly string[]> {
  return withSession(url, async (session, dialect) => {
    const { timestampType } = session
    await session.execute(
      `CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" ${timestampType}, "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" ${timestampType}, "started_at" ${timestampType} NOT NULL DEFAULT CURRENT_TIMESTAMP, "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`,
    )
    const applied: string[] = []
    for (const migration of readMigrations(dialect)) if (await applyOne(session, migration)) applied.push(migration.name)
    return applied
  })
}

/** Compares the database with the migrations of this program without changing anything. */
export function migrationStatus(url: string): Promise<MigrationStatus> {
  return withSession(url, async (session, dialect) => {
    const rows = (await session.tableExists()) ? await session.applied() : []
    const checksums = new Map(rows.map((row) => [row.migration_name, row.checksum]))
    const known = readMigrations(dialect)
    const names = new Set(known.map(({ name }) => name))
    return {
      dialect,
      applied: known.filter(({ name }) => checksums.has(name)).map(({ name }) => name),
      pending: known.filter(({ name }) => !checksums.has(name)).map(({ name }) => name),
      changed: known.filter(({ name, checksum }) => checksums.has(name) && checksums.get(name) !== checksum).map(({ name }) => name),
      unknown: rows.map((row) => row.migration_name).filter((name) => !names.has(name)),
    }
  })
}
