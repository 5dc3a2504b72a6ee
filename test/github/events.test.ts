import { describe, expect, test } from '@jest/globals'
import * as events from '../../integrations/github/events.ts'

const HEAD = 'a'.repeat(40)
const BASE = 'b'.repeat(40)
const repository = { id: 5, full_name: 'acme/shop', private: true, default_branch: 'main', archived: false, extra: { nested: true } }
const installation = { id: 9 }
const facts = { id: 5, fullName: 'acme/shop', isPrivate: true, defaultBranch: 'main', isArchived: false }

const pull = (change: object = {}) => ({
  action: 'opened',
  number: 12,
  installation,
  repository,
  pull_request: { state: 'open', head: { sha: HEAD, repo: null }, base: { ref: 'main', sha: BASE } },
  ...change,
})

describe('pull requests', () => {
  test('are judged against the branch they are meant for, also when they come from a fork that is gone', () => {
    expect(events.toPullRequestCheck(pull())).toEqual({
      installationId: 9,
      repositoryId: 5,
      fullName: 'acme/shop',
      headSha: HEAD,
      subject: 'pull/12',
      base: 'main',
      rerun: false,
    })
  })

  test('that are closed are not judged', () => {
    expect(events.toPullRequestCheck(pull({ pull_request: { ...pull().pull_request, state: 'closed' } }))).toBeUndefined()
  })
})

describe('pushes', () => {
  const push = (change: object = {}) => ({
    installation,
    repository,
    ref: 'refs/heads/main',
    before: BASE,
    after: HEAD,
    deleted: false,
    commits: [],
    ...change,
  })

  test('to the default branch are told from others', () => {
    expect(events.toPushEvent(push())).toEqual({
      installationId: 9,
      repository: facts,
      branch: 'main',
      isDefaultBranch: true,
      headSha: HEAD,
    })
    expect(events.toPushEvent(push({ ref: 'refs/heads/feature/main' }))).toMatchObject({ branch: 'feature/main', isDefaultBranch: false })
    expect(events.toPushEvent(push({ ref: 'refs/tags/main' }))).toMatchObject({ branch: undefined, isDefaultBranch: false })
  })

  test('that remove a branch have no head', () => {
    expect(events.toPushEvent(push({ deleted: true, after: '0'.repeat(40) })).headSha).toBeUndefined()
    expect(events.toPushEvent(push({ after: '0'.repeat(40) })).headSha).toBeUndefined()
  })
})

describe('installations', () => {
  const installed = {
    action: 'created',
    installation: {
      id: 9,
      account: { id: 3, login: 'acme', type: 'Organization' },
      permissions: { checks: 'write' },
      suspended_at: null,
      repository_selection: 'selected',
    },
    repositories: [{ id: 5, full_name: 'acme/shop', name: 'shop', private: true, node_id: 'x' }],
  }

  test('carry shortened repositories, whose default branch is not known yet', () => {
    expect(events.toInstallationEvent(installed)).toEqual({
      action: 'created',
      installationId: 9,
      account: { id: 3, login: 'acme', type: 'Organization' },
      permissions: { checks: 'write' },
      allRepositories: false,
      repositories: [{ id: 5, fullName: 'acme/shop', isPrivate: true }],
    })
  })

  test('that are suspended say since when', () => {
    const suspended = {
      ...installed,
      action: 'suspend',
      installation: { ...installed.installation, suspended_at: '2026-11-01T00:00:00Z' },
      repositories: undefined,
    }
    expect(events.toInstallationEvent(suspended)).toMatchObject({ suspendedAt: new Date('2026-11-01T00:00:00Z'), repositories: [] })
  })

  test('gain and lose repositories', () => {
    const change = {
      action: 'added',
      installation,
      repositories_added: installed.repositories,
      repositories_removed: [{ id: 6, full_name: 'acme/old' }],
    }
    expect(events.toRepositoriesEvent(change)).toEqual({
      installationId: 9,
      added: [{ id: 5, fullName: 'acme/shop', isPrivate: true }],
      removedIds: [6],
    })
  })
})

test('a repository keeps its id under another name', () => {
  expect(events.toRepositoryEvent({ action: 'renamed', installation, repository: { ...repository, full_name: 'acme/store' } })).toEqual({
    action: 'renamed',
    installationId: 9,
    repository: { ...facts, fullName: 'acme/store' },
  })
})

test('a merge group is judged on the commit it would merge', () => {
  const group = {
    action: 'checks_requested',
    installation,
    repository,
    merge_group: { head_sha: HEAD, base_sha: BASE, base_ref: 'refs/heads/main', head_ref: 'x' },
  }
  expect(events.toMergeGroupCheck(group)).toMatchObject({ headSha: HEAD, base: BASE, subject: `merge-group/${BASE}` })
})

test('re-runs name the commit, and what the run said of itself', () => {
  const run = {
    name: 'Katalyst / governance',
    head_sha: HEAD,
    external_id: 'pull/12@0123456789abcdef',
    app: { id: 4711 },
    pull_requests: [],
  }
  expect(events.toCheckRunRerun({ action: 'rerequested', installation, repository, check_run: run })).toEqual({
    installationId: 9,
    repositoryId: 5,
    fullName: 'acme/shop',
    headSha: HEAD,
    checkName: 'Katalyst / governance',
    externalId: 'pull/12@0123456789abcdef',
    appId: 4711,
  })
  const suite = events.toCheckSuiteRerun({ installation, repository, check_suite: { head_sha: HEAD, app: null } })
  expect(suite).toMatchObject({ headSha: HEAD })
  expect(suite).not.toHaveProperty('externalId')
})

test.each(Object.entries(events))('%s says what is missing, and repeats none of the content', (_name, map) => {
  for (const payload of [undefined, null, 'text', [], {}, { installation: { id: 'user content' } }]) {
    const attempt = () => map(payload)
    expect(attempt).toThrow(expect.objectContaining({ code: 'provider-unreadable' }))
    expect(attempt).not.toThrow(/user content/)
  }
})
