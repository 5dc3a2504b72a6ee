// What GitHub says when it refuses, in its own words and shape. Routes throw it; the server turns it into the answer.
import type { SandboxResponse } from '../http.ts'

export interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** GitHub's list of faults of a 422. */
  readonly errors?: readonly unknown[]
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly unknown[] | undefined

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message)
    this.status = status
    this.headers = options.headers ?? {}
    this.errors = options.errors
  }
}

export function toResponse(refusal: Refusal): SandboxResponse {
  const json = { message: refusal.message, documentation_url: 'https://docs.github.com/rest', status: String(refusal.status) }
  return { status: refusal.status, headers: refusal.headers, json: refusal.errors ? { ...json, errors: refusal.errors } : json }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found')
export const badCredentials = (message = 'Bad credentials'): Refusal => new Refusal(401, message)
export const invalid = (message: string, errors?: readonly unknown[]): Refusal => new Refusal(422, message, errors ? { errors } : {})
