import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { absent, collected, collectedOne } from '../../integrations/foe/collected.ts'
import { type GithubFacts, NO_FACTS } from '../../integrations/foe/facts/github-facts.ts'
import { FEATURES, gapOfAbsence, gapsOfIssues, MISSING_THINGS } from '../../integrations/foe/gap.ts'
import { splitWindow, type Window } from '../../integrations/foe/instants.ts'
import { DIMENSIONS, dataTypesOf, measureGithub } from '../../integrations/foe/measure.ts'
import { METRICS, type MetricName, PROMISED } from '../../integrations/foe/metric-table.ts'
import { DEFAULT_SETTINGS } from '../../integrations/foe/settings.ts'
import { alert, comment, commit, day, deployment, hour, pull, release, review, run, testArtifact, WINDOW } from './hand-built.ts'

const change = pull(day(1), { mergedAt: day(3), mergeCommitSha: 'c2' })

/** A repository of which everything is known and something of every kind is there. */
const FULL: GithubFacts = {
  ...NO_FACTS,
  runs: collected([run(day(1), { conclusion: 'failure' }), run(day(2))]),
  testArtifacts: collected([testArtifact([{}])]),
  releases: collected([release(day(4))]),
  deployments: collected([deployment(day(2), ['success'], { sha: 'c1' }), deployment(day(4), ['success'], { sha: 'c2' })]),
  incidents: collected([]),
  pullRequests: collected([change]),
  reviews: collected([review(change, day(2))]),
  reviewComments: collected([comment(change, day(2))]),
  commits: collected([commit('feat: first', { sha: 'c1', parents: [] }), commit('fix: second', { sha: 'c2', parents: ['c1'] })]),
  paths: collected(['README.md']),
  wikiPages: collected([{ path: 'Home.md', changedAt: [day(1)], deletedAt: null }]),
  discussions: collected([]),
  gapIssues: collected([
    { id: '1', number: 5, title: 'Explain deploys', url: 'https://example.test/5', createdAt: day(1), closedAt: null },
  ]),
  classicProtection: collectedOne(null),
  branchRules: collected([]),
  mergeSettings: collectedOne({ allowMerge: true, allowSquash: true, allowRebase: true }),
  dependabotAlerts: collected([alert(day(1), { state: 'fixed', fixedAt: day(2) })]),
  codeScanningAlerts: collected([]),
  secretAlerts: collected([]),
}

const all = (facts: GithubFacts) =>
  DIMENSIONS.map((dimension) => [dimension, measureGithub(facts, dimension, WINDOW, DEFAULT_SETTINGS)] as const)

describe('all figures', () => {
  test('of a dimension are the names of the table, and those of each data type hold what the contract promises', () => {
    for (const [dimension, { metrics }] of all(FULL)) {
      const names = (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].dimension === dimension)
      expect(Object.keys(metrics).sort()).toEqual(names.sort())
      for (const dataType of dataTypesOf(dimension)) {
        const asked = measureGithub(FULL, dimension, WINDOW, DEFAULT_SETTINGS, [dataType])
        expect(Object.keys(asked.metrics)).toEqual(expect.arrayContaining([...PROMISED[dataType]]))
      }
    }
  })

  test('are known where everything was collected', () => {
    for (const [, { metrics }] of all(FULL)) {
      expect(Object.entries(metrics).filter(([, { reason }]) => reason !== undefined)).toEqual([])
    }
  })

  test('have the unit that the table names', () => {
    const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
      count: Number.isInteger,
      seconds: (value) => typeof value === 'number' && value >= 0,
      fraction: (value) => typeof value === 'number' && value >= 0 && value <= 1,
      percent: (value) => typeof value === 'number' && value >= 0 && value <= 100,
      boolean: (value) => typeof value === 'boolean',
      word: (value) => typeof value === 'string',
      object: (value) => typeof value === 'object' && value !== null,
      number: (value) => typeof value === 'number',
      characters: (value) => typeof value === 'number',
    }
    for (const [, { metrics }] of all(FULL)) {
      const wrong = Object.entries(metrics).filter(([name, { value }]) => !fits[METRICS[name as MetricName].unit]?.(value))
      expect(wrong).toEqual([])
    }
  })

  test('are plain JSON', () => {
    for (const [, { metrics }] of all(FULL)) expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics)
  })
})

