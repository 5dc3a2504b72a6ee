// The one way out. Every request of every provider goes: dry-run guard → limits → authenticate → send with a deadline →
// map what came back → a few short tries for what may be repeated → one log line. Libraries get it as their fetch, so
// nothing they do by themselves (retries, redirects, timeouts) escapes it.
import type { Clock, Random } from '../kernel/clock.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Credentials } from './credentials.ts'
import { GRAPHQL, parseGraphql, readGraphqlBudget } from './graphql-budget.ts'
import { classifyGraphql } from './graphql-errors.ts'
import type { LimitedRequest, Limits } from './limits.ts'
import { keepJson } from './parsed-answer.ts'
import type { BodySink, Priority, ProviderName, Requester, RequestMeta } from './provider.ts'
import { classifyStatus, type SentRequest, toResponseFailure, toTransportFailure, toUnreadable } from './response-failure.ts'
import { decideRetry, isIdempotentMethod, REQUEST_RETRY } from './retry.ts'
import type { SharedReads } from './shared-reads.ts'

/** One request that was sent, or refused before it was, for run counts. */
export interface Exchange {
  readonly operation: string
  readonly method: string
  /** Absent where no answer came. */
  readonly status?: number
  readonly ms: number
  readonly writes: boolean
  /** Points a GraphQL query cost, where it asked for that. */
  readonly points?: number
}

export interface RequesterOptions {
  readonly connectionId: string
  readonly provider: ProviderName
  readonly limits: Limits
  readonly credentials: Credentials
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
  /** True stops everything that is not a read before it is sent. */
  readonly dryRun: boolean
  readonly fetch: typeof fetch
  /** For each try; 30 s by default. */
  readonly timeoutMs?: number
  /** Who waits for it; `webhook` by default. */
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
  /** Where identical reads that are under way at once become one; without it each is sent. */
  readonly sharedReads?: SharedReads
}

// Waits longer than this are the job's, not the request's: the error carries the time.
const PATIENCE_MS = 5_000
const MOST_REDIRECTS = 3
const DEFAULT_TIMEOUT_MS = 30_000

interface Outgoing extends SentRequest {
  readonly init: RequestInit
  readonly meta: RequestMeta
  readonly reads: boolean
  readonly idempotent: boolean
  readonly limited: LimitedRequest
  readonly timeoutMs: number
}

function toOutgoing(options: RequesterOptions, input: string | URL, init: RequestInit = {}, meta?: RequestMeta): Outgoing {
  const url = new URL(input)
  const method = (init.method ?? 'GET').toUpperCase()
  const { provider, connectionId, priority = 'webhook', timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const operation = meta?.operation ?? `${method} ${url.pathname}`
  const reads = meta?.reads ?? (method === 'GET' || method === 'HEAD')
  return {
    provider,
    connectionId,
    operation,
    method,
    url,
    init,
    meta: meta ?? { operation },
    reads,
    idempotent: meta?.idempotent ?? (reads || isIdempotentMethod(method)),
    limited: { operation, budget: meta?.budget ?? 'core', write: !reads, object: meta?.object, priority },
    timeoutMs: meta?.timeoutMs ?? timeoutMs,
  }
}

/** A body that was read whole, as a response again; `url` is kept because Octokit looks at it. */
function rebuild(response: Response, bytes: ArrayBuffer): Response {
  const empty = response.status === 204 || response.status === 205 || response.status === 304
  const headers = new Headers(response.headers)
  // The bytes are decoded already.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name)
  const copy = new Response(empty ? null : bytes, { status: response.status, statusText: response.statusText, headers })
  return Object.defineProperty(copy, 'url', { value: response.url })
}

/** The JSON of a successful answer, if it is JSON. Throws when it is not what it says it is: a sign-in page, or JSON that was cut off. */
function readable(out: Outgoing, response: Response, bytes: ArrayBuffer): unknown {
  const type = response.headers.get('content-type') ?? ''
  const wantsHtml = new Headers(out.init.headers).get('accept')?.includes('html') ?? false
  if (/^text\/html/i.test(type) && !wantsHtml) throw toUnreadable(out, response.status, 'an HTML page instead of data')
  if (!/[/+]json\b/i.test(type) || bytes.byteLength === 0) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw toUnreadable(out, response.status, 'JSON that is cut off or broken', cause)
  }
}

