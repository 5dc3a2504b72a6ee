import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { receiveEvent } from '../../integrations/github/client.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { APP_ID, makeGitHubApi } from './github-api.ts'

const Anything = z.object({ ok: z.boolean() })
const call = {
  route: 'GET /repos/{owner}/{repo}',
  parameters: { owner: 'acme', repo: 'shop' },
  meta: { operation: 'github.repository.read' },
  answer: Anything,
}
const ok = { 'GET /repos/acme/shop': () => ({ json: { ok: true } }) }

describe('clients of one installation', () => {
  test('every request leaves through the requester of its actor, the token request through that of the App', async () => {
    const api = makeGitHubApi(ok)
    const context = await api.clients.asInstallation(7)
    expect((await context.client.request(call)).data).toEqual({ ok: true })
    expect(api.requests.map(({ actor, method, path }) => `${actor} ${method} ${path}`)).toEqual([
      'app POST /app/installations/7/access_tokens',
      'installation:7 GET /repos/acme/shop',
    ])
    expect(context.appId).toBe(APP_ID)
  })

  test('the token request says that it only reads, so that a dry run may make it', async () => {
    const api = makeGitHubApi(ok)
    await (await api.clients.asInstallation(7)).client.request(call)
    expect(api.requests[0]?.meta).toMatchObject({ reads: true, operation: 'github.installation.token' })
  })

  test('a token is used until it ends, not fetched per request', async () => {
    const api = makeGitHubApi(ok)
    const context = await api.clients.asInstallation(7)
    for (let at = 0; at < 5; at += 1) await context.client.request(call)
    expect(api.requests.filter(({ path }) => path.endsWith('/access_tokens'))).toHaveLength(1)
    expect(api.requests.at(-1)?.authorization).toMatch(/^token ghs_4711_e{300}\./)
  })

  test('two installations never share a token', async () => {
    const api = makeGitHubApi(ok)
    await (await api.clients.asInstallation(7)).client.request(call)
    await (await api.clients.asInstallation(8)).client.request(call)
    expect(api.requests.map(({ actor }) => actor)).toEqual(['app', 'installation:7', 'app', 'installation:8'])
  })

  test('the App itself signs with a JWT', async () => {
    const api = makeGitHubApi({ 'GET /app': () => ({ json: { ok: true } }) })
    await (await api.clients.asApp()).client.request({ ...call, route: 'GET /app', parameters: {} })
    expect(api.requests.map(({ actor, authorization }) => [actor, authorization.slice(0, 10)])).toEqual([['app', 'bearer eyJ']])
  })

  test('a personal access token needs no App', async () => {
    const api = makeGitHubApi(ok, {
      app: undefined,
      personalToken: async () => ({ token: 'github_pat_example_of_a_token', apiUrl: 'https://api.github.com' }),
    } as never)
    const context = await api.clients.asToken()
    await context.client.request(call)
    expect(api.requests.map(({ actor, authorization }) => [actor, authorization])).toEqual([
      ['token', 'token github_pat_example_of_a_token'],
    ])
    expect(context.appId).toBeUndefined()
  })

  test('a personal access token that was rotated is the one used next', async () => {
    let current = 'github_pat_first_of_two_tokens'
    const api = makeGitHubApi(ok, {
      app: undefined,
      personalToken: async () => ({ token: current, apiUrl: 'https://api.github.com' }),
    } as never)
    await (await api.clients.asToken()).client.request(call)
    current = 'github_pat_second_of_two_tokens'
    await (await api.clients.asToken()).client.request(call)
    expect(api.requests.map(({ authorization }) => authorization)).toEqual([
      'token github_pat_first_of_two_tokens',
      'token github_pat_second_of_two_tokens',
    ])
  })

  test('Enterprise Server is only another address', async () => {
    const api = makeGitHubApi({ 'GET /api/v3/repos/acme/shop': () => ({ json: { ok: true } }) }, { apiUrl: 'https://ghe.example/api/v3' })
    await (await api.clients.asInstallation(7)).client.request(call)
    expect(api.requests.map(({ path }) => path)).toEqual(['/api/v3/app/installations/7/access_tokens', '/api/v3/repos/acme/shop'])
  })
})

