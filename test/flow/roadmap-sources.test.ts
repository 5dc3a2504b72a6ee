// A roadmap that lives elsewhere, end to end: a board of GitHub Projects and a project of Jira, imported as a pull request, edited
// on both sides, imported again; and the same into a folder.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { roadsPage } from '../../app/pages/views/roads.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/governance'
const JIRA = { projectKey: 'ROAD', capabilities: { field: 'Capabilities' } }
const GITHUB = { owner: 'acme', project: 1, phase: { field: 'Phase', values: { Discovery: 0 } }, status: { 'In Review': 'nfr_validating' } }

const isFull = process.env.KATALYST_FULL_SIZE === '1'

interface Ref {
  readonly artifactId: string
  readonly key: string
  readonly fields: readonly Record<string, unknown>[]
}
interface Answer {
  readonly written: { readonly state: string; readonly to: string; readonly url: string | null; readonly files: readonly string[] }
  readonly added: readonly Ref[]
  readonly changed: readonly Ref[]
  readonly removed: readonly Ref[]
  readonly drift: readonly Ref[]
  readonly unchanged: readonly string[]
  readonly unmapped: readonly { readonly artifactId: string; readonly field: string; readonly value: string }[]
  readonly violations: readonly { readonly artifactId: string; readonly gate: string }[]
  readonly changeEntries: readonly { readonly id: string; readonly artifactId: string }[]
  readonly notes: readonly string[]
  readonly requests: number
}

let providers: Providers
let own: ReturnType<typeof makeFolder>
let product: Product
const github = () => providers.github
const jira = () => providers.jira

beforeEach(async () => {
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await github().createRepository(REPOSITORY, {
    'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: Finding\ncategory: Business\nstatus: stable\n---\n',
  })
  await github().createRepository('acme/shop', { 'README.md': '# Shop' })
  await github().installApp('acme')
  await product.settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect([...jira().violations, ...github().violations]).toEqual([])
})

const settings = (file: object) => writeFileSync(path.join(own.folder, 'roadmap-source.json'), JSON.stringify(file))
const isWrite = ({ method, path: where }: { readonly method: string; readonly path: string }) =>
  method !== 'GET' && !/graphql|access_tokens|\/search|bulkfetch/.test(where)
const writes = () => [...github().requests, ...jira().requests].filter(isWrite).map(({ method, path: where }) => `${method} ${where}`)

async function call(method: 'GET' | 'POST', source: 'jira' | 'github', status = 200): Promise<Answer> {
  const answer =
    method === 'GET' ? await product.call('GET', `/roadmap/diff?source=${source}`) : await product.call('POST', '/roadmap/sync', { source })
  expect(answer.status === status ? status : answer).toBe(status)
  return answer.body
}
const diff = (source: 'jira' | 'github') => call('GET', source)
const sync = (source: 'jira' | 'github') => call('POST', source)
const openPull = () =>
  github()
    .pulls(REPOSITORY)
    .filter(({ state }) => state === 'open')[0]
async function merge() {
  await github().mergePull(REPOSITORY, openPull()?.number ?? 0)
  await product.settle()
}
const road = (id: string) => github().readFile(REPOSITORY, `governance/roads/${id}.md`) ?? ''
const idsOf = (items: readonly Ref[]) => items.map(({ artifactId }) => artifactId)
const edit = async (id: string, from: string, to: string) => {
  const text = road(id)
  expect(text).toContain(from)
  await github().commit(REPOSITORY, 'main', { [`governance/roads/${id}.md`]: text.replace(from, to) })
}
const number = (at: number) => `ROAD-${String(at).padStart(3, '0')}`

/** The dry run at the request layer, and an untouched database. */
async function showsWithoutWriting(source: 'jira' | 'github'): Promise<Answer> {
  const before = writes().length
  const [first, second] = [await diff(source), await diff(source)]
  expect(second).toEqual(first)
  expect(writes()).toHaveLength(before)
  return first
}

