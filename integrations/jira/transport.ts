// How jira.js sends: not with its own client, which has neither our limits nor our signal, but through the connection's
// Requester. jira.js brings the paths and the shapes of the whole API; each request is one line in cloud-client.ts.
import type { z } from 'zod'
import { readJson } from '../engine/parsed-answer.ts'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'

/** Names of statuses and fields follow the account's language unless it is fixed here. */
const HEADERS = {
  accept: 'application/json',
  // Without it even a DELETE without a body is answered 415.
  'content-type': 'application/json',
  'accept-language': 'en',
  'x-force-accept-language': 'true',
} as const

/** What the functions of jira.js ask a client to send: the library's own type, spelt out because only cloud-client.ts imports it. */
interface SendOptions<T> {
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

export interface Sent {
  /** The account that Jira took us for; absent when it took us for nobody. */
  account: string | undefined
}

function urlOf(baseUrl: string, path: string, query: Readonly<Record<string, unknown>> = {}): URL {
  // The base may have a path of its own (the OAuth gateway, a context path): it is kept, not resolved against.
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`)
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(key, typeof one === 'object' ? JSON.stringify(one) : String(one))
    }
  }
  return url
}

/** Cloud names the account only where there is one, Data Center says `anonymous`. */
function accountOf(headers: Headers): string | undefined {
  const name = headers.get('x-aaccountid') ?? headers.get('x-ausername')
  return name === null || name === 'anonymous' ? undefined : name
}

async function readBody(response: Response, operation: string): Promise<unknown> {
  try {
    return await readJson(response)
  } catch (cause) {
    throw new AppError(
      'provider-unreadable',
      `Jira's answer to ${operation} is not JSON. Try again later; if it stays so, a proxy may be answering in Jira's place.`,
      {
        details: { operation },
        cause,
      },
    )
  }
}

/**
 * A client for the functions of jira.js that sends as `meta` says. Throws what the Requester throws (`provider-*`, `dry-run`,
 * `cancelled`), and `provider-unreadable`. Where an answer departs from the library's schema that is logged and nothing else:
 * sites differ in ways the library cannot know.
 */
export function makeTransport(baseUrl: string, context: ProviderContext, meta: RequestMeta, sent: Sent): Transport {
  const sendRequest = async <T>(options: SendOptions<T>): Promise<T> => {
    const method = options.method ?? 'GET'
    const body = options.body === undefined ? {} : { body: JSON.stringify(options.body) }
    const init = { method, headers: { ...HEADERS, ...options.headers }, signal: context.signal, ...body }
    const response = await context.requester.fetch(urlOf(baseUrl, options.url, options.searchParams), init, meta)
    sent.account = accountOf(response.headers)
    const answer = await readBody(response, meta.operation)
    // A page of a thousand issues takes longer to check than to parse: only where somebody reads what it would say.
    const isRead = context.log.isLevelEnabled('debug')
    const checked = answer === undefined || !isRead ? undefined : options.schema?.safeParse(answer)
    if (checked && !checked.success) {
      const places = checked.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.'))
      context.log.debug({ operation: meta.operation, places }, 'Jira answered with something its library does not describe')
    }
    return answer as T
  }
  return Object.freeze({ sendRequest })
}
