import { afterEach, describe, expect, test } from '@jest/globals'
import { type JiraSite, openJiraSite, paragraph } from './jira-site.ts'

let site: JiraSite
const open = async (options: Parameters<typeof openJiraSite>[0] = {}) => {
  site = await openJiraSite(options)
}
afterEach(async () => {
  await site.close()
  expect(site.violations).toEqual([])
})

const search = (jql: string, more: Readonly<Record<string, unknown>> = {}) => site.call('POST', '/rest/api/3/search/jql', { jql, ...more })
const keysOf = async (jql: string) => {
  const { status, text, json } = await search(jql, { fields: ['key'] })
  if (status !== 200) throw new Error(text)
  return (json.issues as { key: string }[]).map(({ key }) => key)
}

describe('the index', () => {
  test('does not know an issue that was created just now, and knows it when the lag is over', async () => {
    await open({ searchLag: { ms: 5_000 } })
    const key = await site.epic('New', { labels: ['ext-1'] })
    expect(await keysOf('labels = ext-1')).toEqual([])
    expect((await site.call('GET', `/rest/api/3/issue/${key}`)).status).toBe(200)
    site.advance(4_999)
    expect(await keysOf('labels = ext-1')).toEqual([])
    site.advance(1)
    expect(await keysOf('labels = ext-1')).toEqual([key])
  })

  test('may lag by searches instead of time', async () => {
    await open({ searchLag: { ms: 1e9, searches: 2 } })
    const key = await site.epic('New')
    expect([await keysOf('project = ROAD'), await keysOf('project = ROAD'), await keysOf('project = ROAD')]).toEqual([[], [], [key]])
  })

  test('finds an issue by what it was, and forgets a deleted one late', async () => {
    await open()
    const key = await site.epic('Old words')
    site.advance(1_000)
    await site.call('PUT', `/rest/api/3/issue/${key}`, { fields: { summary: 'New words' } })
    expect([await keysOf('summary ~ old'), await keysOf('summary ~ new')]).toEqual([[key], []])
    site.advance(1_000)
    expect(await keysOf('summary ~ new')).toEqual([key])
    site.deleteIssue(key)
    expect(await keysOf('project = ROAD')).toEqual([key])
    site.advance(1_000)
    expect(await keysOf('project = ROAD')).toEqual([])
  })

  test('is read-your-write for the ids in reconcileIssues', async () => {
    await open()
    await site.epic('New')
    const id = Number(site.issues()[0]?.id)
    expect((await search('project = ROAD')).json.issues).toEqual([])
    expect((await search('project = ROAD', { reconcileIssues: [id] })).json.issues).toEqual([{ id: String(id) }])
    expect((await search('project = ROAD', { reconcileIssues: Array.from({ length: 51 }, (_none, n) => n + 1) })).status).toBe(400)
  })

  test('loses an issue for a moment', async () => {
    await open()
    const key = await site.epic('Lost')
    site.advance(1_000)
    site.forgetInSearch(key)
    expect(await keysOf('project = ROAD')).toEqual([])
    site.advance(1_000)
    expect(await keysOf('project = ROAD')).toEqual([key])
  })
})

describe('pages', () => {
  test('hold ids only unless fields are asked for, and are walked by token', async () => {
    await open({ searchLag: { ms: 0 } })
    for (let n = 1; n <= 7; n += 1) site.createAsPerson('ROAD', 'Epic', { summary: `Road ${n}` })
    const seen: string[] = []
    let nextPageToken: string | undefined
    do {
      const { json } = await search('project = ROAD ORDER BY key ASC', { maxResults: 3, ...(nextPageToken ? { nextPageToken } : {}) })
      expect(json).not.toHaveProperty('total')
      for (const issue of json.issues) {
        expect(Object.keys(issue)).toEqual(['id'])
        seen.push(issue.id)
      }
      nextPageToken = json.nextPageToken
    } while (nextPageToken)
    expect(seen).toEqual(site.issues().map(({ id }) => id))
  })

  test('a token of another query, a spoiled and an old one are refused', async () => {
    await open({ searchLag: { ms: 0 } })
    for (let n = 1; n <= 2; n += 1) site.createAsPerson('ROAD', 'Epic', { summary: `Road ${n}` })
    const token = (await search('project = ROAD', { maxResults: 1 })).json.nextPageToken
    expect((await search('project = ROAD AND labels is EMPTY', { maxResults: 1, nextPageToken: token })).status).toBe(400)
    expect((await search('project = ROAD', { maxResults: 1, nextPageToken: 'spoiled' })).status).toBe(400)
    site.advance(7 * 86_400_000 + 1)
    expect((await search('project = ROAD', { maxResults: 1, nextPageToken: token })).status).toBe(400)
  })

  test('GET and POST answer alike, with fields, properties and changelog', async () => {
    await open({ searchLag: { ms: 0 } })
    const key = await site.epic('Whole', { labels: ['x'] })
    await site.call('PUT', `/rest/api/3/issue/${key}/properties/governance.sync`, { artifact: 'ROAD-009' })
    site.editAsPerson(key, { summary: 'Whole again' })
    const query = 'jql=project%20%3D%20ROAD&fields=summary,labels&properties=governance.sync&expand=changelog'
    const got = await site.call('GET', `/rest/api/3/search/jql?${query}`)
    const posted = await search('project = ROAD', { fields: ['summary', 'labels'], properties: ['governance.sync'], expand: 'changelog' })
    expect(got.json).toEqual(posted.json)
    expect(got.json.issues[0]).toMatchObject({
      key,
      fields: { summary: 'Whole again', labels: ['x'] },
      properties: { 'governance.sync': { artifact: 'ROAD-009' } },
      changelog: { total: 1 },
    })
    expect(Object.keys(got.json.issues[0].fields).toSorted()).toEqual(['labels', 'summary'])
    expect((await site.call('POST', '/rest/api/3/search/approximate-count', { jql: 'project = ROAD' })).json).toEqual({ count: 1 })
  })
})

