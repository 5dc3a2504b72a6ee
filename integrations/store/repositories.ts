// Repositories by GitHub's number. The full name is a cache: it changes on rename and transfer, and another repository
// may take the old one.
import type { Repository as Row } from '../../prisma/generated/sqlite/client.ts'
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'

export interface Repository {
  readonly id: number
  readonly installationId: number | undefined
  /** `owner/name` as GitHub last spelled it. */
  readonly fullName: string
  readonly defaultBranch: string | undefined
  readonly archived: boolean
  /** Undefined where GitHub has not said; then it is treated as private. */
  readonly isPrivate: boolean | undefined
  /** The parsed `.github/katalyst.yml`. */
  readonly settings: JsonObject
  /** The commit whose artifacts we hold. */
  readonly headSha: string | undefined
  readonly ingestedAt: Date | undefined
  readonly deletedAt: Date | undefined
  readonly updatedAt: Date
}

const toRepository = (row: Row): Repository => ({
  id: Number(row.id),
  installationId: row.installationId === null ? undefined : Number(row.installationId),
  fullName: row.fullName,
  defaultBranch: row.defaultBranch ?? undefined,
  archived: row.archived,
  isPrivate: row.isPrivate ?? undefined,
  settings: fromJsonObject(row.settings),
  headSha: row.headSha ?? undefined,
  ingestedAt: row.ingestedAt ?? undefined,
  deletedAt: row.deletedAt ?? undefined,
  updatedAt: row.updatedAt,
})

const nameKey = (fullName: string) => fullName.toLowerCase()

export interface RepositoryChange {
  readonly id: number
  readonly installationId?: number | undefined
  readonly fullName: string
  readonly defaultBranch?: string | undefined
  readonly archived?: boolean | undefined
  readonly isPrivate?: boolean | undefined
}

/** Makes or changes repositories, which are then not deleted; what is left out of a change stays as it is. */
export async function saveRepositories(db: Db, changes: readonly RepositoryChange[], at: Date): Promise<void> {
  const known = await db.prisma.repository.findMany({ where: { id: { in: changes.map(({ id }) => BigInt(id)) } } })
  const byId = new Map(known.map((row) => [Number(row.id), row]))
  const rows = changes.map((change) => {
    const row = byId.get(change.id)
    return {
      id: change.id,
      installationId: change.installationId ?? row?.installationId,
      fullName: change.fullName,
      nameKey: nameKey(change.fullName),
      defaultBranch: change.defaultBranch ?? row?.defaultBranch,
      archived: change.archived ?? row?.archived ?? false,
      isPrivate: change.isPrivate ?? row?.isPrivate,
      settings: row?.settings ?? {},
      deletedAt: undefined,
      updatedAt: at,
    }
  })
  const columns = {
    id: 'bigint',
    installationId: 'bigint',
    fullName: 'text',
    nameKey: 'text',
    defaultBranch: 'text',
    archived: 'boolean',
    isPrivate: 'boolean',
    settings: 'json',
    deletedAt: 'instant',
    updatedAt: 'instant',
  } as const
  await upsertRows(db, { table: 'repositories', columns, key: ['id'], keep: ['settings'] }, rows)
}

/** Marks repositories as gone: deleted, or no longer selected for the App. Their artifacts and links stay. */
export async function removeRepositories(db: Db, ids: readonly number[], at: Date): Promise<void> {
  await db.prisma.repository.updateMany({ where: { id: { in: ids.map(BigInt) } }, data: { deletedAt: at, updatedAt: at } })
}

/** Records the settings a repository carries in `.github/katalyst.yml`. */
export async function saveRepositorySettings(db: Db, id: number, settings: JsonObject, at: Date): Promise<void> {
  await db.prisma.repository.updateMany({ where: { id: BigInt(id) }, data: { settings: { ...settings }, updatedAt: at } })
}

/** Records that the artifacts of a commit are in the store. */
export async function markIngested(db: Db, id: number, headSha: string, at: Date): Promise<void> {
  await db.prisma.repository.updateMany({ where: { id: BigInt(id) }, data: { headSha, ingestedAt: at, updatedAt: at } })
}

/** By number, deleted or not; by name (in any case) only one that is there, the most recently changed. */
export async function findRepository(db: Db, by: { readonly id: number } | { readonly fullName: string }): Promise<Repository | undefined> {
  const row =
    'id' in by
      ? await db.prisma.repository.findUnique({ where: { id: BigInt(by.id) } })
      : await db.prisma.repository.findFirst({
          where: { nameKey: nameKey(by.fullName), deletedAt: null },
          orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
        })
  return row ? toRepository(row) : undefined
}

/** The repositories that are there, of one installation or all, by name. */
export async function listRepositories(db: Db, filter: { readonly installationId?: number } = {}): Promise<readonly Repository[]> {
  const where = { deletedAt: null, ...(filter.installationId === undefined ? {} : { installationId: BigInt(filter.installationId) }) }
  return (await db.prisma.repository.findMany({ where, orderBy: [{ nameKey: 'asc' }, { id: 'asc' }] })).map(toRepository)
}
