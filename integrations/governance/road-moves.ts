// The state changes of road items between two versions of a folder, held against the machine and its gates.
//
// A move is legal by the machine or not; of a legal one the evidence of the entered gate is asked for. A road item that is
// new may start anywhere, because folders are imported and items are split, but then it owes the evidence of every gate it
// did not walk through; otherwise deleting and adding would be the way around all gates. Where nothing can be held
// against it (the first road items of a repository, a file that could not be read before) that evidence is only warned about.
import type { Problem, RoadItem, RoadState } from './artifact.ts'
import { adviceFor, checkGates, checkGatesBehind, gateSentence, type Unmet } from './gates.ts'
import { problemAt } from './place.ts'
import { isLegal, legalNext, STATES } from './states.ts'

/** One road item that changed its state, or came with one. */
export interface RoadMove {
  readonly id: string
  readonly file: string
  /** `undefined` for a road item that is new, or whose state before could not be read. */
  readonly from: RoadState | undefined
  readonly to: RoadState
  readonly legal: boolean
  /** Evidence the entered gate demands and the road item does not show; for a new one that of all gates behind it. */
  readonly unmet: readonly Unmet[]
}

export interface Moved {
  readonly move?: RoadMove
  readonly problems: readonly Problem[]
}

/** What is known of a road item before the change. `unknown`: there was something, but it cannot be compared. */
export type Before = { readonly kind: 'road'; readonly road: RoadItem } | { readonly kind: 'new' } | { readonly kind: 'unknown' }

/** Judges what a change does to the state and the evidence of one road item. */
export function judgeMove(before: Before, road: RoadItem): Moved {
  const to = road.data.status
  // The parser has said `state-unknown`; there is no state to hold anything against.
  if (to === undefined) return { problems: [] }
  const from = before.kind === 'road' ? before.road.data.status : undefined
  if (from === undefined) return arrival(before, road, to)
  if (from === to) return { problems: before.kind === 'road' ? lostEvidence(before.road, road) : [] }
  const unmet = checkGates(road.data, to)
  const legal = isLegal(from, to)
  const move: RoadMove = { id: road.id, file: road.file, from, to, legal, unmet }
  // The gate of a state that cannot be entered from here is not the author's next task.
  return { move, problems: legal ? gateProblems(road, unmet) : [illegalProblem(road, from, to)] }
}

function arrival(before: Before, road: RoadItem, to: RoadState): Moved {
  const owed = checkGatesBehind(road.data)
  const unmet = before.kind === 'new' ? owed : owed.map((one): Unmet => ({ ...one, severity: 'warning' }))
  return { move: { id: road.id, file: road.file, from: undefined, to, legal: true, unmet }, problems: gateProblems(road, unmet) }
}

function gateProblems(road: RoadItem, unmet: readonly Unmet[]): readonly Problem[] {
  return unmet.map((one) =>
    problemAt(road, 'gate-unmet', one.path, {
      severity: one.severity,
      message: gateSentence(road.id, one),
      expected: one.expected,
      found: one.found,
      advice: adviceFor(one),
    }),
  )
}

const withLabel = (state: RoadState): string => `${STATES[state].label} (${state})`

function illegalProblem(road: RoadItem, from: RoadState, to: RoadState): Problem {
  const next = legalNext(from)
  return problemAt(road, 'transition-illegal', 'status', {
    message: `${road.id} cannot move from ${withLabel(from)} to ${withLabel(to)}.`,
    expected: next.length === 0 ? `${from}, which is final` : next.join(' or '),
    found: to,
    advice:
      next.length === 0
        ? `${STATES[from].label} is final and has no next state: put ${from} back and open a new road item for further work.`
        : next.map((state) => stepAdvice(road, from, state)).join(' '),
  })
}

/** The next step as a task: the value to write, and the evidence that is still missing for it. */
function stepAdvice(road: RoadItem, from: RoadState, next: RoadState): string {
  const missing = checkGates(road.data, next).filter(({ severity }) => severity === 'error')
  const step = `From ${from} the legal next state is ${next}: set status to ${next}`
  if (missing.length === 0) return `${step}; its evidence is there.`
  return `${step} once its evidence is there: ${missing.map(({ path, expected }) => `${path} (${expected})`).join(', ')}.`
}

/** Evidence that was there before this change and is not after it, although the state stayed. */
function lostEvidence(before: RoadItem, road: RoadItem): readonly Problem[] {
  const missedBefore = new Set(checkGatesBehind(before.data).map(({ id }) => id))
  return checkGatesBehind(road.data)
    .filter(({ id }) => !missedBefore.has(id))
    .map((unmet) =>
      problemAt(road, 'evidence-missing', unmet.path, {
        message: `${road.id} stays in ${road.data.statusText}, but this change takes away evidence it rests on: ${unmet.demand}.`,
        expected: unmet.expected,
        found: unmet.found,
        advice: 'Restore it, or say in the pull request why it no longer holds.',
      }),
    )
}
