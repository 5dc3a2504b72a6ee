// A pull request is checked, end to end: signed webhooks in over HTTP, artifacts read from the Git data API, check runs out.
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { corpusFiles, describeOnCorpus } from './corpus.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const REPOSITORY = 'acme/mapper'
const { folder, remove } = makeFolder()
let providers: Providers
let product: Product
let files: Record<string, string>

const checksOn = (sha: string) => providers.github.checkRuns(REPOSITORY, sha).filter(({ name }) => name === 'Katalyst / governance')
const lineOf = (text: string, key: RegExp) => text.split('\n').findIndex((line) => key.test(line)) + 1

describeOnCorpus('on the real artifacts', () => {
  beforeAll(async () => {
    providers = await openProviders()
    product = await openProduct(providers, { folder })
    files = { 'README.md': '# Mapper\n', ...corpusFiles() }
    await providers.github.createRepository(REPOSITORY, files)
    await providers.github.installApp('acme', [REPOSITORY])
    await product.settle()
  })
  afterAll(async () => {
    await product.close()
    await providers.close()
    remove()
  })

  test('installing the App reads the artifacts of the default branch', async () => {
    const index = await product.call('GET', `/governance/index?repository=${REPOSITORY}`)
    expect(index).toMatchObject({
      status: 200,
      body: { project: 'mapper', stats: { totalRoadItems: 33, totalCapabilities: 35, totalStories: 101, totalUserTypes: 9 } },
    })
  })

  test('an illegal move and a broken frontmatter fail with both annotations on their lines, and the corrected push turns green', async () => {
    const road = files['governance/roads/ROAD-009.md'] as string
    const story = files['governance/user-stories/US-001.md'] as string
    const moved = road.replace('status: complete', 'status: implementing')
    const broken = story.replace('status: approved', 'status: [approved')
    const pull = await providers.github.openPull(REPOSITORY, {
      branch: 'reopen',
      title: 'Reopen',
      files: { 'governance/roads/ROAD-009.md': moved, 'governance/user-stories/US-001.md': broken },
    })
    await product.settle()

    const [check, ...others] = checksOn(pull.headSha)
    expect(others).toEqual([])
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' })
    const places = check?.annotations.map(({ path, start_line, annotation_level }) => ({ path, start_line, annotation_level }))
    expect(places).toContainEqual({
      path: 'governance/roads/ROAD-009.md',
      start_line: lineOf(moved, /^status:/),
      annotation_level: 'failure',
    })
    expect(places).toContainEqual({
      path: 'governance/user-stories/US-001.md',
      start_line: lineOf(broken, /^status:/),
      annotation_level: 'failure',
    })
    const illegal = check?.annotations.find(({ path }) => path.endsWith('ROAD-009.md'))
    expect(illegal?.message).toMatch(/complete/)
    expect(illegal?.message).toMatch(/implementing/)

    const fixed = await providers.github.pushToPull(REPOSITORY, pull.number, {
      'governance/roads/ROAD-009.md': road,
      'governance/user-stories/US-001.md': story.replace('title: ', 'title:  '),
    })
    await product.settle()
    expect(checksOn(fixed)).toMatchObject([{ status: 'completed', conclusion: 'success' }])
  })

  test('the same delivery sent twice, and the same event in another delivery, give one check run', async () => {
    const story = files['governance/user-stories/US-002.md'] as string
    const pull = await providers.github.openPull(REPOSITORY, {
      branch: 'typo',
      title: 'Typo',
      files: { 'governance/user-stories/US-002.md': `${story}\nA line.\n` },
    })
    await product.settle()
    const delivery = providers.github.deliveries.findLast(({ event }) => event === 'pull_request')
    const again = await providers.github.redeliver(delivery?.id ?? 0)
    expect(again).toMatchObject({ statusCode: 202, response: expect.stringContaining('"duplicate":true') })
    await providers.github.editPull(REPOSITORY, pull.number, { title: 'A typo' })
    await product.settle()
    expect(checksOn(pull.headSha)).toHaveLength(1)
  })

  test('a pull request that touches no artifact gets a neutral check, also from a fork', async () => {
    const pull = await providers.github.openPull(REPOSITORY, { branch: 'readme', files: { 'README.md': '# Mapper 2\n' } })
    const fork = await providers.github.forkPull(REPOSITORY, 'stranger', { branch: 'fork-readme', files: { 'README.md': '# Mapper 3\n' } })
    await product.settle()
    expect(checksOn(pull.headSha)).toMatchObject([{ conclusion: 'neutral' }])
    expect(checksOn(fork.headSha)).toMatchObject([{ conclusion: 'neutral' }])
  })

  test('a change from a fork is judged like any other', async () => {
    const road = files['governance/roads/ROAD-006.md'] as string
    const fork = await providers.github.forkPull(REPOSITORY, 'stranger', {
      branch: 'jump',
      files: { 'governance/roads/ROAD-006.md': road.replace('status: proposed', 'status: complete') },
    })
    await product.settle()
    expect(checksOn(fork.headSha)).toMatchObject([{ conclusion: 'failure', annotations: [{ path: 'governance/roads/ROAD-006.md' }] }])
  })

  test('the re-run button judges again, and a merge queue gets its check', async () => {
    const story = files['governance/user-stories/US-003.md'] as string
    const pull = await providers.github.openPull(REPOSITORY, {
      branch: 'queue',
      files: { 'governance/user-stories/US-003.md': `${story}\nMore.\n` },
    })
    await product.settle()
    const [first] = checksOn(pull.headSha)
    await providers.github.requestRerun(REPOSITORY, first?.id ?? 0)
    await product.settle()
    expect(checksOn(pull.headSha).every(({ status }) => status === 'completed')).toBe(true)
    const group = await providers.github.queueMerge(REPOSITORY, pull.number)
    await product.settle()
    expect(checksOn(group.headSha)).toMatchObject([{ status: 'completed', conclusion: 'success' }])
  })

  test('a push to the default branch reads only what changed', async () => {
    const before = providers.github.requests.length
    const text = (files['governance/capabilities/CAP-001.md'] as string).replace('FOE Report Generation', 'FOE Reports')
    await providers.github.commit(REPOSITORY, 'main', { 'governance/capabilities/CAP-001.md': text }, 'Rename')
    await product.settle()
    expect(await product.call('GET', '/governance/artifacts/CAP-001')).toMatchObject({ status: 200, body: { title: 'FOE Reports' } })
    const blobs = providers.github.requests.slice(before).filter(({ path }) => /\/git\/blobs\//.test(path))
    expect(blobs).toHaveLength(1)
  })

  test('when GitHub fails while a check is made, the check ends neutral with a reference, or completes once GitHub is back', async () => {
    const story = files['governance/user-stories/US-004.md'] as string
    providers.github.faults.next({
      kind: 'status',
      status: 403,
      json: { message: 'Resource not accessible by integration' },
      match: { method: 'GET', path: /\/compare\// },
    })
    const pull = await providers.github.openPull(REPOSITORY, {
      branch: 'trouble',
      files: { 'governance/user-stories/US-004.md': `${story}\nMore.\n` },
    })
    await product.settle()
    const [check] = checksOn(pull.headSha)
    expect(check).toMatchObject({ status: 'completed', conclusion: 'neutral' })
    expect(`${check?.title} ${check?.summary}`).toMatch(/job-\d+/)
  })

  test('everything sent to GitHub and received from it was as GitHub describes it', () => {
    expect(providers.github.violations).toEqual([])
  })
})

describe('the webhook address', () => {
  const opened: { providers?: Providers; product?: Product } = {}
  const own = makeFolder()
  beforeAll(async () => {
    opened.providers = await openProviders()
    opened.product = await openProduct(opened.providers, { folder: own.folder })
  })
  afterAll(async () => {
    await opened.product?.close()
    await opened.providers?.close()
    own.remove()
  })
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${opened.product?.server.url}/api/github/webhooks`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const sign = (body: string) =>
    `sha256=${createHmac('sha256', opened.providers?.github.app.webhookSecret ?? '')
      .update(body)
      .digest('hex')}`

  test('refuses what is not signed and stores nothing of it', async () => {
    const body = JSON.stringify({ action: 'opened' })
    const named = { 'x-github-event': 'pull_request', 'x-github-delivery': 'd-1' }
    expect((await post(body, named)).status).toBe(401)
    expect((await post(body, { ...named, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).status).toBe(401)
    expect((await post(body, { ...named, 'x-hub-signature-256': sign(`${body} `) })).status).toBe(401)
    expect(await opened.product?.call('GET', '/deliveries')).toMatchObject({ body: { items: [] } })
  })

  test('stores what is signed, whatever the event, and marks what nobody listens to', async () => {
    const body = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 })
    const reply = await post(body, { 'x-github-event': 'ping', 'x-github-delivery': 'd-2', 'x-hub-signature-256': sign(body) })
    expect(reply.status).toBe(202)
    await opened.product?.settle()
    expect(await opened.product?.call('GET', '/deliveries')).toMatchObject({
      body: { items: [{ event: 'ping', deliveryId: 'd-2', status: 'handled' }] },
    })
  })

  test('Jira and Confluence have addresses of their own, which refuse while no secret is set', async () => {
    for (const route of ['/webhooks/jira', '/webhooks/confluence']) {
      const reply = await fetch(`${opened.product?.server.url}${route}`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', 'x-hub-signature': sign('{}') },
      })
      expect(reply.status).toBe(401)
    }
  })
})
