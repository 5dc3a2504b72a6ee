import { afterEach, describe, expect, test } from '@jest/globals'
import type { ProviderContext, RequestMeta } from '../../integrations/engine/provider.ts'
import { type JiraClient, makeJiraClient } from '../../integrations/jira/client.ts'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openTestSite, type TestSite } from './site.ts'

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly meta: RequestMeta | undefined
}

/** A client whose requests are answered from a list, and recorded. */
function makeRecorded(...answers: readonly (Response | AppError)[]) {
  const sent: Sent[] = []
  const left = [...answers]
  const context: ProviderContext = {
    connectionId: 'jira',
    log: silentLog,
    clock: systemClock,
    signal: new AbortController().signal,
    requester: {
      async fetch(url, init = {}, meta) {
        const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
        sent.push({ method: init.method ?? 'GET', url: String(url), headers: init.headers as Record<string, string>, body, meta })
        const answer = left.shift() ?? new Response(null, { status: 204 })
        if (answer instanceof AppError) throw answer
        return answer
      },
    },
  }
  return { client: makeJiraClient({ baseUrl: 'http://127.0.0.1:1/ex/jira/cloud-1/', edition: 'cloud', context }), sent }
}
const json = (value: unknown, headers: Readonly<Record<string, string>> = {}) => new Response(JSON.stringify(value), { headers })

describe('a request', () => {
  test('goes below the path of the base URL, in a fixed language, as JSON', async () => {
    const { client, sent } = makeRecorded()
    await client.deleteIssue('10001')
    expect(sent[0]).toMatchObject({ method: 'DELETE', url: 'http://127.0.0.1:1/ex/jira/cloud-1/rest/api/3/issue/10001', body: undefined })
    expect(sent[0]?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'x-force-accept-language': 'true',
    })
  })

  test.each(['../../admin', 'K-1/comment', 'K-1?expand=x', 'K 1#x'])('with the id %j stays one segment of the path', async (id) => {
    const { client, sent } = makeRecorded()
    await client.deleteIssue(id)
    expect(sent[0]?.url).toBe(`http://127.0.0.1:1/ex/jira/cloud-1/rest/api/3/issue/${encodeURIComponent(id)}`)
  })

  test.each(['', '.', '..'])('with the id %j is not sent', async (id) => {
    const { client, sent } = makeRecorded()
    await expect(client.deleteIssue(id)).rejects.toMatchObject({ code: 'bad-request' })
    expect(sent).toEqual([])
  })

  const writes: [string, (client: JiraClient) => Promise<unknown>][] = [
    ['jira.issue.edit', (client) => client.editIssue('7', { fields: {} })],
    ['jira.issue.delete', (client) => client.deleteIssue('7')],
    ['jira.issue.transition', (client) => client.transition('7', '11')],
    ['jira.issue.property.write', (client) => client.setProperty('7', 'k', {})],
    ['jira.issue.link.write', (client) => client.putRemoteLink('7', { globalId: 'g', title: 't', url: 'http://127.0.0.1/' })],
  ]
  test.each(writes)('%s says which issue it writes to and that it is no read', async (operation, run) => {
    const { client, sent } = makeRecorded()
    await run(client)
    expect(sent[0]?.meta).toMatchObject({ operation, object: 'issue:7' })
    expect(sent[0]?.meta?.reads).toBeUndefined()
  })

  test('that creates is marked as one not to be repeated', async () => {
    const { client, sent } = makeRecorded(json({ id: '1', key: 'K-1', self: 'http://127.0.0.1/1' }))
    await client.createIssue({ fields: {} })
    expect(sent[0]?.meta).toEqual({ operation: 'jira.issue.create', idempotent: false })
  })

  test('that searches or reads in bulk is marked as a read, although it is a POST', async () => {
    const { client, sent } = makeRecorded(json({ issues: [] }), json({ issues: [] }))
    await client.search({ jql: 'labels = "x"', fields: [], limit: 5, reconcile: ['12', 'x', '-1'] })
    await client.bulkFetch(['1'], { fields: ['summary'] })
    expect(sent.map(({ method, meta }) => [method, meta?.reads])).toEqual([
      ['POST', true],
      ['POST', true],
    ])
    expect(sent[0]?.body).toMatchObject({ jql: 'labels = "x"', reconcileIssues: [12], maxResults: 5 })
  })
})

describe('a list', () => {
  test('with tokens is read until there is none, a short page or not', async () => {
    const page = (id: string, nextPageToken?: string) => json({ issues: [{ id, key: `K-${id}` }], nextPageToken })
    const { client, sent } = makeRecorded(page('1', 'a'), json({ issues: [], nextPageToken: 'b' }), page('2'))
    const found = await client.search({ jql: 'project = K', fields: [], limit: 50 })
    expect(found.map((issue) => issue.id)).toEqual(['1', '2'])
    expect(sent.map(({ body }) => (body as { nextPageToken?: string }).nextPageToken)).toEqual([undefined, 'a', 'b'])
  })

  test('is not read further than it is wanted', async () => {
    const { client, sent } = makeRecorded(
      json({
        issues: [
          { id: '1', key: 'K-1' },
          { id: '2', key: 'K-2' },
        ],
        nextPageToken: 'a',
      }),
    )
    expect(await client.search({ jql: 'project = K', fields: [], limit: 2 })).toHaveLength(2)
    expect(sent).toHaveLength(1)
  })

  test('with startAt goes on by what was received, not by what was asked', async () => {
    const page = (...ids: string[]) => json({ issueTypes: ids.map((id) => ({ id, name: id })), total: 3, startAt: 0, maxResults: 2 })
    const { client, sent } = makeRecorded(page('1', '2'), page('3'))
    expect((await client.issueTypes('K')).map((type) => type.id)).toEqual(['1', '2', '3'])
    expect(sent.map(({ url }) => new URL(url).searchParams.get('startAt'))).toEqual(['0', '2'])
  })

  test('of more than a hundred ids is read in hundreds', async () => {
    const { client, sent } = makeRecorded(json({ issues: [] }), json({ issues: [] }))
    await client.bulkFetch(
      Array.from({ length: 120 }, (_, index) => String(index)),
      { fields: [] },
    )
    expect(sent.map(({ body }) => (body as { issueIdsOrKeys: string[] }).issueIdsOrKeys.length)).toEqual([100, 20])
  })
})

