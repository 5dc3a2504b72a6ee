// An edit of a page on its way into git, end to end: somebody edits in the browser, a signed webhook or the poll tells of it
// (publish-confluence), a pull request carries it, its merge is agreed on, and nothing is echoed. In a folder the command writes
// the file (sync-confluence).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { pollConfluence } from '../../app/usecases/poll-confluence.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import type { ConfluenceForm, ConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { confluenceEnvironment, openConfluence } from './confluence-site.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const REPOSITORY = 'acme/mapper'
const SECRET = 'webhook-secret-of-confluence'
const GUIDE = `---
owner: platform
---

# Guide

Read the [runbook](runbook.md#restart) first,
then come __back__.

<!-- for editors -->

* one
* two
`
const RUNBOOK = '# Runbook\n\n## Restart\n\nTurn it off and on.\n'
const CONFIG = {
  spaceKey: 'KDM',
  conflictPolicy: 'pull',
  documents: [{ file: 'docs/guide.md' }, { file: 'docs/runbook.md', title: 'How to restart' }],
}

interface Result {
  readonly documentId: string
  readonly status: string
  readonly reason?: string
  readonly version: number
  readonly inbound?: { readonly state: string; readonly where?: string }
}

let site: ConfluenceSandbox
let own: ReturnType<typeof makeFolder>

const configure = (config: object = CONFIG) => writeFileSync(path.join(own.folder, 'confluence-config.json'), JSON.stringify(config))
const page = (title: string) => {
  const found = site.page(title)
  if (!found) throw new Error(`there is no page ${title}`)
  return found
}
/** Somebody changes words of a page in the browser. */
const rewrite = (title: string, from: string, to: string) => {
  const { id, body } = page(title)
  if (!body.includes(from)) throw new Error(`"${from}" is not on the page: ${body}`)
  site.editPage(id, { body: body.replace(from, to) })
}
const writes = () => site.requests.filter(({ method }) => method !== 'GET').length

