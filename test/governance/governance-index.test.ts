import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildIndex } from '../../integrations/governance/governance-index.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { hasCorpus, readCorpus } from './corpus.ts'
import { make, PROVEN, road } from './hand-built.ts'
import { GovernanceSnapshotInput } from './snapshot-schema.ts'

const OPTIONS = { project: 'demo', version: '1.2.3', generated: new Date('2026-11-22T10:00:00Z') }

const FOLDER = [
  road('ROAD-010', { ...PROVEN, status: 'complete', capabilities: ['CAP-001'], userStories: ['US-002'], dependsOn: ['ROAD-009'] }),
  road('ROAD-009', { status: undefined, statusText: 'someday', phase: undefined, priority: undefined }),
  make('capability', 'CAP-001', { category: 'Business', tag: '@CAP-001', description: 'What it does' }),
  make('user-story', 'US-001', { userType: 'UT-001', capabilities: ['CAP-001'], roadItems: ['ROAD-010'] }),
  make('user-story', 'US-002'),
  make('user-type', 'UT-001', { type: 'human', stories: ['US-002'] }),
  make('user-type', 'UT-002'),
  make('adr', 'ADR-001'),
  make('nfr', 'NFR-PERF-001', { roadItems: ['ROAD-009'] }),
  make('change', 'CHANGE-001', { roadId: 'ROAD-010' }),
  make('ddd', 'bounded-contexts', {
    contexts: [{ slug: 'reporting', name: 'Reporting', subdomain: 'supporting', aggregates: ['report'] }],
    aggregates: [
      { slug: 'report', name: 'Report', context: 'reporting', properties: ['id'] },
      { slug: 'constructor', name: 'Constructor', context: 'reporting', properties: [] },
    ],
    events: [{ slug: 'report-made', name: 'ReportMade', context: 'reporting', aggregate: 'report' }],
  }),
]
const index = buildIndex(FOLDER, OPTIONS)

describe('the flat index', () => {
  test("is accepted by Katalyst's API", () => {
    const accepted = GovernanceSnapshotInput.parse(JSON.parse(JSON.stringify(index)))
    expect(Object.keys(accepted.capabilities)).toEqual(['CAP-001'])
    expect(accepted.roadItems['ROAD-009']).toEqual({ id: 'ROAD-009', title: 'Title of ROAD-009', status: 'someday' })
    expect(accepted.userTypes['UT-001']).toEqual({ id: 'UT-001', name: 'Title of UT-001', type: 'human' })
    expect(accepted.userTypes['UT-002']?.type).toBe('unknown')
  })

  test('keeps what the older form had: id, path, dates, dependencies, tag and description', () => {
    expect(index.capabilities['CAP-001']).toMatchObject({
      id: 'CAP-001',
      path: 'capabilities/CAP-001.md',
      tag: '@CAP-001',
      description: 'What it does',
    })
    expect(index.roadItems['ROAD-010']).toMatchObject({
      path: 'roads/ROAD-010.md',
      dependsOn: ['ROAD-009'],
      governance: { bdd: { status: 'approved' } },
    })
  })

  test('reads links backwards from whichever side says them', () => {
    expect(index.byCapability['CAP-001']).toEqual({ userTypes: [], stories: ['US-001'], roads: ['ROAD-010'] })
    expect(index.byUserType['UT-001']).toEqual({ stories: ['US-001', 'US-002'], capabilities: [] })
    expect(index.byRoad['ROAD-010']).toEqual({
      adrs: ['ADR-001'],
      changes: ['CHANGE-001'],
      capabilities: ['CAP-001'],
      nfrs: ['NFR-PERF-001'],
      stories: ['US-001', 'US-002'],
    })
    expect(index.byRoad['ROAD-009']?.nfrs).toEqual(['NFR-PERF-001'])
  })

  test('holds what the domain documents say, also under names that objects inherit', () => {
    expect(index.boundedContexts.reporting).toEqual({
      title: 'Reporting',
      slug: 'reporting',
      subdomain: 'supporting',
      aggregates: ['report'],
      path: 'ddd/bounded-contexts.md',
    })
    expect(index.byContext.reporting).toEqual({
      aggregates: ['constructor', 'report'],
      events: ['report-made'],
      valueObjects: [],
      roads: [],
    })
    expect(Object.keys(index.byAggregate)).toEqual(['report', 'constructor'])
  })

  test('counts, and says whether the references are whole', () => {
    expect(index.stats).toMatchObject({
      totalRoadItems: 2,
      totalStories: 2,
      totalContexts: 1,
      roadsByStatus: { complete: 1, someday: 1 },
      integrityStatus: 'pass',
      integrityErrors: 0,
    })
    const broken = buildIndex([road('ROAD-001', { dependsOn: ['ROAD-002'] })], OPTIONS).stats
    expect(broken.referentialIntegrity).toEqual({
      valid: false,
      errors: ['roads/ROAD-001.md: dependencies.requires: ROAD-001 requires ROAD-002, but there is no such road item.'],
    })
    expect([broken.integrityStatus, broken.integrityErrors]).toEqual(['fail', 1])
  })

  test('is the same text whatever the order of the artifacts', () => {
    const text = JSON.stringify(index)
    fc.assert(
      fc.property(fc.shuffledSubarray(FOLDER, { minLength: FOLDER.length }), (shuffled) => {
        expect(JSON.stringify(buildIndex(shuffled, OPTIONS))).toBe(text)
      }),
      { numRuns: 30 },
    )
  })

  test('of nothing is still a snapshot', () => {
    expect(GovernanceSnapshotInput.safeParse(JSON.parse(JSON.stringify(buildIndex([], OPTIONS)))).success).toBe(true)
  })

  test('of 500 artifacts takes far less than a second', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      road(`ROAD-${1000 + at}`, { dependsOn: [`ROAD-${999 + at}`], capabilities: [`CAP-${at}`] }),
    )
    const start = process.hrtime.bigint()
    buildIndex(many, OPTIONS)
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1000)
  })
})

const onCorpus = hasCorpus ? test : test.skip
onCorpus("of Katalyst's own folder holds everything readable and is accepted by its API", () => {
  const { artifacts } = parseGovernance(readCorpus())
  const built = buildIndex(artifacts, OPTIONS)
  expect(GovernanceSnapshotInput.safeParse(JSON.parse(JSON.stringify(built))).success).toBe(true)
  expect(built.stats).toMatchObject({
    capabilities: 35,
    userTypes: 9,
    userStories: 101,
    roadItems: 33,
    totalAdrs: 24,
    totalNfrs: 7,
    totalChanges: 27,
    totalPracticeAreas: 7,
    roadsByStatus: { proposed: 8, implementing: 2, complete: 23 },
    // CHANGE-034 names ROAD-031, which stands only in ROADMAP.mdx; ROAD-028 names NFR-ACC.
    integrityErrors: 2,
  })
})