/** Where a redirect leads, if it may be followed: reads only, and never to another origin, which would get the credentials. */
function redirectTarget(out: Outgoing, from: URL, response: Response): URL | undefined {
  if (response.status < 300 || response.status > 399 || response.status === 304) return undefined
  const location = response.headers.get('location')
  if (!location || !URL.canParse(location, from.href)) throw toUnreadable(out, response.status, 'a redirect that leads nowhere')
  const target = new URL(location, from)
  if (target.origin !== from.origin)
    throw toUnreadable(out, response.status, `a redirect to another host, ${target.host}, which is not followed with credentials`)
  if (out.method !== 'GET' && out.method !== 'HEAD')
    throw toUnreadable(out, response.status, 'a redirect of a write, which is not followed')
  return target
}

const isManual = ({ init }: Outgoing): boolean => init.redirect === 'manual'

/** Hands a body over piece by piece; nothing of it is kept here. */
async function pour(response: Response, sink: BodySink): Promise<void> {
  await sink.begin()
  for await (const chunk of response.body ?? []) await sink.write(chunk as Uint8Array)
}

/** Sends once, following redirects, and reads the whole answer. Throws only transport failures and unreadable answers. */
async function send(options: RequesterOptions, out: Outgoing): Promise<{ readonly response: Response; readonly bytes: ArrayBuffer }> {
  const deadline = AbortSignal.timeout(out.timeoutMs)
  const signals = [options.signal, deadline, ...(out.init.signal ? [out.init.signal] : [])]
  const headers = new Headers(out.init.headers)
  for (const [name, value] of Object.entries(await options.credentials.headers())) headers.set(name, value)
  try {
    let url = out.url
    for (let redirects = 0; ; redirects += 1) {
      const response = await options.fetch(url, { ...out.init, headers, redirect: 'manual', signal: AbortSignal.any(signals) })
      const { sink } = out.meta
      if (sink && response.ok) {
        await pour(response, sink)
        return { response, bytes: new ArrayBuffer(0) }
      }
      const bytes = await response.arrayBuffer()
      const target = isManual(out) ? undefined : redirectTarget(out, url, response)
      if (!target) return { response, bytes }
      if (redirects === MOST_REDIRECTS) throw toUnreadable(out, response.status, 'too many redirects')
      url = target
    }
  } catch (error) {
    if (isAppError(error)) throw error
    if (!deadline.aborted && (options.signal.aborted || out.init.signal?.aborted))
      throw new AppError('cancelled', `${out.operation} was stopped before it was answered.`, { cause: error })
    throw toTransportFailure(out, error, deadline.aborted, out.timeoutMs)
  }
}

interface Judged {
  /** What the body says, where it is JSON. */
  readonly json: unknown
  /** What a GraphQL query cost. */
  readonly points: number | undefined
}

/** Tells the limits what came back, and throws unless it can be used. */
function judge({ provider, limits }: RequesterOptions, out: Outgoing, response: Response, bytes: ArrayBuffer): Judged {
  const { status, headers } = response
  const failed = status >= 400
  const isGraphql = out.limited.budget === GRAPHQL
  const text = failed || isGraphql ? new TextDecoder().decode(bytes) : ''
  const body = isGraphql ? parseGraphql(text) : undefined
  const { told, cost, limited: refused } = isGraphql ? readGraphqlBudget(body) : { limited: false }
  const limited = refused || (failed && classifyStatus(provider, status, headers, text) === 'provider-rate-limited')
  const retryAt = limits.observe(out.limited, { limited, headers, told })
  if (limited) throw toResponseFailure(out, { status, headers, text, retryAt, code: 'provider-rate-limited' })
  if (failed) throw toResponseFailure(out, { status, headers, text, retryAt })
  const json = body ?? readable(out, response, bytes)
  const code = isGraphql ? classifyGraphql(body) : undefined
  if (code) throw toResponseFailure(out, { status, headers, text, code })
  return { json, points: cost }
}

