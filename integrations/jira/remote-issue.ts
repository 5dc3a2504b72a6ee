// An issue as we see it, beside what it should be, and what to send. Only fields we write are compared, so a person's work on
// the others is never a difference; which differences are written is jira/issue-plan.ts's.

import { oneLine } from '../documents/clean-text.ts'
import type { Comparable, PlainValue } from '../governance/reconcile.ts'
import { type Issue, Named, Status } from './answers.ts'
import type { IssueChange } from './client.ts'
import { type FieldKind, fieldKey } from './field-values.ts'
import type { DesiredIssue } from './mapping.ts'
import { PROPERTY_KEY, readProperty, type SyncProperty, sameProperty } from './marker.ts'
import { readDescription, richTextKey, richTextMarkdown } from './rich-text.ts'
import type { JiraSetup } from './setup.ts'

export interface RemoteIssue {
  readonly id: string
  readonly key: string
  readonly summary: string
  /** As stored: a document, wiki markup, or null. */
  readonly description: unknown
  readonly priority: { readonly id: string; readonly name: string } | undefined
  readonly labels: readonly string[]
  readonly status: Status
  /** Undefined where Jira does not show it. */
  readonly issueType: Named | undefined
  readonly fields: Readonly<Record<string, unknown>>
  /** Undefined: the issue was not made by us, or someone took the mark away. */
  readonly property: SyncProperty | undefined
  readonly updated: string | undefined
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Ids of everything that `toRemoteIssue` reads. */
export const wantedFields = (setup: JiraSetup): string[] => [
  'summary',
  'description',
  'priority',
  'labels',
  'status',
  'issuetype',
  'updated',
  ...setup.targets.map((target) => target.id),
  ...(setup.parentField ? [setup.parentField.id] : []),
]

/** Total over what Jira answers; a status it does not show is one no target equals. */
export function toRemoteIssue(issue: Issue): RemoteIssue {
  const { fields } = issue
  const status = Status.safeParse(fields.status)
  const priority =
    typeof fields.priority === 'object' && fields.priority !== null ? (fields.priority as Readonly<Record<string, unknown>>) : undefined
  return {
    id: issue.id,
    key: issue.key,
    summary: text(fields.summary) ?? '',
    description: fields.description ?? null,
    priority: priority && text(priority.id) !== undefined ? { id: String(priority.id), name: text(priority.name) ?? '' } : undefined,
    labels: Array.isArray(fields.labels) ? fields.labels.filter((label): label is string => typeof label === 'string') : [],
    status: status.success ? status.data : { id: '', name: 'unknown', category: 'undefined' },
    issueType: Named.safeParse(fields.issuetype).data,
    fields,
    property: readProperty(issue.properties),
    updated: text(fields.updated),
  }
}

/** A field that both sides have, as each says it. */
export interface IssueField {
  readonly id: string
  /** For people. */
  readonly name: string
  readonly git: Comparable
  readonly remote: Comparable
  /** What to send so that the remote says what git says; the status is walked to instead. */
  readonly value: unknown
}

/** A description without the footer, which is ours: as it is compared, and whole, because the record of what was written over must hold all of it. */
function descriptionSide(value: unknown): Comparable {
  const { body } = readDescription(value)
  return { key: richTextKey(body), shown: richTextMarkdown(body) }
}

/** Whether the two differ in the footer alone: then it is brought up to date, and nobody's text is written over. */
export function isFooterStale(desired: unknown, remote: unknown): boolean {
  const [ours, theirs] = [readDescription(desired), readDescription(remote)]
  return richTextKey(ours.body) === richTextKey(theirs.body) && richTextKey(ours.footer) !== richTextKey(theirs.footer)
}

const shownValue = (kind: FieldKind, value: unknown): PlainValue => {
  if (value === null || value === undefined) return null
  if (kind === 'paragraph') return richTextMarkdown(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((one) => shownValue(kind, one))
  if (typeof value !== 'object') return null
  if ('value' in value || 'name' in value) return shownValue(kind, 'value' in value ? value.value : Reflect.get(value, 'name'))
  return JSON.stringify(value)
}

/** The epic above an issue: an object on Cloud, a key in a Data Center's Epic Link. */
function parentSide(value: unknown): Comparable {
  if (typeof value === 'string' && value !== '') return { key: value, shown: value }
  if (typeof value !== 'object' || value === null || !('id' in value)) return { key: null, shown: null }
  return { key: String(value.id), shown: 'key' in value ? String(value.key) : String(value.id) }
}

/** Every field that is compared whole: all but the labels, the status last. */
export function comparedFields(desired: DesiredIssue, remote: RemoteIssue): IssueField[] {
  const { summary, description, priority, status } = desired
  const plain = (value: string): Comparable => ({ key: value, shown: value })
  const named = (value: { readonly id: string; readonly name: string } | undefined): Comparable =>
    value ? { key: value.id, shown: value.name } : { key: null, shown: null }
  const found: IssueField[] = [
    { id: 'summary', name: 'summary', git: plain(summary), remote: plain(oneLine(remote.summary)), value: summary },
  ]
  if (description) {
    const sides = { git: descriptionSide(description), remote: descriptionSide(remote.description) }
    found.push({ id: 'description', name: 'description', ...sides, value: description })
  }
  // Another word for what git says is what git says.
  const orSame = (value: Named, theirs: Named | undefined, same: readonly string[]) =>
    named(theirs && same.includes(theirs.id) ? theirs : value)
  if (priority)
    found.push({
      id: 'priority',
      name: 'priority',
      git: orSame(priority, remote.priority, desired.sameAs.priorities),
      remote: named(remote.priority),
      value: { id: priority.id },
    })
  for (const { id, name, kind, value } of desired.fields) {
    const side = (one: unknown): Comparable => ({ key: fieldKey(kind, one), shown: shownValue(kind, one) })
    found.push({ id, name, git: side(value), remote: side(remote.fields[id]), value })
  }
  if (desired.parent) {
    const { field, key, shown, value } = desired.parent
    found.push({ id: field, name: 'parent', git: { key, shown }, remote: parentSide(remote.fields[field]), value })
  }
  if (status.kind === 'status')
    found.push({
      id: 'status',
      name: 'status',
      git: orSame(status.status, remote.status, desired.sameAs.statuses),
      remote: named(remote.status),
      value: undefined,
    })
  return found
}

/**
 * Labels to put on and to take off. The mark lists the labels that we put there, so each label has its own three sides and no
 * conflict is possible: of those that stand there only ours may go, and one of ours that somebody took off stays off. The
 * marker is put on again, because the issue is found by it.
 */
export function labelChange(desired: DesiredIssue, remote: RemoteIssue) {
  const ours = remote.property?.labels ?? []
  const missing = desired.labels.filter((label) => !remote.labels.includes(label))
  const isWanted = (label: string) => label === desired.property.marker || !ours.includes(label)
  return {
    add: missing.filter(isWanted),
    remove: remote.labels.filter((label) => ours.includes(label) && !desired.labels.includes(label)),
    takenOff: missing.filter((label) => !isWanted(label)),
  }
}

/** The one edit that brings the fields named in `writes`, the labels and the mark; undefined when there is nothing to write. */
export function toEdit(desired: DesiredIssue, remote: RemoteIssue, writes: ReadonlySet<string>, syncedAt: Date): IssueChange | undefined {
  const fields = comparedFields(desired, remote)
    .filter(
      ({ id }) => id !== 'status' && (writes.has(id) || (id === 'description' && isFooterStale(desired.description, remote.description))),
    )
    .map(({ id, value }) => [id, value] as const)
  const { add, remove } = labelChange(desired, remote)
  const operations = [...add.map((label) => ({ add: label })), ...remove.map((label) => ({ remove: label }))]
  if (fields.length + operations.length === 0 && sameProperty(remote.property, desired.property)) return undefined
  return {
    ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}),
    ...(operations.length > 0 ? { update: { labels: operations } } : {}),
    properties: [{ key: PROPERTY_KEY, value: { ...desired.property, syncedAt: syncedAt.toISOString() } }],
  }
}

/** The body of a new issue: everything in one request, the marks included, so that it can be found if the answer is lost. */
export function toCreate(desired: DesiredIssue, syncedAt: Date): IssueChange {
  const given = desired.fields.filter((field) => field.value !== null).map((field) => [field.id, field.value] as const)
  return {
    fields: {
      project: { key: desired.projectKey },
      issuetype: { id: desired.issueType.id },
      summary: desired.summary,
      ...(desired.description ? { description: desired.description } : {}),
      ...(desired.priority ? { priority: { id: desired.priority.id } } : {}),
      ...(desired.parent ? { [desired.parent.field]: desired.parent.value } : {}),
      ...(desired.epicNameField ? { [desired.epicNameField]: desired.summary } : {}),
      labels: desired.labels,
      ...Object.fromEntries(given),
    },
    properties: [{ key: PROPERTY_KEY, value: { ...desired.property, syncedAt: syncedAt.toISOString() } }],
  }
}
