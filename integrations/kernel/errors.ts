// The closed list of what can go wrong, each with the HTTP status and the exit code it becomes. Nothing branches on an
// error's text: entry points translate by this table, the engine decides by code, people read the message.

export const ERROR_CODES = {
  'bad-request': { http: 400, exit: 2, meaning: 'the input does not have the documented shape' },
  'malformed-json': { http: 400, exit: 2, meaning: 'the body is not JSON' },
  'config-invalid': { http: 400, exit: 2, meaning: 'a configuration file or variable does not validate' },
  unauthenticated: { http: 401, exit: 2, meaning: 'no valid credential was presented to us' },
  forbidden: { http: 403, exit: 2, meaning: 'the credential presented to us does not allow this' },
  'not-found': { http: 404, exit: 1, meaning: 'we do not have it' },
  conflict: { http: 409, exit: 4, meaning: 'two versions disagree and a person decides' },
  'not-ours': { http: 409, exit: 1, meaning: 'the remote object was not made by us, so we do not touch it' },
  'too-large': { http: 413, exit: 2, meaning: 'the body is larger than the limit' },
  'unsupported-media-type': { http: 415, exit: 2, meaning: 'the content type is not JSON' },
  refused: { http: 422, exit: 1, meaning: 'a rule forbids it' },
  'own-rate-limit': { http: 429, exit: 3, meaning: 'the caller asked us too often' },
  'not-configured': { http: 409, exit: 2, meaning: 'the provider is not connected' },
  'provider-unreachable': { http: 502, exit: 3, meaning: 'no connection to the provider: DNS, refused, reset' },
  'provider-timeout': { http: 502, exit: 3, meaning: 'the provider did not answer in time' },
  'provider-unauthenticated': { http: 502, exit: 3, meaning: 'the provider does not accept our credential' },
  'provider-forbidden': { http: 502, exit: 3, meaning: 'the provider denies the permission' },
  'provider-not-found': { http: 502, exit: 3, meaning: 'the provider has no such object, or hides it from us' },
  'provider-gone': { http: 502, exit: 3, meaning: 'the provider withdrew the object or the endpoint' },
  'provider-conflict': { http: 502, exit: 3, meaning: 'the remote object changed between our read and our write' },
  'provider-rejected': { http: 502, exit: 3, meaning: 'the provider refuses the content of our request' },
  'provider-rate-limited': { http: 502, exit: 3, meaning: 'the provider asks us to wait' },
  'provider-failed': { http: 502, exit: 3, meaning: 'the provider failed (5xx)' },
  'provider-unreadable': {
    http: 502,
    exit: 3,
    meaning: 'the answer is not what the provider documents (HTML, truncated JSON, wrong shape)',
  },
  'outcome-unknown': { http: 502, exit: 3, meaning: 'a create may or may not have happened and the look-up is not conclusive yet' },
  'dry-run': { http: 500, exit: 1, meaning: 'a write was attempted in a dry run and stopped before it was sent' },
  'signature-invalid': { http: 401, exit: 1, meaning: 'a webhook signature is missing or wrong' },
  'lease-lost': { http: 503, exit: 1, meaning: 'another worker took the job over' },
  cancelled: { http: 503, exit: 1, meaning: 'the work was stopped from outside' },
  'not-ready': { http: 503, exit: 3, meaning: 'the database or a needed service is not there yet' },
  'secret-key-wrong': { http: 500, exit: 2, meaning: 'the secret key does not open what was sealed' },
  'migration-failed': { http: 500, exit: 2, meaning: 'the database schema could not be brought up to date' },
  internal: { http: 500, exit: 1, meaning: 'a fault of ours' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export interface ErrorOptions {
  /** Facts for logs, answers and decisions; never secrets or user content. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
  /** When the same thing may be tried again (rate limits, suspensions). */
  readonly retryAt?: Date
}

/** An error with a code of the closed list and a message that is safe to show: what happened, where, what to do. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAt: Date | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
    this.retryAt = options.retryAt
  }
}

export const isAppError = (value: unknown): value is AppError => value instanceof AppError

/** Any thrown value as an AppError. Libraries wrap what we throw inside their transports, so causes are searched first. */
export function toAppError(value: unknown): AppError {
  for (let at: unknown = value, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) if (isAppError(at)) return at
  return new AppError('internal', 'Something went wrong on our side; the log has the details under this request id.', { cause: value })
}
