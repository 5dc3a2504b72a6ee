// What a score is made from: the figures of imports, each with where and when they were taken.
import type { MetricValue, Reason } from '../metric-value.ts'

/** Where figures come from; `governance` are the artifacts of the repository itself. */
export const EVIDENCE_SOURCES = {
  github: 'GitHub',
  jira: 'Jira',
  confluence: 'Confluence',
  governance: 'the governance folder',
} as const
export type EvidenceSource = keyof typeof EVIDENCE_SOURCES

/** The figures of one import. */
export interface EvidenceSet {
  readonly source: EvidenceSource
  /** By the names of docs/metrics.md. One with a reason is unknown, whatever its value: a 0 nobody could count is no result. */
  readonly metrics: Readonly<Record<string, MetricValue>>
  /** When the figures were taken. */
  readonly at: Date
  /** Where a person can look at them. */
  readonly url?: string
}

/** The newest thing that is known of a metric, and from which import. */
export interface Figure {
  readonly value: MetricValue['value']
  readonly reason?: Reason
  readonly set: EvidenceSet
}

const isKnown = (metric: MetricValue): boolean => metric.value !== null && metric.reason === undefined

/** Later wins; of two taken at one instant the order of their contents decides, so that the order of sets never does. */
function isNewer(left: Figure, right: Figure): boolean {
  const apart = left.set.at.getTime() - right.set.at.getTime()
  if (apart !== 0) return apart > 0
  const [leftText, rightText] = [left, right].map(({ value, reason, set }) => JSON.stringify([value, reason ?? '', set.url ?? ''])) as [
    string,
    string,
  ]
  return leftText > rightText
}

/**
 * Finds the figure of a metric among several imports of its source: the newest that is known, else the newest that says why
 * it is not; undefined where nobody asked.
 */
export function findFigure(evidence: readonly EvidenceSet[], source: EvidenceSource, metric: string): Figure | undefined {
  let best: Figure | undefined
  for (const set of evidence) {
    const found = set.source === source && Object.hasOwn(set.metrics, metric) ? set.metrics[metric] : undefined
    if (!found) continue
    const figure: Figure = { value: found.value, ...(found.reason ? { reason: found.reason } : {}), set }
    const [isThis, wasBest] = [isKnown(found), best !== undefined && isKnownFigure(best)]
    if (best === undefined || (isThis && !wasBest) || (isThis === wasBest && isNewer(figure, best))) best = figure
  }
  return best
}

/** Whether the figure is a result: it has a value and no reason why not. */
export const isKnownFigure = ({ value, reason }: Figure): boolean => value !== null && reason === undefined
