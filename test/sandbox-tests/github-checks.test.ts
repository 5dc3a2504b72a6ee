import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, type Send } from './github-client.ts'

const clock = makeStillClock()
let github: GitHubSandbox
let send: Send
let head: string
const repo = '/repos/acme/shop'

beforeEach(async () => {
  github = await openCheckedGitHub({ clock })
  await github.createRepository('acme/shop', { 'a.md': 'one\n' })
  send = makeSend(github.apiUrl, github.createInstallationToken(await github.installApp('acme')))
  head = (await github.openPull('acme/shop', { branch: 'feature', files: { 'a.md': 'two\n' }, title: 'Two' })).headSha
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const annotations = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    path: 'a.md',
    start_line: at + 1,
    end_line: at + 1,
    annotation_level: 'failure',
    message: `m${at}`,
  }))
const create = (body: object) => send('POST', `${repo}/check-runs`, { name: 'Katalyst / governance', head_sha: head, ...body })

describe('a check run', () => {
  test('is created, filled in batches of 50 that add up, and completed', async () => {
    const created = await create({ status: 'in_progress', external_id: 'job-1' })
    const { id } = created.body as { id: number }
    expect(created).toMatchObject({ status: 201, body: { status: 'in_progress', conclusion: null, pull_requests: [{ number: 1 }] } })
    const output = { title: 't', summary: 's' }
    await send('PATCH', `${repo}/check-runs/${id}`, { output: { ...output, annotations: annotations(50) } })
    const done = await send('PATCH', `${repo}/check-runs/${id}`, {
      conclusion: 'failure',
      output: { ...output, annotations: annotations(10) },
    })
    expect(done.body).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      completed_at: '2026-11-22T12:00:00Z',
      output: { annotations_count: 60 },
    })
    const first = await send('GET', `${repo}/check-runs/${id}/annotations?per_page=50`)
    expect(first.body).toHaveLength(50)
    expect((await send('GET', /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '')).body).toHaveLength(10)
    expect(github.checkRuns('acme/shop', head)).toMatchObject([{ id, externalId: 'job-1', conclusion: 'failure', summary: 's' }])
  })

  test.each([
    ['51 annotations', { output: { title: 't', summary: 's', annotations: annotations(51) } }],
    ['a summary of 65,536 characters', { output: { title: 't', summary: 'x'.repeat(65_536) } }],
    ['a completed status without a conclusion', { status: 'completed' }],
    ['an unknown conclusion', { conclusion: 'fine' }],
    ['an unknown commit', { head_sha: '0'.repeat(40) }],
    [
      'an annotation without a line',
      { output: { title: 't', summary: 's', annotations: [{ path: 'a', annotation_level: 'notice', message: 'm' }] } },
    ],
    ['four buttons', { actions: Array(4).fill({ label: 'l', description: 'd', identifier: 'i' }) }],
  ])('with %s is refused', async (_what, body) => {
    expect((await create(body)).status).toBe(422)
    expect(github.checkRuns('acme/shop', head)).toEqual([])
  })

  test('is found by commit, name, App and state, the newest of each name unless all are asked for', async () => {
    await create({ conclusion: 'failure' })
    await create({ conclusion: 'success' })
    await create({ name: 'other' })
    const count = async (query: string) =>
      ((await send('GET', `${repo}/commits/${head}/check-runs${query}`)).body as { total_count: number }).total_count
    expect(await count('')).toBe(2)
    expect(await count('?filter=all')).toBe(3)
    expect(await count(`?check_name=${encodeURIComponent('Katalyst / governance')}&app_id=${github.app.id}&filter=latest`)).toBe(1)
    expect(await count('?app_id=1')).toBe(0)
    expect(await count('?status=queued')).toBe(1)
    const latest = await send('GET', `${repo}/commits/feature/check-runs?check_name=Katalyst%20%2F%20governance`)
    expect(latest.body).toMatchObject({ check_runs: [{ conclusion: 'success' }] })
  })

  test('belongs to one suite of its commit', async () => {
    const { check_suite: suite } = (await create({ conclusion: 'success' })).body as { check_suite: { id: number } }
    expect(await send('GET', `${repo}/commits/${head}/check-suites`)).toMatchObject({
      body: { total_count: 1, check_suites: [{ id: suite.id, conclusion: 'success', head_branch: 'feature' }] },
    })
    expect(await send('GET', `${repo}/check-suites/${suite.id}/check-runs`)).toMatchObject({ body: { total_count: 1 } })
    expect((await send('POST', `${repo}/check-suites`, { head_sha: head })).status).toBe(200)
  })
})

describe('limits', () => {
  test('an unchanged answer is 304 and does not count', async () => {
    const first = await send('GET', repo)
    const remaining = Number(first.headers.get('x-ratelimit-remaining'))
    const again = await send('GET', repo, undefined, { 'if-none-match': first.headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
    expect(again.body).toBe('')
    expect(Number((await send('GET', repo)).headers.get('x-ratelimit-remaining'))).toBe(remaining - 1)
    await github.commit('acme/shop', 'main', { 'b.md': 'b' })
    clock.move(1000)
    await github.commit('acme/shop', 'main', { 'c.md': 'c' })
    expect((await send('GET', repo, undefined, { 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(200)
  })

  test('an empty budget refuses until its reset, and asking for it is free', async () => {
    github.limits.exhaust()
    const refused = await send('GET', repo)
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('API rate limit exceeded') } })
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(refused.headers.get('x-ratelimit-reset')) * 1000).toBe(clock.now().getTime() + 3_600_000)
    expect(await send('GET', '/rate_limit')).toMatchObject({ status: 200, body: { rate: { remaining: 0 } } })
    clock.move(3_600_000)
    const fresh = makeSend(github.apiUrl, github.createToken('ada'))
    expect((await fresh('GET', repo)).status).toBe(200)
  })

  test('a secondary limit says when, or hides in the text', async () => {
    github.limits.secondary({ retryAfterSeconds: 7 })
    expect((await send('GET', repo)).headers.get('retry-after')).toBe('7')
    github.limits.secondary({ hidden: true, status: 429 })
    const hidden = await send('GET', repo)
    expect([hidden.status, hidden.headers.get('retry-after')]).toEqual([429, null])
    expect(hidden.body).toMatchObject({ message: expect.stringContaining('secondary rate limit') })
    expect((await send('GET', repo)).status).toBe(200)
  })

  test('80 creations of content fit into a minute', async () => {
    for (let at = 0; at < 80; at += 1) expect((await send('POST', `${repo}/issues`, { title: `t${at}` })).status).toBe(201)
    expect((await send('POST', `${repo}/issues`, { title: 'one more' })).status).toBe(403)
    clock.move(60_000)
    expect((await send('POST', `${repo}/issues`, { title: 'one more' })).status).toBe(201)
    expect((await send('GET', `${repo}/issues?per_page=500`)).body).toHaveLength(82)
  })
})
