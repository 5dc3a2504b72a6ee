// When evidence is too old to answer from without looking again, and the job that looks again.
import { DIMENSIONS, type Dimension } from '../../../integrations/foe/measure.ts'
import type { EvidenceImport } from '../../../integrations/store/evidence.ts'

/** The job that imports a repository again because somebody needed newer evidence. */
export const REFRESH_EVIDENCE_JOB = 'evidence.refresh'

/** Evidence older than this is worth a new import before it is relied on. */
export const STALE_AFTER_MS = 24 * 60 * 60_000

export const isStale = ({ updatedAt }: Pick<EvidenceImport, 'updatedAt'>, now: Date): boolean =>
  now.getTime() - updatedAt.getTime() > STALE_AFTER_MS

/** Dimensions of GitHub of which there is no import that is young enough. */
export const staleDimensions = (imports: readonly EvidenceImport[], now: Date): readonly Dimension[] =>
  DIMENSIONS.filter((dimension) => !imports.some((row) => row.provider === 'github' && row.dimension === dimension && !isStale(row, now)))
