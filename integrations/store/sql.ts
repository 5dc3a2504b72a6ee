// The few statements Prisma's API cannot say. They are written once, with PostgreSQL's numbered parameters; SQLite knows
// the same under another sign. Dates are bound through Prisma, which writes them as it does everywhere else.
import type { Db } from './db.ts'

const inDialect = (db: Db, statement: string) => (db.dialect === 'sqlite' ? statement.replace(/\$(\d+)/g, '?$1') : statement)

/** Runs a statement that returns rows. Names in it are constants of this folder; every value is a parameter. */
export async function queryRows<Row>(db: Db, statement: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return db.prisma.$queryRawUnsafe<Row[]>(inDialect(db, statement), ...values)
}

/** Runs a statement and returns how many rows it changed. */
export async function changeRows(db: Db, statement: string, values: readonly unknown[]): Promise<number> {
  return db.prisma.$executeRawUnsafe(inDialect(db, statement), ...values)
}
