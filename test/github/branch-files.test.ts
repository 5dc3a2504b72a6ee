import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type WantedFiles, writeFiles } from '../../integrations/github/branch-files.ts'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { type ImportSite, openImportSite, SHOP } from './import/import-site.ts'

const REPOSITORY = { owner: 'acme', repo: 'shop' }
const LIST = '.list.json'
const wanted = (files: Readonly<Record<string, string>>, more: Partial<WantedFiles> = {}): WantedFiles => ({
  branch: 'gh-pages',
  folder: '',
  files: new Map(Object.entries(files)),
  list: LIST,
  message: 'Publish\n',
  ...more,
})

let site: ImportSite
let github: GitHubSandbox
beforeEach(async () => {
  site = await openImportSite()
  github = site.sandbox
})
afterEach(async () => {
  await site.close()
  expect(github.violations).toEqual([])
})

const write = (files: WantedFiles, dryRun = false) => writeFiles(site.github, REPOSITORY, files, { dryRun })
const onBranch = (branch = 'gh-pages') => [...github.branchFiles(SHOP, branch).keys()].sort()
const changes = () => site.sent().filter((line) => !line.startsWith('GET'))
const commits = (branch = 'gh-pages') => github.branchLog(SHOP, branch).length

describe('files on a branch', () => {
  test('are one commit without a parent on a branch that is new, with a tree, a commit and a reference', async () => {
    site.sent()
    const done = await write(wanted({ 'a.html': 'A', 'b/c.html': 'C' }, { firstFiles: new Map([['.nojekyll', '']]) }))
    expect(done).toMatchObject({ kind: 'committed', plan: { isFirst: true } })
    expect(changes()).toEqual(['POST /repos/acme/shop/git/trees', 'POST /repos/acme/shop/git/commits', 'POST /repos/acme/shop/git/refs'])
    expect(onBranch()).toEqual([LIST, '.nojekyll', 'a.html', 'b/c.html'])
    expect(github.branchLog(SHOP, 'gh-pages')).toMatchObject([{ parents: 0, message: 'Publish\n' }])
  })

  test('are left alone when nothing changed, and written alone when one of them did', async () => {
    const first = wanted({ 'a.html': 'A', 'b.html': 'B' }, { firstFiles: new Map([['.nojekyll', '']]) })
    await write(first)
    site.sent()
    expect((await write(first)).kind).toBe('unchanged')
    expect(changes()).toEqual([])
    const done = await write({ ...first, files: new Map([...first.files, ['b.html', 'Ä']]) })
    expect(done.kind === 'committed' && [...done.plan.written.keys()]).toEqual(['b.html'])
    expect(commits()).toBe(2)
    expect(github.branchFiles(SHOP, 'gh-pages').get('b.html')).toBe('Ä')
    expect(onBranch()).toContain('.nojekyll')
  })

  test('that are no longer made go, and those of other people stay', async () => {
    await write(wanted({ 'a.html': 'A', 'old/b.html': 'B' }))
    await github.commit(SHOP, 'gh-pages', { CNAME: 'shop.example.org', 'old/theirs.html': 'T' })
    const done = await write(wanted({ 'a.html': 'A' }))
    expect(done).toMatchObject({ kind: 'committed', plan: { removed: ['old/b.html'] } })
    expect(onBranch()).toEqual([LIST, 'CNAME', 'a.html', 'old/theirs.html'])
  })

  test('never stand in for a file of somebody else: nothing is written, and the file is named', async () => {
    await github.commit(SHOP, 'gh-pages', { 'index.html': 'mine' })
    site.sent()
    const done = await write(wanted({ 'index.html': 'ours', 'a.html': 'A' }))
    expect(done).toMatchObject({ kind: 'foreign', plan: { foreign: ['index.html'] } })
    expect(changes()).toEqual([])
    expect(github.branchFiles(SHOP, 'gh-pages').get('index.html')).toBe('mine')
  })

  test('go into a folder of the default branch without touching what is beside it', async () => {
    await github.commit(SHOP, 'main', { 'docs/guide.md': 'G' })
    const inDocs = wanted({ 'a.html': 'A' }, { branch: 'main', folder: 'docs/site' })
    await write(inDocs)
    expect(onBranch('main')).toEqual(['README.md', `docs/guide.md`, `docs/site/${LIST}`, 'docs/site/a.html'])
    expect((await write(inDocs)).kind).toBe('unchanged')
  })

  test('are planned in a dry run without any write', async () => {
    site.sent()
    const planned = await write(wanted({ 'a.html': 'A' }), true)
    expect(planned).toMatchObject({ kind: 'planned', plan: { added: ['a.html', LIST] } })
    expect(changes()).toEqual([])
    expect(onBranch()).toEqual([])
  })
})

