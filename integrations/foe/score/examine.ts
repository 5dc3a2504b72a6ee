// What the evidence says about one criterion: a number, nothing to measure, or not known and why.
import type { Reason } from '../metric-value.ts'
import { type Criterion, type FigurePlace, pointsFor } from './criterion.ts'
import { type EvidenceSet, type Figure, findFigure, isKnownFigure } from './evidence-set.ts'
import { READINGS } from './reading.ts'

export interface Finding {
  readonly place: FigurePlace
  readonly set: EvidenceSet
  /** Null where there was nothing to measure. */
  readonly number: number | null
  /** Out of the criterion's weight. */
  readonly points: number
  /** What the figure rests on beside its place, where that is something to say. */
  readonly says?: string
}

/** Known: one finding per place that knows, the one that earns most first. Not known: the reasons of the places that were asked. */
export type Examined =
  | { readonly state: 'known'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly state: 'unknown'; readonly reason: Reason | null }

function readNumber(evidence: readonly EvidenceSet[], place: FigurePlace, figure: Figure): number | null {
  const number = isKnownFigure(figure) ? READINGS[place.reading].read(figure.value) : null
  if (number === null || place.per === undefined) return number
  const whole = findFigure(evidence, place.source, place.per)
  return whole && isKnownFigure(whole) && typeof whole.value === 'number' && whole.value > 0 ? Math.min(1, number / whole.value) : null
}

/** A figure that says `no-data`, where another one shows that this is as it should be. */
function nothingToMeasure(evidence: readonly EvidenceSet[], { nothing }: Criterion, place: FigurePlace, figure: Figure): string | null {
  if (!nothing || figure.reason !== 'no-data') return null
  const other = findFigure(evidence, place.source, nothing.metric)
  const holds = other && isKnownFigure(other) && (nothing.is === undefined || other.value === nothing.is)
  return holds ? nothing.says : null
}

function findingAt(evidence: readonly EvidenceSet[], criterion: Criterion, place: FigurePlace): Finding | Reason | null {
  const figure = findFigure(evidence, place.source, place.metric)
  if (!figure) return null
  const number = readNumber(evidence, place, figure)
  if (number !== null) return { place, set: figure.set, number, points: pointsFor(criterion, number) }
  const says = nothingToMeasure(evidence, criterion, place, figure)
  if (says !== null) return { place, set: figure.set, number: null, points: criterion.weight, says }
  return figure.reason ?? 'no-data'
}

/** Looks a criterion up in the evidence. */
export function examine(criterion: Criterion, evidence: readonly EvidenceSet[]): Examined {
  const found = criterion.places.map((place) => findingAt(evidence, criterion, place))
  const findings = found.filter((finding): finding is Finding => typeof finding === 'object' && finding !== null)
  const [first, ...others] = [...findings].sort((left, right) => right.points - left.points)
  if (first) return { state: 'known', findings: [first, ...others] }
  return { state: 'unknown', reason: found.find((reason): reason is Reason => typeof reason === 'string') ?? null }
}
