// The cases of recorded trouble that concern what GitHub's facts mean, by the numbers under which the project keeps them.
// Those about requests, pages and tokens are shown where requests are sent.
import { describe, expect, test } from '@jest/globals'
import { absent, collected } from '../../integrations/foe/collected.ts'
import type { DeploymentFact } from '../../integrations/foe/facts/delivery-fact.ts'
import type { CommitFact } from '../../integrations/foe/facts/knowledge-fact.ts'
import type { PullRequestFact } from '../../integrations/foe/facts/pull-request-fact.ts'
import type { JobFact, WorkflowRunFact } from '../../integrations/foe/facts/workflow-fact.ts'
import { parseInstant } from '../../integrations/foe/instants.ts'
import { measureDependabot } from '../../integrations/foe/metrics/alerts.ts'
import { measureChangeFlow } from '../../integrations/foe/metrics/change-flow.ts'
import { measureDeployments, measureReleases } from '../../integrations/foe/metrics/delivery.ts'
import { measureDescriptions } from '../../integrations/foe/metrics/descriptions.ts'
import { measureReviews } from '../../integrations/foe/metrics/reviews.ts'
import { measureWorkflowRuns } from '../../integrations/foe/metrics/workflow-runs.ts'
import { isBot } from '../../integrations/foe/people.ts'
import { jobDuration } from '../../integrations/foe/run-result.ts'
import { DEFAULT_SETTINGS } from '../../integrations/foe/settings.ts'
import { cleanName } from '../../integrations/foe/test-results/report-reader.ts'
import {
  ada,
  comment,
  commit,
  day,
  deployment,
  grace,
  hour,
  pull,
  release,
  review,
  reviewFacts,
  robot,
  run,
  valuesOf,
  WINDOW,
} from './hand-built.ts'

const runsOf = (...runs: WorkflowRunFact[]) => measureWorkflowRuns({ runs: collected(runs) }, WINDOW, DEFAULT_SETTINGS)
const deliveryOf = (...deployments: DeploymentFact[]) =>
  measureDeployments({ deployments: collected(deployments), releases: collected([]) }, WINDOW, DEFAULT_SETTINGS)
const reviewsOf = (...input: Parameters<typeof reviewFacts>) => valuesOf(measureReviews(reviewFacts(...input), WINDOW, DEFAULT_SETTINGS))
const flowOf = (deployments: readonly DeploymentFact[], commits: readonly CommitFact[], pullRequests: readonly PullRequestFact[]) =>
  valuesOf(
    measureChangeFlow(
      { deployments: collected(deployments), commits: collected(commits), pullRequests: collected(pullRequests), incidents: collected([]) },
      WINDOW,
      DEFAULT_SETTINGS,
    ),
  )

describe('what could not be read', () => {
  test('case 4: facts that did not come are no deletion: the figure is unknown, not 0', () => {
    const { metrics } = measureReviews(
      { ...reviewFacts([pull(day(1), { mergedAt: day(2) })], []), reviews: absent('not-collected') },
      WINDOW,
      DEFAULT_SETTINGS,
    )
    expect(metrics.approvalRate).toEqual({ value: null, reason: 'not-collected' })
  })

  test.each(['not-enabled', 'no-permission', 'not-found'] as const)(
    'case 8: a feature that is %s is a gap that says what to do',
    (reason) => {
      const { metrics, gaps } = measureDependabot({ dependabotAlerts: absent(reason) }, WINDOW, DEFAULT_SETTINGS)
      expect(metrics.openAlerts).toEqual({ value: 0, reason })
      expect(metrics.resolutionRate).toEqual({ value: null, reason })
      expect(gaps).toEqual([expect.objectContaining({ code: `dependabot-alerts-${reason}` })])
      expect(gaps[0]?.recommendation).toMatch(
        { 'not-enabled': /Dependabot/, 'no-permission': /vulnerability_alerts/, 'not-found': /exists/ }[reason],
      )
    },
  )
})

