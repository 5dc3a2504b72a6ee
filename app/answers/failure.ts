// Every failure leaves in one envelope: { error, code, details, requestId }. The table in kernel/errors says which status.
import { AppError, ERROR_CODES, toAppError } from '../../integrations/kernel/errors.ts'
import { redact, redactText } from '../../integrations/kernel/redact.ts'

export interface FailureBody {
  readonly error: string
  readonly code: string
  readonly details?: unknown
  readonly requestId: string
}

/** Absolute paths of the server's machine do not belong in an answer; the last part of one is enough to act on. */
const hidePaths = (text: string) =>
  text.replace(/(^|[\s"'(:=])(?:\/(?:[\w.@-]+\/)+)([\w.@-]+)/g, (whole, before: string, name: string) =>
    /^(\/api|\/webhooks|\/rest|\/repos|\/auth)/.test(whole.trim()) ? whole : `${before}…/${name}`,
  )

/** The answer to a failure: status, headers, body. Messages of unknown errors never leave. */
export function toFailure(
  thrown: unknown,
  requestId: string,
  now: Date,
): { status: number; headers: Record<string, string>; body: FailureBody } {
  const error = toAppError(thrown)
  const details = error.code === 'internal' || Object.keys(error.details).length === 0 ? undefined : redact(error.details)
  const headers: Record<string, string> = {}
  if (error.retryAt) headers['retry-after'] = String(Math.max(1, Math.ceil((error.retryAt.getTime() - now.getTime()) / 1000)))
  if (error.code === 'unauthenticated') headers['www-authenticate'] = 'Bearer'
  const body = { error: hidePaths(redactText(error.message)), code: error.code.toUpperCase(), ...(details ? { details } : {}), requestId }
  return { status: ERROR_CODES[error.code].http, headers, body }
}

/** For paths we do not have. */
export const noSuchRoute = (method: string, path: string) =>
  new AppError('not-found', `There is no ${method} ${path} here; GET /api/v1/openapi.json lists what there is.`)
