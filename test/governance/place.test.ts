import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../integrations/governance/artifact.ts'
import { arrangeProblems, compareIds, placeOf, problemAt } from '../../integrations/governance/place.ts'
import { linesOf, road } from './hand-built.ts'

describe('the place of a key', () => {
  const artifact = road(
    'ROAD-001',
    {},
    { positions: linesOf('id', 'status', 'dependencies', 'dependencies.requires', 'dependencies.requires[0]') },
  )

  test.each([
    ['dependencies.requires[0]', 6],
    ['dependencies.requires[4]', 5],
    ['dependencies.enables[0]', 4],
    ['governance.adrs.validated', 3],
    ['', 3],
  ])('%j is found at the nearest thing that is there, line %d', (path, line) => {
    expect(placeOf(artifact, path).line).toBe(line)
  })

  test('is the first line when nothing is known', () => {
    expect(placeOf({ positions: new Map() }, 'status')).toEqual({ line: 1, column: 1 })
  })

  test('comes with the severity of the code unless another is given', () => {
    expect(problemAt(artifact, 'reference-missing', 'status', { message: 'm' }).severity).toBe('error')
    expect(problemAt(artifact, 'reference-missing', 'status', { message: 'm', severity: 'warning' }).severity).toBe('warning')
  })
})

describe('a list of problems', () => {
  const problems: fc.Arbitrary<Problem> = fc.record({
    code: fc.constantFrom('type-wrong', 'key-missing'),
    severity: fc.constant('error'),
    file: fc.constantFrom('a.md', 'b.md'),
    path: fc.constantFrom('', 'status'),
    message: fc.constantFrom('m', 'n'),
    line: fc.nat(3),
    column: fc.nat(2),
  })

  test('is the same whatever the order and however often each was found', () => {
    fc.assert(
      fc.property(fc.array(problems), (found) => {
        expect(arrangeProblems([...found, ...found].reverse())).toEqual(arrangeProblems(found))
      }),
      { numRuns: 100 },
    )
  })

  test('goes by file and then down the file', () => {
    const at = (file: string, line: number): Problem => ({ ...problemAt(road('ROAD-001'), 'type-wrong', '', { message: 'm' }), file, line })
    const arranged = arrangeProblems([at('b.md', 1), at('a.md', 10), at('a.md', 9), at('a.md', 9)])
    expect(arranged.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.md:9', 'a.md:10', 'b.md:1'])
  })
})

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
