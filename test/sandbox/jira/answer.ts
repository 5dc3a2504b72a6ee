// What a handler of the stand-in takes and gives, and how it says no.
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import type { SiteUser } from './site.ts'

export interface JiraRequest extends SandboxRequest {
  /** Path variables by name, decoded. */
  readonly variables: Readonly<Record<string, string>>
  /** Who asks; undefined is anonymous. */
  readonly user: SiteUser | undefined
  /** Whether it comes through the gateway with an app's token. */
  readonly byApp: boolean
}

/** Why Jira says no: the status and the two places an error collection has for reasons. */
export interface Refusal {
  readonly refused: true
  readonly status: number
  readonly messages: readonly string[]
  readonly errors: Readonly<Record<string, string>>
}

/** A refusal with one general message, or with messages by field. */
export const refuse = (status: number, reason: string | Readonly<Record<string, string>>): Refusal =>
  typeof reason === 'string'
    ? { refused: true, status, messages: [reason], errors: {} }
    : { refused: true, status, messages: [], errors: { ...reason } }

export const isRefusal = (value: unknown): value is Refusal => isRecord(value) && value.refused === true

export const answer = (status: number, json?: unknown): SandboxResponse => (json === undefined ? { status } : { status, json })

/** The error collection of the real API. */
export const errorCollection = (refusal: Refusal) => ({ errorMessages: refusal.messages, errors: refusal.errors })

export const answerRefusal = (refusal: Refusal): SandboxResponse => answer(refusal.status, errorCollection(refusal))

/** What 404 says, for a missing issue and for one the caller may not see alike. */
export const issueNotFound = () => refuse(404, 'Issue does not exist or you do not have permission to see it.')

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The items of a query parameter that may be repeated and may hold commas. */
export const listOf = (query: URLSearchParams, name: string): string[] =>
  query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')

/** One page of a list by `startAt` and `maxResults` (default 50), with the page size the server really used. */
export function pageOf<T>(query: URLSearchParams, all: readonly T[], cap: number) {
  const number = (name: string, otherwise: number) => {
    const value = Number.parseInt(query.get(name) ?? '', 10)
    return Number.isNaN(value) || value < 0 ? otherwise : value
  }
  const startAt = number('startAt', 0)
  const maxResults = Math.min(number('maxResults', 50), cap)
  const values = all.slice(startAt, startAt + maxResults)
  return { startAt, maxResults, total: all.length, isLast: startAt + values.length >= all.length, values }
}
