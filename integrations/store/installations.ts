// Where the GitHub App is installed. Deleted installations stay, marked, so that a late event does not bring them back.
import type { Installation as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'

export interface Installation {
  /** GitHub's number. */
  readonly id: number
  readonly accountId: number | undefined
  /** The login of the organisation or person; changes when they rename themselves. */
  readonly account: string
  readonly accountType: string | undefined
  readonly repositorySelection: string | undefined
  /** What was granted, such as `{checks: 'write'}`. */
  readonly permissions: JsonObject
  readonly suspendedAt: Date | undefined
  readonly deletedAt: Date | undefined
  readonly updatedAt: Date
}

const toInstallation = (row: Row): Installation => ({
  id: Number(row.id),
  accountId: row.accountId === null ? undefined : Number(row.accountId),
  account: row.account,
  accountType: row.accountType ?? undefined,
  repositorySelection: row.repositorySelection ?? undefined,
  permissions: fromJsonObject(row.permissions),
  suspendedAt: row.suspendedAt ?? undefined,
  deletedAt: row.deletedAt ?? undefined,
  updatedAt: row.updatedAt,
})

export interface InstallationChange {
  readonly id: number
  readonly account: string
  readonly accountId?: number | undefined
  readonly accountType?: string | undefined
  readonly repositorySelection?: string | undefined
  readonly permissions?: JsonObject | undefined
  /** `null` takes the mark away; left out it stays as it is. */
  readonly suspendedAt?: Date | null | undefined
  readonly deletedAt?: Date | null | undefined
  readonly at: Date
}

/** Makes or changes an installation; what is left out stays as it is. */
export async function saveInstallation(db: Db, change: InstallationChange): Promise<Installation> {
  const { id, at, accountId, permissions, ...rest } = change
  const columns = {
    ...rest,
    ...(accountId === undefined ? {} : { accountId: BigInt(accountId) }),
    ...(permissions === undefined ? {} : { permissions: { ...permissions } }),
    updatedAt: at,
  }
  const create = { permissions: {}, ...columns, id: BigInt(id) }
  return toInstallation(await db.prisma.installation.upsert({ where: { id: BigInt(id) }, create, update: columns }))
}

export async function findInstallation(db: Db, id: number): Promise<Installation | undefined> {
  const row = await db.prisma.installation.findUnique({ where: { id: BigInt(id) } })
  return row ? toInstallation(row) : undefined
}

/** The installations that are not deleted, by account. */
export async function listInstallations(db: Db): Promise<readonly Installation[]> {
  return (await db.prisma.installation.findMany({ where: { deletedAt: null }, orderBy: [{ account: 'asc' }, { id: 'asc' }] })).map(
    toInstallation,
  )
}