describe('a board of GitHub Projects', () => {
  // 120 with KATALYST_FULL_SIZE=1; either is more than one page.
  const ITEMS = isFull ? 120 : 56
  let items: string[]
  beforeEach(() => {
    settings({ source: 'github', repository: REPOSITORY, github: GITHUB })
    github().createProject('acme', 'Roadmap', {
      Status: 'single-select',
      Priority: 'single-select',
      Phase: 'iteration',
      Effort: 'number',
      Notes: 'text',
    })
    items = []
    for (let at = 1; at <= ITEMS; at += 1) {
      const status = ['Todo', 'In Progress', 'Done'][at % 3] as string
      const values = { Status: status, Priority: 'High', Phase: at % 2 ? 'Phase 2' : 'Discovery', Effort: at }
      if (at % 4 === 0) items.push(github().addProjectItem('acme', 1, { draft: `Draft ${at}`, body: `Think about ${at}.` }, values))
      else {
        const issue = github().openIssue('acme/shop', `Feature ${at}`, ['CAP-001', 'urgent'])
        github().rewriteIssue('acme/shop', issue, { body: `# Why\n\nBecause of ${at}.\n\n- [x] think\n- [ ] do` })
        items.push(github().addProjectItem('acme', 1, { issue, repository: 'acme/shop' }, values))
      }
    }
  })

  test('becomes road items by GraphQL alone, in a request for every page', async () => {
    const [parent, child] = [1, github().openIssue('acme/shop', 'A part of it')]
    github().linkSubIssue('acme/shop', parent, child)
    github().rewriteIssue('acme/shop', child, { body: '- [x] small', state: 'closed' })
    github().forgetRequests()
    const answer = await showsWithoutWriting('github')
    expect(idsOf(answer.added)).toEqual(items.map((_, at) => number(at + 1)))
    expect([answer.changed, answer.removed, answer.drift, answer.unchanged]).toEqual([[], [], [], []])
    expect(github().requests.filter(({ path: where }) => /projects/.test(where))).toEqual([])
    expect(answer.requests).toBeLessThanOrEqual(Math.ceil(ITEMS / 50) + 1)

    expect((await sync('github')).written).toMatchObject({ state: 'proposed', to: 'pull-request' })
    const text = github().readFile(REPOSITORY, 'governance/roads/ROAD-001.md', openPull()?.branch) ?? ''
    expect(text).toContain('title: "Feature 1"\nstatus: implementing\nphase: 2\npriority: high\n')
    expect(text).toContain('tags: ["urgent"]')
    expect(text).toContain('capabilities: [CAP-001]')
    expect(text).toContain('## Summary\n\n### Why\n\nBecause of 1.\n')
    expect(text).toContain(
      `- ✅ [acme/shop#${child}](<${github().url}/acme/shop/issues/${child}>): A part of it\n  - ✅ small\n- ✅ think\n- 🎯 do\n`,
    )
  })

  test('edited on both sides and imported again: ids stay, and the lists and the drift are exactly right', async () => {
    await sync('github')
    expect((await sync('github')).written.state).toBe('proposed')
    expect(github().pulls(REPOSITORY)).toHaveLength(1)
    await merge()
    expect(await showsWithoutWriting('github')).toMatchObject({
      added: [],
      changed: [],
      removed: [],
      drift: [],
      written: { state: 'none' },
    })

    github().setProjectValues('acme', 1, items[0] as string, { Status: 'Done' })
    github().editDraft('acme', 1, items[3] as string, { title: 'Renamed' })
    github().removeProjectItem('acme', 1, items[9] as string)
    github().archiveProjectItem('acme', 1, items[10] as string)
    github().redactProjectItem('acme', 1, items[11] as string)
    github().setProjectValues('acme', 1, items[12] as string, { Status: 'Who knows' })
    const added = github().addProjectItem('acme', 1, { draft: 'Late' })
    await edit('ROAD-002', 'title: "Feature 2"', 'title: "Mine"')
    await edit('ROAD-005', 'priority: high', 'priority: low')
    await edit('ROAD-006', 'governance:', 'owner: "Paula"\ngovernance:')
    await product.settle()

    const answer = await showsWithoutWriting('github')
    expect(idsOf(answer.added)).toEqual([number(ITEMS + 1)])
    expect(answer.changed.map(({ artifactId, fields }) => [artifactId, fields])).toEqual([
      ['ROAD-001', [{ field: 'status', old: 'implementing', new: 'complete' }]],
      ['ROAD-004', [{ field: 'title', old: 'Draft 4', new: 'Renamed' }]],
    ])
    expect(idsOf(answer.removed)).toEqual(['ROAD-010'])
    expect(answer.drift.map(({ artifactId, fields }) => [artifactId, fields])).toEqual([
      ['ROAD-002', [{ field: 'title', local: 'Mine', external: 'Feature 2' }]],
      ['ROAD-005', [{ field: 'priority', local: 'low', external: 'high' }]],
    ])
    expect(answer.unchanged).toHaveLength(ITEMS - 6)
    expect(answer.unmapped).toMatchObject([{ artifactId: 'ROAD-013', field: 'status', value: 'Who knows' }])

    expect((await sync('github')).changeEntries).toEqual([{ id: 'CHANGE-001', artifactId: 'ROAD-001', file: 'changes/CHANGE-001.md' }])
    await merge()
    expect(road('ROAD-002')).toContain('title: "Feature 2"')
    expect(road('ROAD-006')).toContain('owner: "Paula"')
    expect(road('ROAD-010')).toContain('Feature 10')
    expect(github().readFile(REPOSITORY, 'governance/changes/CHANGE-001.md')).toContain('road_id: ROAD-001')
    const after = await diff('github')
    expect([after.added, after.changed, after.drift, idsOf(after.removed)]).toEqual([[], [], [], ['ROAD-010']])

    github().removeProjectItem('acme', 1, added)
    github().addProjectItem('acme', 1, { draft: 'Later still' })
    expect(idsOf((await diff('github')).added)).toEqual([number(ITEMS + 2)])
  })

  test('that may not be read says which permission is missing, and nothing is changed', async () => {
    settings({ source: 'github', repository: REPOSITORY, github: { ...GITHUB, project: 9 } })
    const answer = (await product.call('POST', '/roadmap/sync', { source: 'github' })) as { status: number; body: { error: string } }
    expect(answer).toMatchObject({ status: 502, body: { error: expect.stringContaining('read:project') } })
    expect(github().pulls(REPOSITORY)).toEqual([])
  })
})

