// FOE reports as they were built. A report is built anew only while imports that its scan named still run; afterwards it stays as it
// is, because what Katalyst was handed is what we show, whatever has been imported since.
import type { Report as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { repositoryKeyOf } from './evidence-scopes.ts'
import { fromJsonObject, type JsonObject, toJsonObject } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export interface StoredReport {
  readonly id: number
  /** The id of the scan, and of the report inside `body`. */
  readonly publicId: string
  /** `owner/name`, or the address of a repository that is not on GitHub. */
  readonly repository: string
  readonly repositoryUrl: string
  /** Public ids of the imports it was built from, by provider and dimension. */
  readonly imports: JsonObject
  /** The report in Katalyst's canonical shape. */
  readonly body: JsonObject
  /** The three dimension scores with each point given and withheld. */
  readonly scores: JsonObject
  readonly overall: number
  readonly maturity: string
  readonly feedback: number
  readonly understanding: number
  readonly confidence: number
  readonly createdAt: Date
  /** When Katalyst took it. */
  readonly handedOverAt: Date | undefined
}

const toReport = ({ repositoryKey: _, ...row }: Row): StoredReport => ({
  ...row,
  imports: fromJsonObject(row.imports),
  body: fromJsonObject(row.body),
  scores: fromJsonObject(row.scores),
  handedOverAt: row.handedOverAt ?? undefined,
})

export interface NewReport extends Omit<StoredReport, 'id' | 'imports' | 'body' | 'scores' | 'handedOverAt'> {
  readonly imports: object
  readonly body: object
  readonly scores: object
}

/** Keeps a report, in the place of an earlier one of the same id. */
export async function saveReport(db: Db, { imports, body, scores, ...report }: NewReport): Promise<StoredReport> {
  const json = { imports: toJsonObject(imports), body: toJsonObject(body), scores: toJsonObject(scores) }
  const row = { ...report, ...(json as Record<keyof typeof json, object>), repositoryKey: repositoryKeyOf(report.repository) }
  return toReport(await db.prisma.report.upsert({ where: { publicId: report.publicId }, create: row, update: row }))
}

/** By the public id. */
export async function findReport(db: Db, publicId: string): Promise<StoredReport | undefined> {
  const row = await db.prisma.report.findUnique({ where: { publicId } })
  return row ? toReport(row) : undefined
}

/** A report without its text: what lists and histories show. */
export type ReportLine = Omit<StoredReport, 'imports' | 'body' | 'scores'>

const LINE = {
  id: true,
  publicId: true,
  repository: true,
  repositoryUrl: true,
  overall: true,
  maturity: true,
  feedback: true,
  understanding: true,
  confidence: true,
  createdAt: true,
  handedOverAt: true,
} as const

/** A page of reports, of one repository or all, newest first. */
export async function listReports(
  db: Db,
  { limit = PAGE_LIMIT, cursor, repository }: PageRequest & { readonly repository?: string },
): Promise<Page<ReportLine>> {
  const before = parseCursor(cursor)
  const where = {
    ...(repository === undefined ? {} : { repositoryKey: repositoryKeyOf(repository) }),
    ...(before === undefined ? {} : { id: { lt: before } }),
  }
  const rows = await db.prisma.report.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, select: LINE })
  return toPage(rows, limit, (row) => ({ ...row, handedOverAt: row.handedOverAt ?? undefined }))
}

/** The newest report of a repository. */
export async function findLatestReport(db: Db, repository: string): Promise<StoredReport | undefined> {
  const row = await db.prisma.report.findFirst({ where: { repositoryKey: repositoryKeyOf(repository) }, orderBy: { id: 'desc' } })
  return row ? toReport(row) : undefined
}

/** Records that Katalyst has taken the report; false when that was known. */
export async function markHandedOver(db: Db, publicId: string, at: Date): Promise<boolean> {
  return (await db.prisma.report.updateMany({ where: { publicId, handedOverAt: null }, data: { handedOverAt: at } })).count === 1
}