describe('JQL', () => {
  test('selects by what clients of ours ask', async () => {
    await open({ searchLag: { ms: 0 } })
    const phase = site.project?.fieldIds.Phase ?? ''
    const a = await site.epic('Alpha road', { labels: ['ext-a', 'Both'], priority: { name: 'High' }, [phase]: 4 })
    site.advance(3_600_000)
    const b = await site.epic('Beta road', { labels: ['ext-b', 'Both'], description: paragraph('deep text') })
    const c = site.createAsPerson('ROAD', 'Story', { summary: 'Story', parent: { key: a } })
    site.transitionAsPerson(b, 'In Progress')
    const claims: readonly (readonly [string, readonly string[]])[] = [
      ['project = ROAD AND issuetype = Epic ORDER BY key', [a, b]],
      ['project in (ROAD) and type != Epic', [c]],
      [`key in (${a}, "${c}") order by created DESC, key DESC`, [c, a]],
      ['labels = ext-a', [a]],
      ['labels = EXT-A', []],
      ['labels in (ext-a, "ext-b") ORDER BY id ASC', [a, b]],
      ['labels is EMPTY AND project = ROAD', [c]],
      ['status = "in progress"', [b]],
      ['statusCategory != Done AND priority = High', [a]],
      ['project = ROAD AND NOT (status = "To Do" OR labels = ext-b)', []],
      [`parent = ${a}`, [c]],
      ['text ~ "deep"', [b]],
      ['updated >= "2026-11-22 10:30" AND issuetype = Epic', [b]],
      ['project = ROAD AND created < -30m', [a]],
      [`cf[${phase.replace('customfield_', '')}] = 4`, [a]],
      ['reporter = currentUser() ORDER BY key', [a, b]],
      ['project = ROAD AND resolution is EMPTY AND assignee is EMPTY ORDER BY key', [a, b, c]],
    ]
    for (const [jql, keys] of claims) expect([jql, await keysOf(jql)]).toEqual([jql, keys])
  })

  test.each([
    ['order by key', 'Unbounded'],
    ['', 'Unbounded'],
    ['project = NOPE', "'NOPE' does not exist for the field 'project'"],
    ['key = ROAD-404', "'ROAD-404' does not exist"],
    ['status = Nowhere', "'Nowhere' does not exist"],
    ['nonsense = 1', "Field 'nonsense' does not exist"],
    ['issue.property[governance.sync].artifact = "ROAD-009"', 'does not exist'],
    ['project = ', 'expecting a value'],
    ['(project = ROAD', "expecting ')'"],
    ['project = ROAD AND', 'expecting a value'],
    ['project = ROAD project = ROAD', 'the end of the query'],
    ['summary = exact', "operator '=' is not supported"],
    ['updated >= yesterday', 'is invalid'],
  ])('%j is refused', async (jql, reason) => {
    await open()
    const refused = await search(jql)
    expect(refused.status).toBe(400)
    expect(refused.json.errorMessages.join()).toContain(reason)
  })

  test('the search that was removed answers 410', async () => {
    await open()
    expect((await site.call('GET', '/rest/api/3/search?jql=project%3DROAD')).status).toBe(410)
    // The one path that is served although it is not described any more.
    await site.close()
    expect(site.violations).toEqual(site.contract ? [expect.stringContaining('/rest/api/3/search')] : [])
    await open()
  })
})
