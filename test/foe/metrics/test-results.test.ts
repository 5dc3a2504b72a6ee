import { expect, test } from '@jest/globals'
import { absent, collected } from '../../../integrations/foe/collected.ts'
import { isTestArtifact, measureTestResults } from '../../../integrations/foe/metrics/test-results.ts'
import { DEFAULT_SETTINGS } from '../../../integrations/foe/settings.ts'
import { day, testArtifact, valuesOf, WINDOW } from '../hand-built.ts'

test('results of the window are summed, by suite too, and what was not read is named', () => {
  const artifacts = [
    testArtifact([
      { suite: 'a', durationSeconds: 1.5 },
      { suite: 'b', outcome: 'failed', durationSeconds: 0.25 },
    ]),
    testArtifact([{ suite: 'a', outcome: 'skipped' }], { headSha: 'b' }),
    testArtifact([], { name: 'bomb-test', results: { state: 'skipped', reason: 'too-large' } }),
    testArtifact([{ outcome: 'failed' }], { createdAt: day(90) }),
  ]
  expect(valuesOf(measureTestResults({ testArtifacts: collected(artifacts) }, WINDOW)).testResults).toEqual({
    total: 3,
    passed: 1,
    failed: 1,
    skipped: 1,
    durationSeconds: 1.75,
    passRate: 0.5,
    flaky: 0,
    suites: [
      { name: 'a', total: 2, passed: 1, failed: 0, skipped: 1, durationSeconds: 1.5 },
      { name: 'b', total: 1, passed: 0, failed: 1, skipped: 0, durationSeconds: 0.25 },
    ],
    skippedArtifacts: [{ name: 'bomb-test', reason: 'too-large' }],
  })
})

test('a test is flaky when it failed and passed at one commit, or when its report says so; each once', () => {
  const sha = { headSha: 'b'.repeat(40) }
  const artifacts = [
    testArtifact([
      { name: 'shakes', outcome: 'failed' },
      { name: 'broke', outcome: 'passed' },
      { name: 'same', outcome: 'failed' },
    ]),
    testArtifact([
      { name: 'shakes' },
      { name: 'same', outcome: 'failed' },
      { name: 'waits', outcome: 'skipped' },
      { name: 'retried', retried: true },
    ]),
    testArtifact(
      [{ name: 'broke', outcome: 'failed' }, { name: 'shakes', outcome: 'failed' }, { name: 'shakes' }, { suite: 'other', name: 'broke' }],
      sha,
    ),
  ]
  for (const order of [artifacts, [...artifacts].reverse()])
    expect(valuesOf(measureTestResults({ testArtifacts: collected(order) }, WINDOW)).testResults).toMatchObject({ flaky: 2 })
})

test('no results are a gap and no figure', () => {
  const none = measureTestResults({ testArtifacts: collected([]) }, WINDOW)
  expect([none.metrics.testResults, none.gaps.map(({ code }) => code)]).toEqual([{ value: null, reason: 'no-data' }, ['test-results-none']])
  expect(measureTestResults({ testArtifacts: absent('no-permission') }, WINDOW).metrics.testResults).toEqual({
    value: null,
    reason: 'no-permission',
  })
})

test('artifacts are known by their names', () => {
  const names = ['test-results', 'JUnit-linux', 'results', 'unit.trx', 'coverage', 'dist', 'latest']
  expect(names.filter((name) => isTestArtifact(name, DEFAULT_SETTINGS.testArtifactNames))).toEqual([
    'test-results',
    'JUnit-linux',
    'results',
    'unit.trx',
    'latest',
  ])
  expect([
    isTestArtifact('aXb', ['a*b']),
    isTestArtifact('ab', ['a*b*b']),
    isTestArtifact('exact', ['exact']),
    isTestArtifact('exactly', ['exact']),
  ]).toEqual([true, false, true, false])
  expect(isTestArtifact('a'.repeat(50_000), [`${'*a'.repeat(5000)}*b`])).toBe(false)
})
