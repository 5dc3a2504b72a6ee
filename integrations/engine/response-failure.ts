// Turns what a provider or the network did instead of answering into an AppError with a code of the closed list and a
// sentence that says what happened, where, and what to do. The provider's own words are shown, cut and without secrets.
import { AppError, type ErrorCode } from '../kernel/errors.ts'
import { redactText } from '../kernel/redact.ts'
import type { ProviderName } from './provider.ts'

const PROVIDER_TITLES: Readonly<Record<ProviderName, string>> = {
  github: 'GitHub',
  jira: 'Jira',
  confluence: 'Confluence',
  katalyst: 'Katalyst',
}
const SHOWN_CHARACTERS = 300

export interface SentRequest {
  readonly provider: ProviderName
  readonly connectionId: string
  readonly operation: string
  readonly method: string
  readonly url: URL
}

/** Codes for statuses that mean one thing; the others go by their hundred. */
const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'provider-unauthenticated',
  403: 'provider-forbidden',
  404: 'provider-not-found',
  408: 'provider-timeout',
  409: 'provider-conflict',
  410: 'provider-gone',
  412: 'provider-conflict',
  423: 'provider-conflict',
  429: 'provider-rate-limited',
}

const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  'provider-unauthenticated': 'Check the credential of the connection; it may have expired or been revoked.',
  'provider-forbidden': 'Grant the missing permission to the account or App of the connection.',
  'provider-not-found': 'Check that it exists and that the account of the connection may see it.',
  'provider-gone': 'It was deleted, or this version of the provider no longer offers it.',
  'provider-conflict': 'It changed meanwhile; it is read again before the next try.',
  'provider-rejected': 'Correct what the provider names; the same request would be refused again.',
  'provider-rate-limited': 'It continues by itself when the provider allows it.',
  'provider-failed': 'It is tried again; if it stays so, look at the status page of the provider.',
  'provider-unreadable': 'Check that the base URL is that of the API, and that no proxy or sign-in page stands in between.',
  'provider-unreachable': 'Check the base URL, the network and the proxy.',
  'provider-timeout': 'It is tried again; if it stays so, look at the status page of the provider.',
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    // Not JSON: a proxy's page or a cut answer, which has no message worth showing.
    return {}
  }
}

/** The provider's message: GitHub's `message` and `errors`, Jira's `errorMessages` and `errors`, Confluence's `message` or `errors[].title`. */
function readMessage(body: Readonly<Record<string, unknown>>): string {
  const parts: string[] = []
  const add = (value: unknown) => {
    if (typeof value === 'string' && value.trim() !== '') parts.push(value.trim())
  }
  add(body.message)
  for (const message of Array.isArray(body.errorMessages) ? body.errorMessages : []) add(message)
  if (Array.isArray(body.errors)) {
    for (const item of body.errors as readonly unknown[]) {
      const fault = (item ?? {}) as Readonly<Record<string, unknown>>
      add(
        typeof item === 'string'
          ? item
          : (fault.message ?? fault.title ?? (fault.field === undefined ? undefined : `${String(fault.field)}: ${String(fault.code)}`)),
      )
    }
  } else if (body.errors !== null && typeof body.errors === 'object') {
    for (const [field, message] of Object.entries(body.errors)) add(`${field}: ${String(message)}`)
  }
  const text = redactText([...new Set(parts)].join(' ').replace(/\s+/g, ' '))
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}

interface NamedFault {
  readonly field?: unknown
  readonly extensions?: { readonly code?: unknown; readonly typeName?: unknown; readonly fieldName?: unknown } | null
}

function fieldOf({ field, extensions }: NamedFault): readonly string[] {
  if (typeof field === 'string') return [field]
  return extensions?.code === 'undefinedField' ? [`${String(extensions.typeName)}.${String(extensions.fieldName)}`] : []
}

/** The fields a provider names in a refusal: Jira's keys, GitHub's `errors[].field`, and `Type.field` that its GraphQL schema lacks. */
function readFields(body: Readonly<Record<string, unknown>>): readonly string[] {
  if (Array.isArray(body.errors))
    return (body.errors as readonly unknown[]).flatMap((item) =>
      item !== null && typeof item === 'object' ? fieldOf(item as NamedFault) : [],
    )
  return body.errors !== null && typeof body.errors === 'object' ? Object.keys(body.errors) : []
}

/** GitHub answers 403, not 429, when a primary or secondary limit is met; only headers and wording tell. */
function isHiddenLimit(provider: ProviderName, headers: Headers, message: string): boolean {
  if (provider !== 'github') return headers.has('retry-after')
  return (
    headers.get('x-ratelimit-remaining') === '0' ||
    headers.has('retry-after') ||
    /secondary rate limit|abuse detection|rate limit exceeded/i.test(message)
  )
}

const isScopeFault = (message: string): boolean => /scope does not match/i.test(message)

