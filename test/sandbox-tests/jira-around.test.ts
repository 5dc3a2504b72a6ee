import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createCloudClient } from 'jira.js'
import type { SendRequestOptions } from 'jira.js/core'
import { type JiraSite, openJiraSite, paragraph } from './jira-site.ts'

let site: JiraSite
const open = async (options: Parameters<typeof openJiraSite>[0] = {}) => {
  site = await openJiraSite(options)
}
afterEach(async () => {
  await site.close()
  expect(site.violations).toEqual([])
})

const ISSUE = '/rest/api/3/issue'

describe('who asks', () => {
  test('a right token is named in a header, a wrong one is refused in plain text', async () => {
    await open()
    const right = await site.call('GET', '/rest/api/3/myself')
    expect(right).toMatchObject({ status: 200, json: { accountId: site.accountId } })
    expect(decodeURIComponent(right.headers.get('x-aaccountid') ?? '')).toBe(site.accountId)
    const wrong = { authorization: `Basic ${Buffer.from(`${site.email}:wrong`).toString('base64')}` }
    const refused = await site.call('GET', '/rest/api/3/myself', undefined, wrong)
    expect(refused).toMatchObject({ status: 401, json: {} })
    expect(refused.headers.get('x-aaccountid')).toBeNull()
    expect(JSON.stringify(site.requests)).not.toContain(site.token)
  })

  test('a wrong token may look like nobody: empty lists, 404 and no account header', async () => {
    await open({ badToken: 'anonymous' })
    const key = await site.epic('Hidden')
    const wrong = { authorization: 'Basic bm9ib2R5OndoYXRldmVy' }
    const projects = await site.call('GET', '/rest/api/3/project/search', undefined, wrong)
    expect(projects).toMatchObject({ status: 200, json: { values: [], total: 0 } })
    expect(projects.headers.get('x-aaccountid')).toBeNull()
    expect((await site.call('GET', `${ISSUE}/${key}`, undefined, wrong)).status).toBe(404)
    expect((await site.call('POST', ISSUE, { fields: {} }, wrong)).status).toBe(401)
    expect((await site.call('GET', '/rest/api/3/serverInfo', undefined, wrong)).json.deploymentType).toBe('Cloud')
  })

  test('permissions are told and kept', async () => {
    await open()
    const key = await site.epic('Kept')
    const ask = () => site.call('GET', '/rest/api/3/mypermissions?projectKey=ROAD&permissions=CREATE_ISSUES,EDIT_ISSUES')
    expect((await ask()).json.permissions).toMatchObject({ CREATE_ISSUES: { havePermission: true }, EDIT_ISSUES: { havePermission: true } })
    site.revoke('ROAD', 'EDIT_ISSUES')
    expect((await ask()).json.permissions).toMatchObject({
      CREATE_ISSUES: { havePermission: true },
      EDIT_ISSUES: { havePermission: false },
    })
    expect((await site.call('PUT', `${ISSUE}/${key}`, { fields: { summary: 'No' } })).status).toBe(403)
    site.revoke('ROAD', 'BROWSE_PROJECTS')
    expect((await site.call('GET', `${ISSUE}/${key}`)).status).toBe(404)
    expect((await site.call('GET', '/rest/api/3/mypermissions')).status).toBe(400)
  })
})

describe('limits', () => {
  test('a burst above the rate is refused for that endpoint until tokens are back', async () => {
    await open({ limits: { burst: { GET: 3 } } })
    const key = await site.epic('Read')
    const read = () => site.call('GET', `${ISSUE}/${key}?fields=id`)
    const remaining = [await read(), await read(), await read()].map(({ headers }) => headers.get('x-ratelimit-remaining'))
    expect(remaining).toEqual(['2', '1', '0'])
    const refused = await read()
    expect([refused.status, refused.headers.get('ratelimit-reason'), refused.headers.get('retry-after')]).toEqual([
      429,
      'jira-burst-based',
      '1',
    ])
    expect((await site.call('GET', '/rest/api/3/myself')).status).toBe(200)
    site.advance(1_000)
    expect((await read()).status).toBe(200)
  })

  test('points are counted per hour and come back at its end', async () => {
    await open({ limits: { quota: { points: 3 } } })
    const ask = () => site.call('GET', '/rest/api/3/myself')
    const answers = [await ask(), await ask(), await ask(), await ask()]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers[0]?.headers.get('beta-ratelimit-policy')).toBe('"global-app-quota";q=3;w=3600')
    expect(answers[2]?.headers.get('beta-ratelimit')).toBe('"global-app-quota";r=0;t=3600')
    expect(answers[3]?.headers.get('retry-after')).toBe('3600')
    site.advance(3_600_000)
    expect((await ask()).status).toBe(200)
  })

  test('an asked-for 503 carries its Retry-After', async () => {
    await open()
    site.faults.next({ kind: 'status', status: 503, headers: { 'retry-after': '7' } })
    expect((await site.call('GET', '/rest/api/3/myself')).headers.get('retry-after')).toBe('7')
  })
})

