import { afterEach, expect, test } from '@jest/globals'
import { type LimitedRequest, type Limits, type LimitsOptions, makeLimits } from '../../integrations/engine/limits.ts'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import type { Budget } from '../../integrations/store/budgets.ts'
import { makeTestClock } from './clocks.ts'

const opened: Limits[] = []
const signal = new AbortController().signal
const read: LimitedRequest = { operation: 'x.read', budget: 'core', write: false, priority: 'webhook' }
const write: LimitedRequest = { ...read, operation: 'x.write', write: true }

function open(options: Partial<LimitsOptions> = {}) {
  const clock = makeTestClock()
  const limits = makeLimits({
    connectionId: 'c',
    provider: 'github',
    clock,
    log: silentLog,
    settings: { writeSpacingMs: 0, writesPerMinute: 0 },
    ...options,
  })
  opened.push(limits)
  return { clock, limits }
}
const go = (limits: Limits, request: LimitedRequest) => limits.run(request, signal, async () => 'sent')

afterEach(async () => {
  for (const limits of opened.splice(0)) await limits.close()
})

test('writes go one at a time with the spacing between their starts, while reads pass', async () => {
  const { limits } = open({ clock: systemClock, settings: { writeSpacingMs: 60, writesPerMinute: 0 } })
  const starts: number[] = []
  let running = 0
  let most = 0
  const writing = [1, 2, 3].map(() =>
    limits.run(write, signal, async () => {
      starts.push(performance.now())
      most = Math.max(most, ++running)
      await systemClock.sleep(5)
      running -= 1
    }),
  )
  await Promise.all([go(limits, read), go(limits, read)])
  const writtenBeforeReads = starts.length
  await Promise.all(writing)
  expect(writtenBeforeReads).toBeLessThan(3)
  expect(most).toBe(1)
  // Two spacings, less what a busy machine may have delayed the first start by; without spacing it would be some 10 ms.
  expect((starts[2] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(60)
})

test('no more run at once than allowed, and the important ones first', async () => {
  const { limits } = open({ settings: { maxConcurrent: 1, writeSpacingMs: 0, writesPerMinute: 0 } })
  const order: string[] = []
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = limits.run(read, signal, () => gate)
  const others = (['backfill', 'poll', 'interactive', 'webhook'] as const).map((priority) =>
    limits.run({ ...read, priority }, signal, async () => order.push(priority)),
  )
  // Bottleneck queues over several turns of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 20))
  release()
  await Promise.all([first, ...others])
  expect(order).toEqual(['interactive', 'webhook', 'poll', 'backfill'])
})

test('most writes in a minute are held even where they are not spaced', async () => {
  const { limits } = open({ settings: { writeSpacingMs: 0, writesPerMinute: 2 } })
  let sent = 0
  const writes = [1, 2, 3].map(() => limits.run(write, signal, async () => ++sent))
  const third = expect(writes[2]).rejects.toMatchObject({ code: 'cancelled' })
  await Promise.all(writes.slice(0, 2))
  await go(limits, read)
  expect(sent).toBe(2)
  await limits.close()
  await third
})

test.each([
  ['jira-quota-global-based', ['refused', 'refused', 'refused']],
  ['jira-burst-based', ['refused', 'refused', 'sent']],
  ['jira-per-issue-on-write', ['refused', 'sent', 'sent']],
] as const)('the reason %s pauses exactly what it names', async (reason, expected) => {
  const { limits } = open({ provider: 'jira' })
  const request = { ...write, object: 'issue:1' }
  limits.observe(request, { limited: true, headers: new Headers({ 'retry-after': '60', 'ratelimit-reason': reason }) })
  const outcomes = [request, { ...write, object: 'issue:2' }, read].map((each) =>
    go(limits, each).catch((error: { code: string }) => (error.code === 'provider-rate-limited' ? 'refused' : error.code)),
  )
  expect(await Promise.all(outcomes)).toEqual(expected)
})

test('a budget that runs low keeps its rest for those who wait, and is free again after its reset', async () => {
  const { limits, clock } = open()
  const resetAt = new Date(clock.now().getTime() + 600_000)
  const headers = new Headers({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '400',
    'x-ratelimit-reset': String(resetAt.getTime() / 1_000),
    'x-ratelimit-resource': 'core',
  })
  limits.observe(read, { limited: false, headers })
  await expect(go(limits, { ...read, priority: 'backfill' })).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: resetAt })
  expect(await go(limits, { ...read, priority: 'interactive' })).toBe('sent')
  expect(await go(limits, { ...read, priority: 'backfill', budget: 'search' })).toBe('sent')
  clock.advance(600_001)
  expect(await go(limits, { ...read, priority: 'backfill' })).toBe('sent')
})

test('what was known before a restart holds after it, and every change is handed on', async () => {
  const changes: Budget[] = []
  const first = open({ onChange: (budget) => changes.push(budget) })
  const until = new Date(first.clock.now().getTime() + 60_000)
  first.limits.pause('*', until, 'secondary')
  expect(changes).toMatchObject([{ connectionId: 'c', scope: '*', pausedUntil: until, reason: 'secondary' }])
  const second = open({ saved: changes })
  await expect(go(second.limits, read)).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: until })
  expect(second.limits.snapshot()).toEqual(changes)
})

test('a stopped signal and a closed limiter send nothing', async () => {
  const { limits } = open()
  await expect(limits.run(read, AbortSignal.abort(), async () => 'sent')).rejects.toMatchObject({ code: 'cancelled' })
  await limits.close()
  await expect(go(limits, read)).rejects.toMatchObject({ code: 'cancelled' })
})
