// The SQLite connection that Prisma's libSQL adapter runs on. The adapter's stock client opens another connection after
// every transaction (pragmas lost, file handles kept), begins DEFERRED (two readers that then write deadlock into
// SQLITE_BUSY) and has no busy timeout. This one is a single connection with WAL, BEGIN IMMEDIATE and cached statements.
// Statements run synchronously, so SQLite's own waiting for another writer would stop this whole process, and for ever
// if that writer is another connection of this process. It waits only a moment; the rest of the patience is ours.
import { createRequire } from 'node:module'
import { PrismaLibSql } from '@prisma/adapter-libsql'

const OPEN_TIMEOUT_MS = 10_000
const BUSY_PATIENCE_MS = 15_000
const BUSY_BLOCKING_MS = 5
const BUSY_PAUSE_MS = 10
const CACHED_STATEMENTS = 500

interface Statement {
  raw(on: boolean): Statement
  safeIntegers(on: boolean): Statement
  columns(): readonly { readonly name: string; readonly type: string | null }[]
  all(args: readonly unknown[]): unknown[][]
  run(args: readonly unknown[]): { readonly changes: number }
}

/** The part of `libsql` (an API like better-sqlite3's) that is used here and by migrate.ts. */
export interface SqliteDatabase {
  prepare(sql: string): Statement
  exec(sql: string): void
  close(): void
  readonly inTransaction: boolean
}

interface Prepared {
  readonly statement: Statement
  readonly returnsRows: boolean
  readonly columns: readonly string[]
  readonly types: readonly string[]
}

/** Opens the file, which is made when missing. Loaded here and not by an import: the package is CommonJS with a native part. */
export function openSqlite(path: string): SqliteDatabase {
  const Database = createRequire(import.meta.url)('libsql') as new (path: string, options: { timeout: number }) => SqliteDatabase
  const database = new Database(path, { timeout: OPEN_TIMEOUT_MS })
  for (const pragma of ['journal_mode=WAL', 'synchronous=NORMAL', 'foreign_keys=ON', `busy_timeout=${OPEN_TIMEOUT_MS}`])
    database.prepare(`PRAGMA ${pragma}`).all([])
  return database
}

const toSqlite = (value: unknown) => {
  if (typeof value === 'boolean') return Number(value)
  return value instanceof ArrayBuffer ? Buffer.from(value) : value
}

const fromSqlite = (value: unknown) => {
  if (typeof value === 'bigint') return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  return ArrayBuffer.isView(value) ? value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) : value
}

function prepare(database: SqliteDatabase, sql: string): Prepared {
  const statement = database.prepare(sql).safeIntegers(true)
  // `raw` is refused for statements without a result, which is the library's way to tell them apart.
  let returnsRows = true
  try {
    statement.raw(true)
  } catch {
    returnsRows = false
  }
  const columns = returnsRows ? statement.columns() : []
  return { statement, returnsRows, columns: columns.map((column) => column.name), types: columns.map((column) => column.type ?? '') }
}

const isBusy = (error: unknown) => String((error as { code?: unknown } | null)?.code).startsWith('SQLITE_BUSY')

/** Runs a statement again while another writer is in its way; a busy statement has done nothing. */
async function whenFree<T>(work: () => T): Promise<T> {
  for (const giveUpAt = performance.now() + BUSY_PATIENCE_MS; ; ) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS))
    }
  }
}

function makeClient(path: string) {
  const database = openSqlite(path)
  database.prepare(`PRAGMA busy_timeout=${BUSY_BLOCKING_MS}`).all([])
  const cache = new Map<string, Prepared>()

  const run = (sql: string, args: readonly unknown[] = []) => {
    let prepared = cache.get(sql)
    if (!prepared) {
      prepared = prepare(database, sql)
      const oldest = cache.size >= CACHED_STATEMENTS ? cache.keys().next().value : undefined
      if (oldest !== undefined) cache.delete(oldest)
      cache.set(sql, prepared)
    }
    const { statement, returnsRows, columns, types } = prepared
    if (!returnsRows) return { columns: [], columnTypes: [], rows: [], rowsAffected: statement.run(args.map(toSqlite)).changes }
    return { columns, columnTypes: types, rows: statement.all(args.map(toSqlite)).map((row) => row.map(fromSqlite)), rowsAffected: 0 }
  }
  const execute = (query: { sql: string; args?: readonly unknown[] }) => whenFree(() => run(query.sql, query.args))
  const executeMultiple = async (sql: string) => {
    cache.clear()
    database.exec(sql)
  }
  const rollback = async () => {
    if (database.inTransaction) run('ROLLBACK')
  }
  return {
    closed: false,
    protocol: 'file',
    execute,
    executeMultiple,
    async transaction() {
      await whenFree(() => run('BEGIN IMMEDIATE'))
      return { closed: false, execute, executeMultiple, commit: () => whenFree(() => void run('COMMIT')), rollback, close() {} }
    },
    close() {
      cache.clear()
      database.close()
    },
  }
}

/** Prisma's adapter factory on our connection. */
export function makeSqliteAdapter(path: string): PrismaLibSql {
  const createClient = () => makeClient(path) as unknown as ReturnType<PrismaLibSql['createClient']>
  return Object.assign(new PrismaLibSql({ url: `file:${path}` }), { createClient })
}
