// An issue as we see it, and what would have to change for it to be what it should. Only fields we write are compared, so a
// person's work on the others is never a difference.
import { shorten } from '../documents/clean-text.ts'
import { toMarkdown } from '../documents/to-markdown.ts'
import { sameDescription } from './adf-canonical.ts'
import { fromAdf } from './adf-read.ts'
import { type Issue, Status } from './answers.ts'
import type { IssueChange } from './client.ts'
import { sameFieldValue } from './field-values.ts'
import type { DesiredIssue } from './mapping.ts'
import { PROPERTY_KEY, readProperty, type SyncProperty, sameProperty } from './marker.ts'
import type { JiraSetup } from './setup.ts'

export interface RemoteIssue {
  readonly id: string
  readonly key: string
  readonly summary: string
  /** As stored: ADF or null. */
  readonly description: unknown
  readonly priority: { readonly id: string; readonly name: string } | undefined
  readonly labels: readonly string[]
  readonly status: Status
  readonly fields: Readonly<Record<string, unknown>>
  /** Undefined: the issue was not made by us, or someone took the mark away. */
  readonly property: SyncProperty | undefined
  readonly updated: string | undefined
}

/** One field that differs, in words for a plan. */
export interface IssueDifference {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Ids of everything that `toRemoteIssue` reads. */
export const wantedFields = (setup: JiraSetup): string[] => [
  'summary',
  'description',
  'priority',
  'labels',
  'status',
  'updated',
  ...setup.targets.map((target) => target.id),
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
    fields,
    property: readProperty(issue.properties),
    updated: text(fields.updated),
  }
}

const excerpt = (description: unknown): string => shorten(toMarkdown(fromAdf(description)).trim(), 120)

const shownValue = (value: unknown): unknown => {
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc') return excerpt(value)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return 'value' in value ? value.value : 'name' in value ? value.name : value
  return value ?? null
}

/** Labels to put on and to take off: of those that stand there, only the ones we once put there may go. */
function labelChange(desired: DesiredIssue, remote: RemoteIssue) {
  const ours = remote.property?.labels ?? []
  return {
    add: desired.labels.filter((label) => !remote.labels.includes(label)),
    remove: remote.labels.filter((label) => ours.includes(label) && !desired.labels.includes(label)),
  }
}

/** Every difference but the status, each with what to send for it. */
function fieldDifferences(
  desired: DesiredIssue,
  remote: RemoteIssue,
): { readonly shown: IssueDifference; readonly id: string; readonly value: unknown }[] {
  const found: { shown: IssueDifference; id: string; value: unknown }[] = []
  if (remote.summary !== desired.summary)
    found.push({ shown: { field: 'summary', from: remote.summary, to: desired.summary }, id: 'summary', value: desired.summary })
  if (desired.description && !sameDescription(remote.description, desired.description)) {
    found.push({
      shown: { field: 'description', from: excerpt(remote.description), to: excerpt(desired.description) },
      id: 'description',
      value: desired.description,
    })
  }
  if (desired.priority && remote.priority?.id !== desired.priority.id) {
    found.push({
      shown: { field: 'priority', from: remote.priority?.name ?? null, to: desired.priority.name },
      id: 'priority',
      value: { id: desired.priority.id },
    })
  }
  for (const field of desired.fields) {
    const now = remote.fields[field.id]
    if (!sameFieldValue(field.kind, field.value, now))
      found.push({ shown: { field: field.name, from: shownValue(now), to: shownValue(field.value) }, id: field.id, value: field.value })
  }
  return found
}

/** What a plan shows: one entry for each field that differs, the status last. */
export function diffIssue(desired: DesiredIssue, remote: RemoteIssue): IssueDifference[] {
  const shown = fieldDifferences(desired, remote).map((difference) => difference.shown)
  const labels = labelChange(desired, remote)
  if (labels.add.length + labels.remove.length > 0) {
    shown.push({
      field: 'labels',
      from: remote.labels,
      to: [...remote.labels.filter((label) => !labels.remove.includes(label)), ...labels.add],
    })
  }
  if (!sameProperty(remote.property, desired.property))
    shown.push({ field: 'sync mark', from: remote.property?.state ?? null, to: desired.property.state })
  if (desired.status.kind === 'status' && desired.status.status.id !== remote.status.id)
    shown.push({ field: 'status', from: remote.status.name, to: desired.status.status.name })
  return shown
}

/** The one edit that brings all fields but the status; undefined when there is nothing to write. */
export function toEdit(desired: DesiredIssue, remote: RemoteIssue, syncedAt: Date): IssueChange | undefined {
  const fields = fieldDifferences(desired, remote).map(({ id, value }) => [id, value] as const)
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
      ...(desired.epicNameField ? { [desired.epicNameField]: desired.summary } : {}),
      labels: desired.labels,
      ...Object.fromEntries(given),
    },
    properties: [{ key: PROPERTY_KEY, value: { ...desired.property, syncedAt: syncedAt.toISOString() } }],
  }
}
