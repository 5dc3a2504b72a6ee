import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { makeAuthenticator } from '../../../app/http/authenticate.ts'
import { BODY_LIMIT_BYTES, makeHttpApp, openServer, type ServerParts } from '../../../app/http/server.ts'
import { makeUseCase } from '../../../app/use-case.ts'
import { sampleContext, sampleTable } from '../sample-table.ts'

const admin = 'admin-token-of-the-test'
const read = 'read-token-of-the-test'
const parts = (change: Partial<ServerParts> = {}): ServerParts => ({
  table: sampleTable,
  contextFor: (actor, requestId) => sampleContext({ actor, requestId }),
  authenticator: makeAuthenticator({ admin, read }),
  receiveWebhook: async (_ctx, delivery) => ({
    status: 202,
    body: { provider: delivery.provider, bytes: delivery.rawBody.byteLength, signature: delivery.headers['x-hub-signature-256'] ?? null },
  }),
  version: '1.2.3',
  publicUrl: 'https://katalyst.example.com',
  ...change,
})
const app = makeHttpApp(parts())
const call = async (
  method: string,
  path: string,
  options: { token?: string; body?: unknown; raw?: string | Uint8Array; headers?: Record<string, string>; on?: typeof app } = {},
) => {
  const headers: Record<string, string> = {
    ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  }
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const response = await (options.on ?? app).request(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, never> & {
      details: { issues: { path: string; expected: string; received: string }[] }
    },
  }
}

describe('a request', () => {
  test('reaches its use case with path, query and body together, and only what the schema knows', async () => {
    expect(await call('POST', '/greetings/Ada', { token: read, body: { times: 2, loud: true } })).toMatchObject({
      status: 200,
      body: { text: 'HELLO ADAHELLO ADA', actor: 'reader' },
    })
    expect(await call('GET', '/look?limit=7&deep=true')).toMatchObject({ status: 200, body: { limit: 7, deep: true } })
    expect(await call('POST', '/greetings/Ada', { token: read, body: { extra: 1 } })).toMatchObject({
      status: 400,
      body: { code: 'BAD-REQUEST', details: { issues: [{ path: 'extra', expected: 'no such key' }] } },
    })
  })

  test('carries its id through, or is given one', async () => {
    const given = await call('GET', '/look', { headers: { 'x-request-id': 'abc-1' } })
    expect(given.headers.get('x-request-id')).toBe('abc-1')
    const invented = await call('GET', '/nowhere', { headers: { 'x-request-id': 'bad id\twith spaces' } })
    expect(invented.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(invented.body).toMatchObject({ code: 'NOT-FOUND', requestId: invented.headers.get('x-request-id') })
  })
})

describe('bad input', () => {
  test.each([
    [
      'a wrong type',
      { token: read, body: { times: 'many' } },
      400,
      'BAD-REQUEST',
      [{ path: 'times', expected: 'number', received: '"many"' }],
    ],
    [
      'a number out of range',
      { token: read, body: { times: 9 } },
      400,
      'BAD-REQUEST',
      [expect.objectContaining({ path: 'times', received: '9' })],
    ],
    [
      'malformed JSON',
      { token: read, raw: '{"times":', headers: { 'content-type': 'application/json' } },
      400,
      'MALFORMED-JSON',
      undefined,
    ],
    [
      'bytes that are not UTF-8',
      { token: read, raw: new Uint8Array([0x7b, 0xff, 0x7d]), headers: { 'content-type': 'application/json' } },
      400,
      'MALFORMED-JSON',
      undefined,
    ],
    ['JSON that is no object', { token: read, body: [1] }, 400, 'BAD-REQUEST', [{ path: '', expected: 'object', received: 'array' }]],
    [
      'another content type',
      { token: read, raw: 'times=2', headers: { 'content-type': 'text/plain' } },
      415,
      'UNSUPPORTED-MEDIA-TYPE',
      undefined,
    ],
    ['a body over the limit', { token: read, body: { name: 'x'.repeat(BODY_LIMIT_BYTES) } }, 413, 'TOO-LARGE', undefined],
  ])('%s is answered with what was expected', async (_name, options, status, code, issues) => {
    const reply = await call('POST', '/greetings/Ada', options as never)
    expect(reply).toMatchObject({ status, body: { code } })
    if (issues) expect(reply.body.details.issues).toEqual(issues)
  })

  test('a body longer than it claims is cut off by its bytes, not its header', async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024).fill(32)) })
    const response = await app.request('/api/v1/greetings/Ada', {
      method: 'POST',
      headers: { authorization: `Bearer ${read}`, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
  })
})