describe('what hangs on an issue', () => {
  test('a remote link of the same global id is replaced, not added', async () => {
    await open()
    const key = await site.epic('Linked')
    const link = (title: string, more = {}) =>
      site.call('POST', `${ISSUE}/${key}/remotelink`, { globalId: 'g=1', object: { title, url: 'https://example.com/1' }, ...more })
    const first = await link('One', { relationship: 'source' })
    const second = await link('Two')
    expect([first.status, second.status, second.json.id]).toEqual([201, 200, first.json.id])
    expect(site.issue(key)?.remoteLinks).toEqual([
      { id: first.json.id, globalId: 'g=1', object: { title: 'Two', url: 'https://example.com/1' } },
    ])
    expect((await site.call('GET', `${ISSUE}/${key}/remotelink?globalId=g%3D1`)).json.object.title).toBe('Two')
    expect((await site.call('GET', `${ISSUE}/${key}/remotelink`)).json).toHaveLength(1)
    expect((await site.call('DELETE', `${ISSUE}/${key}/remotelink?globalId=g%3D1`)).status).toBe(415)
    expect(
      (await site.call('DELETE', `${ISSUE}/${key}/remotelink?globalId=g%3D1`, undefined, { 'content-type': 'application/json' })).status,
    ).toBe(204)
  })

  test('comments are ADF, listed oldest first', async () => {
    await open()
    const key = await site.epic('Talk')
    expect((await site.call('POST', `${ISSUE}/${key}/comment`, { body: 'text' })).status).toBe(400)
    const made = await site.call('POST', `${ISSUE}/${key}/comment`, { body: paragraph('First') })
    expect(made.status).toBe(201)
    site.commentAsPerson(key, 'Second')
    await site.call('PUT', `${ISSUE}/${key}/comment/${made.json.id}`, { body: paragraph('First, changed') })
    expect(site.issue(key)?.comments).toEqual(['First, changed', 'Second'])
    const listed = (await site.call('GET', `${ISSUE}/${key}/comment?maxResults=1&startAt=1`)).json
    expect(listed).toMatchObject({ total: 2, startAt: 1, maxResults: 1, comments: [{ author: { displayName: 'Paula Planner' } }] })
  })

  test('properties are set, listed and removed', async () => {
    await open()
    const key = await site.epic('Marked')
    const put = (value: unknown) => site.call('PUT', `${ISSUE}/${key}/properties/governance.sync`, value)
    expect([(await put({ n: 1 })).status, (await put({ n: 2 })).status]).toEqual([201, 200])
    expect((await site.call('GET', `${ISSUE}/${key}/properties`)).json.keys).toMatchObject([{ key: 'governance.sync' }])
    expect((await site.call('DELETE', `${ISSUE}/${key}/properties/governance.sync`)).status).toBe(204)
    expect((await site.call('GET', `${ISSUE}/${key}/properties/governance.sync`)).status).toBe(404)
  })
})