describe('an answer', () => {
  test.each(['provider-not-found', 'provider-gone'] as const)('%s to a look-up is no issue', async (code) => {
    const { client } = makeRecorded(new AppError(code, 'No.'), new AppError(code, 'No.'))
    expect(await client.getIssue('K-1', { fields: [] })).toBeUndefined()
    expect(await client.getProperty('1', 'k')).toBeUndefined()
  })

  test('of any other failure is thrown as it is', async () => {
    const { client } = makeRecorded(new AppError('provider-forbidden', 'No.'))
    await expect(client.getIssue('K-1', { fields: [] })).rejects.toMatchObject({ code: 'provider-forbidden' })
  })

  test.each([
    ['a page', '<html>'],
    ['cut JSON', '{"issues":['],
    ['another shape', '{"issues":7}'],
    ['an issue without id', '{"issues":[{"key":"K-1"}]}'],
  ])('that is %s is unreadable, and says of what', async (_, text) => {
    const { client } = makeRecorded(new Response(text))
    await expect(client.search({ jql: 'x = 1', fields: [], limit: 1 })).rejects.toMatchObject({
      code: 'provider-unreadable',
      details: { operation: 'jira.issues.search' },
    })
  })

  test('that the library does not describe is used all the same', async () => {
    const { client } = makeRecorded(
      json({ accountId: 'a', displayName: null, active: 'perhaps', emailAddress: 7 }, { 'x-aaccountid': 'a' }),
    )
    expect(await client.myself()).toEqual({ accountId: 'a', displayName: undefined, authenticated: true })
  })

  test('without the account in its header is one to a visitor', async () => {
    const { client } = makeRecorded(
      json({ accountId: 'a' }),
      json({ permissions: { BROWSE_PROJECTS: { havePermission: true }, EDIT_ISSUES: { havePermission: false }, ODD: {} } }),
    )
    expect(await client.myself()).toMatchObject({ authenticated: false })
    expect(await client.myPermissions('K', ['BROWSE_PROJECTS'])).toEqual({ granted: new Set(['BROWSE_PROJECTS']), authenticated: false })
  })
})

describe('against the stand-in', () => {
  let site: TestSite | undefined
  afterEach(async () => {
    const violations = site?.sandbox.violations ?? []
    await site?.close()
    site = undefined
    expect(violations).toEqual([])
  })

  test('every request is as Atlassian describes it', async () => {
    site = await openTestSite({ searchLag: { ms: 0 } })
    const { client } = site.context
    const typeId = site.sandbox.project?.typeIds.Epic ?? ''
    const { id, key } = await client.createIssue({
      fields: { project: { key: 'ROAD' }, issuetype: { id: typeId }, summary: 'One', labels: ['mark'] },
      properties: [{ key: 'katalyst.artifact', value: { version: 1 } }],
    })
    await client.editIssue(id, { fields: { summary: 'Two' }, update: { labels: [{ add: 'more' }] } })
    await client.setProperty(id, 'other', { a: 1 })
    await client.putRemoteLink(id, { globalId: 'file=1', title: 'The file', url: 'https://git.example.org/f' })
    await client.putRemoteLink(id, { globalId: 'file=1', title: 'The file again', url: 'https://git.example.org/f' })
    const [start] = await client.transitions(id)
    await client.transition(id, start?.id ?? '')
    expect(await client.getIssue(key, { fields: ['summary', 'labels', 'status'], properties: ['other'] })).toMatchObject({
      id,
      fields: { summary: 'Two', labels: ['mark', 'more'], status: { name: 'In Progress' } },
      properties: { other: { a: 1 } },
    })
    expect(await client.getProperty(id, 'other')).toEqual({ a: 1 })
    expect(await client.getProperty(id, 'none')).toBeUndefined()
    expect(site.sandbox.issue(key)?.remoteLinks).toHaveLength(1)
    expect((await client.search({ jql: 'labels = "mark"', fields: ['summary'], limit: 10 })).map((issue) => issue.key)).toEqual([key])
    expect(await client.bulkFetch([id, '99999'], { fields: ['summary'] })).toHaveLength(1)
    expect((await client.priorities()).map((priority) => priority.name)).toContain('Highest')
    expect((await client.fields()).some((field) => field.id === 'summary')).toBe(true)
    await client.deleteIssue(id)
    expect(await client.getIssue(id, { fields: [] })).toBeUndefined()
  })
})
