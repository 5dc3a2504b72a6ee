// User stories under the epics of their road items, and capabilities as labels or epics.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProviders, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const FILES = {
  'roads/ROAD-001.md':
    '---\nid: ROAD-001\ntitle: "Search"\nstatus: proposed\nphase: 1\npriority: high\nuser_stories: [US-002]\ngovernance:\n  capabilities: [CAP-001]\n---\n\n# ROAD-001: Search\n',
  'user-stories/US-001.md':
    '---\nid: US-001\ntitle: "Find a page"\nuser_type: UT-001\nstatus: implementing\ncapabilities: [CAP-001]\n---\n\n# US-001: Find a page\n\n**As a** reader, **I want to** find.\n\n## Road Items\n\n- **ROAD-001** (Search)\n',
  'user-stories/US-002.md':
    '---\nid: US-002\ntitle: "Find a word"\nuser_type: UT-001\nstatus: draft\ncapabilities: [CAP-001]\n---\n\n# US-002: Find a word\n',
  'user-stories/US-003.md':
    '---\nid: US-003\ntitle: "Alone"\nuser_type: UT-001\nstatus: approved\ncapabilities: [CAP-001]\n---\n\n# US-003: Alone\n',
  'capabilities/CAP-001.md':
    '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001: Finding\n\nFind *things*.\n',
}
let providers: Providers
let own: ReturnType<typeof makeFolder>
const folder = () => path.join(own.folder, 'governance')

beforeEach(async () => {
  providers = await openProviders()
  own = makeFolder({ projectKey: 'ROAD', fieldMappings: { 'user-story.user_type': 'Governance Status' } })
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder(), file)), { recursive: true })
    writeFileSync(path.join(folder(), file), text)
  }
})
afterEach(async () => {
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

interface Answer {
  readonly notes: string[]
  readonly syncResults: {
    readonly artifactId: string
    readonly jiraKey: string | null
    readonly status: string
    readonly reason?: string
  }[]
}
async function sync(...args: string[]) {
  const environment = environmentFor(providers, { folder: own.folder })
  const ran = await katalyst(['jira:sync', '--path', folder(), '--repository', 'acme/mapper', '--json', ...args], {
    environment,
    log: silentLog,
  })
  const answer = JSON.parse(ran.out) as Answer
  return { exit: ran.exit, ...answer, statuses: answer.syncResults?.map(({ status }) => status) }
}
const issueOf = (id: string) =>
  providers.jira.issues().find(({ labels }) => labels.includes(id) && labels.some((label) => label.startsWith('katalyst-')))

test('stories hang under the epic of the road item that they name, or that names them', async () => {
  expect((await sync('--export')).exit).toBe(0)
  const first = await sync('--export', '--type', 'user-story')
  expect([first.exit, first.statuses]).toEqual([0, ['created', 'created', 'created']])
  const epic = issueOf('ROAD-001')
  expect(issueOf('US-001')).toMatchObject({ type: 'Story', parent: epic?.key, status: 'In Progress', summary: 'Find a page' })
  expect(issueOf('US-001')?.description).toContain('As a reader, I want to find.')
  expect(issueOf('US-001')?.labels).toContain('CAP-001')
  expect(Object.values(issueOf('US-001')?.fields ?? {})).toContain('UT-001')
  expect(issueOf('US-002')).toMatchObject({ parent: epic?.key, status: 'To Do' })
  expect(issueOf('US-003')).toMatchObject({ parent: undefined, status: 'To Do' })
  const count = providers.jira.issues().length
  const again = await sync('--export', '--type', 'user-story')
  expect([again.statuses, providers.jira.issues().length]).toEqual([['unchanged', 'unchanged', 'unchanged'], count])
})

test('a story that is written before its epic gets its parent once the epic is there', async () => {
  await sync('--export', '--type', 'user-story')
  expect(issueOf('US-001')?.parent).toBeUndefined()
  await sync('--export')
  expect((await sync('--export', '--type', 'user-story')).statuses).toEqual(['updated', 'updated', 'unchanged'])
  expect(issueOf('US-001')?.parent).toBe(issueOf('ROAD-001')?.key)
})

test('a change of a story in Jira goes into its file, the status without a state machine', async () => {
  await sync('--export', '--type', 'user-story')
  const key = issueOf('US-001')?.key ?? ''
  providers.jira.editAsPerson(key, { summary: 'Find any page' })
  for (const status of ['In Review', 'Done']) providers.jira.transitionAsPerson(key, status)
  expect((await sync('--import', '--type', 'user-story')).statuses).toEqual(['updated', 'unchanged', 'unchanged'])
  const text = readFileSync(path.join(folder(), 'user-stories/US-001.md'), 'utf8')
  const expected = FILES['user-stories/US-001.md'].replaceAll('Find a page', 'Find any page').replace('implementing', 'complete')
  expect(text).toBe(expected)
  expect((await sync('--type', 'user-story')).statuses).toEqual(['updated', 'unchanged', 'unchanged'])
  expect((await sync('--type', 'user-story')).statuses).toEqual(['unchanged', 'unchanged', 'unchanged'])
})

test('capabilities are labels, and say so; as epics they have issues', async () => {
  const labels = await sync('--export', '--type', 'capability')
  expect([labels.exit, labels.syncResults]).toMatchObject([0, [{ status: 'unchanged', reason: expect.stringContaining('label') }]])
  expect(providers.jira.issues()).toEqual([])
  writeFileSync(path.join(own.folder, 'jira-config.json'), JSON.stringify({ projectKey: 'ROAD', capabilityAs: 'epic' }))
  expect((await sync('--export', '--type', 'capability')).statuses).toEqual(['created'])
  expect(issueOf('CAP-001')).toMatchObject({ type: 'Epic', summary: 'Finding', description: expect.stringContaining('Find things.') })
  expect((await sync('--export', '--type', 'capability')).statuses).toEqual(['unchanged'])
})
