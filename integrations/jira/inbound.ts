// What people changed in Jira, as edits of the artifact's file. The decisions of a plan say which fields are taken; here each
// becomes the keys it stands in. What a field may say about the state or the evidence is not Jira's to decide: the state goes
// through the state machine (governance/propose-edit.ts), and evidence is recorded in git alone.

import { oneLine } from '../documents/clean-text.ts'
import { mergeBody } from '../documents/merge-body.ts'
import { parseMarkdown } from '../documents/parse-markdown.ts'
import type { FieldDecision } from '../engine/push.ts'
import type { WantedEdit } from '../governance/propose-edit.ts'
import { isLegal, isRoadState } from '../governance/states.ts'
import { CUT_NOTICE } from './adf.ts'
import { type ArtifactSource, byName, type JiraConfig, toPriority } from './config.ts'
import type { FieldTarget } from './field-values.ts'
import type { JiraSetup } from './setup.ts'
import { STATES_OF, type SyncedArtifact, stateOf } from './synced-kinds.ts'

/** How a key is written: one text, a whole number, or a list; keys that are not here are not taken from Jira. */
const TAKEN_SOURCES: Readonly<Partial<Record<ArtifactSource, { readonly path: string; readonly as: 'text' | 'number' | 'list' }>>> = {
  'road-item.title': { path: 'title', as: 'text' },
  'road-item.status': { path: 'status', as: 'text' },
  'road-item.phase': { path: 'phase', as: 'number' },
  'road-item.priority': { path: 'priority', as: 'text' },
  'road-item.owner': { path: 'owner', as: 'text' },
  'road-item.created': { path: 'created', as: 'text' },
  'road-item.updated': { path: 'updated', as: 'text' },
  'road-item.started': { path: 'started', as: 'text' },
  'road-item.completed': { path: 'completed', as: 'text' },
  'road-item.estimated_effort': { path: 'estimated_effort', as: 'text' },
  'road-item.tags': { path: 'tags', as: 'list' },
  'user-story.title': { path: 'title', as: 'text' },
  'user-story.status': { path: 'status', as: 'text' },
  'user-story.capabilities': { path: 'capabilities', as: 'list' },
  'user-story.use_cases': { path: 'use_cases', as: 'list' },
  'user-story.user_type': { path: 'user_type', as: 'text' },
  'capability.title': { path: 'title', as: 'text' },
  'capability.category': { path: 'category', as: 'text' },
  'capability.tag': { path: 'tag', as: 'text' },
  'road-item.dependencies.requires': { path: 'dependencies.requires', as: 'list' },
  'road-item.dependencies.enables': { path: 'dependencies.enables', as: 'list' },
  'road-item.dependencies.blocked_by': { path: 'dependencies.blocked_by', as: 'list' },
}

export interface InboundSetup {
  readonly setup: Pick<JiraSetup, 'statuses' | 'targets'>
  readonly config: Pick<JiraConfig, 'inboundStatusMapping' | 'priorityMapping'>
  /** Address of the file: what links were resolved against on the way out. */
  readonly sourceUrl?: string | undefined
}

export type Inbound =
  | { readonly kind: 'edit'; readonly edit: WantedEdit }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string }

const refused = ({ name }: FieldDecision, reason: string): Inbound => ({ kind: 'refused', field: name, reason })
const edit = ({ name }: FieldDecision, wanted: Omit<WantedEdit, 'field'>): Inbound => ({ kind: 'edit', edit: { field: name, ...wanted } })
const textsOf = (shown: unknown): string[] =>
  (Array.isArray(shown) ? shown : String(shown ?? '').split(',')).map((one) => oneLine(String(one ?? ''))).filter((text) => text !== '')

/** The heading repeats the title; it goes along where it says exactly what the title said. */
function retitled(item: SyncedArtifact, title: string): (body: string) => string {
  return (body) =>
    body.replace(/^(\s*#[ \t]+)(.*?)([ \t]*\r?)$/m, (whole, mark: string, heading: string, end: string) => {
      if (heading === item.title) return `${mark}${title}${end}`
      return heading === `${item.id}: ${item.title}` ? `${mark}${item.id}: ${title}${end}` : whole
    })
}

function takeTitle(decision: FieldDecision, item: SyncedArtifact): Inbound {
  const title = oneLine(String(decision.remote.shown ?? ''))
  if (title === '') return refused(decision, 'it is empty.')
  return edit(decision, { changes: [{ path: 'title', value: title }], body: retitled(item, title) })
}

