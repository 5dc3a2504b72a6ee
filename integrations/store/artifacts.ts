// Governed files as they were last read, with their full text: what a push of one file needs to know about all others,
// and the blob shas that save reading them again.
import type { Artifact as Row } from '../../prisma/generated/sqlite/client.ts'
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type Json, type JsonObject, toStorableText } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export interface StoredArtifact {
  readonly id: number
  /** `repository:<id>` or `local:<name>`. */
  readonly scope: string
  /** Path inside the governed folder. */
  readonly file: string
  readonly artifactId: string
  readonly kind: string
  readonly title: string
  readonly status: string | undefined
  /** Of the text; equal means unchanged. */
  readonly contentHash: string
  readonly text: string
  readonly data: JsonObject
  readonly problems: readonly Json[]
  /** Git's sha of the blob, where the file came from git. */
  readonly blobSha: string | undefined
  /** When the text was committed, where that is known. */
  readonly changedAt: Date | undefined
  readonly removedAt: Date | undefined
  readonly updatedAt: Date
}

export type ArtifactUpsert = Omit<StoredArtifact, 'id' | 'scope' | 'changedAt' | 'removedAt' | 'updatedAt'> & {
  readonly changedAt?: Date | undefined
}

const toArtifact = (row: Row): StoredArtifact => ({
  ...row,
  status: row.status ?? undefined,
  data: fromJsonObject(row.data),
  problems: Array.isArray(row.problems) ? (row.problems as readonly Json[]) : [],
  blobSha: row.blobSha ?? undefined,
  changedAt: row.changedAt ?? undefined,
  removedAt: row.removedAt ?? undefined,
})

const columns = {
  scope: 'text',
  file: 'text',
  artifactId: 'text',
  kind: 'text',
  title: 'text',
  status: 'text',
  contentHash: 'text',
  text: 'text',
  data: 'json',
  problems: 'json',
  blobSha: 'text',
  changedAt: 'instant',
  removedAt: 'instant',
  updatedAt: 'instant',
} as const

/** Writes the changed files of a scope and marks the removed ones; files that are not named stay. Run it in a transaction with what depends on it. */
export async function replaceArtifacts(
  db: Db,
  scope: string,
  change: { readonly upserts: readonly ArtifactUpsert[]; readonly removedFiles: readonly string[]; readonly at: Date },
): Promise<void> {
  const rows = change.upserts.map((upsert) => ({ changedAt: undefined, ...upsert, scope, removedAt: undefined, updatedAt: change.at }))
  await upsertRows(db, { table: 'artifacts', columns, key: ['scope', 'file'] }, rows)
  // In parts: SQLite allows some ten thousand parameters in one statement.
  for (let at = 0; at < change.removedFiles.length; at += 500) {
    const file = { in: change.removedFiles.slice(at, at + 500).map(toStorableText) }
    await db.prisma.artifact.updateMany({ where: { scope, file, removedAt: null }, data: { removedAt: change.at, updatedAt: change.at } })
  }
}

/** The kind of rows that hold no artifact: documents of a governed folder, kept so that they are not fetched again. */
export const PLAIN_DOCUMENT = 'document'

export interface ArtifactFilter {
  readonly scope?: string | undefined
  readonly kind?: string | undefined
  readonly status?: string | undefined
}

/** A page of the artifacts that are there, newest row first; plain documents only when their kind is asked for. */
export async function listArtifacts(
  db: Db,
  { limit = PAGE_LIMIT, cursor, ...filter }: ArtifactFilter & PageRequest,
): Promise<Page<StoredArtifact>> {
  const before = parseCursor(cursor)
  const where = {
    ...(filter.kind === undefined ? { NOT: { kind: PLAIN_DOCUMENT } } : {}),
    ...filter,
    removedAt: null,
    ...(before === undefined ? {} : { id: { lt: before } }),
  }
  return toPage(await db.prisma.artifact.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toArtifact)
}

/** Every file of a scope that is there, plain documents too, by file: what a cross-check of a whole folder needs. */
export async function readScope(db: Db, scope: string): Promise<readonly StoredArtifact[]> {
  return (await db.prisma.artifact.findMany({ where: { scope, removedAt: null }, orderBy: { file: 'asc' } })).map(toArtifact)
}

/** One artifact by its id; where several files claim the id, the first by file. */
export async function findArtifact(
  db: Db,
  by: { readonly artifactId: string; readonly scope?: string | undefined; readonly kind?: string | undefined },
): Promise<StoredArtifact | undefined> {
  const row = await db.prisma.artifact.findFirst({ where: { ...by, removedAt: null }, orderBy: [{ file: 'asc' }, { id: 'asc' }] })
  return row ? toArtifact(row) : undefined
}

/** An artifact without its text: what figures of a whole folder are counted from. */
export type ArtifactOutline = Pick<StoredArtifact, 'artifactId' | 'kind' | 'file' | 'status' | 'data'>

/** Every artifact of a scope that is there, without texts and plain documents. */
export async function readOutline(db: Db, scope: string): Promise<readonly ArtifactOutline[]> {
  const rows = await db.prisma.artifact.findMany({
    where: { scope, removedAt: null, NOT: { kind: PLAIN_DOCUMENT } },
    orderBy: { file: 'asc' },
    select: { artifactId: true, kind: true, file: true, status: true, data: true },
  })
  return rows.map(({ status, data, ...row }) => ({ ...row, status: status ?? undefined, data: fromJsonObject(data) }))
}

/** The road items of a scope, by id, as far as their relations to others go. */
export async function listScopeRoads(
  db: Db,
  scope: string,
): Promise<readonly { readonly artifactId: string; readonly data: JsonObject }[]> {
  const where = { scope, kind: 'road-item', removedAt: null }
  const rows = await db.prisma.artifact.findMany({ where, orderBy: { artifactId: 'asc' }, select: { artifactId: true, data: true } })
  return rows.map(({ artifactId, data }) => ({ artifactId, data: fromJsonObject(data) }))
}
