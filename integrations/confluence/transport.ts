// How confluence.js sends: not with its own client, which has neither our limits nor our signal, but through the connection's
// Requester. The library brings the paths and shapes of Cloud; Data Center's, which it does not have, go the same way.
import { z } from 'zod'
import { readJson } from '../engine/parsed-answer.ts'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { AppError, isAppError } from '../kernel/errors.ts'

/** What the functions of confluence.js ask a client to send. */
export interface SendOptions<T = unknown> {
  /** On Cloud it begins with `/wiki`, which the base URL ends with. */
  readonly url: string
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
  readonly searchParams?: Readonly<Record<string, unknown>> | undefined
  readonly schema?: z.ZodType<T> | undefined
}

export interface Transport {
  sendRequest<T>(options: SendOptions<T>): Promise<T>
}

function urlOf(baseUrl: string, path: string, query: Readonly<Record<string, unknown>> = {}): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path.replace(/^\/wiki(?=\/)/, '')}`)
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) url.searchParams.append(key, String(one))
  }
  return url
}

/** Forms go as they are: fetch says their boundary itself. */
function toBody(body: unknown): Pick<RequestInit, 'body'> {
  if (body === undefined || body === null) return {}
  return { body: body instanceof FormData ? body : JSON.stringify(body) }
}

async function readBody(response: Response, operation: string): Promise<unknown> {
  try {
    return await readJson(response)
  } catch (cause) {
    throw new AppError(
      'provider-unreadable',
      `Confluence's answer to ${operation} is not JSON. Try again later; if it stays so, a proxy may be answering in its place.`,
      { details: { operation }, cause },
    )
  }
}

/** A client for the functions of confluence.js that sends as `meta` says. Throws what the Requester throws, and `provider-unreadable`. */
export function makeTransport(baseUrl: string, context: ProviderContext, meta: RequestMeta): Transport {
  const sendRequest = async <T>({ url, method = 'GET', body, headers, searchParams }: SendOptions<T>): Promise<T> => {
    const isJson = body !== undefined && body !== null && !(body instanceof FormData)
    const all = { accept: 'application/json', ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers }
    const init = { method, headers: all, signal: context.signal, ...toBody(body) }
    const response = await context.requester.fetch(urlOf(baseUrl, url, searchParams), init, meta)
    return (await readBody(response, meta.operation)) as T
  }
  return Object.freeze({ sendRequest })
}

export type Send = <T>(meta: RequestMeta, answer: z.ZodType<T>, run: (transport: Transport) => Promise<unknown>) => Promise<T>

/** Sends and reads: `provider-unreadable` names the places where an answer is not what we need. */
export function makeSend(baseUrl: string, context: ProviderContext): Send {
  return async (meta, answer, run) => {
    const parsed = answer.safeParse(await run(makeTransport(baseUrl, context, meta)))
    if (parsed.success) return parsed.data
    const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || '(whole answer)')
    throw new AppError(
      'provider-unreadable',
      `Confluence's answer to ${meta.operation} lacks what its documentation promises: ${places.join(', ')}. Try again later; if it stays so, check the base URL.`,
      { details: { operation: meta.operation, places } },
    )
  }
}

export const anything = z.unknown()
export const reading = (operation: string): RequestMeta => ({ operation, reads: true, idempotent: true })
/** Writes to one page are one after another; what is not said to be idempotent is not sent twice. */
export const writing = (operation: string, id: string, idempotent?: boolean): RequestMeta => ({
  operation,
  object: `page:${id}`,
  ...(idempotent === undefined ? {} : { idempotent }),
})

/** One segment of a path: ids only, so that nothing can climb out of it. */
export function segment(id: string): string {
  if (!/^[\w~-]{1,255}$/.test(id)) throw new AppError('bad-request', `"${id.slice(0, 40)}" is no id or key of anything in Confluence.`)
  return id
}

/** Undefined in place of what is not there. Confluence answers 404 for what we may not see as well. */
export async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (isAppError(error) && (error.code === 'provider-not-found' || error.code === 'provider-gone')) return undefined
    throw error
  }
}

/** Lists that need more pages than this are not the kind of list we read. */
const MAX_PAGES = 400

/** Every item of a list whose answers say where the next ones are, by the cursor or `start` in that address. */
export async function everyPage<T>(
  fetchPage: (at: {
    readonly cursor?: string
    readonly start?: string
  }) => Promise<{ readonly results: readonly T[]; readonly _links?: { readonly next?: string | undefined } | undefined }>,
  limit = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const all: T[] = []
  let at: { readonly cursor?: string; readonly start?: string } = {}
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { results, _links } = await fetchPage(at)
    all.push(...results)
    const next = _links?.next
    if (!next || all.length >= limit) break
    const query = new URL(next, 'http://next.invalid').searchParams
    const [cursor, start] = [query.get('cursor'), query.get('start')]
    if (cursor === null && start === null) break
    at = { ...(cursor === null ? {} : { cursor }), ...(start === null ? {} : { start }) }
  }
  return all
}
