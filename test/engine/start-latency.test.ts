// How soon work begins, by the real clock. The bounds are those promised; the median of several decides, because the machine
// that runs the tests does other things as well.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { startWorker } from '../../integrations/engine/worker.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from '../store/databases.ts'

const hooks = path.join(import.meta.dirname, '../store/typescript-hooks.mjs')
const child = path.join(import.meta.dirname, 'start-latency-child.ts')
const TIMES = 7
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** A worker in a process of its own; `next` resolves with its next line. */
function startElsewhere(url: string) {
  const process_ = spawn(process.execPath, ['--import', hooks, child, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]()
  const ended = new Promise((resolve) => process_.once('close', resolve))
  return {
    next: async () => String((await lines.next()).value),
    stop: async () => {
      process_.stdin.end()
      await ended
    },
  }
}

eachDatabase('work begins', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  beforeEach(() => database.clear())

  const put = () => enqueueJob(store.db, { kind: 'timed', payload: Date.now() }, systemClock.now())

  test('within 100 ms of being enqueued in the same process', async () => {
    const begun: number[] = []
    const handlers = { timed: async ({ job }: { job: { payload: unknown } }) => void begun.push(Date.now() - Number(job.payload)) }
    const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog })
    await worker.drain()
    for (let n = 0; n < TIMES; n += 1) {
      await put()
      await worker.drain()
    }
    await worker.stop()
    expect(median(begun)).toBeLessThan(100)
  })

  test('within a second of being enqueued in another process', async () => {
    const elsewhere = startElsewhere(database.url())
    try {
      expect(await elsewhere.next()).toBe('ready')
      const begun: number[] = []
      for (let n = 0; n < TIMES; n += 1) {
        await put()
        begun.push(Number(await elsewhere.next()))
      }
      expect(median(begun)).toBeLessThan(1_000)
    } finally {
      await elsewhere.stop()
    }
  }, 60_000)
})
