// The first export at full size: every real road item, through the engine and the stand-in's workflow, on a database that is
// there, then unchanged, then lost.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { type PushContext, type PushResult, pushOne } from '../../integrations/engine/push.ts'
import type { RoadItem } from '../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { parseJiraConfig } from '../../integrations/jira/config.ts'
import { jiraProvider } from '../../integrations/jira/index.ts'
import type { MappedItem } from '../../integrations/jira/mapping.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openStore, type Store } from '../../integrations/store/open-store.ts'
import { makeTestRandom } from '../engine/clocks.ts'
import { realRoadFolder } from './adf-schema.ts'
import { road } from './road-items.ts'
import { openTestSite, type TestSite } from './site.ts'

const folder = realRoadFolder()
const STATUS_OF = { proposed: 'To Do', nfr_blocked: 'Blocked', complete: 'Done' } as Readonly<Record<string, string>>

const opened: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

function readRoads(): RoadItem[] {
  return readdirSync(folder as string)
    .filter((file) => /^ROAD-\d+\.md$/.test(file))
    .flatMap((file) => {
      const { artifact } = parseArtifact(`roads/${file}`, readFileSync(path.join(folder as string, file), 'utf8'))
      return artifact?.kind === 'road-item' ? [artifact] : []
    })
}

async function openSite(): Promise<TestSite> {
  const site = await openTestSite({ searchLag: { ms: 5_000 } })
  opened.push(async () => {
    const { violations } = site.sandbox
    await site.close()
    expect(violations).toEqual([])
  })
  return site
}

async function openDatabase(site: TestSite): Promise<PushContext> {
  const directory = mkdtempSync(path.join(tmpdir(), 'katalyst-jira-'))
  opened.push(() => rmSync(directory, { recursive: true, force: true }))
  const store: Store = await openStore({ url: `file:${path.join(directory, 'test.db')}`, log: silentLog, migrate: true, clock: site.clock })
  opened.push(() => store.close())
  return { store, connectionId: 'jira', clock: site.clock, random: makeTestRandom(), dryRun: false, force: false }
}

async function openExport(site: TestSite) {
  const parsed = parseJiraConfig({ projectKey: 'ROAD', fieldMappings: { 'road-item.status': 'Governance Status' } }, 'jira-config.json')
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
  const resolved = await jiraProvider.resolve(site.context, parsed.config)
  if (resolved.kind === 'problems') throw new Error(resolved.problems.join('\n'))
  const { setup } = resolved
  const map = (item: RoadItem): MappedItem => {
    const mapped = jiraProvider.toDesiredIssue(item, setup, {
      scope: 'repository:1',
      sourceUrl: `https://git.example.org/o/r/blob/main/${item.file}`,
    })
    if (mapped.kind === 'refused') throw new Error(mapped.reason)
    return mapped.item
  }
  return { target: jiraProvider.makeTarget(site.context, { config: parsed.config, setup }), map }
}

async function pushAll(
  context: PushContext,
  { target, map }: Awaited<ReturnType<typeof openExport>>,
  roads: readonly RoadItem[],
): Promise<PushResult[]> {
  const results: PushResult[] = []
  for (const item of roads) results.push(await pushOne(context, target, map(item)))
  return results
}
const writes = (sent: readonly string[]) =>
  sent.filter((request) => !request.startsWith('GET') && !/ (issue\/bulkfetch|search\/jql)$/.test(request))

;(folder ? test : test.skip)(
  'all 33 real road items reach their status; again, nothing is written; without the database all are found and none is created',
  async () => {
    const site = await openSite()
    const roads = readRoads()
    const exporter = await openExport(site)
    const context = await openDatabase(site)

    const first = await pushAll(context, exporter, roads)
    expect(first.map(({ status, reason }) => [status, reason])).toEqual(Array(33).fill(['created', undefined]))
    const statusOf = new Map(site.sandbox.issues().map((issue) => [issue.id, issue.status]))
    expect(statusOf.size).toBe(33)
    expect(first.map(({ ref }) => statusOf.get(ref?.id ?? ''))).toEqual(
      roads.map(({ data }) => STATUS_OF[data.status ?? ''] ?? 'In Progress'),
    )

    site.sent()
    await exporter.target.prefetch(first.map(({ ref }) => ref?.id ?? ''))
    const second = await pushAll(context, exporter, roads)
    expect(new Set(second.map(({ status }) => status))).toEqual(new Set(['unchanged']))
    expect(site.sent()).toEqual(['POST issue/bulkfetch'])

    site.clock.advance(10_000)
    const third = await pushAll(await openDatabase(site), exporter, roads)
    expect(third.map(({ status, ref }) => [status, ref?.key])).toEqual(first.map(({ ref }) => ['unchanged', ref?.key]))
    expect(writes(site.sent())).toEqual([])
    expect(site.sandbox.issues()).toHaveLength(33)
  },
  60_000,
)

test.each(['after-effect-502', 'after-effect-reset', 'truncated'] as const)(
  'a create that worked and was answered with %s leaves exactly one issue',
  async (kind) => {
    const site = await openSite()
    const exporter = await openExport(site)
    const context = await openDatabase(site)
    site.sandbox.faults.next({ kind, match: { method: 'POST', path: /\/issue$/ } })
    const [result] = await pushAll(context, exporter, [road()])
    expect(result).toMatchObject({ status: expect.stringMatching(/^(created|updated|unchanged)$/), ref: { key: 'ROAD-1' } })
    expect(site.sandbox.faults.pending()).toBe(0)
    expect(site.sandbox.issues()).toHaveLength(1)
  },
)

test('a step of the workflow that worked and was answered with 502 is not taken twice', async () => {
  const site = await openSite()
  const exporter = await openExport(site)
  const context = await openDatabase(site)
  site.sandbox.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: /\/transitions$/ } })
  const [result] = await pushAll(context, exporter, [road({ data: { status: 'complete', statusText: 'complete' } })])
  expect(result).toMatchObject({ status: 'created' })
  expect(site.sandbox.issue('ROAD-1')?.status).toBe('Done')
})

test('an issue that a person changes at the same moment is read again, and brought into step', async () => {
  const site = await openSite()
  const exporter = await openExport(site)
  const context = await openDatabase(site)
  await pushAll(context, exporter, [road()])
  site.sandbox.raceNext('ROAD-1')
  const [result] = await pushAll(context, exporter, [road({ title: 'Another' })])
  expect(result).toMatchObject({ status: 'updated', changes: [{ field: 'summary', from: 'A title', to: 'Another' }] })
  expect(site.sandbox.issue('ROAD-1')?.summary).toBe('Another')
})
