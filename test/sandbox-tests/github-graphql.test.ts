import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHubSandbox, GitHubSandboxOptions } from '../sandbox/github/sandbox.ts'
import { makeStillClock } from './github-client.ts'
import { type Ask, makeAsk, openGraph } from './github-graph-client.ts'

const shop = 'acme/shop'
const clock = makeStillClock()
let github: GitHubSandbox
let ask: Ask
let installation: number

async function open(options: GitHubSandboxOptions = {}) {
  const opened = await openGraph({ clock, ...options })
  github = opened.github
  installation = opened.installation
  ask = opened.ask
}

beforeEach(() => open())
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const PULLS = `query($after: String) { repository(owner: "acme", name: "shop") { pullRequests(first: 100, after: $after, states: [MERGED],
  orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount pageInfo { hasNextPage endCursor } nodes { number state author { login __typename }
  mergeCommit { oid } additions changedFiles
  reviews(first: 50) { totalCount pageInfo { hasNextPage endCursor } nodes { databaseId state submittedAt author { login } comments(first: 1) { totalCount } } }
  commits(first: 50) { nodes { commit { oid messageHeadline committedDate author { name user { login } } } } }
  closingIssuesReferences(first: 5) { nodes { number } }
  timelineItems(first: 5, itemTypes: [READY_FOR_REVIEW_EVENT]) { nodes { __typename ... on ReadyForReviewEvent { createdAt } } } } } }
  rateLimit { cost remaining resetAt nodeCount } }`

describe('pull requests', () => {
  test('come a hundred at a time with all that hangs on them', async () => {
    github.seedPulls(shop, 150, { reviews: 60, commits: 3 })
    const first = await ask(PULLS)
    expect(first.errors).toBeUndefined()
    const { pullRequests } = first.data.repository
    expect(pullRequests).toMatchObject({ totalCount: 150, nodes: { length: 100 }, pageInfo: { hasNextPage: true } })
    expect(pullRequests.nodes[0]).toMatchObject({
      state: 'MERGED',
      reviews: { totalCount: 60, nodes: { length: 50 }, pageInfo: { hasNextPage: true } },
      commits: { nodes: [{ commit: { messageHeadline: 'feat: step 1', author: { user: { login: expect.any(String) } } } }, {}, {}] },
    })
    const second = await ask(PULLS, { after: pullRequests.pageInfo.endCursor })
    const numbers = [...pullRequests.nodes, ...second.data.repository.pullRequests.nodes].map((node: { number: number }) => node.number)
    expect(new Set(numbers).size).toBe(150)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
  })

  test('tell reviews, readiness, closed issues and people who left', async () => {
    const issue = github.openIssue(shop, 'Pay')
    const { number } = await github.openPull(shop, {
      ...{ branch: 'feature', files: { 'a.md': 'a' }, body: `Fixes #${issue}, fixes #99`, draft: true, author: 'leaver' },
    })
    await github.readyForReview(shop, number)
    await github.reviewPull(shop, number, 'bea', { state: 'CHANGES_REQUESTED', comments: [{ body: 'one' }, { body: 'two' }] })
    await github.reviewPull(shop, number, 'helper[bot]', { state: 'COMMENTED' })
    github.deleteUser('leaver')
    const query = `{ repository(owner: "acme", name: "shop") { pullRequest(number: ${number}) { author { login } reviewDecision isDraft
      reviews(first: 10) { nodes { state author { login __typename } comments(first: 10) { totalCount nodes { body } } } }
      closingIssuesReferences(first: 10) { nodes { number } }
      timelineItems(first: 10, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_DISMISSED_EVENT]) { nodes { __typename } } } } }`
    expect((await ask(query)).data.repository.pullRequest).toMatchObject({
      ...{ author: null, reviewDecision: 'CHANGES_REQUESTED', isDraft: false },
      closingIssuesReferences: { nodes: [{ number: issue }] },
      reviews: { nodes: [{ author: { login: 'bea' }, comments: { totalCount: 2 } }, { author: { login: 'helper', __typename: 'Bot' } }] },
      timelineItems: { nodes: [{ __typename: 'ReadyForReviewEvent' }] },
    })
  })
})

describe('what a query costs', () => {
  test('is counted before it runs, charged, told and kept in the log', async () => {
    const { data, headers } = await ask(PULLS)
    // One request for the pull requests and five for each of a hundred, of which the comments of fifty reviews are many more.
    const requests = 1 + 100 * 4 + 100 * 50
    expect(data.rateLimit).toMatchObject({ cost: Math.round(requests / 100), remaining: 5000 - 54, nodeCount: 100 + 100 * 110 + 100 * 50 })
    expect(headers.get('x-ratelimit-resource')).toBe('graphql')
    expect(headers.get('x-ratelimit-remaining')).toBe(String(5000 - 54))
    expect(github.requests.at(-1)).toMatchObject({ method: 'POST', path: '/graphql', points: 54 })
  })

  test('refuses pages over a hundred, lists without a size and half a million nodes', async () => {
    const pulls = (args: string, inner = 'number') =>
      `{ repository(owner: "acme", name: "shop") { pullRequests${args} { nodes { ${inner} } } } }`
    expect((await ask(pulls('(first: 101)'))).errors).toMatchObject([{ type: 'EXCESSIVE_PAGINATION' }])
    expect((await ask(pulls(''))).errors).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }])
    const deep = 'reviews(first: 100) { nodes { comments(first: 100) { nodes { body } } } }'
    expect((await ask(pulls('(first: 100)', deep))).errors).toMatchObject([{ type: 'MAX_NODE_LIMIT_EXCEEDED' }])
    expect(
      (await ask('{ repository(owner: "acme", name: "shop") { pullRequests { totalCount } } }')).data.repository.pullRequests.totalCount,
    ).toBe(0)
  })

  test('stops with 200 when the budget is spent, and is null where a server has no limits', async () => {
    github.limits.exhaust()
    expect(await ask(PULLS)).toMatchObject({ status: 200, errors: [{ type: 'RATE_LIMITED' }] })
    github.limits.disable()
    expect((await ask('{ rateLimit { cost } }')).data).toEqual({ rateLimit: null })
  })
})

