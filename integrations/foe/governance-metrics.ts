// What the governance artifacts of a repository say about understanding: evidence that is there without any provider being asked.
import { known, type MetricValue, ratio } from './metric-value.ts'

/** As much of an artifact as the figures need. */
export interface GovernedItem {
  /** `adr`, `capability`, `road-item`, `user-story`, `ddd`, … */
  readonly kind: string
  readonly id: string
  readonly file: string
  readonly status?: string | undefined
  /** Capabilities a road item or story names. */
  readonly capabilities: readonly string[]
  /** What a domain file describes. */
  readonly contexts: number
  readonly aggregates: number
  readonly events: number
}

/** Every figure of the governance folder by name, and what it counts: docs/scoring.md shows these. */
export const GOVERNANCE_METRICS = {
  artifactCount: 'artifacts of all kinds',
  adrCount: 'architecture decision records',
  capabilityTracedRate: 'capabilities that a road item or user story names ÷ capabilities that are not deprecated',
  boundedContextCount: 'bounded contexts described',
  aggregateCount: 'aggregates described',
  valueObjectCount: 'value objects described',
  domainEventCount: 'domain events described',
} as const

const TRACING = ['road-item', 'user-story']

/** The figures of one folder; of a folder without artifacts there are none. */
export function measureGovernance(items: readonly GovernedItem[]): Readonly<Record<string, MetricValue>> {
  if (items.length === 0) return {}
  const named = new Set(items.filter(({ kind }) => TRACING.includes(kind)).flatMap(({ capabilities }) => capabilities))
  const live = [...new Set(items.filter(({ kind, status }) => kind === 'capability' && status !== 'deprecated').map(({ id }) => id))]
  const total = (count: (item: GovernedItem) => number) => known(items.reduce((sum, item) => sum + count(item), 0))
  return {
    artifactCount: known(items.length),
    adrCount: known(new Set(items.filter(({ kind }) => kind === 'adr').map(({ id }) => id)).size),
    capabilityTracedRate: ratio(live.filter((id) => named.has(id)).length, live.length),
    boundedContextCount: total(({ contexts }) => contexts),
    aggregateCount: total(({ aggregates }) => aggregates),
    valueObjectCount: total(({ kind, file }) => Number(kind === 'ddd' && /(?:^|\/)value-objects\//.test(file))),
    domainEventCount: total(({ events }) => events),
  } satisfies Record<keyof typeof GOVERNANCE_METRICS, MetricValue>
}
