import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeObjectStore } from '../sandbox/github/git-objects.ts'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, type Send } from './github-client.ts'

const clock = makeStillClock()
let github: GitHubSandbox
let send: Send
let first: string
const repo = '/repos/acme/shop'

beforeEach(async () => {
  github = await openCheckedGitHub({ clock })
  const created = await github.createRepository('acme/shop', {
    'README.md': '# Shop\n',
    'governance/roadmap/ROAD-001.md': 'status: proposed\n',
    'governance/b.txt': 'b',
  })
  first = created.sha ?? ''
  send = makeSend(github.apiUrl, github.createInstallationToken(await github.installApp('acme')))
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

interface Tree {
  readonly sha: string
  readonly truncated: boolean
  readonly tree: { readonly path: string; readonly type: string; readonly sha: string }[]
}

describe('objects', () => {
  test('have the names git gives them', () => {
    const hash = (content: string) => execFileSync('git', ['hash-object', '--stdin'], { input: content }).toString().trim()
    const store = makeObjectStore()
    expect(store.writeBlob('hello\n')).toBe(hash('hello\n'))
    expect(store.writeTree([])).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904')
    const blob = store.writeBlob('a')
    const tree = store.writeFiles(
      new Map([
        ['a/x', { mode: '100644', sha: blob }],
        ['a.b', { mode: '100755', sha: blob }],
        ['a0', { mode: '100644', sha: blob }],
      ] as const),
    )
    // From `git mktree`: a folder sorts as if its name ended in a slash.
    expect(store.tree(tree)?.entries.map((entry) => entry.name)).toEqual(['a.b', 'a', 'a0'])
    const signature = { name: 'A U Thor', email: 'author@example.com', date: new Date(1_112_911_993_000) }
    // The commit of the empty tree that `git commit-tree` makes of these values.
    const commit = store.writeCommit({
      tree: store.writeTree([]),
      parents: [],
      author: signature,
      committer: signature,
      message: 'initial\n',
    })
    const expected = Buffer.from(
      'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A U Thor <author@example.com> 1112911993 +0000\ncommitter A U Thor <author@example.com> 1112911993 +0000\n\ninitial\n',
    )
    expect(commit).toBe(execFileSync('git', ['hash-object', '-t', 'commit', '--stdin'], { input: expected }).toString().trim())
  })

  test('are read by tree, recursively and cut where the limit is', async () => {
    const whole = (await send('GET', `${repo}/git/trees/main?recursive=1`)).body as Tree
    expect(whole.tree.map((entry) => entry.path)).toEqual([
      'README.md',
      'governance',
      'governance/b.txt',
      'governance/roadmap',
      'governance/roadmap/ROAD-001.md',
    ])
    expect(whole.truncated).toBe(false)
    const top = (await send('GET', `${repo}/git/trees/${first}`)).body as Tree
    expect(top.tree).toHaveLength(2)
    github.setTreeLimit(2)
    expect(await send('GET', `${repo}/git/trees/main?recursive=1`)).toMatchObject({ body: { truncated: true } })
    const blob = await send('GET', `${repo}/git/blobs/${whole.tree[0]?.sha}`)
    expect(Buffer.from((blob.body as { content: string }).content, 'base64').toString()).toBe('# Shop\n')
    expect((await send('GET', `${repo}/git/blobs/${'0'.repeat(40)}`)).status).toBe(404)
  })

  test('are written up to a branch, which moves forwards only', async () => {
    const base = (await send('GET', `${repo}/git/commits/${first}`)).body as { tree: { sha: string } }
    const blob = (await send('POST', `${repo}/git/blobs`, { content: Buffer.from('new').toString('base64'), encoding: 'base64' })).body as {
      sha: string
    }
    const changes = [
      { path: 'docs/new.md', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'governance/b.txt', mode: '100644', type: 'blob', sha: null },
    ]
    const tree = (await send('POST', `${repo}/git/trees`, { base_tree: base.tree.sha, tree: changes })).body as Tree
    const commit = (await send('POST', `${repo}/git/commits`, { message: 'm', tree: tree.sha, parents: [first] })).body as { sha: string }
    expect((await send('POST', `${repo}/git/refs`, { ref: 'refs/heads/feature/a', sha: commit.sha })).status).toBe(201)
    expect((await send('POST', `${repo}/git/refs`, { ref: 'refs/heads/feature/a', sha: commit.sha })).status).toBe(422)
    expect(await send('GET', `${repo}/git/ref/heads/feature/a`)).toMatchObject({ status: 200, body: { object: { sha: commit.sha } } })
    expect(github.readFile('acme/shop', 'docs/new.md', 'feature/a')).toBe('new')
    expect(github.readFile('acme/shop', 'governance/b.txt', 'feature/a')).toBeUndefined()
    expect((await send('PATCH', `${repo}/git/refs/heads/feature/a`, { sha: first })).status).toBe(422)
    expect((await send('PATCH', `${repo}/git/refs/heads/feature/a`, { sha: first, force: true })).status).toBe(200)
    expect((await send('DELETE', `${repo}/git/refs/heads/feature/a`)).status).toBe(204)
    expect(
      (await send('POST', `${repo}/git/trees`, { tree: [{ path: '../up', mode: '100644', type: 'blob', content: 'x' }] })).status,
    ).toBe(422)
  })

  test('of an empty repository are a conflict', async () => {
    await github.createRepository('acme/empty')
    expect((await send('GET', '/repos/acme/empty/git/trees/main')).status).toBe(409)
    expect((await send('GET', '/repos/acme/empty/commits')).status).toBe(409)
  })
})

describe('contents', () => {
  test('are read as file, as raw text and as folder', async () => {
    expect(await send('GET', `${repo}/contents/README.md`)).toMatchObject({ body: { type: 'file', encoding: 'base64', size: 7 } })
    expect(await send('GET', `${repo}/contents/README.md`, undefined, { accept: 'application/vnd.github.raw+json' })).toMatchObject({
      body: '# Shop\n',
    })
    expect(await send('GET', `${repo}/contents/governance?ref=main`)).toMatchObject({
      body: [
        { type: 'file', path: 'governance/b.txt' },
        { type: 'dir', path: 'governance/roadmap' },
      ],
    })
    expect((await send('GET', `${repo}/contents/governance%2Froadmap%2FROAD-001.md`)).status).toBe(200)
    expect((await send('GET', `${repo}/contents/none.md`)).status).toBe(404)
    await github.commit('acme/shop', 'main', { 'large.txt': 'x'.repeat(1024 * 1024 + 1) })
    expect(await send('GET', `${repo}/contents/large.txt`)).toMatchObject({ body: { encoding: 'none', content: '' } })
  })

  test('are replaced only by who knows what is there', async () => {
    const put = (body: object) => send('PUT', `${repo}/contents/note.md`, { message: 'm', content: 'aGk=', ...body })
    const created = await put({})
    expect(created.status).toBe(201)
    const { sha } = (created.body as { content: { sha: string } }).content
    expect((await put({})).status).toBe(422)
    expect((await put({ sha: '0'.repeat(40) })).status).toBe(409)
    expect((await put({ sha })).status).toBe(200)
    expect((await send('DELETE', `${repo}/contents/note.md`, { message: 'm', sha })).status).toBe(200)
    expect(github.readFile('acme/shop', 'note.md')).toBeUndefined()
  })
})

describe('history', () => {
  test('is listed by page with links, and by path', async () => {
    for (let at = 1; at <= 4; at += 1) {
      clock.move(1000)
      await github.commit('acme/shop', 'main', { [at === 2 ? 'governance/b.txt' : 'README.md']: `${at}` }, `commit ${at}`)
    }
    const page = await send('GET', `${repo}/commits?per_page=2`)
    expect((page.body as { commit: { message: string } }[]).map((one) => one.commit.message)).toEqual(['commit 4', 'commit 3'])
    const links = page.headers.get('link') ?? ''
    expect(links).toContain('rel="next"')
    const last = await send('GET', /<([^>]+)>; rel="last"/.exec(links)?.[1] ?? '')
    expect(last.body).toMatchObject([{ sha: first }])
    expect(last.headers.get('link')).not.toContain('rel="next"')
    const touched = (await send('GET', `${repo}/commits?path=governance`)).body as { commit: { message: string } }[]
    expect(touched.map((one) => one.commit.message)).toEqual(['commit 2', 'First commit'])
  })

  test('is compared from where two lines parted', async () => {
    const head = await github.commit('acme/shop', 'feature', {
      'governance/roadmap/ROAD-001.md': 'status: adr_validated\n',
      'README.md': null,
      'moved.txt': 'b',
      'governance/b.txt': null,
    })
    await github.commit('acme/shop', 'main', { 'other.md': 'later' })
    const { body } = await send('GET', `${repo}/compare/main...feature`)
    expect(body).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      merge_base_commit: { sha: first },
      commits: [{ sha: head }],
    })
    const files = (body as { files: { filename: string; status: string; previous_filename?: string; additions: number; patch?: string }[] })
      .files
    expect(files.map((file) => [file.filename, file.status])).toEqual([
      ['README.md', 'removed'],
      ['governance/roadmap/ROAD-001.md', 'modified'],
      ['moved.txt', 'renamed'],
    ])
    expect(files[2]?.previous_filename).toBe('governance/b.txt')
    expect(files[1]?.patch).toBe('@@ -1,1 +1,1 @@\n-status: proposed\n+status: adr_validated')
    expect(await send('GET', `${repo}/compare/main...main`)).toMatchObject({ body: { status: 'identical', files: [] } })
    expect((await send('GET', `${repo}/compare/main...nothing`)).status).toBe(404)
    expect(await send('GET', `${repo}/commits/${head}`)).toMatchObject({ body: { sha: head, files: [{}, {}, {}] } })
    expect(await send('GET', `${repo}/branches`)).toMatchObject({ body: [{ name: 'feature' }, { name: 'main' }] })
    expect(await send('GET', `${repo}/branches/feature`)).toMatchObject({ body: { commit: { sha: head } } })
  })
})

test('a renamed or transferred repository redirects by its id', async () => {
  const { id } = (await send('GET', repo)).body as { id: number }
  await github.renameRepository('acme/shop', 'store')
  const moved = await send('GET', `${repo}/contents/README.md?ref=main`)
  expect(moved.status).toBe(301)
  expect(moved.headers.get('location')).toBe(`${github.apiUrl}/repositories/${id}/contents/README.md?ref=main`)
  expect(await send('GET', moved.headers.get('location') ?? '')).toMatchObject({ status: 200, body: { path: 'README.md' } })
  expect((await send('PUT', `${repo}/contents/x`, { message: 'm', content: 'aGk=' })).status).toBe(307)
  await github.archiveRepository('acme/store')
  expect((await send('PUT', '/repos/acme/store/contents/x', { message: 'm', content: 'aGk=' })).status).toBe(403)
  await github.transferRepository('acme/store', 'elsewhere')
  expect((await send('GET', '/repos/elsewhere/store')).status).toBe(404)
})
