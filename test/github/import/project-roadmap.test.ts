import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeGitHubClients } from '../../../integrations/github/client.ts'
import { makeProjectRoadmap } from '../../../integrations/github/import/project-roadmap.ts'
import { parseRoadmapSource } from '../../../integrations/governance/roadmap-source-config.ts'
import { type ImportSite, openImportSite, SHOP } from './import-site.ts'

function config(section: object = {}) {
  const parsed = parseRoadmapSource({ source: 'github', github: { owner: 'acme', project: 1, ...section } })
  if (parsed.kind === 'problems' || !parsed.config.github) throw new Error(JSON.stringify(parsed))
  return parsed.config.github
}

let site: ImportSite
const open = async (options: Parameters<typeof openImportSite>[0] = {}) => {
  site = await openImportSite(options)
  site.sandbox.createProject('acme', 'Roadmap', {
    Status: 'single-select',
    Cycle: 'iteration',
    Effort: 'number',
    Notes: 'text',
    Due: 'date',
  })
}
beforeEach(() => open())
afterEach(async () => {
  await site.close()
})
const read = (section: object = {}) => makeProjectRoadmap(site.github, config(section)).read([])
const issue = (title: string, body = '') => {
  const number = site.sandbox.openIssue(SHOP, title, ['urgent'])
  site.sandbox.rewriteIssue(SHOP, number, { body })
  return number
}
const graphRequests = () => site.sent().filter((line) => line.includes('graphql')).length

describe('an item', () => {
  test('brings every kind of value by the name of its field, its labels and where it is', async () => {
    const number = issue('Search', '# Why')
    const values = { Status: 'Todo', Cycle: 'Sprint 3', Effort: 2.5, Notes: 'CAP-001', Due: '2026-12-01' }
    const id = site.sandbox.addProjectItem('acme', 1, { issue: number, repository: SHOP }, values)
    const { items, url } = await read()
    expect(url).toBe(`${site.sandbox.url}/orgs/acme/projects/1`)
    expect(items).toEqual([
      {
        ...{ id, contentId: expect.any(String), key: `acme/shop#${number}`, url: `${site.sandbox.url}/acme/shop/issues/${number}` },
        ...{ title: 'Search', text: '### Why', labels: ['urgent'], fields: values, waitsFor: [], tasks: [], isArchived: false },
        ...{ created: '2026-11-22', notes: [] },
      },
    ])
  })

  test('that is a draft or a pull request is one as well, unless the settings leave it out', async () => {
    site.sandbox.addProjectItem('acme', 1, { draft: 'Idea', body: '- [ ] think' })
    await site.sandbox.commit(SHOP, 'feature', { 'a.md': 'a' })
    const pull = await site.sandbox.openPull(SHOP, { branch: 'feature', title: 'Build it' })
    site.sandbox.addProjectItem('acme', 1, { issue: pull.number, repository: SHOP })
    const { items } = await read()
    expect(items.map(({ key, tasks }) => [key, tasks.length])).toEqual([
      ['Idea', 1],
      [`acme/shop#${pull.number}`, 0],
    ])
    expect((await read({ content: ['issue', 'draft-issue'] })).items.map(({ key }) => key)).toEqual(['Idea'])
  })

  test('has its sub-issues for tasks, all of them, and what is to do in each below it', async () => {
    const parent = issue('Whole', '- [ ] #2\n- [x] by hand')
    for (let at = 0; at < 30; at += 1) site.sandbox.linkSubIssue(SHOP, parent, issue(`Part ${at}`, at === 0 ? '- [x] a\n- [ ] b' : ''))
    site.sandbox.rewriteIssue(SHOP, 2, { state: 'closed' })
    site.sandbox.addProjectItem('acme', 1, { issue: parent, repository: SHOP })
    site.sent()
    const [item] = (await read()).items
    expect(item?.tasks).toHaveLength(31)
    expect(item?.tasks[0]).toMatchObject({
      ...{ title: 'Part 0', state: 'done', key: 'acme/shop#2' },
      tasks: [
        { title: 'a', state: 'done' },
        { title: 'b', state: 'open' },
      ],
    })
    expect(item?.tasks.at(-1)).toEqual({ title: 'by hand', state: 'done', tasks: [] })
    expect(graphRequests()).toBe(2)
  })
})

describe('a page', () => {
  test('that is too much for GitHub is asked for in smaller ones, and nothing is lost', async () => {
    for (let at = 1; at <= 60; at += 1) site.sandbox.addProjectItem('acme', 1, { draft: `Idea ${at}` })
    site.sandbox.graphql.limitPages({ nodes: 4_000, answer: 502 })
    expect((await read()).items.map(({ key }) => key)).toEqual(Array.from({ length: 60 }, (_, at) => `Idea ${at + 1}`))
  })

  test('with a part that failed without a reason is read again, and never taken for one without it', async () => {
    site.sandbox.addProjectItem('acme', 1, { issue: issue('Search'), repository: SHOP })
    site.sandbox.graphql.next({ kind: 'partial', field: 'ProjectV2Item.content', times: 1 })
    expect((await read()).items).toHaveLength(1)
    site.sandbox.graphql.next({ kind: 'partial', field: 'ProjectV2Item.content', times: 50 })
    await expect(read()).rejects.toMatchObject({ code: 'provider-failed' })
  })

  test('names the items that may not be seen', async () => {
    const id = site.sandbox.addProjectItem('acme', 1, { issue: issue('Secret'), repository: SHOP })
    site.sandbox.redactProjectItem('acme', 1, id)
    expect(await read()).toMatchObject({ items: [], hidden: [id] })
  })
})

describe('a project that is not shown', () => {
  test('is not found, with the permission it takes', async () => {
    await expect(read({ project: 9 })).rejects.toMatchObject({
      code: 'provider-not-found',
      message: expect.stringContaining('project 9 of acme'),
    })
  })

  test('to an App without the permission is refused alike', async () => {
    await site.close()
    await open({ permissions: { metadata: 'read', contents: 'read', issues: 'read', administration: 'write' } })
    await expect(read()).rejects.toMatchObject({ code: 'provider-not-found', message: expect.stringContaining('"Projects: read"') })
  })

  test('of a person is read with a token of theirs', async () => {
    site.sandbox.createUser('paula')
    site.sandbox.createProject('paula', 'Mine')
    site.sandbox.addProjectItem('paula', 1, { draft: 'Idea' })
    const mine = { owner: 'paula', ownerType: 'user' }
    await expect(read(mine)).rejects.toMatchObject({ message: expect.stringContaining('an App cannot') })
    const { requester, ...context } = site.github
    const clients = makeGitHubClients({
      personalToken: async () => ({ token: site.sandbox.createToken('paula'), apiUrl: site.sandbox.apiUrl }),
      apiUrl: site.sandbox.apiUrl,
      contextFor: () => ({ ...context, requester }),
    })
    expect((await makeProjectRoadmap(await clients.asToken(), config(mine)).read([])).items.map(({ key }) => key)).toEqual(['Idea'])
  })
})

test('a server without sub-issues is read without them', async () => {
  await site.close()
  await open({ enterprise: true, missingFields: ['Issue.subIssues'] })
  site.sandbox.addProjectItem('acme', 1, { issue: issue('Search', '- [ ] do'), repository: SHOP })
  expect((await read()).items).toMatchObject([{ title: 'Search', tasks: [{ title: 'do' }] }])
})
