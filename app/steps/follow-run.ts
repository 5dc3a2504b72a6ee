// Waiting for a run whose work is done by jobs, in whichever process.
import { settleRun } from '../../integrations/engine/run-end.ts'
import { listRunEvents, type RunEvent } from '../../integrations/store/run-events.ts'
import { findRun, type Run } from '../../integrations/store/runs.ts'
import type { AppContext } from '../context.ts'

/** How often the progress of a run is looked at while it is waited for. */
const PROGRESS_EVERY_MS = 200

/** Waits until no job of the run is left, showing how far it is, and ends it. */
export async function followRun(ctx: AppContext, runId: number, phase: string): Promise<Run | undefined> {
  const store = await ctx.store()
  let ended = false
  const drained = (await ctx.worker()).drain(runId).finally(() => {
    ended = true
  })
  // It may fail before it is first waited for; the wait below says so.
  drained.catch(() => {})
  while (!ended) {
    const run = await findRun(store.db, runId)
    if (run) ctx.progress({ phase: run.phase ?? phase, done: run.done, ...(run.total === undefined ? {} : { total: run.total }) })
    const pause = new AbortController()
    await Promise.race([drained.catch(() => {}), ctx.clock.sleep(PROGRESS_EVERY_MS, pause.signal).catch(() => {})])
    pause.abort()
  }
  await drained
  return settleRun({ store, clock: ctx.clock }, runId)
}

/** Everything that is recorded of a run, in order. */
export async function readRunEvents(ctx: AppContext, runId: number): Promise<readonly RunEvent[]> {
  const { db } = await ctx.store()
  const events: RunEvent[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listRunEvents(db, runId, { limit: 200, ...(cursor ? { cursor } : {}) })
    events.push(...page.items)
    cursor = page.nextCursor
    if (!cursor) return events
  }
}
