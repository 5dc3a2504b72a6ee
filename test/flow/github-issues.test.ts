// Issues as a target of github:sync, end to end and both ways: real artifacts, real webhooks (request-issue-sync, sync-github-issue), the
// poll for those that never came (poll-github-issues), a stand-in on which people work too.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { pollGithubIssues } from '../../app/usecases/poll-github-issues.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

interface Answer {
  readonly syncResults: readonly {
    readonly artifactId: string
    readonly status: string
    readonly reason?: string
    readonly url: string | null
  }[]
}

const SHOP = 'acme/shop'
const ROAD = 'governance/roads/ROAD-001.md'
const STORY = 'governance/user-stories/US-001.md'
const road = readFileSync(path.join(import.meta.dirname, '../..', ROAD), 'utf8').replace(/^status: .*$/m, 'status: proposed')
const story = `---
id: US-001
title: See the shop
status: draft
acceptance_criteria:
  - It opens
  - It closes
roadmapItems:
  - ROAD-001
---

# See the shop

As @ann I want to see it.
`

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

let clock: Clock
let providers: Providers
let own: ReturnType<typeof makeFolder>
let product: Product

beforeEach(async () => {
  own = makeFolder()
  clock = makeJumpingClock()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder, clock })
  await providers.github.createRepository(SHOP, { [ROAD]: road, [STORY]: story })
  await providers.github.installApp('acme', [SHOP])
  await settle()
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

/** Everything that was caused is done, also what waits a little for more of its kind: meanwhile time passes quickly. */
async function settle() {
  const done = new AbortController()
  const settled = product.settle().finally(() => done.abort())
  while (!done.signal.aborted) {
    await clock.sleep(500)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await settled
}

async function sync(body: Record<string, unknown> = {}): Promise<Answer['syncResults']> {
  const asked = { owner: 'acme', repo: 'shop', target: 'issues', contentType: 'road-items', ...body }
  const { status, body: answer } = await product.call('POST', '/integrations/github/sync', asked)
  if (status !== 200) throw new Error(JSON.stringify(answer))
  return (answer as Answer).syncResults
}
const statuses = async (body?: Record<string, unknown>) => (await sync(body)).map(({ artifactId, status }) => `${artifactId} ${status}`)
const issue = (number: number) => providers.github.issues(SHOP).find((one) => one.number === number)
const writes = () =>
  providers.github.requests
    .filter(({ method, path: at }) => method !== 'GET' && !/access_tokens|graphql/.test(at))
    .map(({ method, path: at }) => `${method} ${at}`)
const setStatus = async (status: string) => {
  await providers.github.commit(SHOP, 'main', { [ROAD]: road.replace('status: proposed', `status: ${status}`) })
  await settle()
}

describe('issues', () => {
  test('are made once, with labels, tasks and their place, and nothing is written the second time', async () => {
    const { github } = providers
    expect(await statuses()).toEqual(['ROAD-001 created', 'US-001 created'])
    expect(issue(1)).toMatchObject({ state: 'open', labels: ['katalyst', 'katalyst: proposed'] })
    expect(issue(1)?.title).toMatch(/^ROAD-001: /)
    expect(issue(1)?.body).toMatch(/- \[ \] US-001: See the shop\n {2}- \[ \] It opens\n {2}- \[ \] It closes/)
    expect(issue(2)).toMatchObject({ parent: 1, labels: ['katalyst', 'katalyst: draft'] })
    // Nobody is called by the text of an artifact.
    expect(issue(2)?.body).toContain('As @\u200bann')
    expect(github.issueLabels(SHOP)).toContainEqual({
      name: 'katalyst: proposed',
      color: '8b93b6',
      description: 'The artifact is proposed',
    })
    await settle()
    github.forgetRequests()
    expect(await statuses()).toEqual(['ROAD-001 unchanged', 'US-001 unchanged'])
    await settle()
    expect(writes()).toEqual([])
  })

  test('show a status that changed on the one issue that shows it, without anybody asking', async () => {
    await sync()
    await settle()
    const before = issue(2)
    await setStatus('complete')
    expect(issue(1)).toMatchObject({ state: 'closed: completed', labels: ['katalyst', 'katalyst: complete'] })
    expect(issue(2)).toEqual(before)
    await setStatus('nfr_blocked')
    expect(issue(1)).toMatchObject({ state: 'open', labels: ['katalyst', 'katalyst: nfr_blocked'] })
    expect(await statuses()).toEqual(['ROAD-001 unchanged', 'US-001 unchanged'])
  })

  test('are found again when the database is lost, label or not, and a person’s work on them stays', async () => {
    const { github } = providers
    await sync()
    await github.relabelIssue(SHOP, 1, { add: ['urgent'], remove: ['katalyst'] })
    await github.editIssue(SHOP, 1, { body: `Ann was here\n\n${issue(1)?.body}\n\nSo was Ben` })
    await github.editIssue(SHOP, 2, { title: 'A better title' })
    await product.close()
    const other = makeFolder()
    product = await openProduct(providers, { folder: other.folder, clock })
    github.forgetRequests()
    expect(await statuses()).toEqual(['ROAD-001 unchanged', 'US-001 unchanged'])
    expect(writes()).toEqual([])
    expect(github.issues(SHOP)).toHaveLength(2)
    expect(issue(1)?.labels).toEqual(['katalyst: proposed', 'urgent'])
    expect(issue(2)?.title).toBe('A better title')
    other.remove()
  })

  test('of a dry run are planned and not written', async () => {
    providers.github.forgetRequests()
    expect(await statuses({ dryRun: true })).toEqual(['ROAD-001 created', 'US-001 created'])
    expect(writes()).toEqual([])
    expect(providers.github.issues(SHOP)).toEqual([])
  })

  test('are made once although the answer is lost', async () => {
    const { github } = providers
    github.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: '/issues' } })
    expect((await statuses())[0]).toBe('ROAD-001 created')
    expect(github.issues(SHOP)).toHaveLength(2)
  })
})

