// Walking an issue to a status. Jira shows only the transitions out of the status an issue has now, and its workflow is for
// administrators to read, so the way is learnt by going it: what is seen on one issue is kept for the next ones of the same
// project and type, and after a few issues every walk is the shortest one.
//
// Until the way is known the walk explores, and carefully: only into statuses between where the issue is and where it should
// go (by status category), never into another "done" status, never twice into one. A walk that cannot arrive is not an error
// but an answer that says why, and what can be reached.
import { type ErrorCode, isAppError } from '../kernel/errors.ts'
import type { Status, Transition } from './answers.ts'
import { byName, type JiraConfig } from './config.ts'

/** Status id → the statuses that were last seen to be reachable from it in one step. */
export type WorkflowGraph = Map<string, readonly Status[]>

export interface WalkStep {
  readonly transitionId: string
  readonly from: string
  readonly to: string
}

export type WalkResult =
  | { readonly kind: 'arrived'; readonly steps: readonly WalkStep[] }
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly at: Status
      readonly reachable: readonly string[]
      readonly missingFields: readonly string[]
      readonly steps: readonly WalkStep[]
    }

/** What a walk needs of one issue. */
export interface WalkedIssue {
  transitions(): Promise<readonly Transition[]>
  transition(id: string, fields: Readonly<Record<string, unknown>> | undefined): Promise<void>
  /** The status the issue has now. */
  status(): Promise<Status>
}

export interface WalkRequest {
  readonly from: Status
  readonly target: Status
  /** Values for required screen fields by the status they lead into (jira-config.json). */
  readonly transitionFields: JiraConfig['transitionFields']
  /** Read and extended. */
  readonly graph: WorkflowGraph
}

/** Far above any real workflow's diameter. */
const MAX_STEPS = 15
const RANKS: Readonly<Record<string, number>> = { new: 0, indeterminate: 1, done: 2 }
const rankOf = (status: Status) => RANKS[status.category] ?? 1

/** After these the step may have been taken or not. */
const AMBIGUOUS: ReadonlySet<ErrorCode> = new Set([
  'provider-timeout',
  'provider-failed',
  'provider-unreachable',
  'provider-unreadable',
  'outcome-unknown',
])

export interface Choice {
  readonly transition: Transition
  readonly fields: Readonly<Record<string, unknown>> | undefined
  /** Names of required fields that the configuration has no value for. */
  readonly missing: readonly string[]
}

/** Values for the fields on the transition's screen; a field that is not on it would be refused, so it is not sent. */
export function fillScreen(transition: Transition, transitionFields: WalkRequest['transitionFields']): Choice {
  const given = byName(transitionFields, transition.to.name) ?? {}
  const fields: [string, unknown][] = []
  const missing: string[] = []
  for (const [id, field] of Object.entries(transition.fields)) {
    const value = byName(given, id) ?? (field.name === undefined ? undefined : byName(given, field.name))
    if (value !== undefined) fields.push([id, value])
    else if (field.required === true && field.hasDefaultValue !== true) missing.push(field.name ?? id)
  }
  return { transition, fields: fields.length > 0 ? Object.fromEntries(fields) : undefined, missing }
}

/** Whether an unknown way may lead over this status: on the way from where the walk began towards its end. */
function mayExplore(status: Status, start: Status, target: Status): boolean {
  const [at, from, to] = [rankOf(status), rankOf(start), rankOf(target)]
  if (status.category === 'done') return status.id === target.id
  if (to > from) return from <= at && at <= to
  return to === from ? at === to : to <= at && at < from
}

/** First step of the shortest known way to a status that `isGoal`; ways go only through statuses that `mayPass`. */
function firstStep(
  graph: WorkflowGraph,
  from: string,
  isGoal: (status: Status) => boolean,
  mayPass: (status: Status) => boolean,
): string | undefined {
  const seen = new Set([from])
  let frontier = (graph.get(from) ?? []).map((status) => ({ status, first: status.id }))
  while (frontier.length > 0) {
    const goal = frontier.find(({ status }) => isGoal(status))
    if (goal) return goal.first
    const passed = frontier.filter(({ status }) => !seen.has(status.id) && mayPass(status))
    for (const { status } of passed) seen.add(status.id)
    frontier = passed
      .flatMap(({ status, first }) => (graph.get(status.id) ?? []).map((next) => ({ status: next, first })))
      .filter(({ status }) => !seen.has(status.id))
  }
  return undefined
}

interface Walk extends WalkRequest {
  readonly issue: WalkedIssue
  readonly steps: WalkStep[]
  /** Transitions, by status and id, that Jira refused on this walk, each with its reason. */
  readonly refused: Map<string, string>
  /** Statuses whose transitions were read on this walk. */
  readonly visited: Set<string>
  conflicts: number
}

