import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ROAD_STATES, type RoadItemData, type RoadState } from '../../integrations/governance/artifact.ts'
import { type Before, judgeMove } from '../../integrations/governance/road-moves.ts'
import { isLegal } from '../../integrations/governance/states.ts'
import { linesOf, PROVEN, road } from './hand-built.ts'

const at = (status: RoadState, data: Partial<RoadItemData> = {}) => road('ROAD-009', { ...data, status })
const was = (status: RoadState, data: Partial<RoadItemData> = {}): Before => ({ kind: 'road', road: at(status, data) })
const pairs = ROAD_STATES.flatMap((from) => ROAD_STATES.map((to) => [from, to] as const))

describe('a move with all evidence', () => {
  test.each(pairs)('%s → %s is refused exactly where the machine has no such step', (from, to) => {
    const { move, problems } = judgeMove(was(from, PROVEN), at(to, PROVEN))
    expect(move === undefined).toBe(from === to)
    expect(problems.map(({ code }) => code).filter((code) => code === 'transition-illegal')).toHaveLength(
      from === to || isLegal(from, to) ? 0 : 1,
    )
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(from === to || isLegal(from, to) ? 0 : 1)
  })
})

describe('an illegal move', () => {
  const positions = linesOf('id', 'title', 'status')

  test('is told on the line of the status, with the legal next state and the evidence it still needs', () => {
    const { move, problems } = judgeMove(was('proposed'), road('ROAD-009', { status: 'complete' }, { positions }))
    expect(move).toMatchObject({ id: 'ROAD-009', from: 'proposed', to: 'complete', legal: false })
    expect(problems).toEqual([
      {
        code: 'transition-illegal',
        severity: 'error',
        file: 'roads/ROAD-009.md',
        path: 'status',
        line: 4,
        column: 9,
        message: 'ROAD-009 cannot move from Proposed (proposed) to Complete (complete).',
        expected: 'adr_validated',
        found: 'complete',
        advice:
          'From proposed the legal next state is adr_validated: set status to adr_validated once its evidence is there: governance.adrs.validated (true).',
      },
    ])
  })

  test('out of complete names the way that is left', () => {
    const [problem] = judgeMove(was('complete'), at('implementing')).problems
    expect(problem).toMatchObject({
      expected: 'complete, which is final',
      advice: 'Complete is final and has no next state: put complete back and open a new road item for further work.',
    })
  })

  test('out of nfr_validating names both next states', () => {
    const [problem] = judgeMove(was('nfr_validating'), at('implementing')).problems
    expect(problem?.expected).toBe('complete or nfr_blocked')
    expect(problem?.advice).toContain('set status to complete once its evidence is there: governance.nfrs.status (pass).')
    expect(problem?.advice).toContain('set status to nfr_blocked; its evidence is there.')
  })
})

describe('a legal move', () => {
  test('without the evidence is refused at the key that has to change', () => {
    const positions = linesOf('id', 'status', 'governance', 'governance.bdd', 'governance.bdd.status')
    const { move, problems } = judgeMove(was('bdd_complete'), road('ROAD-009', { status: 'implementing' }, { positions }))
    expect(move).toMatchObject({ legal: true, unmet: [{ id: 'bdd-approved' }] })
    expect(problems).toMatchObject([
      { code: 'gate-unmet', severity: 'error', path: 'governance.bdd.status', line: 6, expected: 'approved', found: 'nothing' },
    ])
  })

  test('is only warned about where only prose demands the evidence', () => {
    const { problems } = judgeMove(was('implementing'), at('nfr_validating'))
    expect(problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['gate-unmet warning', 'gate-unmet warning'])
  })
})

describe('a road item that was not there', () => {
  test('starts in proposed without a word', () => {
    expect(judgeMove({ kind: 'new' }, at('proposed')).problems).toEqual([])
  })

  test('that starts further on owes the evidence of every gate it skipped', () => {
    const { move, problems } = judgeMove({ kind: 'new' }, at('implementing'))
    expect(move).toMatchObject({ from: undefined, to: 'implementing', legal: true })
    expect(problems.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'governance.adrs.validated',
      'governance.bdd.id',
      'governance.bdd.status',
      'governance.bdd.status',
    ])
    expect(judgeMove({ kind: 'new' }, at('complete', PROVEN)).problems).toEqual([])
  })

  test('is only warned when there was nothing to compare it with', () => {
    const unknown = judgeMove({ kind: 'unknown' }, at('complete'))
    expect(unknown.problems.length).toBeGreaterThan(0)
    expect([...unknown.problems, ...(unknown.move?.unmet ?? [])].every(({ severity }) => severity === 'warning')).toBe(true)
    const unreadable: Before = { kind: 'road', road: road('ROAD-009', { status: undefined, statusText: 'later' }) }
    expect(judgeMove(unreadable, at('complete'))).toEqual(unknown)
  })
})

describe('a road item that stays in its state', () => {
  test('is told which evidence the change takes away', () => {
    const { move, problems } = judgeMove(
      was('complete', PROVEN),
      at('complete', { ...PROVEN, nfrs: { ...PROVEN.nfrs!, status: 'pending' } }),
    )
    expect(move).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'evidence-missing', severity: 'warning', path: 'governance.nfrs.status', found: 'pending' }])
  })

  test('is not asked for what it never had', () => {
    expect(judgeMove(was('complete'), at('complete')).problems).toEqual([])
  })

  test('or whose state cannot be read is left to the parser', () => {
    expect(judgeMove(was('complete'), road('ROAD-009', { status: undefined, statusText: 'done' }))).toEqual({ problems: [] })
  })
})

test('more evidence never makes a move worse', () => {
  const anyState = fc.constantFrom(...ROAD_STATES)
  fc.assert(
    fc.property(anyState, anyState, (from, to) => {
      fc.pre(to !== 'nfr_blocked')
      const [bare, proven] = [judgeMove(was(from), at(to)), judgeMove(was(from, PROVEN), at(to, PROVEN))]
      expect(proven.problems.length).toBeLessThanOrEqual(bare.problems.length)
    }),
    { numRuns: 100 },
  )
})
