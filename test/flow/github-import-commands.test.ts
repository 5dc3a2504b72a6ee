// Imports on the command line (import-github-repositories) and by the clock (schedule-imports), on real stores and a stand-in.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SCHEDULED_IMPORTS_JOB } from '../../app/usecases/schedule-imports.ts'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { listImports } from '../../integrations/store/imports.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { until } from './child-process.ts'
import { environmentFor, makeFolder, openProduct, openProviders, type Providers } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'

let providers: Providers
let own: ReturnType<typeof makeFolder>

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  await providers.github.createRepository('acme/shop', { 'README.md': '# Shop\n' })
  await providers.github.createRepository('acme/site', { 'README.md': '# Site\n' })
  providers.github.raiseAlert('acme/shop', 'dependabot')
})
afterEach(async () => {
  await providers.close()
  own.remove()
  expect(providers.github.violations).toEqual([])
})

const katalyst = (args: readonly string[], environment: Record<string, string> = {}) =>
  runCommand(args, { environment: environmentFor(providers, { folder: own.folder, environment }), log: silentLog })
/** Without the App, with the token of a person. */
const withToken = () => ({ APP_ID: '', PRIVATE_KEY: '', WEBHOOK_SECRET: '', GITHUB_TOKEN: providers.github.createToken('ada') })
const configure = (config: object) => writeFileSync(path.join(own.folder, 'github-config.json'), JSON.stringify(config))

describe('github:import', () => {
  test('signs in with a token, prints the answer of the API and nothing else with --json, and ends with 0', async () => {
    const { exit, out, err } = await katalyst(
      ['github:import', '--confidence', '--owner', 'acme', '--repo', 'shop', '--lookback', '30', '--json'],
      withToken(),
    )
    expect([exit, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ state: 'done', repository: 'acme/shop', dimension: 'confidence', metrics: { openAlerts: 1 } })
  })

  test('tells people the score, the figures, what is missing, and on standard error how far it is', async () => {
    await providers.github.installApp('acme')
    const { exit, out, err } = await katalyst(['github:import', '--confidence', '--owner', 'acme', '--repo', 'shop'])
    expect(exit).toBe(0)
    expect(out).toMatch(/acme\/shop · confidence {2}\d+ of 100/)
    for (const words of ['Dependency Health', 'openAlerts', 'Code scanning: not enabled: Switch it on']) expect(out).toContain(words)
    expect(err).toMatch(/acme\/shop confidence/)
  })

  test('takes repositories, window and rules from github-config.json, one answer for each dimension and repository', async () => {
    configure({ owner: 'acme', repos: ['shop', 'site'], lookbackDays: 10, sla: { high: 1 } })
    const { exit, out } = await katalyst(['github:import', '--confidence', '--understanding', '--json'], withToken())
    expect(exit).toBe(0)
    const { imports } = JSON.parse(out) as { imports: { repository: string; dimension: string; window: { from: string; to: string } }[] }
    expect(imports.map(({ repository, dimension }) => `${repository} ${dimension}`)).toEqual([
      'acme/shop understanding',
      'acme/shop confidence',
      'acme/site understanding',
      'acme/site confidence',
    ])
    const [first] = imports
    expect(Date.parse(first?.window.to ?? '') - Date.parse(first?.window.from ?? '')).toBe(10 * 86_400_000)
  })

  test('ends with 3 when GitHub refuses, and says what to do', async () => {
    const { exit, out } = await katalyst(['github:import', '--feedback', '--owner', 'acme', '--repo', 'nowhere'], withToken())
    expect(exit).toBe(3)
    expect(out).toContain('GitHub has no such repository, or hides it')
  })

  test.each([
    [['github:import', '--owner', 'acme', '--repo', 'shop'], 'at least one of --feedback, --understanding, --confidence'],
    [['github:import', '--feedback'], 'a repository: --owner and --repo, github-config.json, or --all-repos'],
  ])('%j is wrong use: exit code 2', async (args, words) => {
    const { exit, err } = await katalyst(args, withToken())
    expect(exit).toBe(2)
    expect(err).toContain(words)
  })

  test('a file with faults names each and asks nobody anything', async () => {
    configure({ owner: 'acme', repo: 'shop', lookbackDays: 'many', bots: [] })
    providers.github.forgetRequests()
    const { exit, err } = await katalyst(['github:import', '--confidence'], withToken())
    expect(exit).toBe(2)
    expect(err).toContain('github-config.json: lookbackDays: expected number, found "many"')
    expect(err).toContain('github-config.json: bots: expected no such key')
    expect(providers.github.requests).toEqual([])
  })
})

test('an Enterprise Server is read below /api/v3 with a personal access token', async () => {
  const server = await openProviders({}, { enterprise: true, permissions: EVIDENCE_PERMISSIONS })
  try {
    await server.github.createRepository('acme/shop', { 'README.md': '# Shop\n' })
    server.github.seedRuns('acme/shop', 120)
    const environment = environmentFor(server, {
      folder: own.folder,
      environment: { ...withToken(), GITHUB_TOKEN: server.github.createToken('ada') },
    })
    const args = ['github:import', '--feedback', '--owner', 'acme', '--repo', 'shop', '--json']
    const { exit, out } = await runCommand(args, { environment, log: silentLog })
    expect([exit, JSON.parse(out).metrics.workflowRuns]).toEqual([0, 120])
    expect(server.github.requests.every(({ path }) => path.startsWith('/api/'))).toBe(true)
    expect(server.github.violations).toEqual([])
  } finally {
    await server.close()
  }
})

test('the schedule imports every dimension of every installed repository that can be read, and none twice at a time', async () => {
  const product = await openProduct(providers, { folder: own.folder })
  try {
    await providers.github.createRepository('globex/old', { 'README.md': '# Old\n' })
    await providers.github.installApp('acme')
    const suspended = await providers.github.installApp('globex')
    await providers.github.suspendApp(suspended)
    await product.settle()
    const { db } = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
    const tick = () =>
      enqueueJob(db, { kind: SCHEDULED_IMPORTS_JOB, payload: {}, dedupeKey: 'schedule:github-imports', priority: 'poll' }, new Date())
    await tick()
    await product.settle()
    const { items } = await listImports(db, { provider: 'github' })
    expect(items.map(({ repository, dimension, state }) => `${repository} ${dimension} ${state}`).sort()).toEqual([
      'acme/shop confidence done',
      'acme/shop feedback done',
      'acme/shop understanding done',
      'acme/site confidence done',
      'acme/site feedback done',
      'acme/site understanding done',
    ])
    const ended = async () => (await db.prisma.run.count({ where: { kind: 'github-import', state: 'done' } })) === 6
    await until('the end of the runs', ended)
  } finally {
    await product.close()
  }
})
