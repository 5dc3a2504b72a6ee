// What is told and kept of the queue as a whole: its counts, and for how long what has ended stays.
import type { Db } from './db.ts'
import type { JobState } from './jobs.ts'
import { changeRows } from './sql.ts'

export interface JobCounts {
  readonly queued: number
  readonly running: number
  readonly dead: number
  /** Since when the job that is due longest has been due. */
  readonly oldestDueAt: Date | undefined
}

/** The state of the queue for readiness and metrics. */
export async function countJobs(db: Db, now: Date): Promise<JobCounts> {
  const groups = await db.prisma.job.groupBy({
    by: ['state'],
    where: { state: { in: ['queued', 'running', 'dead'] } },
    _count: { _all: true },
  })
  const oldest = await db.prisma.job.aggregate({ where: { state: 'queued', runAt: { lte: now } }, _min: { runAt: true } })
  const count = (state: JobState) => groups.find((group) => group.state === state)?._count._all ?? 0
  return { queued: count('queued'), running: count('running'), dead: count('dead'), oldestDueAt: oldest._min.runAt ?? undefined }
}

/** How many jobs of each kind wait, run or are dead. */
export async function countJobsByKind(
  db: Db,
): Promise<readonly { readonly kind: string; readonly state: 'queued' | 'running' | 'dead'; readonly count: number }[]> {
  const groups = await db.prisma.job.groupBy({
    by: ['kind', 'state'],
    where: { state: { in: ['queued', 'running', 'dead'] } },
    _count: { _all: true },
    orderBy: [{ kind: 'asc' }, { state: 'asc' }],
  })
  return groups.map(({ kind, state, _count }) => ({ kind, state: state as 'queued' | 'running' | 'dead', count: _count._all }))
}

/** Deletes jobs in the state that ended before, at most `limit` in one statement; returns how many. */
export async function pruneJobs(db: Db, state: 'done' | 'discarded' | 'dead', before: Date, limit = 2_000): Promise<number> {
  const old = `SELECT "id" FROM "jobs" WHERE "state" = $1 AND "finishedAt" < $2 LIMIT $3`
  return changeRows(db, `DELETE FROM "jobs" WHERE "id" IN (${old})`, [state, before, limit])
}
