// Workflows as data: a status can be reached only over a listed transition, and transition ids mean something inside one
// workflow only. Status itself belongs to the site, so two workflows may share "Done".
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { StatusCategoryKey } from './catalogue.ts'

export interface TransitionRule {
  /** Default: 11, 21, 31 … in the order of the list, as Jira numbers them. */
  readonly id?: string
  /** Default: the name of the target status. */
  readonly name?: string
  readonly from: readonly string[] | 'any'
  readonly to: string
  /** Fields of the transition's screen by field id; without it the transition has no screen and accepts no fields. */
  readonly screen?: Readonly<Record<string, 'required' | 'optional'>>
}

export interface WorkflowSpec {
  readonly name: string
  /** Statuses with their category. */
  readonly statuses: Readonly<Record<string, StatusCategoryKey>>
  readonly initial: string
  readonly transitions: readonly TransitionRule[]
}

export interface Transition extends Required<Omit<TransitionRule, 'screen'>> {
  readonly screen: Readonly<Record<string, 'required' | 'optional'>> | undefined
}

export interface Workflow extends Omit<WorkflowSpec, 'transitions'> {
  readonly transitions: readonly Transition[]
}

const STANDARD_STATUSES = {
  'To Do': 'new',
  'In Progress': 'indeterminate',
  'In Review': 'indeterminate',
  Blocked: 'indeterminate',
  Done: 'done',
} as const

/** To Do → In Progress → In Review → Done, with In Progress ↔ Blocked. Nothing leads back, nothing skips a step. */
export const STANDARD_WORKFLOW: WorkflowSpec = {
  name: 'Standard',
  statuses: STANDARD_STATUSES,
  initial: 'To Do',
  transitions: [
    { name: 'Start', from: ['To Do'], to: 'In Progress' },
    { name: 'Ask for review', from: ['In Progress'], to: 'In Review' },
    { name: 'Finish', from: ['In Review'], to: 'Done' },
    { name: 'Block', from: ['In Progress'], to: 'Blocked' },
    { name: 'Unblock', from: ['Blocked'], to: 'In Progress' },
  ],
}

/** The standard steps, but finishing shows a screen that demands a resolution. */
export const STRICT_WORKFLOW: WorkflowSpec = {
  ...STANDARD_WORKFLOW,
  name: 'Strict',
  transitions: STANDARD_WORKFLOW.transitions.map((rule) => (rule.to === 'Done' ? { ...rule, screen: { resolution: 'required' } } : rule)),
}

/** Every status reachable from every other: what team-managed projects start with. */
export const OPEN_WORKFLOW: WorkflowSpec = {
  name: 'Open',
  statuses: STANDARD_STATUSES,
  initial: 'To Do',
  transitions: Object.keys(STANDARD_STATUSES).map((to) => ({ from: 'any', to })),
}

/** A workflow with its transition ids; throws `bad-request` when it names a status it does not have. */
export function makeWorkflow(spec: WorkflowSpec): Workflow {
  const named = [spec.initial, ...spec.transitions.flatMap((rule) => [rule.to, ...(rule.from === 'any' ? [] : rule.from)])]
  const missing = named.find((name) => !Object.hasOwn(spec.statuses, name))
  if (missing !== undefined) throw new AppError('bad-request', `Workflow ${spec.name} uses the status "${missing}" without listing it.`)
  const transitions = spec.transitions.map((rule, index) => ({
    id: rule.id ?? String(index * 10 + 11),
    name: rule.name ?? rule.to,
    from: rule.from,
    to: rule.to,
    screen: rule.screen,
  }))
  return Object.freeze({ ...spec, transitions: Object.freeze(transitions) })
}

/** What can be done from a status, in the order of the workflow. */
export const transitionsFrom = (workflow: Workflow, status: string): readonly Transition[] =>
  workflow.transitions.filter((transition) => transition.from === 'any' || transition.from.includes(status))
