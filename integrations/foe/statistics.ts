// The few statistics the metrics need. Sorting always copies: facts are never reordered in place.

const ascending = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right)

/**
 * Linear interpolation between the two nearest values, as SQL's `percentile_cont` defines it; null for no values.
 * @param share 0..1
 */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = ascending(values)
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number | null => percentile(values, 0.5)

// Summing in order of size makes the mean independent of the order of the facts, to the last bit.
export const sum = (values: readonly number[]): number => ascending(values).reduce((total, value) => total + value, 0)

export const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length)

/**
 * Sign of the Mann–Kendall statistic: how many later values exceed earlier ones, less how many fall short. Two values
 * within `tolerance` of the larger one count as equal.
 */
export function mannKendallSign(values: readonly number[], tolerance: number): -1 | 0 | 1 {
  let score = 0
  for (let later = 1; later < values.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const [from, to] = [values[earlier] as number, values[later] as number]
      if (Math.abs(to - from) > tolerance * Math.max(Math.abs(from), Math.abs(to))) score += Math.sign(to - from)
    }
  }
  return Math.sign(score) as -1 | 0 | 1
}

/** How often each key occurs; keys in alphabetical order, so that equal facts give equal JSON. */
export function tally<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)))
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
