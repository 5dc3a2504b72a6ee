// What GitHub means when it refuses to tell something: that the feature is switched off, that the permission is missing, or that
// there is no such thing. It says so by status and in words, and each feature in its own; this table is the one place that reads
// them. Anything else (limits, outages, a credential that is not accepted, a suspended installation) is a failure, not an absence.
import type { AbsenceReason } from '../../foe/collected.ts'
import { type AppError, type ErrorCode, isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import { readRepository } from '../repositories.ts'
import type { ImportPlace } from './stream.ts'

interface Refusal {
  readonly code: ErrorCode
  /** Of GitHub's sentence; without it any. */
  readonly says?: RegExp
  /** Null: not an absence. */
  readonly means: AbsenceReason | null
}

/** The first that fits decides. The words are those of GitHub's REST API and of Enterprise Server. */
export const REFUSALS: readonly Refusal[] = [
  { code: 'provider-forbidden', says: /installation has been suspended|account (?:is|was) suspended/i, means: null },
  // "Dependabot alerts are disabled for this repository.", "Code Security must be enabled for this repository to use code
  // scanning.", "Advanced Security must be enabled for this repository to use code scanning.", "… is not enabled for this …".
  {
    code: 'provider-forbidden',
    says: /\b(?:is|are) (?:currently )?disabled|must be enabled|not enabled|not available for/i,
    means: 'not-enabled',
  },
  { code: 'provider-forbidden', means: 'no-permission' },
  // "no analysis found": code scanning is on, and nothing has ever been analysed.
  {
    code: 'provider-not-found',
    says: /\b(?:is|are) (?:currently )?disabled|not enabled|no analysis found|no default branch/i,
    means: 'not-enabled',
  },
  { code: 'provider-not-found', means: 'not-found' },
  { code: 'provider-gone', means: 'not-enabled' },
]

const meaningOf = ({ code, message }: AppError): AbsenceReason | null =>
  REFUSALS.find((refusal) => refusal.code === code && (refusal.says?.test(message) ?? true))?.means ?? null

/** Why something is not there to be read, where a failure says just that; undefined for a failure of another kind. */
export const absenceOf = (error: unknown): AbsenceReason | undefined => (isAppError(error) ? (meaningOf(error) ?? undefined) : undefined)

/** Reads, and answers why not where GitHub refuses; throws failures of other kinds. */
export async function readUnlessAbsent<T>(read: () => Promise<T>): Promise<T | { readonly absent: AbsenceReason }> {
  try {
    return await read()
  } catch (error) {
    const absent = absenceOf(error)
    if (absent === undefined) throw error
    return { absent }
  }
}

/**
 * Reads one thing; `gone` where GitHub says that it is not there although its repository is. Throws what both reads throw: a
 * repository that cannot be seen says nothing about what is in it.
 */
export async function readUnlessGone<T>(
  github: GitHubContext,
  { owner, repo, repositoryId }: ImportPlace,
  read: () => Promise<T>,
): Promise<T | 'gone'> {
  try {
    return await read()
  } catch (error) {
    const isMissing = isAppError(error) && (error.code === 'provider-not-found' || error.code === 'provider-gone')
    if (!isMissing) throw error
    // Under the same name there may be another repository by now.
    if ((await readRepository(github, { owner, repo })).id !== repositoryId) throw error
    return 'gone'
  }
}
