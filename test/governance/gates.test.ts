import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ROAD_STATES, type RoadItemData, type RoadState } from '../../integrations/governance/artifact.ts'
import {
  adviceFor,
  checkGates,
  checkGatesBehind,
  checkGatesBetween,
  evidenceProblems,
  gateSentence,
} from '../../integrations/governance/gates.ts'
import { linesOf, PROVEN, road } from './hand-built.ts'

const anyState = fc.constantFrom(...ROAD_STATES)
const ids = (data: Partial<RoadItemData>, target: RoadState, severity?: 'error' | 'warning') =>
  checkGates(road('ROAD-001', data).data, target)
    .filter((unmet) => severity === undefined || unmet.severity === severity)
    .map((unmet) => unmet.id)

describe('a gate', () => {
  const table: readonly (readonly [RoadState, readonly string[], readonly string[]])[] = [
    ['proposed', [], []],
    ['adr_validated', ['adr-validated'], ['adr-ids']],
    ['bdd_pending', ['adr-validated', 'bdd-id'], ['bdd-feature-files']],
    ['bdd_complete', ['bdd-id', 'bdd-status'], ['bdd-reviewed', 'bdd-scenarios']],
    ['implementing', ['bdd-approved'], []],
    ['nfr_validating', [], ['bdd-passing', 'nfr-named']],
    ['nfr_blocked', [], ['nfr-failed']],
    ['complete', ['nfr-passed'], ['adr-validated', 'bdd-passing', 'signatures']],
  ]

  test.each(table)('into %s refuses an empty road item for %j and warns for %j', (target, errors, warnings) => {
    expect(ids({}, target, 'error')).toEqual(errors)
    expect(ids({}, target, 'warning')).toEqual(warnings)
  })

  test.each(ROAD_STATES.filter((state) => state !== 'nfr_blocked'))('into %s opens for full evidence', (target) => {
    expect(ids(PROVEN, target)).toEqual([])
  })

  test("asks for what Katalyst's API asks for, and for nothing more as an error where only the API speaks", () => {
    expect(ids({ adrs: { validated: true, ids: [] } }, 'adr_validated', 'error')).toEqual([])
    expect(ids({ bdd: { status: 'approved', featureFiles: [], scenarios: 0, passing: 0 } }, 'implementing', 'error')).toEqual([])
    expect(ids({ nfrs: { applicable: [], status: 'pass', results: {} } }, 'complete', 'error')).toEqual([])
  })

  test.each(['draft', 'active', 'implemented', 'in_progress', 'APPROVED', ''])(
    'into implementing is closed for bdd.status %j',
    (status) => {
      expect(ids({ bdd: { status, featureFiles: [], scenarios: 9, passing: 9 } }, 'implementing')).toEqual(['bdd-approved'])
    },
  )

  test('into complete names each applicable NFR without a passing result', () => {
    const nfrs = {
      applicable: ['NFR-PERF-001', 'NFR-SEC-001', 'NFR-A11Y-001'],
      status: 'pass',
      results: { 'NFR-PERF-001': { status: 'pass' }, 'NFR-SEC-001': { status: 'fail' }, performance: { status: 'pass' } },
    }
    const [unmet] = checkGates(road('ROAD-001', { ...PROVEN, nfrs }).data, 'complete')
    expect(unmet).toMatchObject({ id: 'nfr-results', severity: 'error', found: 'NFR-SEC-001: fail, NFR-A11Y-001: no result' })
  })

  test('into complete is not opened by a result key that objects inherit', () => {
    const nfrs = { applicable: ['constructor', '__proto__'], status: 'pass', results: {} }
    expect(ids({ ...PROVEN, nfrs }, 'complete', 'error')).toEqual(['nfr-results'])
  })

  test('into nfr_blocked is content with one failed result', () => {
    expect(ids({ nfrs: { applicable: [], status: 'validating', results: { 'NFR-SEC-001': { status: 'fail' } } } }, 'nfr_blocked')).toEqual(
      [],
    )
  })

  test('tells the author the state, the evidence, the key and who asks', () => {
    const unmet = checkGates(road('ROAD-007').data, 'implementing')[0]!
    expect(gateSentence('ROAD-007', unmet)).toBe('ROAD-007 cannot enter Implementing (implementing): the BDD scenarios must be approved.')
    expect(adviceFor(unmet)).toBe(
      "Once that is so, record it at governance.bdd.status (approved). Asked for by Katalyst's API (validate-transition), Katalyst's governance linter, ADR-008.",
    )
  })
})

describe('gates on the way', () => {
  test('a road item that starts in complete is asked for the evidence of all seven', () => {
    const errors = checkGatesBetween(road('ROAD-001').data, 'proposed', 'complete').filter((unmet) => unmet.severity === 'error')
    expect(errors.map((unmet) => `${unmet.target} ${unmet.id}`)).toEqual([
      'adr_validated adr-validated',
      'bdd_pending bdd-id',
      'bdd_complete bdd-status',
      'implementing bdd-approved',
      'complete nfr-passed',
    ])
  })

  test('each requirement is named once, and staying asks for nothing', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => {
        const found = checkGatesBetween(road('ROAD-001').data, from, to).map((unmet) => unmet.id)
        expect(new Set(found).size).toBe(found.length)
        expect(checkGatesBetween(road('ROAD-001').data, from, from)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('more states behind never mean less evidence to show', () => {
    const behind = (status: RoadState) => checkGatesBehind(road('ROAD-001', { status }).data).length
    const line: readonly RoadState[] = [
      'proposed',
      'adr_validated',
      'bdd_pending',
      'bdd_complete',
      'implementing',
      'nfr_validating',
      'complete',
    ]
    expect(line.map(behind)).toEqual([...line.map(behind)].sort((a, b) => a - b))
    expect(checkGatesBehind(road('ROAD-001', { status: undefined, statusText: 'later' }).data)).toEqual([])
  })
})

describe('evidence at rest', () => {
  const rest = (data: Partial<RoadItemData>) => evidenceProblems(road('ROAD-001', data)).map(({ path }) => path)

  test('is looked at in the three states in which the CLI looks', () => {
    expect(ROAD_STATES.filter((status) => rest({ status }).length > 0)).toEqual(['adr_validated', 'bdd_complete', 'complete'])
    expect(rest({ status: 'bdd_complete' })).toEqual(['governance.bdd.status', 'governance.bdd.scenarios'])
    expect(ROAD_STATES.flatMap((status) => rest({ ...PROVEN, status }))).toEqual([])
  })

  test('is a warning at the key, or at the map that would hold it', () => {
    const positions = linesOf('id', 'status', 'governance', 'governance.nfrs')
    const [problem] = evidenceProblems(road('ROAD-001', { status: 'complete' }, { positions }))
    expect(problem).toMatchObject({
      code: 'evidence-missing',
      severity: 'warning',
      file: 'roads/ROAD-001.md',
      path: 'governance.nfrs.status',
      line: 5,
      expected: 'pass',
      found: 'nothing',
      message: 'ROAD-001 is in Complete (complete) without its evidence: the NFRs must pass validation.',
    })
  })
})
