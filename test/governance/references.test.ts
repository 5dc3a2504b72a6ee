import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Artifact } from '../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { REFERENCE_RULES } from '../../integrations/governance/reference-kinds.ts'
import { checkReferences, readReferences } from '../../integrations/governance/references.ts'
import { hasCorpus, readCorpus } from './corpus.ts'
import { linesOf, make, road } from './hand-built.ts'

const codes = (artifacts: readonly Artifact[], code: string) => checkReferences(artifacts).filter((problem) => problem.code === code)

/** One artifact of every kind, all linked to each other in every way there is. */
const WHOLE: readonly Artifact[] = [
  road('ROAD-001', {
    capabilities: ['CAP-001'],
    userStories: ['US-001'],
    dependsOn: ['ROAD-002'],
    blockedBy: ['ROAD-002'],
    adrs: { validated: true, ids: ['ADR-001'] },
    nfrs: { applicable: ['NFR-SEC-001'], results: {} },
  }),
  road('ROAD-002', { enables: ['ROAD-001'] }),
  make('capability', 'CAP-001', { supersededBy: 'ADR-001' }),
  make('user-story', 'US-001', {
    userType: 'UT-001',
    capabilities: ['CAP-001'],
    useCases: ['UC-001'],
    roadItems: ['ROAD-001'],
    adrs: ['ADR-001'],
    relatedStories: ['US-002'],
  }),
  make('user-story', 'US-002'),
  make('user-type', 'UT-001', { capabilities: ['CAP-001'], stories: ['US-001'], relatedUserTypes: ['UT-002'] }),
  make('user-type', 'UT-002'),
  make('adr', 'ADR-001', { supersedes: 'ADR-000' }),
  make('adr', 'ADR-000', { supersededBy: 'ADR-001' }),
  make('nfr', 'NFR-SEC-001', { roadItems: ['ROAD-001'] }),
  make('change', 'CHANGE-001', { roadId: 'ROAD-001' }),
  make('practice-area', 'PA-001', { competencies: ['COMP-001'] }),
  make('use-case', 'UC-001', { capabilities: ['CAP-001'] }),
  make('competency', 'COMP-001', { practiceArea: 'PA-001', dependencies: ['COMP-002'] }),
  make('competency', 'COMP-002'),
]

describe('references', () => {
  test('are read in at least twelve ways, and each way is exercised', () => {
    const read = new Set(readReferences(WHOLE).map(({ kind }) => kind))
    expect(read.size).toBeGreaterThanOrEqual(12)
    expect([...read].sort()).toEqual(Object.keys(REFERENCE_RULES).sort())
  })

  test('of a whole folder are all in order', () => {
    expect(checkReferences(WHOLE)).toEqual([])
  })

  test.each(readReferences(WHOLE).map((reference) => [reference.kind, reference.from, reference.to] as const))(
    '%s: %s misses %s when it is gone',
    (kind, from, to) => {
      const rest = WHOLE.filter((artifact) => artifact.id !== to)
      const gone = codes(rest, 'reference-missing').filter(({ found, message }) => found === to && message.startsWith(`${from} `))
      const rule = REFERENCE_RULES[kind]
      const silent = rule.silentWithoutTargets !== undefined && !rest.some((artifact) => artifact.kind === rule.to)
      expect(gone.some(({ severity }) => severity === rule.missing)).toBe(!silent)
    },
  )

  test('are placed on their own entry of the list', () => {
    const positions = linesOf(
      'id',
      'status',
      'capabilities',
      'capabilities[0]',
      'capabilities[1]',
      'governance',
      'governance.capabilities',
      'governance.capabilities[0]',
    )
    const source = road('ROAD-001', { capabilities: ['CAP-001', 'CAP-002', 'CAP-003'] }, { positions })
    expect(readReferences([source]).map(({ path, position }) => [path, position.line])).toEqual([
      ['capabilities[0]', 5],
      ['capabilities[1]', 6],
      ['governance.capabilities[0]', 9],
    ])
  })

  test('that stand in both lists of a union are placed on a list, never on a wrong entry', () => {
    const positions = linesOf(
      'capabilities',
      'capabilities[0]',
      'governance.capabilities',
      'governance.capabilities[0]',
      'governance.capabilities[1]',
    )
    const source = road('ROAD-001', { capabilities: ['CAP-001', 'CAP-003'] }, { positions })
    expect(readReferences([source]).map(({ path }) => path)).toEqual(['capabilities[0]', 'governance.capabilities'])
  })
})

test('a reference said in the body is placed on its line there', () => {
  const file = '---\nid: US-001\ntitle: T\nroadmapItems: [ROAD-001]\n---\n\n## Road Items\n\n- **ROAD-001** (One)\n- **ROAD-002** (Two)\n'
  const { artifact } = parseArtifact('user-stories/US-001.md', file)
  expect(readReferences([artifact!]).map(({ to, path, position }) => [to, path, position.line, position.column])).toEqual([
    ['ROAD-001', 'roadmapItems[0]', 4, 16],
    ['ROAD-002', '', 10, 5],
  ])
})

