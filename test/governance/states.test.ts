import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ROAD_STATES, type RoadState } from '../../integrations/governance/artifact.ts'
import { isLegal, isRoadState, legalNext, pathBetween, STATES, stateLabel } from '../../integrations/governance/states.ts'

const LEGAL: readonly (readonly [RoadState, RoadState])[] = [
  ['proposed', 'adr_validated'],
  ['adr_validated', 'bdd_pending'],
  ['bdd_pending', 'bdd_complete'],
  ['bdd_complete', 'implementing'],
  ['implementing', 'nfr_validating'],
  ['nfr_validating', 'complete'],
  ['nfr_validating', 'nfr_blocked'],
  ['nfr_blocked', 'nfr_validating'],
]
const pairs = ROAD_STATES.flatMap((from) => ROAD_STATES.map((to) => [from, to] as const))
const anyState = fc.constantFrom(...ROAD_STATES)

describe('the state machine', () => {
  test.each(pairs)('%s → %s is legal exactly where the published table has it', (from, to) => {
    expect(isLegal(from, to)).toBe(LEGAL.some(([legalFrom, legalTo]) => legalFrom === from && legalTo === to))
  })

  test('has eight legal steps among its 64 pairs', () => {
    expect(pairs).toHaveLength(64)
    expect(pairs.filter(([from, to]) => isLegal(from, to))).toHaveLength(8)
  })

  test('ends in complete and nowhere else', () => {
    expect(ROAD_STATES.filter((state) => legalNext(state).length === 0)).toEqual(['complete'])
  })

  test('recognises its eight words and no other value', () => {
    expect(ROAD_STATES.every(isRoadState)).toBe(true)
    expect(['in_progress', 'Proposed', '', 'constructor', undefined, null, 1, ['proposed']].some(isRoadState)).toBe(false)
  })

  test('gives each state a label and a sign of its own', () => {
    expect(stateLabel('nfr_blocked')).toBe('NFR Blocked')
    expect(new Set(Object.values(STATES).map((state) => state.emoji)).size).toBe(8)
    expect(new Set(Object.values(STATES).map((state) => state.label)).size).toBe(8)
  })
})

describe('the way between two states', () => {
  test('walks every state in between, and the blocked loop only where it has to', () => {
    expect(pathBetween('proposed', 'complete')).toEqual([
      'adr_validated',
      'bdd_pending',
      'bdd_complete',
      'implementing',
      'nfr_validating',
      'complete',
    ])
    expect(pathBetween('nfr_blocked', 'complete')).toEqual(['nfr_validating', 'complete'])
    expect(pathBetween('implementing', 'nfr_blocked')).toEqual(['nfr_validating', 'nfr_blocked'])
  })

  test('is empty when already there and absent when nothing leads there', () => {
    expect(pathBetween('complete', 'complete')).toEqual([])
    expect(pathBetween('complete', 'proposed')).toBeUndefined()
    expect(pathBetween('implementing', 'bdd_complete')).toBeUndefined()
  })

  test('consists of legal steps only and ends at the target', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => {
        const path = pathBetween(from, to)
        if (path === undefined || path.length === 0) return
        expect(path.at(-1)).toBe(to)
        expect([from, ...path.slice(0, -1)].every((state, at) => isLegal(state, path[at]!))).toBe(true)
        expect(new Set([from, ...path]).size).toBe(path.length + 1)
      }),
      { numRuns: 200 },
    )
  })

  test('can be continued: what is reachable over a third state is reachable', () => {
    fc.assert(
      fc.property(anyState, anyState, anyState, (from, over, to) => {
        if (pathBetween(from, over) && pathBetween(over, to)) expect(pathBetween(from, to)).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })
})
