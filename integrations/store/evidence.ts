// The figures of the newest imports that tell about a repository, in few statements: a scanner agent reads them in the middle of an
// assessment. Imports of one workflow or one branch tell about less than the repository, and are left out.
import type { MetricValue } from '../foe/metric-value.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type Json, type JsonObject } from './json.ts'
import { queryRows } from './sql.ts'

export interface EvidenceImport {
  readonly publicId: string
  readonly provider: string
  readonly scope: string
  readonly repository: string | undefined
  readonly dimension: string | undefined
  readonly input: JsonObject
  readonly finishedAt: Date
  /** When its figures were computed last. */
  readonly updatedAt: Date
  readonly metrics: Readonly<Record<string, MetricValue>>
}

/** So many imports of one scope and dimension are looked at: a partial one must not hide the figures of a whole one before it. */
const PER_DIMENSION = 3
/** A bound for what is read to find those. */
const MOST_ROWS = 200

const COLUMNS = {
  id: true,
  publicId: true,
  provider: true,
  scope: true,
  repository: true,
  dimension: true,
  input: true,
  finishedAt: true,
  updatedAt: true,
} as const

async function metricsOf(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, Record<string, MetricValue>>> {
  const rows = await db.prisma.importMetric.findMany({ where: { importId: { in: [...ids] } } })
  const found = new Map<number, Record<string, MetricValue>>(ids.map((id) => [id, {}]))
  for (const { importId, name, value, reason } of rows) {
    const of = found.get(importId)
    const content = value === null ? null : (JSON.parse(value) as Json)
    if (of) of[name] = { value: content, ...(reason === null ? {} : { reason }) } as MetricValue
  }
  return found
}

const isWhole = (input: JsonObject): boolean => input.workflowName === undefined && input.branch === undefined

export interface EvidenceFilter {
  /** Only imports that had ended by then. */
  readonly until?: Date | undefined
  /** How many of one scope and dimension at most. */
  readonly perDimension?: number
}

/** The newest imports of these scopes, newest first. */
export async function listEvidence(
  db: Db,
  scopes: readonly string[],
  { until, perDimension = PER_DIMENSION }: EvidenceFilter = {},
): Promise<readonly EvidenceImport[]> {
  if (scopes.length === 0) return []
  const where = { scope: { in: [...scopes] }, state: 'done', finishedAt: until ? { lte: until } : { not: null } }
  const rows = await db.prisma.import.findMany({ where, orderBy: { id: 'desc' }, take: MOST_ROWS, select: COLUMNS })
  const counts = new Map<string, number>()
  const newest = rows.filter(({ scope, dimension, input }) => {
    const key = `${scope} ${dimension}`
    const seen = counts.get(key) ?? 0
    if (!isWhole(fromJsonObject(input)) || seen >= perDimension) return false
    counts.set(key, seen + 1)
    return true
  })
  const metrics = await metricsOf(
    db,
    newest.map(({ id }) => id),
  )
  return newest.flatMap(({ id, finishedAt, repository, dimension, input, ...row }) =>
    finishedAt === null
      ? []
      : [
          {
            ...row,
            finishedAt,
            repository: repository ?? undefined,
            dimension: dimension ?? undefined,
            input: fromJsonObject(input),
            metrics: metrics.get(id) ?? {},
          },
        ],
  )
}

/** Imports by their public ids, whatever state they are in, with their figures. */
export async function findEvidence(
  db: Db,
  publicIds: readonly string[],
): Promise<readonly (Omit<EvidenceImport, 'finishedAt'> & { readonly state: string; readonly finishedAt: Date | undefined })[]> {
  const rows = await db.prisma.import.findMany({ where: { publicId: { in: [...publicIds] } }, select: { ...COLUMNS, state: true } })
  const metrics = await metricsOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map(({ id, finishedAt, repository, dimension, input, ...row }) => ({
    ...row,
    finishedAt: finishedAt ?? undefined,
    repository: repository ?? undefined,
    dimension: dimension ?? undefined,
    input: fromJsonObject(input),
    metrics: metrics.get(id) ?? {},
  }))
}

/** Changes whenever evidence of any repository may have: what is computed from it holds as long as this does. */
export async function readEvidenceStamp(db: Db): Promise<string> {
  const rows = await queryRows<{ stamp: string }>(
    db,
    `SELECT COALESCE(CAST((SELECT MAX("updatedAt") FROM "imports") AS TEXT), '') || '|' ||
      COALESCE(CAST((SELECT MAX("id") FROM "imports") AS TEXT), '') || '|' ||
      COALESCE(CAST((SELECT MAX("updatedAt") FROM "repositories") AS TEXT), '') || '|' ||
      COALESCE(CAST((SELECT MAX("updatedAt") FROM "evidence_scopes") AS TEXT), '') AS "stamp"`,
    [],
  )
  return rows[0]?.stamp ?? ''
}
