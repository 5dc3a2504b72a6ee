// How a process that stays comes to its end. The first SIGTERM or SIGINT stops it in order and within a limit; a second one
// ends it at once, which is safe at any moment: what it held is taken over when its leases run out.
import { constants } from 'node:os'
import type { OpenProcess } from './bootstrap.ts'

/** How long a process that stays waits for its database at the start. */
export const DATABASE_WAIT_MS = 60_000

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
type StopSignal = (typeof SIGNALS)[number]

/** What closing may take beyond the time that running work is given: flushing budgets, ending database connections. */
const CLOSING_MS = 10_000

/** The first signal; from then on the next one ends the process. */
function firstSignal(process: NodeJS.Process): Promise<StopSignal> {
  return new Promise((resolve) => {
    let stopping = false
    const onSignal = (signal: StopSignal) => {
      if (stopping) process.exit(128 + constants.signals[signal])
      stopping = true
      resolve(signal)
    }
    for (const name of SIGNALS) process.on(name, onSignal)
  })
}

/**
 * Starts something on an open process, waits for a signal and closes it; resolves to the exit code. A signal during the
 * start, such as while it waits for its database, breaks the start off.
 */
export async function runUntilStopped(
  process: NodeJS.Process,
  opened: OpenProcess,
  start: () => Promise<{ close(): Promise<void> }>,
): Promise<number> {
  const signalled = firstSignal(process)
  const starting = start()
  const begun = await Promise.race([starting.then(() => 'started' as const), signalled]).catch(async (error: unknown) => {
    await opened.close()
    throw error
  })
  if (begun !== 'started') opened.abandon()
  const signal = await signalled
  opened.log.info({ signal }, 'stopping')
  const limitMs = opened.config.SHUTDOWN_SECONDS * 1000 + CLOSING_MS
  const watchdog = setTimeout(() => {
    opened.log.error({ limitMs }, 'not closed in time; ending all the same')
    process.exit(1)
  }, limitMs)
  const running = await starting.catch((error: unknown) => {
    opened.log.info({ err: error }, 'the start was broken off')
    return undefined
  })
  await (running ?? opened).close()
  clearTimeout(watchdog)
  return 0
}
