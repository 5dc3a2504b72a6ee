import { expect, test } from '@jest/globals'
import { type DimensionStanding, renderDelivery } from '../../integrations/github/render-delivery.ts'

const at = new Date('2026-11-22T10:00:00Z')
const standing = (over: Partial<DimensionStanding> = {}): DimensionStanding => ({
  dimension: 'confidence',
  score: 40,
  coverage: 2,
  at,
  subscores: [
    { name: 'Dependency Health', score: 15 },
    { name: 'Change Safety', score: 25 },
  ],
  before: undefined,
  ...over,
})

test('says each dimension, how much evidence it has, and passes and fails nothing', () => {
  const output = renderDelivery([standing({ dimension: 'feedback', score: 61 }), standing()])
  expect(output).toMatchObject({ conclusion: 'neutral', title: 'Feedback 61, Confidence 40', annotations: [] })
  expect(output.summary).toContain('| Confidence | 40 of 100 | first time | 2 of 4 subscores | 2026-11-22 |')
  expect(output.summary).toContain('No subscore has moved')
})

test('what moved is named, the largest change first', () => {
  const subscores = [
    { name: 'Dependency Health', score: 25 },
    { name: 'Change Safety', score: 23 },
  ]
  const { summary } = renderDelivery([standing({ before: { score: 48, at, subscores } })])
  expect(summary).toContain('| -8 |')
  expect(summary.indexOf('Confidence, Dependency Health: 25 → 15 of 25')).toBeLessThan(
    summary.indexOf('Confidence, Change Safety: 23 → 25 of 25'),
  )
})

test('the same figures make the same output, so that a repeat writes nothing', () => {
  expect(renderDelivery([standing()])).toEqual(renderDelivery([standing()]))
})
