// Opens the one database of the process, SQLite or PostgreSQL by the form of its URL, and only then loads what that
// database needs: a command that needs none starts without Prisma.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type Db, type Dialect, dialectOf, isWriteConflict, sqlitePath, type Topic } from './db.ts'
import { migrate } from './migrate.ts'

export interface StoreOptions {
  readonly url: string
  readonly log: Log
  readonly clock: Clock
  /** Whether to bring the schema up to date first. */
  readonly migrate: boolean
  /** How long to wait for a database that is not there yet; 0 by default. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

export interface Store {
  readonly db: Db
  readonly dialect: Dialect
  /**
   * Runs `work` in one transaction; inside, only the `Db` it is given may be used (SQLite has one connection, and it is
   * taken). `work` must be repeatable: it runs again, up to 5 times, when the database reports a conflict with another
   * transaction. `serializable` is for read-then-write on PostgreSQL; SQLite's transactions always are.
   */
  transaction<T>(work: (db: Db) => Promise<T>, options?: { readonly serializable?: boolean }): Promise<T>
  /** Calls `listener` whenever something was announced in this process; returns what stops it. */
  listen(topic: Topic, listener: () => void): () => void
  /** One round trip; throws `not-ready` when the database does not answer. */
  ping(): Promise<void>
  /** Ends the connections; the store cannot be used afterwards. */
  close(): Promise<void>
}

const TRANSACTION_ATTEMPTS = 5
const RETRY_CONNECT_MS = 500
const POOL_SIZE = 10
// Prisma's defaults (2 s, 5 s) are too short for a busy SQLite, where transactions queue up behind each other.
const TRANSACTION_LIMITS = { maxWait: 20_000, timeout: 30_000 }

/** Whether the store was closed. */
interface Door {
  closed: boolean
}

/**
 * Prisma connects again when a query comes after the end: work that was given up would open a pool that nobody closes, and
 * keep the process for as long as that idles.
 */
function connectOnlyWhileOpen<A extends { connect(): Promise<unknown> }>(adapter: A, door: Door): A {
  const connect = adapter.connect.bind(adapter)
  adapter.connect = async () => {
    if (door.closed) throw new AppError('cancelled', 'The database is closed: the process is stopping.')
    return connect()
  }
  return adapter
}

async function connect(url: string, dialect: Dialect, log: Log, door: Door): Promise<PrismaClient> {
  if (dialect === 'sqlite') {
    const file = sqlitePath(url)
    mkdirSync(path.dirname(file), { recursive: true })
    const [{ PrismaClient }, { makeSqliteAdapter }] = await Promise.all([
      import('../../prisma/generated/sqlite/client.ts'),
      import('./sqlite-client.ts'),
    ])
    return new PrismaClient({ adapter: connectOnlyWhileOpen(makeSqliteAdapter(file), door), transactionOptions: TRANSACTION_LIMITS })
  }
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../../prisma/generated/postgresql/client.ts'),
    import('@prisma/adapter-pg'),
  ])
  // An idle connection that the server closes is an event of the pool; without a listener it would end the process.
  const onPoolError = (error: Error) => log.warn({ err: error }, 'database connection lost')
  const adapter = new PrismaPg({ connectionString: url, max: POOL_SIZE }, { onPoolError, onConnectionError: onPoolError })
  return new PrismaClient({
    adapter: connectOnlyWhileOpen(adapter, door),
    transactionOptions: TRANSACTION_LIMITS,
  }) as unknown as PrismaClient
}

async function pingClient(client: PrismaClient): Promise<void> {
  try {
    await client.$queryRawUnsafe('SELECT 1')
  } catch (cause) {
    throw new AppError('not-ready', 'The database does not answer. Check DATABASE_URL and that the server is running.', { cause })
  }
}

async function waitForDatabase(client: PrismaClient, options: StoreOptions): Promise<void> {
  const giveUpAt = options.clock.now().getTime() + (options.waitMs ?? 0)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pingClient(client)
    } catch (error) {
      if (options.clock.now().getTime() + RETRY_CONNECT_MS > giveUpAt) throw error
      if (attempt === 1) options.log.warn({ err: error, waitMs: options.waitMs }, 'waiting for the database')
      await options.clock.sleep(RETRY_CONNECT_MS, options.signal)
    }
  }
}

/** Opens the database and, where asked, brings its schema up to date. Throws `config-invalid`, `not-ready`, `migration-failed`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const dialect = dialectOf(options.url)
  if (!dialect) throw new AppError('config-invalid', 'DATABASE_URL: expected file:… (SQLite) or postgresql://….')
  const door: Door = { closed: false }
  const client = await connect(options.url, dialect, options.log, door)
  try {
    await waitForDatabase(client, options)
    const applied = options.migrate ? await migrate(options.url) : []
    if (applied.length > 0) options.log.info({ migrations: applied }, 'database schema brought up to date')
  } catch (error) {
    await client.$disconnect()
    throw error
  }
  return makeStore(client, dialect, door)
}

function makeStore(client: PrismaClient, dialect: Dialect, door: Door): Store {
  const listeners = new Map<Topic, Set<() => void>>()
  const announce = (topic: Topic) => {
    for (const listener of listeners.get(topic) ?? []) listener()
  }

  async function runOnce<T>(work: (db: Db) => Promise<T>, serializable: boolean): Promise<T> {
    const announced = new Set<Topic>()
    const isolation = serializable && dialect === 'postgresql' ? { isolationLevel: 'Serializable' as const } : {}
    const result = await client.$transaction(
      (prisma) => work(Object.freeze({ prisma, dialect, announce: (topic: Topic) => void announced.add(topic) })),
      isolation,
    )
    for (const topic of announced) announce(topic)
    return result
  }

  return Object.freeze({
    db: Object.freeze({ prisma: client, dialect, announce }),
    dialect,
    async transaction<T>(work: (db: Db) => Promise<T>, { serializable = false } = {}): Promise<T> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await runOnce(work, serializable)
        } catch (error) {
          if (attempt >= TRANSACTION_ATTEMPTS || !isWriteConflict(error)) throw error
        }
      }
    },
    listen(topic: Topic, listener: () => void) {
      const group = listeners.get(topic) ?? new Set()
      listeners.set(topic, group.add(listener))
      return () => void group.delete(listener)
    },
    ping: () => pingClient(client),
    async close() {
      door.closed = true
      await client.$disconnect()
    },
  })
}