function takeDescription(decision: FieldDecision, sourceUrl: string | undefined): Inbound {
  const markdown = String(decision.remote.shown ?? '')
  if (markdown.includes(CUT_NOTICE) || String(decision.git.shown ?? '').includes(CUT_NOTICE))
    return refused(decision, 'the text is longer than Jira holds, so what stands there is only its beginning. Edit the file.')
  const { tree, cut } = parseMarkdown(markdown)
  if (cut) return refused(decision, 'the text is longer than can be read.')
  return edit(decision, { changes: [], body: (body) => mergeBody(body, tree, sourceUrl === undefined ? {} : { baseUrl: sourceUrl }) })
}

/**
 * The state that a Jira status means: several states share one, so of those the one that is a legal step from here. Where none
 * is, the one the configuration names is asked for, and the state machine says why not.
 */
function stateFor(decision: FieldDecision, item: SyncedArtifact, { setup, config }: InboundSetup): string | undefined {
  const sharing = STATES_OF[item.kind].filter((state) => setup.statuses[state]?.id === decision.remote.key)
  if (item.kind !== 'road-item') return nearest(STATES_OF[item.kind], sharing, stateOf(item))
  const named = byName(config.inboundStatusMapping, String(decision.remote.shown ?? ''))
  const wanted = [...(named ? [named] : []), ...sharing]
  const from = item.data.status
  return wanted.find((state) => from !== undefined && isRoadState(state) && isLegal(from, state)) ?? wanted[0]
}

/** Of the words that share a Jira status the one closest to where the artifact is. */
function nearest(order: readonly string[], sharing: readonly string[], from: string | undefined): string | undefined {
  const distance = (state: string) => Math.abs(order.indexOf(state) - order.indexOf(from ?? ''))
  return [...sharing].sort((a, b) => distance(a) - distance(b))[0]
}

function takeStatus(decision: FieldDecision, item: SyncedArtifact, inbound: InboundSetup): Inbound {
  const state = stateFor(decision, item, inbound)
  if (state === undefined)
    return refused(
      decision,
      `"${oneLine(String(decision.remote.shown))}" stands for no state. Add it to inboundStatusMapping in jira-config.json.`,
    )
  return edit(decision, { changes: [{ path: 'status', value: state }] })
}

function takePriority(decision: FieldDecision, { config }: InboundSetup): Inbound {
  const priority = toPriority(String(decision.remote.shown ?? ''), config)
  if (priority === undefined)
    return refused(
      decision,
      `"${oneLine(String(decision.remote.shown))}" stands for no priority. Add it to priorityMapping in jira-config.json.`,
    )
  return edit(decision, { changes: [{ path: 'priority', value: priority }] })
}

function takeField(decision: FieldDecision, target: FieldTarget): Inbound {
  const place = TAKEN_SOURCES[target.source]
  if (!place) return refused(decision, `${target.source} is kept in git alone. Change the file.`)
  const { path, as } = place
  const { shown } = decision.remote
  const texts = textsOf(shown)
  if (as === 'list') return edit(decision, { changes: [{ path, value: texts }] })
  if (texts.length === 0) return edit(decision, { changes: [{ path, value: undefined }] })
  const text = Array.isArray(shown) ? texts.join(', ') : oneLine(String(shown))
  if (as === 'text') {
    if (target.source === 'road-item.status' && !isRoadState(text)) return refused(decision, `"${text}" is none of the eight states.`)
    return edit(decision, { changes: [{ path, value: text }] })
  }
  const number = Number(text)
  return Number.isInteger(number)
    ? edit(decision, { changes: [{ path, value: number }] })
    : refused(decision, `"${text}" is not a whole number.`)
}

/** The edits that take over what Jira says, for every decision that keeps it. Labels stay Jira's. Pure and total. */
export function toInbound(decisions: readonly FieldDecision[], item: SyncedArtifact, inbound: InboundSetup): Inbound[] {
  return decisions.flatMap((decision): Inbound[] => {
    if (decision.outcome !== 'keep') return []
    switch (decision.field) {
      case 'labels':
        return []
      case 'summary':
        return [takeTitle(decision, item)]
      case 'description':
        return [takeDescription(decision, inbound.sourceUrl)]
      case 'status':
        return [takeStatus(decision, item, inbound)]
      case 'priority':
        return [takePriority(decision, inbound)]
      default: {
        const target = inbound.setup.targets.find(({ id }) => id === decision.field)
        return target ? [takeField(decision, target)] : []
      }
    }
  })
}
