import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { sweepChecks } from '../../../app/usecases/sweep-checks.ts'
import { findCheck, saveCheck } from '../../../integrations/store/checks.ts'
import { openTestApp, type TestApp } from '../github-app.ts'

const road = (id: string, status: string, rest = '') => `---
id: ${id}
title: "Road ${id}"
status: ${status}
phase: 1
priority: high
created: "2026-11-01"
governance:
  adrs: {validated: false, ids: []}
  bdd: {id: BDD-001, status: draft, feature_files: [], scenarios: 0, passing: 0}
  nfrs: {applicable: [], status: pending, results: {}}
  capabilities: [CAP-001]
${rest}---
# ${id}
`
const capability = `---
id: CAP-001
title: "Search"
status: stable
category: core
tag: search
description: "Finds things."
---
`
const FILES = {
  'README.md': 'Shop\n',
  'governance/roads/ROAD-001.md': road('ROAD-001', 'proposed'),
  'governance/roads/ROAD-002.md': road('ROAD-002', 'proposed'),
  'governance/capabilities/CAP-001.md': capability,
}
const NAME = 'Katalyst / governance'

jest.setTimeout(60_000)

let app: TestApp
let repository: { readonly id: number }
let installation: number

beforeEach(async () => {
  app = await openTestApp()
  repository = await app.github.createRepository('acme/shop', FILES)
  installation = await app.github.installApp('acme')
  await app.settle()
})
afterEach(async () => {
  await app.close()
  expect(app.github.violations).toEqual([])
  expect(app.github.faults.pending()).toBe(0)
})

const open = async (files: Record<string, string | null>, branch = 'feature') => {
  const pull = await app.github.openPull('acme/shop', { branch, files, title: 'Change' })
  await app.settle()
  return pull
}
const runs = (sha: string) => app.github.checkRuns('acme/shop', sha)
const writes = () => app.github.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/check-runs'))

