// Which remote object stands for which artifact, and what both sides agreed on last.
import type { Link as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export interface LinkKey {
  readonly connectionId: string
  readonly scope: string
  readonly artifactId: string
  readonly artifactKind: string
  readonly remoteKind: string
}

export interface Link extends LinkKey {
  readonly id: number
  /** The remote's own id, which survives moves and renames; the key does not. */
  readonly remoteId: string
  readonly remoteKey: string | undefined
  readonly url: string | undefined
  /** The values both sides had after the last sync, field by field. */
  readonly base: JsonObject
  /** Hash of what we wanted to be there when we last wrote. */
  readonly localHash: string
  readonly remoteHash: string | undefined
  /** The remote's version, or the instant of its last change, after our last write. */
  readonly remoteVersion: string | undefined
  /** Counts the saves. */
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type LinkChange = LinkKey &
  Pick<Link, 'remoteId' | 'localHash'> &
  Partial<Pick<Link, 'remoteKey' | 'url' | 'base' | 'remoteHash' | 'remoteVersion'>> & { readonly at: Date }

const toLink = (row: Row): Link => ({
  ...row,
  remoteKey: row.remoteKey ?? undefined,
  url: row.url ?? undefined,
  base: fromJsonObject(row.base),
  remoteHash: row.remoteHash ?? undefined,
  remoteVersion: row.remoteVersion ?? undefined,
})

const byKey = (key: LinkKey) => {
  const { connectionId, scope, artifactKind, artifactId, remoteKind } = key
  return { connectionId_scope_artifactKind_artifactId_remoteKind: { connectionId, scope, artifactKind, artifactId, remoteKind } }
}

/** What a change writes, beside the key; nothing said of the base leaves it. */
function toColumns({ at, base, remoteKey, url, remoteHash, remoteVersion, remoteId, localHash }: LinkChange) {
  return {
    remoteId,
    localHash,
    remoteKey: remoteKey ?? null,
    url: url ?? null,
    remoteHash: remoteHash ?? null,
    remoteVersion: remoteVersion ?? null,
    updatedAt: at,
    ...(base === undefined ? {} : { base: { ...base } }),
  }
}

const keyOf = ({ connectionId, scope, artifactKind, artifactId, remoteKind }: LinkKey): LinkKey => ({
  connectionId,
  scope,
  artifactKind,
  artifactId,
  remoteKind,
})

/** Makes or replaces the link of an artifact. A remote object stands for one artifact only: another's link to it is taken over. */
export async function saveLink(db: Db, change: LinkChange): Promise<Link> {
  const key = keyOf(change)
  const { connectionId, remoteKind, scope, artifactKind, artifactId } = key
  await db.prisma.link.deleteMany({
    where: { connectionId, remoteKind, remoteId: change.remoteId, NOT: { scope, artifactKind, artifactId } },
  })
  const columns = toColumns(change)
  const row = await db.prisma.link.upsert({
    where: byKey(key),
    create: { base: {}, ...key, ...columns, createdAt: change.at },
    update: { ...columns, revision: { increment: 1 } },
  })
  return toLink(row)
}

/** Replaces a link that is still as it was read; false when another process saved it meanwhile, or it is gone. */
export async function replaceLink(db: Db, change: LinkChange, seen: Pick<Link, 'revision'>): Promise<boolean> {
  const where = { ...keyOf(change), revision: seen.revision }
  return (await db.prisma.link.updateMany({ where, data: { ...toColumns(change), revision: { increment: 1 } } })).count === 1
}

/** By artifact, or by the remote object. */
export async function findLink(
  db: Db,
  by: LinkKey | { readonly connectionId: string; readonly remoteKind: string; readonly remoteId: string },
): Promise<Link | undefined> {
  const where =
    'artifactId' in by
      ? byKey(by)
      : { connectionId_remoteKind_remoteId: { connectionId: by.connectionId, remoteKind: by.remoteKind, remoteId: by.remoteId } }
  const row = await db.prisma.link.findUnique({ where })
  return row ? toLink(row) : undefined
}

/** The link with a remote key such as `KAT-12`; keys change when objects move, so ids are preferred where they are known. */
export async function findLinkByRemoteKey(db: Db, connectionId: string, remoteKey: string): Promise<Link | undefined> {
  const row = await db.prisma.link.findFirst({ where: { connectionId, remoteKey }, orderBy: { updatedAt: 'desc' } })
  return row ? toLink(row) : undefined
}

/** A page of links, newest first. */
export async function listLinks(
  db: Db,
  request: PageRequest & Partial<Pick<LinkKey, 'connectionId' | 'scope' | 'artifactId' | 'artifactKind' | 'remoteKind'>>,
): Promise<Page<Link>> {
  const { limit = PAGE_LIMIT, cursor, ...filter } = request
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.link.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toLink)
}

/** Every link of these artifacts of one kind, wherever they live; the caller tells scopes apart. */
export async function listLinksOf(db: Db, artifactKind: string, artifactIds: readonly string[]): Promise<readonly Link[]> {
  const where = { artifactKind, artifactId: { in: [...artifactIds] } }
  return (await db.prisma.link.findMany({ where, orderBy: { id: 'asc' } })).map(toLink)
}

/** Forgets a link; true when there was one. The remote object is not touched. */
export async function deleteLink(db: Db, key: LinkKey): Promise<boolean> {
  const { connectionId, scope, artifactKind, artifactId, remoteKind } = key
  return (await db.prisma.link.deleteMany({ where: { connectionId, scope, artifactKind, artifactId, remoteKind } })).count > 0
}
