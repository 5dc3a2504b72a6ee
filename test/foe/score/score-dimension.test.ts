import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DIMENSIONS } from '../../../integrations/foe/measure.ts'
import { METRICS } from '../../../integrations/foe/metric-table.ts'
import { known, unknown } from '../../../integrations/foe/metric-value.ts'
import { type Earned, sharePoints } from '../../../integrations/foe/score/allocate.ts'
import { CRITERIA } from '../../../integrations/foe/score/criteria.ts'
import { type Criterion, pointsFor } from '../../../integrations/foe/score/criterion.ts'
import type { EvidenceSet } from '../../../integrations/foe/score/evidence-set.ts'
import { type Subscore, scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import { SUBSCORES } from '../../../integrations/foe/score/subscores.ts'
import { anyEvidence } from './any-evidence.ts'

const tables = DIMENSIONS.flatMap((dimension) =>
  SUBSCORES[dimension].map((name) => [name, CRITERIA[dimension][name] as readonly Criterion[]] as const),
)
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const at = new Date('2026-05-01T00:00:00Z')
const githubSet = (metrics: EvidenceSet['metrics']): EvidenceSet => ({ source: 'github', metrics, at })
const subscoreOf = (dimension: (typeof DIMENSIONS)[number], name: string, evidence: readonly EvidenceSet[]): Subscore =>
  scoreDimension(dimension, evidence).subscores.find((subscore) => subscore.name === name) as Subscore

describe('the table of points', () => {
  test('has the four subscores of each dimension, in order, and no other', () => {
    for (const dimension of DIMENSIONS) expect(Object.keys(CRITERIA[dimension])).toEqual([...SUBSCORES[dimension]])
  })

  test.each(tables)('%s: weights add up to 25, bands fall strictly from the whole weight, labels are unique', (_, criteria) => {
    expect(sum(criteria.map(({ weight }) => weight))).toBe(25)
    expect(new Set(criteria.map(({ label }) => label)).size).toBe(criteria.length)
    for (const { label, weight, bands, better } of criteria) {
      expect({ label, best: bands[0]?.[1] }).toEqual({ label, best: weight })
      const limits = bands.map(([limit]) => (better === 'more' ? -limit : limit))
      expect({ label, limits }).toEqual({ label, limits: [...limits].sort((left, right) => left - right) })
      const points = bands.map(([, band]) => band)
      expect({ label, points }).toEqual({ label, points: [...new Set(points)].sort((left, right) => right - left) })
      expect(points.every((band) => band > 0 && Number.isInteger(band))).toBe(true)
    }
  })

  test.each(tables)('%s: what the metrics call better is better here', (_, criteria) => {
    for (const { label, places, better } of criteria)
      for (const { source, metric, reading } of places) {
        if (source !== 'github' || !(reading === 'number' || reading === 'flag')) continue
        expect({ label, better: METRICS[metric as keyof typeof METRICS].better }).toEqual({ label, better })
      }
  })
})

describe('any evidence', () => {
  test('gives subscores of 0..25 in whole points, and dimensions that are the sum of their four', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...DIMENSIONS), (evidence, dimension) => {
        const scored = scoreDimension(dimension, evidence)
        expect(scored.subscores.map(({ name }) => name)).toEqual([...SUBSCORES[dimension]])
        for (const { score } of scored.subscores) expect(Number.isInteger(score) && score >= 0 && score <= 25).toBe(true)
        expect(scored.score).toBe(sum(scored.subscores.map(({ score }) => score)))
        expect(scored.coverage).toBe(scored.subscores.filter(({ evidence: items }) => items.length > 0).length)
      }),
    )
  })

  test('accounts for every point: given in evidence, withheld in deductions', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...DIMENSIONS), (evidence, dimension) => {
        for (const { score, evidence: given, deductions } of scoreDimension(dimension, evidence).subscores) {
          expect(sum(given.map(({ points }) => points))).toBe(score)
          expect(sum(given.map(({ max }) => max))).toBe(score + sum(deductions.map(({ points }) => points)))
        }
      }),
    )
  })

  test('in another order gives the same scores', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...DIMENSIONS), (evidence, dimension) => {
        expect(scoreDimension(dimension, [...evidence].reverse())).toEqual(scoreDimension(dimension, evidence))
      }),
    )
  })

  test('leaves a subscore without evidence at 0 with low confidence and a gap that says what to connect', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...DIMENSIONS), (evidence, dimension) => {
        for (const { score, evidence: given, confidence, gaps } of scoreDimension(dimension, evidence).subscores) {
          if (given.length > 0) continue
          expect({ score, confidence, gaps: gaps.length }).toEqual({ score: 0, confidence: 'low', gaps: 1 })
          expect(gaps[0]?.recommendation.length).toBeGreaterThan(20)
        }
      }),
    )
  })
})

