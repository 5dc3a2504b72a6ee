import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nearMiss } from '../../integrations/governance/near-miss.ts'

const KNOWN = ['ROAD-009', 'ROAD-016', 'ROAD-030', 'CAP-001', 'NFR-PERF-001', 'NFR-REL-001', 'NFR-SEC-001', 'NFR-A11Y-001']

describe('the id that was meant', () => {
  test.each([
    ['road-009', 'ROAD-009'],
    ['ROAD-9', 'ROAD-009'],
    ['ROAD_0009', 'ROAD-009'],
    ['RAOD-009', 'ROAD-009'],
    ['NFR-PREF-001', 'NFR-PERF-001'],
    ['NFR-ALLY-001', 'NFR-A11Y-001'],
  ])('of %j is %j', (wanted, meant) => {
    expect(nearMiss(wanted, KNOWN)).toBe(meant)
  })

  test.each(['ROAD-031', 'ROAD-061', 'ROAD-010', 'NFR-ACC', 'UT-001', '', 'NFR-XXX-001', '9'.repeat(10_000)])(
    'of %j is nothing that could be said',
    (wanted) => {
      expect(nearMiss(wanted, KNOWN)).toBeUndefined()
    },
  )

  test('is not guessed between two that are equally near', () => {
    expect(nearMiss('CAX-001', ['CAP-001', 'CAR-001'])).toBeUndefined()
  })

  test('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{2,4}-\d{1,3}$/), fc.shuffledSubarray(KNOWN, { minLength: KNOWN.length }), (wanted, known) => {
        expect(nearMiss(wanted, known)).toBe(nearMiss(wanted, KNOWN))
      }),
      { numRuns: 100 },
    )
  })
})
