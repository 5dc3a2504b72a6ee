// The circuit breaker of a connection. A failure that says something about the connection and nothing about the job stops all
// of its jobs together, instead of burning the attempts of each: at once when the credential is refused, after so many in a
// row when the provider is away. A provider that was away is tried again with one job at a time, further and further
// apart. A refused credential waits for a person: trying it again and again locks accounts.
import type { ErrorCode } from '../kernel/errors.ts'
import {
  countConnectionFailure,
  forgetConnectionFailures,
  listConnectionStates,
  parkConnection,
  probeConnections as probeRows,
  reopenConnections as reopenRows,
} from '../store/connection-states.ts'
import type { Db } from '../store/db.ts'
import { PRIORITY_HANDICAP_MS } from './jobs.ts'

/** How many failures in a row park a connection, by code; other codes are the job's own affair. */
const FAILURES_TO_PARK: Partial<Readonly<Record<ErrorCode, number>>> = {
  'provider-unauthenticated': 1,
  'provider-unreachable': 8,
  'provider-timeout': 8,
  'provider-failed': 8,
  'provider-unreadable': 8,
}
const FIRST_PROBE_MS = 30_000
const LAST_PROBE_MS = 15 * 60_000

/** Whether a failure with this code is the connection's, so that whoever meets it in a job must throw it. */
export const isConnectionFault = (code: ErrorCode) => FAILURES_TO_PARK[code] !== undefined

/** When the next job is let through after so many failures beyond those that parked it; undefined: not before a person has looked. */
function nextProbe(code: ErrorCode, beyond: number, now: Date): Date | undefined {
  if (code === 'provider-unauthenticated') return undefined
  return new Date(now.getTime() + Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(beyond, 10)))
}

export type Verdict = { readonly kind: 'open' } | { readonly kind: 'parked'; readonly probeAt: Date | undefined }

export interface Breaker {
  /** Counts a job's failure against its connection, and says whether the connection is parked now. */
  judge(connectionId: string, failure: { readonly code: ErrorCode; readonly message: string }, now: Date): Promise<Verdict>
  /** Forgets what was held against connections whose jobs went well. */
  praise(connectionIds: readonly string[]): Promise<void>
  /** Reads which connections have something held against them, so that praise for the others costs nothing. */
  refresh(): Promise<void>
}

export function makeBreaker(db: Db): Breaker {
  let suspects = new Set<string>()
  return Object.freeze({
    async judge(connectionId: string, { code, message }: { readonly code: ErrorCode; readonly message: string }, now: Date) {
      const threshold = FAILURES_TO_PARK[code]
      if (threshold === undefined) return { kind: 'open' } as const
      suspects.add(connectionId)
      const failures = await countConnectionFailure(db, connectionId, { code, reason: message, at: now })
      if (failures < threshold) return { kind: 'open' } as const
      const probeAt = nextProbe(code, failures - threshold, now)
      await parkConnection(db, connectionId, { probeAt, at: now })
      return { kind: 'parked', probeAt } as const
    },
    async praise(connectionIds: readonly string[]) {
      const known = connectionIds.filter((id) => suspects.has(id))
      if (known.length === 0) return
      await forgetConnectionFailures(db, known)
      for (const id of known) suspects.delete(id)
    },
    async refresh() {
      suspects = new Set((await listConnectionStates(db)).map(({ connectionId }) => connectionId))
    },
  })
}

/** Lets the jobs of a provider's connections run again: somebody has tested it, or given it another credential. Returns how many were parked. */
export async function reopenConnections(db: Db, provider: string, now: Date): Promise<number> {
  const reopened = await reopenRows(db, provider, { now, handicapMs: PRIORITY_HANDICAP_MS })
  if (reopened > 0) db.announce('jobs')
  return reopened
}

/**
 * Lets one job of each connection that waits for a person through. For the start of a process, which somebody may have given
 * another credential in its environment: if it is still refused, the connection waits again.
 */
export const probeConnections = (db: Db, now: Date): Promise<number> => probeRows(db, now)
