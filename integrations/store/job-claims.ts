// How jobs are taken. A claim picks due jobs by rank, passes over those
// whose serial key runs, whose connection runs as much as it may or is parked, and marks the rest in the same statement.
// Whatever two workers do at the same moment, the unique columns `runningKey` and `connectionSlot` let one of them through.
import { type Db, type Dialect, isUniqueViolation } from './db.ts'
import { type Job, type JobState, toJob } from './jobs.ts'
import { queryRows } from './sql.ts'

const CLAIM_TRIES = 4

export interface Claim {
  readonly owner: string
  readonly now: Date
  readonly leaseUntil: Date
  readonly limit: number
  /** Only these; all when left out. A process must not touch what it has no handler for. */
  readonly kinds?: readonly string[]
  /** Only this priority: the share that is kept for it. */
  readonly priority?: number
  /** The most jobs of one connection that may run at once, over all processes; 4 by default. */
  readonly perConnection?: number
}

/** The newest shape of payloads that this program understands; what a newer one has enqueued is left to it. */
export const NEWEST_VERSION = 1

export const PER_CONNECTION = 4
/** No due job has a rank later than this after now: the largest handicap there is (priority 9, a minute each), and room. */
const RANK_ROOM_MS = 60 * 60_000

const COLUMNS = [
  'id',
  'kind',
  'version',
  'payload',
  'connectionId',
  'serialKey',
  'dedupeKey',
  'runId',
  'state',
  'priority',
  'runAt',
  'rank',
  'attempts',
  'maxAttempts',
  'leaseOwner',
  'leaseUntil',
  'snoozedSince',
  'errorCode',
  'error',
  'httpStatus',
  'providerRequestId',
  'createdAt',
  'finishedAt',
] as const

/** What is due and may run, best rank first. The parameters: $3 now, $4 limit, $5 the latest rank, $6 jobs per connection. */
function dueStatement(dialect: Dialect, kinds: number, byPriority: boolean): string {
  const kindList = Array.from({ length: kinds }, (_, index) => `$${index + 7}`).join(', ')
  return `
      SELECT j."id", j."serialKey", j."connectionId", j."rank" FROM "jobs" AS j
      WHERE j."state" = 'queued' AND j."rank" <= $5 AND j."runAt" <= $3
        AND j."version" <= ${NEWEST_VERSION}
        ${kinds > 0 ? `AND j."kind" IN (${kindList})` : ''}
        ${byPriority ? `AND j."priority" = $${kinds + 7}` : ''}
        AND NOT EXISTS (SELECT 1 FROM "jobs" AS r WHERE r."runningKey" = j."serialKey")
        AND (j."connectionId" IS NULL OR j."connectionId" NOT IN (SELECT "connectionId" FROM "closed"))
      ORDER BY j."rank", j."id" LIMIT $4 ${dialect === 'postgresql' ? 'FOR UPDATE OF j SKIP LOCKED' : ''}`
}

/**
 * The claim as one statement. `closed`: connections that are parked, that run as much as they may, or whose one probe is
 * out. `free`: the numbers of the slots that are left. Of several due jobs with one serial key the first goes.
 * Exported for the test that reads its plan.
 */
