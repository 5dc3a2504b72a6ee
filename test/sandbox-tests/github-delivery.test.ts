import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS, type GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, openReceiver, type Send } from './github-client.ts'

const shop = 'acme/shop'
const repo = `/repos/${shop}`
const clock = makeStillClock()
let github: GitHubSandbox
let receiver: Awaited<ReturnType<typeof openReceiver>>
let send: Send
let reader: Send

beforeEach(async () => {
  receiver = await openReceiver()
  const events = ['release', 'deployment', 'deployment_status', 'pull_request_review']
  github = await openCheckedGitHub({ clock, webhookUrl: receiver.url, permissions: EVIDENCE_PERMISSIONS, events })
  await github.createRepository(shop, { 'a.md': 'one\n' })
  const installation = await github.installApp('acme')
  send = makeSend(github.apiUrl, github.createInstallationToken(installation))
  reader = makeSend(github.apiUrl, github.createInstallationToken(installation, { contents: 'read' }))
})
afterEach(async () => {
  await github.close()
  await receiver.close()
  expect(github.violations).toEqual([])
})

const events = () => receiver.received.slice(1).map((one) => `${String(one.headers['x-github-event'])}.${one.payload.action}`)

describe('releases', () => {
  test('are drafts for writers only, and the latest is neither draft nor pre-release', async () => {
    await github.publishRelease(shop, { tag: 'v1.0.0' })
    clock.move(1000)
    await github.publishRelease(shop, { tag: 'v1.1.0-rc', prerelease: true })
    await github.publishRelease(shop, { tag: 'v2.0.0', draft: true })
    expect((await send('GET', `${repo}/releases`)).body).toMatchObject([{ draft: true, published_at: null }, { prerelease: true }, {}])
    expect((await reader('GET', `${repo}/releases`)).body).toHaveLength(2)
    expect((await reader('GET', `${repo}/releases/latest`)).body).toMatchObject({ tag_name: 'v1.0.0' })
    expect((await reader('GET', `${repo}/releases/tags/v1.1.0-rc`)).body).toMatchObject({ prerelease: true })
    expect((await reader('GET', `${repo}/releases/tags/v2.0.0`)).status).toBe(404)
    expect(events()).toEqual(['release.published', 'release.published'])
  })
})

describe('deployments', () => {
  test('have their statuses newest first, and environments come with them', async () => {
    const id = await github.deploy(shop, { environment: 'production', states: ['queued', 'in_progress', 'success'] })
    await github.deploy(shop, { environment: 'staging' })
    clock.move(60_000)
    await github.setDeploymentState(shop, id, 'inactive')
    expect((await send('GET', `${repo}/deployments?environment=production`)).body).toMatchObject([{ id, production_environment: true }])
    expect((await send('GET', `${repo}/deployments`)).body).toHaveLength(2)
    const statuses = (await send('GET', `${repo}/deployments/${id}/statuses`)).body as { readonly state: string }[]
    expect(statuses.map((status) => status.state)).toEqual(['inactive', 'success', 'in_progress', 'queued'])
    expect((await send('GET', `${repo}/environments`)).body).toMatchObject({ total_count: 2, environments: [{ name: 'production' }, {}] })
    expect((await send('GET', `${repo}/environments/nowhere`)).status).toBe(404)
    expect(events()).toEqual([
      'deployment.created',
      ...Array(3).fill('deployment_status.created'),
      'deployment.created',
      'deployment_status.created',
    ])
    expect((await reader('GET', `${repo}/deployments`)).status).toBe(403)
  })
})

