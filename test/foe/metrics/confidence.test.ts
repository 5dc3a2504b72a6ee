import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type BranchDemands, mergeDemands, stricter } from '../../../integrations/foe/branch-rules.ts'
import { absent, collected, collectedOne } from '../../../integrations/foe/collected.ts'
import type { AlertFact, BranchRule, ClassicProtection, MergeSettings } from '../../../integrations/foe/facts/posture-fact.ts'
import { measureCodeScanning, measureDependabot, measureSecretScanning, normalSeverity } from '../../../integrations/foe/metrics/alerts.ts'
import { measureMerging, measureProtection } from '../../../integrations/foe/metrics/protection.ts'
import { measureReviews } from '../../../integrations/foe/metrics/reviews.ts'
import { DEFAULT_SETTINGS } from '../../../integrations/foe/settings.ts'
import { alert, comment, day, hour, pull, review, reviewFacts, valuesOf, WINDOW } from '../hand-built.ts'

describe('reviews', () => {
  const merged = () => pull(day(1), { mergedAt: day(2) })
  const measure = (...input: Parameters<typeof reviewFacts>) => valuesOf(measureReviews(reviewFacts(...input), WINDOW, DEFAULT_SETTINGS))

  test.each([
    ['an approval without a word', { state: 'APPROVED' }, 1, 0],
    ['an approval with a word', { state: 'approved', body: 'ok' }, 1, 1],
    ['a request for changes', { state: 'CHANGES_REQUESTED' }, 0, 1],
    ['a short comment', { state: 'COMMENTED', body: 'nice' }, 0, 0],
    ['a long comment', { state: 'COMMENTED', body: 'x'.repeat(20) }, 0, 1],
    ['a review that is not sent', { state: 'PENDING', submittedAt: null, body: 'x'.repeat(20) }, 0, 0],
    ['an approval dismissed before the merge', { state: 'DISMISSED', stateBeforeDismissal: 'APPROVED', dismissedAt: hour(40) }, 0, 0],
    ['an approval dismissed after the merge', { state: 'DISMISSED', stateBeforeDismissal: 'approved', dismissedAt: day(3) }, 1, 0],
    ['a dismissed review that nobody knows more of', { state: 'DISMISSED' }, 0, 0],
  ] as const)('%s', (_, over, approvalRate, codeReviewCoverage) => {
    const change = merged()
    expect(measure([change], [review(change, hour(30), over)])).toMatchObject({ approvalRate, codeReviewCoverage })
  })

  test('depth is the mean of comments over reviewed changes, turnaround the median over those opened in the window', () => {
    const [one, two, three] = [merged(), merged(), pull(day(-1), { mergedAt: day(1) })]
    const facts = [
      [one, two, three, merged()],
      [review(one, hour(26)), review(three, hour(1))],
      [comment(one, hour(27)), comment(one, hour(27)), comment(two, hour(30)), comment(two, hour(31), { author: one.author })],
    ] as const
    expect(measure(...facts)).toEqual({
      mergedPullRequests: 4,
      unreviewedPullRequests: 1,
      approvalRate: 0.5,
      codeReviewCoverage: 0.5,
      reviewDepth: 1,
      reviewTurnaroundTime: 4 * 3600,
    })
    expect(measure(...(facts.map((each) => [...each].reverse()) as unknown as Parameters<typeof reviewFacts>))).toEqual(measure(...facts))
  })

  test('a draft nobody looked at does not wait', () => {
    expect(measure([pull(day(1), { isDraft: true })], [])).toMatchObject({ unreviewedPullRequests: 0, approvalRate: null })
  })
})

const classic = (over: Partial<ClassicProtection> = {}): ClassicProtection => ({
  requiredReviews: 1,
  statusChecks: null,
  signedCommits: false,
  linearHistory: false,
  ...over,
})
const rule = (over: { readonly kind: BranchRule['kind'] } & Record<string, unknown>): BranchRule =>
  ({ rulesetId: '1', enforcement: 'active', requiredReviews: 0, allowedMethods: null, strict: false, contexts: [], ...over }) as BranchRule

