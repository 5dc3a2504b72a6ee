// How far each kind of fact of a repository has been collected: how the last reading ended, and how wide a window was ever read
// completely. That a kind could not be read lately takes nothing away of what was read before.
import type { Collection as Row } from '../../prisma/generated/sqlite/client.ts'
import type { AbsenceReason } from '../foe/collected.ts'
import type { FactKind } from '../foe/facts/fact-kinds.ts'
import { type BulkTable, upsertRows } from './bulk.ts'
import type { Db } from './db.ts'

export interface Collection {
  readonly kind: FactKind
  /** Empty for the default branch, and for kinds that have nothing to do with branches. */
  readonly branch: string
  /** How the last reading ended. */
  readonly state: 'present' | 'absent'
  /** Why it is absent; undefined when it is present. */
  readonly reason: AbsenceReason | undefined
  /** The start of the widest window that was read completely; undefined before the first. */
  readonly reachedFrom: Date | undefined
  /** When it could be read last; undefined while it never could. */
  readonly collectedAt: Date | undefined
  readonly updatedAt: Date
}

const toCollection = (row: Row): Collection => ({
  kind: row.kind as FactKind,
  branch: row.branch,
  state: row.state as Collection['state'],
  reason: (row.reason as AbsenceReason | null) ?? undefined,
  reachedFrom: row.reachedFrom ?? undefined,
  collectedAt: row.collectedAt ?? undefined,
  updatedAt: row.updatedAt,
})

const columns = {
  repositoryId: 'bigint',
  kind: 'text',
  branch: 'text',
  state: 'text',
  reason: 'text',
  reachedFrom: 'instant',
  collectedAt: 'instant',
  updatedAt: 'instant',
} as const
const table: BulkTable<keyof typeof columns> = { table: 'collections', columns, key: ['repositoryId', 'kind', 'branch'] }

interface CollectionKey {
  readonly kind: FactKind
  readonly branch: string
}

/** Notes that kinds could be read; with `reachedFrom`, completely from then on. A reach only ever grows. */
export async function markPresent(
  db: Db,
  repositoryId: number,
  kinds: readonly CollectionKey[],
  { at, reachedFrom }: { readonly at: Date; readonly reachedFrom?: Date },
): Promise<void> {
  const rows = kinds.map((key) => ({
    ...key,
    repositoryId,
    state: 'present',
    reason: undefined,
    reachedFrom,
    collectedAt: at,
    updatedAt: at,
  }))
  const wider = `CASE WHEN "collections"."reachedFrom" IS NULL OR excluded."reachedFrom" < "collections"."reachedFrom"
    THEN COALESCE(excluded."reachedFrom", "collections"."reachedFrom") ELSE "collections"."reachedFrom" END`
  if (rows.length > 0) await upsertRows(db, { ...table, update: { reachedFrom: wider } }, rows)
}

/** Notes that kinds could not be read, and why. */
export async function markAbsent(
  db: Db,
  repositoryId: number,
  kinds: readonly (CollectionKey & { readonly reason: AbsenceReason })[],
  at: Date,
): Promise<void> {
  const rows = kinds.map((key) => ({
    ...key,
    repositoryId,
    state: 'absent',
    reachedFrom: undefined,
    collectedAt: undefined,
    updatedAt: at,
  }))
  if (rows.length > 0) await upsertRows(db, { ...table, keep: ['reachedFrom', 'collectedAt'] }, rows)
}

/** What is known about a repository's kinds, on all branches. */
export async function listCollections(db: Db, repositoryId: number): Promise<readonly Collection[]> {
  return (await db.prisma.collection.findMany({ where: { repositoryId: BigInt(repositoryId) } })).map(toCollection)
}
