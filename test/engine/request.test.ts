import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import nock from 'nock'
import { type Credentials, makeBasicCredentials, makeBearerCredentials } from '../../integrations/engine/credentials.ts'
import { type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import type { ProviderName } from '../../integrations/engine/provider.ts'
import { type Exchange, makeRequester } from '../../integrations/engine/request.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, makeTestRandom } from './clocks.ts'

const host = 'https://api.test'
const opened: Limits[] = []

interface Setup {
  readonly provider?: ProviderName
  readonly dryRun?: boolean
  readonly credentials?: Credentials
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

function setUp({
  provider = 'github',
  dryRun = false,
  credentials = makeBearerCredentials('t0ken'),
  timeoutMs,
  signal = new AbortController().signal,
}: Setup = {}) {
  const clock = makeTestClock()
  const exchanges: Exchange[] = []
  const limits = makeLimits({ connectionId: 'c', provider, clock, log: silentLog, settings: { writeSpacingMs: 0, writesPerMinute: 0 } })
  opened.push(limits)
  const requester = makeRequester({
    connectionId: 'c',
    provider,
    limits,
    credentials,
    clock,
    random: makeTestRandom(),
    log: silentLog,
    signal,
    dryRun,
    fetch: (input, init) => fetch(input, init),
    onExchange: (exchange) => exchanges.push(exchange),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  const fail = async (path: string, init?: RequestInit, meta?: Parameters<typeof requester.fetch>[2]): Promise<AppError> => {
    const error = await requester.fetch(`${host}${path}`, init, meta).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    if (!(error instanceof AppError)) throw new Error(`expected an AppError, found ${String(error)}`)
    return error
  }
  return { clock, limits, requester, exchanges, fail }
}

afterEach(async () => {
  nock.cleanAll()
  for (const limits of opened.splice(0)) await limits.close()
})

describe('what goes out', () => {
  test('a read is signed, answered with its body, and counted once', async () => {
    const scope = nock(host, { reqheaders: { authorization: `Basic ${Buffer.from('a@b.c:pä').toString('base64')}` } })
      .get('/x')
      .reply(200, { ok: 'ä' })
    const { requester, exchanges } = setUp({ credentials: makeBasicCredentials('a@b.c', 'pä') })
    const response = await requester.fetch(`${host}/x`, undefined, { operation: 'x.read' })
    expect(await response.json()).toEqual({ ok: 'ä' })
    expect(exchanges).toEqual([{ operation: 'x.read', method: 'GET', status: 200, ms: 0, writes: false }])
    expect(scope.isDone()).toBe(true)
  })

  test('a dry run stops writes before anything is sent, and lets reads by any method out', async () => {
    nock(host).post('/search').reply(200, []).get('/x').reply(200, [])
    const { requester, fail, exchanges } = setUp({ dryRun: true })
    const error = await fail('/issue', { method: 'POST' }, { operation: 'jira.issue.create' })
    expect(error).toMatchObject({ code: 'dry-run', details: { operation: 'jira.issue.create' } })
    expect(exchanges).toEqual([])
    expect((await requester.fetch(`${host}/search`, { method: 'POST' }, { operation: 'search', reads: true })).status).toBe(200)
    expect((await requester.fetch(`${host}/x`)).status).toBe(200)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'post']) expect(await fail('/x', { method })).toMatchObject({ code: 'dry-run' })
  })

  test('304 is an answer, without a body', async () => {
    nock(host).get('/x').reply(304, undefined, { etag: 'a' })
    expect((await setUp().requester.fetch(`${host}/x`)).status).toBe(304)
  })

  test('a credential that can renew itself is renewed once', async () => {
    let token = 'old'
    const invalidate = jest.fn(async () => {
      token = 'new'
      return true
    })
    nock(host, { reqheaders: { authorization: 'Bearer old' } })
      .get('/x')
      .reply(401, {})
    nock(host, { reqheaders: { authorization: 'Bearer new' } })
      .get('/x')
      .reply(401, {})
    const { fail } = setUp({ credentials: { headers: async () => ({ authorization: `Bearer ${token}` }), invalidate } })
    expect(await fail('/x')).toMatchObject({ code: 'provider-unauthenticated' })
    expect(invalidate).toHaveBeenCalledTimes(1)
  })
})

describe('what comes back becomes one error of the closed list', () => {
  test.each([
    [400, 'provider-rejected'],
    [401, 'provider-unauthenticated'],
    [403, 'provider-forbidden'],
    [404, 'provider-not-found'],
    [409, 'provider-conflict'],
    [410, 'provider-gone'],
    [412, 'provider-conflict'],
    [418, 'provider-rejected'],
    [422, 'provider-rejected'],
    [500, 'provider-failed'],
    [503, 'provider-failed'],
  ] as const)('%i is %s', async (status, code) => {
    nock(host).post('/x').reply(status, { message: 'no' })
    const error = await setUp().fail('/x', { method: 'POST' }, { operation: 'thing.create' })
    expect(error).toMatchObject({ code, details: { status, operation: 'thing.create', path: '/x' } })
    expect(error.message).toContain(`GitHub answered ${status} to thing.create (POST /x): no.`)
  })

  test('the provider’s words are shown, cut, without secrets, and its field names are facts', async () => {
    nock(host)
      .post('/x')
      .query(true)
      .reply(400, { errorMessages: [`bad ghp_${'a'.repeat(36)} ${'long '.repeat(200)}`], errors: { customfield_1: 'is required' } })
    const error = await setUp({ provider: 'jira' }).fail('/x?token=hidden', { method: 'POST' })
    expect(error.details).toMatchObject({ fields: ['customfield_1'], path: '/x' })
    expect(error.message).not.toMatch(/ghp_a|hidden/)
    expect(error.message.length).toBeLessThan(600)
  })

  test('a missing permission is named', async () => {
    nock(host)
      .post('/x')
      .reply(403, { message: 'Resource not accessible by integration' }, { 'x-accepted-github-permissions': 'checks=write' })
    expect((await setUp().fail('/x', { method: 'POST' })).message).toContain('It takes the permission checks=write.')
  })

  test.each([
    ['a 429 with Retry-After', 429, {}, { 'retry-after': '60' }, 60],
    ['a secondary limit hidden in a 403', 403, { message: 'You have exceeded a secondary rate limit.' }, {}, 60],
    ['a 403 with Retry-After', 403, { message: 'no' }, { 'retry-after': '90' }, 90],
    [
      'a used up budget in a 403',
      403,
      { message: 'no' },
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse('2026-11-22T10:30:00Z') / 1000) },
      1800,
    ],
  ])('%s says when to come back, and nothing more is sent before', async (_name, status, body, headers, seconds) => {
    nock(host).post('/x').reply(status, body, headers)
    const { fail, clock } = setUp()
    const retryAt = new Date(clock.now().getTime() + seconds * 1_000)
    expect(await fail('/x', { method: 'POST' })).toMatchObject({ code: 'provider-rate-limited', retryAt })
    expect(await fail('/other')).toMatchObject({ code: 'provider-rate-limited', retryAt, details: { sent: false } })
  })

  test('a short pause is sat out within the request', async () => {
    nock(host).post('/x').reply(429, {}, { 'retry-after': '2' }).post('/x').reply(201, { id: 1 })
    const { requester, clock } = setUp()
    expect((await requester.fetch(`${host}/x`, { method: 'POST' })).status).toBe(201)
    expect(clock.waits).toEqual([2_000])
  })

  test('an HTML page, cut JSON and a redirect to another host cannot be used', async () => {
    nock(host)
      .post('/html')
      .reply(200, '<html>sign in</html>', { 'content-type': 'text/html; charset=utf-8' })
      .post('/cut')
      .reply(200, '{"a": [1, 2', { 'content-type': 'application/problem+json' })
      .get('/moved')
      .reply(302, '', { location: 'https://elsewhere.test/login' })
    const { fail } = setUp()
    const write = { method: 'POST' }
    for (const [path, init, words] of [
      ['/html', write, 'HTML page'],
      ['/cut', write, 'cut off'],
    ] as const) {
      expect(await fail(path, init)).toMatchObject({ code: 'provider-unreadable', message: expect.stringContaining(words) })
    }
    nock(host).persist().get('/moved').reply(302, '', { location: 'https://elsewhere.test/login' })
    expect(await fail('/moved')).toMatchObject({ code: 'provider-unreadable', message: expect.stringContaining('elsewhere.test') })
  })

  test('a redirect within the host is followed for reads and never for writes', async () => {
    nock(host)
      .get('/old')
      .reply(301, '', { location: '/new' })
      .get('/new')
      .reply(200, { moved: true })
      .post('/old')
      .reply(307, '', { location: '/new' })
    const { requester, fail } = setUp()
    expect(await (await requester.fetch(`${host}/old`)).json()).toEqual({ moved: true })
    expect(await fail('/old', { method: 'POST' })).toMatchObject({ code: 'provider-unreadable' })
  })

  test('a reset leaves open whether it happened; a name that does not resolve does not', async () => {
    nock(host)
      .post('/reset')
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    const { fail } = setUp()
    expect(await fail('/reset', { method: 'POST' })).toMatchObject({
      code: 'provider-unreachable',
      details: { sent: true, system: 'ECONNRESET' },
    })
    nock(host)
      .persist()
      .post('/dns')
      .replyWithError(Object.assign(new Error('dns'), { code: 'ENOTFOUND' }))
    expect(await fail('/dns', { method: 'POST' })).toMatchObject({ code: 'provider-unreachable', details: { sent: false } })
  })
})