/** One try: counted, logged, and either a usable response or an AppError. */
async function attemptOnce(options: RequesterOptions, out: Outgoing, attempt: number): Promise<Response> {
  const { log, clock, connectionId } = options
  const startedAt = clock.now().getTime()
  let status: number | undefined
  let points: number | undefined
  const report = (failure?: AppError) => {
    const ms = clock.now().getTime() - startedAt
    const line = { operation: out.operation, connection: connectionId, method: out.method, path: out.url.pathname, status, ms, attempt }
    if (failure) log.warn({ ...line, code: failure.code, retryAt: failure.retryAt }, 'request failed')
    else log.debug(line, 'request')
    options.onExchange?.({
      operation: out.operation,
      method: out.method,
      ms,
      writes: !out.reads,
      ...(status === undefined ? {} : { status }),
      ...(points === undefined ? {} : { points }),
    })
  }
  try {
    const { response, bytes } = await send(options, out)
    status = response.status
    const judged = judge(options, out, response, bytes)
    points = judged.points
    report()
    return keepJson(rebuild(response, bytes), judged.json)
  } catch (error) {
    if (isAppError(error)) report(error)
    throw error
  }
}

/** How long to wait before the next try, or undefined to give the failure to the caller. */
function nextTryMs(options: RequesterOptions, out: Outgoing, failure: AppError, attempt: number): number | undefined {
  const now = options.clock.now()
  const { sent } = failure.details
  const decision = decideRetry({
    code: failure.code,
    method: out.method,
    idempotent: out.idempotent,
    sent: sent === false ? false : undefined,
    attempt,
    retryAt: failure.retryAt,
    now,
    random: options.random.next(),
    policy: REQUEST_RETRY,
  })
  // The remote object changed under the request: only the caller can decide anew.
  if (failure.code === 'provider-conflict' || failure.code === 'cancelled') return undefined
  const waitMs =
    decision.kind === 'retry' ? decision.afterMs : decision.kind === 'snooze' ? decision.until.getTime() - now.getTime() : undefined
  return waitMs === undefined || waitMs > PATIENCE_MS || attempt >= REQUEST_RETRY.maxAttempts ? undefined : Math.max(0, waitMs)
}

/** Sends until it is answered, or until trying again is somebody else's. */
async function sendRepeatedly(options: RequesterOptions, out: Outgoing): Promise<Response> {
  let renewed = false
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await options.limits.run(out.limited, options.signal, () => attemptOnce(options, out, attempt))
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.code === 'provider-unauthenticated' && !renewed && (await options.credentials.invalidate?.())) {
        renewed = true
        continue
      }
      const waitMs = nextTryMs(options, out, error, attempt)
      if (waitMs === undefined) throw error
      await options.clock.sleep(waitMs, options.signal)
    }
  }
}

/** What makes two reads the same: where they go, everything they say, who says it, and how urgent it is. */
async function sharedKey({ credentials }: RequesterOptions, out: Outgoing): Promise<string> {
  const headers = new Headers(out.init.headers)
  for (const [name, value] of Object.entries(await credentials.headers())) headers.set(name, value)
  return JSON.stringify([out.method, out.url.href, out.limited.priority, ...headers])
}

/** Reads may be shared, and what was asked for before a write ended is not given to those who ask after it. */
async function sendShared(options: RequesterOptions, sharedReads: SharedReads, out: Outgoing): Promise<Response> {
  // A body that goes somewhere cannot be shared, and a redirect that is answered is not what others asked for.
  if (out.method === 'GET' && !out.meta.sink && !isManual(out)) {
    const signal = out.init.signal ? AbortSignal.any([options.signal, out.init.signal]) : options.signal
    return sharedReads.share(await sharedKey(options, out), signal, () => sendRepeatedly(options, out))
  }
  try {
    return await sendRepeatedly(options, out)
  } finally {
    if (!out.reads) sharedReads.forget()
  }
}

/**
 * Makes the sender of one connection. Its fetch answers 1xx–3xx (304 included) and throws AppError otherwise:
 * `provider-*`, `dry-run`, `cancelled`. Tries again at most twice, within seconds, and only what may be repeated.
 */
export function makeRequester(options: RequesterOptions): Requester {
  return Object.freeze({
    async fetch(input: string | URL, init?: RequestInit, meta?: RequestMeta): Promise<Response> {
      const out = toOutgoing(options, input, init, meta)
      if (options.dryRun && !out.reads) {
        throw new AppError('dry-run', `${out.operation} (${out.method} ${out.url.pathname}) was not sent: this is a dry run.`, {
          details: { operation: out.operation, method: out.method, path: out.url.pathname },
        })
      }
      return options.sharedReads ? sendShared(options, options.sharedReads, out) : sendRepeatedly(options, out)
    },
  })
}
