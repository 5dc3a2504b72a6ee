import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parseRoadmapSource } from '../../integrations/governance/roadmap-source-config.ts'
import { makeEpicRoadmap } from '../../integrations/jira/epic-roadmap.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite
beforeEach(async () => {
  site = await openTestSite()
})
afterEach(async () => {
  const { violations } = site.sandbox
  await site.close()
  expect(violations).toEqual([])
})

async function read(section: object = {}, known: readonly string[] = []) {
  const parsed = parseRoadmapSource({ source: 'jira', jira: { projectKey: 'ROAD', ...section } })
  if (parsed.kind === 'problems' || !parsed.config.jira) throw new Error(JSON.stringify(parsed))
  await site.clock.sleep(10_000)
  const { dryContext: context, sandbox } = site
  return makeEpicRoadmap({ context, baseUrl: sandbox.url, edition: context.client.edition, config: parsed.config.jira }).read(known)
}
const epic = (summary: string, fields: object = {}) => site.sandbox.createAsPerson('ROAD', 'Epic', { summary, ...fields })
const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const keysOf = ({ items }: Awaited<ReturnType<typeof read>>) => items.map(({ key }) => key)

describe('an epic', () => {
  test('brings its text, labels and the fields that the settings name', async () => {
    const ids = site.sandbox.project?.fieldIds ?? {}
    const description = {
      type: 'doc',
      version: 1,
      content: [{ type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: 'Why' }] }, paragraph('Because.')],
    }
    const fields = {
      [ids.Phase as string]: 2,
      [ids.Capabilities as string]: ['CAP-001', 'CAP-002'],
      [ids['Governance Status'] as string]: 'nfr_validating',
    }
    const key = epic('Search', { description, labels: ['urgent'], priority: { name: 'High' }, ...fields })
    const { items } = await read({ statusField: 'Governance Status' })
    expect(items).toMatchObject([
      {
        ...{ key, url: `${site.sandbox.url}/browse/${key}`, title: 'Search', text: '### Why\n\nBecause.', labels: ['urgent'] },
        fields: { 'Governance Status': 'nfr_validating', Priority: 'High', Phase: 2, Capabilities: ['CAP-001', 'CAP-002'] },
      },
    ])
    expect((await read()).items[0]?.fields).toMatchObject({ Status: 'To Do' })
  })

  test('has its children for tasks, by their status', async () => {
    const key = epic('Search')
    const parts = ['a', 'b'].map((summary) => site.sandbox.createAsPerson('ROAD', 'Story', { summary, parent: { key } }))
    site.sandbox.createAsPerson('ROAD', 'Story', { summary: 'of nobody' })
    site.sandbox.transitionAsPerson(parts[1] as string, 'In Progress')
    const { items } = await read()
    expect(items[0]?.tasks).toMatchObject([
      { title: 'a', key: parts[0], status: 'To Do', state: 'open' },
      { title: 'b', key: parts[1], status: 'In Progress', state: 'doing' },
    ])
    expect((await read({ tasks: false })).items[0]?.tasks).toEqual([])
  })
})

describe('which epics', () => {
  test('a condition narrows them; one that would break the query is refused with its place', async () => {
    epic('One')
    const two = epic('Two', { labels: ['roadmap'] })
    expect(keysOf(await read({ filter: 'labels = roadmap' }))).toEqual([two])
    await expect(read({ filter: 'labels = roadmap) OR (project = OTHER' })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('jira.filter'),
    })
  })

  test('one that the index has forgotten is looked at itself; one that moved or is deleted is gone', async () => {
    const keys = ['One', 'Two', 'Three', 'Four'].map((summary) => epic(summary))
    const known = (await read()).items.map(({ id }) => id)
    site.sandbox.createProject('OTHER')
    site.sandbox.moveIssue(keys[1] as string, 'OTHER')
    site.sandbox.deleteIssue(keys[2] as string)
    site.sandbox.forgetInSearch(keys[3] as string)
    const parsed = parseRoadmapSource({ source: 'jira', jira: { projectKey: 'ROAD' } })
    if (parsed.kind === 'problems' || !parsed.config.jira) throw new Error('unexpected')
    const source = makeEpicRoadmap({ context: site.dryContext, baseUrl: site.sandbox.url, edition: 'cloud', config: parsed.config.jira })
    expect(keysOf(await source.read(known))).toEqual([keys[0], keys[3]])
  })
})

test('a Data Center is read alike: its children by the epic link', async () => {
  await site.close()
  site = await openTestSite({ form: 'data-center' })
  const idOf = async (kind: string) => (await site.context.client.fields()).find(({ schema }) => schema?.custom?.endsWith(kind))?.id ?? ''
  const key = epic('Search', { [await idOf(':gh-epic-label')]: 'Search' })
  site.sandbox.createAsPerson('ROAD', 'Story', { summary: 'a', [await idOf(':gh-epic-link')]: key })
  const { items } = await read()
  expect(items).toMatchObject([{ key, title: 'Search', tasks: [{ title: 'a' }] }])
})

test('a project that is not there is a refusal of Jira, by its name', async () => {
  await expect(read({ projectKey: 'NOPE' })).rejects.toMatchObject({ code: expect.stringMatching(/^provider-/) })
})
