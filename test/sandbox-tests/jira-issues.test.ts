import { afterEach, describe, expect, test } from '@jest/globals'
import { findContracts } from '../sandbox/contract.ts'
import { openAdfCheck } from '../sandbox/jira/adf-check.ts'
import { adfMeaning } from '../sandbox/jira/adf-stored.ts'
import { type JiraSite, openJiraSite, paragraph } from './jira-site.ts'

let site: JiraSite
const open = async (options: Parameters<typeof openJiraSite>[0] = {}) => {
  site = await openJiraSite(options)
  return site
}
afterEach(async () => {
  await site.close()
  expect(site.violations).toEqual([])
})

const ISSUE = '/rest/api/3/issue'
const fieldsOf = (more: Readonly<Record<string, unknown>> = {}) => ({
  project: { key: 'ROAD' },
  issuetype: { name: 'Epic' },
  summary: 'A road',
  ...more,
})

describe('creating', () => {
  test('a created issue answers id, key and self only, and is read by id and by key', async () => {
    await open()
    const created = await site.call('POST', ISSUE, { fields: fieldsOf({ description: paragraph('Why'), labels: ['b', 'a'] }) })
    expect(created.status).toBe(201)
    expect(Object.keys(created.json).toSorted()).toEqual(['id', 'key', 'self'])
    for (const name of [created.json.id, created.json.key]) {
      const { json } = await site.call('GET', `${ISSUE}/${name}`)
      expect(json.fields).toMatchObject({ summary: 'A road', labels: ['a', 'b'], status: { name: 'To Do' }, priority: { name: 'Medium' } })
    }
    expect(site.issue('ROAD-1')).toMatchObject({ type: 'Epic', description: 'Why' })
  })

  test.each([
    ['no issue type', { issuetype: undefined }, 'issuetype'],
    ['an unknown project', { project: { key: 'NOPE' } }, 'project'],
    ['no summary', { summary: undefined }, 'summary'],
    ['a blank summary', { summary: '  ' }, 'summary'],
    ['a summary of 256 characters', { summary: 'x'.repeat(256) }, 'summary'],
    ['a summary of two lines', { summary: 'one\ntwo' }, 'summary'],
    ['a label with a space', { labels: ['two words'] }, 'labels'],
    ['a description in plain text', { description: 'text' }, 'description'],
    ['a priority that is not there', { priority: { name: 'Critical' } }, 'priority'],
    ['an unknown field', { customfield_99999: 'x' }, 'customfield_99999'],
    ['a field that is never on a screen', { status: { name: 'Done' } }, 'status'],
    ['a parent above an epic', { parent: { key: 'ROAD-1' } }, 'parent'],
  ])('%s is refused under the name of the field', async (_case, more, field) => {
    await open()
    const refused = await site.call('POST', ISSUE, { fields: fieldsOf(more) })
    expect(refused.status).toBe(400)
    expect(Object.keys(refused.json.errors)).toEqual([field])
    expect(site.issues()).toEqual([])
  })

  test('a summary of exactly 255 characters is accepted', async () => {
    await open()
    expect(await site.epic('x'.repeat(255))).toBe('ROAD-1')
  })

  const withSchema = findContracts() ? test : test.skip
  withSchema('a document that the ADF schema refuses is refused with its place', async () => {
    await open()
    expect(await openAdfCheck()).toBeDefined()
    const invalid = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] }
    const refused = await site.call('POST', ISSUE, { fields: fieldsOf({ description: invalid }) })
    expect(refused.status).toBe(400)
    expect(refused.json.errors.description).toContain('/content/0')
  })

  test('properties are stored with the create up to their size, and refused above it', async () => {
    await open()
    const value = 'x'.repeat(32_766)
    const created = await site.call('POST', ISSUE, { fields: fieldsOf(), properties: [{ key: 'sync', value }] })
    expect(await site.call('GET', `${ISSUE}/${created.json.key}/properties/sync`)).toMatchObject({
      status: 200,
      json: { key: 'sync', value },
    })
    expect((await site.call('POST', ISSUE, { fields: fieldsOf(), properties: [{ key: 'sync', value: `${value}y` }] })).status).toBe(400)
    expect(site.issues()).toHaveLength(1)
  })

  test('properties are stored with an edit as well', async () => {
    await open()
    const { key } = (await site.call('POST', ISSUE, { fields: fieldsOf(), properties: [{ key: 'sync', value: 1 }] })).json
    const edited = await site.call('PUT', `${ISSUE}/${key}`, { fields: { summary: 'Other' }, properties: [{ key: 'sync', value: 2 }] })
    expect([edited.status, site.issue(key)?.properties]).toEqual([204, { sync: 2 }])
    const tooLong = await site.call('PUT', `${ISSUE}/${key}`, { properties: [{ key: 'sync', value: 'x'.repeat(32_767) }] })
    expect([tooLong.status, site.issue(key)?.properties]).toEqual([400, { sync: 2 }])
  })

  test('a bulk create makes the good ones and numbers the bad ones', async () => {
    await open()
    const updates = ['One', '', 'Three'].map((summary) => ({ fields: fieldsOf({ summary }) }))
    const partial = await site.call('POST', `${ISSUE}/bulk`, { issueUpdates: updates })
    expect(partial.status).toBe(201)
    expect(partial.json).toMatchObject({
      issues: [{ key: 'ROAD-1' }, { key: 'ROAD-2' }],
      errors: [{ status: 400, failedElementNumber: 1 }],
    })
    expect((await site.call('POST', `${ISSUE}/bulk`, { issueUpdates: [updates[1]] })).status).toBe(400)
    expect((await site.call('POST', `${ISSUE}/bulk`, { issueUpdates: Array(51).fill(updates[0]) })).status).toBe(400)
    expect(site.issues().map(({ summary }) => summary)).toEqual(['One', 'Three'])
  })

  test('a create that answers 502 after its effect leaves one issue', async () => {
    await open()
    site.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: ISSUE } })
    expect((await site.call('POST', ISSUE, { fields: fieldsOf() })).status).toBe(502)
    expect(site.issues()).toHaveLength(1)
  })

  test('required fields and screens are those of the project', async () => {
    await open({
      project: {
        key: 'ROAD',
        fields: [{ name: 'Team', type: 'select', options: ['Blue', 'Red'], required: true, types: ['Epic'] }],
        screens: { Epic: { labels: 'absent' } },
      },
    })
    const team = site.project?.fieldIds.Team ?? ''
    const missing = await site.call('POST', ISSUE, { fields: fieldsOf({ labels: ['x'] }) })
    expect(missing.json.errors).toMatchObject({ [team]: 'Team is required.', labels: expect.stringContaining('cannot be set') })
    expect(await site.epic('With team', { [team]: { value: 'Blue' } })).toBe('ROAD-1')
    const task = { project: { key: 'ROAD' }, issuetype: { name: 'Task' }, summary: 'No team here', labels: ['x'] }
    expect((await site.call('POST', ISSUE, { fields: task })).status).toBe(201)
  })
})

