import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diffFolders, readFolder, readFolderSha, readMergeBase, type TreeFile } from '../../integrations/github/git-tree.ts'
import { makeGitHubApi, REPOSITORY, type Routes } from './github-api.ts'

const sha = (letter: string) => letter.repeat(40)
const blob = (path: string, id: string, mode = '100644') => ({
  path,
  mode,
  type: 'blob',
  sha: sha(id),
  size: 10,
  url: 'https://api.github.com/b',
})
const tree = (path: string, id: string) => ({ path, mode: '040000', type: 'tree', sha: sha(id), url: 'https://api.github.com/t' })

const commit: Routes = {
  'GET /repos/acme/shop/git/commits/[0-9a-f]+': ({ path }) => ({
    json: { sha: path.split('/').at(-1), tree: { sha: sha('0') }, committer: { date: '2026-11-20T10:00:00+01:00' } },
  }),
}
/** Trees by id; `recursive` answers under the id followed by `*`. */
const trees = (byId: Readonly<Record<string, { tree: unknown[]; truncated?: boolean }>>): Routes => ({
  ...commit,
  'GET /repos/acme/shop/git/trees/([0-9a-f]+)': ({ query }, match) => {
    const found = byId[`${match[1]?.[0]}${query.recursive ? '*' : ''}`]
    if (!found) throw new Error(`no tree ${match[1]} ${JSON.stringify(query)}`)
    return { json: { sha: match[1], truncated: false, url: 'https://api.github.com/t', ...found } }
  },
})
const folderOf = async (routes: Routes, folder: string) => {
  const api = makeGitHubApi(routes)
  const context = await api.clients.asInstallation(1)
  return { folder: await readFolder(context, REPOSITORY, sha('c'), folder), api, context }
}

describe('a folder at a commit', () => {
  test('is found by walking down to it, so the rest of the repository is never listed', async () => {
    const routes = trees({
      0: { tree: [tree('src', '1'), tree('docs', '2')] },
      2: { tree: [tree('governance', '3')] },
      '3*': { tree: [tree('roads', '4'), blob('roads/ROAD-002.md', 'b'), blob('roads/ROAD-001.md', 'a')] },
    })
    const { folder, api } = await folderOf(routes, 'docs/governance')
    expect(folder.treeSha).toBe(sha('3'))
    expect(folder.files.map((file) => file.path)).toEqual(['roads/ROAD-001.md', 'roads/ROAD-002.md'])
    expect(api.reads().map(({ path }) => path.split('/').slice(-2).join('/'))).toEqual([
      `commits/${sha('c')}`,
      `trees/${sha('0')}`,
      `trees/${sha('2')}`,
      `trees/${sha('3')}`,
    ])
  })

  test('that is not there is empty', async () => {
    const { folder } = await folderOf(trees({ 0: { tree: [blob('governance', 'a')] } }), 'governance')
    expect(folder).toEqual({ treeSha: undefined, files: [] })
  })

  test('that is the root needs no walk', async () => {
    const { folder, api } = await folderOf(trees({ '0*': { tree: [blob('a.md', 'a')] } }), '')
    expect(folder.files).toHaveLength(1)
    expect(api.reads()).toHaveLength(2)
  })

  test('leaves out symbolic links and submodules, and keeps executables', async () => {
    const entries = [blob('link.md', 'a', '120000'), { ...blob('module', 'b', '160000'), type: 'commit' }, blob('run.md', 'd', '100755')]
    const { folder } = await folderOf(trees({ '0*': { tree: entries } }), '')
    expect(folder.files.map((file) => file.path)).toEqual(['run.md'])
  })

  test('that GitHub cuts is read folder by folder, completely', async () => {
    const routes = trees({
      '0*': { tree: [blob('a.md', 'a')], truncated: true },
      0: { tree: [blob('a.md', 'a'), tree('roads', '1'), tree('adr', '2')] },
      '1*': { tree: [blob('ROAD-001.md', 'b')] },
      '2*': { tree: [], truncated: true },
      2: { tree: [tree('old', '3'), blob('ADR-001.md', 'd')] },
      '3*': { tree: [blob('ADR-000.md', 'e')] },
    })
    const { folder } = await folderOf(routes, '')
    expect(folder.files.map((file) => file.path)).toEqual(['a.md', 'adr/ADR-001.md', 'adr/old/ADR-000.md', 'roads/ROAD-001.md'])
  })

  test('that cannot be listed even level by level is refused with what to do', async () => {
    await expect(folderOf(trees({ '0*': { tree: [], truncated: true }, 0: { tree: [], truncated: true } }), '')).rejects.toMatchObject({
      code: 'provider-rejected',
    })
  })

  test('its id alone costs no listing of it', async () => {
    const api = makeGitHubApi(trees({ 0: { tree: [tree('governance', '3')] } }))
    expect(await readFolderSha(await api.clients.asInstallation(1), REPOSITORY, sha('c'), 'governance/')).toBe(sha('3'))
    expect(api.reads()).toHaveLength(2)
  })
})

test('the merge base is asked for without the files of the comparison, with slashes of the branch kept in one segment', async () => {
  const api = makeGitHubApi({
    'GET /repos/acme/shop/compare/.+': () => ({ json: { status: 'ahead', merge_base_commit: { sha: sha('d') } } }),
  })
  expect(await readMergeBase(await api.clients.asInstallation(1), REPOSITORY, 'release/2.0', sha('e'))).toBe(sha('d'))
  expect(api.reads()[0]).toMatchObject({
    path: `/repos/acme/shop/compare/release%2F2.0...${sha('e')}`,
    query: { page: '2', per_page: '1' },
  })
})

describe('changes between two listings', () => {
  const file = (path: string, id: string): TreeFile => ({ path, sha: id, sizeBytes: 1 })

  test.each([
    ['a new file', [], [file('a', '1')], [{ file: 'a', status: 'added' }]],
    ['a file that went', [file('a', '1')], [], [{ file: 'a', status: 'removed' }]],
    ['other bytes', [file('a', '1')], [file('a', '2')], [{ file: 'a', status: 'modified' }]],
    ['the same bytes elsewhere', [file('a', '1')], [file('b', '1')], [{ file: 'b', status: 'renamed', previousFile: 'a' }]],
    ['a copy', [file('a', '1')], [file('a', '1'), file('b', '1')], [{ file: 'b', status: 'added' }]],
    [
      'a rename with edits',
      [file('a', '1')],
      [file('b', '2')],
      [
        { file: 'a', status: 'removed' },
        { file: 'b', status: 'added' },
      ],
    ],
    ['nothing', [file('a', '1')], [file('a', '1')], []],
  ] as const)('%s', (_case, base, head, changes) => {
    expect(diffFolders([...base], [...head])).toEqual(changes)
  })

  test('lead from one to the other, whatever the two are', () => {
    const listing = fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.constantFrom('1', '2', '3'))
    const files = (dictionary: Record<string, string>) => Object.entries(dictionary).map(([path, id]) => file(path, id))
    fc.assert(
      fc.property(listing, listing, (base, head) => {
        const at = new Map<string, string>(Object.entries(base))
        for (const change of diffFolders(files(base), files(head))) {
          if (change.status === 'removed') at.delete(change.file)
          else at.set(change.file, head[change.file] as string)
          if (change.previousFile !== undefined) at.delete(change.previousFile)
        }
        expect(Object.fromEntries([...at].sort())).toEqual(Object.fromEntries(Object.entries(head).sort()))
      }),
      { numRuns: 200 },
    )
  })
})
