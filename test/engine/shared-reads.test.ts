import { afterEach, expect, test } from '@jest/globals'
import { makeBasicCredentials } from '../../integrations/engine/credentials.ts'
import { type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import { makeRequester, type RequesterOptions } from '../../integrations/engine/request.ts'
import { makeSharedReads } from '../../integrations/engine/shared-reads.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, makeTestRandom } from './clocks.ts'

const opened: Limits[] = []
afterEach(async () => {
  for (const limits of opened.splice(0)) await limits.close()
})

/** Requesters of one connection, and a remote that answers when it is told to. */
function setUp() {
  const clock = makeTestClock()
  const limits = makeLimits({ connectionId: 'c', provider: 'jira', clock, log: silentLog })
  opened.push(limits)
  const sharedReads = makeSharedReads()
  const asked: { readonly url: string; readonly method: string; answer(body: unknown): void }[] = []
  const fetch: typeof globalThis.fetch = (input, init) =>
    new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      asked.push({
        url: String(input),
        method: init?.method ?? 'GET',
        answer: (body) => resolve(Object.defineProperty(Response.json(body), 'url', { value: String(input) })),
      })
    })
  const requesterOf = (more: Partial<RequesterOptions> = {}) =>
    makeRequester({
      connectionId: 'c',
      provider: 'jira',
      limits,
      credentials: makeBasicCredentials('a@b.c', 'one'),
      clock,
      random: makeTestRandom(),
      log: silentLog,
      signal: new AbortController().signal,
      dryRun: false,
      fetch,
      sharedReads,
      ...more,
    })
  const arrived = async (count: number) => {
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    for (let waited = 0; asked.length < count && waited < 5_000; waited += 5) await pause(5)
    // Long enough for one that must not come: the limiter takes some 2 ms for each.
    await pause(20)
    return asked.length
  }
  return { asked, requesterOf, arrived }
}
const host = 'https://jira.test'
const bodyOf = async (response: Promise<Response>) => (await response).json()

test('the same read by several at once is one request, and each has an answer of its own', async () => {
  const { asked, requesterOf, arrived } = setUp()
  const [one, other] = [requesterOf(), requesterOf()]
  const reads = [one, other, one].map((requester) => requester.fetch(`${host}/issue/1`, { headers: { accept: 'application/json' } }))
  expect(await arrived(1)).toBe(1)
  asked[0]?.answer({ id: 1 })
  expect(await Promise.all(reads.map(bodyOf))).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }])
  expect((await reads[1])?.url).toBe(`${host}/issue/1`)
  const later = one.fetch(`${host}/issue/1`)
  expect(await arrived(2)).toBe(2)
  asked[1]?.answer({ id: 2 })
  expect(await bodyOf(later)).toEqual({ id: 2 })
})

test('another address, header, credential or urgency, and anything that is no GET, is a request of its own', async () => {
  const { asked, requesterOf, arrived } = setUp()
  const one = requesterOf()
  const all = [
    one.fetch(`${host}/issue/1`),
    one.fetch(`${host}/issue/2`),
    one.fetch(`${host}/issue/1`, { headers: { 'if-none-match': 'x' } }),
    requesterOf({ credentials: makeBasicCredentials('a@b.c', 'two') }).fetch(`${host}/issue/1`),
    requesterOf({ priority: 'interactive' }).fetch(`${host}/issue/1`),
    one.fetch(`${host}/search`, { method: 'POST' }, { operation: 'search', reads: true }),
    one.fetch(`${host}/search`, { method: 'POST' }, { operation: 'search', reads: true }),
  ]
  expect(await arrived(7)).toBe(7)
  for (const each of asked) each.answer({})
  await Promise.all(all)
})

test('a read asked for after a write is not answered with what was asked for before its end', async () => {
  const { asked, requesterOf, arrived } = setUp()
  const requester = requesterOf()
  const before = requester.fetch(`${host}/issue/1`)
  const writing = requester.fetch(`${host}/issue/1`, { method: 'PUT' })
  await arrived(2)
  asked.find(({ method }) => method === 'PUT')?.answer({})
  await writing
  const after = requester.fetch(`${host}/issue/1`)
  expect(await arrived(3)).toBe(3)
  asked[2]?.answer({ value: 'new' })
  asked.find(({ method }) => method === 'GET')?.answer({ value: 'old' })
  expect(await Promise.all([bodyOf(before), bodyOf(after)])).toEqual([{ value: 'old' }, { value: 'new' }])
})

test('who is stopped stops nobody else: those who waited for its answer ask themselves, and those who wait are let go', async () => {
  const { asked, requesterOf, arrived } = setUp()
  const [stopFirst, stopThird] = [new AbortController(), new AbortController()]
  const first = requesterOf({ signal: stopFirst.signal }).fetch(`${host}/issue/1`)
  await arrived(1)
  const second = requesterOf().fetch(`${host}/issue/1`)
  const third = requesterOf({ signal: stopThird.signal }).fetch(`${host}/issue/1`)
  expect(await arrived(1)).toBe(1)
  stopThird.abort()
  await expect(third).rejects.toMatchObject({ code: 'cancelled' })
  stopFirst.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  expect(await arrived(2)).toBe(2)
  asked[1]?.answer({ id: 1 })
  expect(await bodyOf(second)).toEqual({ id: 1 })
})
