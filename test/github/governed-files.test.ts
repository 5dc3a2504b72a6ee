import { describe, expect, test } from '@jest/globals'
import type { Folder } from '../../integrations/github/git-tree.ts'
import {
  governedOnly,
  knownContents,
  MAX_FILE_BYTES,
  MAX_FILES,
  readGovernedFiles,
  toText,
} from '../../integrations/github/governed-files.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { type Handler, makeGitHubApi, REPOSITORY } from './github-api.ts'

const sha = (number: number) => number.toString(16).padStart(40, '0')
const folderOf = (count: number, sizeBytes = 10): Folder => ({
  treeSha: sha(0),
  files: Array.from({ length: count }, (_, at) => ({ path: `roads/ROAD-${at}.md`, sha: sha(at + 1), sizeBytes })),
})
const blobs: Handler = (_request, match) => ({
  json: {
    content: Buffer.from(`text of ${match[1]}\r\n`)
      .toString('base64')
      .replace(/(.{20})/g, '$1\n'),
    encoding: 'base64',
  },
})
const read = async (folder: Folder, handler: Handler = blobs, known = new Map<string, string>()) => {
  const api = makeGitHubApi({ 'GET /repos/acme/shop/git/blobs/([0-9a-f]+)': handler })
  const result = await readGovernedFiles(await api.clients.asInstallation(1), folder, { repository: REPOSITORY, known })
  return { ...result, api }
}
const asText = (content: Uint8Array | string) => (typeof content === 'string' ? content : new TextDecoder().decode(content))

describe('contents of governed files', () => {
  test('come as the bytes that stand in git, line breaks of the transport removed and those of the file kept', async () => {
    const { files } = await read(folderOf(1))
    expect(files.map(({ file, content }) => [file, asText(content)])).toEqual([['roads/ROAD-0.md', `text of ${sha(1)}\r\n`]])
  })

  test('that are known are not fetched', async () => {
    const { files, fetched, api } = await read(
      folderOf(3),
      blobs,
      new Map([
        [sha(1), 'one'],
        [sha(3), 'three'],
      ]),
    )
    expect(fetched).toBe(1)
    expect(api.reads()).toHaveLength(1)
    expect(files.map(({ content }) => asText(content))).toEqual(['one', `text of ${sha(2)}\r\n`, 'three'])
  })

  test('of equal bytes are fetched once', async () => {
    const twice = { treeSha: sha(0), files: ['a.md', 'b.md'].map((path) => ({ path, sha: sha(1), sizeBytes: 1 })) }
    const { files, api } = await read(twice)
    expect(api.reads()).toHaveLength(1)
    expect(files).toHaveLength(2)
  })

  test('of files that are no artifacts by their path are left out before', () => {
    const paths = [
      'roads/ROAD-001.md',
      'roads/ROAD-TEMPLATE.md',
      'README.md',
      'roads/notes.txt',
      'capabilities/CAP-001.md',
      'ddd/context-map.md',
    ]
    const files = paths.map((path) => ({ path, sha: sha(1), sizeBytes: 1 }))
    expect(governedOnly({ treeSha: sha(0), files }).files.map(({ path }) => path)).toEqual([
      'roads/ROAD-001.md',
      'capabilities/CAP-001.md',
      'ddd/context-map.md',
    ])
  })

  test('too large to be parsed are not fetched, and what stands for them is too large as well', async () => {
    const { files, api } = await read(folderOf(1, MAX_FILE_BYTES + 1))
    expect(api.reads()).toHaveLength(0)
    expect(files[0]?.content.length).toBeGreaterThan(MAX_FILE_BYTES)
  })

  test('are fetched at most eight at a time', async () => {
    let now = 0
    let most = 0
    await read(folderOf(40), async (request, match) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return blobs(request, match)
    })
    expect(most).toBe(8)
  })

  test('a failure ends the reading instead of running through the rest', async () => {
    let asked = 0
    const failing: Handler = () => {
      asked += 1
      return Promise.reject(new AppError('provider-rate-limited', 'Wait.'))
    }
    await expect(read(folderOf(100), failing)).rejects.toMatchObject({ code: 'provider-rate-limited' })
    expect(asked).toBeLessThanOrEqual(8)
  })

  test('in an encoding nobody knows are refused, not guessed', async () => {
    await expect(read(folderOf(1), () => ({ json: { content: 'x', encoding: 'rot13' } }))).rejects.toMatchObject({
      code: 'provider-unreadable',
    })
  })

  test('of more files than a governed folder has are refused before any is read', async () => {
    await expect(read(folderOf(MAX_FILES + 1))).rejects.toMatchObject({ code: 'provider-rejected' })
  })
})

describe('what is known from before', () => {
  // Ids as `git hash-object` gives them.
  const hello = { blobSha: 'ce013625030ba8dba906f756967f9e9ca394464a', text: 'hello\n' }
  const helloSha256 = { blobSha: '2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4', text: 'hello\n' }

  test('is what still gives its id, in both of the kinds git has', () => {
    expect([...knownContents([hello, helloSha256])]).toEqual([
      [hello.blobSha, 'hello\n'],
      [helloSha256.blobSha, 'hello\n'],
    ])
  })

  test('leaves out a text that lost bytes when it was kept', () => {
    const text = toText(Uint8Array.from([0x68, 0xff, 0x0a]))
    expect(
      knownContents([
        { blobSha: hello.blobSha, text },
        { blobSha: undefined, text: 'x' },
      ]).size,
    ).toBe(0)
  })

  test('keeps a byte order mark', () => {
    expect(toText(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa')
  })
})