describe('runs', () => {
  test('case 11: a run in progress is counted and has neither a result nor a duration', () => {
    const waiting = run(day(1), { status: 'waiting', conclusion: null })
    expect(valuesOf(runsOf(waiting, run(day(1))))).toMatchObject({ workflowRuns: 2, runsInProgress: 1, failureRate: 0, buildTimeP50: 3600 })
  })

  test('case 12: a re-run counts once, lasts as long as its last attempt, and its first failure stays visible', () => {
    const first = run(day(1), { conclusion: 'failure' })
    const second = { ...first, attempt: 2, conclusion: 'success', startedAt: day(4), updatedAt: new Date(day(4).getTime() + 60_000) }
    const expected = { workflowRuns: 1, buildTimeP50: 60, failureRate: 0, runsFailedBeforeRerun: 1 }
    expect(valuesOf(runsOf(first, second))).toMatchObject(expected)
    expect(valuesOf(runsOf(second, first, second))).toMatchObject(expected)
    const unseen = runsOf(second)
    expect(valuesOf(unseen)).toMatchObject({ workflowRuns: 1, runsFailedBeforeRerun: 0 })
    expect(unseen.notes.join()).toMatch(/1 runs were started again before we saw their first attempt/)
  })

  test('case 13: conclusions are read in any case; only failures fail; unknown ones are counted and shown', () => {
    const words = [
      'Success',
      'FAILURE',
      'timed_out',
      'STARTUP_FAILURE',
      'cancelled',
      'skipped',
      'neutral',
      'stale',
      'action_required',
      'exploded',
    ]
    const measured = runsOf(...words.map((conclusion) => run(day(1), { conclusion })))
    expect(valuesOf(measured)).toMatchObject({
      failureRate: 0.75,
      runResults: { success: 1, failure: 3, cancelled: 1, skipped: 1, neutral: 1, stale: 1, action_required: 1, unknown: 1 },
    })
    expect(measured.notes.join()).toMatch(/"exploded"/)
  })

  test('case 14: a job that never started has no duration, whatever placeholder stands for its start', () => {
    const job = (startedAt: unknown): JobFact => ({
      ...{ id: '1', runId: '1', attempt: 1, name: 'build', status: 'completed', conclusion: 'failure' },
      createdAt: day(1),
      startedAt: parseInstant(startedAt),
      completedAt: day(2),
    })
    expect(['0001-01-01T00:00:00Z', null, undefined, 'soon', ''].map((placeholder) => jobDuration(job(placeholder)))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    expect(jobDuration(job(day(1).toISOString()))).toBe(86_400)
    expect(jobDuration({ ...job(day(1)), conclusion: 'skipped' })).toBeNull()
  })

  test("case 29: a fork's branch of the same name is another branch, and a fork that is gone does no harm", () => {
    const runs = [
      run(hour(0), { conclusion: 'failure', headRepositoryId: 'fork' }),
      run(hour(2)),
      run(hour(4), { headRepositoryId: null, conclusion: 'failure' }),
    ]
    expect(valuesOf(runsOf(...runs)).meanTimeToRecovery).toBeNull()
    const onMain = measureWorkflowRuns({ runs: collected(runs) }, WINDOW, { ...DEFAULT_SETTINGS, branch: 'main' })
    expect(valuesOf(onMain)).toMatchObject({ workflowRuns: 1, failureRate: 0 })
  })
})

describe('deliveries', () => {
  test('case 15: a skipped production job inside a green workflow is no deployment', () => {
    const green = run(day(1), { workflowName: 'deploy to production' })
    expect(valuesOf(runsOf(green))).toMatchObject({ failureRate: 0 })
    expect(valuesOf(deliveryOf())).toMatchObject({ deploymentCount: 0, deploymentFrequency: null })
  })

  test('case 16: ACTIVE and INACTIVE without statuses are successes; the end is the first terminal status', () => {
    const measured = deliveryOf(
      deployment(day(1), [], { state: 'ACTIVE' }),
      deployment(day(1), [], { state: 'inactive' }),
      deployment(day(89.99), ['in_progress', 'success', 'inactive']),
      deployment(day(1), ['in_progress', 'inactive']),
    )
    // The third ended after the window although it began in it; the fourth never ended.
    expect(valuesOf(measured).deployments).toMatchObject({ total: 3, succeeded: 2, unfinished: 1 })
  })

  test('case 17: the first recorded deployment attaches nothing', () => {
    const [old, fresh] = [commit('old', { sha: 'c1', parents: [] }), commit('new', { sha: 'c2', parents: ['c1'] })]
    const pulls = [pull(day(0), { mergedAt: hour(1), mergeCommitSha: 'c1' }), pull(day(0), { mergedAt: day(10), mergeCommitSha: 'c2' })]
    const first = deployment(day(5), ['success'], { sha: 'c1' })
    expect(flowOf([first], [old, fresh], pulls).leadTimeForChanges).toBeNull()
    expect(flowOf([first, deployment(day(10), ['success'], { sha: 'c2' })], [old, fresh], pulls).leadTimeForChanges).toBe(3600)
  })

  test('case 18: each successful deployment counts; a commit deployed twice is delivered by the first; a failure delivers nothing', () => {
    const commits = [commit('1', { sha: 'c1', parents: [] }), commit('2', { sha: 'c2', parents: ['c1'] })]
    const deployments = [
      deployment(day(1), ['success'], { sha: 'c1' }),
      deployment(day(2), ['failure'], { sha: 'c2' }),
      deployment(day(3), ['success'], { sha: 'c2', environment: 'staging' }),
      deployment(day(4), ['success'], { sha: 'c2' }),
      deployment(day(5), ['success'], { sha: 'c2', environment: 'prod-eu' }),
    ]
    expect(flowOf(deployments, commits, [pull(day(0), { mergedAt: day(2), mergeCommitSha: 'c2' })]).leadTimeForChanges).toBe(
      2 * 86_400 + 3600,
    )
    expect(valuesOf(deliveryOf(...deployments)).deploymentFrequency).toMatchObject({ daily: 3 / 90 })
  })

  test('case 19: squashed, rebased and queued merges are found by the commit that is on the default branch', () => {
    const commits = [
      commit('base', { sha: 'base', parents: [] }),
      commit('squashed (#7)', { sha: 'squash', parents: ['base'] }),
      commit('Merge pull request #8', { sha: 'merge', parents: ['squash', 'side'] }),
    ]
    const pulls = ['squash', 'merge'].map((mergeCommitSha) => pull(day(0), { mergedAt: day(2), mergeCommitSha }))
    const deployments = [deployment(day(1), ['success'], { sha: 'base' }), deployment(day(2), ['success'], { sha: 'merge' })]
    expect(flowOf(deployments, commits, pulls).leadTimeForChanges).toBe(3600)
    expect(
      flowOf(deployments, commits, [pull(day(0), { mergedAt: day(2), mergeCommitSha: 'head-of-the-branch' })]).leadTimeForChanges,
    ).toBeNull()
  })

  test('case 28: drafts are no releases, pre-releases are counted apart, and a tag without a commit does no harm', () => {
    const releases = [
      release(null),
      release(day(1), { isDraft: true }),
      release(day(1), { isPrerelease: true }),
      release(day(2), { targetSha: null }),
    ]
    const measured = measureReleases({ releases: collected(releases) }, WINDOW, DEFAULT_SETTINGS)
    expect(valuesOf(measured)).toMatchObject({ releaseCount: 1, preReleaseCount: 1 })
  })
})

describe('pull requests', () => {
  test('case 20: merged means that it has an instant of merging', () => {
    const closed = pull(day(1), { closedAt: day(2) })
    const merged = pull(day(1), { mergedAt: day(2), closedAt: day(2) })
    expect(reviewsOf([closed, merged], [review(merged, hour(30))])).toMatchObject({ mergedPullRequests: 1, approvalRate: 1 })
  })

  test('case 21: the clock starts when a draft becomes ready; what comes after the merge counts for nothing', () => {
    const draft = pull(day(0), { readyForReviewAt: [day(1), day(3), day(9)], mergedAt: day(5) })
    expect(reviewsOf([draft], [review(draft, day(4))])).toMatchObject({ reviewTurnaroundTime: 86_400, approvalRate: 1 })
    expect(reviewsOf([draft], [review(draft, day(6), { body: 'Looks fine, sorry that I am late.' })])).toMatchObject({
      approvalRate: 0,
      codeReviewCoverage: 0,
    })
    const inDraft = pull(day(0), { readyForReviewAt: [day(2)] })
    expect(reviewsOf([inDraft], [review(inDraft, day(1))])).toMatchObject({ reviewTurnaroundTime: 86_400 })
  })

  test('case 22: a negative span is unknown, not 0', () => {
    const early = pull(day(2))
    expect(reviewsOf([early], [], [comment(early, day(1))])).toMatchObject({ reviewTurnaroundTime: null, unreviewedPullRequests: 0 })
  })

  test('case 23: bots are known by type, login and list; nobody reviews himself', () => {
    const rule = { botLogins: ['GolangciBot'] }
    const logins = [robot, { ...ada, login: 'Dependabot[bot]' }, { ...ada, login: 'golangcibot' }, ada, null]
    expect(logins.map((person) => isBot(person, rule))).toEqual([true, true, true, false, false])
    const merged = pull(day(1), { mergedAt: day(2) })
    const selves = [review(merged, hour(30), { author: ada }), review(merged, hour(30), { author: robot })]
    expect(reviewsOf([merged], selves)).toMatchObject({ approvalRate: 0, reviewTurnaroundTime: null, unreviewedPullRequests: 1 })
    const byApp = pull(day(1), { author: robot, mergedAt: day(2) })
    expect(reviewsOf([byApp], [review(byApp, hour(30))])).toMatchObject({ approvalRate: 1 })
  })

  test('case 24: a deleted reviewer counts as a person, but not beside a deleted author; unusual types are people', () => {
    const merged = pull(day(1), { mergedAt: day(2) })
    const orphan = pull(day(1), { mergedAt: day(2), author: null })
    expect(reviewsOf([merged], [review(merged, hour(30), { author: null })])).toMatchObject({ approvalRate: 1 })
    expect(reviewsOf([orphan], [review(orphan, hour(30), { author: null })])).toMatchObject({ approvalRate: 0 })
    for (const type of ['Mannequin', 'EnterpriseUserAccount', 'Organization'])
      expect(reviewsOf([merged], [review(merged, hour(30), { author: { ...grace, type } })])).toMatchObject({ approvalRate: 1 })
  })

  test('case 25: the hundred-and-first child counts like the first', () => {
    const merged = pull(day(1), { mergedAt: day(2) })
    const comments = Array.from({ length: 250 }, () => comment(merged, hour(30)))
    expect(reviewsOf([merged], [], comments)).toMatchObject({ reviewDepth: 250 })
  })

  test('case 26: what is left of a deleted or transferred pull request counts for nothing', () => {
    const gone = pull(day(1))
    expect(reviewsOf([pull(day(1), { mergedAt: day(2) })], [review(gone, hour(30))])).toMatchObject({
      mergedPullRequests: 1,
      approvalRate: 0,
    })
  })

  test('case 27: a renamed account is itself: identity is the id, and a login has no case', () => {
    const merged = pull(day(1), { mergedAt: day(2), author: { id: '1', login: 'ada', type: 'User' } })
    const renamed = review(merged, hour(30), { author: { id: '1', login: 'countess', type: 'User' } })
    const shouting = review(merged, hour(30), { author: { id: null, login: 'ADA', type: 'User' } })
    expect(reviewsOf([merged], [renamed, shouting])).toMatchObject({ approvalRate: 0 })
  })

  test('case 30: NUL bytes, emoji and over-long names are read, counted as characters and cut whole', () => {
    const bodies = collected([pull(day(1), { body: '\u0000🚀🚀é' })])
    const measured = measureDescriptions({ pullRequests: bodies, pullRequestTemplate: null }, WINDOW, DEFAULT_SETTINGS)
    expect(valuesOf(measured).averagePrDescriptionLength).toBe(3)
    const name = cleanName(`\u0000a${'🚀'.repeat(600)}\nb`)
    expect(name.length).toBeLessThanOrEqual(500)
    expect(name).toBe(`a${'🚀'.repeat(249)}`)
  })
})