describe('faults', () => {
  test('of big pages end when pages get smaller', async () => {
    github.limits.setLimit(100_000)
    github.graphql.limitPages({ nodes: 20_000, answer: 502 })
    expect(await ask('{ viewer { login } }')).toMatchObject({ status: 200, data: { viewer: { login: 'katalyst-sandbox[bot]' } } })
    expect(await ask(PULLS)).toMatchObject({ status: 200 })
    github.graphql.limitPages({ nodes: 1000, answer: 502 })
    expect(await ask(PULLS)).toMatchObject({ status: 502, data: null })
    github.graphql.limitPages({ nodes: 1000, answer: 'null-data' })
    expect(await ask(PULLS)).toMatchObject({ status: 200, data: null, errors: [{}] })
    expect(await ask(PULLS.replace('first: 100', 'first: 5'))).toMatchObject({ status: 200, data: { repository: {} } })
  })

  test('leave one field null, the whole answer empty, or come from a secondary limit', async () => {
    github.seedPulls(shop, 2)
    github.graphql.next({ kind: 'partial', field: 'PullRequest.closingIssuesReferences' })
    const partial = await ask(PULLS)
    expect(partial.errors).toMatchObject([{ path: ['repository', 'pullRequests', 'nodes', 0, 'closingIssuesReferences'] }])
    expect(partial.data.repository.pullRequests.nodes).toMatchObject([
      { closingIssuesReferences: null },
      { closingIssuesReferences: { nodes: [] } },
    ])
    github.graphql.next({ kind: 'null-data' })
    expect(await ask(PULLS)).toMatchObject({ status: 200, data: null })
    github.limits.secondary({ status: 200, retryAfterSeconds: 30 })
    const stopped = await ask(PULLS)
    expect(stopped).toMatchObject({ status: 200, errors: [{ message: expect.stringContaining('secondary rate limit') }] })
    expect(stopped.headers.get('retry-after')).toBe('30')
    github.limits.secondary({})
    expect((await ask(PULLS)).status).toBe(403)
  })

  test('of nodes that are not there are nulls among the others', async () => {
    const id = (await ask('{ repository(owner: "acme", name: "shop") { id } }')).data.repository.id as string
    const answer = await ask('query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }', { ids: [id, 'bm90aGluZzox'] })
    expect(answer).toMatchObject({
      data: { nodes: [{ __typename: 'Repository' }, null] },
      errors: [{ type: 'NOT_FOUND', path: ['nodes', 1] }],
    })
  })
})

describe('permissions and schema', () => {
  test('what is not given is null and FORBIDDEN, what is not seen is null and NOT_FOUND', async () => {
    await github.createRepository('other/secret', { a: 'a' })
    const narrow = makeAsk(github, installation, { contents: 'read' })
    const query = `{ mine: repository(owner: "acme", name: "shop") { deployments(first: 1) { totalCount } }
      theirs: repository(owner: "other", name: "secret") { id } }`
    expect((await ask(query)).errors).toMatchObject([{ type: 'NOT_FOUND', path: ['theirs'] }])
    expect((await narrow(query)).errors?.map((error) => error.type).sort()).toEqual(['FORBIDDEN', 'NOT_FOUND'])
  })

  test('names that GitHub does not have are refused in the query', async () => {
    expect((await ask('{ repository(owner: "acme", name: "shop") { colour } }')).errors?.[0]?.message).toContain('colour')
    expect((await ask('{ viewer {')).errors?.[0]?.message).toContain('Syntax Error')
  })

  test('an older server lacks fields, answers under /api and follows renames', async () => {
    await github.close()
    await open({ enterprise: true, missingFields: ['Commit.changedFilesIfAvailable'] })
    await github.renameRepository(shop, 'store')
    expect(github.graphqlUrl).toMatch(/\/api\/graphql$/)
    expect((await ask('{ repository(owner: "acme", name: "shop") { nameWithOwner } }')).data.repository.nameWithOwner).toBe('acme/store')
    const fields = (field: string) =>
      `{ repository(owner: "acme", name: "store") { object(expression: "HEAD") { ... on Commit { ${field} } } } }`
    expect((await ask(fields('changedFilesIfAvailable'))).errors).toMatchObject([
      { message: "Field 'changedFilesIfAvailable' doesn't exist on type 'Commit'", extensions: { code: 'undefinedField' } },
    ])
    expect((await ask(fields('additions'))).data.repository.object).toEqual({ additions: 2 })
  })
})
