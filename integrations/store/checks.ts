// The check runs we published, one per commit and name: a repeat finds what is there, and a sweep finds what got stuck.
import type { Check as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'

export const CHECK_STATES = ['pending', 'completed'] as const
/** `pending`: begun and not yet published with a conclusion. */
export type CheckState = (typeof CHECK_STATES)[number]

export interface Check {
  readonly id: number
  readonly repositoryId: number
  readonly headSha: string
  readonly name: string
  /** Ours, given to GitHub with the check run. */
  readonly externalId: string
  /** GitHub's, once published. */
  readonly checkRunId: number | undefined
  readonly state: CheckState
  readonly conclusion: string | undefined
  /** Hash of the published output; equal means that a repeat has nothing to write. */
  readonly digest: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

const toCheck = (row: Row): Check => ({
  ...row,
  repositoryId: Number(row.repositoryId),
  checkRunId: row.checkRunId === null ? undefined : Number(row.checkRunId),
  state: row.state as CheckState,
  conclusion: row.conclusion ?? undefined,
  digest: row.digest ?? undefined,
})

export interface CheckKey {
  readonly repositoryId: number
  readonly headSha: string
  readonly name: string
}

const byKey = ({ repositoryId, headSha, name }: CheckKey) => ({
  repositoryId_headSha_name: { repositoryId: BigInt(repositoryId), headSha, name },
})

export interface CheckChange extends CheckKey {
  readonly externalId: string
  readonly state: CheckState
  readonly checkRunId?: number | undefined
  readonly conclusion?: string | undefined
  readonly digest?: string | undefined
  readonly at: Date
}

/** Makes or changes the check of a commit; a check run id, conclusion or digest that is left out stays. */
export async function saveCheck(db: Db, change: CheckChange): Promise<Check> {
  const { repositoryId, headSha, name, externalId, state, checkRunId, conclusion, digest, at } = change
  const known = {
    ...(checkRunId === undefined ? {} : { checkRunId: BigInt(checkRunId) }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(digest === undefined ? {} : { digest }),
  }
  const columns = { externalId, state, ...known, updatedAt: at }
  const create = { repositoryId: BigInt(repositoryId), headSha, name, ...columns, createdAt: at }
  return toCheck(await db.prisma.check.upsert({ where: byKey(change), create, update: columns }))
}

export async function findCheck(db: Db, key: CheckKey): Promise<Check | undefined> {
  const row = await db.prisma.check.findUnique({ where: byKey(key) })
  return row ? toCheck(row) : undefined
}

/** Checks that have been pending since before `before`, oldest first. */
export async function listStaleChecks(db: Db, before: Date, limit = 100): Promise<readonly Check[]> {
  return (
    await db.prisma.check.findMany({ where: { state: 'pending', updatedAt: { lt: before } }, orderBy: { updatedAt: 'asc' }, take: limit })
  ).map(toCheck)
}
