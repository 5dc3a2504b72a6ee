import { describe, expect, test } from '@jest/globals'
import type { ArtifactKind } from '../../integrations/governance/artifact.ts'
import { kindOf } from '../../integrations/governance/catalogue.ts'
import { KIND_DEFINITIONS } from '../../integrations/governance/kinds/kind-table.ts'
import { type GovernanceFile, parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { parseSource, writeSource } from '../../integrations/governance/source-document.ts'
import { checkStrict } from '../../integrations/governance/strict-check.ts'
import { hasCorpus, readCorpus } from './corpus.ts'

const adr = (id: string, extra = '') => `---\nid: ${id}\ntitle: T\nstatus: accepted\ncategory: architecture\n${extra}---\nbody\n`
const codes = (files: readonly GovernanceFile[]) =>
  parseGovernance(files).problems.map((problem) => `${problem.file}:${problem.line} ${problem.code}`)

describe('a folder', () => {
  test('gives its artifacts, what is skipped and what could not be read', () => {
    const result = parseGovernance([
      { file: 'x/adr/ADR-001.md', content: adr('ADR-001') },
      { file: 'x/adr/ADR-TEMPLATE.md', content: adr('ADR-000') },
      { file: 'x/adr/ADR-001-SUMMARY.md', content: '# A plain document' },
      { file: 'x/README.md', content: '# Read me' },
      { file: 'x/adr/ADR-002.md', content: '---\nid: [\n---\n' },
      { file: 'x/adr/ADR-003.md', content: '# No frontmatter' },
    ])
    expect(result.artifacts.map(({ id }) => id)).toEqual(['ADR-001'])
    expect(result.skipped).toEqual([
      { file: 'x/adr/ADR-TEMPLATE.md', reason: 'template' },
      { file: 'x/adr/ADR-001-SUMMARY.md', reason: 'plain-document' },
      { file: 'x/README.md', reason: 'not-governed' },
    ])
    expect(result.unread.map(({ id }) => id)).toEqual(['ADR-002', 'ADR-003'])
    expect(result.refused).toEqual(['x/adr/ADR-002.md', 'x/adr/ADR-003.md'])
    expect(new Set(result.problems.map(({ code }) => code))).toEqual(new Set(['yaml-invalid', 'frontmatter-missing']))
  })

  test('has a problem on the second file with an id, and keeps the first', () => {
    const files = [
      { file: 'adr/ADR-001.md', content: adr('ADR-001') },
      { file: 'other/adr/ADR-001.md', content: adr('ADR-001') },
    ]
    expect(codes(files)).toEqual(['other/adr/ADR-001.md:2 id-duplicate'])
    expect(parseGovernance(files).artifacts.map(({ file }) => file)).toEqual(['adr/ADR-001.md'])
  })

  test('has a problem on an id that is not the file name', () => {
    expect(codes([{ file: 'adr/ADR-001.md', content: adr('ADR-002') }])).toEqual(['adr/ADR-001.md:2 id-mismatch'])
    expect(codes([{ file: 'adr/ADR-1.md', content: adr('ADR-1') }])).toEqual(['adr/ADR-1.md:2 id-malformed'])
  })
})

const withCorpus = hasCorpus ? describe : describe.skip
withCorpus('the 272 real files', () => {
  const files = hasCorpus ? readCorpus() : []
  const governance = parseGovernance(files)

  /** Per kind: artifacts, and the ids Katalyst's schema refuses with the paths it refuses them at. */
  const EXPECTED: readonly (readonly [ArtifactKind, number, Readonly<Record<string, readonly string[]>>])[] = [
    [
      'road-item',
      33,
      {
        'ROAD-005': ['governance.nfrs.results.NFR-PERF-002', 'governance.nfrs.results.NFR-SEC-001', 'governance.nfrs.results.NFR-REL-001'],
        'ROAD-007': ['governance.bdd.status'],
        'ROAD-009': ['governance.nfrs.results.note'],
        'ROAD-016': ['governance.nfrs.results.NFR-A11Y-001', 'governance.nfrs.results.NFR-PERF-001'],
        'ROAD-017': ['governance.nfrs.results.NFR-PERF-001', 'governance.nfrs.results.NFR-A11Y-001'],
        'ROAD-018': ['governance.nfrs.results.NFR-PERF-001', 'governance.nfrs.results.NFR-A11Y-001'],
        'ROAD-019': ['governance.nfrs.results.architecture_score', 'governance.nfrs.results.architecture_notes'],
        'ROAD-027': ['governance.nfrs.results.architecture_score'],
        'ROAD-028': ['governance.nfrs.applicable[0]'],
        'ROAD-029': ['phase', 'governance.bdd.status', 'governance.nfrs.results.ux'],
        'ROAD-030': ['governance.nfrs.results.performance', 'governance.nfrs.results.accessibility', 'governance.nfrs.results.ux'],
        'ROAD-039': ['phase'],
        'ROAD-040': [
          'phase',
          'governance.nfrs.results.NFR-A11Y-001',
          'governance.nfrs.results.NFR-PERF-002',
          'governance.nfrs.results.NFR-SEC-001',
        ],
        'ROAD-041': ['governance.nfrs.results.performance', 'governance.nfrs.results.security'],
        'ROAD-043': ['priority'],
        'ROAD-044': ['priority', 'completed', 'governance.nfrs.results.performance', 'governance.nfrs.results.accessibility'],
        'ROAD-045': ['priority', 'completed', 'governance.bdd.status', 'governance.nfrs.results.performance'],
        'ROAD-046': ['priority', 'completed', 'governance.nfrs.results.performance'],
        'ROAD-047': ['priority', 'completed', 'governance.bdd.status', 'governance.nfrs.results.performance'],
        'ROAD-048': ['status', 'priority', 'governance.bdd.status'],
        'ROAD-049': ['status', 'priority', 'governance.bdd.status'],
      },
    ],
    ['capability', 35, { 'CAP-010': ['status'] }],
    [
      'user-story',
      101,
      {
        ...Object.fromEntries(
          ['049', '050', '051', '052', '053', '054', '089', '090', '097', '098', '099', '100', '101', '102'].map((n) => [
            `US-${n}`,
            ['status'],
          ]),
        ),
        'US-079': ['capabilities'],
      },
    ],
    ['user-type', 9, Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`UT-00${n}`, ['title']]))],
    ['adr', 24, { 'ADR-017': ['category'] }],
    ['nfr', 7, {}],
    [
      'change',
      27,
      {
        'CHANGE-005': ['signatures[0].status', 'signatures[1].status', 'signatures[2].status', 'signatures[3].status'],
        'CHANGE-007': ['signatures[0].status', 'signatures[1].status'],
        'CHANGE-009': [
          'compliance.nfr_checks.accessibility.status',
          'signatures[0].status',
          'signatures[1].status',
          'signatures[3].status',
        ],
        'CHANGE-017': ['compliance.nfr_checks.security', 'signatures[0].status', 'signatures[1].status'],
        'CHANGE-029': ['signatures[1].status'],
      },
    ],
    ['practice-area', 7, {}],
    ['use-case', 0, {}],
    ['competency', 0, {}],
    ['ddd', 9, {}],
  ]

  test.each(EXPECTED)(
    'hold the %s artifacts Katalyst counts, and its schema refuses the ones it says, where it says',
    (kind, count, refused) => {
      const artifacts = governance.artifacts.filter((artifact) => artifact.kind === kind)
      expect(artifacts).toHaveLength(count)
      const found: Record<string, string[]> = {}
      for (const artifact of artifacts) {
        const content = files.find(({ file }) => file === artifact.file)?.content ?? ''
        const check = checkStrict(KIND_DEFINITIONS[kind] as never, parseSource(artifact.file, content).document)
        expect(governance.refused.includes(artifact.file)).toBe(!check.passes)
        if (!check.passes) found[artifact.id] = check.problems.map(({ path }) => path)
      }
      expect(found).toEqual(refused)
    },
  )

  test('give the templates of a kind a pass, as Katalyst does', () => {
    const templates = files.filter(({ file }) => kindOf(file) === 'template' && !file.startsWith('changes/'))
    const results = templates.map(({ file, content }) => {
      const kind = ({ roads: 'road-item', adr: 'adr', nfr: 'nfr' } as const)[file.split('/')[0] as 'roads']
      return [file, checkStrict(KIND_DEFINITIONS[kind] as never, parseSource(file, content).document).passes]
    })
    expect(results).toEqual([
      ['adr/ADR-TEMPLATE.md', true],
      ['nfr/NFR-TEMPLATE.md', true],
      ['roads/ROAD-TEMPLATE.md', true],
    ])
  })

  test('have errors only where nothing else could be meant', () => {
    const errors = governance.problems.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ file, line, code, path }) => `${file}:${line} ${code} ${path}`)).toEqual([
      'changes/CHANGE-009.md:31 value-unknown compliance.nfr_checks.accessibility.status',
      'changes/CHANGE-017.md:21 key-missing compliance.nfr_checks.security',
      'roads/ROAD-028.md:24 id-malformed governance.nfrs.applicable[0]',
      'roads/ROAD-048.md:4 state-unknown status',
      'roads/ROAD-049.md:4 state-unknown status',
      'user-stories/US-079.md:6 list-empty capabilities',
    ])
  })

  test('have the plain documents among the road files skipped', () => {
    expect(governance.skipped.filter(({ reason }) => reason === 'plain-document').map(({ file }) => file)).toEqual([
      'roads/ROAD-029-IMPLEMENTATION-GUIDE.md',
      'roads/ROAD-030-IMPLEMENTATION-PLAN.md',
      'roads/ROAD-030-PHASE-5-7-VERIFICATION.md',
      'roads/ROAD-RENUMBERING-2026-02-17.md',
    ])
    expect(governance.unread).toEqual([])
  })

  test('are written as they were read', () => {
    expect(files).toHaveLength(272)
    for (const { file, content } of files) expect(writeSource(parseSource(file, content).document)).toBe(content)
  })

  test('have entities in the road frontmatters Katalyst names', () => {
    const named = new Set(
      governance.problems
        .filter(({ code, file }) => code === 'entity-encoded' && file.startsWith('roads/'))
        .map(({ file }) => file.slice(6, 14)),
    )
    expect([...named]).toEqual(['ROAD-005', 'ROAD-009', 'ROAD-040', 'ROAD-044', 'ROAD-046', 'ROAD-047'])
  })
})
