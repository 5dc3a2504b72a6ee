// A run while it goes on: what happened to each item, how far it is, what it cost, and whether somebody asked it to stop.
import type { Clock } from '../kernel/clock.ts'
import { AppError, toAppError } from '../kernel/errors.ts'
import type { Db } from '../store/db.ts'
import type { JsonObject } from '../store/json.ts'
import type { Store } from '../store/open-store.ts'
import { countRunEvents, type NewRunEvent, recordRunEvent } from '../store/run-events.ts'
import {
  countStalledRuns as countRows,
  findRun,
  finishRun,
  type NewRun,
  type Run,
  type RunEnd,
  startRun,
  updateRunProgress,
} from '../store/runs.ts'

export interface OpenRun {
  readonly id: number
  /** Aborts when the run is asked to stop, or when the signal it was opened with does. */
  readonly signal: AbortSignal
  /** Counts one request; written with the next progress. Fits the requester's `onExchange`. */
  readonly countRequest: () => void
  /** Records what happened to one item. */
  record(event: Omit<NewRunEvent, 'runId' | 'at'>): Promise<void>
  /** Records how far it is (`done` is added) and looks whether it is asked to stop. Throws `cancelled` when it is. */
  advance(step: { readonly done?: number; readonly total?: number; readonly phase?: string }): Promise<void>
  /** Ends the run with what its events count to. */
  finish(result?: JsonObject): Promise<Run>
  /** Ends the run with an error: `cancelled` cancels it, everything else fails it. */
  fail(error: unknown): Promise<Run>
}

interface RunOptions {
  readonly store: Store
  readonly clock: Clock
  readonly signal?: AbortSignal
}

function makeOpenRun({ store, clock, signal }: RunOptions, id: number): OpenRun {
  const cancel = new AbortController()
  let unwritten = 0

  const takeRequests = () => {
    const requests = unwritten
    unwritten = 0
    return requests
  }

  async function end(how: Omit<RunEnd, 'counts' | 'at'>): Promise<Run> {
    const at = clock.now()
    await updateRunProgress(store.db, id, { requests: takeRequests(), at })
    await finishRun(store.db, id, { ...how, counts: await countRunEvents(store.db, id), at })
    const run = await findRun(store.db, id)
    if (!run) throw new AppError('not-found', `Run ${id} was deleted while it went on.`)
    return run
  }

  return Object.freeze({
    id,
    signal: signal ? AbortSignal.any([signal, cancel.signal]) : cancel.signal,
    countRequest: () => {
      unwritten += 1
    },
    record: (event: Omit<NewRunEvent, 'runId' | 'at'>) => recordRunEvent(store.db, { ...event, runId: id, at: clock.now() }),
    async advance(step: { readonly done?: number; readonly total?: number; readonly phase?: string }) {
      await updateRunProgress(store.db, id, { ...step, requests: takeRequests(), at: clock.now() })
      const run = await findRun(store.db, id)
      if (run?.state === 'running' && !run.cancelRequestedAt) return
      const stopped = new AppError('cancelled', `Run ${id} was stopped.`, { details: { run: id } })
      cancel.abort(stopped)
      throw stopped
    },
    finish: (result: JsonObject = {}) => end({ state: 'done', result }),
    fail(error: unknown) {
      const { code, message } = toAppError(error)
      return end({ state: code === 'cancelled' ? 'cancelled' : 'failed', errorCode: code, error: message })
    },
  })
}

/** Begins a run. Whoever opens it ends it, with `finish` or `fail`; one that is not is found as stalled. */
export async function openRun(options: RunOptions, run: Omit<NewRun, 'at'>): Promise<OpenRun> {
  const { id } = await startRun(options.store.db, { ...run, at: options.clock.now() })
  return makeOpenRun(options, id)
}

/** Goes on with a run that was begun elsewhere or before a restart; undefined when it has ended. */
export async function resumeRun(options: RunOptions, id: number): Promise<OpenRun | undefined> {
  const run = await findRun(options.store.db, id)
  return run?.state === 'running' ? makeOpenRun(options, id) : undefined
}

/** A run without progress for this long is shown as stalled. */
export const STALLED_AFTER_MS = 10 * 60_000

export const isStalled = (run: Run, now: Date) => run.state === 'running' && now.getTime() - run.progressAt.getTime() > STALLED_AFTER_MS

/** Seconds a running run will take yet, from its own speed so far; undefined while that is not known. */
export function estimateSecondsLeft(run: Run, now: Date): number | undefined {
  const { total, done, startedAt, state } = run
  if (state !== 'running' || total === undefined || done <= 0) return undefined
  const elapsed = (now.getTime() - startedAt.getTime()) / 1_000
  return Math.max(0, Math.round((elapsed / done) * (total - done)))
}

/** How many runs are stalled. */
export const countStalledRuns = (db: Db, now: Date): Promise<number> => countRows(db, new Date(now.getTime() - STALLED_AFTER_MS))
