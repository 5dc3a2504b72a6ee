// Instants, spans and windows. Provider clocks disagree and their dates are sometimes placeholders; both end here as null.

/** `[from, to)`. */
export interface Window {
  readonly from: Date
  readonly to: Date
}

export const DAY_SECONDS = 86_400

/** The mean month of a Gregorian year in days, as metrics.md defines it. */
export const MONTH_DAYS = 30.44

export const isWithin = (instant: Date | null, { from, to }: Window): boolean =>
  instant !== null && instant.getTime() >= from.getTime() && instant.getTime() < to.getTime()

export const windowSeconds = ({ from, to }: Window): number => (to.getTime() - from.getTime()) / 1000

/** The window cut into equal, adjoining parts, earliest first. */
export function splitWindow(window: Window, parts: number): readonly Window[] {
  const start = window.from.getTime()
  const length = (window.to.getTime() - start) / parts
  const edges = Array.from({ length: parts + 1 }, (_, at) => (at === parts ? window.to : new Date(Math.round(start + at * length))))
  return edges.slice(1).map((to, at) => ({ from: edges[at] as Date, to }))
}

/** Seconds from one instant to another; null when one is missing or the span is negative (skewed clocks, rewritten commits). */
export function spanSeconds(from: Date | null, to: Date | null): number | null {
  if (from === null || to === null) return null
  const seconds = (to.getTime() - from.getTime()) / 1000
  return seconds < 0 ? null : seconds
}

/**
 * A provider's instant. Null for nothing, for what is no date, and for the placeholder `0001-01-01` that Actions reports
 * for jobs that never started: any year before 1970 is such a placeholder here.
 */
export function parseInstant(value: unknown): Date | null {
  if (typeof value !== 'string' && !(value instanceof Date)) return null
  const at = new Date(value)
  return Number.isFinite(at.getTime()) && at.getTime() >= 0 ? at : null
}

export const byInstant =
  <T>(instantOf: (item: T) => Date | null, idOf: (item: T) => string) =>
  (left: T, right: T): number =>
    (instantOf(left)?.getTime() ?? 0) - (instantOf(right)?.getTime() ?? 0) ||
    (idOf(left) < idOf(right) ? -1 : idOf(left) > idOf(right) ? 1 : 0)
