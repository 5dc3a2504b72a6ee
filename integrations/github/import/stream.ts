// What a reading of GitHub looks like to whoever asks for it: streams, each read page by page by `integrations/engine/pull.ts`,
// whose pages bring facts of one or several kinds. A stream knows GitHub and nothing of the store.
import type { PullPosition } from '../../engine/pull.ts'
import type { FactBatch } from '../../foe/facts/fact-batch.ts'
import type { FactKind } from '../../foe/facts/fact-kinds.ts'
import type { GitHubContext } from '../client.ts'

export type { FactBatch } from '../../foe/facts/fact-batch.ts'

/** The repository that is read, and how far back. */
export interface ImportPlace {
  readonly owner: string
  readonly repo: string
  /** GitHub's id: it stays when the repository is renamed or transferred. */
  readonly repositoryId: number
  /** Of GraphQL. */
  readonly nodeId: string
  readonly defaultBranch: string
  /** Whose protection, rules and commits are read; the default branch unless asked otherwise. */
  readonly branch: string
  /** The start of the window; streams read whatever lies in it, and what older things still change in it. */
  readonly from: Date
  /** Patterns of artifacts that hold test results (`foe/settings.ts`). */
  readonly testArtifactNames: readonly string[]
  /** Labels of issues that say where documentation is missing. */
  readonly gapLabels: readonly string[]
  /** Where governance artifacts are, for the documents that count as decisions. */
  readonly governancePath: string | null
}

export interface FactPage {
  readonly batch: FactBatch
  /** Where the next page begins; undefined when the scan has reached the watermark, or the end. */
  readonly next: string | undefined
  /** What the watermark becomes when the scan is complete; left out it stays what earlier pages said. */
  readonly candidate?: string | undefined
  /** How many pages or things there are in all, where GitHub says so. */
  readonly total?: number | undefined
}

export interface FactStream {
  /** Kebab-case and unique, such as `workflow-runs`: the cursor is stored under it. */
  readonly name: string
  /** Every kind its pages can bring. */
  readonly brings: readonly FactKind[]
  /**
   * Reads one page. A second scan with a watermark and nothing new costs one conditional request where GitHub has such.
   * @throws AppError `provider-*`; that a feature is off or not permitted is an `absent` in the batch, not an error
   */
  readonly fetchPage: (github: GitHubContext, place: ImportPlace, position: PullPosition) => Promise<FactPage>
}
