// Two people, one field: a road item in git and its issue in Jira are both worked on, end to end.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Providers, READ_TOKEN } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'

/** A clock that jumps when somebody sleeps. */
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

interface Decision {
  readonly field: string
  readonly outcome: string
  readonly reason: string
  readonly base: unknown
  readonly git: unknown
  readonly remote: unknown
}
interface Result {
  readonly artifactId: string
  readonly status: string
  readonly reason?: string
  readonly changes?: readonly { readonly field: string }[]
  readonly decisions?: readonly Decision[]
}
interface SyncAnswer {
  readonly runId: string
  readonly counts: Record<string, number>
  readonly conflicts: readonly string[]
  readonly notes: readonly string[]
  readonly syncResults: readonly Result[]
}
interface ConflictRow extends Omit<Decision, 'outcome'> {
  readonly id: string
  readonly remoteKey: string
  readonly state: string
  readonly keep: string | null
  readonly resolvedBy: string | null
  readonly runId: string
}

let providers: Providers
let own: ReturnType<typeof makeFolder>
let clock: Clock

beforeEach(async () => {
  clock = makeJumpingClock()
  own = makeFolder({ projectKey: 'ROAD' })
  providers = await openProviders({ clock })
})
afterEach(async () => {
  await providers.close()
  own.remove()
  expect(providers.jira.violations).toEqual([])
})

async function katalyst(args: readonly string[]) {
  const override = { environment: environmentFor(providers, { folder: own.folder }), log: silentLog, clock }
  const ran = await runCommand(args, override)
  return { ...ran, answer: <T>() => JSON.parse(ran.out) as T }
}

const folder = () => path.join(own.folder, 'governance')
const file = () => path.join(folder(), 'roads/ROAD-001.md')

function write({ title = 'Search', status = 'proposed', text = 'Find things **fast**.' } = {}) {
  mkdirSync(path.dirname(file()), { recursive: true })
  const head = `---\nid: ROAD-001\ntitle: "${title}"\nstatus: ${status}\nphase: 1\npriority: high\ncreated: "2026-01-01"\n`
  const rest = `governance:\n  adrs: {validated: true, ids: []}\n  bdd: {id: BDD-001, status: approved, feature_files: [], scenarios: 1, passing: 1}\n  nfrs: {applicable: [], status: pass, results: {}}\n  capabilities: [CAP-001]\ndependencies: {requires: [], enables: []}\n---\n\n# ROAD-001: ${title}\n\n## Summary\n\n${text}\n`
  writeFileSync(file(), head + rest)
}

