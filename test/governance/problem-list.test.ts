import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../integrations/governance/artifact.ts'
import { problemAt } from '../../integrations/governance/place.ts'
import { arrangeProblems } from '../../integrations/governance/problem-list.ts'
import { road } from './hand-built.ts'

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