describe('access', () => {
  test('needs a token, the right one, and the right kind', async () => {
    expect(await call('POST', '/greetings/Ada', { body: {} })).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(await call('POST', '/greetings/Ada', { token: 'somebody-else', body: {} })).toMatchObject({ status: 401 })
    expect(await call('POST', '/fail', { token: read, body: { way: 'refused' } })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    })
  })

  test('a login gives a token that works until it expires or the admin token changes', async () => {
    const login = await app.request('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'x', password: admin }),
    })
    const { access_token: token } = (await login.json()) as { access_token: string }
    expect(await call('POST', '/fail', { token, body: { way: 'refused' } })).toMatchObject({ status: 422 })
    const later = makeHttpApp(
      parts({
        contextFor: (actor, requestId) =>
          sampleContext({ actor, requestId, clock: { now: () => new Date('2026-11-22T11:00:01Z'), sleep: async () => {} } }),
      }),
    )
    expect(await call('POST', '/fail', { token, body: { way: 'refused' }, on: later })).toMatchObject({ status: 401 })
    const rotated = makeHttpApp(parts({ authenticator: makeAuthenticator({ admin: 'another-admin-token' }) }))
    expect(await call('POST', '/fail', { token, body: { way: 'refused' }, on: rotated })).toMatchObject({ status: 401 })
    const tampered = token.replace(/\.\d+\./, '.9999999999.')
    expect(await call('POST', '/fail', { token: tampered, body: { way: 'refused' } })).toMatchObject({ status: 401 })
  })

  test('a login with a wrong or missing password is refused', async () => {
    const login = (body: unknown) =>
      app.request('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect((await login({ password: read })).status).toBe(401)
    expect((await login({})).status).toBe(400)
    expect((await login({ password: '' })).status).toBe(400)
  })

  test('a caller that asks too often is told when to come back, and wrong tokens run out sooner', async () => {
    const strict = makeHttpApp(parts({ requestsPerMinute: 60 }))
    const statuses: number[] = []
    for (let index = 0; index < 61; index += 1) statuses.push((await call('GET', '/look', { on: strict })).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(60)
    const limited = await call('GET', '/look', { on: strict })
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    const guesses: number[] = []
    for (let index = 0; index < 61; index += 1)
      guesses.push((await call('POST', '/greetings/Ada', { token: `guess-${index}`, body: {}, on: strict })).status)
    expect(guesses.at(-1)).toBe(429)
  })
})

describe('failures', () => {
  test('leave in one envelope, without secrets, paths of the machine or stack traces', async () => {
    const reply = await call('POST', '/fail', { token: admin, body: { way: 'conflict' } })
    expect(reply).toMatchObject({
      status: 409,
      body: { error: 'Both sides changed …/file.md at once.', code: 'CONFLICT', details: { field: 'status', apiToken: '[redacted]' } },
    })
    const bug = await call('POST', '/fail', { token: admin, body: { way: 'bug' } })
    expect(bug.status).toBe(500)
    expect(JSON.stringify(bug.body)).not.toMatch(/vault|TypeError|at /)
  })

  test('that pass say when', async () => {
    const reply = await call('POST', '/fail', { token: admin, body: { way: 'limit' } })
    expect(reply.status).toBe(502)
    expect(reply.headers.get('retry-after')).toBe('30')
  })
})

describe('webhook routes', () => {
  test('hand on the exact bytes and headers of each provider', async () => {
    for (const [route, provider] of [
      ['/api/github/webhooks', 'github'],
      ['/webhooks/jira', 'jira'],
      ['/webhooks/confluence', 'confluence'],
    ]) {
      const response = await app.request(route as string, {
        method: 'POST',
        headers: { 'x-hub-signature-256': 'sha256=1' },
        body: '{"a": 1}',
      })
      expect(response.status).toBe(202)
      expect(await response.json()).toEqual({ provider, bytes: 8, signature: 'sha256=1' })
    }
  })
})

test('openapi.json describes every route with its parameters, body, answer and failures', async () => {
  const { body } = (await call('GET', '/openapi.json')) as unknown as {
    body: {
      paths: Record<
        string,
        Record<
          string,
          {
            parameters?: { name: string; in: string }[]
            requestBody?: { content: Record<string, { schema: { properties: object } }> }
            responses: object
            security: unknown[]
          }
        >
      >
    }
  }
  expect(Object.keys(body.paths)).toEqual(['/greetings/{name}', '/look', '/fail'])
  const greet = body.paths['/greetings/{name}']?.post
  expect(greet?.parameters).toEqual([expect.objectContaining({ name: 'name', in: 'path', required: true })])
  expect(Object.keys(greet?.requestBody?.content['application/json']?.schema.properties ?? {})).toEqual(['times', 'tags', 'loud'])
  expect(body.paths['/look']?.get?.security).toEqual([])
  expect(Object.keys(body.paths['/fail']?.post?.responses ?? {})).toEqual(['202', '400', '401', '403'])
})

test('a server on a taken port says which variable to change, and a closed one lets go', async () => {
  const first = await openServer(parts(), '127.0.0.1', 0)
  try {
    expect((await fetch(`${first.url}/api/v1/look`)).status).toBe(200)
    await expect(openServer(parts(), '127.0.0.1', Number(new URL(first.url).port))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('PORT'),
    })
  } finally {
    await first.close(1_000)
  }
  await expect(fetch(`${first.url}/api/v1/look`)).rejects.toThrow()
})

test('a closing server lets a request end, and cuts what has not been answered within the grace time', async () => {
  const gates: (() => void)[] = []
  const wait = makeUseCase({
    name: 'wait',
    summary: 'Answers when it is told to.',
    access: 'public',
    input: z.strictObject({}),
    output: z.object({ waited: z.literal(true) }),
    http: { method: 'GET', path: '/wait' },
    run: async () => {
      await new Promise<void>((resolve) => gates.push(resolve))
      return { waited: true as const }
    },
  })
  for (const graceMs of [10_000, 20]) {
    const server = await openServer(parts({ table: [wait] }), '127.0.0.1', 0)
    const answer = fetch(`${server.url}/api/v1/wait`).then(
      (response) => response.status,
      () => 'cut',
    )
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const closed = server.close(graceMs)
    await expect(fetch(`${server.url}/api/v1/wait`)).rejects.toThrow()
    if (graceMs > 1_000) gates[0]?.()
    await closed
    expect(await answer).toBe(graceMs > 1_000 ? 200 : 'cut')
    gates.splice(0)
  }
})