describe('short tries', () => {
  test('reads are tried three times in all, with growing waits', async () => {
    nock(host).get('/x').reply(502, 'bad gateway').get('/x').reply(503, {}).get('/x').reply(200, { ok: true })
    const { requester, clock, exchanges } = setUp()
    expect((await requester.fetch(`${host}/x`)).status).toBe(200)
    expect(clock.waits).toEqual([500, 1_000])
    expect(exchanges.map(({ status }) => status)).toEqual([502, 503, 200])
  })

  test('a create that failed is sent once', async () => {
    const scope = nock(host).post('/x').reply(502, 'bad gateway').post('/x').reply(201, {})
    const { fail, exchanges } = setUp()
    expect(await fail('/x', { method: 'POST' })).toMatchObject({ code: 'provider-failed' })
    expect(exchanges).toHaveLength(1)
    expect(scope.pendingMocks()).toHaveLength(1)
  })

  test('a conflict goes to the caller, who reads again', async () => {
    nock(host).put('/x').reply(409, {})
    const { fail, exchanges } = setUp()
    expect(await fail('/x', { method: 'PUT' })).toMatchObject({ code: 'provider-conflict' })
    expect(exchanges).toHaveLength(1)
  })
})

describe('on a real socket', () => {
  async function withServer(respond: Parameters<typeof createServer>[1], work: (url: string) => Promise<void>) {
    const server = createServer({}, respond)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  test('a server that never answers is a timeout, one that hangs up a broken connection, and an abort a cancellation', async () => {
    await withServer(
      (request, response) => {
        if (request.method === 'DELETE') response.destroy()
      },
      async (url) => {
        const post = { method: 'POST' }
        await expect(setUp({ timeoutMs: 30 }).requester.fetch(url, post)).rejects.toMatchObject({ code: 'provider-timeout' })
        await expect(setUp().requester.fetch(url, { method: 'DELETE' })).rejects.toMatchObject({
          code: 'provider-unreachable',
          details: { sent: true },
        })
        const stop = new AbortController()
        const waiting = setUp({ signal: stop.signal }).requester.fetch(url, post)
        setTimeout(() => stop.abort(), 20)
        await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
      },
    )
  })

  test('nobody listening is known not to have been sent', async () => {
    let closed = ''
    await withServer(undefined, async (url) => {
      closed = url
    })
    await expect(setUp().requester.fetch(closed, { method: 'POST' })).rejects.toMatchObject({
      code: 'provider-unreachable',
      details: { sent: false, system: 'ECONNREFUSED' },
    })
  })
})

describe('GraphQL', () => {
  const ask = { method: 'POST', body: '{}' }
  const query = { operation: 'github.graphql', budget: 'graphql', reads: true }

  test('an answer of 200 with errors and no data fails like any other request, and a read is tried again', async () => {
    const broken = { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] }
    nock(host)
      .post('/graphql')
      .reply(200, broken, { 'x-github-request-id': 'ABCD:1' })
      .post('/graphql')
      .reply(200, { data: { viewer: { id: 1 } } })
    const { requester, exchanges } = setUp()
    const answer = await (await requester.fetch(`${host}/graphql`, ask, query)).json()
    expect(answer).toEqual({ data: { viewer: { id: 1 } } })
    expect(exchanges).toHaveLength(2)
  })

  test('a mutation that failed this way is not sent again, and says what its request was called', async () => {
    nock(host)
      .post('/graphql')
      .reply(200, { errors: [{ message: 'Something went wrong while executing your query.' }] }, { 'x-github-request-id': 'ABCD:1' })
    const { fail, exchanges } = setUp()
    const error = await fail('/graphql', ask, { operation: 'github.mutation', budget: 'graphql' })
    expect(error).toMatchObject({ code: 'provider-failed', details: { status: 200, providerRequestId: 'ABCD:1' } })
    expect(exchanges).toHaveLength(1)
  })

  test('an answer that has a part of its data is an answer', async () => {
    nock(host)
      .post('/graphql')
      .reply(200, { data: { a: { id: 1 }, b: null }, errors: [{ type: 'NOT_FOUND', path: ['b'] }] })
    expect((await setUp().requester.fetch(`${host}/graphql`, ask, query)).status).toBe(200)
  })
})
