// What may happen to an issue behind our back, in both directions: never a second issue for an artifact, never a file that goes
// with its issue, and always a sentence that says what to do.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { SyncResult } from '../../app/answers/push-answer.ts'
import { syncJira } from '../../app/usecases/sync-jira.ts'
import { DEFAULT_PROJECT } from '../sandbox/jira/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const road = (title: string, status = 'proposed') =>
  `---\nid: ROAD-001\ntitle: ${title}\nstatus: ${status}\nphase: 1\npriority: high\ngovernance:\n  adrs: {validated: true, ids: []}\n---\n\n## Summary\n\nText.\n`

let providers: Providers
let product: Product
let own: ReturnType<typeof makeFolder>
const folder = () => path.join(own.folder, 'governance')
const file = () => path.join(folder(), 'roads/ROAD-001.md')
const read = () => readFileSync(file(), 'utf8')
const ours = () => providers.jira.issues().filter(({ labels }) => labels.includes('ROAD-001'))
const writes = () =>
  providers.jira.requests.filter(({ method, path: route }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(route)).length

async function sync(direction: string, more: object = {}): Promise<SyncResult> {
  const input = { direction, path: folder(), repository: 'acme/outcomes', ...more }
  const ctx = product.opened.contextFor({ kind: 'admin', name: 'test' }, 'outcomes')
  const { syncResults } = await syncJira.run(ctx, syncJira.input.parse(input))
  return syncResults[0] as SyncResult
}

beforeEach(async () => {
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders()
  providers.jira.createProject('KAT', { fields: DEFAULT_PROJECT.fields })
  product = await openProduct(providers, { folder: own.folder })
  mkdirSync(path.dirname(file()), { recursive: true })
  writeFileSync(file(), road('Search'))
  expect(await sync('export')).toMatchObject({ status: 'created', jiraKey: 'ROAD-1' })
})
afterEach(async () => {
  await product.close()
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

/** Nothing is written, in either direction and in a plan, and all three say why. */
async function refusedEverywhere(reason: RegExp, status: SyncResult['status'] = 'refused') {
  writeFileSync(file(), road('Find'))
  const [before, text] = [writes(), read()]
  for (const [direction, more, wanted] of [
    ['export', { dryRun: true }, 'refused'],
    ['export', {}, 'refused'],
    ['both', {}, 'refused'],
    ['import', {}, status],
  ] as const)
    expect([direction, await sync(direction, more)]).toMatchObject([direction, { status: wanted, reason: expect.stringMatching(reason) }])
  expect([writes(), read()]).toEqual([before, text])
}

describe('an issue that was deleted, or that an issue security level hides,', () => {
  test('is not made twice: both directions say what to do, and when it can be seen again it is the same one', async () => {
    providers.jira.hideIssue('ROAD-1')
    await refusedEverywhere(/ROAD-1 .*--recreate/, 'skipped')
    providers.jira.hideIssue('ROAD-1', false)
    expect(await sync('export')).toMatchObject({ status: 'updated', jiraKey: 'ROAD-1' })
    expect(ours()).toHaveLength(1)
  })

  test('is made anew when somebody says that it is gone', async () => {
    providers.jira.deleteIssue('ROAD-1')
    expect(await sync('export')).toMatchObject({ status: 'refused' })
    const again = await sync('export', { recreate: true })
    expect(again).toMatchObject({ status: 'created', jiraKey: 'ROAD-2', reason: expect.stringContaining('ROAD-1 is gone') })
    expect([ours().length, read()]).toEqual([1, road('Search')])
  })
})

describe('an issue that was moved to another project', () => {
  test('is left alone there until a person says which project is meant, and is then the same issue', async () => {
    expect(providers.jira.moveIssue('ROAD-1', 'KAT')).toBe('KAT-1')
    providers.jira.editAsPerson('KAT-1', { priority: { name: 'Low' } })
    await refusedEverywhere(/moved to the project KAT and is KAT-1 now.*--project KAT/)
    const there = await sync('both', { jiraProject: 'KAT' })
    expect(there).toMatchObject({ status: 'updated', jiraKey: 'KAT-1', inbound: { taken: ['priority'] } })
    expect(read()).toBe(road('Find').replace('high', 'low'))
    expect([ours().length, ours()[0]?.summary]).toEqual([1, 'Find'])
  })
})

describe('an issue whose project was given another key', () => {
  test('is the same issue, under either key', async () => {
    providers.jira.renameProject('ROAD', 'NEW')
    writeFileSync(file(), road('Find'))
    expect(await sync('both')).toMatchObject({ status: 'updated', jiraKey: 'NEW-1' })
    expect(await sync('both', { jiraProject: 'NEW' })).toMatchObject({ status: 'unchanged', jiraKey: 'NEW-1' })
    expect([ours().length, ours()[0]?.summary]).toEqual([1, 'Find'])
  })
})

describe('an issue that is of another type now', () => {
  test('is left alone until it, or the configuration, is changed back', async () => {
    providers.jira.changeType('ROAD-1', 'Task')
    await refusedEverywhere(/ROAD-1 is a Task now, and issueTypes\.road-item says Epic/)
    providers.jira.changeType('ROAD-1', 'Epic')
    expect(await sync('export')).toMatchObject({ status: 'updated', jiraKey: 'ROAD-1' })
    expect(ours()).toHaveLength(1)
  })
})

describe('an issue that was archived', () => {
  test('is read and not written, and goes on once it is restored', async () => {
    providers.jira.editAsPerson('ROAD-1', { priority: { name: 'Low' } })
    providers.jira.archiveIssue('ROAD-1')
    writeFileSync(file(), road('Find'))
    expect(await sync('export', { dryRun: true })).toMatchObject({ status: 'updated' })
    const refused = await sync('export')
    expect(refused).toMatchObject({ status: 'refused', reason: expect.stringMatching(/change ROAD-1: it is archived.*Restore it/) })
    expect(await sync('import')).toMatchObject({ status: 'updated', inbound: { taken: ['priority'] } })
    expect(ours()[0]?.summary).toBe('Search')
    providers.jira.archiveIssue('ROAD-1', false)
    expect(await sync('both')).toMatchObject({ status: 'updated', jiraKey: 'ROAD-1' })
    expect([ours().length, ours()[0]?.summary, read()]).toEqual([1, 'Find', road('Find').replace('high', 'low')])
  })
})

describe('an account that lost a permission', () => {
  test.each(['EDIT_ISSUES', 'TRANSITION_ISSUES'] as const)(
    '(%s) is told which, writes nothing, and goes on when it has it again',
    async (permission) => {
      providers.jira.revoke('ROAD', permission)
      writeFileSync(file(), permission === 'EDIT_ISSUES' ? road('Find') : road('Search', 'adr_validated'))
      expect(await sync('export')).toMatchObject({
        status: 'refused',
        reason: expect.stringMatching(/permission|no way|workflow|Transition Issues/i),
      })
      providers.jira.grant('ROAD', permission)
      expect(await sync('export')).toMatchObject({ status: 'updated', jiraKey: 'ROAD-1' })
      expect(ours()).toHaveLength(1)
    },
  )

  test('(Browse Projects) stops before anything is read of an issue, and names the project', async () => {
    providers.jira.revoke('ROAD', 'BROWSE_PROJECTS')
    for (const direction of ['export', 'import'])
      await expect(sync(direction)).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining('found "ROAD"') })
    providers.jira.grant('ROAD', 'BROWSE_PROJECTS')
    expect([await sync('both'), ours().length, read()]).toMatchObject([{ status: 'unchanged' }, 1, road('Search')])
  })

  test('(Add Comments) still has its refusals in the answer', async () => {
    providers.jira.revoke('ROAD', 'ADD_COMMENTS')
    for (const status of ['In Progress', 'In Review', 'Done']) providers.jira.transitionAsPerson('ROAD-1', status)
    expect(await sync('import')).toMatchObject({ status: 'refused', inbound: { refused: [{ field: 'status' }] } })
    expect(ours()[0]?.comments).toEqual([])
  })
})

describe('an issue that is taken away from here (remove-jira-issue)', () => {
  test('is made anew by the next export; one of people is refused, one that is not there is not found', async () => {
    expect(await product.call('DELETE', '/integrations/jira/issues/ROAD-1')).toMatchObject({
      status: 200,
      body: { jiraKey: 'ROAD-1', status: 'removed', artifactId: 'ROAD-001' },
    })
    expect(ours()).toEqual([])
    expect(await sync('export')).toMatchObject({ status: 'created', jiraKey: 'ROAD-2' })

    const theirs = providers.jira.createAsPerson('ROAD', 'Epic', { summary: 'Of a person', labels: ['ROAD-001'] })
    expect(await product.call('DELETE', `/integrations/jira/issues/${theirs}`)).toMatchObject({ status: 409, body: { code: 'NOT-OURS' } })
    expect(providers.jira.issues().map(({ key }) => key)).toContain(theirs)
    expect(await product.call('DELETE', '/integrations/jira/issues/ROAD-99')).toMatchObject({ status: 404 })
    expect(await product.call('DELETE', '/integrations/jira/issues/nothing')).toMatchObject({ status: 400 })
  })

  test('that is gone already is forgotten', async () => {
    providers.jira.deleteIssue('ROAD-1')
    expect(await product.call('DELETE', '/integrations/jira/issues/ROAD-1')).toMatchObject({ status: 200, body: { status: 'absent' } })
    expect(await sync('export')).toMatchObject({ status: 'created', jiraKey: 'ROAD-2' })
  })
})
