// Two limiters as two processes have them, each with a link of its own, on one real Redis.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LimitedRequest, type LimitSettings, type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import { openRedisLink, type RedisLink } from '../../integrations/engine/redis-link.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { type Log, silentLog } from '../../integrations/kernel/log.ts'
import { describeOnRedis, openRedisProxy, type RedisProxy } from './redis-proxy.ts'

const DATABASE = 11
const signal = new AbortController().signal
const read: LimitedRequest = { operation: 'x.read', budget: 'core', write: false, priority: 'webhook' }
const write: LimitedRequest = { ...read, operation: 'x.write', write: true }

let proxy: RedisProxy
let links: RedisLink[]
let opened: Limits[]
const lines: string[] = []

const log = {
  ...silentLog,
  warn: (_fields: unknown, message?: string) => void lines.push(`warn ${message}`),
  info: (_fields: unknown, message?: string) => void lines.push(`info ${message}`),
} as Log

/** `count` processes with one connection in common, which no other test has. */
async function openProcesses(count: number, settings: Partial<LimitSettings>): Promise<Limits[]> {
  const connectionId = `c-${systemRandom.id()}`
  const made = Array.from({ length: count }, () => openRedisLink({ url: proxy.url(DATABASE), log }))
  links.push(...made)
  await Promise.all(made.map((link) => link.settled()))
  const limits = made.map((link) => makeLimits({ connectionId, provider: 'github', clock: systemClock, log, settings, link }))
  opened.push(...limits)
  return limits
}

async function until(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 15_000
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to be within 15 s')
    await systemClock.sleep(10)
  }
}

describeOnRedis('limits shared over Redis', () => {
  beforeEach(async () => {
    proxy = await openRedisProxy()
    links = []
    opened = []
    lines.length = 0
  })
  afterEach(async () => {
    for (const limits of opened) await limits.close()
    for (const link of links) await link.close()
    await proxy.close()
  })

  test('never more run at once than allowed, over both processes', async () => {
    const processes = await openProcesses(2, { maxConcurrent: 3, writeSpacingMs: 0, writesPerMinute: 0 })
    let running = 0
    let most = 0
    let done = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await systemClock.sleep(10)
      running -= 1
      done += 1
    }
    await Promise.all(Array.from({ length: 40 }, (_each, index) => processes[index % 2]?.run(read, signal, work)))
    expect({ most, done }).toEqual({ most: 3, done: 40 })
  })

  test('writes keep their distance and their number, over both processes', async () => {
    const spaced = await openProcesses(2, { writeSpacingMs: 50, writesPerMinute: 0 })
    const at: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, (_each, index) => spaced[index % 2]?.run(write, signal, async () => void at.push(Date.now()))),
    )
    // Timers and the way to Redis move single starts; the pace as a whole cannot be faster than 19 spacings.
    expect(Math.max(...at) - Math.min(...at)).toBeGreaterThanOrEqual(19 * 50 - 60)

    // 5,200 a minute come as 200 at the start and 200 more every 2.5 s.
    const counted = await openProcesses(2, { maxConcurrent: 50, writeSpacingMs: 0, writesPerMinute: 5_200 })
    let sent = 0
    const writing = Array.from({ length: 210 }, (_each, index) => counted[index % 2]?.run(write, signal, async () => ++sent))
    const startedAt = performance.now()
    await until(() => sent >= 200)
    if (performance.now() - startedAt < 2_000) expect(sent).toBe(200)
    await Promise.all(writing)
    expect(performance.now() - startedAt).toBeGreaterThan(2_000)
  })

  test('a pause that one process was told of holds in the other at once', async () => {
    const [first, second] = await openProcesses(2, {})
    first?.observe(write, { limited: true, headers: new Headers({ 'retry-after': '60' }) })
    await until(() => (second?.snapshot().length ?? 0) > 0)
    await expect(second?.run(read, signal, async () => 'sent')).rejects.toMatchObject({ code: 'provider-rate-limited' })
  })

  test('the processes are counted, and each keeps to its share when Redis freezes, until it is back', async () => {
    const processes = await openProcesses(2, { maxConcurrent: 8, writeSpacingMs: 40, writesPerMinute: 0 })
    await until(() => links.every((link) => link.processes() === 2))
    proxy.freeze()
    const at: number[] = []
    const startedAt = Date.now()
    await Promise.all(
      Array.from({ length: 20 }, (_each, index) => processes[index % 2]?.run(write, signal, async () => void at.push(Date.now()))),
    )
    // Those that waited at the frozen Redis are sent as well, each process at half the pace.
    expect(at).toHaveLength(20)
    expect(Date.now() - startedAt).toBeLessThan(8_000)
    expect(links.map((link) => link.cluster())).toEqual([undefined, undefined])
    const sorted = at.sort((a, b) => a - b)
    expect((sorted[19] ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(9 * 80 - 60)

    proxy.restore()
    await until(() => links.every((link) => link.cluster() !== undefined))
    const again: number[] = []
    await Promise.all(
      Array.from({ length: 10 }, (_each, index) => processes[index % 2]?.run(write, signal, async () => void again.push(Date.now()))),
    )
    expect(Math.max(...again) - Math.min(...again)).toBeGreaterThanOrEqual(9 * 40 - 40)
    // Each process says once that Redis went, and once that it came.
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2)
    expect(lines.filter((line) => line.startsWith('info'))).toHaveLength(4)
  })

  test('without Redis at the start nothing waits for it, and the share is that of one of four', async () => {
    proxy.refuse()
    const startedAt = performance.now()
    const [limits] = await openProcesses(1, { maxConcurrent: 8, writeSpacingMs: 0, writesPerMinute: 0 })
    let running = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 8 }, () =>
        limits?.run(read, signal, async () => {
          most = Math.max(most, ++running)
          await systemClock.sleep(5)
          running -= 1
        }),
      ),
    )
    expect(most).toBe(2)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(lines).toEqual(['warn limits are not shared: Redis is away, each process keeps to its share'])
    proxy.restore()
    await until(() => links.every((link) => link.cluster() !== undefined))
  })

  test("a slot whose process died is another one's within seconds", async () => {
    const [dying, living] = await openProcesses(2, { maxConcurrent: 1, writeSpacingMs: 0, writesPerMinute: 0 })
    let release = () => {}
    const begun = new Promise<void>((resolve) => {
      void dying?.run(read, signal, () => {
        resolve()
        return new Promise<void>((end) => {
          release = end
        })
      })
    })
    await begun
    // As a killed process leaves: nothing is given back.
    await links[0]?.close()
    const startedAt = performance.now()
    expect(await living?.run(read, signal, async () => 'sent')).toBe('sent')
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    release()
  })

  test('what waits when the limiter is closed is refused, also while Redis is frozen', async () => {
    const [limits] = await openProcesses(1, { writeSpacingMs: 60_000, writesPerMinute: 0 })
    await limits?.run(write, signal, async () => 'sent')
    const waiting = expect(limits?.run(write, signal, async () => 'sent')).rejects.toMatchObject({ code: 'cancelled' })
    proxy.freeze()
    await limits?.close()
    await waiting
  })
})