describe('editing', () => {
  test('an edit answers 204, ignores the status and leaves one history entry', async () => {
    await open()
    const key = await site.epic('Before')
    const edit = { fields: { summary: 'After', status: { name: 'Done' } }, update: { labels: [{ add: 'x' }] } }
    expect((await site.call('PUT', `${ISSUE}/${key}`, edit)).status).toBe(204)
    expect(site.issue(key)).toMatchObject({ summary: 'After', status: 'To Do', labels: ['x'] })
    const { json } = await site.call('GET', `${ISSUE}/${key}/changelog`)
    expect(json).toMatchObject({
      total: 1,
      isLast: true,
      values: [{ items: [{ field: 'summary', fromString: 'Before' }, { field: 'labels' }] }],
    })
  })

  test('the same values again leave no history and no new time', async () => {
    await open()
    const description = paragraph('Same ', 'text')
    const key = await site.epic('Same', { description, labels: ['a', 'b'] })
    const before = site.issue(key)?.updated
    site.advance(60_000)
    const fields = { summary: 'Same', description, labels: ['b', 'a'], priority: { name: 'Medium' } }
    expect((await site.call('PUT', `${ISSUE}/${key}`, { fields })).status).toBe(204)
    expect(site.issue(key)).toMatchObject({ history: [], updated: before })
  })

  test('a stored document keeps its meaning and not its bytes', async () => {
    await open()
    const sent = paragraph('Two ', 'texts')
    const key = await site.epic('Rewritten', { description: sent })
    const { json } = await site.call('GET', `${ISSUE}/${key}?fields=description`)
    expect(JSON.stringify(json.fields.description)).not.toBe(JSON.stringify(sent))
    expect(adfMeaning(json.fields.description)).toEqual(adfMeaning(paragraph('Two texts')))
    expect((await openAdfCheck())?.(json.fields.description) ?? []).toEqual([])
  })

  test('a field in fields and in update is refused', async () => {
    await open()
    const key = await site.epic('Both')
    const refused = await site.call('PUT', `${ISSUE}/${key}`, { fields: { labels: [] }, update: { labels: [{ add: 'x' }] } })
    expect(refused).toMatchObject({ status: 400, json: { errors: { labels: expect.stringContaining('both') } } })
  })

  test('the 21st write to one issue within two seconds is refused, and only to that issue', async () => {
    await open()
    const [first, second] = [await site.epic('One'), await site.epic('Two')]
    const write = (key: string, n: number) => site.call('PUT', `${ISSUE}/${key}/properties/n`, n)
    for (let n = 0; n < 20; n += 1) expect((await write(first, n)).status).toBeLessThan(300)
    const refused = await write(first, 20)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit-reason')).toBe('jira-per-issue-on-write')
    expect(refused.headers.get('retry-after')).toBe('2')
    expect((await write(second, 0)).status).toBe(201)
    site.advance(2_000)
    expect((await write(first, 21)).status).toBe(200)
  })

  test('the 101st write to one issue within thirty seconds is refused', async () => {
    await open()
    const key = await site.epic('One')
    for (let n = 0; n < 100; n += 1) {
      if (n % 20 === 0) site.advance(2_000)
      expect((await site.call('PUT', `${ISSUE}/${key}/properties/n`, n)).status).toBeLessThan(300)
    }
    site.advance(2_000)
    expect((await site.call('PUT', `${ISSUE}/${key}/properties/n`, 100)).headers.get('retry-after')).toBe('20')
  })
})

