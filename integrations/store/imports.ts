// Imports of evidence: what was asked, the window, the answer and its figures, found again by the public id that people and
// Katalyst hold. One row per import, whichever provider; the figures one row each, so that views and histories can read them.
import type { Import as Row } from '../../prisma/generated/sqlite/client.ts'
import type { MetricValue } from '../foe/metric-value.ts'
import type { DimensionScore } from '../foe/score/score-dimension.ts'
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type Json, type JsonObject, toJson, toJsonObject } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'
import { saveScore } from './scores.ts'

export const IMPORT_STATES = ['running', 'done', 'failed', 'cancelled'] as const
export type ImportState = (typeof IMPORT_STATES)[number]

export interface StoredImport {
  readonly id: number
  readonly publicId: string
  readonly provider: string
  /** `repository:<id>` once the repository is known, else `github:<owner>/<repo>`, `jira:<project>`, `confluence:<space>`. */
  readonly scope: string
  /** `owner/name` where it is about a repository. */
  readonly repository: string | undefined
  readonly dimension: string | undefined
  readonly input: JsonObject
  readonly window: { readonly from: Date; readonly to: Date }
  readonly state: ImportState
  /** Its answer; empty while it runs. */
  readonly result: JsonObject
  readonly requests: number
  readonly gaps: readonly Json[]
  readonly runId: number | undefined
  readonly createdAt: Date
  readonly finishedAt: Date | undefined
  /** When the figures were computed last: later than `finishedAt` where events have moved them since. */
  readonly updatedAt: Date
}

const toImport = (row: Row): StoredImport => ({
  id: row.id,
  publicId: row.publicId,
  provider: row.provider,
  scope: row.scope,
  repository: row.repository ?? undefined,
  dimension: row.dimension ?? undefined,
  input: fromJsonObject(row.input),
  window: { from: row.windowFrom, to: row.windowTo },
  state: row.state as ImportState,
  result: fromJsonObject(row.result),
  requests: row.requests,
  gaps: Array.isArray(row.gaps) ? (row.gaps as readonly Json[]) : [],
  runId: row.runId ?? undefined,
  createdAt: row.createdAt,
  finishedAt: row.finishedAt ?? undefined,
  updatedAt: row.updatedAt,
})

export interface NewImport {
  readonly publicId: string
  readonly provider: string
  readonly scope: string
  readonly repository?: string | undefined
  readonly dimension?: string | undefined
  readonly input: JsonObject
  readonly window: { readonly from: Date; readonly to: Date }
  readonly runId?: number | undefined
  readonly at: Date
}

/** Begins an import. */
export async function startImport(db: Db, { at, input, window, repository, dimension, runId, ...rest }: NewImport): Promise<StoredImport> {
  const optional = { repository: repository ?? null, dimension: dimension ?? null, runId: runId ?? null }
  const times = { windowFrom: window.from, windowTo: window.to, createdAt: at, updatedAt: at }
  return toImport(
    await db.prisma.import.create({
      data: { ...rest, ...optional, ...times, input: { ...input }, state: 'running', result: {}, gaps: [] },
    }),
  )
}

export interface ImportEnd {
  readonly state: Exclude<ImportState, 'running'>
  readonly scope?: string
  readonly repository?: string
  readonly result: object
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly gaps: readonly object[]
  /** What its figures scored: kept as the import's history. */
  readonly scores?: DimensionScore
  readonly requests: number
  readonly at: Date
}

/** Replaces the figures of an import by these. */
async function saveMetrics(db: Db, importId: number, metrics: Readonly<Record<string, MetricValue>>): Promise<void> {
  await db.prisma.importMetric.deleteMany({ where: { importId, name: { notIn: Object.keys(metrics) } } })
  const rows = Object.entries(metrics).map(([name, { value, reason }]) => ({
    importId,
    name,
    value: value === null ? undefined : JSON.stringify(toJson(value)),
    number: typeof value === 'number' ? value : undefined,
    reason,
  }))
  const columns = { importId: 'int', name: 'text', value: 'text', number: 'float', reason: 'text' } as const
  await upsertRows(db, { table: 'import_metrics', columns, key: ['importId', 'name'] }, rows)
}

/** Ends a running import with its answer and figures; false when it had ended. Run it in a transaction. */
export async function finishImport(db: Db, id: number, end: ImportEnd): Promise<boolean> {
  const { state, scope, repository, result, metrics, gaps, scores, requests, at } = end
  const place = { ...(scope === undefined ? {} : { scope }), ...(repository === undefined ? {} : { repository }) }
  const data = {
    ...place,
    state,
    requests,
    result: toJsonObject(result) as object,
    gaps: toJson(gaps) as object,
    finishedAt: at,
    updatedAt: at,
  }
  const { count } = await db.prisma.import.updateMany({ where: { id, state: 'running' }, data })
  if (count === 1) await saveMetrics(db, id, metrics)
  if (count === 1 && scores) await saveScore(db, id, scores, at)
  return count === 1
}

/** Replaces the answer and figures of an import that has ended, because what it is computed from has changed. */
export async function refreshImport(
  db: Db,
  id: number,
  {
    result,
    metrics,
    gaps,
    scores,
    window,
    at,
  }: Pick<ImportEnd, 'result' | 'metrics' | 'gaps' | 'scores' | 'at'> & Partial<Pick<NewImport, 'window'>>,
): Promise<void> {
  const times = { ...(window ? { windowFrom: window.from, windowTo: window.to } : {}), updatedAt: at }
  const data = { ...times, result: toJsonObject(result) as object, gaps: toJson(gaps) as object }
  const { count } = await db.prisma.import.updateMany({ where: { id, state: 'done' }, data })
  if (count === 1) await saveMetrics(db, id, metrics)
  if (count === 1 && scores) await saveScore(db, id, scores, at)
}

/** Names a repository in its imports as it is called now. */
export async function renameImports(db: Db, repositoryId: number, fullName: string): Promise<void> {
  const where = { scope: `repository:${repositoryId}`, NOT: { repository: fullName } }
  await db.prisma.import.updateMany({ where, data: { repository: fullName } })
}

/** By the public id. */
export async function findImport(db: Db, publicId: string): Promise<StoredImport | undefined> {
  const row = await db.prisma.import.findUnique({ where: { publicId } })
  return row ? toImport(row) : undefined
}

export interface ImportFilter {
  readonly provider?: string
  readonly scope?: string
  readonly dimension?: string
  readonly state?: ImportState
}

/** The newest import that fits; undefined when none does. */
export async function findLatestImport(db: Db, filter: ImportFilter): Promise<StoredImport | undefined> {
  const row = await db.prisma.import.findFirst({ where: { ...filter }, orderBy: { id: 'desc' } })
  return row ? toImport(row) : undefined
}

/** A page of imports, newest first. */
export async function listImports(
  db: Db,
  { limit = PAGE_LIMIT, cursor, ...filter }: ImportFilter & PageRequest,
): Promise<Page<StoredImport>> {
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.import.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toImport)
}

/** The figures of an import as they were computed last. */
export async function readImportMetrics(db: Db, importId: number): Promise<Readonly<Record<string, MetricValue>>> {
  const rows = await db.prisma.importMetric.findMany({ where: { importId }, orderBy: { name: 'asc' } })
  return Object.fromEntries(
    rows.map(({ name, value, reason }) => [
      name,
      { value: value === null ? null : (JSON.parse(value) as Json), ...(reason === null ? {} : { reason }) } as MetricValue,
    ]),
  )
}
