// What an import reads of a space, a request a function, on both products. Lists come page by page with the place of the next
// one, so that an import that is stopped goes on there.
import type { FoundPage, PageSummary, Space } from '../client.ts'

export interface EvidencePage<T> {
  readonly items: readonly T[]
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined
}

export interface LabelledPage {
  readonly summary: Omit<FoundPage, 'property'>
  readonly labels: readonly string[]
}

export interface PageBody {
  readonly id: string
  readonly version: number
  readonly body: string
}

export interface EvidenceReads {
  /** Current pages of the space. Cloud: 250 a request. */
  pageList(space: Space, cursor: string | undefined): Promise<EvidencePage<PageSummary>>
  /** Pages that a query finds, with their labels. The index lags behind by seconds. */
  labelledPages(cql: string, cursor: string | undefined): Promise<EvidencePage<LabelledPage>>
  /** The bodies of these pages; those that are gone are not there. At most `BODIES_AT_ONCE`. */
  pageBodies(ids: readonly string[]): Promise<readonly PageBody[]>
}

/** Cloud takes so many ids in one request. */
export const BODIES_AT_ONCE = 250
