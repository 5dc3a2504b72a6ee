import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareIds } from '../../integrations/governance/id-order.ts'

describe('the order of ids', () => {
  test('counts as people do', () => {
    expect(['ROAD-010', 'ROAD-9', 'NFR-A11Y-001', 'ROAD-1000', 'ROAD-009', 'CAP-001'].sort(compareIds)).toEqual([
      'CAP-001',
      'NFR-A11Y-001',
      'ROAD-009',
      'ROAD-9',
      'ROAD-010',
      'ROAD-1000',
    ])
  })

  test('is total: antisymmetric, and equal only for equal ids', () => {
    const anyId = fc.stringMatching(/^[A-Z]{1,3}-?\d{0,4}[a-z]?$/)
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        expect(Math.sign(compareIds(a, b))).toBe(-Math.sign(compareIds(b, a)) + 0)
        expect(compareIds(a, b) === 0).toBe(a === b)
      }),
      { numRuns: 300 },
    )
  })
})