describe('a project of Jira', () => {
  const EPICS = isFull ? 80 : 54
  const keys: string[] = []
  beforeEach(() => settings({ source: 'jira', repository: REPOSITORY, jira: JIRA }))
  const fill = (count: number) => {
    keys.length = 0
    for (let at = 1; at <= count; at += 1) {
      const fields = { summary: `Epic ${at}`, labels: ['phase-2', 'urgent'], priority: { name: at % 2 ? 'Highest' : 'Lowest' } }
      const key = jira().createAsPerson('ROAD', 'Epic', fields)
      keys.push(key)
      for (const part of ['a', 'b']) jira().createAsPerson('ROAD', 'Story', { summary: `Part ${part} of ${at}`, parent: { key } })
    }
  }
  const child = (at: number) => `ROAD-${at * 3 - 1}`

  test('is imported, edited on both sides, imported again', async () => {
    fill(EPICS)
    jira().transitionAsPerson(child(1), 'In Progress')
    const first = await showsWithoutWriting('jira')
    expect(idsOf(first.added)).toEqual(keys.map((_, at) => number(at + 1)))
    // The fields, the epics, and the children of fifty epics at a time.
    expect(first.requests).toBeLessThanOrEqual(1 + 1 + 2 * Math.ceil(EPICS / 50) + 2)
    await sync('jira')
    await merge()
    expect(road('ROAD-001')).toContain('title: "Epic 1"\nstatus: proposed\nphase: 2\npriority: critical\n')
    expect(road('ROAD-001')).toContain(`- 🚧 [ROAD-2](<${jira().url}/browse/ROAD-2>): Part a of 1\n- 🎯 [ROAD-3]`)
    expect(road('ROAD-002')).toContain('priority: low\n')
    expect(await diff('jira')).toMatchObject({ added: [], changed: [], removed: [], drift: [] })

    jira().editAsPerson(keys[0] as string, { summary: 'Renamed' })
    for (const status of ['In Progress', 'In Review', 'Done']) jira().transitionAsPerson(keys[1] as string, status)
    jira().deleteIssue(child(3))
    for (const one of [child(4), `ROAD-${4 * 3}`, keys[3] as string]) jira().deleteIssue(one)
    jira().forgetInSearch(keys[4] as string)
    await edit('ROAD-006', 'priority: low', 'priority: high')
    await product.settle()
    const answer = await showsWithoutWriting('jira')
    expect([answer.added, answer.changed.map(({ artifactId, fields }) => [artifactId, fields.map(({ field }) => field)])]).toEqual([
      [],
      [
        ['ROAD-001', ['title']],
        ['ROAD-002', ['status']],
        ['ROAD-003', ['tasks']],
      ],
    ])
    expect(idsOf(answer.removed)).toEqual(['ROAD-004'])
    expect(answer.drift).toMatchObject([{ artifactId: 'ROAD-006', fields: [{ field: 'priority', local: 'high', external: 'low' }] }])
    expect(answer.unchanged).toHaveLength(EPICS - 5)
    expect(answer.violations.some(({ artifactId, gate }) => artifactId === 'ROAD-002' && gate === 'adr_validated')).toBe(true)
    await sync('jira')
    const pull = openPull()
    const changed = github().readFile(REPOSITORY, 'governance/roads/ROAD-002.md', pull?.branch)
    expect(changed).toContain('status: complete')
    expect(changed).toContain('validated: false')
    expect(pull?.body).toContain('Gates that were passed by')
  })

  test('the same roadmap written by hand gives the same index', async () => {
    fill(4)
    jira().transitionAsPerson(keys[0] as string, 'In Progress')
    await sync('jira')
    await merge()
    const imported = (await product.call('GET', `/governance/index?repository=${REPOSITORY}`)) as { body: Record<string, unknown> }
    const texts = keys.map((_, at) => ({ file: `roads/${number(at + 1)}.md`, text: road(number(at + 1)) }))
    const byHand = texts.map(({ file, text }) => ({ file, content: text.replace(/^roadmap_source:\n(?: .*\n)+/m, '') }))
    expect(byHand.every(({ content }) => !content.includes('roadmap_source'))).toBe(true)
    const { buildIndex } = await import('../../integrations/governance/governance-index.ts')
    const { artifacts } = parseGovernance([
      ...byHand,
      { file: 'capabilities/CAP-001.md', content: github().readFile(REPOSITORY, 'governance/capabilities/CAP-001.md') ?? '' },
    ])
    const { version, project, generated, ...index } = JSON.parse(
      JSON.stringify(buildIndex(artifacts, { project: 'x', version: '1', generated: new Date(0) })),
    )
    const { version: _v, project: _p, generated: _g, ...ours } = imported.body
    expect(ours).toEqual(index)
    expect(ours.violations).toContainEqual(expect.objectContaining({ roadId: 'ROAD-001', gate: 'adr_validated' }))
    expect([version, project, generated]).toHaveLength(3)
  })

  test('declined by people is not proposed again until it says something else; nothing at all is refused', async () => {
    fill(3)
    await sync('jira')
    await github().editPull(REPOSITORY, openPull()?.number ?? 0, { state: 'closed' })
    expect((await sync('jira')).written.state).toBe('declined')
    jira().editAsPerson(keys[0] as string, { summary: 'Another' })
    expect((await sync('jira')).written.state).toBe('proposed')
    settings({ source: 'jira', repository: REPOSITORY, jira: { ...JIRA, filter: 'labels = nothing' } })
    expect(await product.call('POST', '/roadmap/sync', { source: 'jira' })).toMatchObject({ status: 422, body: { code: 'REFUSED' } })
  })

  test('is kept in the store where that is wanted', async () => {
    fill(4)
    settings({ source: 'jira', writeTo: 'store', jira: JIRA })
    expect((await sync('jira')).written).toMatchObject({ state: 'written', to: 'store' })
    expect(await diff('jira')).toMatchObject({ added: [], changed: [], drift: [], written: { state: 'none' } })
    const roads = (await product.call('GET', '/taxonomy/roads?limit=200')) as { body: { items: { id: string }[] } }
    expect(roads.body.items).toHaveLength(4)
    const page = await roadsPage.load(product.opened.contextFor({ kind: 'admin', name: 'test' }, 'test'), {
      query: {},
      params: {},
    } as never)
    expect(String(await page.body).match(/Source: \w+/g)).toEqual(['Source: Jira'])
    expect(String(await page.body)).toContain(`${jira().url}/browse/${keys[0]}`)
    expect(roads.body.items[0]).toMatchObject({ source: { name: 'jira', title: 'Jira', key: expect.stringMatching(/^ROAD-/) } })
  })
})

test('a source that the settings do not name is refused with the file and the place', async () => {
  settings({ source: 'local' })
  const answer = (await product.call('POST', '/roadmap/sync', { source: 'jira' })) as { status: number; body: { error: string } }
  expect(answer.body.error).toBe(
    'roadmap-source.json: source: expected "jira", found "local": the roadmap is kept in git. Set source to import it',
  )
  expect(readFileSync(path.join(own.folder, 'roadmap-source.json'), 'utf8')).toContain('local')
})