describe('failures', () => {
  test('what the requester throws comes out as it was, not as Octokit wraps it', async () => {
    const denied = new AppError('provider-forbidden', 'GitHub denies it.')
    const api = makeGitHubApi({ 'GET /repos/acme/shop': () => Promise.reject(denied) })
    const context = await api.clients.asInstallation(7)
    await expect(context.client.request(call)).rejects.toBe(denied)
    expect(api.reads()).toHaveLength(1)
  })

  test('a failed create is sent once: neither Octokit nor Probot repeats it', async () => {
    const api = makeGitHubApi({ 'POST /repos/acme/shop/check-runs': () => Promise.reject(new AppError('provider-failed', '502')) })
    const context = await api.clients.asInstallation(7)
    const create = { ...call, route: 'POST /repos/{owner}/{repo}/check-runs', meta: { operation: 'github.check.create' } }
    await expect(context.client.request(create)).rejects.toMatchObject({ code: 'provider-failed' })
    expect(api.writes()).toHaveLength(1)
  })

  test('an answer without what is used of it is unreadable, and the message names the place and no content', async () => {
    const api = makeGitHubApi({ 'GET /repos/acme/shop': () => ({ json: { ok: 'a secret word' } }) })
    const context = await api.clients.asInstallation(7)
    const failure = await context.client.request(call).catch((error: unknown) => error as AppError)
    expect(failure).toMatchObject({ code: 'provider-unreadable', details: { places: ['ok'] } })
    expect((failure as AppError).message).not.toContain('secret word')
  })

  test('without an App or a token the clients say what to set', async () => {
    const api = makeGitHubApi(ok, { app: undefined } as never)
    await expect(api.clients.asInstallation(7)).rejects.toMatchObject({ code: 'not-configured' })
    await expect(api.clients.probot()).rejects.toMatchObject({ code: 'not-configured' })
    await expect(api.clients.asToken()).rejects.toMatchObject({ code: 'not-configured' })
  })

  test.each([
    ['no key at all', 'nonsense'],
    ['a key of another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('%s is refused before anything is sent', async (_case, privateKey) => {
    const api = makeGitHubApi(ok, { app: { appId: APP_ID, privateKey } })
    const failure = await api.clients.asInstallation(7).catch((error: unknown) => error as AppError)
    expect(failure).toMatchObject({ code: 'config-invalid' })
    expect((failure as AppError).message).not.toContain(privateKey)
    expect(api.requests).toHaveLength(0)
  })
})

describe('what was read before', () => {
  const tagged = {
    'GET /repos/acme/shop': ({ ifNoneMatch }: { ifNoneMatch: string | undefined }) =>
      ifNoneMatch === 'W/"one"' ? { status: 304, json: null } : { json: { ok: true }, etag: 'W/"one"' },
  }

  test('is asked for with its ETag, and "not modified" is an answer', async () => {
    const api = makeGitHubApi(tagged)
    const { client } = await api.clients.asInstallation(7)
    const first = await client.requestIfChanged(call, undefined)
    expect(first).toMatchObject({ data: { ok: true }, etag: 'W/"one"' })
    expect(await client.requestIfChanged(call, 'W/"one"')).toBe('not-modified')
    expect(await client.requestIfChanged(call, 'W/"older"')).toMatchObject({ data: { ok: true } })
    expect(api.reads().map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, 'W/"one"', 'W/"older"'])
  })
})

describe('queries', () => {
  const query = {
    query: 'query($id: ID!) { node(id: $id) { id } }',
    variables: { id: 'x' },
    operation: 'github.node.read',
    answer: z.object({ node: z.object({ id: z.string() }).nullable() }),
  }

  test('are sent as reads of the GraphQL budget, to the address of Enterprise Server where that is the one', async () => {
    const api = makeGitHubApi(
      { 'POST /api/graphql': () => ({ json: { data: { node: { id: 'x' } } } }) },
      { apiUrl: 'https://ghe.example/api/v3' },
    )
    const { client } = await api.clients.asInstallation(7)
    expect(await client.query(query)).toEqual({ data: { node: { id: 'x' } }, faults: [] })
    expect(api.requests.at(-1)).toMatchObject({
      body: { query: query.query, variables: { id: 'x' } },
      meta: { operation: 'github.node.read', reads: true, budget: 'graphql' },
    })
  })

  test('lesson 4: answered in part say what is missing, and what is null is not taken for gone', async () => {
    const errors = [{ type: 'NOT_FOUND', path: ['node'], message: 'Could not resolve to a node' }]
    const api = makeGitHubApi({ 'POST /graphql': () => ({ json: { data: { node: null }, errors } }) })
    const { client } = await api.clients.asInstallation(7)
    expect(await client.query(query)).toEqual({ data: { node: null }, faults: errors })
  })

  test('that fail as a request do so with the code of that', async () => {
    const api = makeGitHubApi({ 'POST /graphql': () => Promise.reject(new AppError('provider-rate-limited', 'wait')) })
    const { client } = await api.clients.asInstallation(7)
    await expect(client.query(query)).rejects.toMatchObject({ code: 'provider-rate-limited' })
  })
})

