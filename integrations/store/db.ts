// What every table function takes first: the database, or a transaction on it. Prisma's client hides inside, so that the
// layers above can hand a `Db` on without being able to query it themselves.
import type { Prisma } from '../../prisma/generated/sqlite/client.ts'

export const DIALECTS = ['sqlite', 'postgresql'] as const
export type Dialect = (typeof DIALECTS)[number]

/** What a change may tell the rest of this process, once it is committed. */
export type Topic = 'jobs'

export interface Db {
  /**
   * The generated client, typed as the SQLite one: the common subset of both (no `skipDuplicates`, no `mode`).
   * For the files of this folder only.
   */
  readonly prisma: Prisma.TransactionClient
  readonly dialect: Dialect
  /** Wakes the listeners of the topic in this process: at once, or in a transaction after its commit. */
  announce(topic: Topic): void
}

/** The dialect a database URL means; `undefined` for a URL that is neither `file:` nor `postgres(ql):`. */
export function dialectOf(url: string): Dialect | undefined {
  if (url.startsWith('file:')) return 'sqlite'
  return /^postgres(ql)?:\/\//.test(url) ? 'postgresql' : undefined
}

/** The file behind a `file:` URL, without SQLite's query parameters. `file:./data/x.db` is relative to the working directory. */
export function sqlitePath(url: string): string {
  const path = url.slice('file:'.length).split('?')[0] ?? ''
  return decodeURIComponent(path.replace(/^\/\/(?=\/)/, ''))
}

interface DriverFault {
  readonly code?: unknown
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly kind?: unknown } } }
}

/** Whether a thrown value is the database refusing a second row of a unique key, whichever API was used. */
export function isUniqueViolation(error: unknown): boolean {
  const fault = error as DriverFault
  return fault?.code === 'P2002' || fault?.meta?.driverAdapterError?.cause?.kind === 'UniqueConstraintViolation'
}

/** Whether a transaction lost against another and may be run again: serialization failure or deadlock. */
export function isWriteConflict(error: unknown): boolean {
  const fault = error as DriverFault
  return fault?.code === 'P2034' || fault?.meta?.driverAdapterError?.cause?.kind === 'TransactionWriteConflict'
}