/** The code an answer of 400 and above stands for. */
export function classifyStatus(provider: ProviderName, status: number, headers: Headers, bodyText: string): ErrorCode {
  if (status === 403 && isHiddenLimit(provider, headers, readMessage(parseObject(bodyText)))) return 'provider-rate-limited'
  // The gateway's word for a token that is good and lacks a scope: another one of the same would not be any better.
  if (status === 401 && isScopeFault(readMessage(parseObject(bodyText)))) return 'provider-forbidden'
  const known = CODE_BY_STATUS[status]
  if (known) return known
  return status >= 500 ? 'provider-failed' : 'provider-rejected'
}

/** What a 403 of GitHub says besides its message: the permission that was missing, or the organisation's sign-on. */
function forbiddenBecause(headers: Headers): string {
  const permissions = headers.get('x-accepted-github-permissions')
  if (headers.has('x-github-sso')) return ' The organisation asks for single sign-on: authorise the token for it.'
  return permissions ? ` It takes the permission ${permissions}.` : ''
}

const place = ({ method, url }: SentRequest) => `${method} ${url.pathname}`
const factsOf = (request: SentRequest) => ({
  provider: request.provider,
  connection: request.connectionId,
  operation: request.operation,
  method: request.method,
  path: request.url.pathname,
})

/** GitHub's, Atlassian Cloud's and Data Center's ids of a request, by which their support and logs find it. */
const REQUEST_ID_HEADERS = ['x-github-request-id', 'atl-traceid', 'x-arequestid', 'x-request-id'] as const

function readRequestId(headers: Headers): string | undefined {
  const ids = REQUEST_ID_HEADERS.flatMap((name) => headers.get(name)?.trim() || [])
  // Shown to people and written to the log, so it must look like an id.
  return ids.find((id) => /^[\w:.=/+-]{1,100}$/.test(id))
}

/** An answer of 400 and above as an error. `retryAt` comes from the limits. */
export function toResponseFailure(
  request: SentRequest,
  answer: {
    readonly status: number
    readonly headers: Headers
    readonly text: string
    readonly retryAt?: Date | undefined
    readonly code?: ErrorCode
  },
): AppError {
  const { status, headers, text, retryAt } = answer
  const body = parseObject(text)
  const code = answer.code ?? classifyStatus(request.provider, status, headers, text)
  const message = readMessage(body)
  const said = message === '' ? '' : `: ${message.replace(/[.\s]+$/, '')}`
  const scope = status === 401 && code === 'provider-forbidden' ? ' The token lacks a scope for it; testing the connection says which.' : ''
  const because = code === 'provider-forbidden' ? `${forbiddenBecause(headers)}${scope}` : ''
  const fields = readFields(body)
  const providerRequestId = readRequestId(headers)
  return new AppError(
    code,
    `${PROVIDER_TITLES[request.provider]} answered ${status} to ${request.operation} (${place(request)})${said}.${because} ${ADVICE[code] ?? ''}`.trim(),
    {
      details: {
        ...factsOf(request),
        status,
        ...(fields.length > 0 ? { fields } : {}),
        ...(providerRequestId ? { providerRequestId } : {}),
      },
      ...(retryAt ? { retryAt } : {}),
    },
  )
}

/** An answer that cannot be used although its status says success. */
export function toUnreadable(request: SentRequest, status: number, why: string, cause?: unknown): AppError {
  const code = 'provider-unreadable'
  return new AppError(
    code,
    `${PROVIDER_TITLES[request.provider]} answered ${request.operation} (${place(request)}) with ${why}. ${ADVICE[code]}`,
    { details: { ...factsOf(request), status }, cause },
  )
}

/** System errors that are raised before a byte of the request has left. */
const NOT_SENT: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

interface SystemFault {
  readonly code?: unknown
  readonly cause?: unknown
  /** Of an AggregateError: one fault for each address that was tried. */
  readonly errors?: readonly unknown[]
}

/** The system's code for a network fault, which fetch hides in causes. Judged by shape: the fault may come from another realm. */
function systemCode(error: unknown, depth = 0): string | undefined {
  if (error === null || typeof error !== 'object' || depth > 6) return undefined
  const { code, cause, errors } = error as SystemFault
  return typeof code === 'string' ? code : (systemCode(cause, depth + 1) ?? systemCode(errors?.[0], depth + 1))
}

/** A request without an answer as an error; `sent: false` in the details when it certainly never left. */
export function toTransportFailure(request: SentRequest, error: unknown, timedOut: boolean, timeoutMs: number): AppError {
  const title = PROVIDER_TITLES[request.provider]
  if (timedOut) {
    return new AppError(
      'provider-timeout',
      `${title} did not answer ${request.operation} (${place(request)}) within ${timeoutMs / 1_000} s. ${ADVICE['provider-timeout']}`,
      { details: factsOf(request), cause: error },
    )
  }
  const system = systemCode(error)
  const sent = !NOT_SENT.has(system)
  return new AppError(
    'provider-unreachable',
    `${title} cannot be reached at ${request.url.host} for ${request.operation} (${system ?? 'the connection broke'}). ${ADVICE['provider-unreachable']}`,
    {
      details: { ...factsOf(request), sent, ...(system ? { system } : {}) },
      cause: error,
    },
  )
}
