import { describe, expect, test } from '@jest/globals'
import { absent, collected } from '../../../integrations/foe/collected.ts'
import type { DeploymentFact, ReleaseFact } from '../../../integrations/foe/facts/delivery-fact.ts'
import { doraClassOf, frequencyOf } from '../../../integrations/foe/frequency.ts'
import { measureChangeFlow } from '../../../integrations/foe/metrics/change-flow.ts'
import { measureDeployments, measureReleases } from '../../../integrations/foe/metrics/delivery.ts'
import { DEFAULT_SETTINGS, type MetricSettings } from '../../../integrations/foe/settings.ts'
import { commit, day, deployment, pull, release, valuesOf, WINDOW } from '../hand-built.ts'

const measure = (deployments: readonly DeploymentFact[], releases: readonly ReleaseFact[] = [], over: Partial<MetricSettings> = {}) =>
  measureDeployments({ deployments: collected(deployments), releases: collected(releases) }, WINDOW, { ...DEFAULT_SETTINGS, ...over })
const flow = (deployments: readonly DeploymentFact[], incidents: readonly string[] = []) =>
  measureChangeFlow(
    {
      deployments: collected(deployments),
      commits: collected([]),
      pullRequests: collected([]),
      incidents: collected(incidents.map((deploymentId) => ({ id: deploymentId, deploymentId, openedAt: day(2) }))),
    },
    WINDOW,
    DEFAULT_SETTINGS,
  )

test.each([
  [90, 90, 'elite'],
  [89, 90, 'high'],
  [13, 91, 'high'],
  [12, 91, 'medium'],
  [1, 30.44, 'medium'],
  [1, 31, 'low'],
  [0, 90, 'low'],
] as const)('%i deployments in %d days are %s', (count, days, expected) => {
  expect(doraClassOf(count, { from: day(0), to: day(days) })).toBe(expected)
})

test('a frequency is one rate in four units', () => {
  expect(frequencyOf(9, WINDOW)).toEqual({
    daily: 0.1,
    weekly: 0.7,
    monthly: expect.closeTo(3.044, 9),
    quarterly: expect.closeTo(9.132, 9),
  })
  expect(frequencyOf(9, { from: day(1), to: day(1) }).daily).toBe(0)
})

describe('deployments', () => {
  test('to production by name or by mark count, others are only shown', () => {
    const facts = [
      deployment(day(1), ['success'], { environment: 'Production' }),
      deployment(day(2), ['success'], { environment: 'live', isProduction: true }),
      deployment(day(3), ['success'], { environment: 'staging', isProduction: false }),
      deployment(day(4), ['error']),
      deployment(day(5), ['queued', 'in_progress']),
    ]
    const measured = measure(facts)
    expect(valuesOf(measured)).toMatchObject({
      deploymentCount: 5,
      deployments: { total: 5, succeeded: 3, failed: 1, unfinished: 1, production: { total: 4, succeeded: 2 } },
      deploymentFrequency: frequencyOf(2, WINDOW),
      doraClassification: 'low',
    })
    expect(measured.gaps).toEqual([])
    expect(valuesOf(measure(facts, [], { productionPattern: /^stag/gy })).deploymentFrequency).toEqual(frequencyOf(2, WINDOW))
  })

  test('that are not there are stood in for by releases, and the answer says so', () => {
    const measured = measure([], [release(day(1)), release(day(2)), release(day(3), { isPrerelease: true })])
    expect(valuesOf(measured)).toMatchObject({ deploymentCount: 0, deploymentFrequency: frequencyOf(2, WINDOW), doraClassification: 'low' })
    expect(measured.notes.join()).toMatch(/releases stand in/)
    expect(measured.gaps.map(({ code }) => code)).toEqual(['deployments-none'])
  })

  test('outside of the window leave a frequency of 0, and none at all an unknown one', () => {
    expect(valuesOf(measure([deployment(day(200), ['success'])]))).toMatchObject({
      deploymentFrequency: { daily: 0 },
      doraClassification: 'low',
    })
    expect(measure([]).metrics.doraClassification).toEqual({ value: null, reason: 'no-data' })
    const hidden = measureDeployments({ deployments: absent('no-permission'), releases: collected([]) }, WINDOW, DEFAULT_SETTINGS)
    expect(hidden.metrics.doraClassification).toEqual({ value: null, reason: 'no-permission' })
    expect(hidden.gaps.map(({ code }) => code)).toEqual(['deployments-no-permission'])
  })
})

test('the release trend compares the parts of the window', () => {
  const at = (...days: number[]) =>
    measureReleases({ releases: collected(days.map((each) => release(day(each)))) }, WINDOW, DEFAULT_SETTINGS)
  expect(valuesOf(at(1, 30, 31, 50, 51, 52, 80, 81, 82, 83)).releaseCadenceTrend).toEqual({ direction: 'up', counts: [1, 2, 3, 4] })
  expect(valuesOf(at(1, 2, 30)).releaseCadenceTrend).toEqual({ direction: 'down', counts: [2, 1, 0, 0] })
  expect(valuesOf(at(1, 30, 50, 80)).releaseCadenceTrend).toMatchObject({ direction: 'flat' })
  expect(at().metrics.releaseCadenceTrend).toEqual({ value: null, reason: 'no-data' })
})

describe('changes', () => {
  test('went wrong where the next deployment failed or went back, or an incident is laid to them', () => {
    const [one, two, three, four, five] = [
      deployment(day(1), ['success'], { sha: 'a' }),
      deployment(day(2), ['success'], { sha: 'b' }),
      deployment(day(3), ['failure'], { sha: 'c' }),
      deployment(day(4), ['success'], { sha: 'd' }),
      deployment(day(5), ['success'], { sha: 'b' }),
    ]
    const elsewhere = deployment(day(1.5), ['failure'], { environment: 'prod-eu', sha: 'a' })
    // Two is followed by a failure, four by a way back to b.
    expect(valuesOf(flow([one, two, three, four, five, elsewhere])).changeFailureRate).toBe(2 / 6)
    expect(valuesOf(flow([one, two, three, four, five, elsewhere], [one.id])).changeFailureRate).toBe(3 / 6)
    expect(valuesOf(flow([one, { ...two, sha: 'a' }])).changeFailureRate).toBe(0)
    expect(flow([]).metrics.changeFailureRate).toEqual({ value: null, reason: 'no-data' })
  })

  test('of a long history are each looked at once, and unknown commits are passed over', () => {
    const commits = Array.from({ length: 5000 }, (_, at) => commit('c', { sha: `c${at}`, parents: at === 0 ? [] : [`c${at - 1}`] }))
    const deployments = Array.from({ length: 500 }, (_, at) =>
      deployment(day(at / 10), ['success'], { sha: at === 7 ? 'gone' : `c${at * 10}` }),
    )
    const merged = pull(day(0), { mergedAt: day(0.05), mergeCommitSha: 'c65' })
    const facts = {
      deployments: collected(deployments),
      commits: collected(commits),
      pullRequests: collected([merged]),
      incidents: absent('not-collected'),
    }
    // The deployment of c70 is the unknown one, so c80, on day 0.8, is the first that holds it.
    expect(valuesOf(measureChangeFlow(facts, WINDOW, DEFAULT_SETTINGS)).leadTimeForChanges).toBeCloseTo(0.75 * 86_400 + 3600, 6)
    const hidden = measureChangeFlow({ ...facts, commits: absent('no-permission') }, WINDOW, DEFAULT_SETTINGS)
    expect(hidden.metrics.leadTimeForChanges).toEqual({ value: null, reason: 'no-permission' })
  })
})
