import { afterEach, expect, test } from '@jest/globals'
import { toReservoir } from '../../integrations/engine/limit-queues.ts'
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

test('writes beyond those of a minute wait, also where they are not spaced', async () => {
  const { limits } = open({ settings: { writeSpacingMs: 0, writesPerMinute: 2 } })
  let sent = 0
  const writes = [1, 2, 3].map(() => limits.run(write, signal, async () => ++sent))
  const others = Promise.all(writes.slice(1).map((waiting) => expect(waiting).rejects.toMatchObject({ code: 'cancelled' })))
  await writes[0]
  await go(limits, read)
  expect(sent).toBe(1)
  await limits.close()
  await others
})

test('a reservoir lets at most its number through in any minute, and four fifths of it in a steady flow', () => {
  for (const perMinute of [1, 2, 3, 10, 52, 79, 80, 500, 2_000]) {
    const reservoir = toReservoir(perMinute)
    const { reservoirIncreaseAmount: amount = 0, reservoirIncreaseInterval: everyMs = 0 } = reservoir
    // At worst what lies there goes just before a filling, and every filling of the minute after it goes at once.
    const most = (reservoir.reservoir ?? 0) + amount * Math.ceil(60_000 / everyMs)
    expect({ perMinute, fits: most <= Math.max(2, perMinute), everyMs: everyMs % 250 }).toEqual({ perMinute, fits: true, everyMs: 0 })
    if (perMinute >= 52) expect((amount * 60_000) / everyMs).toBeGreaterThanOrEqual(0.8 * perMinute)
  }
})

