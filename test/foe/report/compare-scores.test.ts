import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DIMENSIONS } from '../../../integrations/foe/measure.ts'
import { known } from '../../../integrations/foe/metric-value.ts'
import { compareScores } from '../../../integrations/foe/report/compare-scores.ts'
import type { EvidenceSet } from '../../../integrations/foe/score/evidence-set.ts'
import { scoreDimensions } from '../../../integrations/foe/score/score-dimension.ts'
import { anyEvidence } from '../score/any-evidence.ts'

const at = new Date('2026-05-01T00:00:00Z')
const scores = (metrics: EvidenceSet['metrics']) => scoreDimensions([{ source: 'github', metrics, at }])

describe('a comparison', () => {
  test('names every point that moved: the moves of a dimension add up to its difference', () => {
    fc.assert(
      fc.property(anyEvidence, anyEvidence, (before, after) => {
        const { dimensions, moves } = compareScores(scoreDimensions(before), scoreDimensions(after))
        for (const dimension of DIMENSIONS) {
          const moved = moves.filter((move) => move.dimension === dimension).reduce((sum, { points }) => sum + points, 0)
          expect(moved).toBe(dimensions[dimension].delta)
        }
      }),
    )
  })

  test('of the same scores moves nothing, also after a way through storage', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const fresh = scoreDimensions(evidence)
        const stored = JSON.parse(JSON.stringify(fresh)) as typeof fresh
        expect(compareScores(stored, fresh)).toMatchObject({ moves: [], summary: 'Nothing moved.', overall: { delta: 0 } })
      }),
      { numRuns: 20 },
    )
  })

  test('tells a changed figure from one that appeared and from a share that changed', () => {
    const before = scores({ buildTimeP50: known(3000), buildTimeP90: known(60) })
    const after = scores({ buildTimeP50: known(60), buildTimeP90: known(60), buildTimeP99: known(60) })
    const { moves, summary, overall } = compareScores(before, after)
    expect(moves.map(({ criterion, cause, points, before: was }) => [criterion, cause, points, was])).toEqual([
      ['Median build time', 'changed', 9, 'Median build time: 50 min (GitHub)'],
      ['Build time, 99th percentile', 'appeared', 5, null],
      ['Build time, 90th percentile', 'rescaled', -2, 'Build time, 90th percentile: 60 s (GitHub)'],
    ])
    expect(summary).toContain('Feedback +12')
    expect(overall.delta).toBe(overall.after - overall.before)
    expect(compareScores(after, before).moves.map(({ cause }) => cause)).toContain('vanished')
  })
})
