// A sandbox held against GitHub's own descriptions where they are there, and a client without a library.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { findContracts, openContract, openWebhookContract } from '../sandbox/contract.ts'
import { makeAppKeys } from '../sandbox/github/app-auth.ts'
import { type GitHubSandbox, type GitHubSandboxOptions, openGitHubSandbox } from '../sandbox/github/sandbox.ts'

if (!findContracts())
  process.stderr.write('SKIPPED: GitHub’s descriptions are not beside the project; the sandbox is not held against them.\n')
const contract = await openContract('github-rest')
const webhookContract = await openWebhookContract()
const keys = makeAppKeys()

export const openCheckedGitHub = (options: GitHubSandboxOptions = {}): Promise<GitHubSandbox> =>
  openGitHubSandbox({ contract, webhookContract, keys, ...options })

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or the text where it is not JSON. */
  readonly body: unknown
}

export type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>

/** Requests with one credential. Redirects are not followed, so that they can be seen. */
export function makeSend(root: string, credential?: string): Send {
  return async (method, path, body, headers = {}) => {
    const authorization: Record<string, string> = credential ? { authorization: `Bearer ${credential}` } : {}
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    const response = await fetch(path.startsWith('http') ? path : root + path, {
      method,
      headers: { accept: 'application/vnd.github+json', ...authorization, ...headers },
      redirect: 'manual',
      ...sent,
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
  }
}

/** A clock that stands still until it is moved. */
export function makeStillClock(at = '2026-11-22T12:00:00Z'): Clock & { move(ms: number): void } {
  let now = new Date(at).getTime()
  return {
    now: () => new Date(now),
    sleep: () => Promise.resolve(),
    move(ms) {
      now += ms
    },
  }
}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly payload: { readonly action?: string; readonly [key: string]: unknown }
}

/** Where webhooks arrive: answers `status` and keeps what it got. */
export async function openReceiver(): Promise<{
  readonly url: string
  readonly received: Received[]
  status: number
  close(): Promise<void>
}> {
  const received: Received[] = []
  const receiver = {
    url: '',
    received,
    status: 202,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8')
      received.push({ headers: request.headers, raw, payload: JSON.parse(raw) as Received['payload'] })
      response.writeHead(receiver.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  return receiver
}
