// A figure, or the reason why there is none. A silent 0 for something nobody could look at is the mistake this file prevents.

/** Why a figure is unknown: the closed list of `docs/metrics.md`. */
export const REASONS = {
  'not-enabled': 'the feature is switched off in the repository',
  'no-permission': 'the credential may not read it',
  'not-found': 'the provider has no such thing, or hides it from this credential',
  'not-collected': 'it has not been imported',
  'no-data': 'it was imported, and nothing in the window has the figure',
} as const

export type Reason = keyof typeof REASONS

/** What a metric's value may be as JSON. Durations are seconds, rates 0..1, qualities and scores 0..100. */
export type MetricContent = number | boolean | string | object | null

/**
 * `reason` is present when the value is null, and when it is a 0 that stands for "nothing there to look at" (a count that could
 * not be taken, the freshness of a wiki that does not exist).
 */
export interface MetricValue<T extends MetricContent = MetricContent> {
  readonly value: T | null
  readonly reason?: Reason
}

export const known = <T extends Exclude<MetricContent, null>>(value: T): MetricValue<T> => ({ value })

/** No figure, and why. */
export const unknown = (reason: Reason): MetricValue<never> => ({ value: null, reason })

/** A count that nobody could take: 0 with the reason, because the contract promises that counts are never null. */
export const uncounted = (reason: Reason): MetricValue<number> => ({ value: 0, reason })

/** The value, or `no-data` where the computation had nothing to go on. */
export const knownOr = <T extends Exclude<MetricContent, null>>(value: T | null, reason: Reason = 'no-data'): MetricValue<T> =>
  value === null ? unknown(reason) : known(value)

/** part ÷ whole as a fraction 0..1; `no-data` where the whole is 0. */
export const ratio = (part: number, whole: number): MetricValue<number> => (whole === 0 ? unknown('no-data') : known(part / whole))