async function sync(...more: string[]) {
  await clock.sleep(5_000)
  const ran = await katalyst(['jira:sync', '--export', '--path', folder(), '--repository', 'acme/mapper', '--json', ...more])
  const answer = ran.answer<SyncAnswer>()
  return { exit: ran.exit, answer, result: answer.syncResults[0] as Result }
}
const conflicts = async (...more: string[]) => (await katalyst(['conflicts', '--json', ...more])).answer<{ items: ConflictRow[] }>().items
const issue = () => {
  const found = providers.jira.issue('ROAD-1')
  if (!found) throw new Error('ROAD-1 is gone')
  return found
}
const writes = () => providers.jira.requests.filter(({ method, path: route }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(route))
const edit = (fields: Readonly<Record<string, unknown>>) => providers.jira.editAsPerson('ROAD-1', fields)

/** Exported once; then both sides change the summary. */
async function bothChange() {
  write()
  await sync()
  edit({ summary: 'Find' })
  write({ title: 'Search everywhere' })
}

describe('a change in Jira alone', () => {
  test('is kept and said, in this run and in the next, and nothing is written', async () => {
    write()
    await sync()
    edit({ summary: 'Find' })
    providers.jira.transitionAsPerson('ROAD-1', 'In Progress')
    const before = writes().length
    for (let run = 0; run < 2; run += 1) {
      const { exit, result } = await sync()
      expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'unchanged' })
      expect(result.reason).toContain('summary is kept (only the remote changed): "Find" there, "Search" in git.')
      expect(result.decisions?.map(({ field, outcome, base, remote }) => [field, outcome, base, remote])).toEqual([
        ['summary', 'keep', 'Search', 'Find'],
        ['status', 'keep', 'To Do', 'In Progress'],
      ])
    }
    expect(writes()).toHaveLength(before)
    expect(await conflicts()).toEqual([])
  })

  test('stays while another field flows from git, and ends when git says the same', async () => {
    write()
    await sync()
    edit({ summary: 'Find' })
    write({ text: 'Find things *slowly*.' })
    const { result } = await sync()
    expect(result.status).toBe('updated')
    expect(result.changes?.map(({ field }) => field)).toContain('description')
    expect([issue().summary, issue().description.includes('slowly')]).toEqual(['Find', true])
    write({ title: 'Find', text: 'Find things *slowly*.' })
    expect((await sync()).result.decisions).toBeUndefined()
    expect((await sync()).result).toEqual(expect.not.objectContaining({ reason: expect.anything() }))
  })

  test('to our labels: one that was taken off stays off, the marker comes back, theirs stay', async () => {
    write()
    await sync()
    const marker = issue().labels.find((label) => label.startsWith('katalyst-')) ?? ''
    edit({ labels: ['theirs', 'ROAD-001'] })
    const { result } = await sync()
    expect(result).toMatchObject({ status: 'updated', reason: expect.stringContaining('labels is kept') })
    expect([...issue().labels].sort()).toEqual(['ROAD-001', marker, 'theirs'].sort())
    expect((await sync()).result.status).toBe('unchanged')
  })

  test('what we wrote ourselves is no change: there is no echo', async () => {
    write({ status: 'complete' })
    await sync()
    const before = writes().length
    expect((await sync()).result).toEqual(expect.not.objectContaining({ decisions: expect.anything() }))
    expect((await sync('--force')).result).toMatchObject({ status: 'updated' })
    expect(writes().length - before).toBe(1)
  })
})

