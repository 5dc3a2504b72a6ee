// Holds a road item against the gates of the state machine; what each gate demands is data (gate-requirements.ts).
import type { Problem, RoadItem, RoadItemData, RoadState } from './artifact.ts'
import { GATE_SOURCES, REQUIREMENTS, type Requirement } from './gate-requirements.ts'
import { problemAt } from './place.ts'
import { INITIAL_STATE, pathBetween, STATES } from './states.ts'

/** A requirement that a road item does not meet. */
export interface Unmet extends Omit<Requirement, 'missing' | 'atRest'> {
  readonly found: string
}

function unmetOf(road: RoadItemData, requirements: readonly Requirement[]): readonly Unmet[] {
  return requirements.flatMap(({ missing, atRest: _, ...requirement }) => {
    const found = missing(road)
    return found === undefined ? [] : [{ ...requirement, found }]
  })
}

/** What the gate of one state demands and the road item does not show. Empty: the gate is open. */
export function checkGates(road: RoadItemData, target: RoadState): readonly Unmet[] {
  return unmetOf(
    road,
    REQUIREMENTS.filter((requirement) => requirement.target === target),
  )
}

/**
 * Missing evidence of every gate between two states (by the shortest legal way), each requirement once, at the first gate
 * that asks for it most strictly. Empty when no way leads there.
 */
export function checkGatesBetween(road: RoadItemData, from: RoadState, to: RoadState): readonly Unmet[] {
  const strictest = new Map<string, Unmet>()
  for (const state of pathBetween(from, to) ?? []) {
    for (const unmet of checkGates(road, state)) {
      const known = strictest.get(unmet.id)
      if (known === undefined || (known.severity === 'warning' && unmet.severity === 'error')) strictest.set(unmet.id, unmet)
    }
  }
  return [...strictest.values()]
}

/** Missing evidence of all gates that a road item in its present state has behind it. Empty without a known state. */
export const checkGatesBehind = (road: RoadItemData): readonly Unmet[] =>
  road.status === undefined ? [] : checkGatesBetween(road, INITIAL_STATE, road.status)

/**
 * Evidence that a road item at rest lacks for the state it is in, as far as Katalyst's CLI looks at it: warnings
 * `evidence-missing` at the keys at fault.
 */
export function evidenceProblems(road: RoadItem): readonly Problem[] {
  const { status } = road.data
  if (status === undefined) return []
  const atRest = REQUIREMENTS.filter((requirement) => requirement.atRest && requirement.target === status)
  return unmetOf(road.data, atRest).map((unmet) =>
    problemAt(road, 'evidence-missing', unmet.path, {
      message: `${road.id} is in ${STATES[status].label} (${status}) without its evidence: ${unmet.demand}.`,
      expected: unmet.expected,
      found: unmet.found,
      advice: adviceFor(unmet),
    }),
  )
}

/** What the author can do about an unmet requirement, with the key and who asks for it. */
export function adviceFor({ path, expected, sources }: Unmet): string {
  return `Once that is so, record it at ${path} (${expected}). Asked for by ${sources.map((source) => GATE_SOURCES[source]).join(', ')}.`
}

/** One sentence about an unmet requirement of a gate: who cannot enter what, and why. */
export const gateSentence = (id: string, { target, demand }: Unmet): string =>
  `${id} cannot enter ${STATES[target].label} (${target}): ${demand}.`
