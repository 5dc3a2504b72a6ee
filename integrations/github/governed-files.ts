// The texts of governed files at a commit. Content is addressed by Git's ids, so what the caller already holds under an id is
// never asked for again: a push of one file to a folder of hundreds costs one blob.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { kindOf } from '../governance/catalogue.ts'
import { AppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import type { Folder, RepositoryName, TreeFile } from './git-tree.ts'

/** GitHub allows 100 requests at once for everything an app does; a read that someone waits for takes a few of them. */
const CONCURRENT_BLOBS = 8
/** The largest file that is read; parsing refuses anything above it, so there is no use in fetching more. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024
/** More files than any governed folder has; above it the path is taken for a mistake. */
export const MAX_FILES = 20_000

export interface GovernedFile {
  /** Inside the governed folder, with forward slashes. */
  readonly file: string
  readonly sha: string
  /** The file's bytes, or its text where the caller knew it. A file above `MAX_FILE_BYTES` is not read: zeros, one more than are allowed, stand for it. */
  readonly content: Uint8Array | string
}

export interface GovernedFiles {
  readonly treeSha: string | undefined
  readonly files: readonly GovernedFile[]
  /** How many blobs were fetched; the rest was known. */
  readonly fetched: number
}

export interface ReadFilesOptions {
  readonly repository: RepositoryName
  /** Content that is already at hand, by blob id. */
  readonly known: ReadonlyMap<string, Uint8Array | string>
}

const BlobAnswer = z.object({ content: z.string(), encoding: z.string() })

async function readBlob(context: GitHubContext, repository: RepositoryName, sha: string): Promise<Uint8Array> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    parameters: { ...repository, file_sha: sha },
    meta: { operation: 'github.git.blob' },
    answer: BlobAnswer,
  })
  if (data.encoding === 'base64') return Buffer.from(data.content, 'base64')
  if (data.encoding === 'utf-8') return Buffer.from(data.content, 'utf8')
  throw new AppError(
    'provider-unreadable',
    `GitHub sent a file of ${repository.owner}/${repository.repo} in the unknown encoding "${data.encoding}".`,
  )
}

/** The files of a folder that are governed by their path; templates and whatever else lies beside them are left out. */
export function governedOnly(folder: Folder): Folder {
  const files = folder.files.filter(({ path }) => ![undefined, 'template'].includes(kindOf(path)))
  return { treeSha: folder.treeSha, files }
}

/** The contents of a folder's files, in the order of the listing. */
export async function readGovernedFiles(context: GitHubContext, folder: Folder, options: ReadFilesOptions): Promise<GovernedFiles> {
  const governed = folder.files
  if (governed.length > MAX_FILES)
    throw new AppError(
      'provider-rejected',
      `${options.repository.owner}/${options.repository.repo} has ${governed.length} governed files; at most ${MAX_FILES} are read. Set governancePath in .github/katalyst.yml to the folder of the governance artifacts.`,
    )
  // By id, because two files with equal bytes are one blob.
  const missing = new Map(
    governed.filter((file) => file.sizeBytes <= MAX_FILE_BYTES && !options.known.has(file.sha)).map((file) => [file.sha, file]),
  )
  const fetched = await readBlobs(context, options.repository, [...missing.values()])
  const tooLarge = new Uint8Array(MAX_FILE_BYTES + 1)
  const files = governed.map(({ path, sha }) => ({ file: path, sha, content: options.known.get(sha) ?? fetched.get(sha) ?? tooLarge }))
  return { treeSha: folder.treeSha, files, fetched: fetched.size }
}

/** Several at once, and none more after the first failure. */
async function readBlobs(context: GitHubContext, repository: RepositoryName, files: readonly TreeFile[]): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  const queue = files[Symbol.iterator]()
  let failed = false
  const reader = async () => {
    for (const { sha } of queue) {
      if (failed) return
      try {
        contents.set(sha, await readBlob(context, repository, sha))
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(CONCURRENT_BLOBS, files.length) }, reader))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return contents
}

/** Git's id of a file with this content; as long as `like`, because repositories count in SHA-1 or in SHA-256. */
function blobIdOf(content: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${content.length}\0`).update(content).digest('hex')
}

/**
 * Texts kept from an earlier reading, by blob id. A text that no longer gives its id is left out: the file held bytes that are
 * not text, and only those bytes can be judged.
 */
export function knownContents(
  kept: Iterable<{ readonly blobSha: string | undefined; readonly text: string }>,
): ReadonlyMap<string, string> {
  const known = new Map<string, string>()
  for (const { blobSha, text } of kept) if (blobSha && blobIdOf(Buffer.from(text, 'utf8'), blobSha) === blobSha) known.set(blobSha, text)
  return known
}

/** Content as text to keep: with its byte order mark, and with U+FFFD where bytes are not UTF-8. */
export const toText = (content: Uint8Array | string): string =>
  typeof content === 'string' ? content : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
