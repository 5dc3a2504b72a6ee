// The eight-state machine of a road item, as data. The table is the one of Katalyst's Zod schema and API; its linter's
// own table lacks the way through `nfr_blocked`, which ADR-008 draws, so the linter's is not followed there.
// Forward only, one step at a time, and `complete` is final: reopening is a new road item.
import { ROAD_STATES, type RoadState } from './artifact.ts'

interface StateRule {
  readonly label: string
  /** The sign of the state in ROADMAP.mdx and in the titles of its items. */
  readonly emoji: string
  readonly meaning: string
  readonly next: readonly RoadState[]
}

export const STATES = {
  proposed: { label: 'Proposed', emoji: '🎯', meaning: 'requirements are being defined', next: ['adr_validated'] },
  adr_validated: {
    label: 'ADR Validated',
    emoji: '📋',
    meaning: 'architecture decisions are documented and approved',
    next: ['bdd_pending'],
  },
  bdd_pending: { label: 'BDD Pending', emoji: '📝', meaning: 'BDD scenarios are being written', next: ['bdd_complete'] },
  bdd_complete: { label: 'BDD Complete', emoji: '✏️', meaning: 'BDD scenarios are written and approved', next: ['implementing'] },
  implementing: { label: 'Implementing', emoji: '🚧', meaning: 'development is under way', next: ['nfr_validating'] },
  nfr_validating: {
    label: 'NFR Validating',
    emoji: '🔄',
    meaning: 'quality attributes are being validated',
    next: ['complete', 'nfr_blocked'],
  },
  nfr_blocked: { label: 'NFR Blocked', emoji: '⏸️', meaning: 'an NFR failed and needs a fix', next: ['nfr_validating'] },
  complete: { label: 'Complete', emoji: '✅', meaning: 'all quality gates are passed', next: [] },
} as const satisfies Record<RoadState, StateRule>

export const INITIAL_STATE: RoadState = 'proposed'

export const isRoadState = (text: unknown): text is RoadState => ROAD_STATES.some((state) => state === text)

/** Label for people, such as `NFR Blocked`. */
export const stateLabel = (state: RoadState): string => STATES[state].label

/** The states one legal step away; empty for `complete`. */
export const legalNext = (state: RoadState): readonly RoadState[] => STATES[state].next

/** Whether one step leads from one state to the other. Staying is no transition and therefore not legal. */
export const isLegal = (from: RoadState, to: RoadState): boolean => legalNext(from).includes(to)

/**
 * The shortest way as the states to enter one after the other, ending with `to`. Empty when already there, `undefined`
 * when no way leads there.
 */
export function pathBetween(from: RoadState, to: RoadState): readonly RoadState[] | undefined {
  let reached: (readonly RoadState[])[] = [[]]
  const seen = new Set<RoadState>([from])
  if (from === to) return []
  while (reached.length > 0) {
    const further: (readonly RoadState[])[] = []
    for (const path of reached) {
      for (const next of legalNext(path.at(-1) ?? from)) {
        if (next === to) return [...path, next]
        if (seen.has(next)) continue
        seen.add(next)
        further.push([...path, next])
      }
    }
    reached = further
  }
  return undefined
}
