// Run by limits-storm.test.ts as a process of its own: creates things at the stand-in as fast as the limits let it, until told
// to stop by the clock, and leaves nothing half done. Its one argument is a `Storm` as JSON; it prints an `Outcome`.
import { makeOutbound } from '../../app/access/outbound.ts'
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openStore } from '../../integrations/store/open-store.ts'

export interface Storm {
  readonly name: string
  readonly url: string
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly spacingMs: number
  readonly seconds: number
}

export interface Outcome {
  readonly created: readonly string[]
  /** When it stopped to begin new ones, as milliseconds since 1970. */
  readonly endAt: number
}

const LANES = 4
const storm = JSON.parse(process.argv[2] ?? '') as Storm
const store = await openStore({ url: storm.databaseUrl, log: silentLog, clock: systemClock, migrate: false })
const outbound = makeOutbound({
  store: async () => store,
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  signal: new AbortController().signal,
  fetch,
  limits: { writeSpacingMs: storm.spacingMs, writesPerMinute: 0 },
  redisUrl: storm.redisUrl,
})
const { requester } = outbound.contextFor({ connectionId: 'storm', provider: 'github', credentials: noCredentials, dryRun: false })

/** Creates one thing, whatever comes in between: waits as long as it is told, and looks before it sends again what may have worked. */
async function create(ref: string): Promise<void> {
  const body = JSON.stringify({ ref })
  for (;;) {
    try {
      await requester.fetch(`${storm.url}/things`, { method: 'POST', body }, { operation: 'thing.create', idempotent: false })
      return
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.retryAt) await systemClock.sleep(Math.max(0, error.retryAt.getTime() - Date.now()))
      const found = await requester.fetch(`${storm.url}/things/${ref}`, {}, { operation: 'thing.read' }).catch(() => undefined)
      if (found) return
    }
  }
}

const endAt = Date.now() + storm.seconds * 1_000
const created: string[] = []
let next = 0
await Promise.all(
  Array.from({ length: LANES }, async () => {
    while (Date.now() < endAt) {
      next += 1
      const ref = `${storm.name}-${next}`
      await create(ref)
      created.push(ref)
    }
  }),
)
await outbound.close()
await store.close()
process.stdout.write(JSON.stringify({ created, endAt } satisfies Outcome))
