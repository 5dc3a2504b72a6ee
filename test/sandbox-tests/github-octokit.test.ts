// The client library that the product uses meets the stand-in: its own authentication, paging and reading of configuration.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Probot, ProbotOctokit } from 'probot'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { openCheckedGitHub } from './github-client.ts'

let github: GitHubSandbox
let installation: number
let octokit: ProbotOctokit
const where = { owner: 'acme', repo: 'shop' }

beforeAll(async () => {
  github = await openCheckedGitHub()
  await github.createRepository('acme/shop', { '.github/katalyst.yml': 'governance: docs\n', 'docs/deep/a b.md': 'ä' })
  installation = await github.installApp('acme')
  const Quiet = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    throttle: { enabled: false },
    retry: { enabled: false },
  }))
  const probot = new Probot({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    secret: github.app.webhookSecret,
    baseUrl: github.apiUrl,
    Octokit: Quiet,
    logLevel: 'fatal',
  })
  octokit = await probot.auth(installation)
})
afterAll(async () => {
  await github.close()
})

test('a token is fetched with the App’s key and used', async () => {
  const { data } = await octokit.rest.apps.listReposAccessibleToInstallation()
  expect(data.repositories.map((repository) => repository.full_name)).toEqual(['acme/shop'])
  expect(github.requests.map((request) => request.path)).toContain(`/app/installations/${installation}/access_tokens`)
})

test('paths with slashes, blanks and umlauts are read', async () => {
  const { data } = await octokit.rest.repos.getContent({ ...where, path: 'docs/deep/a b.md' })
  expect(data).toMatchObject({ type: 'file', path: 'docs/deep/a b.md' })
  const { config } = await octokit.config.get({ ...where, path: '.github/katalyst.yml', defaults: {} })
  expect(config).toEqual({ governance: 'docs' })
})

test('pages are followed to the end', async () => {
  const head = github.headOf('acme/shop') ?? ''
  for (let at = 0; at < 7; at += 1)
    await octokit.rest.checks.create({ ...where, name: `check ${at}`, head_sha: head, conclusion: 'neutral' })
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...where, ref: head, per_page: 3 })
  expect(runs.map((run) => run.name)).toEqual(['check 6', 'check 5', 'check 4', 'check 3', 'check 2', 'check 1', 'check 0'])
})

test('an answer lost on its way leaves its effect behind', async () => {
  github.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: '/check-runs' } })
  const head = await github.commit('acme/shop', 'main', { 'b.md': 'b' })
  await expect(octokit.rest.checks.create({ ...where, name: 'once', head_sha: head })).rejects.toMatchObject({ status: 502 })
  expect(github.checkRuns('acme/shop', head)).toHaveLength(1)
})

test('every exchange is one that GitHub describes', () => {
  expect(github.violations).toEqual([])
})
