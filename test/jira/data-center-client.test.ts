import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { PROPERTY_KEY } from '../../integrations/jira/marker.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite
beforeEach(async () => {
  site = await openTestSite({ form: 'data-center', searchLag: { ms: 0 } })
})
afterEach(async () => {
  expect(site.sandbox.violations).toEqual([])
  await site.close()
})

const make = (summary: string, fields: Readonly<Record<string, unknown>> = {}) =>
  site.sandbox.createAsPerson('ROAD', 'Story', { summary, ...fields })
const idOf = (key: string) => site.sandbox.issue(key)?.id ?? ''

describe('a Data Center', () => {
  test('says when which field was changed, custom ones by their ids', async () => {
    const { client } = site.context
    const phase = site.sandbox.project?.fieldIds.Phase ?? ''
    const key = make('a')
    site.clock.advance(60_000)
    site.sandbox.editAsPerson(key, { summary: 'b', [phase]: 3 })
    site.clock.advance(60_000)
    site.sandbox.transitionAsPerson(key, 'In Progress')
    const changes = await client.changes(idOf(key))
    expect(changes.map(({ fields }) => fields)).toEqual([['summary', phase], ['status']])
    expect(changes[0]?.at).toEqual(new Date(site.clock.now().getTime() - 60_000))
    site.sent()
    await client.changes(idOf(key))
    // What fields are called is asked once.
    expect(site.sent()).toEqual([`GET issue/${idOf(key)}`])
  })

  test('is searched by offset, and where properties are wanted each issue found is read', async () => {
    const { client } = site.context
    const keys = Array.from({ length: 130 }, (_, at) => make(`story ${at}`))
    site.sent()
    const found = await client.search({ jql: 'project = ROAD ORDER BY key ASC', fields: ['summary'], limit: 120 })
    expect(found.map(({ key }) => key)).toEqual(keys.slice(0, 120))
    expect(site.sent()).toEqual(['POST search', 'POST search'])
    await client.setProperty(idOf(keys[0] ?? ''), PROPERTY_KEY, { version: 1 })
    site.sent()
    const [first] = await client.search({ jql: 'key = ROAD-1', fields: ['summary'], properties: [PROPERTY_KEY], limit: 5 })
    expect(first?.properties).toEqual({ [PROPERTY_KEY]: { version: 1 } })
    expect(site.sent()).toEqual(['POST search', `GET issue/${first?.id}`])
  })

  test('gives of many ids those that are there', async () => {
    const { client } = site.context
    const [a, b] = [make('a'), make('b')]
    const ids = [idOf(a), idOf(b), '999999']
    expect((await client.bulkFetch(ids, { fields: ['summary'] })).map(({ key }) => key).sort()).toEqual([a, b])
    expect((await client.bulkFetch(ids, { fields: ['summary'], properties: [PROPERTY_KEY] })).map(({ key }) => key)).toEqual([a, b])
  })

  test('takes a comment and a description as markup, an epic by its key, and an issue that is gone is none', async () => {
    const { client } = site.context
    const epicName = (await client.fields()).find(({ schema }) => schema?.custom?.endsWith(':gh-epic-label'))?.id ?? ''
    const epicLink = (await client.fields()).find(({ schema }) => schema?.custom?.endsWith(':gh-epic-link'))?.id ?? ''
    const types = await client.issueTypes('ROAD')
    const typeOf = (name: string) => ({ id: types.find((type) => type.name === name)?.id })
    const common = { project: { key: 'ROAD' }, description: 'h1. *x*' }
    const epic = await client.createIssue({ fields: { ...common, issuetype: typeOf('Epic'), summary: 'e', [epicName]: 'e' } })
    const story = await client.createIssue({ fields: { ...common, issuetype: typeOf('Story'), summary: 's', [epicLink]: epic.key } })
    expect(site.sandbox.issue(story.key)).toMatchObject({ parent: epic.key, description: 'h1. *x*' })
    await client.addComment(story.id, 'ask [~ada]')
    expect(await client.comments(story.id)).toEqual(['ask [~ada]'])
    await client.deleteIssue(story.id)
    expect(await client.getIssue(story.id, { fields: ['summary'] })).toBeUndefined()
    expect(await client.getProperty(story.id, PROPERTY_KEY)).toBeUndefined()
  })

  test('makes many issues in one request, and says which it did not', async () => {
    const { client } = site.context
    const story = (await client.issueTypes('ROAD')).find(({ name }) => name === 'Story')
    const issue = (summary: string) => ({ fields: { project: { key: 'ROAD' }, issuetype: { id: story?.id }, summary } })
    site.sent()
    const created = await client.createIssues?.([issue('a'), issue('x'.repeat(300)), issue('c')])
    expect(created).toMatchObject({ issues: [{ key: 'ROAD-1' }, { key: 'ROAD-2' }], failed: [1] })
    expect(site.sent()).toEqual(['POST issue/bulk'])
  })

  test('offers its priorities as one list, and says who we are by key', async () => {
    const { client } = site.context
    expect((await client.priorities()).map(({ name }) => name)).toContain('Highest')
    expect(await client.myself()).toEqual({ accountId: 'JIRAUSER10100', displayName: 'Katalyst Bot', authenticated: true })
    expect(await client.deploymentType()).toBe('Server')
  })
})
