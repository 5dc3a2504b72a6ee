import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { absent, collected } from '../../../integrations/foe/collected.ts'
import type { WorkflowRunFact } from '../../../integrations/foe/facts/workflow-fact.ts'
import { splitWindow } from '../../../integrations/foe/instants.ts'
import { measureWorkflowRuns } from '../../../integrations/foe/metrics/workflow-runs.ts'
import { DEFAULT_SETTINGS, type MetricSettings } from '../../../integrations/foe/settings.ts'
import { day, hour, run, valuesOf, WINDOW } from '../hand-built.ts'

const measure = (runs: readonly WorkflowRunFact[], over: Partial<MetricSettings> = {}, window = WINDOW) =>
  measureWorkflowRuns({ runs: collected(runs) }, window, { ...DEFAULT_SETTINGS, ...over })
const lasting = (at: Date, seconds: number, over: Partial<WorkflowRunFact> = {}) =>
  run(at, { updatedAt: new Date(at.getTime() + seconds * 1000), ...over })

test('build times are percentiles of runs that succeeded or failed', () => {
  const runs = [10, 20, 30, 40].map((seconds) => lasting(day(1), seconds, { conclusion: seconds === 40 ? 'failure' : 'success' }))
  expect(valuesOf(measure([...runs, lasting(day(1), 9999, { conclusion: 'cancelled' })]))).toMatchObject({
    workflowRuns: 5,
    buildTimeP50: 25,
    buildTimeP90: 37,
    buildTimeP99: expect.closeTo(39.7, 9),
    failureRate: 0.25,
  })
})

test('recovery goes from the end of the first failure of a streak to the end of the next success', () => {
  const failed = { conclusion: 'failure' }
  const runs = [
    run(hour(0), failed),
    run(hour(2), failed),
    run(hour(4), { conclusion: 'cancelled' }),
    run(hour(10)),
    run(hour(20), failed),
    run(hour(23)),
    run(hour(30), failed),
    // Another workflow and another branch recover nothing here.
    run(hour(31), { workflowId: 'lint' }),
    run(hour(31), { headBranch: 'topic' }),
  ]
  expect(valuesOf(measure(runs)).meanTimeToRecovery).toBe((10 + 3) * 1800)
})

test('a streak that began before the window and ended in it counts, and one that has not ended does not', () => {
  const runs = [run(day(-3), { conclusion: 'failure' }), run(day(1))]
  expect(valuesOf(measure(runs)).meanTimeToRecovery).toBe(4 * 86_400)
  expect(measure(runs.slice(0, 1)).metrics.meanTimeToRecovery).toEqual({ value: null, reason: 'no-data' })
})

test('only the asked workflow and branch are looked at', () => {
  const runs = [
    run(day(1)),
    run(day(1), { workflowName: 'Lint', conclusion: 'failure' }),
    run(day(1), { headBranch: 'topic', conclusion: 'failure' }),
  ]
  expect(valuesOf(measure(runs, { workflowName: 'CI', branch: 'main' }))).toMatchObject({ workflowRuns: 1, failureRate: 0 })
})

test('no runs are no figures, and absent runs say why', () => {
  expect(measure([]).metrics).toMatchObject({ workflowRuns: { value: 0 }, failureRate: { value: null, reason: 'no-data' } })
  const { metrics, gaps } = measureWorkflowRuns({ runs: absent('no-permission') }, WINDOW, DEFAULT_SETTINGS)
  expect(metrics.workflowRuns).toEqual({ value: 0, reason: 'no-permission' })
  expect(gaps[0]).toMatchObject({ code: 'workflow-runs-no-permission', recommendation: expect.stringContaining('actions: read') })
})

const anyRun = fc
  .record({
    id: fc.integer({ min: 1, max: 30 }).map(String),
    attempt: fc.integer({ min: 1, max: 3 }),
    hours: fc.integer({ min: 0, max: 90 * 24 }),
    conclusion: fc.constantFrom('success', 'failure', 'cancelled', null),
  })
  .map(({ id, attempt, hours, conclusion }) =>
    run(hour(Number(id)), { id, attempt, conclusion, startedAt: hour(hours), updatedAt: hour(hours + 1) }),
  )

test('the order of facts and their repetition change nothing, and parts of the window add up', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyRun, { maxLength: 40, selector: ({ id, attempt }) => `${id}/${attempt}` }),
      fc.integer({ min: 1, max: 5 }),
      (runs, parts) => {
        const whole = measure(runs)
        expect(measure([...runs].reverse())).toEqual(whole)
        expect(measure([...runs, ...runs])).toEqual(whole)
        const counts = splitWindow(WINDOW, parts).map((part) => measure(runs, {}, part).metrics.workflowRuns.value as number)
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(whole.metrics.workflowRuns.value)
      },
    ),
    { numRuns: 60 },
  )
})
