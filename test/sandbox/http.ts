// A provider's stand-in is one function from request to response behind a real server on 127.0.0.1. What every stand-in
// needs and no provider knows is here: the log of requests that tests count, faults that are asked for in advance, latency,
// and holding each exchange against the provider's own description.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../../integrations/kernel/clock.ts'
import { type FaultPlan, type FaultQueue, makeFaultQueue } from './faults.ts'

export interface SandboxRequest {
  /** Upper case. */
  readonly method: string
  /** As it was sent, percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly raw: Buffer
  /** The parsed JSON, or `undefined` when the body is empty or is not JSON. */
  readonly body: unknown
}

export interface SandboxResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. Wins over `text`. */
  readonly json?: unknown
  /** Sent as it is; say its content type in `headers`. */
  readonly text?: string | Buffer
  /** What the provider charges for the request, where it is not one request; kept in the log. */
  readonly points?: number
}

/** What a test may know about a request afterwards. Credentials are not in it: no headers, and no secret members of the body. */
export interface RecordedRequest {
  readonly at: Date
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly body: unknown
  /** 0 when the connection was cut or never answered. */
  readonly status: number
  /** What GraphQL charged. */
  readonly points?: number
  readonly fault?: FaultPlan['kind']
}

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly requestBody?: unknown
  readonly status: number
  readonly responseBody?: unknown
  /** Media type of the answer; a body that is not plain JSON is not checked. */
  readonly responseType?: string
}

export interface HttpStandInOptions {
  readonly handle: (request: SandboxRequest) => SandboxResponse | Promise<SandboxResponse>
  /** Holds an exchange against the provider's description; what it answers is added to `violations`. Faults are left out. */
  readonly check?: (exchange: Exchange) => readonly string[]
  readonly port?: number
  readonly clock?: Clock
  /** Added to every answer. */
  readonly latencyMs?: number
}

export interface HttpStandIn {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string
  /** Oldest first; the newest 10,000. */
  readonly requests: readonly RecordedRequest[]
  /** Where an exchange departs from the provider's description, and where the stand-in itself failed. Tests expect it empty. */
  readonly violations: readonly string[]
  readonly faults: FaultQueue
  forgetRequests(): void
  close(): Promise<void>
}

const KEPT_REQUESTS = 10_000
const MAX_BODY_BYTES = 32 * 1024 * 1024
const SECRET_MEMBERS = /(password|secret|token|private_?key|credential|^code$|^assertion$)/i

/** Serves `handle` on 127.0.0.1, by default on a free port. `close` cuts open connections, so that nothing outlives a test. */
export async function openHttpStandIn(options: HttpStandInOptions): Promise<HttpStandIn> {
  const requests: RecordedRequest[] = []
  const violations: string[] = []
  const faults = makeFaultQueue()
  const answer = makeAnswer(options, { requests, violations, faults })
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      // The client went away while sending, or sent more than any provider takes: nobody is left to answer.
      if (!incoming.destroyed) violations.push(`stand-in: ${error instanceof Error ? error.message : String(error)}`)
      outgoing.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  return Object.freeze({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    violations,
    faults,
    forgetRequests: () => void requests.splice(0),
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  })
}

interface Journal {
  readonly requests: RecordedRequest[]
  readonly violations: string[]
  readonly faults: FaultQueue
}

function makeAnswer(options: HttpStandInOptions, { requests, violations, faults }: Journal) {
  const clock = options.clock ?? systemClock

  const record = (request: SandboxRequest, status: number, points?: number, fault?: FaultPlan['kind']) => {
    const { method, path, query, body } = request
    const entry = { at: clock.now(), method, path, query: query.toString(), body: withoutSecrets(body), status }
    requests.push(Object.freeze({ ...entry, ...(points === undefined ? {} : { points }), ...(fault ? { fault } : {}) }))
    if (requests.length > KEPT_REQUESTS) requests.shift()
  }

  const perform = async (request: SandboxRequest): Promise<SandboxResponse> => {
    try {
      return await options.handle(request)
    } catch (error) {
      violations.push(
        `stand-in: ${request.method} ${request.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
      return { status: 500, json: { message: 'The stand-in failed; see its violations.' } }
    }
  }

  const hold = (request: SandboxRequest, response: SandboxResponse) => {
    if (!options.check) return
    const { method, path, query, body } = request
    const responseType = response.headers?.['content-type']
    const exchange = { method, path, query, status: response.status, requestBody: body, responseBody: response.json }
    const departures = options.check(responseType ? { ...exchange, responseType } : exchange)
    violations.push(...departures.map((text) => `${method} ${path} ${response.status}: ${text}`))
  }

  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming)
    if (options.latencyMs) await clock.sleep(options.latencyMs)
    const fault = faults.take(request)
    const performed = !fault || fault.effect ? await perform(request) : undefined
    if (!fault && performed) hold(request, performed)
    const outcome = fault ? fault.respond(performed) : (performed as SandboxResponse)
    record(request, typeof outcome === 'object' ? outcome.status : 0, performed?.points, fault?.kind)
    if (outcome === 'reset') incoming.socket.resetAndDestroy()
    // 'silence' keeps the connection open until the client gives up or the stand-in is closed.
    else if (outcome !== 'silence') send(outgoing, outcome, request.method === 'HEAD')
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error(`a request body is over ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  const raw = Buffer.concat(chunks)
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?')
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  return { method: incoming.method ?? 'GET', path, query: new URLSearchParams(query), headers, raw, body: parseJson(raw) }
}

function send(outgoing: ServerResponse, response: SandboxResponse, withoutBody: boolean): void {
  const isJson = response.json !== undefined
  const body = isJson ? Buffer.from(JSON.stringify(response.json)) : Buffer.from(response.text ?? '')
  const type = isJson && !response.headers?.['content-type'] ? { 'content-type': 'application/json; charset=utf-8' } : {}
  const bodiless = response.status === 204 || response.status === 304
  outgoing.writeHead(response.status, { ...type, ...response.headers, ...(bodiless ? {} : { 'content-length': String(body.length) }) })
  outgoing.end(withoutBody || bodiless ? undefined : body)
}

function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return undefined
  try {
    return JSON.parse(raw.toString('utf8')) as unknown
  } catch {
    // Form posts and uploads are not JSON: the handler has `raw`.
    return undefined
  }
}

function withoutSecrets(body: unknown): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, SECRET_MEMBERS.test(key) && typeof value === 'string' ? '[redacted]' : value]),
  )
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