export function claimStatement(dialect: Dialect, kinds: number, byPriority: boolean): string {
  const parked = `"status" = 'needs-attention'`
  return `
    WITH RECURSIVE "slots"("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "slots" WHERE "n" < $6),
    "running" AS MATERIALIZED (
      SELECT "connectionId", count(*) AS "jobs" FROM "jobs" WHERE "connectionSlot" > '' GROUP BY "connectionId"
    ),
    "closed" AS MATERIALIZED (
      SELECT "connectionId" FROM "running" WHERE "jobs" >= $6
      UNION SELECT "connectionId" FROM "connection_states"
        WHERE ${parked} AND ("probeAt" IS NULL OR "probeAt" > $3 OR "connectionId" IN (SELECT "connectionId" FROM "running"))
    ),
    "due" AS MATERIALIZED (${dueStatement(dialect, kinds, byPriority)}),
    "turns" AS (
      SELECT "id", "connectionId", "rank",
        row_number() OVER (PARTITION BY coalesce("serialKey", CAST("id" AS TEXT)) ORDER BY "rank", "id") AS "turn" FROM "due"
    ),
    "picked" AS (
      SELECT "id", "connectionId", row_number() OVER (PARTITION BY "connectionId" ORDER BY "rank", "id") AS "nth" FROM "turns" WHERE "turn" = 1
    ),
    "free" AS (
      SELECT c."connectionId", c."connectionId" || '#' || CAST(s."n" AS TEXT) AS "slot",
        row_number() OVER (PARTITION BY c."connectionId" ORDER BY s."n") AS "nth"
      FROM (SELECT DISTINCT "connectionId" FROM "due" WHERE "connectionId" IS NOT NULL) AS c CROSS JOIN "slots" AS s
      WHERE NOT EXISTS (SELECT 1 FROM "jobs" AS r WHERE r."connectionSlot" = c."connectionId" || '#' || CAST(s."n" AS TEXT))
    ),
    "chosen" AS (
      SELECT p."id" AS "chosenId", f."slot" FROM "picked" AS p
      LEFT JOIN "free" AS f ON f."connectionId" = p."connectionId" AND f."nth" = p."nth"
      WHERE p."connectionId" IS NULL OR (f."slot" IS NOT NULL
        AND (p."nth" = 1 OR p."connectionId" NOT IN (SELECT "connectionId" FROM "connection_states" WHERE ${parked})))
    )
    UPDATE "jobs" SET "state" = 'running', "queuedKey" = NULL, "runningKey" = "serialKey", "connectionSlot" = "chosen"."slot",
      "leaseOwner" = $1, "leaseUntil" = $2, "attempts" = "attempts" + 1
    FROM "chosen" WHERE "id" = "chosenId" AND "state" = 'queued'
    RETURNING ${COLUMNS.map((name) => (name === 'payload' ? 'CAST("payload" AS TEXT) AS "payload"' : `"${name}"`)).join(', ')}`
}

type RawRow = Readonly<Record<(typeof COLUMNS)[number], unknown>>

/** A row as Prisma gives it for a statement of our own: instants may be text and integers bigint. */
function fromRaw(row: RawRow): { readonly job: Job; readonly rank: number } {
  const text = (value: unknown) => (value === null ? null : String(value))
  const int = (value: unknown) => (value === null ? null : Number(value))
  const instant = (value: unknown) => (value === null ? null : new Date(value as string | Date))
  const job = toJob({
    id: Number(row.id),
    kind: String(row.kind),
    version: Number(row.version),
    payload: JSON.parse(String(row.payload)),
    connectionId: text(row.connectionId),
    serialKey: text(row.serialKey),
    dedupeKey: text(row.dedupeKey),
    runId: int(row.runId),
    state: row.state as JobState,
    priority: Number(row.priority),
    runAt: instant(row.runAt) as Date,
    attempts: Number(row.attempts),
    maxAttempts: Number(row.maxAttempts),
    leaseOwner: text(row.leaseOwner),
    leaseUntil: instant(row.leaseUntil),
    snoozedSince: instant(row.snoozedSince),
    errorCode: text(row.errorCode),
    error: text(row.error),
    httpStatus: int(row.httpStatus),
    providerRequestId: text(row.providerRequestId),
    createdAt: instant(row.createdAt) as Date,
    finishedAt: instant(row.finishedAt),
  })
  return { job, rank: Number(row.rank) }
}

/**
 * Takes up to `limit` due jobs, best rank first, and counts the attempt. It may take fewer than are due: the jobs it
 * looked at may share a serial key or a connection. On PostgreSQL rows that another worker is just taking are skipped
 * instead of waited for.
 */
export async function claimJobs(db: Db, claim: Claim): Promise<readonly Job[]> {
  const { owner, now, leaseUntil, limit, kinds = [], priority, perConnection = PER_CONNECTION } = claim
  const statement = claimStatement(db.dialect, kinds.length, priority !== undefined)
  const latestRank = BigInt(now.getTime() + RANK_ROOM_MS)
  const values = [owner, leaseUntil, now, limit, latestRank, perConnection, ...kinds, ...(priority === undefined ? [] : [priority])]
  for (let tries = 1; ; tries += 1) {
    try {
      const rows = await queryRows<RawRow>(db, statement, values)
      const claimed = rows.map(fromRaw)
      return claimed.sort((a, b) => a.rank - b.rank || a.job.id - b.job.id).map(({ job }) => job)
    } catch (error) {
      // Two workers took different jobs of one serial key, or one slot, at the same moment; the unique index let only the
      // other through. Its claim is visible now, so the next try passes that key over.
      if (!isUniqueViolation(error)) throw error
      if (tries === CLAIM_TRIES) return []
    }
  }
}
