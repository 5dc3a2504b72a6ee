// What a group of metrics answers: the figures, what is missing, and sentences about how to read them.
import type { Absent } from './collected.ts'
import { type Feature, type Gap, gapOfAbsence } from './gap.ts'
import { type MetricValue, REASONS, uncounted, unknown } from './metric-value.ts'

export interface Measured<Name extends string = string> {
  readonly metrics: Readonly<Record<Name, MetricValue>>
  readonly gaps: readonly Gap[]
  /** Sentences for `explanation`, beside those that `explain` makes from reasons. */
  readonly notes: readonly string[]
}

/**
 * The answer of a group whose facts are absent: counts are 0, everything else null, all with the reason, and one gap that
 * says what to switch on or to permit.
 */
export function measuredAbsent<Name extends string>(
  { reason }: Absent,
  feature: Feature,
  names: { readonly counts: readonly Name[]; readonly others: readonly Name[] },
): Measured<Name> {
  const entries = [
    ...names.counts.map((name) => [name, uncounted(reason)] as const),
    ...names.others.map((name) => [name, unknown(reason)] as const),
  ]
  return { metrics: Object.fromEntries(entries) as Record<Name, MetricValue>, gaps: [gapOfAbsence(feature, reason)], notes: [] }
}

/** One sentence for each reason that occurs, naming the figures it took away. */
export function explain(metrics: Readonly<Record<string, MetricValue>>): readonly string[] {
  return Object.entries(REASONS).flatMap(([reason, meaning]) => {
    const names = Object.keys(metrics)
      .filter((name) => metrics[name]?.reason === reason)
      .sort()
    return names.length === 0 ? [] : [`No figure for ${names.join(', ')}: ${meaning}.`]
  })
}
