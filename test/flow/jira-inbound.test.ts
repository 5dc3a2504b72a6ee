// A change in Jira on its way into git, end to end: a signed webhook in over HTTP (or `poll-jira`), `sync-jira-artifact`, a pull
// request out, its merge, and no echo.
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { schedulesOf } from '../../app/job-handlers.ts'
import { runSchedules, saveSchedules } from '../../integrations/engine/schedule.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/mapper'
const FILE = 'governance/roads/ROAD-001.md'
const SECRET = 'webhook-secret-of-jira'

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

const road = ({ title = 'Search', status = 'proposed', validated = 'true', text = 'Find things **fast**.' } = {}) =>
  `---
id: ROAD-001
title: "${title}"
status: ${status}
phase: 1
priority: high
created: "2026-01-01"
governance:
  adrs: { validated: ${validated}, ids: [] }
  capabilities: [CAP-001]
dependencies: { requires: [], enables: [] }
---

# ROAD-001: ${title}

## Summary

${text}

* a list   in the author's
* own spelling
`
const capability = '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001\n'

interface Result {
  readonly status: string
  readonly reason?: string
  readonly inbound?: { readonly state: string; readonly taken: string[]; readonly refused: { field: string }[]; readonly where?: string }
}

let providers: Providers
let own: ReturnType<typeof makeFolder>
let clock: Clock
let product: Product

const open = async (file = road(), config: object = {}) => {
  clock = makeJumpingClock()
  own = makeFolder({ projectKey: 'ROAD', ...config })
  providers = await openProviders({ clock })
  product = await openProduct(providers, {
    ...{ folder: own.folder, clock, environment: { JIRA_WEBHOOK_SECRET: SECRET } },
  })
  await providers.github.createRepository(REPOSITORY, { [FILE]: file, 'governance/capabilities/CAP-001.md': capability })
  await providers.github.installApp('acme', [REPOSITORY])
  await settle()
  await sync('export')
  providers.jira.setWebhook(`${product.server.url}/webhooks/jira`, SECRET)
  await settle()
}
beforeEach(() => open())
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect([...providers.jira.violations, ...providers.github.violations]).toEqual([])
})

