// What is remembered of the items of a tool that owns a roadmap: which road item each of them is, for good.
import type { RoadmapItem as Row } from '../../prisma/generated/sqlite/client.ts'
import type { RoadmapRecord } from '../governance/roadmap-source-plan.ts'
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { fromJsonObject } from './json.ts'

export interface RoadmapKey {
  /** `jira` or `github`. */
  readonly source: string
  /** `owner/name` in lower case, else the folder's name. */
  readonly scope: string
}

function toRecord(row: Row): RoadmapRecord {
  const { id, date } = fromJsonObject(row.change)
  return {
    externalId: row.externalId,
    contentId: row.contentId ?? undefined,
    key: row.key,
    url: row.url ?? undefined,
    artifactId: row.artifactId,
    base: fromJsonObject(row.base),
    proposed: fromJsonObject(row.proposed),
    change: typeof id === 'string' && typeof date === 'string' ? { id, date } : undefined,
    isGone: row.isGone,
  }
}

const columns = {
  source: 'text',
  scope: 'text',
  externalId: 'text',
  contentId: 'text',
  key: 'text',
  url: 'text',
  artifactId: 'text',
  base: 'json',
  proposed: 'json',
  change: 'json',
  isGone: 'boolean',
  createdAt: 'instant',
  updatedAt: 'instant',
} as const

/** In the order they came to be known. */
export async function readRoadmapItems(db: Db, { source, scope }: RoadmapKey): Promise<readonly RoadmapRecord[]> {
  return (await db.prisma.roadmapItem.findMany({ where: { source, scope }, orderBy: { id: 'asc' } })).map(toRecord)
}

/** Every road id that an item of any source was given in a scope, also of items that are gone. */
export async function readGivenRoads(db: Db, scope: string): Promise<readonly string[]> {
  return (await db.prisma.roadmapItem.findMany({ where: { scope }, select: { artifactId: true } })).map(({ artifactId }) => artifactId)
}

/** Which of these road items another tool owns, whatever their scope; the caller tells scopes apart. */
export async function listRoadmapOwners(
  db: Db,
  artifactIds: readonly string[],
): Promise<readonly (RoadmapKey & { readonly artifactId: string; readonly key: string; readonly url: string | undefined })[]> {
  const rows = await db.prisma.roadmapItem.findMany({
    where: { artifactId: { in: [...artifactIds] }, isGone: false },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ source, scope, artifactId, key, url }) => ({ source, scope, artifactId, key, url: url ?? undefined }))
}

/** Remembers items; an item that is put into its project again under another id keeps its row. Run it in a transaction with the numbers. */
export async function saveRoadmapItems(db: Db, { source, scope }: RoadmapKey, records: readonly RoadmapRecord[], at: Date): Promise<void> {
  const rows = records.map((record) => ({ ...record, source, scope, createdAt: at, updatedAt: at }))
  await upsertRows(db, { table: 'roadmap_items', columns, key: ['scope', 'artifactId'], keep: ['createdAt'] }, rows)
}
