// An artifact as the issue it should be. Pure and total: everything that depends on the site is in the setup, everything
// that cannot be said in Jira is a refusal that names the field, and nothing is read or written here.
import { createHash } from 'node:crypto'
import { artifactDocument } from '../documents/artifact-document.ts'
import { oneLine } from '../documents/clean-text.ts'
import type { Named, Status } from './answers.ts'
import { readSource } from './artifact-sources.ts'
import { type FieldKind, toFieldValue } from './field-values.ts'
import { fitsProperty, markerOf, type SyncProperty } from './marker.ts'
import { richTextKey, writeRichText } from './rich-text.ts'
import type { JiraSetup } from './setup.ts'
import { type SyncedArtifact, type SyncedKind, stateOf } from './synced-kinds.ts'

/** Jira's limit of a summary, in characters. */
const MAX_SUMMARY_LENGTH = 255

export interface DesiredField {
  readonly id: string
  readonly name: string
  readonly kind: FieldKind
  /** As it is sent; null clears the field. */
  readonly value: unknown
}

/** The status an issue should have, or why it is left where it is; `none` for kinds whose status no workflow tells. */
export type DesiredStatus =
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'stay'; readonly reason: string }
  | { readonly kind: 'none' }

/** The epic above it. */
export interface DesiredParent {
  /** `parent`, or the id of a Data Center's field Epic Link. */
  readonly field: string
  /** As it is sent. */
  readonly value: unknown
  /** As it is compared: an id, or a key. */
  readonly key: string
  readonly shown: string
}

export interface DesiredIssue {
  readonly projectKey: string
  readonly issueType: Named
  readonly summary: string
  /** Formatted text as the site takes it; undefined where the type has no description. */
  readonly description: unknown
  readonly priority: Named | undefined
  /** Ids of priorities and statuses that say the same: see `JiraSetup.sameAs`. */
  readonly sameAs: { readonly priorities: readonly string[]; readonly statuses: readonly string[] }
  /** Ours; labels of others on the issue stay. */
  readonly labels: readonly string[]
  readonly fields: readonly DesiredField[]
  /** Undefined where none is known: then one that stands there stays. */
  readonly parent: DesiredParent | undefined
  readonly status: DesiredStatus
  readonly property: SyncProperty
  readonly epicNameField: string | undefined
}

/** One artifact ready for `engine/push`. */
export interface MappedItem {
  readonly artifactId: string
  readonly artifactKind: SyncedKind
  readonly scope: string
  readonly desired: DesiredIssue
  readonly hash: string
  readonly marker: string
}

export type Mapped =
  | { readonly kind: 'mapped'; readonly item: MappedItem }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string }

export interface MappingSource {
  /** What the artifact belongs to, such as `repository:123`. */
  readonly scope: string
  /** Address of the file for people, where there is one. */
  readonly sourceUrl?: string
  /** The issue of the road item that a user story belongs to. */
  readonly parent?: { readonly id: string; readonly key: string } | undefined
}

const LABEL = /^\S{1,255}$/

function labelsOf(item: SyncedArtifact, setup: JiraSetup, marker: string): { labels: string[] } | { bad: string } {
  const wanted = [marker, item.id, ...('capabilities' in item.data ? item.data.capabilities : [])]
  for (const target of setup.targets.filter((one) => one.id === 'labels')) {
    const value = readSource(item, target.source)
    if (value !== undefined) wanted.push(...(typeof value === 'object' ? value : [String(value)]))
  }
  const bad = wanted.find((label) => !LABEL.test(label))
  return bad === undefined ? { labels: [...new Set(wanted)].sort() } : { bad }
}

/** The status as it stands in the file. */
const statusTextOf = (item: SyncedArtifact): string =>
  oneLine(item.kind === 'road-item' ? item.data.statusText : item.data.status).slice(0, 60)

