import { describe, expect, test } from '@jest/globals'
import type { RoadItemData } from '../../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../../integrations/governance/parse-artifact.ts'
import { hasCorpus, readCorpus } from '../corpus.ts'

const BASE = 'id: ROAD-001\ntitle: T\nstatus: proposed\nphase: 1\npriority: high\n'
const read = (yaml: string, body = ''): RoadItemData => {
  const { artifact } = parseArtifact('roads/ROAD-001.md', `---\n${yaml}---\n${body}`)
  if (artifact?.kind !== 'road-item') throw new Error('no road item was read')
  return artifact.data
}
const severities = (yaml: string) =>
  parseArtifact('roads/ROAD-001.md', `---\n${yaml}---\n`).problems.map(({ severity, path }) => `${severity} ${path}`)

test('a bare road item has nothing but what it says', () => {
  expect(read(BASE)).toEqual({
    status: 'proposed',
    statusText: 'proposed',
    phase: 1,
    priority: 'high',
    tags: [],
    capabilities: [],
    userStories: [],
    dependsOn: [],
    enables: [],
    blockedBy: [],
    adrs: { validated: false, ids: [] },
    bdd: { featureFiles: [], scenarios: 0, passing: 0 },
    nfrs: { applicable: [], results: {} },
    signatures: {},
  })
})

describe('is read as meant', () => {
  test.each([
    ['a capitalised priority', 'priority: High\n', 'priority', 'high', 'warning priority'],
    ['a capitalised status', 'status: Complete\n', 'status', 'complete', 'warning status'],
    ['a status of other tools', 'status: In Progress\n', 'status', 'implementing', 'error status'],
    ['a status without meaning', 'status: someday\n', 'status', undefined, 'error status'],
    ['a later phase', 'phase: 7\n', 'phase', 7, 'warning phase'],
    ['a phase in quotes', 'phase: "2"\n', 'phase', 2, 'warning phase'],
    ['a negative phase', 'phase: -1\n', 'phase', undefined, 'error phase'],
    ['half a phase', 'phase: 1.5\n', 'phase', undefined, 'error phase'],
  ])('%s', (_name, line, key, expected, problem) => {
    const yaml = BASE.replace(new RegExp(`^${key}: .*\n`, 'm'), line)
    expect(read(yaml)[key as keyof RoadItemData]).toBe(expected)
    expect(severities(yaml)).toEqual([problem])
  })

  test('dependencies as a map and as a list', () => {
    const map = read(`${BASE}dependencies: {requires: [ROAD-002], enables: [ROAD-003], blocked_by: [ROAD-004]}\nenables: [ROAD-005]\n`)
    expect([map.dependsOn, map.enables, map.blockedBy]).toEqual([['ROAD-002'], ['ROAD-003', 'ROAD-005'], ['ROAD-004']])
    const list = read(`${BASE}dependencies: [ROAD-002]\n`)
    expect([list.dependsOn, list.enables, list.blockedBy]).toEqual([['ROAD-002'], [], []])
  })

  test('capabilities, ADRs and stories from every place they stand in, once each', () => {
    const data = read(
      `${BASE}capabilities: [CAP-001, CAP-002]\nadrs: [ADR-002]\nuser_stories: [US-001]\ngovernance:\n  capabilities: [CAP-002, CAP-003]\n  adrs: {ids: [ADR-001, ADR-002]}\n`,
      '\n## User Stories\n\n- **US-001** and US-002\n\n```\nUS-099\n```\n\n### More\n\n- US-003\n\n## Other\n\nUS-004\n',
    )
    expect(data.capabilities).toEqual(['CAP-001', 'CAP-002', 'CAP-003'])
    expect(data.adrs.ids).toEqual(['ADR-001', 'ADR-002'])
    expect(data.userStories).toEqual(['US-001', 'US-002', 'US-003'])
  })

  test('results of NFRs as text, number, truth and map, with no status that nobody said', () => {
    const { results } = read(
      `${BASE}governance:\n  nfrs:\n    results:\n      NFR-SEC-001: "PASS - fine"\n      note: "&lt; 1 s"\n      score: 97.5\n      done: true\n      NFR-REL-001: {status: failed, evidence: e, score: "100%"}\n      NFR-A11Y-001: {status: pass, notes: n, score: 90}\n      empty:\n`,
    ).nfrs
    expect(results).toEqual({
      'NFR-SEC-001': { status: 'pass', evidence: 'PASS - fine' },
      note: { evidence: '< 1 s' },
      score: { score: 97.5 },
      done: { status: 'pass' },
      'NFR-REL-001': { status: 'fail', evidence: 'e' },
      'NFR-A11Y-001': { status: 'pass', evidence: 'n', score: 90 },
      empty: {},
    })
  })

  test('the words the template promises for NFRs and scenarios', () => {
    const data = read(`${BASE}governance: {bdd: {status: Not Applicable}, nfrs: {status: passed}}\n`)
    expect([data.bdd.status, data.nfrs.status]).toEqual(['not_applicable', 'pass'])
  })
})

const withCorpus = hasCorpus ? test : test.skip
withCorpus.each([
  [
    'ROAD-001',
    {
      status: 'complete',
      phase: 0,
      bdd: ['active', 18, 0],
      capabilities: ['CAP-001'],
      enables: ['ROAD-002', 'ROAD-003', 'ROAD-007'],
      nfr: 'pass',
    },
  ],
  ['ROAD-024', { status: 'proposed', phase: 2, bdd: ['draft', 0, 0], capabilities: ['CAP-008'], enables: [], nfr: 'pending' }],
  ['ROAD-040', { status: 'complete', phase: 4, bdd: ['approved', 33, 28], capabilities: ['CAP-018'], enables: [], nfr: 'pass' }],
  [
    'ROAD-044',
    {
      status: 'complete',
      phase: 2,
      bdd: ['approved', 19, 19],
      capabilities: ['CAP-023', 'CAP-024', 'CAP-009', 'CAP-019'],
      enables: ['ROAD-046'],
      nfr: 'pass',
    },
  ],
  [
    'ROAD-049',
    {
      status: 'implementing',
      phase: 3,
      bdd: ['pending', 0, 0],
      capabilities: ['CAP-033', 'CAP-034', 'CAP-035'],
      enables: [],
      nfr: 'pending',
    },
  ],
])('the real %s says what Katalyst lists of it', (id, expected) => {
  const { content } = readCorpus().find(({ file }) => file === `roads/${id}.md`)!
  const data = parseArtifact(`roads/${id}.md`, content).artifact?.data as RoadItemData
  expect({
    status: data.status,
    phase: data.phase,
    bdd: [data.bdd.status, data.bdd.scenarios, data.bdd.passing],
    capabilities: data.capabilities,
    enables: data.enables,
    nfr: data.nfrs.status,
  }).toEqual(expected)
})
