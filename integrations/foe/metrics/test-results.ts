// What the tests of the window said, from the artifacts of its runs. Definitions: docs/metrics.md, feedback.
import type { Collected } from '../collected.ts'
import type { TestArtifactFact, TestCase } from '../facts/workflow-fact.ts'
import { gapOfMissing } from '../gap.ts'
import { byInstant, isWithin, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, unknown } from '../metric-value.ts'
import { groupBy, sum } from '../statistics.ts'

export type TestMetric = 'testResults'

/** Whether an artifact's name says that it holds test results; `*` in a pattern stands for anything. */
export function isTestArtifact(name: string, patterns: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return patterns.some((pattern) => matches(lower, pattern.toLowerCase().split('*')))
}

/** Pieces in order, the first at the start and the last at the end: linear, where an expression of many stars is not. */
function matches(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces
  const last = others.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = name.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

const keyOf = ({ suite, name }: TestCase): string => JSON.stringify([suite, name])

/**
 * Tests that failed and passed at the same commit, or of which a report says so itself; each counts once. One commit after the
 * other, so that only its own tests are held beside the flaky ones.
 */
export function flakyTests(artifacts: readonly { readonly headSha: string; readonly cases: readonly TestCase[] }[]): readonly string[] {
  const flaky = new Set<string>()
  for (const ofCommit of groupBy(artifacts, ({ headSha }) => headSha).values()) {
    const outcomes = new Map<string, TestCase['outcome']>()
    for (const test of ofCommit.flatMap(({ cases }) => cases)) {
      const key = keyOf(test)
      if (test.retried) flaky.add(key)
      if (test.outcome === 'skipped') continue
      const before = outcomes.get(key)
      if (before === undefined) outcomes.set(key, test.outcome)
      else if (before !== test.outcome) flaky.add(key)
    }
  }
  return [...flaky].sort()
}

function countsOf(cases: readonly TestCase[]) {
  const countOf = (outcome: TestCase['outcome']) => cases.filter((test) => test.outcome === outcome).length
  return {
    total: cases.length,
    passed: countOf('passed'),
    failed: countOf('failed'),
    skipped: countOf('skipped'),
    durationSeconds: sum(cases.map(({ durationSeconds }) => durationSeconds ?? 0)),
  }
}

/** All results of artifacts made in the window, summed; `passRate` (0..1) is null where nothing passed or failed. */
export function measureTestResults(facts: { readonly testArtifacts: Collected<TestArtifactFact> }, window: Window): Measured<TestMetric> {
  const { testArtifacts } = facts
  if (testArtifacts.state === 'absent') return measuredAbsent(testArtifacts, 'test-artifacts', { counts: [], others: ['testResults'] })
  const inWindow = testArtifacts.items
    .filter(({ createdAt }) => isWithin(createdAt, window))
    .sort(
      byInstant(
        (artifact) => artifact.createdAt,
        (artifact) => artifact.id,
      ),
    )
  if (inWindow.length === 0) return { metrics: { testResults: unknown('no-data') }, gaps: [gapOfMissing('test-results-none')], notes: [] }
  const read = inWindow.flatMap(({ headSha, results }) => (results.state === 'read' ? [{ headSha, cases: results.cases }] : []))
  const cases = read.flatMap((artifact) => artifact.cases)
  const counts = countsOf(cases)
  const judged = counts.passed + counts.failed
  const flaky = flakyTests(read)
  const value = {
    ...counts,
    passRate: judged === 0 ? null : counts.passed / judged,
    flaky: flaky.length,
    suites: [...groupBy(cases, ({ suite }) => suite)]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, inSuite]) => ({ name, ...countsOf(inSuite) })),
    skippedArtifacts: inWindow.flatMap(({ name, results }) => (results.state === 'skipped' ? [{ name, reason: results.reason }] : [])),
  }
  return { metrics: { testResults: known(value) }, gaps: cases.length === 0 ? [gapOfMissing('test-results-none')] : [], notes: [] }
}
