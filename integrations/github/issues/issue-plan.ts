// What becomes of an issue: title, our part of the body and the status held against what was agreed on last; labels and the place
// under its road item only follow. The mark on the issue remembers what was agreed on where the database does not.
import { shorten } from '../../documents/clean-text.ts'
import type { Agreement, FieldChange, FieldDecision, PushItem, PushPlan } from '../../engine/push.ts'
import { type Comparable, type FieldSides, RECONCILE_REASONS, type ReconcilePolicy, reconcileFields } from '../../governance/reconcile.ts'
import { contentHash, replaceRegion, toRegion } from '../managed-region.ts'
import type { DesiredIssue } from './issue-mapping.ts'
import { CLOSED_STATES, readStatus, statusLabel, statusLabels } from './issue-status.ts'
import type { RemoteIssue } from './remote-issue.ts'

/** Characters of a body that are kept for people to compare. */
const SHOWN = 8_000

/** Everything a plan writes, worked out: what `apply` sends. */
export interface IssueWrites {
  readonly title?: string
  readonly body?: string
  readonly state?: { readonly state: 'open' | 'closed'; readonly state_reason: string }
  readonly addLabels: readonly string[]
  readonly removeLabels: readonly string[]
  /** Number of the issue to put it under. */
  readonly parent?: number
}

export interface IssuePlan extends PushPlan {
  readonly writes: IssueWrites
}

const plain = (value: string): Comparable => ({ key: value, shown: value })
const text = (value: string): Comparable => ({ key: contentHash(value), shown: value.slice(0, SHOWN) })

/** Both sides of every field that a person may change. */
function sidesOf(desired: DesiredIssue, remote: RemoteIssue): Record<string, { readonly git: Comparable; readonly remote: Comparable }> {
  const said = readStatus(remote, remote.mark?.state, desired.kind)
  return {
    title: { git: plain(desired.title), remote: plain(remote.title) },
    body: { git: text(desired.content), remote: text(remote.region?.content ?? remote.body) },
    ...(desired.state === undefined
      ? {}
      : { status: { git: plain(desired.state), remote: plain(said.kind === 'state' ? said.state : said.words) } }),
  }
}

/** What the mark says was agreed on. */
function markedBase({ mark, region }: RemoteIssue, field: string): Comparable | undefined {
  const known = field === 'title' ? mark?.title : field === 'status' ? mark?.state : undefined
  if (field === 'body') return region && { key: region.mark.written, shown: '' }
  return known === undefined ? undefined : plain(known)
}

function baseOf(field: string, theirs: Comparable, remote: RemoteIssue, { base, origin }: Agreement): Comparable | undefined {
  if (Object.hasOwn(base, field)) return base[field]
  return origin === 'created' ? theirs : markedBase(remote, field)
}

/** Labels of the status follow it where git's state is the one that counts; one that somebody merely took off stays off. */
function statusLabelChange(desired: DesiredIssue, remote: RemoteIssue, follows: boolean) {
  const { state } = desired
  if (!follows || state === undefined) return { add: [], remove: [] }
  const standing = statusLabels(remote.labels)
  const wanted = statusLabel(state)
  const isNews = standing.length > 0 || remote.mark?.state !== state
  return {
    add: standing.some((label) => label.toLowerCase() === wanted) || !isNews ? [] : [wanted],
    remove: standing.filter((label) => label.toLowerCase() !== wanted),
  }
}

function labelChange(desired: DesiredIssue, remote: RemoteIssue, follows: boolean): Pick<IssueWrites, 'addLabels' | 'removeLabels'> {
  const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase()
  const ours = remote.mark?.labels ?? []
  const status = statusLabelChange(desired, remote, follows)
  const add = desired.labels.filter((label) => !remote.labels.some(same(label)) && !ours.includes(label))
  const remove = ours.filter((label) => !desired.labels.includes(label) && remote.labels.some(same(label)))
  return { addLabels: [...add, ...status.add], removeLabels: [...remove, ...status.remove] }
}

function stateChange({ state }: DesiredIssue, { isClosed, reason = 'completed' }: RemoteIssue, follows: boolean): IssueWrites['state'] {
  if (!follows || state === undefined) return undefined
  const closing = CLOSED_STATES[state]
  if (closing) return isClosed && reason === closing ? undefined : { state: 'closed', state_reason: closing }
  return isClosed ? { state: 'open', state_reason: 'reopened' } : undefined
}