describe('the token for git', () => {
  test('a token that nobody has used yet is asked of the configured server, and of no other', async () => {
    const api = makeGitHubApi({}, { apiUrl: 'https://ghe.example/api/v3' })
    await (await api.clients.asInstallation(7)).token()
    expect(api.requests.map(({ host, path }) => `${host}${path}`)).toEqual(['ghe.example/api/v3/app/installations/7/access_tokens'])
  })

  test('is the one that signs the requests of the installation, and is fetched once', async () => {
    const api = makeGitHubApi(ok)
    const context = await api.clients.asInstallation(7)
    const token = await context.token()
    await context.client.request(call)
    expect(api.requests.at(-1)?.authorization).toBe(`token ${token}`)
    expect(await context.token()).toBe(token)
    expect(api.requests.filter(({ path }) => path.endsWith('/access_tokens'))).toHaveLength(1)
  })

  test('is the personal one where that is configured', async () => {
    const token = 'github_pat_example_of_a_token'
    const api = makeGitHubApi(ok, { app: undefined, personalToken: async () => ({ token, apiUrl: 'https://api.github.com' }) } as never)
    expect(await (await api.clients.asToken()).token()).toBe(token)
  })
})

describe('lists', () => {
  test('that have no page numbers tell where they go on', async () => {
    const link = '<https://api.github.com/repositories/1/dependabot/alerts?per_page=2&after=Y3Vy>; rel="next"'
    const api = makeGitHubApi({ 'GET /numbers': () => ({ json: [1, 2], link }) })
    const { client } = await api.clients.asInstallation(7)
    const { hasNext, nextQuery } = await client.request({ ...call, route: 'GET /numbers', parameters: {}, answer: z.array(z.number()) })
    expect([hasNext, nextQuery?.get('after')]).toEqual([true, 'Y3Vy'])
  })

  const page = (n: number) => ({ json: [n * 2, n * 2 + 1], ...(n < 3 ? { link: '<https://elsewhere.example/?page=9>; rel="next"' } : {}) })
  const listing = { ...call, route: 'GET /numbers', parameters: {}, answer: z.array(z.number()) }

  test('are followed while GitHub says there is more, by page number and never by the address it gives', async () => {
    const api = makeGitHubApi({ 'GET /numbers': ({ query }) => page(Number(query.page)) })
    const { client } = await api.clients.asInstallation(7)
    expect(await client.list(listing, (items) => items, 100)).toEqual([2, 3, 4, 5, 6, 7])
    expect(api.reads().map(({ query }) => query)).toEqual(['1', '2', '3'].map((number) => ({ per_page: '100', page: number })))
  })

  test('stop at the cap', async () => {
    const api = makeGitHubApi({ 'GET /numbers': ({ query }) => page(Number(query.page)) })
    const { client } = await api.clients.asInstallation(7)
    expect(await client.list(listing, (items) => items, 3)).toEqual([2, 3, 4])
    expect(api.reads()).toHaveLength(2)
  })
})

describe('received events', () => {
  const event = { id: 'd1', name: 'push', payload: { secret: 'user content' } }

  test('reach the handlers without a signature: they were verified when they were stored', async () => {
    const api = makeGitHubApi({})
    const probot = await api.clients.probot()
    const seen: unknown[] = []
    probot.on('push', ({ payload }) => void seen.push(payload))
    await receiveEvent(probot, event)
    expect(seen).toEqual([event.payload])
  })

  test('a handler failure comes out as it was thrown, and the payload is not pinned to it', async () => {
    const probot = await makeGitHubApi({}).clients.probot()
    const refused = new AppError('provider-forbidden', 'No.')
    probot.on('push', () => Promise.reject(refused))
    const failure = await receiveEvent(probot, event).catch((error: unknown) => error)
    expect(failure).toBe(refused)
    expect(failure).not.toHaveProperty('event')
  })
})