describe('check-pull-request: a pull request', () => {
  test('with an illegal move and broken frontmatter fails with both annotations on their lines, and passes once corrected', async () => {
    const pull = await open({
      'governance/roads/ROAD-001.md': road('ROAD-001', 'complete'),
      'governance/roads/ROAD-002.md': road('ROAD-002', 'proposed').replace('title: "Road ROAD-002"', 'title: "Road ROAD-002'),
    })
    const [failed] = runs(pull.headSha)
    expect(failed).toMatchObject({ name: NAME, status: 'completed', conclusion: 'failure' })
    const failures = failed?.annotations.filter(({ annotation_level: level }) => level === 'failure') ?? []
    expect(failures).toContainEqual(
      expect.objectContaining({ path: 'governance/roads/ROAD-001.md', start_line: 4, title: 'status: transition-illegal' }),
    )
    expect(failures.some(({ path, start_line: line }) => path === 'governance/roads/ROAD-002.md' && line >= 3)).toBe(true)
    expect(failed?.summary).toContain('adr_validated')

    const head = await app.github.pushToPull('acme/shop', pull.number, {
      'governance/roads/ROAD-001.md': road('ROAD-001', 'proposed', 'tags: [search]\n'),
      'governance/roads/ROAD-002.md': FILES['governance/roads/ROAD-002.md'],
    })
    await app.settle()
    expect(runs(head)).toMatchObject([{ conclusion: 'success' }])
  })

  test('that touches nothing governed is neutral, without a file having been read', async () => {
    app.github.forgetRequests()
    const pull = await open({ 'README.md': 'Other\n' })
    expect(runs(pull.headSha)).toMatchObject([{ conclusion: 'neutral', title: 'No governance artifact changed' }])
    expect(app.github.requests.filter(({ path }) => path.includes('/git/blobs/'))).toEqual([])
  })

  test('reads only the blobs it changes: the rest is known from the default branch', async () => {
    app.github.forgetRequests()
    await open({ 'governance/roads/ROAD-001.md': road('ROAD-001', 'proposed', 'tags: [search]\n') })
    expect(app.github.requests.filter(({ path }) => path.includes('/git/blobs/'))).toHaveLength(1)
  })

  test('whose event comes twice, and again under another id, has one run', async () => {
    const pull = await open({ 'governance/roads/ROAD-001.md': road('ROAD-001', 'complete') })
    const delivery = app.github.deliveries.findLast(({ event }) => event === 'pull_request')
    await app.github.redeliver(delivery?.id ?? 0)
    await app.github.editPull('acme/shop', pull.number, { title: 'Another title' })
    await app.settle()
    expect(runs(pull.headSha)).toHaveLength(1)
    expect(writes()).toHaveLength(1)
  })

  test('from a fork is checked by its head in the repository it is meant for', async () => {
    const pull = await app.github.forkPull('acme/shop', 'stranger', {
      branch: 'idea',
      files: { 'governance/roads/ROAD-001.md': road('ROAD-001', 'complete') },
    })
    await app.settle()
    expect(runs(pull.headSha)).toMatchObject([{ conclusion: 'failure' }])
  })

  test('is not blamed for what was merged into the base meanwhile', async () => {
    await app.github.commit('acme/shop', 'feature', { 'README.md': 'Feature\n' })
    await app.github.commit('acme/shop', 'main', { 'governance/roads/ROAD-002.md': null })
    await app.settle()
    const pull = await open({ 'README.md': 'More\n' })
    expect(runs(pull.headSha)).toMatchObject([{ conclusion: 'neutral' }])
  })

  test('cannot switch the check off in the change itself; the base branch can', async () => {
    const off = { '.github/katalyst.yml': 'checks:\n  governance: false\n' }
    const first = await open({ ...off, 'governance/roads/ROAD-001.md': road('ROAD-001', 'complete') })
    expect(runs(first.headSha)).toMatchObject([{ conclusion: 'failure' }])
    await app.github.commit('acme/shop', 'main', off)
    await app.settle()
    const second = await open({ 'governance/roads/ROAD-002.md': road('ROAD-002', 'complete') }, 'second')
    expect(runs(second.headSha)).toEqual([])
  })

  test('finds its artifacts where the settings say', async () => {
    await app.github.commit('acme/shop', 'main', {
      '.github/katalyst.yml': 'governancePath: docs/gov\n',
      'docs/gov/roads/ROAD-007.md': road('ROAD-007', 'proposed'),
    })
    await app.settle()
    const pull = await open({ 'docs/gov/roads/ROAD-007.md': road('ROAD-007', 'complete') })
    expect(runs(pull.headSha)[0]?.annotations).toContainEqual(expect.objectContaining({ path: 'docs/gov/roads/ROAD-007.md' }))
  })

  test('with more than 50 problems shows each once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`governance/roads/ROAD-${at + 100}.md`, road(`ROAD-${at + 100}`, 'nowhere')]),
    )
    const pull = await open(files)
    const [run] = runs(pull.headSha)
    const places = run?.annotations.map(({ path, start_line: line, message }) => `${path}:${line}:${message}`) ?? []
    expect(places.length).toBeGreaterThanOrEqual(60)
    expect(new Set(places).size).toBe(places.length)
  })
})

describe('request-check: re-runs and merge queues', () => {
  test('the button checks again and says so on the same run', async () => {
    const pull = await open({ 'governance/roads/ROAD-001.md': road('ROAD-001', 'complete') })
    const before = writes().length
    await app.github.requestRerun('acme/shop', runs(pull.headSha)[0]?.id ?? 0)
    await app.settle()
    expect(runs(pull.headSha)).toHaveLength(1)
    expect(writes()).toHaveLength(before + 1)
    expect(runs(pull.headSha)[0]?.annotations.length).toBe(new Set(runs(pull.headSha)[0]?.annotations.map(({ message }) => message)).size)
  })

  test('the commit a merge queue would merge gets its check', async () => {
    const pull = await open({ 'governance/roads/ROAD-001.md': road('ROAD-001', 'proposed', 'tags: [search]\n') })
    const group = await app.github.queueMerge('acme/shop', pull.number)
    await app.settle()
    expect(runs(group.headSha)).toMatchObject([{ conclusion: 'success' }])
  })
})

