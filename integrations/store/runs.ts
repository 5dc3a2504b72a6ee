// Runs: one import, sync or check each, as people see it, with the progress by which a stalled one is told from a slow one.
import type { Run as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'
import { queryRows } from './sql.ts'

export const RUN_STATES = ['running', 'done', 'failed', 'cancelled'] as const
export type RunState = (typeof RUN_STATES)[number]

export interface Run {
  readonly id: number
  /** Such as `jira-export`. */
  readonly kind: string
  readonly connectionId: string | undefined
  readonly scope: string | undefined
  readonly state: RunState
  readonly dryRun: boolean
  readonly input: JsonObject
  /** How often each status was recorded, such as `{created: 3}`. */
  readonly counts: Readonly<Record<string, number>>
  /** What the run ended with; empty while it goes on. */
  readonly result: JsonObject
  /** Requests sent to the provider. */
  readonly requests: number
  readonly done: number
  /** Undefined while the end is not known. */
  readonly total: number | undefined
  readonly phase: string | undefined
  readonly startedAt: Date
  readonly progressAt: Date
  readonly finishedAt: Date | undefined
  readonly cancelRequestedAt: Date | undefined
  readonly errorCode: string | undefined
  readonly error: string | undefined
}

const toRun = (row: Row): Run => ({
  ...row,
  connectionId: row.connectionId ?? undefined,
  scope: row.scope ?? undefined,
  state: row.state as RunState,
  input: fromJsonObject(row.input),
  counts: fromJsonObject(row.counts) as Readonly<Record<string, number>>,
  result: fromJsonObject(row.result),
  total: row.total ?? undefined,
  phase: row.phase ?? undefined,
  finishedAt: row.finishedAt ?? undefined,
  cancelRequestedAt: row.cancelRequestedAt ?? undefined,
  errorCode: row.errorCode ?? undefined,
  error: row.error ?? undefined,
})

export interface NewRun {
  readonly kind: string
  readonly connectionId?: string | undefined
  readonly scope?: string | undefined
  readonly dryRun?: boolean
  readonly input?: JsonObject
  readonly total?: number | undefined
  readonly at: Date
}

export async function startRun(db: Db, run: NewRun): Promise<Run> {
  const { at, input, kind, connectionId, scope, dryRun = false, total } = run
  const columns = { kind, connectionId: connectionId ?? null, scope: scope ?? null, dryRun, total: total ?? null }
  return toRun(
    await db.prisma.run.create({
      data: { ...columns, state: 'running', input: { ...input }, counts: {}, result: {}, startedAt: at, progressAt: at },
    }),
  )
}

export interface RunProgress {
  /** Added to what is recorded, so that several workers can report. */
  readonly done?: number
  readonly requests?: number
  /** Replaces what is recorded. */
  readonly total?: number
  readonly phase?: string
  readonly at: Date
}

/** Records progress of a running run; false when it has ended meanwhile. */
export async function updateRunProgress(db: Db, id: number, progress: RunProgress): Promise<boolean> {
  const { done = 0, requests = 0, total, phase, at } = progress
  const data = {
    done: { increment: done },
    requests: { increment: requests },
    progressAt: at,
    ...(total === undefined ? {} : { total }),
    ...(phase === undefined ? {} : { phase }),
  }
  return (await db.prisma.run.updateMany({ where: { id, state: 'running' }, data })).count === 1
}

export interface RunEnd {
  readonly state: Exclude<RunState, 'running'>
  readonly counts: Readonly<Record<string, number>>
  readonly result?: JsonObject
  readonly errorCode?: string
  readonly error?: string
  readonly at: Date
}

/** Ends a running run, once; false when it had ended. */
export async function finishRun(db: Db, id: number, end: RunEnd): Promise<boolean> {
  const { state, counts, result, errorCode, error, at } = end
  const data = {
    state,
    counts: { ...counts },
    result: { ...result },
    errorCode: errorCode ?? null,
    error: error ?? null,
    finishedAt: at,
    progressAt: at,
  }
  return (await db.prisma.run.updateMany({ where: { id, state: 'running' }, data })).count === 1
}

export async function findRun(db: Db, id: number): Promise<Run | undefined> {
  const row = await db.prisma.run.findUnique({ where: { id } })
  return row ? toRun(row) : undefined
}

/** A page of runs, newest first. */
export async function listRuns(
  db: Db,
  request: PageRequest & { readonly kind?: string; readonly connectionId?: string; readonly state?: RunState },
): Promise<Page<Run>> {
  const { limit = PAGE_LIMIT, cursor, ...filter } = request
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.run.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toRun)
}

/** Runs that have not moved since `before`, oldest first. */
export async function listStalledRuns(db: Db, before: Date, limit = 50): Promise<readonly Run[]> {
  return (
    await db.prisma.run.findMany({ where: { state: 'running', progressAt: { lt: before } }, orderBy: { progressAt: 'asc' }, take: limit })
  ).map(toRun)
}

/** How many runs have not moved since `before`. */
export const countStalledRuns = (db: Db, before: Date): Promise<number> =>
  db.prisma.run.count({ where: { state: 'running', progressAt: { lt: before } } })

/** Running runs that are carried out by jobs of which none is left, or that were asked to stop. */
export async function listRunsToSettle(db: Db, limit = 50): Promise<readonly number[]> {
  const jobs = 'SELECT 1 FROM "jobs" AS j WHERE j."runId" = r."id"'
  const rows = await queryRows<{ id: number | bigint }>(
    db,
    `SELECT r."id" FROM "runs" AS r WHERE r."state" = 'running' AND EXISTS (${jobs})
      AND (r."cancelRequestedAt" IS NOT NULL OR NOT EXISTS (${jobs} AND j."state" IN ('queued', 'running')))
      ORDER BY r."id" LIMIT $1`,
    [limit],
  )
  return rows.map(({ id }) => Number(id))
}

/** Running runs without jobs that have not moved since `before`: whoever worked on them is gone. */
export async function listAbandonedRuns(db: Db, before: Date, limit = 50): Promise<readonly number[]> {
  const rows = await queryRows<{ id: number | bigint }>(
    db,
    `SELECT r."id" FROM "runs" AS r WHERE r."state" = 'running' AND r."progressAt" < $1
      AND NOT EXISTS (SELECT 1 FROM "jobs" AS j WHERE j."runId" = r."id") ORDER BY r."id" LIMIT $2`,
    [before, limit],
  )
  return rows.map(({ id }) => Number(id))
}

/** Asks a run to stop; it does at its next step. False when it is not running. */
export async function requestRunCancel(db: Db, id: number, at: Date): Promise<boolean> {
  return (
    (await db.prisma.run.updateMany({ where: { id, state: 'running', cancelRequestedAt: null }, data: { cancelRequestedAt: at } }))
      .count === 1
  )
}

/** Deletes runs that ended before that with their events, oldest first and at most `limit`; returns how many. */
export async function pruneRuns(db: Db, before: Date, limit = 500): Promise<number> {
  const old = await db.prisma.run.findMany({
    where: { finishedAt: { lt: before } },
    orderBy: { finishedAt: 'asc' },
    take: limit,
    select: { id: true },
  })
  return (await db.prisma.run.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } })).count
}