describe('reviews', () => {
  test('carry states, comments and the instants of the timeline', async () => {
    const { number } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'two\n' }, draft: true })
    clock.move(60_000)
    await github.readyForReview(shop, number)
    clock.move(60_000)
    await github.reviewPull(shop, number, 'bea', {
      state: 'COMMENTED',
      body: 'Why?',
      comments: [{ body: 'here' }, { body: 'there', line: 2 }],
    })
    const approval = await github.reviewPull(shop, number, 'cyd')
    await github.reviewPull(shop, number, 'dan', { state: 'PENDING' })
    github.dismissReview(shop, number, approval)
    const answer = await send('GET', `${repo}/pulls/${number}/reviews`)
    expect(answer.body).toMatchObject([{ state: 'COMMENTED', user: { login: 'bea' } }, { state: 'DISMISSED' }])
    expect((await send('GET', `${repo}/pulls/${number}/comments`)).body).toMatchObject([{ body: 'here' }, { line: 2 }])
    expect((await send('GET', `${repo}/pulls/${number}`)).body).toMatchObject({ review_comments: 2 })
    const timeline = (await send('GET', `${repo}/issues/${number}/timeline`)).body as { readonly event: string }[]
    expect(timeline.map((entry) => entry.event)).toEqual(['ready_for_review', 'review_dismissed', 'reviewed', 'reviewed'])
    expect(events()).toEqual(['pull_request_review.submitted', 'pull_request_review.submitted'])
  })

  test('by people who left have nobody’s name', async () => {
    const { number } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'two\n' }, author: 'leaver' })
    await github.reviewPull(shop, number, 'leaver', { state: 'COMMENTED', comments: [{ body: 'bye' }] })
    github.deleteUser('leaver')
    expect((await send('GET', `${repo}/pulls/${number}/reviews`)).body).toMatchObject([{ user: null }])
    expect((await send('GET', `${repo}/pulls/${number}/comments`)).body).toMatchObject([{ user: null }])
    expect((await send('GET', `${repo}/pulls/${number}`)).body).toMatchObject({ user: { login: 'ghost' } })
  })

  test('of a seeded pull request are the same each time, and its commits end at 250', async () => {
    const first = github.seedPulls(shop, 20, { reviews: 120, commits: 300, comments: 3 })
    const page = `${repo}/pulls/${first + 7}/reviews?per_page=100&page=2`
    const [one, two] = [await send('GET', page), await send('GET', page)]
    expect(one.body).toEqual(two.body)
    expect(one.body).toHaveLength(20)
    expect((await send('GET', `${repo}/pulls/${first}/commits?per_page=100&page=3`)).body).toHaveLength(50)
    expect((await send('GET', `${repo}/pulls/${first}`)).body).toMatchObject({ merged: true, commits: 300, review_comments: 3 })
    expect((await send('GET', `${repo}/pulls?state=closed&per_page=100`)).body).toHaveLength(20)
    await github.reviewPull(shop, first, 'late', { state: 'APPROVED' })
    expect((await send('GET', `${repo}/pulls/${first}/reviews?per_page=100&page=2`)).body).toHaveLength(21)
  })
})

describe('events', () => {
  test('tell of runs, jobs, comments, alerts and rulesets to who subscribed', async () => {
    await github.close()
    const wanted = [
      'workflow_run',
      'workflow_job',
      'pull_request_review_comment',
      'dependabot_alert',
      'code_scanning_alert',
      'repository_ruleset',
    ]
    github = await openCheckedGitHub({ clock, webhookUrl: receiver.url, permissions: EVIDENCE_PERMISSIONS, events: wanted })
    await github.createRepository(shop, { 'a.md': 'one\n' })
    await github.installApp('acme')
    receiver.received.splice(0, receiver.received.length - 1)
    const run = await github.startRun(shop, { jobs: [{ name: 'build' }] })
    await github.finishRun(shop, run, 'failure')
    const { number } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'two\n' } })
    await github.reviewPull(shop, number, 'bea', { state: 'COMMENTED', comments: [{ body: 'here' }] })
    for (const kind of ['dependabot', 'code-scanning'] as const) {
      const alert = github.raiseAlert(shop, kind)
      github.closeAlert(shop, kind, alert, 'fixed')
    }
    github.addRuleset(shop, { rules: [{ type: 'deletion' }] })
    await github.settled()
    expect(events()).toEqual([
      ...['workflow_run.requested', 'workflow_job.in_progress', 'workflow_run.completed', 'workflow_job.completed'],
      'pull_request_review_comment.created',
      ...['dependabot_alert.created', 'dependabot_alert.fixed', 'code_scanning_alert.created', 'code_scanning_alert.fixed'],
      'repository_ruleset.created',
    ])
  })
})
