// What happened inside a run, item by item. The counts of a run are counted from here, so they cannot disagree.
import type { RunEvent as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export interface RunEvent {
  readonly id: number
  readonly runId: number
  readonly at: Date
  readonly artifactId: string | undefined
  /** Such as `created` or `failed`. */
  readonly status: string
  /** An error code, where it did not work. */
  readonly code: string | undefined
  /** A sentence for a person. */
  readonly message: string | undefined
  readonly data: JsonObject
}

const toRunEvent = (row: Row): RunEvent => ({
  ...row,
  artifactId: row.artifactId ?? undefined,
  code: row.code ?? undefined,
  message: row.message ?? undefined,
  data: fromJsonObject(row.data),
})

export interface NewRunEvent {
  readonly runId: number
  readonly at: Date
  readonly status: string
  readonly artifactId?: string | undefined
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly data?: JsonObject | undefined
}

export async function recordRunEvent(db: Db, event: NewRunEvent): Promise<void> {
  const { runId, at, status, artifactId, code, message, data } = event
  await db.prisma.runEvent.create({
    data: { runId, at, status, artifactId: artifactId ?? null, code: code ?? null, message: message ?? null, data: { ...data } },
  })
}

const PASSED_OVER = ['failed', 'skipped']

/**
 * Records what became of one artifact of a run, once: a job that is run again after a crash reports again. The first report
 * stays, unless it said that the artifact was left out or failed. True for the first of an artifact.
 */
export async function recordRunItem(db: Db, event: NewRunEvent & { readonly artifactId: string }): Promise<boolean> {
  const { runId, artifactId } = event
  const replaced = await db.prisma.runEvent.deleteMany({ where: { runId, artifactId, status: { in: PASSED_OVER } } })
  if ((await db.prisma.runEvent.count({ where: { runId, artifactId } })) > 0) return false
  await recordRunEvent(db, event)
  return replaced.count === 0
}

/** The artifacts of a run of which something is recorded. */
export async function listRecordedArtifacts(db: Db, runId: number): Promise<ReadonlySet<string>> {
  const rows = await db.prisma.runEvent.findMany({ where: { runId, artifactId: { not: null } }, select: { artifactId: true } })
  return new Set(rows.flatMap(({ artifactId }) => (artifactId === null ? [] : [artifactId])))
}

/** A page of a run's events in the order they happened; the cursor is the last id seen. */
export async function listRunEvents(
  db: Db,
  runId: number,
  request: PageRequest & { readonly status?: string } = {},
): Promise<Page<RunEvent>> {
  const { limit = PAGE_LIMIT, cursor, status } = request
  const after = parseCursor(cursor)
  const where = { runId, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { id: { gt: after } }) }
  return toPage(await db.prisma.runEvent.findMany({ where, orderBy: { id: 'asc' }, take: limit + 1 }), limit, toRunEvent)
}

/** How often each status was recorded in a run. */
export async function countRunEvents(db: Db, runId: number): Promise<Readonly<Record<string, number>>> {
  const groups = await db.prisma.runEvent.groupBy({ by: ['status'], where: { runId }, _count: { _all: true }, orderBy: { status: 'asc' } })
  return Object.fromEntries(groups.map(({ status, _count }) => [status, _count._all]))
}