describe('a change on both sides', () => {
  test('writes nothing until a person decides, ends with 4, and is listed once however often it is met', async () => {
    await bothChange()
    const before = writes().length
    for (let run = 0; run < 2; run += 1) {
      const { exit, answer, result } = await sync()
      expect({ exit, conflicts: answer.conflicts, status: result.status }).toEqual({ exit: 4, conflicts: ['ROAD-001'], status: 'conflict' })
    }
    expect(writes()).toHaveLength(before)
    // Both texts changed: the title is in the description as well.
    const open = await conflicts()
    expect(open.find(({ field }) => field === 'summary')).toMatchObject({
      remoteKey: 'ROAD-1',
      base: 'Search',
      git: 'Search everywhere',
      remote: 'Find',
      state: 'open',
    })
    expect(open.filter(({ field }) => field === 'summary')).toHaveLength(1)
    const shown = await katalyst(['conflicts'])
    expect(shown.out).toContain('Search everywhere')
  })

  test.each([
    ['git', 'Search everywhere', 'updated'],
    ['remote', 'Find', 'unchanged'],
  ] as const)('ends as it was decided: %s', async (keep, summary, status) => {
    await bothChange()
    await sync()
    for (const { id } of await conflicts()) {
      const resolved = await katalyst(['conflicts:resolve', id, '--keep', keep])
      expect(resolved.exit).toBe(0)
      expect(resolved.out).toContain(`keeps ${keep}`)
    }
    expect(await conflicts()).toEqual([])
    const after = await sync()
    expect(after.exit).toBe(0)
    expect(issue().summary).toBe(summary)
    const before = writes().length
    expect((await sync()).result.status).toBe('unchanged')
    expect(writes()).toHaveLength(before)
    if (status === 'unchanged') expect((await sync()).result.reason).toContain('a person kept the remote')
  })

  test('decided about other values than are there now is asked again', async () => {
    await bothChange()
    await sync()
    for (const { id } of await conflicts()) await katalyst(['conflicts:resolve', id, '--keep', 'git'])
    edit({ summary: 'Look up' })
    expect((await sync()).exit).toBe(4)
    expect(issue().summary).toBe('Look up')
    expect((await conflicts()).map(({ remote }) => remote)).toContain('Look up')
  })

  test('to the same value is none, and a conflict that is gone is settled', async () => {
    await bothChange()
    await sync()
    edit({ summary: 'Search everywhere' })
    expect((await sync()).exit).toBe(0)
    expect(await conflicts()).toEqual([])
    expect((await conflicts('--state', 'closed')).map(({ state }) => state)).toContain('settled')
  })

  test.each([
    ['prefer-git', 'Search everywhere', 'write'],
    ['prefer-remote', 'Find', 'keep'],
  ] as const)('follows the policy %s, and both values are in the record', async (policy, summary, outcome) => {
    await bothChange()
    const dry = await sync('--conflict-policy', policy, '--dry-run')
    expect([dry.exit, issue().summary]).toEqual([0, 'Find'])
    const { exit, answer } = await sync('--conflict-policy', policy)
    expect([exit, issue().summary]).toEqual([0, summary])
    const run = (await katalyst(['runs:show', answer.runId, '--json'])).answer<{
      events: { items: { data: { decisions: Decision[] } }[] }
    }>()
    const decision = run.events.items[0]?.data.decisions.find(({ field }) => field === 'summary')
    expect(decision).toMatchObject({ outcome, base: 'Search', git: 'Search everywhere', remote: 'Find' })
    // What was written over outlives the run record.
    const kept = await conflicts('--state', 'closed')
    if (outcome === 'write')
      expect(kept.find(({ field }) => field === 'summary')).toMatchObject({ keep: 'git', resolvedBy: 'policy', remote: 'Find' })
    expect((await sync('--conflict-policy', policy)).result.status).toBe('unchanged')
  })

  test('of the status: a move by a person and another state in git', async () => {
    write()
    await sync()
    providers.jira.transitionAsPerson('ROAD-1', 'In Progress')
    write({ status: 'complete' })
    expect((await sync()).exit).toBe(4)
    expect(issue().status).toBe('In Progress')
    const [open] = (await conflicts()).filter(({ field }) => field === 'status')
    expect(open).toMatchObject({ base: 'To Do', git: 'Done', remote: 'In Progress' })
    await katalyst(['conflicts:resolve', open?.id ?? '', '--keep', 'git'])
    expect((await sync()).exit).toBe(0)
    expect(issue().status).toBe('Done')
  })

  test('of a status that the workflow does not lead to is refused in every run, and is no conflict', async () => {
    write({ status: 'complete' })
    await sync()
    write({ status: 'proposed', title: 'Reopened' })
    for (let run = 0; run < 2; run += 1) {
      const { exit, result } = await sync()
      expect({ exit, status: result.status, reason: result.reason }).toEqual({
        exit: 1,
        status: 'refused',
        reason: expect.stringContaining('no way from "Done" to "To Do"'),
      })
    }
    expect([issue().summary, await conflicts()]).toEqual(['Reopened', []])
    edit({ summary: 'Theirs' })
    expect((await sync()).result.decisions).toMatchObject([{ field: 'summary', outcome: 'keep' }])
    expect(issue().summary).toBe('Theirs')
  })

  test('that is met while it is planned on what was read ahead is not written over', async () => {
    await bothChange()
    for (const { field } of (await sync()).result.decisions ?? []) expect(field).toBe('summary')
    await katalyst(['conflicts:resolve', (await conflicts())[0]?.id ?? '', '--keep', 'git'])
    // The issue is read in bulk at the start; this edit comes after it and before the write.
    const seen = providers.jira.requests.length
    const running = sync()
    const isReadAhead = () => providers.jira.requests.slice(seen).some(({ path: route }) => route.endsWith('/bulkfetch'))
    while (!isReadAhead()) await new Promise((resolve) => setImmediate(resolve))
    edit({ summary: 'Typed just now' })
    expect((await running).exit).toBe(4)
    expect(issue().summary).toBe('Typed just now')
    expect((await conflicts()).map(({ remote }) => remote)).toEqual(['Typed just now'])
  })
})