describe('what is missing', () => {
  test('of facts nobody imported: counts are 0 and everything else null, with the reason, a gap and a sentence', () => {
    for (const [, { metrics, gaps, explanation }] of all(NO_FACTS)) {
      for (const [name, metric] of Object.entries(metrics)) {
        const expected = METRICS[name as MetricName].unit === 'count' ? 0 : null
        expect({ name, ...metric }).toEqual({ name, value: expected, reason: 'not-collected' })
      }
      expect(gaps.length).toBeGreaterThan(0)
      expect(explanation.join()).toMatch(/it has not been imported/)
    }
  })

  test.each(['not-enabled', 'no-permission', 'not-found', 'not-collected'] as const)(
    '%s is never an error and never a silent value',
    (reason) => {
      const facts = Object.fromEntries(Object.keys(NO_FACTS).map((kind) => [kind, kind === 'pullRequestTemplate' ? null : absent(reason)]))
      for (const [, { metrics, gaps }] of all(facts as unknown as GithubFacts)) {
        expect(Object.values(metrics).every((metric) => metric.reason === reason)).toBe(true)
        expect(gaps.every(({ code }) => code.endsWith(reason))).toBe(true)
      }
    },
  )

  test('has a code of its own for each feature and thing, and says what to do', () => {
    const gaps = (Object.keys(FEATURES) as (keyof typeof FEATURES)[]).map((feature) => gapOfAbsence(feature, 'no-permission'))
    for (const [at, feature] of Object.values(FEATURES).entries()) expect(gaps[at]?.recommendation).toContain(feature.permission)
    const codes = [...gaps.map(({ code }) => code), ...Object.keys(MISSING_THINGS)]
    expect(new Set(codes).size).toBe(codes.length)
  })

  test('as an open issue says it is a gap of understanding, each once', () => {
    const { gaps } = measureGithub(FULL, 'understanding', WINDOW, DEFAULT_SETTINGS)
    expect(gaps.filter(({ code }) => code.startsWith('documentation-gap'))).toEqual([
      {
        code: 'documentation-gap-5',
        title: 'Documentation gap: Explain deploys',
        recommendation: expect.stringContaining('https://example.test/5'),
        severity: 'medium',
      },
    ])
    const issue = { number: 1, title: 't', url: 'u', createdAt: day(1), closedAt: day(5) }
    expect([day(0), day(3), day(5), day(6)].map((at) => gapsOfIssues([issue], at).length)).toEqual([0, 1, 1, 0])
    expect(new Set(gaps.map(({ code }) => code)).size).toBe(gaps.length)
  })
})

describe('a question', () => {
  test('about some data types answers those, about unknown ones nothing', () => {
    const asked = (dataTypes: readonly string[]) =>
      Object.keys(measureGithub(FULL, 'confidence', WINDOW, DEFAULT_SETTINGS, dataTypes).metrics)
    expect(asked(['merge-policies'])).toEqual(['mergeStrategy', 'mergeStrategies', 'linearHistoryRequired'])
    expect(asked(['workflow-runs', 'constructor'])).toEqual([])
    expect(asked([])).toEqual(Object.keys(measureGithub(FULL, 'confidence', WINDOW, DEFAULT_SETTINGS).metrics))
  })

  test('asked again, with the facts in another order, has the same answer', () => {
    const shuffled = (facts: GithubFacts, seed: readonly number[]): GithubFacts =>
      Object.fromEntries(
        Object.entries(facts).map(([kind, value]) => [
          kind,
          value !== null && 'items' in value
            ? {
                ...value,
                items: value.items
                  .map((item: unknown, at: number) => [seed[at % seed.length] ?? 0, item] as const)
                  .sort(([left]: readonly [number, unknown], [right]: readonly [number, unknown]) => left - right)
                  .map(([, item]: readonly [number, unknown]) => item),
              }
            : value,
        ]),
      ) as unknown as GithubFacts
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 8 }), (seed) => {
        expect(all(shuffled(FULL, seed))).toEqual(all(FULL))
      }),
      { numRuns: 40 },
    )
  })

  test('about the parts of a window adds up to that about the whole, for what is counted by an instant', () => {
    const at = fc.array(fc.integer({ min: -5 * 24, max: 95 * 24 }), { maxLength: 20 })
    const names = ['releaseCount', 'preReleaseCount', 'deploymentCount', 'mergedPullRequests', 'discussionCount']
    const counted = (facts: GithubFacts, window: Window) => {
      const metrics = Object.assign({}, ...DIMENSIONS.map((dimension) => measureGithub(facts, dimension, window, DEFAULT_SETTINGS).metrics))
      return names.map((name) => metrics[name].value as number)
    }
    fc.assert(
      fc.property(at, at, at, fc.integer({ min: 1, max: 4 }), (released, deployed, merged, parts) => {
        const facts: GithubFacts = {
          ...FULL,
          releases: collected(released.map((each) => release(hour(each), { isPrerelease: each % 2 === 0 }))),
          deployments: collected(deployed.map((each) => deployment(hour(each), ['success']))),
          pullRequests: collected(merged.map((each) => pull(hour(each - 1), { mergedAt: hour(each) }))),
        }
        const sums = splitWindow(WINDOW, parts).map((part) => counted(facts, part))
        expect(names.map((_, index) => sums.reduce((sum, counts) => sum + (counts[index] ?? 0), 0))).toEqual(counted(facts, WINDOW))
      }),
      { numRuns: 40 },
    )
  })

  test('about the past is answered from the same facts', () => {
    const past = { from: day(-90), to: day(0) }
    const { metrics } = measureGithub(FULL, 'feedback', past, DEFAULT_SETTINGS)
    expect(metrics).toMatchObject({
      workflowRuns: { value: 0 },
      releaseCount: { value: 0 },
      failureRate: { value: null, reason: 'no-data' },
    })
  })
})
