// The same work in every form in which Jira comes: Cloud with an API token, Cloud by OAuth through the gateway, Data Center with a
// personal access token. What differs between them differs below the client; here only the way to connect does.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock } from '../engine/clocks.ts'
import type { JiraSandboxOptions } from '../sandbox/jira/sandbox.ts'
import { OPEN_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const DAY_MS = 86_400_000

const FILES = {
  'roads/ROAD-001.md':
    '---\nid: ROAD-001\ntitle: "Search"\nstatus: proposed\nphase: 1\npriority: high\nuser_stories: [US-001]\ngovernance:\n  capabilities: [CAP-001]\n---\n\n# ROAD-001: Search\n\n## Summary\n\nFind things **fast**, see [the plan](https://example.org/plan).\n\n- one\n- two\n\n| a | b |\n| - | - |\n| {code} | `x` |\n\n```ts\nconst a = 1\n```\n',
  'roads/ROAD-002.md':
    '---\nid: ROAD-002\ntitle: "Index"\nstatus: implementing\nphase: 1\npriority: low\ngovernance:\n  capabilities: [CAP-001]\n---\n\n# ROAD-002: Index\n\n- [ ] open\n- [x] done\n',
  'user-stories/US-001.md':
    '---\nid: US-001\ntitle: "Find a page"\nuser_type: UT-001\nstatus: implementing\ncapabilities: [CAP-001]\n---\n\n# US-001: Find a page\n\n**As a** reader, **I want to** find.\n',
  'capabilities/CAP-001.md':
    '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001: Finding\n\nFind *things*.\n',
}

const FORMS = ['cloud', 'gateway', 'data-center'] as const
type Form = (typeof FORMS)[number]

let providers: Providers
let own: ReturnType<typeof makeFolder>
let environment: Record<string, string>
const folder = () => path.join(own.folder, 'governance')
const fileOf = (name: keyof typeof FILES) => path.join(folder(), name)

/** What of the environment says how Jira is reached. */
function connectionOf(form: Form): Record<string, string> {
  const { jira } = providers
  const none = { JIRA_EMAIL: '', JIRA_API_TOKEN: '' }
  if (form === 'data-center') return { ...none, JIRA_PAT: jira.token }
  if (form === 'cloud') return {}
  const app = { ATLASSIAN_CLIENT_ID: jira.oauth.clientId, ATLASSIAN_CLIENT_SECRET: jira.oauth.clientSecret }
  return { ...none, JIRA_BASE_URL: '', ...app, ATLASSIAN_AUTH_URL: jira.url, ATLASSIAN_API_URL: jira.url }
}

/** A person agrees in the browser. */
async function consent(): Promise<void> {
  const product = await openProduct(providers, { folder: own.folder, environment })
  const started = (await product.call('GET', '/integrations/jira/oauth/start')) as { body: { url: string } }
  const { code, state } = providers.jira.oauth.consent(started.body.url)
  const back = await fetch(`${product.server.url}/api/v1/integrations/jira/oauth/callback?${new URLSearchParams({ code, state })}`)
  expect(back.status).toBe(200)
  await product.settle()
  await product.close()
}

async function open(form: Form, jira: Partial<JiraSandboxOptions> = {}): Promise<void> {
  providers = await openProviders({ form: form === 'data-center' ? 'data-center' : 'cloud', ...jira })
  environment = environmentFor(providers, { folder: own.folder, environment: connectionOf(form) })
  if (form === 'gateway') await consent()
}

beforeEach(() => {
  own = makeFolder({ projectKey: 'ROAD', capabilityAs: 'epic', fieldMappings: { 'road-item.phase': 'Phase' } })
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

const run = (...args: string[]) =>
  katalyst([...args, '--json'], { environment, log: silentLog, limits: { writeSpacingMs: 0, writesPerMinute: 0 } })

async function sync(...args: string[]) {
  const ran = await run('jira:sync', '--path', folder(), '--repository', 'acme/mapper', ...args)
  const answer = JSON.parse(ran.out) as { syncResults: { artifactId: string; jiraKey: string; status: string; reason?: string }[] }
  return { exit: ran.exit, answer, statuses: answer.syncResults?.map(({ status }) => status) }
}
const issueOf = (id: string) =>
  providers.jira
    .issues()
    .find(({ properties }) => (properties['katalyst.artifact'] as { artifactId?: string } | undefined)?.artifactId === id)
const writes = () =>
  providers.jira.requests.filter(({ method, path: at }) => method !== 'GET' && !/\/(search|jql|bulkfetch|token|webhook)$/.test(at)).length
const kinds = ['road-item', 'user-story', 'capability'] as const

async function exportAll() {
  const results: Awaited<ReturnType<typeof sync>>[] = []
  for (const kind of kinds) results.push(await sync('--export', '--type', kind))
  return results
}

describe.each(FORMS)('Jira as %s', (form) => {
  test('takes roads, stories and capabilities, once: nothing is written again, also when the database is lost', async () => {
    await open(form)
    const first = await exportAll()
    expect(first.map(({ exit, statuses }) => [exit, statuses])).toEqual([
      [0, ['created', 'created']],
      [0, ['created']],
      [0, ['created']],
    ])
    const epic = issueOf('ROAD-001')
    expect(epic).toMatchObject({ type: 'Epic', summary: 'Search', status: 'To Do', priority: 'High' })
    expect(epic?.description).toContain('const a = 1')
    expect(issueOf('ROAD-002')?.status).toBe('In Progress')
    expect(issueOf('US-001')).toMatchObject({ type: 'Story', parent: epic?.key, status: 'In Progress' })
    expect(issueOf('CAP-001')).toMatchObject({ type: 'Epic', summary: 'Finding' })
    const written = writes()
    expect((await exportAll()).map(({ statuses }) => statuses?.join())).toEqual(['unchanged,unchanged', 'unchanged', 'unchanged'])
    expect(writes()).toBe(written)

    for (const file of ['katalyst.db', 'katalyst.db-wal', 'katalyst.db-shm']) rmSync(path.join(own.folder, file), { force: true })
    if (form === 'gateway') await consent()
    const found = await exportAll()
    const keysOf = (results: typeof first) => results.flatMap(({ answer }) => answer.syncResults.map(({ jiraKey }) => jiraKey))
    expect(keysOf(found)).toEqual(keysOf(first))
    expect(providers.jira.issues()).toHaveLength(4)
    expect(writes()).toBe(written)
  })

  test('gives back what people change: status, field, title and one block of the text', async () => {
    await open(form)
    await exportAll()
    const { jira } = providers
    const [road, story] = [issueOf('ROAD-001')?.key ?? '', issueOf('US-001')?.key ?? '']
    const phase = jira.project?.fieldIds.Phase ?? ''
    const stored = JSON.stringify(jira.issue(road)?.fields.description)
    const description = JSON.parse(stored.replace('Find things', 'Find all things').replaceAll('\\n', '\\r\\n')) as unknown
    jira.editAsPerson(road, { summary: 'Find', [phase]: 2, description })
    for (const status of ['In Review', 'Done']) jira.transitionAsPerson(story, status)
    expect((await sync('--import')).statuses).toEqual(['updated', 'unchanged'])
    expect((await sync('--import', '--type', 'user-story')).statuses).toEqual(['updated'])
    const expected = FILES['roads/ROAD-001.md']
      .replaceAll('Search', 'Find')
      .replace('phase: 1', 'phase: 2')
      .replace('Find things', 'Find all things')
    expect(readFileSync(fileOf('roads/ROAD-001.md'), 'utf8')).toBe(expected)
    expect(readFileSync(fileOf('user-stories/US-001.md'), 'utf8')).toContain('status: complete')
    const written = writes()
    expect((await sync()).statuses).toEqual(['unchanged', 'unchanged'])
    expect(writes()).toBe(written)
  })

  test('hears once why a status is refused, in its own form of text', async () => {
    await open(form)
    await exportAll()
    const key = issueOf('ROAD-001')?.key ?? ''
    for (const status of ['In Progress', 'In Review', 'Done']) providers.jira.transitionAsPerson(key, status)
    for (let again = 0; again < 2; again += 1) expect((await sync('--import', '--ids', 'ROAD-001')).statuses).toEqual(['refused'])
    expect(providers.jira.issue(key)?.comments).toHaveLength(1)
    expect(providers.jira.issue(key)?.comments[0]).toContain('ROAD-001 was not changed')
  })

  test('says beforehand what of the configuration cannot work there, and writes nothing', async () => {
    await open(form)
    writeFileSync(path.join(own.folder, 'jira-config.json'), JSON.stringify({ projectKey: 'ROAD', statusMapping: { complete: 'Shipped' } }))
    const tested = await run('connections:test', 'jira')
    expect([tested.exit, JSON.parse(tested.out)]).toMatchObject([
      1,
      {
        displayName: 'Katalyst Bot',
        missing: [],
        problems: [expect.stringContaining('jira-config.json: statusMapping.complete: expected')],
      },
    ])
    writeFileSync(path.join(own.folder, 'jira-config.json'), '{"projectKey": "ROAD", "statusMaping": {}}')
    const shown = await katalyst(['connections:test', 'jira'], { environment, log: silentLog })
    expect([shown.exit, shown.out]).toEqual([1, expect.stringContaining('cannot work:\n  jira-config.json: statusMaping: expected')])
    expect(writes()).toBe(0)
  })

  test('is measured with the same figures', async () => {
    const clock = makeTestClock(new Date(Date.now() - 14 * DAY_MS).toISOString())
    await open(form, {
      clock,
      project: { key: 'KAT', workflow: OPEN_WORKFLOW, fields: [{ name: 'Story Points', type: 'number' }] },
    })
    const { jira } = providers
    const points = jira.project?.fieldIds['Story Points'] ?? ''
    const issue = (estimate: number) => jira.createAsPerson('KAT', 'Story', { summary: `${estimate} points`, [points]: estimate })
    const sprint = jira.createSprint(jira.createBoard({ projectKey: 'KAT', estimateFieldId: points }), 'Sprint 1')
    const [done, other] = [issue(5), issue(3)]
    for (const key of [done, other]) jira.putInSprint(key, sprint)
    jira.startSprint(sprint, new Date(clock.now().getTime() + 3 * DAY_MS))
    clock.advance(DAY_MS)
    jira.transitionAsPerson(done, 'In Progress')
    clock.advance(DAY_MS)
    jira.transitionAsPerson(done, 'Done')
    clock.advance(DAY_MS)
    jira.closeSprint(sprint)
    const ran = await run('jira:import', '--project', 'KAT')
    expect(JSON.parse(ran.out)).toMatchObject({
      state: 'done',
      imported: 2,
      metrics: {
        sprintCount: 1,
        averageVelocity: 5,
        completionRate: 5 / 8,
        averageCycleTime: 86_400,
        averageLeadTime: 2 * 86_400,
        sprints: [{ name: 'Sprint 1', committed: 8, added: 0, removed: 0, completed: 5, carriedOver: 3 }],
      },
    })
    expect(writes()).toBe(0)
  })
})

describe('a Data Center', () => {
  test('that has few tokens left is waited for as it asks', async () => {
    await open('data-center', { limits: { bucket: { capacity: 12, fill: 6, intervalSeconds: 1 } } })
    expect((await sync('--export')).statuses).toEqual(['created', 'created'])
    expect(providers.jira.requests.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(2)
  })

  test('is told apart from Cloud, whichever credential was given', async () => {
    await open('data-center')
    expect(JSON.parse((await run('connections:test', 'jira')).out)).toMatchObject({ displayName: 'Katalyst Bot', missing: [] })
    environment = { ...environment, JIRA_PAT: '', JIRA_EMAIL: 'bot@example.com', JIRA_API_TOKEN: 'ATATT-some-token' }
    const wrong = await run('connections:test', 'jira')
    expect([wrong.exit, wrong.out]).toEqual([3, expect.stringContaining('a Data Center takes a personal access token')])
  })

  test('that takes a wrong token for nobody is asked what it is, and the fault is named', async () => {
    await open('data-center', { badToken: 'anonymous' })
    environment = { ...environment, JIRA_PAT: '', JIRA_EMAIL: 'bot@example.com', JIRA_API_TOKEN: 'ATATT-some-token' }
    const wrong = await run('connections:test', 'jira')
    expect([wrong.exit, wrong.out]).toEqual([2, expect.stringContaining('This address is a Jira Data Center')])
  })
})
