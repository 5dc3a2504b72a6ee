// The last numbers that were given to artifacts: a number is not given twice, also when its file is gone.
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'

/** The last number given to a kind in a scope; 0 before the first. */
export async function readLastNumber(db: Db, scope: string, kind: string): Promise<number> {
  return (await db.prisma.artifactNumber.findUnique({ where: { scope_kind: { scope, kind } } }))?.last ?? 0
}

const columns = { scope: 'text', kind: 'text', last: 'int', updatedAt: 'instant' } as const

/** Remembers that numbers up to this one are given; a smaller one changes nothing. */
export async function raiseLastNumber(db: Db, scope: string, kind: string, last: number, at: Date): Promise<void> {
  const when = 'excluded."last" > "artifact_numbers"."last"'
  await upsertRows<keyof typeof columns>(db, { table: 'artifact_numbers', columns, key: ['scope', 'kind'], when }, [
    { scope, kind, last, updatedAt: at },
  ])
}

/** Every id of a kind that a scope has or had, by the files that were read of it. */
export async function listGivenIds(db: Db, scope: string, kind: string): Promise<readonly string[]> {
  const rows = await db.prisma.artifact.findMany({ where: { scope, kind }, select: { artifactId: true } })
  return rows.map(({ artifactId }) => artifactId)
}
