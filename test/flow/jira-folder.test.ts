// `katalyst jira:sync` on a folder: what people changed in Jira is written into the files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProviders, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const road = (id: string, title: string) =>
  `---\nid: ${id}\ntitle: ${title} # theirs\nstatus: proposed\nphase: 1\npriority: high\ncreated: "2026-01-01"\ngovernance:\n  capabilities: [CAP-001]\n---\n\n# ${id}: ${title}\n\nText.\n`

let providers: Providers
const own = makeFolder({ projectKey: 'ROAD', fieldMappings: { 'road-item.phase': 'Phase' } })
const folder = path.join(own.folder, 'governance')
const file = (id: string) => path.join(folder, `roads/${id}.md`)
const textOf = (id: string) => readFileSync(file(id), 'utf8')

async function sync(...args: string[]) {
  const environment = environmentFor(providers, { folder: own.folder })
  const given = ['jira:sync', '--path', folder, '--repository', 'acme/mapper', '--json', ...args]
  const ran = await katalyst(given, { environment, log: silentLog })
  return { exit: ran.exit, answer: JSON.parse(ran.out) as { syncResults: { status: string; reason?: string; inbound?: object }[] } }
}

beforeAll(async () => {
  providers = await openProviders()
  mkdirSync(path.dirname(file('ROAD-001')), { recursive: true })
  for (const id of ['ROAD-001', 'ROAD-002']) writeFileSync(file(id), road(id, 'Search'))
  expect((await sync('--export')).exit).toBe(0)
})
beforeEach(() => {
  for (const id of ['ROAD-001', 'ROAD-002']) writeFileSync(file(id), road(id, 'Search'))
})
afterAll(async () => {
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

test('a plan says what would be taken; an import writes it; the next run agrees', async () => {
  const phase = Object.keys(providers.jira.issue('ROAD-1')?.fields ?? {}).find((id) => providers.jira.issue('ROAD-1')?.fields[id] === 1)
  providers.jira.editAsPerson('ROAD-1', { summary: 'Find', priority: { name: 'Lowest' }, [phase ?? '']: 2 })
  const plan = await sync('--dry-run')
  expect(plan.answer.syncResults[0]).toMatchObject({ status: 'updated', inbound: { state: 'planned', where: 'roads/ROAD-001.md' } })
  expect(textOf('ROAD-001')).toBe(road('ROAD-001', 'Search'))
  const done = await sync('--import')
  expect([done.exit, done.answer.syncResults[0]]).toMatchObject([0, { status: 'updated', inbound: { state: 'written', refused: [] } }])
  expect(textOf('ROAD-001')).toBe(road('ROAD-001', 'Find').replace('priority: high', 'priority: low').replace('phase: 1', 'phase: 2'))
  expect(textOf('ROAD-002')).toBe(road('ROAD-002', 'Search'))
  const again = await sync()
  expect([again.exit, again.answer.syncResults.map(({ status }) => status)]).toEqual([0, ['unchanged', 'unchanged']])
})

test('what the state machine forbids is refused with exit code 1, said once on the issue, and the file stays', async () => {
  for (const status of ['In Progress', 'In Review', 'Done']) providers.jira.transitionAsPerson('ROAD-2', status)
  for (let run = 0; run < 2; run += 1) {
    const { exit, answer } = await sync('--import', '--ids', 'ROAD-002')
    expect([exit, answer.syncResults[0]]).toMatchObject([1, { status: 'refused', reason: expect.stringContaining('cannot move from') }])
  }
  expect(textOf('ROAD-002')).toBe(road('ROAD-002', 'Search'))
  expect(providers.jira.issue('ROAD-2')?.comments).toHaveLength(1)
})

test('what was written is agreed on: taking it back in Jira is a change of its own, which git does not write over unsaid', async () => {
  await sync('--ids', 'ROAD-001')
  providers.jira.editAsPerson('ROAD-1', { summary: 'Look up' })
  expect((await sync('--ids', 'ROAD-001')).answer.syncResults[0]).toMatchObject({ inbound: { state: 'written' } })
  providers.jira.editAsPerson('ROAD-1', { summary: 'Search' })
  writeFileSync(file('ROAD-001'), textOf('ROAD-001').replace('Look up', 'Browse'))
  expect((await sync('--ids', 'ROAD-001')).answer.syncResults[0]).toMatchObject({ status: 'conflict' })
  expect(providers.jira.issue('ROAD-1')?.summary).toBe('Search')
})

test('an issue that is gone is skipped, and left to an export', async () => {
  providers.jira.hideIssue('ROAD-2')
  const { exit, answer } = await sync('--import', '--ids', 'ROAD-002')
  expect([exit, answer.syncResults[0]]).toMatchObject([1, { status: 'skipped', reason: expect.stringContaining('may not see it') }])
  providers.jira.hideIssue('ROAD-2', false)
})
