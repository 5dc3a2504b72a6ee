import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS, type GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, type Send } from './github-client.ts'

const shop = 'acme/shop'
const repo = `/repos/${shop}`
const clock = makeStillClock()
let github: GitHubSandbox
let send: Send
let reader: Send

beforeEach(async () => {
  github = await openCheckedGitHub({ clock, permissions: EVIDENCE_PERMISSIONS })
  await github.createRepository(shop, { 'README.md': '# Shop', 'docs/CONTRIBUTING.md': 'Do', LICENSE: 'Free' })
  const installation = await github.installApp('acme')
  send = makeSend(github.apiUrl, github.createInstallationToken(installation))
  reader = makeSend(github.apiUrl, github.createInstallationToken(installation, { contents: 'read', metadata: 'read' }))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

describe('protection', () => {
  test('is 404 where there is none, and says what it holds', async () => {
    expect((await send('GET', `${repo}/branches/main/protection`)).body).toMatchObject({ message: 'Branch not protected' })
    expect((await send('GET', `${repo}/branches/nowhere/protection`)).body).toMatchObject({ message: 'Branch not found' })
    github.protectBranch(shop, 'main', {
      reviews: { count: 2, codeOwners: true },
      checks: { strict: true, contexts: ['ci'] },
      signatures: true,
    })
    expect((await send('GET', `${repo}/branches/main/protection`)).body).toMatchObject({
      required_pull_request_reviews: { required_approving_review_count: 2, require_code_owner_reviews: true },
      required_status_checks: { strict: true, contexts: ['ci'], checks: [{ context: 'ci' }] },
      required_signatures: { enabled: true },
      required_linear_history: { enabled: false },
    })
    expect((await send('GET', `${repo}/branches/main/protection/required_signatures`)).body).toMatchObject({ enabled: true })
    expect((await reader('GET', `${repo}/branches/main/protection`)).status).toBe(403)
    expect((await send('GET', `${repo}/branches/main`)).body).toMatchObject({ protected: true, protection: { enabled: true } })
  })

  test('by rulesets holds where they are active and cover the branch', async () => {
    const parameters = {
      ...{ required_approving_review_count: 1, dismiss_stale_reviews_on_push: false, require_code_owner_review: false },
      ...{ require_last_push_approval: false, required_review_thread_resolution: false },
    }
    const rules = [{ type: 'pull_request', parameters }, { type: 'required_signatures' }]
    const id = github.addRuleset(shop, { source: 'Organization', rules })
    github.addRuleset(shop, { enforcement: 'evaluate', rules: [{ type: 'required_linear_history' }] })
    github.addRuleset(shop, { branches: ['refs/heads/other'], rules: [{ type: 'deletion' }] })
    expect((await send('GET', `${repo}/rules/branches/main`)).body).toMatchObject([
      { type: 'pull_request', ruleset_source_type: 'Organization', ruleset_source: 'acme', ruleset_id: id },
      { type: 'required_signatures' },
    ])
    expect((await send('GET', `${repo}/rulesets`)).body).toHaveLength(3)
    expect((await send('GET', `${repo}/rulesets?includes_parents=false`)).body).toHaveLength(2)
    expect((await send('GET', `${repo}/rulesets/${id}`)).body).toMatchObject({
      rules,
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'] } },
    })
  })

  test('merge settings are told to writers alone', async () => {
    github.changeSettings(shop, { rebase: false, mergeCommit: false })
    expect((await send('GET', repo)).body).toMatchObject({ allow_squash_merge: true, allow_merge_commit: false })
    expect((await reader('GET', repo)).body).not.toHaveProperty('allow_squash_merge')
  })
})

describe('alerts', () => {
  test('of Dependabot go by cursor alone', async () => {
    expect(await send('GET', `${repo}/dependabot/alerts`)).toMatchObject({ status: 403, body: { message: /disabled/ } })
    for (let at = 0; at < 5; at += 1) github.raiseAlert(shop, 'dependabot', { subject: `package-${at}` })
    clock.move(600_000)
    github.closeAlert(shop, 'dependabot', 2, 'fixed')
    github.closeAlert(shop, 'dependabot', 3, 'dismissed')
    const first = await send('GET', `${repo}/dependabot/alerts?per_page=2`)
    expect(first.body).toMatchObject([{ number: 5 }, { number: 4 }])
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await send('GET', next)
    expect(second.body).toMatchObject([
      { number: 3, state: 'dismissed' },
      { number: 2, fixed_at: '2026-11-22T12:10:00Z' },
    ])
    const back = /<([^>]+)>; rel="prev"/.exec(second.headers.get('link') ?? '')?.[1] ?? ''
    expect((await send('GET', back)).body).toEqual(first.body)
    expect((await send('GET', `${repo}/dependabot/alerts?state=fixed,open&direction=asc`)).body).toMatchObject([{ number: 1 }, {}, {}, {}])
    expect((await send('GET', `${repo}/dependabot/alerts?page=2`)).status).toBe(400)
    expect((await reader('GET', `${repo}/dependabot/alerts`)).status).toBe(403)
  })

  test('of code and secret scanning say in which way they are off', async () => {
    expect((await send('GET', `${repo}/code-scanning/alerts`)).status).toBe(403)
    github.changeSettings(shop, { codeScanning: 'empty' })
    expect(await send('GET', `${repo}/code-scanning/alerts`)).toMatchObject({ status: 404, body: { message: 'no analysis found' } })
    expect((await send('GET', `${repo}/secret-scanning/alerts`)).status).toBe(404)
    github.raiseAlert(shop, 'code-scanning', { severity: 'critical', subject: 'js/sql-injection' })
    github.raiseAlert(shop, 'secret-scanning', { subject: 'mailchimp_api_key' })
    github.closeAlert(shop, 'secret-scanning', 1, 'fixed')
    expect((await send('GET', `${repo}/code-scanning/alerts?state=open`)).body).toMatchObject([
      { rule: { security_severity_level: 'critical' } },
    ])
    expect((await send('GET', `${repo}/secret-scanning/alerts?state=resolved`)).body).toMatchObject([{ resolution: 'revoked' }])
  })
})

describe('the rest of a repository', () => {
  test('its community profile sees files by their usual names', async () => {
    expect((await send('GET', `${repo}/community/profile`)).body).toMatchObject({
      health_percentage: 50,
      files: {
        contributing: { html_url: expect.stringContaining('docs/CONTRIBUTING.md') },
        code_of_conduct_file: null,
        license: { key: 'other' },
      },
    })
  })

  test('issues are found by label, and are 410 where they are switched off', async () => {
    const number = github.openIssue(shop, 'Explain paying', ['documentation'])
    github.openIssue(shop, 'Other')
    expect((await send('GET', `${repo}/issues?labels=documentation`)).body).toMatchObject([{ number }])
    github.changeSettings(shop, { issues: false })
    expect((await send('GET', `${repo}/issues`)).status).toBe(410)
    expect((await send('GET', repo)).body).toMatchObject({ has_issues: false })
  })

  test('a server without rate limits has no headers and no budget to show', async () => {
    github.limits.disable()
    const answer = await send('GET', repo)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    expect((await send('GET', '/rate_limit')).status).toBe(404)
  })
})
