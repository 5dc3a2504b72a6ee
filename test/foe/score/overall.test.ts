import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diagnoseTriangle, maturityOf, overallScore, TRIANGLE_MINIMUMS } from '../../../integrations/foe/score/overall.ts'

const score = fc.nat({ max: 100 })
const three = fc.record({ feedback: score, understanding: score, confidence: score })

describe('the overall score', () => {
  test.each([
    [{ feedback: 0, understanding: 0, confidence: 0 }, 0],
    [{ feedback: 100, understanding: 100, confidence: 100 }, 100],
    [{ feedback: 70, understanding: 52, confidence: 61 }, 61],
    // 0.35 × 10 = 3.5 exactly: a half is rounded up, and not lost in floating sums.
    [{ feedback: 10, understanding: 0, confidence: 0 }, 4],
    [{ feedback: 0, understanding: 30, confidence: 0 }, 11],
  ])('of %j is %i', (scores, expected) => {
    expect(overallScore(scores)).toBe(expected)
  })

  test('is a whole number between the lowest and the highest dimension', () => {
    fc.assert(
      fc.property(three, (scores) => {
        const overall = overallScore(scores)
        const all = Object.values(scores)
        expect(Number.isInteger(overall) && overall >= Math.min(...all) && overall <= Math.max(...all)).toBe(true)
      }),
    )
  })

  test.each([
    [0, 'Hypothesized'],
    [25, 'Hypothesized'],
    [26, 'Emerging'],
    [50, 'Emerging'],
    [51, 'Practicing'],
    [75, 'Practicing'],
    [76, 'Optimized'],
    [100, 'Optimized'],
  ])('of %i is %s', (overall, level) => {
    expect(maturityOf(overall)).toBe(level)
  })
})

describe('the triangle', () => {
  const atMinimum = { ...TRIANGLE_MINIMUMS }

  test('is virtuous when no dimension is below its minimum', () => {
    expect(diagnoseTriangle(atMinimum)).toEqual({ cycleHealth: 'virtuous', below: [], weakest: 'confidence' })
  })

  test('is at risk with one below, which is then the weakest although another has fewer points', () => {
    expect(diagnoseTriangle({ ...atMinimum, feedback: 39 })).toEqual({ cycleHealth: 'at-risk', below: ['feedback'], weakest: 'feedback' })
  })

  test('is vicious with more than one below', () => {
    expect(diagnoseTriangle({ feedback: 39, understanding: 20, confidence: 30 })).toEqual({
      cycleHealth: 'vicious',
      below: ['feedback', 'understanding'],
      weakest: 'understanding',
    })
  })
})
