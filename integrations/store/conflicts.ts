// Fields that both sides changed to different values, until a person decides. One row is open per link and field; a
// resolution stays as a row of its own and holds as long as both sides are still as they were when it was given, so what
// somebody decided is never applied to values that nobody has seen.
import { isDeepStrictEqual } from 'node:util'
import type { Conflict as Row } from '../../prisma/generated/sqlite/client.ts'
import { type Db, isUniqueViolation } from './db.ts'
import { fromJsonObject, type Json, type JsonObject, toJson, toJsonObject } from './json.ts'
import type { Link } from './links.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export const KEEPS = ['git', 'remote'] as const
/** Whose value stays. */
export type Keep = (typeof KEEPS)[number]

/** A value twice: as it is compared, and as people read it. */
export interface SideValue {
  readonly key: Json
  readonly shown: Json
}

export interface Conflict {
  readonly id: number
  readonly linkId: number
  readonly connectionId: string
  readonly scope: string
  readonly artifactKind: string
  readonly artifactId: string
  /** Such as `KAT-12`. */
  readonly remoteKey: string | undefined
  readonly url: string | undefined
  /** The remote's id of the field, and its name for people. */
  readonly field: string
  readonly fieldName: string
  /** What both sides agreed on last; undefined where they never did. */
  readonly base: SideValue | undefined
  readonly git: SideValue
  readonly remote: SideValue
  /** Why nobody won, in a sentence. */
  readonly reason: string
  readonly runId: number | undefined
  readonly keep: Keep | undefined
  readonly resolvedBy: string | undefined
  readonly createdAt: Date
  readonly resolvedAt: Date | undefined
}

export type FoundConflict = Pick<Conflict, 'field' | 'fieldName' | 'base' | 'git' | 'remote' | 'reason'>

const toSide = (value: unknown): SideValue => {
  const { key = null, shown = null } = fromJsonObject(value)
  return { key, shown }
}
const fromSide = ({ key, shown }: SideValue): JsonObject => toJsonObject({ key: toJson(key), shown: toJson(shown) })

const toConflict = (row: Row): Conflict => ({
  ...row,
  remoteKey: row.remoteKey ?? undefined,
  url: row.url ?? undefined,
  base: 'key' in fromJsonObject(row.base) ? toSide(row.base) : undefined,
  git: toSide(row.git),
  remote: toSide(row.remote),
  runId: row.runId ?? undefined,
  keep: (row.keep as Keep | null) ?? undefined,
  resolvedBy: row.resolvedBy ?? undefined,
  resolvedAt: row.resolvedAt ?? undefined,
})

const openKeyOf = (linkId: number, field: string) => `${linkId}:${field}`

interface Finding {
  readonly link: Pick<Link, 'id' | 'connectionId' | 'scope' | 'artifactKind' | 'artifactId'>
  readonly remoteKey?: string | undefined
  readonly url?: string | undefined
  readonly runId?: number | undefined
  readonly conflicts: readonly FoundConflict[]
  readonly at: Date
}

const toValues = ({ remoteKey, url, runId, at }: Finding, found: FoundConflict) => ({
  fieldName: found.fieldName,
  base: found.base ? fromSide(found.base) : {},
  git: fromSide(found.git),
  remote: fromSide(found.remote),
  reason: found.reason,
  remoteKey: remoteKey ?? null,
  url: url ?? null,
  runId: runId ?? null,
  updatedAt: at,
})

const toPlace = ({ id: linkId, connectionId, scope, artifactKind, artifactId }: Finding['link']) => ({
  linkId,
  connectionId,
  scope,
  artifactKind,
  artifactId,
})

async function keepOpen(db: Db, finding: Finding, found: FoundConflict): Promise<void> {
  const { link, at } = finding
  const openKey = openKeyOf(link.id, found.field)
  const values = toValues(finding, found)
  const { count } = await db.prisma.conflict.updateMany({ where: { openKey }, data: values })
  if (count > 0) return
  await db.prisma.conflict.create({ data: { ...values, ...toPlace(link), field: found.field, openKey, createdAt: at } })
}

/**
 * Makes the open conflicts of a link those that were found: new ones are added, known ones brought up to date, and those
 * that are gone are closed as settled by themselves. Not for use inside a transaction: of two processes that find the same
 * conflict at once the slower one updates the other's row.
 */