describe('what people do meanwhile', () => {
  test('a moved issue is found by its old key and answers the new one', async () => {
    await open()
    site.createProject('NEXT')
    const key = await site.epic('Moves')
    expect(site.moveIssue(key, 'NEXT')).toBe('NEXT-1')
    expect((await site.call('GET', `${ISSUE}/${key}?fields=summary`)).json.key).toBe('NEXT-1')
    expect(site.issue(key)?.history[0]?.items).toContainEqual(
      expect.objectContaining({ field: 'Key', fromString: key, toString: 'NEXT-1' }),
    )
  })

  test('a deleted, a hidden and an unknown issue answer the same 404', async () => {
    await open()
    const [gone, hidden] = [await site.epic('Gone'), await site.epic('Hidden')]
    site.deleteIssue(gone)
    site.hideIssue(hidden)
    const answers = await Promise.all([gone, hidden, 'ROAD-999'].map((key) => site.call('GET', `${ISSUE}/${key}`)))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(404)
  })

  test('a write that meets another one answers 409, and the other one has happened', async () => {
    await open()
    const key = await site.epic('Contested')
    site.raceNext(key, () => site.transitionAsPerson(key, 'In Progress'))
    expect((await site.call('PUT', `${ISSUE}/${key}`, { fields: { summary: 'Mine' } })).status).toBe(409)
    expect(site.issue(key)).toMatchObject({ summary: 'Contested', status: 'In Progress', history: [{ author: 'Paula Planner' }] })
    expect((await site.call('PUT', `${ISSUE}/${key}`, { fields: { summary: 'Mine' } })).status).toBe(204)
  })

  test('the expanded history holds the newest 40 entries, newest first; the list holds all, oldest first', async () => {
    await open()
    const key = await site.epic('0')
    for (let n = 1; n <= 45; n += 1) site.editAsPerson(key, { summary: String(n) })
    const expanded = (await site.call('GET', `${ISSUE}/${key}?fields=id&expand=changelog`)).json.changelog as {
      total: number
      histories: { items: { toString: string }[] }[]
    }
    expect(expanded.total).toBe(45)
    expect(expanded.histories).toHaveLength(40)
    expect(expanded.histories[0]?.items[0]).toHaveProperty('toString', '45')
    const page = (await site.call('GET', `${ISSUE}/${key}/changelog?maxResults=10&startAt=40`)).json
    expect(page).toMatchObject({ isLast: true, total: 45, maxResults: 10 })
    expect((page.values as { items: { toString: string }[] }[])[0]?.items[0]).toHaveProperty('toString', '41')
  })
})
