import { afterEach, expect, test } from '@jest/globals'
import { type HttpStandIn, type HttpStandInOptions, openHttpStandIn } from '../sandbox/http.ts'

let standIn: HttpStandIn | undefined
const open = async (options: Partial<HttpStandInOptions> = {}) => {
  standIn = await openHttpStandIn({
    handle: (request) => ({ status: 200, json: { got: request.body ?? null, path: request.path } }),
    ...options,
  })
  return standIn
}
afterEach(async () => {
  await standIn?.close()
  standIn = undefined
})

test('a request is answered and recorded without its credentials', async () => {
  const { url, requests } = await open()
  const answer = await fetch(`${url}/a%2Fb?x=1`, {
    method: 'POST',
    headers: { authorization: 'Bearer never-recorded' },
    body: JSON.stringify({ client_secret: 'hidden', name: 'n' }),
  })
  expect(await answer.json()).toEqual({ got: { client_secret: 'hidden', name: 'n' }, path: '/a%2Fb' })
  expect(requests).toMatchObject([
    { method: 'POST', path: '/a%2Fb', query: 'x=1', status: 200, body: { client_secret: '[redacted]', name: 'n' } },
  ])
  expect(JSON.stringify(requests)).not.toMatch(/never-recorded|hidden/)
})

test('a planned fault meets the matching requests only, in order, and as often as asked', async () => {
  let effects = 0
  const { url, faults, requests } = await open({
    handle: () => {
      effects += 1
      return { status: 201, json: { id: effects } }
    },
  })
  faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: '/issues' }, after: 1 })
  const statuses: number[] = []
  for (const path of ['/issues', '/other', '/issues', '/issues']) statuses.push((await fetch(url + path, { method: 'POST' })).status)
  expect(statuses).toEqual([201, 201, 502, 201])
  expect(effects).toBe(4)
  expect(faults.pending()).toBe(0)
  expect(requests[2]).toMatchObject({ status: 502, fault: 'after-effect-502' })
})

test.each([
  ['status', 0],
  ['html', 0],
  ['reset', 0],
  ['timeout', 0],
  ['truncated', 1],
  ['after-effect-reset', 1],
  ['after-effect-timeout', 1],
] as const)('the fault %s takes effect %d times', async (kind, expected) => {
  let effects = 0
  let arrived = () => {}
  const taken = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const { url, faults, requests } = await open({
    handle: () => {
      effects += 1
      return { status: 200, json: { long: 'enough to be cut' } }
    },
  })
  faults.next({
    kind,
    match: () => {
      setImmediate(() => setImmediate(arrived))
      return true
    },
  })
  const leave = new AbortController()
  if (kind.endsWith('timeout')) void taken.then(() => leave.abort())
  const outcome = await fetch(url, { signal: leave.signal })
    .then((answer) => answer.text())
    .then(
      (text) => text,
      () => 'no answer',
    )
  expect(effects).toBe(expected)
  expect(requests.map((request) => request.fault)).toEqual([kind])
  if (kind.endsWith('reset') || kind.endsWith('timeout')) expect(outcome).toBe('no answer')
  if (kind === 'html') expect(outcome).toContain('<!doctype html>')
  if (kind === 'truncated') expect(() => JSON.parse(outcome) as unknown).toThrow(SyntaxError)
})

test('exchanges are held against the check, except where a fault spoiled them', async () => {
  const { url, faults, violations } = await open({ check: ({ path }) => [`${path} is not described`] })
  faults.next({ kind: 'html' })
  await fetch(`${url}/one`)
  await fetch(`${url}/two`)
  expect(violations).toEqual(['GET /two 200: /two is not described'])
})

test('a stand-in that throws answers 500 and reports itself', async () => {
  const { url, violations } = await open({
    handle: () => {
      throw new Error('a bug of the stand-in')
    },
  })
  expect((await fetch(url)).status).toBe(500)
  expect(violations.join()).toContain('a bug of the stand-in')
})

test('latency is the clock’s', async () => {
  const slept: number[] = []
  const clock = { now: () => new Date(0), sleep: async (ms: number) => void slept.push(ms) }
  const { url, requests } = await open({ latencyMs: 120, clock })
  await fetch(url)
  expect(slept).toEqual([120])
  expect(requests[0]?.at).toEqual(new Date(0))
})