/** The body with our part brought up to date: only its mark, where a person's edit inside is kept; nothing, where it has no part of ours. */
function bodyOf(desired: DesiredIssue, remote: RemoteIssue, base: PushPlan['base'], isKept: boolean): string {
  const { region, body } = remote
  if (isKept && !region) return body
  const [title, state] = [base.title?.key, base.status?.key]
  const about = { id: desired.artifactId, title, ...(state === undefined ? {} : { state }), labels: desired.labels }
  const around = region ?? { before: '', after: '' }
  if (!isKept || !region) return replaceRegion(around, toRegion(desired.marker, desired.content, about))
  const part = toRegion(desired.marker, region.content, about)
  return replaceRegion(around, part.replace(/"written":"[0-9a-f]{16}"/, `"written":"${region.mark.written}"`))
}

function changesOf(
  item: PushItem<DesiredIssue>,
  remote: RemoteIssue,
  decisions: readonly FieldDecision[],
  writes: IssueWrites,
): FieldChange[] {
  const brief = ({ shown }: Comparable) => (typeof shown === 'string' ? shorten(shown, 120) : shown)
  const changes: FieldChange[] = decisions
    .filter(({ outcome }) => outcome === 'write')
    .map(({ name, remote: from, git }) => ({ field: name, from: brief(from), to: brief(git) }))
  const { addLabels, removeLabels, parent, state, body } = writes
  if (addLabels.length + removeLabels.length > 0)
    changes.push({ field: 'labels', from: removeLabels.join(', ') || null, to: addLabels.join(', ') || null })
  if (state && !decisions.some(({ field, outcome }) => field === 'status' && outcome === 'write'))
    changes.push({ field: 'open or closed', from: remote.isClosed ? 'closed' : 'open', to: state.state })
  if (parent !== undefined) changes.push({ field: 'parent', from: null, to: item.desired.parent?.key ?? null })
  if (body !== undefined && !decisions.some(({ field, outcome }) => field === 'body' && outcome === 'write'))
    changes.push({ field: 'sync mark', from: remote.mark?.state ?? null, to: item.desired.state ?? null })
  return changes
}

/** Why an issue is not written at all. */
function refusalOf({ scope, desired }: PushItem<DesiredIssue>, remote: RemoteIssue): string | undefined {
  if (remote.repository !== '' && remote.repository !== scope)
    return `${desired.artifactId}: its issue was transferred to ${remote.url}, where it is left as it is. Transfer it back, or delete it there and publish again.`
  if (remote.region && remote.region.mark.marker !== desired.marker)
    return `${remote.url} carries the mark of another artifact (${remote.mark?.id ?? 'unknown'}), so it is not written as ${desired.artifactId}.`
  return undefined
}

/** What of the issue is written, kept or left to a person. Pure. */
export function planIssue(item: PushItem<DesiredIssue>, remote: RemoteIssue, agreement: Agreement, policy: ReconcilePolicy): IssuePlan {
  const { desired } = item
  const none = { addLabels: [], removeLabels: [] }
  const reason = refusalOf(item, remote)
  if (reason !== undefined) return { kind: 'refuse', changes: [], decisions: [], base: {}, undated: [], reason, writes: none }
  const fields = Object.entries(sidesOf(desired, remote)).map(([field, sides]): [string, FieldSides] => [
    field,
    { ...sides, base: baseOf(field, sides.remote, remote, agreement) },
  ])
  const { resolutions, remoteChangedAt } = agreement
  const times = { git: item.changedAt, remote: remoteChangedAt }
  const reconciled = reconcileFields({ fields: Object.fromEntries(fields), policy, times, resolutions })
  const decisions = reconciled.decisions.map(
    ({ field, reason: why, ...decision }): FieldDecision => ({ ...decision, field, name: field, reason: RECONCILE_REASONS[why] }),
  )
  const outcomeOf = (name: string) => decisions.find(({ field }) => field === name)?.outcome
  const follows = outcomeOf('status') === undefined || outcomeOf('status') === 'write'
  const isBodyKept = outcomeOf('body') === 'keep'
  const body = bodyOf(desired, remote, reconciled.base, isBodyKept)
  const state = stateChange(desired, remote, follows)
  const { parent } = desired
  const isPlaced = parent === undefined || remote.parent !== undefined || agreement.base.parent?.key === parent.number
  const writes: IssueWrites = {
    ...(outcomeOf('title') === 'write' ? { title: desired.title } : {}),
    ...(body === remote.body ? {} : { body }),
    ...(state ? { state } : {}),
    ...labelChange(desired, remote, follows),
    ...(isPlaced ? {} : { parent: parent.number }),
  }
  const base = { ...reconciled.base, ...(parent ? { parent: { key: parent.number, shown: parent.key } } : {}) }
  const common = { changes: changesOf(item, remote, decisions, writes), decisions, base, undated: reconciled.undated, writes }
  if (reconciled.conflicts.length > 0) return { ...common, kind: 'conflict' }
  return { ...common, kind: common.changes.length > 0 ? 'change' : 'none' }
}