describe('when something fails', () => {
  const change = { 'governance/roads/ROAD-001.md': road('ROAD-001', 'complete') }

  test('a create that worked and answered 502 leaves one run', async () => {
    app.github.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: '/check-runs' } })
    const pull = await app.github.openPull('acme/shop', { branch: 'feature', files: change, title: 'Change' })
    await until(() => writes().length === 1)
    // The job waits for its second try; the next event about the commit does not wait, and finds what the first try made.
    await app.github.editPull('acme/shop', pull.number, { title: 'Another' })
    await app.settle()
    expect(writes()).toHaveLength(1)
    expect(runs(pull.headSha)).toMatchObject([{ conclusion: 'failure', status: 'completed' }])
  })

  test('for good, the check is neutral and gives the reference', async () => {
    app.github.faults.next({
      kind: 'status',
      status: 403,
      match: { method: 'GET', path: '/compare/' },
      json: { message: 'Resource not accessible by integration' },
    })
    const pull = await open(change)
    const [run] = runs(pull.headSha)
    expect(run).toMatchObject({ conclusion: 'neutral', status: 'completed' })
    expect(run?.summary).toContain('request-of-a-test')
    expect(run?.summary).toContain('Resource not accessible by integration')
  })

  test('a check that nobody ended is ended by the sweep', async () => {
    const pull = await open({ 'README.md': 'x' })
    const { db } = await app.ctx.store()
    const key = { repositoryId: repository.id, headSha: pull.headSha, name: NAME }
    await saveCheck(db, { ...key, externalId: 'pull/1', state: 'pending', at: new Date(Date.now() - 60 * 60_000) })
    expect(await sweepChecks.run(app.ctx, {})).toEqual({ settled: 1, failed: 0 })
    expect(await findCheck(db, key)).toMatchObject({ state: 'completed', conclusion: 'neutral' })
    expect(runs(pull.headSha)[0]).toMatchObject({ status: 'completed', conclusion: 'neutral' })
    expect(await sweepChecks.run(app.ctx, {})).toEqual({ settled: 0, failed: 0 })
  })

  test('in a repository whose installation was missed, the check runs all the same', async () => {
    app.github.deliverTo(undefined)
    await app.github.createRepository('other/site', FILES)
    await app.github.installApp('other')
    app.github.deliverTo(app.webhookUrl)
    const pull = await app.github.openPull('other/site', { branch: 'feature', files: change, title: 'Change' })
    await app.settle()
    expect(app.github.checkRuns('other/site', pull.headSha)).toMatchObject([{ conclusion: 'failure' }])
  })

  test('a repository that refuses checks is not asked for ever', async () => {
    const { db } = await app.ctx.store()
    const key = { repositoryId: repository.id, headSha: 'f'.repeat(40), name: NAME }
    await saveCheck(db, { ...key, externalId: 'pull/1', state: 'pending', at: new Date(Date.now() - 60 * 60_000) })
    expect(await sweepChecks.run(app.ctx, {})).toEqual({ settled: 0, failed: 1 })
    expect(await findCheck(db, key)).toMatchObject({ state: 'completed' })
  })

  test('a suspended installation is asked nothing', async () => {
    await app.github.suspendApp(installation)
    await app.settle()
    app.github.forgetRequests()
    await open(change)
    expect(app.github.requests).toEqual([])
  })
})

/** Gives other work its turn until it holds; an end by count, because a loop that never ends would hide what is wrong. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn === 200_000) throw new Error('it never came to hold')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