describe('how the site is set up', () => {
  test('two fields may have one name', async () => {
    await open()
    const second = site.createField({ name: 'Phase', type: 'text' })
    const fields = (await site.call('GET', '/rest/api/3/field')).json as { id: string; name: string }[]
    expect(fields.filter(({ name }) => name === 'Phase').map(({ id }) => id)).toEqual([site.project?.fieldIds.Phase, second])
  })

  test('createmeta is paged and says what is required and allowed', async () => {
    await open()
    const types = (await site.call('GET', `${ISSUE}/createmeta/ROAD/issuetypes?maxResults=2&startAt=0`)).json
    expect(types).toMatchObject({ total: 5, maxResults: 2, issueTypes: [{ name: 'Epic' }, { name: 'Story' }] })
    const fields = (await site.call('GET', `${ISSUE}/createmeta/ROAD/issuetypes/${types.issueTypes[0].id}`)).json.fields as {
      fieldId: string
      required: boolean
      allowedValues?: { name: string }[]
    }[]
    expect(fields.filter(({ required }) => required).map(({ fieldId }) => fieldId)).toEqual(['project', 'issuetype', 'summary'])
    expect(fields.find(({ fieldId }) => fieldId === 'priority')?.allowedValues?.map(({ name }) => name)).toEqual([
      'Highest',
      'High',
      'Medium',
      'Low',
      'Lowest',
    ])
    expect((await site.call('GET', `${ISSUE}/createmeta/NOPE/issuetypes`)).status).toBe(404)
  })

  test('every list and detail of the set-up is as described', async () => {
    await open()
    const key = await site.epic('Any', { labels: ['l'] })
    const paths = [
      'project/search?keys=ROAD',
      'project/ROAD',
      'project/ROAD/statuses',
      'issuetype',
      'priority',
      'priority/search',
      'status',
      'statuses/search',
      'label',
    ]
    for (const path of [...paths, `issue/${key}/editmeta`, 'serverInfo'])
      expect([path, (await site.call('GET', `/rest/api/3/${path}`)).status]).toEqual([path, 200])
    const fetched = await site.call('POST', `${ISSUE}/bulkfetch`, { issueIdsOrKeys: [key, 'ROAD-99'], fields: ['summary'] })
    expect(fetched.json).toMatchObject({ issues: [{ key }], issueErrors: [{ id: 'ROAD-99' }] })
  })

  test('the library that the product calls with reads every answer without a mismatch', async () => {
    await open({ searchLag: { ms: 0 } })
    const mismatches: unknown[] = []
    let checked = 0
    const client = createCloudClient({
      async sendRequest<T>(options: SendRequestOptions<T>): Promise<T> {
        const query = new URLSearchParams(
          Object.entries(options.searchParams ?? {}).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)] as [string, string]],
          ),
        )
        const body = typeof options.body === 'string' ? JSON.parse(options.body) : options.body
        const { json, status } = await site.call(options.method ?? 'GET', `/${options.url.replace(/^\//, '')}?${query}`, body ?? undefined)
        if (options.schema) checked += 1
        const parsed = (options.schema as { safeParse(value: unknown): { success: boolean; error?: unknown } } | undefined)?.safeParse(json)
        if (status !== 204 && parsed?.success === false) mismatches.push([options.url, parsed.error])
        return json as T
      },
    })
    const fields = { project: { key: 'ROAD' }, issuetype: { name: 'Epic' }, summary: 'By library', description: paragraph('ADF') }
    const created = await client.issues.createIssue({ fields } as never)
    const issueIdOrKey = String((created as { key?: string }).key)
    await client.issues.getIssue({ issueIdOrKey, expand: 'changelog,transitions' } as never)
    await client.issues.getTransitions({ issueIdOrKey })
    await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'project = ROAD', fields: ['*all'] } as never)
    await client.myself.getCurrentUser()
    expect([checked, mismatches]).toEqual([5, []])
    expect(site.issues()).toHaveLength(1)
  })

  test('thirty-three road items fit without a limit in the way', async () => {
    await open()
    for (let n = 1; n <= 33; n += 1) await site.epic(`Road ${n}`, { labels: [`road-${n}`] })
    expect(site.issues().map(({ key }) => key)).toEqual(Array.from({ length: 33 }, (_none, n) => `ROAD-${n + 1}`))
  })
})

describe('webhooks', () => {
  const receive = async (status: () => number) => {
    const received: { headers: Record<string, string | string[] | undefined>; raw: string }[] = []
    const server = createServer(async (request, response) => {
      let raw = ''
      for await (const chunk of request) raw += chunk
      received.push({ headers: request.headers, raw })
      response.writeHead(status()).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
    return { received, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/jira` }
  }

  test('changes are delivered in order, signed, in the shape of version 2', async () => {
    await open()
    const receiver = await receive(() => 202)
    site.setWebhook(receiver.url, 'a secret of the test')
    const key = await site.epic('Told', { description: paragraph('plain') })
    site.transitionAsPerson(key, 'In Progress')
    site.deleteIssue(key)
    await site.settled()
    await receiver.close()
    const bodies = receiver.received.map(({ raw }) => JSON.parse(raw))
    expect(bodies.map(({ webhookEvent }) => webhookEvent)).toEqual(['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted'])
    expect(bodies[0].issue).toMatchObject({ key, fields: { description: 'plain' } })
    expect(bodies[0].issue.self).toContain('/rest/api/2/issue/')
    expect(bodies[0].user).toMatchObject({ accountId: site.accountId })
    expect(receiver.received.map(({ raw }) => raw).join()).not.toContain('@example.com')
    expect(bodies[1]).toMatchObject({
      issue_event_type_name: 'issue_generic',
      changelog: { items: [{ field: 'status', toString: 'In Progress' }] },
    })
    for (const { raw, headers } of receiver.received)
      expect(headers['x-hub-signature']).toBe(`sha256=${createHmac('sha256', 'a secret of the test').update(raw).digest('hex')}`)
  })

  test('a repeat has the identifier and the bytes of the first, and counts as a retry', async () => {
    await open()
    const receiver = await receive(() => 503)
    site.setWebhook(receiver.url)
    await site.epic('Twice')
    await site.settled()
    await site.redeliver(site.deliveries[0]?.id ?? '')
    await receiver.close()
    const [first, second] = receiver.received
    expect(second?.raw).toBe(first?.raw)
    expect(second?.headers['x-atlassian-webhook-identifier']).toBe(first?.headers['x-atlassian-webhook-identifier'])
    expect([first?.headers['x-atlassian-webhook-retry'], second?.headers['x-atlassian-webhook-retry']]).toEqual([undefined, '1'])
    expect(first?.headers).not.toHaveProperty('x-hub-signature')
    expect(site.deliveries[0]?.statuses).toEqual([503, 503])
  })

  test('nothing changed is not told', async () => {
    await open()
    const key = await site.epic('Quiet')
    site.setWebhook('http://127.0.0.1:9/never-called')
    await site.call('PUT', `${ISSUE}/${key}`, { fields: { summary: 'Quiet' } })
    expect(site.deliveries).toEqual([])
  })
})
