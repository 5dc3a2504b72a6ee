// What the engine and the providers agree on. A provider knows one remote: how to read or write one page of it, and how
// to translate. It is handed a context without a store, so that it cannot keep anything; when, how fast and what happens
// on failure are the engine's.
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'

export const PROVIDER_NAMES = ['github', 'jira', 'confluence', 'katalyst'] as const
export type ProviderName = (typeof PROVIDER_NAMES)[number]

/** Lower goes first: someone waits, a webhook, a poll, a backfill. */
export const PRIORITIES = { interactive: 0, webhook: 3, poll: 6, backfill: 9 } as const
export type Priority = keyof typeof PRIORITIES

/** What a request is, besides its HTTP: said by the provider, used by limits, dry run, retry and the log. */
export interface RequestMeta {
  /** Constant name of the operation for the log and the run record, such as `jira.issue.create`. */
  readonly operation: string
  /** True for a request that changes nothing although its method is not GET or HEAD (searches, GraphQL queries, tokens). */
  readonly reads?: boolean
  /** Whether sending it twice is the same as once. Default: by method (GET, HEAD, PUT, DELETE yes; POST, PATCH no). */
  readonly idempotent?: boolean
  /** The remote object written to, such as `issue:10012`: writes to one object have limits of their own. */
  readonly object?: string
  /** The provider's budget the request counts against, such as `core`, `search`, `graphql`; default `core`. */
  readonly budget?: string
  readonly timeoutMs?: number
  /** Takes the body of a successful answer instead of the response: for what is too large to be held, or may be. */
  readonly sink?: BodySink
}

/** Where a body goes piece by piece. What it throws ends the request; an AppError comes out as it is. */
export interface BodySink {
  /** Begins anew: what an earlier try wrote is void. */
  begin(): Promise<void>
  write(chunk: Uint8Array): Promise<void>
}

/** Sends requests of one connection. Throws AppError (`provider-*`, `dry-run`, `cancelled`) instead of answering 4xx and 5xx; 304 is answered. */
export interface Requester {
  /**
   * Drop-in for the global fetch, for the libraries that carry the calls. Without meta, method and path are the operation.
   * Redirects of reads are followed within the origin; with `redirect: 'manual'` they are answered.
   */
  fetch(url: string | URL, init?: RequestInit, meta?: RequestMeta): Promise<Response>
}

/** Everything a provider function may use. */
export interface ProviderContext {
  readonly connectionId: string
  readonly requester: Requester
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Who we are at the remote, and what we may not do there: the answer of a connection test. */
export interface Identity {
  readonly account: string
  readonly displayName: string
  /** Permissions or settings that are missing, each with what it would take. */
  readonly missing: readonly string[]
  /** Settings that cannot work there, each with its place, what was expected and what was found. */
  readonly problems?: readonly string[]
  /** What a person should know although nothing is wrong. */
  readonly notes?: readonly string[]
}

/** What every provider offers, whatever else it can do. */
export interface Provider {
  readonly name: ProviderName
  /** One read that proves the credential and says who we are. */
  identify(context: ProviderContext): Promise<Identity>
  /** True when one of the secrets signed exactly these bytes. Header names are lower case. */
  verifyWebhook(raw: Uint8Array, headers: Readonly<Record<string, string>>, secrets: readonly string[]): Promise<boolean>
  /** Names the delivery: its id for recognising repeats, and its event. `undefined` when the headers are not this provider's. */
  describeWebhook(
    raw: Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): { readonly id: string; readonly event: string; readonly action?: string } | undefined
}