describe('a reference that leads nowhere', () => {
  test('says who, what, where and what was probably meant', () => {
    const positions = linesOf('id', 'status', 'user_type')
    const story = make('user-story', 'US-001', { userType: 'UT-10' }, { positions })
    expect(codes([story, make('user-type', 'UT-010')], 'id-malformed')).toMatchObject([
      {
        file: 'user-stories/US-001.md',
        path: 'user_type',
        line: 4,
        severity: 'error',
        expected: 'UT-nnn',
        found: 'UT-10',
        advice: 'Did you mean UT-010?',
      },
    ])
  })

  test('names the kind when the id is one of another kind', () => {
    const story = make('user-story', 'US-001', { capabilities: ['ROAD-001'] })
    expect(codes([story, road('ROAD-001')], 'reference-missing')).toMatchObject([
      {
        message: 'US-001 needs ROAD-001, but there is no such capability.',
        advice: 'ROAD-001 is a road item; name a capability here, or move the id to the key for it.',
      },
    ])
  })

  test('is no problem when the target is known from elsewhere', () => {
    const source = road('ROAD-001', { dependsOn: ['ROAD-099'] })
    expect(checkReferences([source], { targets: new Set(['ROAD-099']) }).map(({ code }) => code)).toEqual([])
  })

  test('is a malformed id when it cannot be one', () => {
    const source = road('ROAD-028', { nfrs: { applicable: ['NFR-ACC'], results: {} } })
    expect(codes([source], 'id-malformed')).toMatchObject([{ found: 'NFR-ACC', expected: 'NFR-TYPE-nnn', severity: 'error' }])
  })

  test('costs little even when there are thousands', () => {
    const many = Array.from({ length: 2000 }, (_, at) => road(`ROAD-${1000 + at}`, { dependsOn: [`ROAD-${9000 + at}`, `RAOD-${at}`] }))
    const start = process.hrtime.bigint()
    expect(checkReferences(many)).toHaveLength(4000)
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(2000)
  })
})

describe('circles', () => {
  test('are spelled out, whichever of the three keys closes them', () => {
    const artifacts = [
      road('ROAD-001', { dependsOn: ['ROAD-002'] }),
      road('ROAD-002', { blockedBy: ['ROAD-003'] }),
      road('ROAD-003'),
      road('ROAD-005', { dependsOn: ['ROAD-004'] }),
      road('ROAD-004'),
    ]
    expect(codes(artifacts, 'reference-cycle')).toEqual([])
    artifacts[0] = road('ROAD-001', { dependsOn: ['ROAD-002'], enables: ['ROAD-003'] })
    expect(codes(artifacts, 'reference-cycle').map(({ found, file, path }) => [found, file, path])).toEqual([
      ['ROAD-001 → ROAD-002 → ROAD-003 → ROAD-001', 'roads/ROAD-001.md', 'dependencies.requires'],
    ])
  })

  test('are not closed by the two ways to say the same dependency', () => {
    expect(codes([road('ROAD-001', { enables: ['ROAD-002'] }), road('ROAD-002', { dependsOn: ['ROAD-001'] })], 'reference-cycle')).toEqual(
      [],
    )
  })

  test('include the artifact that names itself', () => {
    expect(codes([road('ROAD-001', { dependsOn: ['ROAD-001'] })], 'reference-cycle').map(({ found }) => found)).toEqual([
      'ROAD-001 → ROAD-001',
    ])
  })

  test('of ADRs are found too, and apart from those of road items', () => {
    const artifacts = [make('adr', 'ADR-001', { supersedes: 'ADR-002' }), make('adr', 'ADR-002', { supersedes: 'ADR-001' })]
    expect(codes(artifacts, 'reference-cycle').map(({ found }) => found)).toEqual(['ADR-001 → ADR-002 → ADR-001'])
  })
})

describe('an orphan', () => {
  test('is what nothing refers to and what refers to nothing', () => {
    const artifacts = [
      make('adr', 'ADR-001'),
      make('capability', 'CAP-001'),
      make('user-story', 'US-001', { capabilities: ['CAP-001'] }),
      make('ddd', 'contexts'),
    ]
    expect(codes(artifacts, 'reference-orphan')).toMatchObject([{ file: 'adr/ADR-001.md', path: 'id', severity: 'warning' }])
  })
})

test('the order of the artifacts does not matter', () => {
  const roadIds = ['ROAD-001', 'ROAD-002', 'ROAD-003', 'ROAD-004', 'ROAD-9']
  const someIds = fc.subarray(roadIds)
  const folder = fc.tuple(
    ...roadIds
      .slice(0, 4)
      .map((id) => fc.record({ dependsOn: someIds, enables: someIds, blockedBy: someIds }).map((data) => road(id, data))),
  )
  fc.assert(
    fc.property(folder, (artifacts) => {
      expect(checkReferences([...artifacts].reverse())).toEqual(checkReferences(artifacts))
    }),
    { numRuns: 100 },
  )
})

const onCorpus = hasCorpus ? test : test.skip
onCorpus("Katalyst's own folder has references in eighteen ways, and the broken ones are these", () => {
  const { artifacts } = parseGovernance(readCorpus())
  expect(new Set(readReferences(artifacts).map(({ kind }) => kind)).size).toBe(18)
  const problems = checkReferences(artifacts)
  const errors = problems.filter(({ severity }) => severity === 'error')
  expect(errors.map(({ file, line, code, found }) => `${file}:${line} ${code} ${found}`)).toEqual([
    'changes/CHANGE-034.md:3 reference-missing ROAD-031',
    'roads/ROAD-028.md:24 id-malformed NFR-ACC',
  ])
  // Road items that stand only in ROADMAP.mdx, named by stories, an NFR and a road item.
  const announced = problems.filter(({ code, severity }) => code === 'reference-missing' && severity === 'warning')
  expect(announced).toHaveLength(22)
  expect(announced).toContainEqual(expect.objectContaining({ file: 'user-stories/US-020.md', line: 40, path: '', found: 'ROAD-012' }))
  expect(problems.filter(({ code }) => code === 'reference-orphan').map(({ file }) => file)).toEqual([
    'adr/ADR-017.md',
    'adr/ADR-020.md',
    'adr/ADR-021.md',
    'adr/ADR-022.md',
  ])
  expect(problems.filter(({ code }) => code === 'reference-cycle')).toEqual([])
})
