import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, openReceiver, type Received, type Send } from './github-client.ts'

const clock = makeStillClock()
let github: GitHubSandbox
let receiver: Awaited<ReturnType<typeof openReceiver>>
let send: Send
let installation: number
const shop = 'acme/shop'
const repo = `/repos/${shop}`

beforeEach(async () => {
  receiver = await openReceiver()
  github = await openCheckedGitHub({ clock, webhookUrl: receiver.url })
  await github.createRepository(shop, { 'a.md': 'one\n', 'b.md': 'b\n' })
  installation = await github.installApp('acme', [shop])
  send = makeSend(github.apiUrl, github.createInstallationToken(installation))
})
afterEach(async () => {
  await github.close()
  await receiver.close()
  expect(github.violations).toEqual([])
})

const events = () => receiver.received.map((one) => [one.headers['x-github-event'], one.payload.action].filter(Boolean).join('.'))

describe('a pull request', () => {
  test('is opened, pushed to, edited, closed, reopened and merged, each with its event', async () => {
    const { number, headSha } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'two\n' }, title: 'Two', draft: true })
    const next = await github.pushToPull(shop, number, { 'a.md': 'three\n' })
    await github.editPull(shop, number, { title: 'Three' })
    await github.readyForReview(shop, number)
    await github.editPull(shop, number, { state: 'closed' })
    await github.editPull(shop, number, { state: 'open' })
    const merged = await github.mergePull(shop, number)
    expect(events()).toEqual([
      'installation.created',
      'push',
      'pull_request.opened',
      'push',
      'pull_request.synchronize',
      'pull_request.edited',
      'pull_request.ready_for_review',
      'pull_request.closed',
      'pull_request.reopened',
      'push',
      'pull_request.closed',
    ])
    expect(receiver.received[4]?.payload).toMatchObject({
      before: headSha,
      after: next,
      pull_request: { head: { sha: next } },
      installation: { id: installation },
    })
    expect(receiver.received[1]?.payload).toMatchObject({
      ref: 'refs/heads/feature',
      created: true,
      commits: [{ id: headSha, modified: ['a.md'] }],
    })
    expect(github.readFile(shop, 'a.md')).toBe('three\n')
    expect(await send('GET', `${repo}/pulls/${number}`)).toMatchObject({
      body: { state: 'closed', merged: true, merge_commit_sha: merged, title: 'Three' },
    })
    expect((await send('GET', `${repo}/pulls/${number}/merge`)).status).toBe(204)
    expect(await send('GET', `${repo}/commits/${next}/pulls`)).toMatchObject({ body: [{ number }] })
  })

  test('is opened and merged over HTTP by who writes', async () => {
    await github.commit(shop, 'feature', { 'c.md': 'c' })
    const opened = await send('POST', `${repo}/pulls`, { title: 'C', head: 'feature', base: 'main' })
    expect(opened).toMatchObject({
      status: 201,
      body: { number: 1, user: { login: 'katalyst-sandbox[bot]', type: 'Bot' }, mergeable: true, changed_files: 1 },
    })
    expect((await send('POST', `${repo}/pulls`, { title: 'C', head: 'feature', base: 'main' })).status).toBe(422)
    expect((await send('POST', `${repo}/pulls`, { title: 'C', head: 'nothing', base: 'main' })).status).toBe(422)
    expect(await send('PATCH', `${repo}/pulls/1`, { title: 'See' })).toMatchObject({ body: { title: 'See' } })
    expect((await send('PUT', `${repo}/pulls/1/merge`, { sha: '0'.repeat(40) })).status).toBe(409)
    expect(await send('PUT', `${repo}/pulls/1/merge`, { merge_method: 'squash' })).toMatchObject({ status: 200, body: { merged: true } })
    expect((await send('PUT', `${repo}/pulls/1/merge`, {})).status).toBe(405)
    expect(await send('GET', `${repo}/pulls?state=all&head=acme:feature`)).toMatchObject({ body: [{ number: 1 }] })
    expect(await send('GET', `${repo}/pulls`)).toMatchObject({ body: [] })
  })

  test('lists its files by page, measured from where the branch left', async () => {
    const files = Object.fromEntries(Array.from({ length: 35 }, (_, at) => [`docs/${String(at).padStart(2, '0')}.md`, `${at}`]))
    const { number } = await github.openPull(shop, { branch: 'many', files })
    await github.commit(shop, 'main', { 'later.md': 'x' })
    const first = await send('GET', `${repo}/pulls/${number}/files`)
    expect(first.body).toHaveLength(30)
    expect((await send('GET', `${repo}/pulls/${number}/files?page=2`)).body).toHaveLength(5)
    expect(await send('GET', `${repo}/pulls/${number}/commits`)).toMatchObject({ body: [{ commit: { message: 'Change many' } }] })
  })

  test('from a fork is readable in the base repository, and the fork is not ours', async () => {
    const { number, headSha } = await github.forkPull(shop, 'stranger', { branch: 'gift', files: { 'a.md': 'gift\n' } })
    expect(events()).toEqual(['installation.created', 'pull_request.opened'])
    expect(await send('GET', `${repo}/git/ref/pull/${number}/head`)).toMatchObject({ body: { object: { sha: headSha } } })
    const read = await send('GET', `${repo}/contents/a.md?ref=refs/pull/${number}/head`)
    expect(Buffer.from((read.body as { content: string }).content, 'base64').toString()).toBe('gift\n')
    expect((await send('GET', '/repos/stranger/shop')).status).toBe(404)
    const pushed = await github.pushToPull(shop, number, { 'a.md': 'better\n' })
    expect(receiver.received.at(-1)?.payload).toMatchObject({
      action: 'synchronize',
      after: pushed,
      pull_request: { head: { repo: { fork: true, full_name: 'stranger/shop' } } },
    })
    expect(await send('POST', `${repo}/check-runs`, { name: 'c', head_sha: pushed })).toMatchObject({
      status: 201,
      body: { pull_requests: [] },
    })
  })

  test('that conflicts says so', async () => {
    const { number } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'ours\n' } })
    await github.commit(shop, 'main', { 'a.md': 'theirs\n' })
    expect(await send('GET', `${repo}/pulls/${number}`)).toMatchObject({ body: { mergeable: false, mergeable_state: 'dirty' } })
    expect((await send('PUT', `${repo}/pulls/${number}/merge`, {})).status).toBe(405)
  })

  test('in the merge queue asks for checks on the group’s commit', async () => {
    const { number } = await github.openPull(shop, { branch: 'feature', files: { 'a.md': 'two\n' } })
    const group = await github.queueMerge(shop, number)
    expect(receiver.received.at(-1)?.payload).toMatchObject({
      action: 'checks_requested',
      merge_group: { head_sha: group.headSha, base_ref: 'refs/heads/main' },
    })
    expect(github.readFile(shop, 'a.md', group.headSha)).toBe('two\n')
    await github.finishQueue(shop, number, group, true)
    expect(github.headOf(shop)).toBe(group.headSha)
    expect(events().slice(-4)).toEqual(['merge_group.destroyed', 'push', 'push', 'pull_request.closed'])
  })
})