export async function recordConflicts(db: Db, finding: Finding): Promise<void> {
  for (const found of finding.conflicts) {
    try {
      await keepOpen(db, finding, found)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      await keepOpen(db, finding, found)
    }
  }
  await settleConflicts(
    db,
    finding.link.id,
    finding.conflicts.map(({ field }) => field),
    finding.at,
  )
}

/** Who decided where a policy did. */
export const BY_POLICY = 'policy'

/** PostgreSQL keeps the keys of an object in an order of its own, so texts are not compared. */
const sameSide = (a: SideValue, b: SideValue) => isDeepStrictEqual(fromSide(a), fromSide(b))

/** Records values of the remote that are about to be written over, as conflicts that git has won; what is recorded already is not again. */
export async function recordOverwritten(db: Db, finding: Finding): Promise<void> {
  const { link, at } = finding
  const known = await listResolutions(db, link.id)
  for (const found of finding.conflicts) {
    const isKnown = known.some(
      ({ field, git, remote }) => field === found.field && sameSide(git, found.git) && sameSide(remote, found.remote),
    )
    const decided = { field: found.field, keep: 'git', resolvedBy: BY_POLICY, createdAt: at, resolvedAt: at }
    if (!isKnown) await db.prisma.conflict.create({ data: { ...toValues(finding, found), ...toPlace(link), ...decided } })
  }
}

/** Closes the open conflicts of a link but those of the fields named; returns how many. */
export async function settleConflicts(db: Db, linkId: number, but: readonly string[], at: Date): Promise<number> {
  const where = { linkId, openKey: { not: null }, field: { notIn: [...but] } }
  return (await db.prisma.conflict.updateMany({ where, data: { openKey: null, resolvedAt: at, updatedAt: at } })).count
}

/** Decides an open conflict; undefined when it is not open any more. */
export async function resolveConflict(
  db: Db,
  id: number,
  decision: { readonly keep: Keep; readonly by: string; readonly at: Date },
): Promise<Conflict | undefined> {
  const { keep, by, at } = decision
  const { count } = await db.prisma.conflict.updateMany({
    where: { id, openKey: { not: null } },
    data: { keep, resolvedBy: by, resolvedAt: at, updatedAt: at, openKey: null },
  })
  return count === 0 ? undefined : findConflict(db, id)
}

export async function findConflict(db: Db, id: number): Promise<Conflict | undefined> {
  const row = await db.prisma.conflict.findUnique({ where: { id } })
  return row ? toConflict(row) : undefined
}

/** What was decided about a link, newest first, at most one decision per field. */
export async function listResolutions(db: Db, linkId: number): Promise<readonly (Conflict & { readonly keep: Keep })[]> {
  const rows = await db.prisma.conflict.findMany({ where: { linkId, keep: { not: null } }, orderBy: { id: 'desc' } })
  const newest = new Map<string, Conflict & { readonly keep: Keep }>()
  for (const row of rows) {
    const conflict = toConflict(row)
    if (conflict.keep && !newest.has(conflict.field)) newest.set(conflict.field, { ...conflict, keep: conflict.keep })
  }
  return [...newest.values()]
}

/** A page of conflicts, newest first: those open, those closed, or all. */
export async function listConflicts(
  db: Db,
  request: PageRequest & { readonly state?: 'open' | 'closed' | 'all'; readonly artifactId?: string | undefined },
): Promise<Page<Conflict>> {
  const { limit = PAGE_LIMIT, cursor, state = 'open', artifactId } = request
  const before = parseCursor(cursor)
  const where = {
    ...(state === 'all' ? {} : { openKey: state === 'open' ? { not: null } : null }),
    ...(artifactId === undefined ? {} : { artifactId }),
    ...(before === undefined ? {} : { id: { lt: before } }),
  }
  return toPage(await db.prisma.conflict.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toConflict)
}

/**
 * Deletes conflicts that went away by themselves before that, oldest first and at most `limit`; returns how many. Decisions stay:
 * each holds for as long as both sides are as they were.
 */
export async function pruneConflicts(db: Db, before: Date, limit = 500): Promise<number> {
  const old = await db.prisma.conflict.findMany({
    where: { openKey: null, keep: null, resolvedAt: { lt: before } },
    orderBy: { resolvedAt: 'asc' },
    take: limit,
    select: { id: true },
  })
  return (await db.prisma.conflict.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } })).count
}