function chooseStep(walk: Walk, at: Status, choices: readonly Choice[]): Choice | undefined {
  const open = choices.filter(({ transition, missing }) => missing.length === 0 && !walk.refused.has(`${at.id} ${transition.id}`))
  const into = (id: string | undefined) => open.find(({ transition }) => transition.to.id === id)
  const direct = into(walk.target.id)
  if (direct) return direct
  // From here on only over transitions that can be taken now; the rest of the graph is as it was last seen.
  const graph = new Map(walk.graph).set(
    at.id,
    open.map(({ transition }) => transition.to),
  )
  const known = firstStep(
    graph,
    at.id,
    (status) => status.id === walk.target.id,
    () => true,
  )
  if (known !== undefined) return into(known)
  // The target is one step away but its screen lacks a value: a detour would meet the same screen or one we do not know.
  if (choices.some(({ transition }) => transition.to.id === walk.target.id)) return undefined
  const allowed = (status: Status) => mayExplore(status, walk.from, walk.target)
  const isNew = (status: Status) => allowed(status) && !walk.visited.has(status.id) && !graph.has(status.id)
  return into(firstStep(graph, at.id, isNew, allowed))
}

function refusal(walk: Walk, at: Status, choices: readonly Choice[]): WalkResult {
  const reachable = [...new Set(choices.map(({ transition }) => transition.to.name))]
  const blocked = choices.filter(({ transition, missing }) => transition.to.id === walk.target.id && missing.length > 0)
  const missingFields = [...new Set(blocked.flatMap(({ missing }) => missing))]
  const said = [...walk.refused.values()]
  const moved = walk.steps.length > 0 ? ` The issue was moved from "${walk.from.name}" as far as "${at.name}".` : ''
  const list = reachable.length > 0 ? reachable.map((name) => `"${name}"`).join(', ') : 'no other status'
  const why =
    missingFields.length > 0
      ? `The way into "${walk.target.name}" demands ${missingFields.join(', ')}: give a value under transitionFields."${walk.target.name}" in jira-config.json.`
      : said.length > 0
        ? `Jira refused the way towards "${walk.target.name}": ${said.join(' ')}`
        : `The workflow shows no way from "${at.name}" to "${walk.target.name}".`
  return {
    kind: 'refused',
    reason: `${why} From "${at.name}" one can reach: ${list}.${moved}`,
    at,
    reachable,
    missingFields,
    steps: walk.steps,
  }
}

/** Takes one step; the status after it, which is read again when someone else moved the issue meanwhile. */
async function take(walk: Walk, at: Status, choice: Choice): Promise<Status> {
  const { transition } = choice
  try {
    await walk.issue.transition(transition.id, choice.fields)
  } catch (error) {
    if (!isAppError(error)) throw error
    if (error.code === 'provider-conflict' && walk.conflicts === 0) walk.conflicts += 1
    else if (error.code === 'provider-rejected') walk.refused.set(`${at.id} ${transition.id}`, error.message)
    else if (!AMBIGUOUS.has(error.code)) throw error
    const now = await walk.issue.status()
    if (!AMBIGUOUS.has(error.code)) return now
    // No answer does not mean no effect: the issue itself says whether the step was taken.
    if (now.id !== transition.to.id) throw error
  }
  walk.steps.push({ transitionId: transition.id, from: at.name, to: transition.to.name })
  return transition.to
}

/**
 * Brings the issue from its status to the target, over as many transitions as the workflow needs. A concurrent change (409)
 * is met by reading the status once more; a second one throws `provider-conflict`. Other failures of Jira throw as they come.
 */
export async function walkTo(issue: WalkedIssue, request: WalkRequest): Promise<WalkResult> {
  const walk: Walk = { ...request, issue, steps: [], refused: new Map(), visited: new Set(), conflicts: 0 }
  let at = request.from
  for (let step = 0; step < MAX_STEPS && at.id !== walk.target.id; step += 1) {
    const listed = (await issue.transitions()).filter((transition) => transition.isAvailable !== false)
    const choices = listed
      .filter((transition) => transition.to.id !== at.id)
      .map((transition) => fillScreen(transition, walk.transitionFields))
    walk.graph.set(
      at.id,
      choices.map(({ transition }) => transition.to),
    )
    walk.visited.add(at.id)
    const choice = chooseStep(walk, at, choices)
    if (!choice) return refusal(walk, at, choices)
    at = await take(walk, at, choice)
  }
  if (at.id === walk.target.id) return { kind: 'arrived', steps: walk.steps }
  return refusal(walk, at, [])
}
