// Which way a sync carries changes, and what that means for pages that somebody edited.
import type { PageConflictPolicy } from '../../integrations/confluence/index.ts'

export const SYNC_DIRECTIONS = ['export', 'import', 'both'] as const
/** `import` writes nothing to the provider; `export` takes nothing from it. */
export type SyncDirection = (typeof SYNC_DIRECTIONS)[number]

/**
 * Who wins on an edited page. A sync that is asked to bring changes in does so where only the page changed, instead of merely
 * reporting it; what is written over, or around, because somebody said so stays so.
 */
export function policyFor(direction: SyncDirection, configured: PageConflictPolicy): PageConflictPolicy {
  if (direction === 'export' || configured === 'managed-region') return configured
  return direction === 'import' || configured === 'warn' ? 'pull' : configured
}
