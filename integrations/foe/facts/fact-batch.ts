import type { AbsenceReason } from '../collected.ts'
import type { FactKind, FactLists, FactSnapshots, ListKind } from './fact-kinds.ts'

/** Facts that were learned together: of one page of a reading, or about one thing that was read again. Applying it again changes nothing. */
export interface FactBatch {
  /** To be inserted, or to replace what is stored under the same id. */
  readonly lists?: { readonly [K in ListKind]?: readonly FactLists[K][] }
  /** To replace what is stored. */
  readonly snapshots?: Partial<FactSnapshots>
  /** Ids that GitHub says are gone for good; never inferred from an answer that is incomplete. */
  readonly gone?: { readonly [K in ListKind]?: readonly string[] }
  /** Kinds of which `lists` has everything there is: what else is stored of them is gone. Only of an answer that had it all at once. */
  readonly whole?: readonly ListKind[]
  /** Kinds that could not be read, and why; what is stored of them stays. */
  readonly absent?: { readonly [K in FactKind]?: AbsenceReason }
}
