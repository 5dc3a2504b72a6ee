// Pages of the wiki, which is a git repository beside the code's: the API knows no wikis. One small request tells whether there is
// one, one more whether anything was written since.
import { z } from 'zod'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { makeGitHttp } from './git-http.ts'
import { parseScanText, toScanText } from './scan-text.ts'
import type { FactBatch, FactPage, FactStream, ImportPlace } from './stream.ts'
import { readRemoteHead, readWikiPages } from './wiki-history.ts'

/** What is read of a wiki at most; one with more in it is a store of files. */
export const MAX_WIKI_BYTES = 64 * 1024 * 1024

const RepositoryAnswer = z.object({ has_wiki: z.boolean().nullish(), clone_url: z.url() })
const Reached = z.object({ v: z.literal(1), etag: z.string().optional(), url: z.url(), head: z.string().optional() })
type Reached = z.infer<typeof Reached>

const NO_PAGES: FactBatch = { lists: { wikiPages: [] } }

/** Where the wiki is: as it was told before, or anew; `off` where it is switched off. */
async function locate(github: GitHubContext, { owner, repo }: ImportPlace, known: Reached | undefined): Promise<Reached | 'off'> {
  const call = {
    route: 'GET /repos/{owner}/{repo}',
    parameters: { owner, repo },
    meta: { operation: 'github.wiki.locate' },
    answer: RepositoryAnswer,
  }
  const answer = await github.client.requestIfChanged(call, known?.etag)
  if (answer === 'not-modified') return known as Reached
  if (answer.data.has_wiki === false) return 'off'
  const url = answer.data.clone_url.replace(/(?:\.git)?$/, '.wiki.git')
  return { v: 1, url, ...(answer.etag === undefined ? {} : { etag: answer.etag }), ...(known?.head ? { head: known.head } : {}) }
}

/** Faults of the git library name the function that met them; those of the file system do not. */
const isGitFault = (error: unknown): boolean => error instanceof Error && 'caller' in error

const unreadable = (cause: unknown) =>
  new AppError(
    'provider-unreadable',
    "GitHub's answer to reading the wiki is none that git understands. Try again later; a proxy may stand between.",
    {
      cause,
    },
  )

/** What git finds there; a wiki whose first page was never written is not there, although it is switched on. */
async function readSince(github: GitHubContext, { url, head: before }: Reached): Promise<{ batch: FactBatch; head: string | undefined }> {
  const http = makeGitHttp(github, new URL(url).origin, MAX_WIKI_BYTES)
  try {
    const head = await readRemoteHead(http, url)
    if (!head || head.oid === before) return { batch: NO_PAGES, head: head?.oid }
    return { batch: { lists: { wikiPages: await readWikiPages(http, url, head.branch) } }, head: head.oid }
  } catch (error) {
    if (!isAppError(error)) throw isGitFault(error) ? unreadable(error) : error
    if (error.code === 'provider-not-found') return { batch: NO_PAGES, head: undefined }
    if (error.code !== 'too-large') throw error
    github.log.warn({ connection: github.connectionId, most: MAX_WIKI_BYTES }, 'a wiki is too large to be read')
    return { batch: { absent: { wikiPages: 'not-collected' } }, head: undefined }
  }
}

async function readWiki(github: GitHubContext, place: ImportPlace, known: Reached | undefined): Promise<FactPage> {
  const read = await readUnlessAbsent(async () => {
    const located = await locate(github, place, known)
    return located === 'off' ? located : { located, ...(await readSince(github, located)) }
  })
  // An empty candidate forgets: when the wiki is there again it is read as if for the first time.
  if (read === 'off') return { batch: { absent: { wikiPages: 'not-enabled' } }, next: undefined, candidate: '' }
  if ('absent' in read) return { batch: { absent: { wikiPages: read.absent } }, next: undefined, candidate: '' }
  const { head: _former, ...located } = read.located
  const reached = { ...located, ...(read.head === undefined ? {} : { head: read.head }) }
  return { batch: read.batch, next: undefined, candidate: toScanText(reached) }
}

export const WIKI_STREAM: FactStream = Object.freeze({
  name: 'wiki',
  brings: ['wikiPages'],
  fetchPage: (github, place, position) => readWiki(github, place, parseScanText(Reached, position.watermark)),
} satisfies FactStream)