function desiredStatus(item: SyncedArtifact, setup: JiraSetup): DesiredStatus {
  if (item.kind === 'capability') return { kind: 'none' }
  const status = setup.statuses[stateOf(item) ?? '']
  if (status !== undefined) return { kind: 'status', status }
  const words = item.kind === 'road-item' ? 'the eight states' : 'the states of a user story'
  return { kind: 'stay', reason: `status: "${statusTextOf(item)}" is none of ${words}, so the issue keeps its Jira status.` }
}

function desiredParent({ parentField }: JiraSetup, { parent }: MappingSource): DesiredParent | undefined {
  if (!parent || !parentField) return undefined
  const { id, key } = parent
  return parentField.as === 'parent'
    ? { field: parentField.id, value: { id }, key: id, shown: key }
    : { field: parentField.id, value: key, key, shown: key }
}

const refusal = (field: string, reason: string): Mapped => ({ kind: 'refused', field, reason: `${field}: ${reason}` })

/** Changes with everything that would be written, and with nothing else. */
export function hashDesired(desired: DesiredIssue): string {
  const { description, status, ...rest } = desired
  const target = status.kind === 'status' ? status.status.id : null
  const content = [description === undefined ? null : richTextKey(description), target, rest]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** The issue that an artifact should be. Refuses a value that Jira cannot hold, naming the key of the file or the field. */
export function toDesiredIssue(item: SyncedArtifact, setup: JiraSetup, source: MappingSource): Mapped {
  const summary = oneLine(item.title)
  if (summary === '') return refusal('title', 'it is empty, and Jira demands a summary.')
  if (summary.length > MAX_SUMMARY_LENGTH)
    return refusal('title', `it has ${summary.length} characters, and a Jira summary at most ${MAX_SUMMARY_LENGTH}. Shorten it.`)
  const marker = markerOf(source.scope, item.id)
  const labels = labelsOf(item, setup, marker)
  if ('bad' in labels)
    return refusal(
      'labels',
      `"${oneLine(labels.bad).slice(0, 60)}" cannot be a Jira label: labels hold no white space and at most 255 characters.`,
    )
  const fields: DesiredField[] = []
  for (const target of setup.targets.filter((one) => one.id !== 'labels')) {
    const field = toFieldValue(target, readSource(item, target.source))
    if (field.kind === 'refused') return refusal(target.source, field.reason)
    fields.push({ id: target.id, name: target.name, kind: target.kind, value: field.value })
  }
  const link = source.sourceUrl === undefined ? {} : { sourceUrl: source.sourceUrl }
  const state = stateOf(item) ?? statusTextOf(item)
  const priority = item.kind === 'road-item' ? item.data.priority : undefined
  const desired: DesiredIssue = {
    projectKey: setup.projectKey,
    issueType: setup.issueType,
    summary,
    description: setup.hasDescription ? writeRichText(setup.textForm, artifactDocument(item, link), link) : undefined,
    priority: priority && setup.priorities?.[priority],
    sameAs: {
      priorities: (priority && setup.sameAs.priorities[priority]) ?? [],
      statuses: setup.sameAs.statuses[state] ?? [],
    },
    labels: labels.labels,
    fields,
    parent: desiredParent(setup, source),
    status: desiredStatus(item, setup),
    property: {
      version: 1,
      marker,
      artifactId: item.id,
      artifactKind: item.kind,
      scope: source.scope,
      file: item.file,
      ...(source.sourceUrl === undefined ? {} : { url: source.sourceUrl }),
      state,
      labels: labels.labels,
    },
    epicNameField: setup.epicNameField,
  }
  if (!fitsProperty(desired.property))
    return refusal('labels', `there are ${labels.labels.length}, more than the mark of an issue can list. Name fewer capabilities.`)
  return {
    kind: 'mapped',
    item: { artifactId: item.id, artifactKind: item.kind, scope: source.scope, desired, hash: hashDesired(desired), marker },
  }
}
