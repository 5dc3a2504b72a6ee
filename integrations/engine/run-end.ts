// How a run that is carried out by jobs comes to its end. Whoever asked for it may wait, but does not own it: the run has
// ended when none of its jobs is left, and every process that sees so ends it, once. A person may cancel it: what waits is
// put aside, what is being written is finished, and each artifact that was not reached says so.
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../store/db.ts'
import { countOpenJobs, discardRunJobs, type Job, type JobState, listJobs } from '../store/jobs.ts'
import type { Store } from '../store/open-store.ts'
import { countRunEvents, listRecordedArtifacts, recordRunItem } from '../store/run-events.ts'
import { findRun, finishRun, listAbandonedRuns, listRunsToSettle, type Run, requestRunCancel, updateRunProgress } from '../store/runs.ts'
import { isStalled } from './runs.ts'

/** A run without jobs whose process shows no sign of life for this long will not go on. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60_000

interface RunParts {
  readonly store: Store
  readonly clock: Clock
}

const artifactOf = ({ payload }: Job): string | undefined => {
  const id = (payload as { readonly artifactId?: unknown } | null)?.artifactId
  return typeof id === 'string' ? id : undefined
}

async function listJobsIn(db: Db, runId: number, state: JobState): Promise<Job[]> {
  const jobs: Job[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listJobs(db, { runId, state, limit: 200, ...(cursor ? { cursor } : {}) })
    jobs.push(...page.items)
    cursor = page.nextCursor
    if (!cursor) return jobs
  }
}

/** Says of every artifact that no job reported on why not: its job died, or was put aside. */
async function recordUnreached(db: Db, runId: number, at: Date): Promise<void> {
  const recorded = await listRecordedArtifacts(db, runId)
  const unreached = [...(await listJobsIn(db, runId, 'dead')), ...(await listJobsIn(db, runId, 'discarded'))]
  for (const job of unreached.reverse()) {
    const artifactId = artifactOf(job)
    if (artifactId === undefined || recorded.has(artifactId)) continue
    const dead = job.state === 'dead'
    const reason = dead ? (job.error ?? 'Its job died.') : 'The run was cancelled before it was reached.'
    const code = dead ? (job.errorCode ?? 'internal') : 'cancelled'
    const event = { runId, at, artifactId, status: dead ? 'failed' : 'skipped', code, message: reason, data: { reason, code } }
    await recordRunItem(db, event)
  }
}

/**
 * Ends a run when none of its jobs is left, and puts aside what waits of one that was cancelled. Any number of processes
 * may call it, at any time. Returns the run as it is then; undefined when there is none.
 */
export async function settleRun({ store, clock }: RunParts, id: number): Promise<Run | undefined> {
  return store.transaction(async (db) => {
    const at = clock.now()
    const run = await findRun(db, id)
    if (run?.state !== 'running') return run
    const cancelled = run.cancelRequestedAt !== undefined
    if (cancelled) await discardRunJobs(db, id, at)
    if ((await countOpenJobs(db, { runId: id })) > 0) return run
    // Takes the row: of two processes that come this far at once, the second finds the run ended.
    if (!(await updateRunProgress(db, id, { at }))) return findRun(db, id)
    await recordUnreached(db, id, at)
    const end = cancelled ? { errorCode: 'cancelled', error: 'It was cancelled.' } : {}
    await finishRun(db, id, { state: cancelled ? 'cancelled' : 'done', counts: await countRunEvents(db, id), at, ...end })
    return findRun(db, id)
  })
}

/** Ends every run that only has to be ended, whichever process worked on it; returns how many that were. */
export async function settleRuns(parts: RunParts): Promise<number> {
  const { store, clock } = parts
  let ended = 0
  for (const id of await listRunsToSettle(store.db)) if ((await settleRun(parts, id))?.state !== 'running') ended += 1
  const at = clock.now()
  for (const id of await listAbandonedRuns(store.db, new Date(at.getTime() - ABANDONED_AFTER_MS))) {
    const error = 'The process that worked on it ended or hangs; start it again, it goes on where it stopped.'
    const counts = await countRunEvents(store.db, id)
    if (await finishRun(store.db, id, { state: 'failed', counts, errorCode: 'lease-lost', error, at })) ended += 1
  }
  return ended
}

/** Asks a running run to stop at its next artifact. Returns the run as it is then; undefined when there is none. */
export async function cancelRun(parts: RunParts, id: number): Promise<Run | undefined> {
  await requestRunCancel(parts.store.db, id, parts.clock.now())
  return settleRun(parts, id)
}

/** Why a run makes no progress, in a sentence that says what to do; undefined for one that does, or has ended. */
export async function explainStall(db: Db, run: Run, now: Date): Promise<string | undefined> {
  if (!isStalled(run, now)) return undefined
  const since = `No progress since ${run.progressAt.toISOString()}`
  const waiting = await listJobsIn(db, run.id, 'queued')
  const running = await listJobsIn(db, run.id, 'running')
  if (waiting.length + running.length === 0) return `${since}: the process that worked on it ended or hangs. Start it again.`
  const [first] = waiting.sort((a, b) => a.runAt.getTime() - b.runAt.getTime())
  if (running.length > 0 || !first) return `${since}: ${running.length} under way and not heard of, ${waiting.length} waiting.`
  if (first.error) return `${since}: ${waiting.length} waiting, the next at ${first.runAt.toISOString()}. ${first.error}`
  return `${since}: ${waiting.length} waiting and no worker takes them. Start \`katalyst serve\` or \`katalyst work\`.`
}
