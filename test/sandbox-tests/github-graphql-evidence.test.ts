import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeStillClock } from './github-client.ts'
import { type Ask, openGraph } from './github-graph-client.ts'

const shop = 'acme/shop'
const clock = makeStillClock()
let github: GitHubSandbox
let ask: Ask

beforeEach(async () => {
  const opened = await openGraph({ clock })
  github = opened.github
  ask = opened.ask
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const inShop = async (fields: string) => {
  const answer = await ask(`{ repository(owner: "acme", name: "shop") { ${fields} } }`)
  expect(answer.errors).toBeUndefined()
  return answer.data.repository
}

describe('delivery', () => {
  test('releases and deployments with their statuses, newest first', async () => {
    await github.publishRelease(shop, { tag: 'v1' })
    clock.move(1000)
    await github.publishRelease(shop, { tag: 'v2', prerelease: true })
    await github.deploy(shop, { environment: 'production', states: ['in_progress', 'success'] })
    await github.deploy(shop, { environment: 'staging', states: ['failure'] })
    const found = await inShop(`latestRelease { tagName }
      releases(first: 10, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { tagName isPrerelease isDraft publishedAt author { login } tagCommit { oid } } }
      deployments(first: 10, environments: ["production"]) { totalCount nodes { state commitOid environment creator { login }
        statuses(first: 10) { nodes { state createdAt } } latestStatus { state } } }
      environments(first: 10) { nodes { name } }`)
    expect(found).toMatchObject({
      latestRelease: { tagName: 'v1' },
      releases: { nodes: [{ tagName: 'v2', isPrerelease: true, tagCommit: { oid: github.headOf(shop) } }, { tagName: 'v1' }] },
      deployments: {
        totalCount: 1,
        nodes: [
          { state: 'ACTIVE', statuses: { nodes: [{ state: 'SUCCESS' }, { state: 'IN_PROGRESS' }] }, latestStatus: { state: 'SUCCESS' } },
        ],
      },
      environments: { nodes: [{ name: 'production' }, { name: 'staging' }] },
    })
  })

  test('runs by their workflow, and jobs through the check suites of many runs at once', async () => {
    github.seedRuns(shop, 250, { jobs: 3 })
    const runs = `runs(first: 100) { totalCount nodes { databaseId runNumber event createdAt checkSuite { id status conclusion checkRuns(first: 50) {
      totalCount nodes { databaseId name conclusion startedAt completedAt } } } } }`
    const workflow = Buffer.from(`Workflow:${await workflowId('CI')}`).toString('base64')
    const answer = await ask(`query($id: ID!) { node(id: $id) { ... on Workflow { name ${runs} } } rateLimit { cost } }`, { id: workflow })
    expect(answer.data).toMatchObject({ rateLimit: { cost: 1 }, node: { name: 'CI', runs: { totalCount: 125, nodes: { length: 100 } } } })
    const suites = answer.data.node.runs.nodes.map((run: { checkSuite: { id: string } }) => run.checkSuite.id)
    const again = await ask(
      'query($ids: [ID!]!) { nodes(ids: $ids) { ... on CheckSuite { id checkRuns(first: 50) { totalCount } workflowRun { runNumber } } } }',
      {
        ids: suites,
      },
    )
    expect(again.data.nodes).toHaveLength(100)
    expect(again.data.nodes[0]).toMatchObject({ checkRuns: { totalCount: 3 }, workflowRun: { runNumber: expect.any(Number) } })
  })

  test('a run that was done again shows its latest attempt alone', async () => {
    const run = await github.startRun(shop, { conclusion: 'failure', jobs: [{ name: 'build' }] })
    await github.rerun(shop, run)
    await github.finishRun(shop, run, 'success')
    const history =
      'history(first: 1) { nodes { checkSuites(first: 5) { nodes { conclusion app { slug } checkRuns(first: 5) { totalCount } } } } }'
    expect((await inShop(`defaultBranchRef { target { ... on Commit { ${history} } } }`)).defaultBranchRef.target.history.nodes).toEqual([
      { checkSuites: { nodes: [{ conclusion: 'SUCCESS', app: { slug: 'github-actions' }, checkRuns: { totalCount: 1 } }] } },
    ])
  })
})

const workflowId = async (name: string): Promise<number> => {
  const token = github.createToken('reader', { actions: 'read', metadata: 'read' })
  const answer = await fetch(`${github.apiUrl}/repos/${shop}/actions/workflows`, { headers: { authorization: `Bearer ${token}` } })
  const { workflows } = (await answer.json()) as { readonly workflows: readonly { readonly id: number; readonly name: string }[] }
  return workflows.find((workflow) => workflow.name === name)?.id ?? 0
}

describe('understanding', () => {
  test('the default branch between two instants, and whether documents are there', async () => {
    clock.move(60_000)
    const from = clock.now().toISOString()
    await github.commit(shop, 'main', { 'b.md': 'b' }, 'feat: count\n\nBecause.', { author: 'ada' })
    const found = await inShop(`defaultBranchRef { name target { ... on Commit { history(first: 100, since: "${from}") { totalCount
      nodes { messageHeadline messageBody author { name user { login } } parents(first: 2) { totalCount } } } } } }
      readme: object(expression: "HEAD:README.md") { ... on Blob { byteSize } } adrs: object(expression: "HEAD:docs/adr") { ... on Tree { entries { name type } } }
      security: object(expression: "HEAD:SECURITY.md") { id }`)
    expect(found.defaultBranchRef.target.history.nodes[0]).toEqual({
      ...{ messageHeadline: 'feat: count', messageBody: 'Because.', author: { name: 'ada', user: { login: 'ada' } } },
      parents: { totalCount: 1 },
    })
    expect(found).toMatchObject({ readme: { byteSize: 6 }, adrs: { entries: [{ name: '0001-money.md', type: 'blob' }] }, security: null })
  })

  test('discussions with their category and answer, and issues by label', async () => {
    github.startDiscussion(shop, { title: 'How?', category: 'Q&A', answered: true, comments: 2, author: 'ada' })
    clock.move(1000)
    github.startDiscussion(shop, { title: 'News' })
    github.openIssue(shop, 'Explain paying', ['documentation'])
    github.openIssue(shop, 'Other')
    const found =
      await inShop(`hasDiscussionsEnabled discussions(first: 10) { totalCount nodes { title url isAnswered category { name isAnswerable }
      comments { totalCount } author { login } } } issues(first: 10, labels: ["documentation"], states: [OPEN]) { nodes { title labels(first: 5) { nodes { name } } } }`)
    expect(found).toMatchObject({
      hasDiscussionsEnabled: true,
      discussions: {
        nodes: [
          { title: 'News', isAnswered: null },
          { isAnswered: true, category: { name: 'Q&A' }, comments: { totalCount: 2 } },
        ],
      },
      issues: { nodes: [{ title: 'Explain paying', labels: { nodes: [{ name: 'documentation' }] } }] },
    })
  })
})

describe('posture', () => {
  test('of many repositories is asked for in one query', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `service-${at}`)
    for (const name of names) await github.createRepository(`acme/${name}`, { 'README.md': name })
    github.protectBranch('acme/service-7', 'main', { reviews: { count: 2 }, checks: { strict: true, contexts: ['ci'] } })
    const rule = {
      type: 'required_status_checks',
      parameters: { required_status_checks: [{ context: 'test' }], strict_required_status_checks_policy: true },
    }
    github.addRuleset('acme/service-8', { rules: [rule, { type: 'required_signatures' }] })
    github.changeSettings('acme/service-9', { mergeCommit: false, rebase: false })
    github.raiseAlert('acme/service-9', 'dependabot', { severity: 'medium' })
    const posture = `fragment Posture on Repository { nameWithOwner isArchived mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
      hasVulnerabilityAlertsEnabled isSecurityPolicyEnabled
      defaultBranchRef { branchProtectionRule { requiresApprovingReviews requiredApprovingReviewCount requiresStrictStatusChecks requiredStatusCheckContexts
        requiresCommitSignatures requiresLinearHistory isAdminEnforced }
        rules(first: 50) { nodes { type parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context } strictRequiredStatusChecksPolicy } }
          repositoryRuleset { name enforcement source { __typename } } } } }
      vulnerabilityAlerts(first: 10, states: [OPEN]) { nodes { number createdAt securityVulnerability { severity package { name } } } }
      releases(first: 1) { totalCount } }`
    const aliases = names.map((name, at) => `r${at}: repository(owner: "acme", name: "${name}") { ...Posture }`).join('\n')
    github.forgetRequests()
    const { data, errors } = await ask(`{ ${aliases} rateLimit { cost } } ${posture}`)
    expect(errors).toBeUndefined()
    expect(github.requests).toHaveLength(1)
    // Three connections for each of fifty repositories.
    expect(data.rateLimit.cost).toBe(2)
    expect(data.r7.defaultBranchRef.branchProtectionRule).toMatchObject({
      requiredApprovingReviewCount: 2,
      requiredStatusCheckContexts: ['ci'],
    })
    expect(data.r8.defaultBranchRef.rules.nodes).toMatchObject([
      {
        type: 'REQUIRED_STATUS_CHECKS',
        parameters: { requiredStatusChecks: [{ context: 'test' }], strictRequiredStatusChecksPolicy: true },
      },
      { type: 'REQUIRED_SIGNATURES', parameters: null, repositoryRuleset: { enforcement: 'ACTIVE', source: { __typename: 'Repository' } } },
    ])
    expect(data.r9).toMatchObject({
      mergeCommitAllowed: false,
      squashMergeAllowed: true,
      vulnerabilityAlerts: { nodes: [{ securityVulnerability: { severity: 'MODERATE' } }] },
    })
    expect(data.r0).toMatchObject({
      hasVulnerabilityAlertsEnabled: false,
      defaultBranchRef: { branchProtectionRule: null, rules: { nodes: [] } },
    })
  })

  test('a repository that was given away is not found, and one that is archived says so', async () => {
    await github.createRepository('acme/old', { a: 'a' })
    await github.archiveRepository('acme/old')
    await github.transferRepository(shop, 'elsewhere')
    const answer = await ask(
      '{ old: repository(owner: "acme", name: "old") { isArchived } gone: repository(owner: "acme", name: "shop") { id } }',
    )
    expect(answer).toMatchObject({ data: { old: { isArchived: true }, gone: null }, errors: [{ type: 'NOT_FOUND', path: ['gone'] }] })
  })
})
