// What of a configuration cannot work on a site, said before anything is written: the create screens, the statuses and the
// permissions are asked for, and of the workflow as much as issues that are there show, because Jira tells the transitions of an
// issue and the workflow itself only to administrators.
import type { Identity } from '../engine/provider.ts'
import { isLegal, isRoadState } from '../governance/states.ts'
import { isAppError } from '../kernel/errors.ts'
import { Status, type Transition } from './answers.ts'
import type { JiraConfig } from './config.ts'
import type { JiraContext } from './context.ts'
import { identify, missingPermissions } from './identify.ts'
import { type JiraSetup, resolveJira } from './setup.ts'
import { STATES_OF, SYNCED_KINDS, type SyncedKind } from './synced-kinds.ts'
import { fillScreen } from './workflow.ts'

/** Issues that are looked at for one of each status. */
const SAMPLE = 100
/** Statuses whose transitions are asked for, one request each. */
const MOST_STATUSES = 20

const FILE = 'jira-config.json'
const MAPPING: Readonly<Partial<Record<SyncedKind, string>>> = { 'road-item': 'statusMapping', 'user-story': 'storyStatusMapping' }

/** Transitions out of each status that an issue was found in. */
type Seen = ReadonlyMap<string, { readonly from: Status; readonly transitions: readonly Transition[] }>

async function readWorkflow({ client }: JiraContext, { projectKey, issueType }: JiraSetup): Promise<Seen> {
  // The key is letters, digits and _, the id a number: quoting is only against reserved words.
  const jql = `project = "${projectKey}" AND issuetype = ${issueType.id} ORDER BY updated DESC`
  const found = await client.search({ jql, fields: ['status'], limit: SAMPLE })
  const seen = new Map<string, { from: Status; transitions: readonly Transition[] }>()
  for (const { id, fields } of found) {
    const { data: from } = Status.safeParse(fields.status)
    if (!from || seen.has(from.id) || seen.size === MOST_STATUSES) continue
    seen.set(from.id, { from, transitions: (await client.transitions(id)).filter(({ isAvailable }) => isAvailable !== false) })
  }
  return seen
}

/** Statuses that are reached from one, and whether the way out of each of them was seen. */
function reachOf(seen: Seen, from: string): { readonly ids: ReadonlySet<string>; readonly isWhole: boolean } {
  const ids = new Set([from])
  let isWhole = true
  for (const id of ids) {
    const known = seen.get(id)
    if (!known) isWhole = false
    for (const { to } of known?.transitions ?? []) ids.add(to.id)
  }
  return { ids, isWhole }
}

function screenProblems(seen: Seen, { transitionFields }: JiraConfig, targets: readonly Status[]): string[] {
  return targets.flatMap((target) => {
    const into = [...seen.values()].flatMap(({ transitions }) => transitions.filter(({ to }) => to.id === target.id))
    const choices = into.map((transition) => fillScreen(transition, transitionFields))
    if (choices.length === 0 || choices.some(({ missing }) => missing.length === 0)) return []
    const missing = [...new Set(choices.flatMap((choice) => choice.missing))]
    return [
      `transitionFields.${target.name}: expected a value for ${missing.join(', ')}, which every way into "${target.name}" demands, found none`,
    ]
  })
}

/** Whether an artifact may go from one state to the other: road items as the machine says, stories forward. */
function mayFollow(kind: SyncedKind, from: string, to: string): boolean {
  if (kind === 'road-item') return isRoadState(from) && isRoadState(to) && isLegal(from, to)
  return STATES_OF[kind].indexOf(from) < STATES_OF[kind].indexOf(to)
}

/** Steps that an artifact may take and its issue cannot, because what was seen of the workflow is all there is and leads not there. */
function walkProblems(seen: Seen, { kind, issueType, statuses }: JiraSetup): string[] {
  return Object.entries(statuses).flatMap(([state, target]) => {
    const stuck = Object.entries(statuses).filter(([before, { id }]) => {
      if (!seen.has(id) || !mayFollow(kind, before, state)) return false
      const { ids, isWhole } = reachOf(seen, id)
      return isWhole && !ids.has(target.id)
    })
    if (stuck.length === 0) return []
    const places = [...new Set(stuck.map(([, { name }]) => `"${name}"`))].join(', ')
    return [
      `${MAPPING[kind]}.${state}: expected a status that the workflow of ${issueType.name} leads to from ${places}, found "${target.name}". Map another status, or add a transition`,
    ]
  })
}

async function checkKind(context: JiraContext, config: JiraConfig, kind: SyncedKind, mayMove: boolean) {
  const resolved = await resolveJira(context, config, kind)
  if (resolved.kind === 'problems') return { problems: resolved.problems, notes: [] }
  const { setup } = resolved
  const targets = Object.values(setup.statuses).filter((one, at, all) => all.findIndex(({ id }) => id === one.id) === at)
  if (targets.length === 0 || !mayMove) return { problems: [], notes: resolved.notes }
  const seen = await readWorkflow(context, setup)
  const unseen = targets.filter(({ id }) => !seen.has(id)).map(({ name }) => `"${name}"`)
  const note = `There is no ${setup.issueType.name} in ${unseen.join(', ')} yet, so the ways out of there could not be tried.`
  return {
    problems: [...screenProblems(seen, config, targets), ...walkProblems(seen, setup)],
    notes: [...resolved.notes, ...(unseen.length > 0 ? [note] : [])],
  }
}

/** Who we are, what we may not do in the project, and everything of the configuration that cannot work there, and why. */
export async function examine(context: JiraContext, config: JiraConfig): Promise<Identity> {
  const identity = await identify(context)
  const missing = await missingPermissions(context, config.projectKey, identity.displayName).catch((error: unknown) => {
    // The configuration's fault, which is said with its place below.
    if (isAppError(error) && error.code === 'provider-not-found') return []
    throw error
  })
  const isMoving = !missing.some((text) => text.startsWith('TRANSITION_ISSUES'))
  const problems = new Set<string>()
  const notes = new Set<string>()
  for (const kind of SYNCED_KINDS) {
    if (kind === 'capability' && config.capabilityAs === 'label') continue
    const found = await checkKind(context, config, kind, isMoving)
    for (const problem of found.problems) problems.add(`${FILE}: ${problem}`)
    for (const note of found.notes) notes.add(note)
  }
  return { ...identity, missing, problems: [...problems], notes: [...notes] }
}
