// One worker in a process of its own; says when it is ready, and for every job how long after its enqueueing it began.
import { startWorker } from '../../integrations/engine/worker.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openStore } from '../../integrations/store/open-store.ts'

const store = await openStore({ url: process.argv[2] ?? '', log: silentLog, clock: systemClock, migrate: false })
const handlers = {
  timed: async ({ job }: { job: { payload: unknown } }) => void process.stdout.write(`${Date.now() - Number(job.payload)}\n`),
}
const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog })
await worker.drain()
process.stdout.write('ready\n')
process.stdin.resume()
process.stdin.once('end', async () => {
  await worker.stop()
  await store.close()
})
