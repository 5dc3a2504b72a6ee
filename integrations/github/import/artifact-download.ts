// An artifact's archive as a file that is there for as long as it is read. GitHub answers a download with an address of its store
// that is good for a minute and takes no token.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BodySink } from '../../engine/provider.ts'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import { MAX_UNPACKED_BYTES } from './artifact-archive.ts'
import type { ImportPlace } from './stream.ts'

/** What is larger packed than may be unpacked is not worth loading. */
export const MAX_ARCHIVE_BYTES = MAX_UNPACKED_BYTES
const DOWNLOAD_TIMEOUT_MS = 120_000

/** Writes into a file, and throws `too-large` as soon as there is more than the limit. */
function makeFileSink(file: FileHandle): BodySink {
  let written = 0
  return {
    async begin() {
      written = 0
      await file.truncate(0)
    },
    async write(chunk) {
      if (written + chunk.length > MAX_ARCHIVE_BYTES)
        throw new AppError('too-large', `An artifact is larger than ${MAX_ARCHIVE_BYTES} bytes and is not read.`)
      await file.write(chunk, 0, chunk.length, written)
      written += chunk.length
    },
  }
}

/** Codes by which GitHub or its store says that there is nothing to be had. */
const GONE: ReadonlySet<string> = new Set(['provider-gone', 'provider-not-found'])
/** The address was used too late, or is not accepted: another one may be. */
const STALE: ReadonlySet<string> = new Set(['provider-forbidden', 'provider-unauthenticated'])

async function downloadOnce(github: GitHubContext, { owner, repo }: ImportPlace, artifactId: number, sink: BodySink): Promise<void> {
  const location = await github.client.locate({
    route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
    parameters: { owner, repo, artifact_id: artifactId, archive_format: 'zip' },
    meta: { operation: 'github.artifact.locate' },
  })
  const meta = { operation: 'github.artifact.download', budget: 'storage', timeoutMs: DOWNLOAD_TIMEOUT_MS, sink }
  // Not through Octokit, which would sign it.
  await github.requester.fetch(location, { headers: { accept: 'application/zip' } }, meta)
}

async function download(
  github: GitHubContext,
  place: ImportPlace,
  artifactId: number,
  sink: BodySink,
): Promise<'loaded' | 'expired' | 'too-large'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await downloadOnce(github, place, artifactId, sink)
      return 'loaded'
    } catch (error) {
      if (!isAppError(error)) throw error
      if (GONE.has(error.code)) return 'expired'
      if (error.code === 'too-large') return 'too-large'
      const isStore = error.details.operation === 'github.artifact.download'
      if (!isStore || !STALE.has(error.code) || attempt > 1) throw error
    }
  }
}

/**
 * Hands the archive of an artifact to `read` as a file, and removes it whatever happens.
 * @returns what `read` answers, or why there is no archive
 * @throws AppError `provider-*`, and what `read` throws
 */
export async function withArchive<T>(
  github: GitHubContext,
  place: ImportPlace,
  artifactId: number,
  read: (path: string) => Promise<T>,
): Promise<T | 'expired' | 'too-large'> {
  const folder = await mkdtemp(join(tmpdir(), 'katalyst-artifact-'))
  try {
    const path = join(folder, 'archive.zip')
    const file = await open(path, 'w')
    const end = await download(github, place, artifactId, makeFileSink(file)).finally(() => file.close())
    return end === 'loaded' ? await read(path) : end
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