describe('webhooks', () => {
  test('carry a signature of their exact bytes', async () => {
    await github.commit(shop, 'main', { 'a.md': 'é' })
    const { headers, raw } = receiver.received[1] as Received
    expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', github.app.webhookSecret).update(raw).digest('hex')}`)
    expect(headers).toMatchObject({
      'x-github-event': 'push',
      'x-github-hook-installation-target-type': 'integration',
      'x-github-hook-installation-target-id': String(github.app.id),
      'content-type': 'application/json',
    })
    expect(headers['x-github-delivery']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('follow the life of installations and repositories', async () => {
    await github.createRepository('acme/site', { a: 'a' })
    await github.addRepositories(installation, ['acme/site'])
    await github.removeRepositories(installation, ['acme/site'])
    await github.acceptPermissions(installation, { metadata: 'read' })
    await github.suspendApp(installation)
    await github.commit(shop, 'main', { 'a.md': 'unheard' })
    await github.unsuspendApp(installation)
    await github.renameRepository(shop, 'store')
    await github.archiveRepository('acme/store')
    await github.archiveRepository('acme/store', false)
    await github.deleteRepository('acme/store')
    await github.uninstallApp(installation)
    expect(events()).toEqual([
      'installation.created',
      'installation_repositories.added',
      'installation_repositories.removed',
      'installation.new_permissions_accepted',
      'installation.suspend',
      'installation.unsuspend',
      'repository.renamed',
      'repository.archived',
      'repository.unarchived',
      'repository.deleted',
      'installation.deleted',
    ])
  })

  test('of a transfer reach the new owner’s installation', async () => {
    const other = await github.installApp('elsewhere')
    await github.transferRepository(shop, 'elsewhere')
    expect(receiver.received.at(-1)?.payload).toMatchObject({
      action: 'transferred',
      installation: { id: other },
      repository: { full_name: 'elsewhere/shop' },
    })
  })

  test('tell of check runs, and of the re-run button', async () => {
    const { id } = (await send('POST', `${repo}/check-runs`, { name: 'c', head_sha: github.headOf(shop), conclusion: 'success' })).body as {
      id: number
    }
    await github.requestRerun(shop, id)
    expect(events().slice(1)).toEqual(['check_run.created', 'check_run.completed', 'check_run.rerequested'])
    expect((await send('POST', `${repo}/check-runs/${id}/rerequest`)).status).toBe(201)
  })

  test('are held, doubled, reversed and dropped as a test asks', async () => {
    github.hold()
    await github.commit(shop, 'main', { 'a.md': '1' })
    await github.commit(shop, 'main', { 'a.md': '2' })
    await github.commit(shop, 'main', { 'a.md': '3' })
    expect(events()).toEqual(['installation.created'])
    await github.release(([one, two]) => (one && two ? [two, one, one] : []))
    const ids = receiver.received.slice(1).map((one) => one.headers['x-github-delivery'])
    expect(ids).toEqual([github.deliveries[2]?.guid, github.deliveries[1]?.guid, github.deliveries[1]?.guid])
    expect(github.deliveries[3]?.statusCode).toBeUndefined()
  })

  test('that failed are listed by cursor and delivered again under the same id', async () => {
    receiver.status = 500
    await github.commit(shop, 'main', { 'a.md': '1' })
    github.deliverTo(undefined)
    await github.commit(shop, 'main', { 'a.md': '2' })
    const app = makeSend(github.apiUrl, github.signJwt())
    const page = await app('GET', '/app/hook/deliveries?per_page=2')
    const [down, failed] = page.body as { id: number; guid: string; status: string; status_code: number }[]
    expect([down?.status_code, failed?.status_code, failed?.status]).toEqual([502, 500, 'Invalid HTTP Response: 500'])
    expect((await app('GET', /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '')).body).toHaveLength(1)
    receiver.status = 200
    github.deliverTo(receiver.url)
    expect((await app('POST', `/app/hook/deliveries/${failed?.id}/attempts`)).status).toBe(202)
    await github.settled()
    expect(receiver.received.at(-1)?.headers['x-github-delivery']).toBe(failed?.guid)
    expect(await app('GET', '/app/hook/deliveries?per_page=1')).toMatchObject({
      body: [{ guid: failed?.guid, redelivery: true, status: 'OK' }],
    })
    expect(await app('GET', `/app/hook/deliveries/${failed?.id}`)).toMatchObject({
      body: { request: { payload: { ref: 'refs/heads/main' } } },
    })
    clock.move(4 * 86_400_000)
    expect(await makeSend(github.apiUrl, github.signJwt())('GET', '/app/hook/deliveries')).toMatchObject({ body: [] })
  })
})

test('issues and comments are written and read', async () => {
  const { number } = (await send('POST', `${repo}/issues`, { title: 'T', labels: ['a'] })).body as { number: number }
  const { id } = (await send('POST', `${repo}/issues/${number}/comments`, { body: 'first' })).body as { id: number }
  await send('PATCH', `${repo}/issues/comments/${id}`, { body: 'second' })
  expect(await send('GET', `${repo}/issues/${number}/comments`)).toMatchObject({ body: [{ body: 'second' }] })
  expect(await send('POST', `${repo}/issues/${number}/labels`, { labels: ['b'] })).toMatchObject({ body: [{ name: 'a' }, { name: 'b' }] })
  expect(await send('PATCH', `${repo}/issues/${number}`, { state: 'closed' })).toMatchObject({ body: { state: 'closed' } })
  expect((await send('DELETE', `${repo}/issues/comments/${id}`)).status).toBe(204)
  expect((await send('GET', `${repo}/issues/999`)).status).toBe(404)
})

test('a webhook configuration is read and changed without showing the secret', async () => {
  const app = makeSend(github.apiUrl, github.signJwt())
  expect(await app('PATCH', '/app/hook/config', { secret: 'another' })).toMatchObject({
    status: 200,
    body: { url: receiver.url, secret: '********' },
  })
  await github.commit(shop, 'main', { 'a.md': 'x' })
  const { headers, raw } = receiver.received.at(-1) as Received
  expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'another').update(raw).digest('hex')}`)
})