/** Everything that was caused is done, also what waits a little for more of its kind: meanwhile time passes quickly. */
async function settle() {
  for (let round = 0; round < 2; round += 1) {
    await providers.jira.settled()
    const done = new AbortController()
    const settled = product.settle().finally(() => done.abort())
    while (!done.signal.aborted) {
      await clock.sleep(1_000)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await settled
  }
}
async function sync(direction: string, more: object = {}) {
  await clock.sleep(5_000)
  const body = { direction, jiraProject: 'ROAD', repository: REPOSITORY, force: false, ...more }
  const answer = (await product.call('POST', '/integrations/jira/sync', body)) as { status: number; body: { syncResults: Result[] } }
  expect(answer.status).toBe(200)
  return answer.body.syncResults[0] as Result
}
const { jira, github } = { jira: () => providers.jira, github: () => providers.github }
const issue = () => {
  const found = jira().issue('ROAD-1')
  if (!found) throw new Error('ROAD-1 is gone')
  return found
}
const pulls = () => github().pulls(REPOSITORY)
const openPulls = () => pulls().filter(({ state }) => state === 'open')
const proposed = (number: number) => github().readFile(REPOSITORY, FILE, pulls().find((pull) => pull.number === number)?.branch)
const jiraWrites = () =>
  jira()
    .requests.filter(({ method, path }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(path))
    .map(({ method, path }) => `${method} ${path}`)
const edit = async (fields: Readonly<Record<string, unknown>>) => {
  jira().editAsPerson('ROAD-1', fields)
  await settle()
}

describe('an edit in Jira', () => {
  test('becomes one pull request that changes the key and nothing else; merged, all three agree and nothing is echoed', async () => {
    const before = jiraWrites().length
    await edit({ summary: 'Find everything' })
    const [pull, ...others] = openPulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({ branch: 'katalyst/jira/ROAD-001', base: 'main', title: expect.stringContaining('ROAD-1') })
    expect(pull?.author).toMatch(/\[bot\]$/)
    expect(proposed(pull?.number ?? 0)).toBe(road({ title: 'Find everything' }))
    expect(github().checkRuns(REPOSITORY, pull?.headSha ?? '')).toMatchObject([{ conclusion: 'success' }])
    expect(jiraWrites()).toHaveLength(before)

    await github().mergePull(REPOSITORY, pull?.number ?? 0)
    await settle()
    expect(issue().summary).toBe('Find everything')
    expect(jiraWrites()).toHaveLength(before)
    expect(await sync('both')).toMatchObject({ status: 'unchanged' })
    expect([openPulls(), jiraWrites().length]).toEqual([[], before])
  })

  test('edited again is the same pull request with one commit, also when the base moved on', async () => {
    await edit({ summary: 'Find' })
    const [first] = openPulls()
    await github().commit(REPOSITORY, 'main', { 'README.md': '# Moved on\n' })
    await edit({ summary: 'Find all', priority: { name: 'Low' } })
    expect(openPulls()).toMatchObject([{ number: first?.number }])
    const text = proposed(first?.number ?? 0)
    expect(text).toBe(road({ title: 'Find all' }).replace('priority: high', 'priority: low'))
    expect(github().readFile(REPOSITORY, 'README.md', 'katalyst/jira/ROAD-001')).toBe('# Moved on\n')
  })

  test('taken back closes the pull request and takes the branch away', async () => {
    await edit({ summary: 'Find' })
    await edit({ summary: 'Search' })
    expect(pulls()).toMatchObject([{ state: 'closed', isMerged: false }])
    expect(github().headOf(REPOSITORY, 'katalyst/jira/ROAD-001')).toBeUndefined()
  })

  test('declined by a person is not proposed again until it changes', async () => {
    await edit({ summary: 'Find' })
    await github().editPull(REPOSITORY, openPulls()[0]?.number ?? 0, { state: 'closed' })
    expect(await sync('both')).toMatchObject({ status: 'skipped', inbound: { state: 'declined' } })
    expect(openPulls()).toEqual([])
    await edit({ summary: 'Look up' })
    expect(openPulls()).toHaveLength(1)
  })

  test('a commit of somebody else on the branch is kept', async () => {
    await edit({ summary: 'Find' })
    const [pull] = openPulls()
    await github().pushToPull(REPOSITORY, pull?.number ?? 0, { 'notes.md': 'mine\n' })
    await edit({ summary: 'Find all' })
    expect(github().readFile(REPOSITORY, 'notes.md', 'katalyst/jira/ROAD-001')).toBe('mine\n')
    expect(proposed(pull?.number ?? 0)).toContain('Find all')
  })

  test('of the description changes its paragraph and leaves the spelling of the others', async () => {
    const { content } = issue().fields.description as { content: { type: string; content: { text: string }[] }[] }
    const changed = content.map((node) =>
      node.type === 'paragraph' ? { ...node, content: [{ type: 'text', text: 'Find them slowly.' }] } : node,
    )
    await edit({ description: { type: 'doc', version: 1, content: changed } })
    const [pull] = openPulls()
    expect(proposed(pull?.number ?? 0)).toBe(road({ text: 'Find them slowly.' }))
    await github().mergePull(REPOSITORY, pull?.number ?? 0)
    await settle()
    expect(await sync('both')).toMatchObject({ status: 'unchanged' })
  })

  test('that repeats, or comes twice, is one change', async () => {
    await edit({ summary: 'Find' })
    const [delivery] = jira().deliveries
    await jira().redeliver(delivery?.id ?? '')
    await settle()
    expect(pulls()).toHaveLength(1)
  })
})

describe('a move in Jira', () => {
  test('that is a legal step whose evidence is there goes into the file', async () => {
    jira().transitionAsPerson('ROAD-1', 'In Progress')
    await settle()
    // The status stands for five states; the legal next one is meant.
    const [pull] = openPulls()
    expect(proposed(pull?.number ?? 0)).toBe(road({ status: 'adr_validated' }))
    await github().mergePull(REPOSITORY, pull?.number ?? 0)
    await settle()
    expect(issue()).toMatchObject({ status: 'In Progress', description: expect.stringContaining('adr_validated') })
    expect(await sync('both')).toMatchObject({ status: 'unchanged' })
  })

  test('that the state machine forbids is refused: recorded, said once on the issue, and the file stays', async () => {
    for (const status of ['In Progress', 'In Review', 'Done']) jira().transitionAsPerson('ROAD-1', status)
    await settle()
    expect(pulls()).toEqual([])
    expect(issue().comments).toEqual([expect.stringContaining('cannot move from Proposed (proposed) to Complete (complete)')])
    for (let run = 0; run < 2; run += 1)
      expect(await sync('both')).toMatchObject({ status: 'refused', inbound: { state: 'none', refused: [{ field: 'status' }] } })
    await edit({ labels: [...issue().labels, 'urgent'] })
    expect(issue().comments).toHaveLength(1)
    expect(issue().status).toBe('Done')
    const runs = (await product.call('GET', '/runs?kind=jira-sync')) as { body: { items: { counts: Record<string, number> }[] } }
    expect(runs.body.items.some(({ counts }) => counts.refused === 1)).toBe(true)
  })

  test('whose gate lacks its evidence is refused by the gate, while another field of the same edit is proposed', async () => {
    await github().commit(REPOSITORY, 'main', { [FILE]: road({ validated: 'false' }) })
    await settle()
    jira().transitionAsPerson('ROAD-1', 'In Progress')
    await edit({ summary: 'Find' })
    expect(proposed(openPulls()[0]?.number ?? 0)).toBe(road({ validated: 'false', title: 'Find' }))
    expect(issue().comments).toEqual([expect.stringContaining('the ADRs must be validated')])
    expect(openPulls()[0]?.body).toContain('the ADRs must be validated')
  })
})

describe('both sides', () => {
  test('changed in different fields: each flows its way', async () => {
    await edit({ summary: 'Find' })
    await github().commit(REPOSITORY, 'main', { [FILE]: road().replace('priority: high', 'priority: low') })
    await settle()
    expect(issue()).toMatchObject({ priority: 'Low', summary: 'Find' })
    expect(proposed(openPulls()[0]?.number ?? 0)).toBe(road({ title: 'Find' }).replace('priority: high', 'priority: low'))
  })

  test('changed in the same field are a conflict, and nothing is proposed or written', async () => {
    jira().setWebhook(undefined)
    jira().editAsPerson('ROAD-1', { summary: 'Find' })
    await github().commit(REPOSITORY, 'main', { [FILE]: road({ title: 'Search all' }) })
    const before = jiraWrites().length
    await settle()
    expect([pulls(), jiraWrites().length, issue().summary]).toEqual([[], before, 'Find'])
    expect(await product.call('GET', '/conflicts')).toMatchObject({ body: { items: [{ field: 'summary' }] } })
  })
})

describe('an issue that goes elsewhere', () => {
  test('deleted, as a delivery says: nothing is made by itself, and an export that somebody asks for makes it anew', async () => {
    jira().deleteIssue('ROAD-1')
    await settle()
    await github().commit(REPOSITORY, 'main', { [FILE]: road({ title: 'Search all' }) })
    await settle()
    expect([jira().issues(), pulls(), github().readFile(REPOSITORY, FILE)]).toEqual([[], [], road({ title: 'Search all' })])
    expect(await sync('export')).toMatchObject({ status: 'created', jiraKey: 'ROAD-2' })
    expect(jira().issues()).toHaveLength(1)
  })

  test('moved to another project: it is known by its id, and what its own project means counts', async () => {
    jira().createProject('KAT')
    jira().moveIssue('ROAD-1', 'KAT')
    await settle()
    jira().editAsPerson('KAT-1', { summary: 'Find' })
    await settle()
    expect(proposed(openPulls()[0]?.number ?? 0)).toBe(road({ title: 'Find' }))
    expect(openPulls()[0]?.title).toContain('KAT-1')
    expect(jira().issues()).toHaveLength(1)
  })

  test('hidden: an open pull request stays as it is, and nothing is made', async () => {
    await edit({ summary: 'Find' })
    jira().hideIssue('ROAD-1')
    await github().commit(REPOSITORY, 'main', { [FILE]: road().replace('priority: high', 'priority: low') })
    await settle()
    expect([openPulls().length, jira().issues().length]).toEqual([1, 1])
  })
})

describe('one direction alone', () => {
  test('import writes nothing to Jira; what git changed waits for an export', async () => {
    jira().setWebhook(undefined)
    await github().commit(REPOSITORY, 'main', { [FILE]: road().replace('priority: high', 'priority: low') })
    const before = jiraWrites().length
    expect(await sync('import')).toMatchObject({ status: 'unchanged' })
    expect([jiraWrites().length, issue().priority]).toEqual([before, 'High'])
  })
})

describe('without webhooks', () => {
  const poll = async () => {
    await clock.sleep(6 * 60_000)
    await settle()
    const schedules = schedulesOf(product.opened.config)
    const store = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
    await saveSchedules(store, schedules, clock)
    await clock.sleep(6 * 60_000)
    await runSchedules(store, schedules, clock)
    await settle()
  }

  test('a poll finds the change, and the next one asks for nothing', async () => {
    jira().setWebhook(undefined)
    await poll()
    jira().editAsPerson('ROAD-1', { summary: 'Find' })
    await poll()
    expect(openPulls()).toHaveLength(1)
  })
})

describe('a delivery', () => {
  const deliver = (body: string, signature: string | undefined) =>
    fetch(`${product.server.url}/webhooks/jira`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-atlassian-webhook-identifier': 'd-1',
        ...(signature ? { 'x-hub-signature': signature } : {}),
      },
      body,
    })
  const sign = (body: string, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

  test('without a valid signature is refused and not stored; a repeat is accepted once', async () => {
    const body = JSON.stringify({ webhookEvent: 'jira:issue_updated', issue: { id: '10001' } })
    expect((await deliver(body, undefined)).status).toBe(401)
    expect((await deliver(body, sign(body, 'another secret, long enough'))).status).toBe(401)
    expect(await (await deliver(body, sign(body))).json()).toEqual({ accepted: true })
    expect(await (await deliver(body, sign(body))).json()).toEqual({ accepted: true, duplicate: true })
  })

  test.each(['{"webhookEvent":"board_updated"}', '[]', '{"webhookEvent":"jira:issue_updated","issue":{"id":7}}', '{"issue":{}}'])(
    'of something else is stored and does nothing: %s',
    async (body) => {
      expect((await deliver(body, sign(body))).status).toBe(202)
      await settle()
      expect(pulls()).toEqual([])
    },
  )
})