describe('a better metric', () => {
  test('never earns fewer points of its criterion', () => {
    const criteria = tables.flatMap(([, rows]) => rows)
    fc.assert(
      fc.property(
        fc.constantFrom(...criteria),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        (criterion, one, other) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)]
          const [worse, better] = criterion.better === 'more' ? [low, high] : [high, low]
          expect(pointsFor(criterion, better)).toBeGreaterThanOrEqual(pointsFor(criterion, worse))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('never lowers the points of its subscore', () => {
    const rows = fc
      .constantFrom(...tables.map(([, criteria]) => criteria))
      .chain((criteria) =>
        fc.tuple(...criteria.map(({ weight }) => fc.record({ weight: fc.constant(weight), points: fc.nat({ max: weight }) }))),
      )
    fc.assert(
      fc.property(rows, fc.nat(), (state, pick) => {
        const index = pick % state.length
        const row = state[index] as Earned
        const better = state.with(index, { ...row, points: Math.min(row.weight, row.points + 1) })
        const total = (all: readonly Earned[]) => sum(sharePoints(all).map(({ points }) => points))
        expect(total(better)).toBeGreaterThanOrEqual(total(state))
      }),
    )
  })

  // Exhaustive where one figure's becoming perfect makes another one known ("nothing failed, so nothing had to recover"): every
  // combination of bands and of what is known, and from each every such step.
  test.each(tables.filter(([, criteria]) => criteria.some(({ nothing }) => nothing)))(
    'never lowers %s, whatever the other criteria are',
    (_, criteria) => {
      const levels = criteria.map(({ weight, bands }) =>
        [null, 0, ...bands.map(([, points]) => points).reverse()].map((points) => ({ weight, points })),
      )
      const total = (state: readonly { weight: number; points: number | null }[]) =>
        sum(sharePoints(state.filter((row): row is Earned => row.points !== null)).map(({ points }) => points))
      let lowered = 0
      const visit = (state: readonly { weight: number; points: number | null }[], depth: number) => {
        const options = levels[depth]
        if (options) {
          for (const option of options) visit([...state, option], depth + 1)
          return
        }
        const score = total(state)
        for (const [index, row] of state.entries()) {
          const steps = levels[index] ?? []
          const next =
            row.points === null
              ? criteria[index]?.nothing
                ? steps.at(-1)
                : undefined
              : steps[steps.indexOf(row as (typeof steps)[number]) + 1]
          if (next && total(state.with(index, next)) < score) lowered += 1
        }
      }
      visit([], 0)
      expect(lowered).toBe(0)
    },
  )
})

describe('a figure with a reason', () => {
  test('is unknown whatever its value, and the gap says the reason', () => {
    const { evidence, gaps } = subscoreOf('confidence', 'Dependency Health', [
      githubSet({ openAlerts: { value: 0, reason: 'no-permission' }, openAlertsBySeverity: unknown('no-permission') }),
    ])
    expect(evidence).toEqual([])
    expect(gaps.map(({ code }) => code)).toEqual(['evidence-none-dependency-health'])
    expect(gaps[0]?.recommendation).toContain('the credential may not read it')
  })

  test('counts in full where there was nothing to measure', () => {
    const healthy = subscoreOf('feedback', 'Feedback Loop Investment', [
      githubSet({ failureRate: known(0), meanTimeToRecovery: unknown('no-data') }),
    ])
    expect(healthy.evidence.map(({ text }) => text)).toEqual([
      'Failure rate of builds: 0 % (GitHub)',
      'Mean time to recovery of builds: no build failed, so nothing had to recover (GitHub)',
    ])
    expect({ score: healthy.score, deductions: healthy.deductions }).toEqual({ score: 25, deductions: [] })
    const failing = subscoreOf('feedback', 'Feedback Loop Investment', [
      githubSet({ failureRate: known(1), meanTimeToRecovery: unknown('no-data') }),
    ])
    expect({ score: failing.score, lines: failing.evidence.length }).toEqual({ score: 0, lines: 1 })
  })
})

describe('of several imports', () => {
  test('the newest figure counts, and an older known one before a newer unknown one', () => {
    const older: EvidenceSet = {
      source: 'github',
      metrics: { adrCount: known(12), hasReadme: known(true) },
      at: new Date('2026-04-01T00:00:00Z'),
    }
    const newer = githubSet({ adrCount: known(2), hasReadme: unknown('no-permission') })
    expect(
      subscoreOf('understanding', 'Architecture Clarity', [older, newer]).evidence.map(({ number, at: taken }) => [number, taken]),
    ).toEqual([[2, at]])
    expect(subscoreOf('understanding', 'Documentation Quality', [older, newer]).evidence.map(({ number }) => number)).toEqual([1])
  })

  test('the source that earns most counts, and the others are shown beside it without points', () => {
    const evidence: EvidenceSet[] = [
      githubSet({ deploymentFrequency: known({ daily: 0.02, weekly: 0.14, monthly: 0.6, quarterly: 1.8 }) }),
      { source: 'jira', metrics: { deploymentFrequency: known({ daily: 0.2, weekly: 1.4, monthly: 6, quarterly: 18 }) }, at },
    ]
    expect(
      subscoreOf('feedback', 'Deployment Frequency', evidence).evidence.map(({ source, points, max }) => [source, points, max]),
    ).toEqual([
      ['jira', 18, 25],
      ['github', 0, 0],
    ])
  })
})