test('writes to one object are paced before Jira refuses, and other objects and reads pass', async () => {
  const { limits, clock } = open({ provider: 'jira', settings: {} })
  const edit = { ...write, object: 'issue:1' }
  const sentAt: number[] = []
  const startedAt = clock.now().getTime()
  const send = () => limits.run(edit, signal, async () => void sentAt.push(clock.now().getTime() - startedAt))
  for (let count = 0; count < 20; count += 1) await send()
  expect(clock.waits).toEqual([])
  expect(await go(limits, { ...edit, object: 'issue:2' })).toBe('sent')
  expect(await go(limits, { ...read, object: 'issue:1' })).toBe('sent')
  expect(clock.waits).toEqual([])
  for (let count = 20; count < 100; count += 1) await send()
  for (const [index, at] of sentAt.entries()) expect((sentAt[index + 20] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThan(2_000)
  // The hundred and first would wait for the window of 30 s: longer than anybody sits out here.
  await expect(send()).rejects.toMatchObject({
    code: 'provider-rate-limited',
    details: { scope: 'object:issue:1', sent: false },
    retryAt: new Date(startedAt + 30_150),
  })
  clock.advance(30_150)
  await send()
})

test('writes to one object that come at once are paced as well, and none is lost', async () => {
  const { limits } = open({ provider: 'jira', clock: systemClock, settings: { objectWrites: [{ ms: 100, most: 3 }] } })
  const at: number[] = []
  await Promise.all(
    Array.from({ length: 7 }, () => limits.run({ ...write, object: 'issue:1' }, signal, async () => void at.push(performance.now()))),
  )
  expect(at).toHaveLength(7)
  for (const [index, time] of at.entries()) expect((at[index + 3] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThan(100)
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

test('a quota that is used up stops everything of the connection until its end', async () => {
  const { limits, clock } = open({ provider: 'jira' })
  const headers = new Headers({
    'Beta-RateLimit-Policy': '"global-app-quota";q=65000;w=3600',
    'Beta-RateLimit': '"global-app-quota";r=0;t=600',
  })
  limits.observe(read, { limited: false, headers })
  const retryAt = new Date(clock.now().getTime() + 600_000)
  await expect(go(limits, { ...write, priority: 'interactive' })).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt })
})

test('an endpoint whose bucket is empty waits for its second while the others go on', async () => {
  const changes: Budget[] = []
  const { limits, clock } = open({ provider: 'jira', onChange: (budget) => changes.push(budget) })
  const reset = new Date(clock.now().getTime() + 1_000).toISOString()
  const headers = new Headers({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })
  limits.observe(read, { limited: false, headers })
  expect(await go(limits, write)).toBe('sent')
  expect(clock.waits).toEqual([])
  expect(await go(limits, read)).toBe('sent')
  expect(clock.waits).toEqual([1_000])
  expect(changes).toEqual([])
})

test.each([
  ['github', [60, 120, 240, 480, 900, 900]],
  ['jira', [5, 10, 20, 30, 30]],
] as const)('%s, saying "wait" and not how long, is left alone longer each time', (provider, seconds) => {
  const { limits, clock } = open({ provider })
  const refuse = () => ((limits.observe(read, { limited: true, headers: new Headers() })?.getTime() ?? 0) - clock.now().getTime()) / 1_000
  expect(seconds.map(refuse)).toEqual(seconds)
  limits.observe(read, { limited: false, headers: new Headers() })
  expect(refuse()).toBe(seconds[0])
})

test("a budget told in a body, GraphQL's, counts like one told in headers", async () => {
  const { limits, clock } = open()
  const resetAt = new Date(clock.now().getTime() + 600_000)
  const told = { scope: 'graphql', limit: 5_000, remaining: 0, resetAt }
  limits.observe({ ...read, budget: 'graphql' }, { limited: false, headers: new Headers(), told })
  await expect(go(limits, { ...read, budget: 'graphql' })).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: resetAt })
  expect(await go(limits, read)).toBe('sent')
})

test('what another process learnt counts here too: the later numbers, and the longer pause', async () => {
  const { limits, clock } = open()
  const now = clock.now()
  const later = (ms: number) => new Date(now.getTime() + ms)
  limits.observe(read, {
    limited: false,
    headers: new Headers({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4000',
      'x-ratelimit-reset': String(later(60_000).getTime() / 1_000),
    }),
  })
  limits.pause('core', later(10_000), 'mine')
  const other = { connectionId: 'c', scope: 'core', limit: 5000, resetAt: later(60_000) }
  limits.absorb([
    { ...other, remaining: 4500, pausedUntil: later(20_000), reason: 'theirs', observedAt: later(-1_000) },
    { ...other, scope: 'search', limit: 30, remaining: 0, pausedUntil: undefined, reason: undefined, observedAt: now },
  ])
  expect(limits.snapshot()).toMatchObject([
    { scope: 'core', remaining: 4000, pausedUntil: later(20_000), reason: 'theirs' },
    { scope: 'search', remaining: 0 },
  ])
  limits.absorb([{ ...other, remaining: 3900, pausedUntil: undefined, reason: undefined, observedAt: later(1_000) }])
  expect(limits.snapshot()[0]).toMatchObject({ remaining: 3900, pausedUntil: later(20_000) })
  await expect(go(limits, read)).rejects.toMatchObject({ code: 'provider-rate-limited', retryAt: later(20_000) })
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

test('what makes content at GitHub keeps within 80 a minute and 500 an hour, and other writes do not wait for it', async () => {
  const { clock, limits } = open()
  const content = { ...write, object: 'content' }
  let sent = 0
  const sendUntilRefused = async () => {
    for (;;) {
      try {
        await go(limits, content)
        sent += 1
      } catch (error) {
        return error
      }
    }
  }
  expect(await sendUntilRefused()).toMatchObject({ code: 'provider-rate-limited', retryAt: expect.any(Date) })
  expect(sent).toBe(80)
  expect(await go(limits, write)).toBe('sent')
  for (let minute = 1; minute < 59; minute += 1) {
    await clock.sleep(61_000)
    await sendUntilRefused()
  }
  expect(sent).toBe(500)
})
