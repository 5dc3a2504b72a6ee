import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWithin, spanSeconds, splitWindow } from '../../integrations/foe/instants.ts'
import { mannKendallSign, mean, median, percentile, tally } from '../../integrations/foe/statistics.ts'
import { day, hour, WINDOW } from './hand-built.ts'

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })
const shares = fc.double({ min: 0, max: 1, noNaN: true })

describe('percentiles', () => {
  test('interpolate as percentile_cont does', () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((share) => percentile([40, 10, 30, 20], share))).toEqual([10, 17.5, 25, 37, 40])
    expect(percentile([7], 0.99)).toBe(7)
    expect([percentile([], 0.5), median([]), mean([])]).toEqual([null, null, null])
  })

  test('never fall when the share grows, stay between the extremes and do not depend on the order', () => {
    fc.assert(
      fc.property(numbers, shares, shares, (values, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const lower = percentile(values, low) as number
        const upper = percentile(values, high) as number
        expect(lower).toBeLessThanOrEqual(upper + 1e-6)
        expect(lower).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6)
        expect(upper).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
        expect(percentile([...values].reverse(), low)).toBe(lower)
        expect(mean([...values].reverse())).toBe(mean(values))
      }),
      { numRuns: 200 },
    )
  })
})

test.each([
  [[1, 2, 3, 4], 1],
  [[4, 3, 2, 1], -1],
  [[10, 10.5, 10, 10.9], 0],
  [[10, 12, 10, 8], -1],
  [[0, 0, 0, 0], 0],
  [[0, 0, 0, 1], 1],
  [[], 0],
])('the trend of %j is %i', (values, sign) => {
  expect(mannKendallSign(values, 0.1)).toBe(sign)
})

describe('windows', () => {
  test('hold their beginning and not their end', () => {
    expect([WINDOW.from, WINDOW.to, day(89.999), null].map((instant) => isWithin(instant, WINDOW))).toEqual([true, false, true, false])
  })

  test('cut in parts hold each instant once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 89 * 24 }), (parts, at) => {
        expect(splitWindow(WINDOW, parts).filter((part) => isWithin(hour(at), part))).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
  })

  test('spans are seconds, and unknown where an end is missing or lies before the beginning', () => {
    expect([spanSeconds(hour(0), hour(1)), spanSeconds(hour(1), hour(0)), spanSeconds(null, hour(1))]).toEqual([3600, null, null])
  })
})

test('counts come in the order of their keys', () => {
  expect(Object.entries(tally(['b', 'a', 'b'], (key) => key))).toEqual([
    ['a', 1],
    ['b', 2],
  ])
})
