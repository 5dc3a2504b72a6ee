// What an issue says of the state of its artifact: by whether it is closed, and why, and by the one status label on it. The label
// that we put there last says nothing new; what a person added, took away, closed or reopened does.
import { ROAD_STATES } from '../../governance/artifact.ts'

/** On every issue of ours. */
export const OWN_LABEL = 'katalyst'
const STATUS_PREFIX = `${OWN_LABEL}: `

const STORY_STATES = ['draft', 'approved', 'implementing', 'complete', 'deprecated'] as const

/** Words of older files, read as the schema's. */
const STORY_WORDS: Readonly<Record<string, string>> = { planned: 'draft', proposed: 'draft', in_progress: 'implementing' }

/** Kinds of artifacts that have issues, and the words of their status in their order. */
export const ISSUE_STATES = { 'road-item': ROAD_STATES, 'user-story': STORY_STATES } as const
export type IssueKind = keyof typeof ISSUE_STATES

/** States whose issue is closed, and GitHub's reason for it. */
export const CLOSED_STATES: Readonly<Record<string, 'completed' | 'not_planned'>> = { complete: 'completed', deprecated: 'not_planned' }

/** In six hexadecimal digits, as GitHub takes them: grey, blue, yellow, purple, red, green. */
const COLOURS: Readonly<Record<string, string>> = {
  proposed: '8b93b6',
  adr_validated: '4da3ff',
  bdd_pending: '4da3ff',
  bdd_complete: '4da3ff',
  implementing: 'f5b942',
  nfr_validating: '9333ea',
  nfr_blocked: 'e5533d',
  complete: '2dd4a7',
  draft: '8b93b6',
  approved: '4da3ff',
  deprecated: '8b93b6',
}

export interface LabelSpec {
  readonly name: string
  readonly color: string
  readonly description: string
}

export const statusLabel = (state: string): string => `${STATUS_PREFIX}${state}`

/** How a label of ours looks when it is made; other labels are made in grey. */
export function labelSpec(name: string): LabelSpec {
  if (name === OWN_LABEL) return { name, color: '2ecec0', description: 'Kept in step with a governance artifact' }
  const state = name.startsWith(STATUS_PREFIX) ? name.slice(STATUS_PREFIX.length) : ''
  const color = COLOURS[state]
  return color ? { name, color, description: `The artifact is ${state}` } : { name, color: 'ededed', description: '' }
}

/** A status as one of the words of its kind; undefined for another word. */
export const stateWord = (kind: IssueKind, status: string | undefined): string | undefined =>
  ISSUE_STATES[kind].find((state) => state === status) ?? (kind === 'user-story' ? STORY_WORDS[status ?? ''] : undefined)

/** Labels that say a status, whoever put them there. */
export const statusLabels = (labels: readonly string[]): string[] => labels.filter((label) => label.toLowerCase().startsWith(STATUS_PREFIX))

export interface IssueFacts {
  readonly isClosed: boolean
  readonly reason: string | undefined
  readonly labels: readonly string[]
}

export type SaidStatus = { readonly kind: 'state'; readonly state: string } | { readonly kind: 'unclear'; readonly words: string }

const said = (state: string): SaidStatus => ({ kind: 'state', state })
const unclear = (words: string): SaidStatus => ({ kind: 'unclear', words })

/**
 * The state an issue stands for. `last` is the one that both sides agreed on, undefined where none was. `unclear` is what no state
 * stands for, in words for people.
 */
export function readStatus({ isClosed, reason = 'completed', labels }: IssueFacts, last: string | undefined, kind: IssueKind): SaidStatus {
  const words = statusLabels(labels).map((label) => label.slice(STATUS_PREFIX.length).toLowerCase())
  const states = ISSUE_STATES[kind].filter((state) => words.includes(state))
  if (isClosed) {
    const state = ISSUE_STATES[kind].find((one) => CLOSED_STATES[one] === reason)
    return state ? said(state) : unclear(`closed as ${reason.replace('_', ' ')}`)
  }
  const others = states.filter((state) => state !== last)
  const [other] = others
  if (others.length > 1) return unclear(`labelled ${others.map(statusLabel).join(' and ')}`)
  if (other !== undefined) return said(other)
  if (last === undefined) return unclear('without a status label')
  return CLOSED_STATES[last] ? unclear('reopened') : said(last)
}