describe('the later one wins', () => {
  const git = (args: readonly string[], at?: Date) =>
    execFileSync('git', ['-C', own.folder, ...args], {
      stdio: 'pipe',
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
        ...(at ? { GIT_COMMITTER_DATE: at.toISOString() } : {}),
      },
    })
  const commit = (at: Date) => {
    git(['add', 'governance'])
    git(['commit', '-q', '-m', 'change'], at)
  }
  const hour = 3_600_000
  const policy = ['--conflict-policy', 'last-write-wins'] as const

  test.each([
    ['git', 1, 'Search everywhere', 0],
    ['Jira', -1, 'Find', 0],
  ] as const)('%s, by the time of the commit and the history of the issue', async (_who, hours, summary, exit) => {
    git(['init', '-q'])
    write()
    commit(clock.now())
    await sync()
    edit({ summary: 'Find' })
    write({ title: 'Search everywhere' })
    commit(new Date(clock.now().getTime() + hours * hour))
    expect((await sync(...policy)).exit).toBe(exit)
    expect(issue().summary).toBe(summary)
  })

  test('nobody, where git does not know when: a change that is not committed is a conflict', async () => {
    git(['init', '-q'])
    write()
    commit(clock.now())
    await sync()
    edit({ summary: 'Find' })
    write({ title: 'Search everywhere' })
    const { exit, result } = await sync(...policy)
    expect({ exit, reason: result.reason }).toEqual({ exit: 4, reason: expect.stringContaining('when is not known') })
    expect(issue().summary).toBe('Find')
  })
})

describe('what is gone', () => {
  test('in git leaves the issue alone and is said', async () => {
    write()
    writeFileSync(
      path.join(folder(), 'roads/ROAD-002.md'),
      '---\nid: ROAD-002\ntitle: "B"\nstatus: proposed\nphase: 1\npriority: high\n---\n\n# ROAD-002: B\n',
    )
    await sync()
    rmSync(path.join(folder(), 'roads/ROAD-002.md'))
    const before = writes().length
    const { exit, answer } = await sync()
    expect({ exit, counts: answer.counts }).toEqual({ exit: 0, counts: { unchanged: 1 } })
    expect(answer.notes.join()).toContain('ROAD-002 is no longer among the artifacts; its issue ROAD-2 is left as it is.')
    expect(writes()).toHaveLength(before)
  })

  test('in Jira is made anew when that is asked for, which is said, and its conflicts are settled', async () => {
    await bothChange()
    await sync()
    providers.jira.deleteIssue('ROAD-1')
    expect((await sync()).result).toMatchObject({ status: 'refused', reason: expect.stringContaining('--recreate') })
    const { result } = await sync('--recreate')
    expect(result).toMatchObject({ status: 'created', reason: expect.stringContaining('ROAD-1 is gone') })
    expect(await conflicts()).toEqual([])
  })

  test('in our database: what differs on an issue that is found again is not written over', async () => {
    write()
    await sync()
    edit({ summary: 'Find' })
    for (const name of ['katalyst.db', 'katalyst.db-wal', 'katalyst.db-shm']) rmSync(path.join(own.folder, name), { force: true })
    const { exit } = await sync()
    expect([exit, issue().summary, providers.jira.issues().length]).toEqual([4, 'Find', 1])
    expect(await conflicts()).toMatchObject([{ field: 'summary', base: null, git: 'Search', remote: 'Find' }])
  })
})

describe('over HTTP', () => {
  test('conflicts are listed for readers and resolved by admins, once', async () => {
    await bothChange()
    await sync()
    const product = await openProduct(providers, { folder: own.folder, clock })
    try {
      const listed = await product.call('GET', '/conflicts?artifactId=ROAD-001', undefined, READ_TOKEN)
      expect(listed).toMatchObject({
        status: 200,
        body: { items: expect.arrayContaining([expect.objectContaining({ field: 'summary' })]) },
      })
      const [{ id }] = (listed.body as { items: [ConflictRow] }).items
      const route = `/conflicts/${id}/resolve`
      expect(await product.call('POST', route, { keep: 'git' }, READ_TOKEN)).toMatchObject({ status: 403 })
      expect(await product.call('POST', route, { keep: 'mine' })).toMatchObject({ status: 400 })
      expect(await product.call('POST', '/conflicts/999/resolve', { keep: 'git' })).toMatchObject({ status: 404 })
      expect(await product.call('POST', route, { keep: 'git' })).toMatchObject({
        status: 200,
        body: { id, keep: 'git', state: 'resolved' },
      })
      expect(await product.call('POST', route, { keep: 'git' })).toMatchObject({ status: 200 })
      expect(await product.call('POST', route, { keep: 'remote' })).toMatchObject({ status: 422 })
    } finally {
      await product.close()
    }
  })
})
