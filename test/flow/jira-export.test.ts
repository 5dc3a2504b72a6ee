// The roadmap reaches Jira, end to end: the command line and the API, real artifacts, a stand-in with a real workflow.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { corpusFolder, describeOnCorpus } from './corpus.ts'
import { environmentFor, makeFolder, openProviders, type Providers } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'

interface SyncAnswer {
  readonly runId: string | null
  readonly dryRun: boolean
  readonly counts: Record<string, number>
  readonly syncResults: readonly {
    artifactId: string
    jiraKey: string | null
    status: string
    reason?: string
    changes?: readonly { field: string; from: unknown; to: unknown }[]
  }[]
}

/** A clock that goes on by itself and jumps when somebody sleeps: waiting for a search index takes no time here. */
function makeJumpingClock(): Clock {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    sleep: async (ms) => {
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

let providers: Providers
let own: ReturnType<typeof makeFolder>
let clock: Clock

beforeEach(async () => {
  clock = makeJumpingClock()
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders({ clock, searchLag: { ms: 3000 } })
})
afterEach(async () => {
  await providers.close()
  own.remove()
  expect(providers.jira.violations).toEqual([])
})

const writes = () => providers.jira.requests.filter(({ method, path: route }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(route))
const wait = (ms: number) => clock.sleep(ms)

async function katalyst(args: readonly string[], environment: Record<string, string> = {}) {
  const override = { environment: { ...environmentFor(providers, { folder: own.folder }), ...environment }, log: silentLog, clock }
  const ran = await runCommand(args, override)
  return { ...ran, answer: () => JSON.parse(ran.out) as SyncAnswer }
}

const sync = (folder: string, ...more: string[]) =>
  katalyst(['jira:sync', '--export', '--path', folder, '--repository', 'acme/mapper', '--json', ...more])

const STATUS_OF = { proposed: 'To Do', complete: 'Done', in_progress: 'In Progress' } as const

describeOnCorpus('all real road items', () => {
  test('become 33 issues with their statuses, are left alone by a second run, and are found again without the database', async () => {
    const first = await sync(corpusFolder)
    expect(first.exit).toBe(0)
    const results = first.answer().syncResults
    expect(results).toHaveLength(33)
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']))
    expect(providers.jira.issues()).toHaveLength(33)
    for (const { artifactId, jiraKey } of results) {
      const issue = providers.jira.issue(jiraKey ?? '')
      const stated = issue?.properties['katalyst.artifact'] as { state: string }
      const wanted = stated.state === 'implementing' ? STATUS_OF.in_progress : STATUS_OF[stated.state as 'proposed' | 'complete']
      expect({ artifactId, type: issue?.type, status: issue?.status }).toEqual({ artifactId, type: 'Epic', status: wanted })
      expect(issue?.labels).toContain(artifactId)
    }
    expect(providers.jira.issues().filter(({ status }) => status === 'Done')).toHaveLength(23)

    await wait(10_000)
    const [written, sent] = [writes().length, providers.jira.requests.length]
    const second = await sync(corpusFolder)
    expect(second.answer().counts).toEqual({ unchanged: 33 })
    expect(writes()).toHaveLength(written)
    expect(providers.jira.requests.length - sent).toBeLessThanOrEqual(8)

    for (const file of ['katalyst.db', 'katalyst.db-wal', 'katalyst.db-shm']) rmSync(path.join(own.folder, file), { force: true })
    await wait(10_000)
    const third = await sync(corpusFolder)
    expect(
      third
        .answer()
        .syncResults.map(({ jiraKey }) => jiraKey)
        .sort(),
    ).toEqual(results.map(({ jiraKey }) => jiraKey).sort())
    expect(third.answer().counts.created).toBeUndefined()
    expect(providers.jira.issues()).toHaveLength(33)
  })

  test('a dry run shows every creation and sends nothing that writes', async () => {
    const run = await sync(corpusFolder, '--dry-run')
    expect(run.answer()).toMatchObject({ runId: null, dryRun: true, counts: { created: 33 } })
    expect(writes()).toEqual([])
    expect(providers.jira.issues()).toEqual([])
    const shown = await katalyst(['jira:sync', '--export', '--path', corpusFolder, '--repository', 'acme/mapper', '--dry-run', '--quiet'])
    expect(shown.out).toMatch(/^action +artifact +issue +field +what\ncreate +ROAD-001 /)
    expect(shown.out).toContain('Dry run, nothing was written: 33 created')
  })
})

describe('one road item', () => {
  const roadText = (status: string, title = 'Search') =>
    `---\nid: ROAD-001\ntitle: "${title}"\nstatus: ${status}\nphase: 1\npriority: high\ncreated: "2026-01-01"\ngovernance:\n  adrs: {validated: true, ids: []}\n  bdd: {id: BDD-001, status: approved, feature_files: [], scenarios: 1, passing: 1}\n  nfrs: {applicable: [], status: pass, results: {}}\n  capabilities: [CAP-001]\ndependencies: {requires: [], enables: []}\n---\n\n# ROAD-001: ${title}\n\n## Summary\n\nFind things **fast**.\n`
  const write = (text: string) => {
    mkdirSync(path.join(own.folder, 'governance/roads'), { recursive: true })
    writeFileSync(path.join(own.folder, 'governance/roads/ROAD-001.md'), text)
    return path.join(own.folder, 'governance')
  }

  test.each(['after-effect-502', 'after-effect-reset', 'truncated'] as const)(
    'is made exactly once when the create works and the answer is lost (%s)',
    async (kind) => {
      providers.jira.faults.next({ kind, match: { method: 'POST', path: /\/rest\/api\/3\/issue$/ } })
      const run = await sync(write(roadText('proposed')))
      expect(run.answer().syncResults).toMatchObject([{ artifactId: 'ROAD-001', jiraKey: 'ROAD-1' }])
      expect(run.exit).toBe(0)
      expect(providers.jira.issues()).toHaveLength(1)
    },
  )

  test('is made once although the first create failed without effect', async () => {
    providers.jira.faults.next({ kind: 'status', status: 502, match: { method: 'POST', path: /\/rest\/api\/3\/issue$/ } })
    const run = await sync(write(roadText('proposed')))
    expect(run.answer().counts).toEqual({ created: 1 })
    expect(providers.jira.issues()).toHaveLength(1)
  })

  test('changes only what changed: one field is one edit, a new state is a walk through the workflow', async () => {
    const folder = write(roadText('proposed'))
    await sync(folder)
    await wait(5000)
    write(roadText('proposed', 'Search everywhere'))
    const start = writes().length
    const run = await sync(folder)
    expect(run.answer().syncResults[0]).toMatchObject({
      status: 'updated',
      changes: expect.arrayContaining([{ field: 'summary', from: 'Search', to: 'Search everywhere' }]),
    })
    expect(
      writes()
        .slice(start)
        .map(({ method }) => method),
    ).toEqual(['PUT'])
    expect(providers.jira.issue('ROAD-1')?.summary).toBe('Search everywhere')

    write(roadText('complete', 'Search everywhere'))
    await sync(folder)
    const walked = providers.jira
      .issue('ROAD-1')
      ?.history.flatMap(({ items }) =>
        items.filter(({ field }) => field === 'status').map((item) => (item as { toString: unknown }).toString),
      )
    expect(providers.jira.issue('ROAD-1')?.status).toBe('Done')
    expect(walked).toEqual(['In Progress', 'In Review', 'Done'])
  })

  test('keeps what people added to the issue: labels and comments of theirs stay', async () => {
    const folder = write(roadText('proposed'))
    await sync(folder)
    const issue = providers.jira.issue('ROAD-1')
    providers.jira.editAsPerson('ROAD-1', { labels: [...(issue?.labels ?? []), 'mine'] })
    providers.jira.commentAsPerson('ROAD-1', 'Looks good.')
    write(roadText('proposed', 'Search again'))
    await sync(folder)
    expect(providers.jira.issue('ROAD-1')?.labels).toContain('mine')
    expect(providers.jira.issue('ROAD-1')?.comments).toEqual(['Looks good.'])
  })

  test('a limit that Jira asks us to keep is waited for and nothing is lost', async () => {
    providers.jira.faults.next({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '30' },
      match: { method: 'POST', path: /\/rest\/api\/3\/issue$/ },
    })
    const run = await sync(write(roadText('proposed')))
    expect(run.answer().counts).toEqual({ created: 1 })
    expect(providers.jira.issues()).toHaveLength(1)
  })

  test('a write that Jira fails longer than one request waits for is the job’s to try again, and ends as done', async () => {
    const folder = write(roadText('proposed'))
    await sync(folder)
    write(roadText('proposed', 'Search everywhere'))
    providers.jira.faults.next({ kind: 'status', status: 503, times: 4, match: { method: 'PUT', path: /\/rest\/api\/3\/issue\/\d+$/ } })
    const run = await sync(folder)
    expect(run.answer().syncResults).toMatchObject([{ artifactId: 'ROAD-001', status: 'updated' }])
    expect(run.exit).toBe(0)
    expect(providers.jira.issue('ROAD-1')?.summary).toBe('Search everywhere')
  })

  test('an issue that was deleted in Jira is made again when that is asked for, and its link follows', async () => {
    const folder = write(roadText('proposed'))
    await sync(folder)
    providers.jira.deleteIssue('ROAD-1')
    await wait(5000)
    const asked = await sync(folder)
    expect([asked.exit, asked.answer().syncResults]).toMatchObject([
      1,
      [{ status: 'refused', reason: expect.stringContaining('--recreate') }],
    ])
    const run = await sync(folder, '--recreate')
    expect(run.answer().syncResults).toMatchObject([{ jiraKey: 'ROAD-2', status: 'created' }])
  })
})

describe('wrong use and wrong configuration', () => {
  const road = () => {
    const folder = path.join(own.folder, 'governance')
    mkdirSync(path.join(folder, 'roads'), { recursive: true })
    writeFileSync(
      path.join(folder, 'roads/ROAD-001.md'),
      '---\nid: ROAD-001\ntitle: "A"\nstatus: proposed\nphase: 1\npriority: high\n---\n\n# ROAD-001: A\n',
    )
    return folder
  }
  const config = (value: unknown) =>
    writeFileSync(path.join(own.folder, 'jira-config.json'), typeof value === 'string' ? value : JSON.stringify(value))

  test.each([
    ['a file that is no JSON', '{', 2, 'jira-config.json: (whole file): expected JSON'],
    ['a missing project', {}, 2, 'jira-config.json: projectKey: expected'],
    ['a misspelt key', { projectKey: 'ROAD', statusMaping: {} }, 2, 'statusMaping'],
    ['an unknown state', { projectKey: 'ROAD', statusMapping: { done: 'Done' } }, 2, 'statusMapping'],
    [
      'a project that does not exist',
      { projectKey: 'NOPE' },
      2,
      'projectKey: expected a project that the connected account can see, found "NOPE"',
    ],
    [
      'a status that the workflow has not',
      { projectKey: 'ROAD', statusMapping: { complete: 'Shipped' } },
      2,
      'statusMapping.complete: expected a status of the workflow of Epic',
    ],
    ['an issue type that does not exist', { projectKey: 'ROAD', issueTypes: { 'road-item': 'Initiative' } }, 2, 'found "Initiative"'],
    [
      'a field that does not exist',
      { projectKey: 'ROAD', fieldMappings: { 'road-item.phase': 'Phases' } },
      2,
      'fieldMappings.road-item.phase',
    ],
  ])('%s ends with its code, names the fault, and nothing is written', async (_name, value, exit, words) => {
    const folder = road()
    config(value)
    const run = await katalyst(['jira:sync', '--export', '--path', folder, '--quiet'])
    expect({ exit: run.exit, out: run.out }).toEqual({ exit, out: '' })
    expect(run.err).toContain(words)
    expect(writes()).toEqual([])
  })

  test.each([
    [['jira:sync', '--type', 'adr'], {}, 2, 'type'],
    [['jira:sync', '--export', '--path', 'no/such/folder'], {}, 2, 'There is nothing to read at folder'],
    [['jira:sync', '--export', '--ids', 'ROAD-404'], {}, 1, ''],
    [['jira:sync', '--export'], { JIRA_BASE_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' }, 2, 'Jira is not connected'],
    [['jira:sync', '--export'], { JIRA_API_TOKEN: 'ATATT-wrong' }, 3, 'Jira'],
    [['jira:sync', '--export'], { JIRA_BASE_URL: 'http://127.0.0.1:9' }, 3, 'Jira'],
    [['jira:sync', '--export'], { PORT: 'many' }, 2, 'PORT: expected'],
  ])('%j with %j ends with %i', async (args, environment, exit, words) => {
    const folder = road()
    const run = await katalyst(args.includes('--path') || args.length === 1 ? args : [...args, '--path', folder], environment)
    expect(run.exit).toBe(exit)
    expect(run.err).toContain(words)
    expect(run.err + run.out).not.toContain(providers.jira.token)
    expect(writes()).toEqual([])
  })
})