test('the command line publishes to several targets, and says of each what became of it', async () => {
  providers.github.editWiki(SHOP, { 'Home.md': 'Welcome' })
  const override = { environment: product.environment, log: silentLog, limits: { writeSpacingMs: 0, writesPerMinute: 0 } }
  const given = ['github:sync', '--owner', 'acme', '--repo', 'shop', '--target', 'wiki,issues', '--quiet']
  const planned = await katalyst([...given, '--dry-run'], override)
  expect(planned).toMatchObject({ exit: 0, err: '' })
  const done = await katalyst([...given, '--export', '--json'], override)
  const { syncResults } = JSON.parse(done.out) as { syncResults: { target: string; artifactId: string; status: string }[] }
  expect(syncResults.map(({ target, artifactId, status }) => `${target} ${artifactId} ${status}`)).toEqual([
    ...['wiki governance-report created', 'wiki roadmap created'],
    ...['issues ROAD-001 created', 'issues US-001 created'],
  ])
  expect((await katalyst([...given.slice(0, 5), '--target', 'wiki', '--import', '--quiet'], override)).exit).toBe(2)
})

describe('a person’s change', () => {
  const pulls = () => providers.github.pulls(SHOP).map(({ title, state }) => `${state} ${title}`)

  test('that the rules allow becomes a pull request, and one that they forbid one comment', async () => {
    const { github } = providers
    await setStatus('implementing')
    await sync()
    await settle()
    await github.closeIssue(SHOP, 1)
    await settle()
    expect(issue(1)?.state).toBe('closed: completed')
    expect(issue(1)?.comments).toHaveLength(1)
    expect(issue(1)?.comments[0]).toMatch(/^ROAD-001 was not changed: .*\n\n- status "complete": /)
    const [said] = await sync({ direction: 'both' })
    expect(said).toMatchObject({ status: 'refused', reason: expect.stringContaining('status is refused') })
    expect(issue(1)?.comments).toHaveLength(1)
    await github.reopenIssue(SHOP, 1)
    await github.relabelIssue(SHOP, 1, { add: ['katalyst: nfr_validating'], remove: ['katalyst: implementing'] })
    await settle()
    expect(pulls()).toEqual(['open docs(governance): ROAD-001 as changed in acme/shop#1'])
    await github.relabelIssue(SHOP, 1, { add: ['katalyst: implementing'], remove: ['katalyst: nfr_validating'] })
    await settle()
    expect(pulls()).toEqual(['closed docs(governance): ROAD-001 as changed in acme/shop#1'])
  })

  test('whose event never came is found by the poll', async () => {
    const { github } = providers
    await sync()
    await settle()
    github.deliverTo(undefined)
    await github.relabelIssue(SHOP, 1, { add: ['katalyst: adr_validated'], remove: ['katalyst: proposed'] })
    const ctx = product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test')
    expect(await pollGithubIssues.run(ctx, {})).toMatchObject({ asked: 1 })
    await settle()
    expect(issue(1)?.comments.length === 1 || pulls().length === 1).toBe(true)
    expect(await pollGithubIssues.run(ctx, {})).toMatchObject({ asked: 1 })
  })
})