describe('a branch that moves meanwhile', () => {
  /** Pushes as a person right before the reference is moved, as often as told. */
  const race = (times: number) => {
    let left = times
    github.faults.next({
      kind: 'status',
      match: ({ method, path }) => {
        if (left > 0 && method === 'PATCH' && path.includes('/git/refs/')) {
          left -= 1
          void github.commit(SHOP, 'gh-pages', { [`theirs-${left}`]: 'T' })
        }
        return false
      },
    })
  }

  test('is read again, and the commit of the other stays', async () => {
    await write(wanted({ 'a.html': 'A' }))
    race(1)
    expect((await write(wanted({ 'a.html': 'A2' }))).kind).toBe('committed')
    expect(onBranch()).toEqual([LIST, 'a.html', 'theirs-0'])
    expect(github.branchFiles(SHOP, 'gh-pages').get('a.html')).toBe('A2')
    expect(github.branchLog(SHOP, 'gh-pages').every(({ parents }) => parents <= 1)).toBe(true)
  })

  test('twice is given up, with what to do', async () => {
    await write(wanted({ 'a.html': 'A' }))
    race(2)
    await expect(write(wanted({ 'a.html': 'A2' }))).rejects.toMatchObject({
      code: 'provider-conflict',
      message: expect.stringMatching(/Publish again/),
    })
    expect(github.branchFiles(SHOP, 'gh-pages').get('a.html')).toBe('A')
  })

  test('because the answer was lost is where it should be: the commit is made once', async () => {
    github.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: '/git/refs' } })
    expect((await write(wanted({ 'a.html': 'A' }))).kind).toBe('committed')
    expect(commits()).toBe(1)
    expect(github.faults.pending()).toBe(0)
  })
})

describe('what GitHub does not take', () => {
  test('a stop between the commit and the reference leaves nothing, and the next time goes through', async () => {
    await write(wanted({ 'a.html': 'A' }))
    github.faults.next({ kind: 'reset', match: { method: 'PATCH', path: '/git/refs/' }, times: 9 })
    await expect(write(wanted({ 'a.html': 'A2' }))).rejects.toMatchObject({ code: 'provider-unreachable' })
    expect(commits()).toBe(1)
    github.faults.clear()
    expect((await write(wanted({ 'a.html': 'A2' }))).kind).toBe('committed')
    expect(commits()).toBe(2)
  })

  test('a protected branch is refused with the rule and what to do', async () => {
    await write(wanted({ 'a.html': 'A' }))
    github.protectBranch(SHOP, 'gh-pages', { reviews: { count: 1 } })
    await expect(write(wanted({ 'a.html': 'A2' }))).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/acme\/shop, branch gh-pages.*through a pull request.*another branch/s),
    })
  })

  test('a repository without a commit is refused, and one the App may only read is forbidden', async () => {
    await github.createRepository('acme/empty')
    await expect(writeFiles(site.github, { owner: 'acme', repo: 'empty' }, wanted({ a: 'A' }), { dryRun: false })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/acme\/empty has no commit yet/),
    })
    await github.acceptPermissions(site.installation, { metadata: 'read', contents: 'read' })
    site = { ...site, github: await site.connect() }
    await expect(write(wanted({ 'a.html': 'A' }))).rejects.toMatchObject({ code: 'provider-forbidden' })
  })

  test('a list that cannot be read says nothing is ours, so nothing is taken away', async () => {
    await write(wanted({ 'a.html': 'A', 'b.html': 'B' }))
    await github.commit(SHOP, 'gh-pages', { [LIST]: '{ broken' })
    expect((await write(wanted({ 'a.html': 'A' }))).kind).toBe('committed')
    expect(onBranch()).toEqual([LIST, 'a.html', 'b.html'])
  })
})