describe('in a repository', () => {
  let providers: Providers
  let product: Product

  const open = async (form: ConfluenceForm = 'cloud', config: object = CONFIG) => {
    own = makeFolder()
    site = await openConfluence({ form })
    configure(config)
    providers = await openProviders()
    const environment = Object.fromEntries(
      Object.entries(confluenceEnvironment(site, own.folder)).filter(([name]) => name.startsWith('CONFLUENCE_')),
    )
    product = await openProduct(providers, { folder: own.folder, environment: { ...environment, CONFLUENCE_WEBHOOK_SECRET: SECRET } })
    await providers.github.createRepository(REPOSITORY, {
      'docs/guide.md': GUIDE,
      'docs/runbook.md': RUNBOOK,
      'governance/capabilities/CAP-001.md': '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n',
    })
    await providers.github.installApp('acme', [REPOSITORY])
    await product.settle()
    expect((await publish()).map(({ status }) => status)).toEqual(['created', 'created'])
  }
  afterEach(async () => {
    await product.close()
    await providers.close()
    const { violations } = site
    await site.close()
    own.remove()
    expect([...violations, ...providers.github.violations]).toEqual([])
  })

  const publish = async (more: object = {}): Promise<Result[]> => {
    const body = { direction: 'export', contentType: 'document', spaceKey: 'KDM', repository: REPOSITORY, force: false, ...more }
    const answer = (await product.call('POST', '/integrations/confluence/sync', body)) as {
      status: number
      body: { syncResults: Result[] }
    }
    expect(answer).toMatchObject({ status: 200 })
    return answer.body.syncResults
  }
  const github = () => providers.github
  const openPulls = () =>
    github()
      .pulls(REPOSITORY)
      .filter(({ state }) => state === 'open')
  const proposed = (file: string, branch = openPulls()[0]?.branch) => github().readFile(REPOSITORY, file, branch)
  const settle = async () => {
    await site.settled()
    await product.settle()
  }
  const poll = async () => {
    await pollConfluence.run(product.opened.contextFor({ kind: 'worker', name: 'test' }, 'poll'), {})
    await product.settle()
  }

  test('what GitHub was asked for once is not asked for again while it stays', async () => {
    await open()
    const asked = (from: number) =>
      github()
        .requests.slice(from)
        .flatMap(({ method, path: at }) =>
          method === 'GET' ? [at.replace(/^.*\/repos\/acme\/mapper\//, '').replace(/[0-9a-f]{40}/, 'ID')] : [],
        )
    const from = github().requests.length
    await publish()
    expect(asked(from).sort()).toEqual(['git/commits/ID', 'git/trees/ID'])
    await github().commit(REPOSITORY, 'main', { 'docs/guide.md': `${GUIDE}\n![Map](map.png)\n`, 'docs/map.png': 'bytes' })
    await product.settle()
    const later = github().requests.length
    await publish()
    expect(asked(later).filter((at) => at.startsWith('git/blobs/'))).toHaveLength(2)
    expect(page('Guide').attachments).toMatchObject([{ text: 'bytes', version: 1 }])
    const last = github().requests.length
    expect((await publish()).map(({ status }) => status)).toEqual(['unchanged', 'unchanged'])
    expect(asked(last).filter((at) => at.startsWith('git/blobs/'))).toEqual([])
    // The picture finds its way back to its file.
    rewrite('Guide', 'then come', 'and then come')
    await poll()
    expect(proposed('docs/guide.md')).toBe(`${GUIDE.replace('then come', 'and then come')}\n![Map](map.png)\n`)
  })

  test.each(['cloud', 'data-center'] as const)(
    'an edit is one pull request that changes these words; merged, nothing is written (%s)',
    async (form) => {
      await open(form)
      if (form === 'data-center') site.setWebhook(`${product.server.url}/webhooks/confluence`, SECRET)
      const before = writes()
      rewrite('Guide', 'then come', 'and then come')
      if (form === 'data-center') await settle()
      else await poll()
      expect(openPulls()).toMatchObject([
        { branch: 'katalyst/confluence/docs/guide.md', base: 'main', title: 'docs: docs/guide.md as edited in Confluence' },
      ])
      expect(proposed('docs/guide.md')).toBe(GUIDE.replace('then come', 'and then come'))
      expect(openPulls()[0]?.body).toContain(page('Guide').id)
      expect(page('Guide').body).toContain('and then come')

      await github().mergePull(REPOSITORY, openPulls()[0]?.number ?? 0)
      await product.settle()
      const version = page('Guide').version
      expect(await publish()).toMatchObject([{ documentId: 'file:docs/guide.md', version }, { status: 'unchanged' }])
      expect(await publish()).toMatchObject([{ status: 'unchanged' }, { status: 'unchanged' }])
      expect([openPulls(), page('Guide').version]).toEqual([[], version])
      // Only the property says whose the page is now.
      expect(writes() - before).toBeLessThanOrEqual(1)

      await github().commit(REPOSITORY, 'main', { 'docs/guide.md': GUIDE.replace('first,', 'at once,') })
      await settle()
      expect(await publish()).toMatchObject([{ status: 'updated', version: version + 1 }, { status: 'unchanged' }])
      expect(page('Guide').body).toContain('at once')
    },
  )

  test('another edit is the same pull request, one that is taken back closes it, and a declined one waits for another', async () => {
    await open()
    const { body } = page('Guide')
    rewrite('Guide', 'then come', 'and then come')
    expect(await publish()).toMatchObject([{ status: 'updated', inbound: { state: 'proposed' } }, { status: 'unchanged' }])
    const [first] = openPulls()
    rewrite('Guide', 'and then come', 'and never come')
    await publish()
    expect(openPulls()).toMatchObject([{ number: first?.number }])
    expect(proposed('docs/guide.md')).toContain('and never come')
    expect((await publish())[0]).toMatchObject({ inbound: { state: 'proposed' } })

    site.editPage(page('Guide').id, { body })
    await publish()
    expect(github().pulls(REPOSITORY)).toMatchObject([{ state: 'closed', isMerged: false }])
    expect(github().headOf(REPOSITORY, 'katalyst/confluence/docs/guide.md')).toBeUndefined()

    rewrite('Guide', 'then come', 'or come')
    await publish()
    await github().editPull(REPOSITORY, openPulls()[0]?.number ?? 0, { state: 'closed' })
    expect((await publish())[0]).toMatchObject({ status: 'skipped', inbound: { state: 'declined' } })
    expect(page('Guide').body).toContain('or come')
    rewrite('Guide', 'or come', 'or go')
    expect((await publish())[0]).toMatchObject({ inbound: { state: 'proposed' } })
  })

  test('what markdown cannot say is named in the pull request, stays on the page, and is not written over later without a word', async () => {
    await open()
    const mention = '<p>Ask <ac:link><ri:user ri:account-id="712020:5f0c1a2e-0004-4000-8000-000000000004" /></ac:link> or see.</p>'
    site.editPage(page('Guide').id, { body: `${page('Guide').body}${mention}<ac:structured-macro ac:name="gallery" />` })
    const [result] = await publish()
    expect(result).toMatchObject({
      status: 'updated',
      reason: expect.stringContaining('Not brought along: a link to a person; the macro "gallery"'),
    })
    expect(openPulls()[0]?.body).toMatch(/- a link to a person\n- the macro "gallery"/)
    expect(proposed('docs/guide.md')?.replace(/\s+$/, '').endsWith('Ask or see.')).toBe(true)
    await github().mergePull(REPOSITORY, openPulls()[0]?.number ?? 0)
    await product.settle()
    await publish()
    await github().commit(REPOSITORY, 'main', { 'docs/guide.md': GUIDE.replace('first,', 'at once,') })
    await product.settle()
    expect((await publish())[0]).toMatchObject({ status: 'conflict' })
    expect(page('Guide').body).toContain('ri:user')
  })

  test('links between pages come back as links between files, a renamed page as the heading of its file', async () => {
    await open()
    const link = '<p>See <ac:link><ri:page ri:content-title="The Guide" /><ac:link-body>the guide</ac:link-body></ac:link>.</p>'
    site.editPage(page('How to restart').id, { body: `${page('How to restart').body}${link}` })
    site.editPage(page('Guide').id, { title: 'The Guide' })
    expect((await publish()).map(({ inbound }) => inbound?.state)).toEqual(['proposed', 'proposed'])
    expect(proposed('docs/guide.md', 'katalyst/confluence/docs/guide.md')).toBe(GUIDE.replace('# Guide', '# The Guide'))
    expect(proposed('docs/runbook.md', 'katalyst/confluence/docs/runbook.md')).toBe(`${RUNBOOK}\nSee [the guide](guide.md).\n`)
  })

  test('both changed is a conflict, and nothing is proposed; a decision for the page proposes it', async () => {
    await open()
    rewrite('Guide', 'come', 'return')
    await github().commit(REPOSITORY, 'main', { 'docs/guide.md': GUIDE.replace('first,', 'at once,') })
    await product.settle()
    expect((await publish())[0]).toMatchObject({ status: 'conflict' })
    expect(openPulls()).toEqual([])
    const { body } = (await product.call('GET', '/conflicts')) as { body: { items: { id: string }[] } }
    await product.call('POST', `/conflicts/${body.items[0]?.id}/resolve`, { keep: 'remote' })
    expect((await publish())[0]).toMatchObject({ inbound: { state: 'proposed' } })
    expect(proposed('docs/guide.md')).toBe(GUIDE.replace('come', 'return'))
  })

  test('an edit that GitHub refuses is that page’s failure, says what it takes, and is proposed when it is allowed', async () => {
    await open()
    rewrite('Guide', 'come', 'return')
    await github().commit(REPOSITORY, 'main', { 'docs/runbook.md': `${RUNBOOK}\nMore.\n` })
    await product.settle()
    github().faults.next({
      kind: 'status',
      status: 403,
      json: { message: 'Resource not accessible by integration' },
      headers: { 'x-accepted-github-permissions': 'contents=write' },
      match: { method: 'POST', path: '/git/trees' },
    })
    expect(await publish()).toMatchObject([
      { status: 'failed', code: 'provider-forbidden', reason: expect.stringContaining('contents=write') },
      { status: 'updated' },
    ])
    expect(await publish()).toMatchObject([{ inbound: { state: 'proposed' } }, { status: 'unchanged' }])
  })

  test('an edit that is heard of is held against git as it is then, not as it was published', async () => {
    await open()
    rewrite('Guide', 'come', 'return')
    await poll()
    await github().mergePull(REPOSITORY, openPulls()[0]?.number ?? 0)
    await github().commit(REPOSITORY, 'main', { 'docs/runbook.md': `${RUNBOOK}\nMore.\n` })
    await product.settle()
    rewrite('Guide', 'two', 'three')
    await poll()
    expect(proposed('docs/guide.md')).toBe(GUIDE.replace('come', 'return').replace('two', 'three'))
    expect(page('How to restart').body).toContain('More.')
  })

  test('import writes nothing and takes the edit whatever conflictPolicy says; a page without a file says so', async () => {
    await open('cloud', { ...CONFIG, conflictPolicy: 'warn' })
    await publish({ contentType: 'capability-coverage' })
    rewrite('Guide', 'then come', 'and then come')
    expect((await publish())[0]).toMatchObject({ status: 'conflict' })
    const before = writes()
    await github().commit(REPOSITORY, 'main', { 'docs/runbook.md': `${RUNBOOK}\nMore.\n` })
    await product.settle()
    expect(await publish({ direction: 'import' })).toMatchObject([
      { status: 'updated', inbound: { state: 'proposed' } },
      { status: 'unchanged' },
    ])
    const coverage = site.pages().find(({ title }) => /coverage/i.test(title))
    site.editPage(coverage?.id ?? '', { body: '<p>By hand.</p>' })
    const [generated] = await publish({ direction: 'import', contentType: 'capability-coverage' })
    expect(generated).toMatchObject({ status: 'conflict', reason: expect.stringContaining('made from artifacts') })
    expect(writes()).toBe(before)
    expect(await publish({ direction: 'both' })).toMatchObject([{ inbound: { state: 'proposed' } }, { status: 'updated' }])
    expect((await publish({ direction: 'import', dryRun: true }))[0]).toMatchObject({ inbound: { state: 'planned' } })
  })
})

describe('in a folder', () => {
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(own.folder, file)), { recursive: true })
    writeFileSync(path.join(own.folder, file), text)
  }
  const read = (file: string) => readFileSync(path.join(own.folder, file), 'utf8')
  const sync = async (...more: string[]) => {
    const override = {
      environment: confluenceEnvironment(site, own.folder),
      log: silentLog,
      limits: { writeSpacingMs: 0, writesPerMinute: 0 },
    }
    const args = ['--path', path.join(own.folder, 'governance'), '--repository', REPOSITORY, '--content', 'document', '--json']
    const ran = await katalyst(['confluence:sync', ...args, ...more], override)
    return { exit: ran.exit, results: (JSON.parse(ran.out) as { syncResults: Result[] }).syncResults }
  }
  afterEach(async () => {
    const { violations } = site
    await site.close()
    own.remove()
    expect(violations).toEqual([])
  })

  test('a sync without a direction carries each change to the other side: the file is written, and then both agree', async () => {
    own = makeFolder()
    site = await openConfluence()
    configure({ ...CONFIG, conflictPolicy: 'warn' })
    put('docs/guide.md', GUIDE)
    put('docs/runbook.md', RUNBOOK)
    put('governance/capabilities/CAP-001.md', '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n')
    expect((await sync()).exit).toBe(0)
    rewrite('Guide', 'then come', 'and then come')
    put('docs/runbook.md', `${RUNBOOK}\nMore.\n`)
    expect((await sync('--export')).results[0]).toMatchObject({ status: 'conflict' })
    expect((await sync('--dry-run')).results[0]).toMatchObject({ inbound: { state: 'planned', where: 'docs/guide.md' } })
    expect(read('docs/guide.md')).toBe(GUIDE)
    const both = await sync()
    expect(both).toMatchObject({ exit: 0, results: [{ status: 'updated', inbound: { state: 'written' } }, { status: 'unchanged' }] })
    expect(read('docs/guide.md')).toBe(GUIDE.replace('then come', 'and then come'))
    expect(page('How to restart').body).toContain('More.')
    const version = page('Guide').version
    await sync()
    expect((await sync()).results).toMatchObject([{ status: 'unchanged' }, { status: 'unchanged' }])
    expect(page('Guide').version).toBe(version)
  })

  test('images of the page are the files they came from, and one that somebody put on the page is named', async () => {
    own = makeFolder()
    site = await openConfluence()
    configure({ spaceKey: 'KDM', documents: [{ file: 'docs/map.md' }] })
    const text = '# Map\n\nBefore ![the map](images/map.png "Map") and after.\n'
    put('docs/map.md', text)
    put('docs/images/map.png', 'picture')
    put('governance/capabilities/CAP-001.md', '---\nid: CAP-001\ntitle: Search\nstatus: stable\n---\n')
    await sync()
    expect(page('Map').attachments).toHaveLength(1)
    rewrite('Map', 'and after', 'and later')
    expect((await sync()).results[0]).toMatchObject({ inbound: { state: 'written' } })
    expect(read('docs/map.md')).toBe(text.replace('after', 'later'))
    await sync()
    const { id, body } = page('Map')
    site.editPage(id, { body: `${body}<p>New: <ac:image ac:alt="new"><ri:attachment ri:filename="new.png" /></ac:image></p>` })
    expect((await sync()).results[0]).toMatchObject({
      inbound: { state: 'written' },
      reason: expect.stringContaining('the file of the image "new.png", which is on the page and not in git'),
    })
  })
})
