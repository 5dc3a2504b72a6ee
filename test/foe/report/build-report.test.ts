import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DIMENSIONS } from '../../../integrations/foe/measure.ts'
import { known } from '../../../integrations/foe/metric-value.ts'
import { ADVICE } from '../../../integrations/foe/report/advice.ts'
import { buildReport, DIMENSION_COLORS } from '../../../integrations/foe/report/build-report.ts'
import { CRITICAL_RULES } from '../../../integrations/foe/report/findings.ts'
import { METHODS } from '../../../integrations/foe/report/methods.ts'
import { CRITERIA, criteriaOf } from '../../../integrations/foe/score/criteria.ts'
import type { EvidenceSet } from '../../../integrations/foe/score/evidence-set.ts'
import { scoreDimensions } from '../../../integrations/foe/score/score-dimension.ts'
import { SUBSCORES } from '../../../integrations/foe/score/subscores.ts'
import { anyEvidence } from '../score/any-evidence.ts'
import { STRICT_REPORT } from './strict-report.ts'

const at = new Date('2026-05-01T08:30:00.000Z')
const reportOf = (evidence: readonly EvidenceSet[]) =>
  buildReport({
    id: '0b9f8c1e-6a3c-4e0b-9d55-2f6a0b1c2d3e',
    repository: 'acme/app',
    repositoryUrl: 'https://github.com/acme/app',
    scanDate: at,
    scanDuration: 12,
    scannerVersion: 'katalyst-integrations/1.0.0',
    evidence,
    scores: scoreDimensions(evidence),
  })
const github = (metrics: EvidenceSet['metrics']): EvidenceSet => ({ source: 'github', metrics, at })

describe('a report', () => {
  test('of any evidence has exactly the canonical fields, and its numbers are those of the scores', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const report = reportOf(evidence)
        const strict = STRICT_REPORT.safeParse(JSON.parse(JSON.stringify(report)))
        expect(strict.error?.issues ?? []).toEqual([])
        for (const dimension of DIMENSIONS) {
          const { score, color, subscores } = report.dimensions[dimension]
          expect({ score, color }).toEqual({
            score: subscores.reduce((sum, subscore) => sum + subscore.score, 0),
            color: DIMENSION_COLORS[dimension],
          })
        }
        const ids = [...report.criticalFailures, ...report.gaps, ...report.strengths, ...report.recommendations].map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 60 },
    )
  })

  test('of no data at all is valid, and says that its zeros are no result', () => {
    const report = reportOf([])
    expect(STRICT_REPORT.safeParse(JSON.parse(JSON.stringify(report))).success).toBe(true)
    expect(report).toMatchObject({ overallScore: 0, maturityLevel: 'Hypothesized', strengths: [], criticalFailures: [] })
    expect(report.executiveSummary).toContain('0 without being results')
    expect(report.triangleDiagnosis.intervention).toMatch(/^There is no evidence for Feedback, Understanding, Confidence yet/)
    expect(report.recommendations).toHaveLength(12)
    expect(report.recommendations[0]).toMatchObject({ title: 'No evidence for CI Pipeline Speed', priority: 'short-term' })
  })

  test('names values, deductions, methods and what to do first', () => {
    const report = reportOf([
      github({
        buildTimeP50: known(3000),
        buildTimeP90: known(600),
        buildTimeP99: known(900),
        adrCount: known(12),
        testResults: known({ total: 10, passed: 10, failed: 0, skipped: 0, passRate: 1, flaky: 0, suites: [{ name: 'a' }, { name: 'b' }] }),
      }),
    ])
    expect(report.dimensions.feedback.subscores[0]).toMatchObject({
      name: 'CI Pipeline Speed',
      score: 15,
      confidence: 'high',
      evidence: [
        'Median build time: 50 min (GitHub): 2 of 12 points',
        'Build time, 90th percentile: 10 min (GitHub): 8 of 8 points',
        'Build time, 99th percentile: 15 min (GitHub): 5 of 5 points',
      ],
      deductions: [{ points: 10, reason: 'Median build time: 50 min; all points from at most 10 min' }],
      methods: [{ methodId: 'M112', relevance: 'primary' }, { methodId: 'M146' }],
    })
    expect(report.recommendations.slice(0, 2)).toMatchObject([
      { title: 'Contract Testing: test suites about contracts', priority: 'immediate' },
      {
        priority: 'immediate',
        impact: 'high',
        title: 'CI Pipeline Speed: median build time',
        description: expect.stringContaining('cache dependencies'),
      },
    ])
    expect(report.gaps[1]).toMatchObject({
      area: 'CI Pipeline Speed',
      severity: 'high',
      impact: '10 of the 25 points of CI Pipeline Speed',
    })
    expect(report.strengths.map(({ evidence }) => evidence)).toContain('Architecture decision records: 12 (GitHub)')
    expect(report.methodology).toMatchObject({ testFilesAnalyzed: 2, adrsAnalyzed: 12, filesAnalyzed: 0 })
    expect(report.methodology.confidenceNotes).toContain('Evidence of GitHub, taken on 2026-05-01.')
    expect(report.referencedMethods.find(({ methodId }) => methodId === 'M112')?.contexts).toEqual([
      'subscore',
      'finding',
      'recommendation',
    ])
  })

  test('says what is critical when all of its signs are there', () => {
    const checks = known({ required: false, strict: false, contexts: [] })
    const open = reportOf([
      github({ requiredReviews: known(0), requiredStatusChecks: checks, secretScanningAlerts: known({ open: 2, resolved: 0 }) }),
    ])
    expect(open.criticalFailures.map(({ title, severity }) => [title, severity])).toEqual([
      ['Leaked secrets are open', 'critical'],
      ['Anybody may push to the default branch', 'critical'],
    ])
    expect(open.executiveSummary).toContain('Critical: Leaked secrets are open')
    expect(reportOf([github({ requiredReviews: known(1), requiredStatusChecks: checks })]).criticalFailures).toEqual([])
  })

  test('diagnoses the triangle in the words of Katalyst', () => {
    const strong = github({
      buildTimeP50: known(60),
      buildTimeP90: known(60),
      failureRate: known(0),
      deploymentFrequency: known({ daily: 2 }),
      testResults: known({ total: 300, passed: 300, failed: 0, skipped: 0, passRate: 1, flaky: 0, suites: [] }),
    })
    expect(reportOf([strong]).triangleDiagnosis).toMatchObject({
      cycleHealth: 'vicious',
      pattern: 'Confident Ignorance',
      weakestPrinciple: 'understanding',
      thresholds: { understanding: 35, feedback: 40, confidence: 30 },
    })
  })
})

describe('the texts', () => {
  const criteria = DIMENSIONS.flatMap((dimension) => Object.values(CRITERIA[dimension]).flat())

  test('have advice for every criterion, and for nothing else', () => {
    expect(Object.keys(ADVICE).sort()).toEqual(criteria.map(({ label }) => label).sort())
  })

  test('of critical failures name criteria of their subscore or of its dimension', () => {
    for (const rule of CRITICAL_RULES) {
      const dimension = DIMENSIONS.find((each) => (SUBSCORES[each] as readonly string[]).includes(rule.subscore))
      const labels = dimension ? criteriaOf(dimension, rule.subscore).map(({ label }) => label) : []
      expect(rule.criteria.every(([label]) => labels.includes(label))).toBe(true)
    }
  })

  test('refer to methods by the ids Katalyst knows', () => {
    for (const id of Object.keys(METHODS)) expect(id).toMatch(/^M\d{3}$/)
  })
})