describe('protection', () => {
  const measure = (item: ClassicProtection | null, ...rules: BranchRule[]) =>
    measureProtection({ classicProtection: collectedOne(item), branchRules: collected(rules) })

  test('of both kinds merges, the stricter wins', () => {
    const measured = measure(
      classic({ statusChecks: { strict: false, contexts: ['lint', 'build'] } }),
      rule({ kind: 'pull-request', requiredReviews: 2 }),
      rule({ kind: 'status-checks', strict: true, contexts: ['test', 'build'] }),
      rule({ kind: 'signed-commits', enforcement: 'evaluate' }),
    )
    expect(valuesOf(measured)).toEqual({
      requiredReviews: 2,
      requiredStatusChecks: { required: true, strict: true, contexts: ['build', 'lint', 'test'] },
      signedCommitsRequired: false,
    })
    expect(measured.gaps.map(({ code }) => code)).toEqual(['signed-commits-not-required'])
  })

  test('that is not there is one gap', () => {
    const measured = measure(null)
    expect(valuesOf(measured)).toEqual({
      requiredReviews: 0,
      requiredStatusChecks: { required: false, strict: false, contexts: [] },
      signedCommitsRequired: false,
    })
    expect(measured.gaps.map(({ code }) => code)).toEqual(['branch-unprotected'])
  })

  test('of which one source is hidden says what is certain and nothing else', () => {
    const measured = measureProtection({
      classicProtection: absent('no-permission'),
      branchRules: collected([rule({ kind: 'pull-request', requiredReviews: 2 })]),
    })
    expect(measured.metrics).toEqual({
      requiredReviews: { value: 2 },
      requiredStatusChecks: { value: null, reason: 'no-permission' },
      signedCommitsRequired: { value: null, reason: 'no-permission' },
    })
    expect(measured.gaps.map(({ code }) => code)).toEqual(['branch-protection-no-permission'])
    expect(mergeDemands(absent('not-found'), absent('no-permission'))).toEqual({ state: 'absent', reason: 'not-found' })
  })

  test('merged in any order is the same, and never less than either', () => {
    const demands: fc.Arbitrary<BranchDemands> = fc.record({
      requiredReviews: fc.nat(6),
      statusChecks: fc.option(
        fc.record({ strict: fc.boolean(), contexts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')).map((list) => list.sort()) }),
      ),
      signedCommits: fc.boolean(),
      linearHistory: fc.boolean(),
      allowedMethods: fc.constant(null),
    })
    fc.assert(
      fc.property(demands, demands, (left, right) => {
        const both = stricter(left, right)
        expect(stricter(right, left)).toEqual(both)
        expect(stricter(both, left)).toEqual(both)
        expect(both.requiredReviews).toBeGreaterThanOrEqual(left.requiredReviews)
        for (const context of left.statusChecks?.contexts ?? []) expect(both.statusChecks?.contexts).toContain(context)
      }),
      { numRuns: 100 },
    )
  })
})

describe('merging', () => {
  const all: MergeSettings = { allowMerge: true, allowSquash: true, allowRebase: true }
  const measure = (settings: MergeSettings, ...rules: BranchRule[]) =>
    measureMerging({
      classicProtection: collectedOne<ClassicProtection>(null),
      branchRules: collected(rules),
      mergeSettings: collectedOne(settings),
    })

  test.each([
    ['all', all, [], 'mixed', ['squash', 'rebase', 'merge']],
    ['squash alone', { ...all, allowMerge: false, allowRebase: false }, [], 'squash', ['squash']],
    ['a linear history', { ...all, allowSquash: false }, [rule({ kind: 'linear-history' })], 'rebase', ['rebase']],
    ['a rule for merges', all, [rule({ kind: 'pull-request', allowedMethods: ['MERGE'] })], 'merge', ['merge']],
    ['a merge queue', all, [rule({ kind: 'merge-queue', method: 'SQUASH' })], 'squash', ['squash']],
    ['rules that leave nothing', { ...all, allowMerge: false }, [rule({ kind: 'pull-request', allowedMethods: ['merge'] })], null, []],
  ] as const)('with %s', (_, settings, rules, mergeStrategy, mergeStrategies) => {
    expect(valuesOf(measure(settings, ...rules))).toMatchObject({ mergeStrategy, mergeStrategies })
  })

  test('of settings that are hidden is unknown', () => {
    const { metrics, gaps } = measure({ ...all, allowMerge: null })
    expect(metrics.mergeStrategy).toEqual({ value: null, reason: 'no-permission' })
    expect(gaps.map(({ code }) => code)).toEqual(['merge-settings-no-permission'])
  })
})

describe('alerts', () => {
  const measure = (alerts: readonly AlertFact[], to = WINDOW.to) =>
    valuesOf(measureDependabot({ dependabotAlerts: collected(alerts) }, { from: WINDOW.from, to }, DEFAULT_SETTINGS))
  const alerts = [
    alert(day(10), { severity: 'critical', state: 'fixed', fixedAt: day(15) }),
    alert(day(10), { severity: 'critical', state: 'dismissed', dismissedAt: day(20) }),
    alert(day(10), { severity: 'moderate', state: 'auto_dismissed', dismissedAt: day(80) }),
    alert(day(10), { severity: 'high' }),
    alert(day(80), { severity: 'low' }),
    alert(day(-400), { severity: null }),
    alert(day(10), { severity: 'high', state: 'fixed', fixedAt: day(95) }),
    alert(day(95)),
  ]

  test('are counted as they stood at the end of the window', () => {
    // In time: the first and the third. Late: the second. Open too long: both high ones and the one of unknown severity.
    expect(measure(alerts)).toEqual({
      openAlerts: 4,
      openAlertsBySeverity: { critical: 0, high: 2, medium: 0, low: 1, unknown: 1 },
      resolutionRate: 2 / 6,
      meanTimeToRemediate: 5 * 86_400,
    })
    expect(measure(alerts, day(12))).toMatchObject({ openAlerts: 6, meanTimeToRemediate: null })
    expect(measure([])).toMatchObject({ openAlerts: 0, resolutionRate: null })
  })

  test('of code scanning and of secrets are told apart', () => {
    const codeScanningAlerts = collected([...alerts, alert(day(1), { severity: 'error' })])
    expect(valuesOf(measureCodeScanning({ codeScanningAlerts }, WINDOW)).codeScanningAlerts).toMatchObject({
      open: 5,
      fixed: 1,
      dismissed: 2,
      bySeverity: { high: 3 },
    })
    const secrets = [
      { id: '1', state: 'open', createdAt: day(1), resolvedAt: null },
      { id: '2', state: 'resolved', createdAt: day(1), resolvedAt: day(2) },
      { id: '3', state: 'resolved', createdAt: day(1), resolvedAt: day(91) },
    ]
    expect(valuesOf(measureSecretScanning({ secretAlerts: collected(secrets) }, WINDOW)).secretScanningAlerts).toEqual({
      open: 2,
      resolved: 1,
    })
    expect(measureSecretScanning({ secretAlerts: absent('not-enabled') }, WINDOW).gaps.map(({ code }) => code)).toEqual([
      'secret-scanning-not-enabled',
    ])
  })

  test('speak several languages of severity', () => {
    expect(['CRITICAL', 'moderate', 'error', 'note', 'whatever', null].map(normalSeverity)).toEqual([
      'critical',
      'medium',
      'high',
      'low',
      null,
      null,
    ])
  })
})
