// Whether an import that met an obstacle is taken up again by its job, or ends with what there is: data for every provider alike.
import type { Priority } from '../../../integrations/engine/provider.ts'
import { toAppError } from '../../../integrations/kernel/errors.ts'

/** Somebody waits: a limit that is over within this time is waited for, a longer one is an answer. */
const PATIENCE_MS = 60_000
/** Nobody waits: this often a reading that fails is taken up again before the import ends with what there is. */
const MOST_ATTEMPTS = 5

/** @param attempt of the job, from 1 */
export function isWorthWaiting(
  error: unknown,
  { priority, attempt, now }: { readonly priority: Priority; readonly attempt: number; readonly now: Date },
): boolean {
  const { code, retryAt } = toAppError(error)
  if (code === 'provider-rate-limited')
    return priority !== 'interactive' || (retryAt !== undefined && retryAt.getTime() - now.getTime() < PATIENCE_MS)
  const isTransient = code === 'provider-unreachable' || code === 'provider-timeout' || code === 'provider-failed'
  return isTransient && priority !== 'interactive' && attempt < MOST_ATTEMPTS
}
