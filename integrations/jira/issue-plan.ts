// What an export would do to one issue: every field held against what was agreed on last, by the policy of jira-config.json.
// This direction writes only what git changed; what a person changed in Jira is kept and said.
import { shorten } from '../documents/clean-text.ts'
import type { Agreement, FieldChange, FieldDecision, PushItem, PushPlan } from '../engine/push.ts'
import { type Comparable, type FieldSides, RECONCILE_REASONS, type ReconcilePolicy, reconcileFields } from '../governance/reconcile.ts'
import type { Status } from './answers.ts'
import type { DesiredIssue } from './mapping.ts'
import { sameProperty } from './marker.ts'
import { comparedFields, type IssueField, isFooterStale, labelChange, type RemoteIssue } from './remote-issue.ts'

export interface PlanRules {
  readonly policy: ReconcilePolicy
  /** The Jira status of each state. */
  readonly statuses: Readonly<Record<string, Status>>
  /** Why an issue is not where it belongs: see jira/stray-issue.ts. */
  readonly stray?: (remote: RemoteIssue) => string | undefined
}

/** What the sides agreed on, where the link does not say: see `Agreement.origin`. */
function baseOf({ id, remote }: IssueField, issue: RemoteIssue, agreement: Agreement, { statuses }: PlanRules): Comparable | undefined {
  if (Object.hasOwn(agreement.base, id)) return agreement.base[id]
  if (agreement.origin === 'created') return remote
  if (id !== 'status') return undefined
  // The mark tells the state that was last exported, so a person's move is told from ours although the link is lost.
  const state = issue.property?.state ?? ''
  const status = Object.hasOwn(statuses, state) ? statuses[state] : undefined
  return status ? { key: status.id, shown: status.name } : remote
}

/** A list of changes is read at a glance; whole texts are in the decisions. */
const brief = ({ shown }: Comparable) => (typeof shown === 'string' ? shorten(shown, 120) : shown)

/** One of our labels that a person took off: kept so, like every change of one side. */
function labelDecision(desired: DesiredIssue, remote: RemoteIssue): FieldDecision[] {
  const { takenOff } = labelChange(desired, remote)
  if (takenOff.length === 0) return []
  const side = (labels: readonly string[]): Comparable => ({ key: [...labels], shown: [...labels] })
  return [
    {
      field: 'labels',
      name: 'labels',
      outcome: 'keep',
      reason: RECONCILE_REASONS['only-remote-changed'],
      remoteChanged: true,
      base: side(remote.property?.labels ?? []),
      git: side(desired.labels),
      remote: side(remote.labels),
    },
  ]
}

/** Labels and the mark: ours alone, so there is nothing to decide about them. */
function ownChanges(desired: DesiredIssue, remote: RemoteIssue): FieldChange[] {
  const { add, remove } = labelChange(desired, remote)
  const changes: FieldChange[] = []
  if (add.length + remove.length > 0) {
    const kept = remote.labels.filter((label) => !remove.includes(label))
    changes.push({ field: 'labels', from: remote.labels, to: [...kept, ...add] })
  }
  if (desired.description !== undefined && isFooterStale(desired.description, remote.description))
    changes.push({ field: 'description footer', from: remote.property?.state ?? null, to: desired.property.state })
  if (!sameProperty(remote.property, desired.property))
    changes.push({ field: 'sync mark', from: remote.property?.state ?? null, to: desired.property.state })
  return changes
}

/** Name of the change that puts the link to the file on the issue. */
export const LINK_FIELD = 'link to the file'

/** A new issue has no link yet; another one has it to where the file was. */
const isLinkDue = ({ property }: DesiredIssue, remote: RemoteIssue, { origin }: Agreement): boolean =>
  property.url !== undefined && (origin === 'created' || remote.property?.url !== property.url)

/** What of the issue is written, kept or left to a person. Pure. */
export function planIssue(item: PushItem<DesiredIssue>, remote: RemoteIssue, agreement: Agreement, rules: PlanRules): PushPlan {
  const { desired } = item
  const fields = comparedFields(desired, remote)
  const names = new Map(fields.map(({ id, name }) => [id, name]))
  const sides = fields.map((field): [string, FieldSides] => {
    const { id, git, remote: theirs } = field
    return [id, { base: baseOf(field, remote, agreement, rules), git, remote: theirs }]
  })
  const { resolutions, remoteChangedAt } = agreement
  const reconciled = reconcileFields({
    fields: Object.fromEntries(sides),
    policy: rules.policy,
    times: { git: item.changedAt, remote: remoteChangedAt },
    resolutions,
  })
  const differing = reconciled.decisions.map(
    ({ field, reason, ...decision }): FieldDecision => ({
      ...decision,
      field,
      name: names.get(field) ?? field,
      reason: RECONCILE_REASONS[reason],
    }),
  )
  const decisions = [...differing, ...labelDecision(desired, remote)]
  const written = differing
    .filter(({ outcome }) => outcome === 'write')
    .map(({ field, name, git, remote: from }) => ({ id: field, change: { field: name, from: brief(from), to: brief(git) } }))
  const changes: FieldChange[] = [
    ...(isLinkDue(desired, remote, agreement)
      ? [{ field: LINK_FIELD, from: remote.property?.url ?? null, to: desired.property.url ?? null }]
      : []),
    ...written.filter(({ id }) => id !== 'status').map(({ change }) => change),
    ...ownChanges(desired, remote),
    ...written.filter(({ id }) => id === 'status').map(({ change }) => change),
  ]
  const common = { changes, decisions, base: reconciled.base, undated: reconciled.undated }
  const mark = remote.property
  if (mark !== undefined && mark.marker !== desired.property.marker) {
    const reason = `${remote.key} carries the mark of ${mark.artifactId} of ${mark.scope}, so it is not written as ${desired.property.artifactId}.`
    return { ...common, kind: 'refuse', reason }
  }
  const astray = rules.stray?.(remote)
  if (astray !== undefined) return { ...common, changes: [], kind: 'refuse', reason: astray }
  if (reconciled.conflicts.length > 0) return { ...common, kind: 'conflict' }
  return { ...common, kind: changes.length > 0 ? 'change' : 'none' }
}
