// The workers of a process: jobs, schedules and the end of runs. `katalyst work` is a process of nothing else; any number
// of them, and of `katalyst serve`, share one PostgreSQL. None leads: whoever looks first takes the job, the tick, the run.
import { probeConnections } from '../integrations/engine/breaker.ts'
import { settleRuns } from '../integrations/engine/run-end.ts'
import { runSchedules, saveSchedules } from '../integrations/engine/schedule.ts'
import { type OpenProcess, openProcess, readProcessEnvironment } from './bootstrap.ts'
import type { Terminal } from './cli/terminal.ts'
import { makeJobHandlers, schedulesOf } from './job-handlers.ts'
import { DATABASE_WAIT_MS, runUntilStopped } from './run-until-stopped.ts'

/** Starts working on everything this version knows. */
export async function startWorkers(opened: OpenProcess): Promise<void> {
  const { clock } = opened
  const ctx = opened.contextFor({ kind: 'worker', name: 'start' }, opened.newRequestId())
  const store = await ctx.store()
  const schedules = schedulesOf(opened.config)
  await saveSchedules(store, schedules, clock)
  await probeConnections(store.db, clock.now())
  opened.handleJobs(makeJobHandlers(opened), async () => {
    await runSchedules(store, schedules, clock)
    await settleRuns({ store, clock })
  })
  await ctx.worker()
}

/** `katalyst work`: workers without a server, until a signal. */
export async function work(process: NodeJS.Process, terminal: Terminal, version: string): Promise<number> {
  const opened = await openProcess({
    environment: readProcessEnvironment(process),
    databaseWaitMs: DATABASE_WAIT_MS,
    terminal: Boolean(process.stderr.isTTY),
  })
  return runUntilStopped(process, opened, async () => {
    await startWorkers(opened)
    terminal.err(`Katalyst Integrations ${version} works, ${opened.config.WORKER_CONCURRENCY} jobs at once\n`)
    return opened
  })
}
