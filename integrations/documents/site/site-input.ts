// What the published site is made of. Everything is given: the same input is the same bytes.
import type { Gap } from '../../foe/gap.ts'
import type { MaturityLevel, Triangle } from '../../foe/score/overall.ts'
import type { DimensionScores } from '../../foe/score/score-dimension.ts'
import type { RoadItem, RoadState } from '../../governance/artifact.ts'
import type { Coverage } from '../../governance/coverage.ts'
import type { GovernanceHealth } from '../governance-report-document.ts'
import type { Provenance, ScanSummary } from '../provenance.ts'
import type { RoadItemLinks } from '../roadmap-document.ts'

export interface SiteScores {
  readonly overall: number
  readonly maturity: MaturityLevel
  readonly dimensions: DimensionScores
  readonly triangle: Triangle
}

export interface SiteInput {
  /** Without a commit: it would change every page with every push. */
  readonly provenance: Omit<Provenance, 'commit'>
  /** Absent until something has been imported. */
  readonly scores?: SiteScores
  /** Scans, oldest first; the last one is the one the scores are of. */
  readonly history: readonly ScanSummary[]
  readonly gaps: readonly Gap[]
  readonly health: GovernanceHealth
  /** In the order they are to be shown in. */
  readonly items: readonly RoadItem[]
  readonly links: ReadonlyMap<string, RoadItemLinks>
  /** The states in their order, and in words for people (governance/states.ts). */
  readonly states: readonly RoadState[]
  readonly stateLabel: (state: RoadState) => string
  readonly coverage: Coverage
  /** Where the file of an artifact can be seen, by its id. */
  readonly fileUrls: ReadonlyMap<string, string>
}
