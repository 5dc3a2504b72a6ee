import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHubSandbox, GitHubSandboxOptions } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, openReceiver, type Send } from './github-client.ts'

const SHOP = 'acme/shop'
let github: GitHubSandbox
let send: Send

async function open(options: GitHubSandboxOptions = {}) {
  github = await openCheckedGitHub(options)
  await github.createRepository(SHOP, { 'README.md': '# Shop' })
  const installation = await github.installApp('acme')
  send = makeSend(github.apiUrl, github.createInstallationToken(installation))
}

beforeEach(() => open())
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const issues = `/repos/${SHOP}/issues`

describe('labels', () => {
  test('are made once, whatever the case of their name', async () => {
    const label = { name: 'Katalyst', color: '0b1220', description: 'Ours' }
    expect((await send('POST', `/repos/${SHOP}/labels`, label)).status).toBe(201)
    const again = await send('POST', `/repos/${SHOP}/labels`, { ...label, name: 'katalyst' })
    expect(again).toMatchObject({ status: 422, body: { errors: [{ resource: 'Label', code: 'already_exists' }] } })
  })

  test('that an issue names and the repository has not are made in grey', async () => {
    await send('POST', issues, { title: 'One', labels: ['new'] })
    expect(github.issueLabels(SHOP)).toEqual([{ name: 'new', color: 'ededed', description: null }])
    expect((await send('DELETE', `${issues}/1/labels/new`)).status).toBe(200)
    expect((await send('DELETE', `${issues}/1/labels/new`)).status).toBe(404)
  })
})

describe('an issue', () => {
  test('is closed and reopened with a reason', async () => {
    await send('POST', issues, { title: 'One' })
    await send('PATCH', `${issues}/1`, { state: 'closed', state_reason: 'not_planned' })
    expect((await send('GET', `${issues}/1`)).body).toMatchObject({ state: 'closed', state_reason: 'not_planned' })
    await send('PATCH', `${issues}/1`, { state: 'open' })
    expect((await send('GET', `${issues}/1`)).body).toMatchObject({ state: 'open', state_reason: 'reopened' })
  })

  test('that was deleted is gone, and one that was transferred leads to its new place', async () => {
    await github.createRepository('acme/other', { 'README.md': '#' })
    await send('POST', issues, { title: 'One' })
    await send('POST', issues, { title: 'Two' })
    await github.deleteIssue(SHOP, 1)
    github.transferIssue(SHOP, 2, 'acme/other')
    expect((await send('GET', `${issues}/1`)).status).toBe(410)
    expect((await send('GET', `${issues}/2`)).status).toBe(301)
    expect((await send('PATCH', `${issues}/2`, { title: 'New' })).status).toBe(307)
    expect((await send('GET', `${issues}?state=all`)).body).toEqual([])
  })

  test('that is locked takes no comment', async () => {
    await send('POST', issues, { title: 'One' })
    await github.lockIssue(SHOP, 1)
    expect((await send('POST', `${issues}/1/comments`, { body: 'Hello' })).status).toBe(403)
  })

  test('with a body beyond 65,536 characters is refused', async () => {
    expect((await send('POST', issues, { title: 'Long', body: 'x'.repeat(65_537) })).status).toBe(422)
  })

  test('is told about, each change once, by events of the published shape', async () => {
    const receiver = await openReceiver()
    github.deliverTo(receiver.url)
    await send('POST', issues, { title: 'One', labels: ['a'] })
    await github.relabelIssue(SHOP, 1, { add: ['b'], remove: ['a'] })
    await github.closeIssue(SHOP, 1)
    await github.settled()
    expect(receiver.received.map(({ payload }) => payload.action)).toEqual(['opened', 'labeled', 'labeled', 'unlabeled', 'closed'])
    await receiver.close()
  })
})

describe('lists', () => {
  test('are narrowed by creator and label, and may be behind', async () => {
    await github.close()
    const clock = makeStillClock()
    await open({ clock })
    github.openIssue(SHOP, 'A person’s', ['katalyst'])
    github.setIssueListLag(SHOP, 10_000)
    clock.move(60_000)
    await send('POST', issues, { title: 'Ours', labels: ['Katalyst'] })
    const mine = `${issues}?state=all&creator=${encodeURIComponent(`${github.app.slug}[bot]`)}`
    expect((await send('GET', mine)).body).toEqual([])
    clock.move(10_000)
    expect((await send('GET', mine)).body).toMatchObject([{ title: 'Ours' }])
    expect((await send('GET', `${issues}?state=all&labels=katalyst`)).body).toHaveLength(2)
  })
})

describe('sub-issues', () => {
  test('have one parent, and are listed below it', async () => {
    for (const title of ['Road', 'Story', 'Other road']) await send('POST', issues, { title })
    const { id } = (await send('GET', `${issues}/2`)).body as { id: number }
    expect((await send('POST', `${issues}/1/sub_issues`, { sub_issue_id: id })).status).toBe(201)
    expect((await send('POST', `${issues}/3/sub_issues`, { sub_issue_id: id })).status).toBe(422)
    expect((await send('GET', `${issues}/1/sub_issues`)).body).toMatchObject([{ number: 2 }])
    expect((await send('GET', `${issues}/2`)).body).toMatchObject({ parent_issue_url: expect.stringMatching(/\/issues\/1$/) })
  })

  test('are unknown to an older server', async () => {
    await github.close()
    await open({ subIssues: false })
    await send('POST', issues, { title: 'Road' })
    expect((await send('GET', `${issues}/1/sub_issues`)).status).toBe(404)
  })
})
