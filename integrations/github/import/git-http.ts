// How the git library reaches a remote: through the requester, as everything does, signed with the token of the connection. Answers
// are held in memory and bounded.
import type { HttpClient } from 'isomorphic-git'
import type { BodySink } from '../../engine/provider.ts'
import { AppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'

const GIT_TIMEOUT_MS = 120_000

/** Keeps a body, and throws `too-large` beyond the limit. */
function makeMemorySink(maxBytes: number, what: string): BodySink & { readonly take: () => Uint8Array } {
  let [chunks, bytes]: [Uint8Array[], number] = [[], 0]
  return {
    take: () => Buffer.concat(chunks),
    async begin() {
      chunks = []
      bytes = 0
    },
    async write(chunk) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new AppError('too-large', `${what} is larger than ${maxBytes} bytes and is not read.`)
      chunks.push(chunk)
    },
  }
}

async function joined(body: AsyncIterableIterator<Uint8Array> | undefined): Promise<Uint8Array | undefined> {
  if (body === undefined) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const READING = { operation: 'github.git.fetch', reads: true, idempotent: true } as const
const PUSHING = { operation: 'github.git.push', reads: false, idempotent: false } as const

const isPush = (url: string, method: string): boolean => method === 'POST' && new URL(url).pathname.endsWith('/git-receive-pack')

/**
 * A transport for one remote. Throws what the requester throws, and `too-large`. Everything reads, whatever its method, but
 * the request that carries a push: that one is stopped in a dry run and never sent twice.
 * @param origin requests to any other are refused, so that the token cannot get there
 */
export function makeGitHttp(github: GitHubContext, origin: string, maxBytes: number): HttpClient {
  return Object.freeze({
    async request({ url, method = 'GET', headers = {}, body }: Parameters<HttpClient['request']>[0]) {
      if (new URL(url).origin !== origin) throw new AppError('provider-unreadable', 'git was sent to another host, which is not followed.')
      const authorization = `Basic ${Buffer.from(`x-access-token:${await github.token()}`, 'utf8').toString('base64')}`
      const sink = makeMemorySink(maxBytes, 'A git repository')
      const bytes = await joined(body as AsyncIterableIterator<Uint8Array> | undefined)
      const response = await github.requester.fetch(
        url,
        {
          method,
          headers: { ...headers, authorization },
          ...(bytes === undefined ? {} : { body: bytes as NonNullable<RequestInit['body']> }),
        },
        { ...(isPush(url, method) ? PUSHING : READING), budget: 'git', timeoutMs: GIT_TIMEOUT_MS, sink },
      )
      return {
        ...{ url, method, statusCode: response.status, statusMessage: response.statusText },
        headers: Object.fromEntries(response.headers),
        body: (async function* () {
          yield sink.take()
        })(),
      }
    },
  }) as HttpClient
}
