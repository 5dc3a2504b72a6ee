// What to connect, switch on or permit, so that a subscore rests on more.
import type { Gap, GapSeverity } from '../gap.ts'
import { METRICS } from '../metric-table.ts'
import { REASONS, type Reason } from '../metric-value.ts'
import type { Criterion, FigurePlace } from './criterion.ts'
import { EVIDENCE_SOURCES, type EvidenceSource } from './evidence-set.ts'
import { type SubscoreName, slugOf } from './subscores.ts'

export interface UnknownCriterion {
  readonly criterion: Criterion
  /** Null where no import has been asked for it. */
  readonly reason: Reason | null
}

const listed = (words: readonly string[]): string => [...new Set(words)].join(', ')

const githubImport = (places: readonly FigurePlace[]): string => {
  const rows = places.flatMap(({ metric }) => (Object.hasOwn(METRICS, metric) ? [METRICS[metric as keyof typeof METRICS]] : []))
  return `Import ${listed(rows.map(({ dimension }) => dimension))} from GitHub (data types: ${listed(rows.map(({ dataType }) => dataType))}).`
}

const CONNECT: Readonly<Record<EvidenceSource, (places: readonly FigurePlace[]) => string>> = {
  github: githubImport,
  jira: () => 'Connect Jira and import the project that plans this repository.',
  confluence: () => 'Connect Confluence and import the space that documents this repository.',
  governance: () => 'Keep governance artifacts in the repository and let the App read them.',
}

function gapOf(source: EvidenceSource, subscore: SubscoreName, unknown: readonly UnknownCriterion[], severity: GapSeverity): Gap {
  const labels = listed(unknown.map(({ criterion }) => criterion.label))
  const neverAsked = unknown.filter(({ reason }) => reason === null || reason === 'not-collected')
  const places = neverAsked.flatMap(({ criterion }) => criterion.places.filter((place) => place.source === source))
  const reasons = [...new Set(unknown.flatMap(({ reason }) => (reason === null || reason === 'not-collected' ? [] : [reason])))].sort()
  const sentences = [
    ...(places.length > 0 ? [CONNECT[source](places)] : []),
    ...reasons.map((reason) => `What ${EVIDENCE_SOURCES[source]} said of the rest: ${REASONS[reason]}.`),
  ]
  return {
    code: `evidence-missing-${slugOf(subscore)}-${source}`,
    title: `${subscore} is scored without: ${labels}`,
    recommendation: sentences.join(' '),
    severity,
  }
}

/**
 * One gap per source that could tell more, where something is known; where nothing is, one that names every source. A criterion
 * belongs to the first place that could tell it.
 */
export function gapsOfMissing(subscore: SubscoreName, unknown: readonly UnknownCriterion[], isAllUnknown: boolean): readonly Gap[] {
  const sources = [...new Set(unknown.flatMap(({ criterion }) => criterion.places.slice(0, 1).map(({ source }) => source)))]
  const gaps = sources.map((source) =>
    gapOf(
      source,
      subscore,
      unknown.filter(({ criterion }) => criterion.places[0]?.source === source),
      'low',
    ),
  )
  if (!isAllUnknown) return gaps
  return [
    {
      code: `evidence-none-${slugOf(subscore)}`,
      title: `No evidence for ${subscore}`,
      recommendation: listed(gaps.map(({ recommendation }) => recommendation)).replaceAll('., ', '. '),
      severity: 'medium',
    },
  ]
}
