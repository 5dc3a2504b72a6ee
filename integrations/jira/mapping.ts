// A road item as the issue it should be. Pure and total: everything that depends on the site is in the setup, everything
// that cannot be said in Jira is a refusal that names the field, and nothing is read or written here.
import { createHash } from 'node:crypto'
import { oneLine } from '../documents/clean-text.ts'
import { roadItemDocument } from '../documents/road-item-document.ts'
import type { RoadItem } from '../governance/artifact.ts'
import { type AdfDoc, toAdf } from './adf.ts'
import { descriptionHash } from './adf-canonical.ts'
import type { Named, Status } from './answers.ts'
import { type FieldKind, toFieldValue } from './field-values.ts'
import { fitsProperty, markerOf, type SyncProperty } from './marker.ts'
import { readSource } from './road-item-sources.ts'
import type { JiraSetup } from './setup.ts'

/** Jira's limit of a summary, in characters. */
const MAX_SUMMARY_LENGTH = 255

export interface DesiredField {
  readonly id: string
  readonly name: string
  readonly kind: FieldKind
  /** As it is sent; null clears the field. */
  readonly value: unknown
}

/** The status an issue should have, or why it is left where it is. */
export type DesiredStatus = { readonly kind: 'status'; readonly status: Status } | { readonly kind: 'stay'; readonly reason: string }

export interface DesiredIssue {
  readonly projectKey: string
  readonly issueType: Named
  readonly summary: string
  /** Undefined where the type has no description. */
  readonly description: AdfDoc | undefined
  readonly priority: Named | undefined
  /** Ours; labels of others on the issue stay. */
  readonly labels: readonly string[]
  readonly fields: readonly DesiredField[]
  readonly status: DesiredStatus
  readonly property: SyncProperty
  readonly epicNameField: string | undefined
}

/** One artifact ready for `engine/push`. */
export interface MappedItem {
  readonly artifactId: string
  readonly artifactKind: 'road-item'
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
}

const LABEL = /^\S{1,255}$/

function labelsOf(item: RoadItem, setup: JiraSetup, marker: string): { labels: string[] } | { bad: string } {
  const wanted = [marker, item.id, ...item.data.capabilities]
  for (const target of setup.targets.filter((one) => one.id === 'labels')) {
    const value = readSource(item, target.source)
    if (value !== undefined) wanted.push(...(typeof value === 'object' ? value : [String(value)]))
  }
  const bad = wanted.find((label) => !LABEL.test(label))
  return bad === undefined ? { labels: [...new Set(wanted)].sort() } : { bad }
}

function desiredStatus(item: RoadItem, setup: JiraSetup): DesiredStatus {
  const { status, statusText } = item.data
  if (status !== undefined) return { kind: 'status', status: setup.statuses[status] }
  return {
    kind: 'stay',
    reason: `status: "${oneLine(statusText).slice(0, 60)}" is none of the eight states, so the issue keeps its Jira status.`,
  }
}

const refusal = (field: string, reason: string): Mapped => ({ kind: 'refused', field, reason: `${field}: ${reason}` })

/** Changes with everything that would be written, and with nothing else. */
export function hashDesired(desired: DesiredIssue): string {
  const { description, status, ...rest } = desired
  const target = status.kind === 'status' ? status.status.id : null
  const content = [description === undefined ? null : descriptionHash(description), target, rest]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** The issue that a road item should be. Refuses a value that Jira cannot hold, naming the key of the file or the field. */
export function toDesiredIssue(item: RoadItem, setup: JiraSetup, source: MappingSource): Mapped {
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
  const state = item.data.status ?? oneLine(item.data.statusText).slice(0, 60)
  const desired: DesiredIssue = {
    projectKey: setup.projectKey,
    issueType: setup.issueType,
    summary,
    description: setup.hasDescription ? toAdf(roadItemDocument(item, link), link) : undefined,
    priority: item.data.priority && setup.priorities?.[item.data.priority],
    labels: labels.labels,
    fields,
    status: desiredStatus(item, setup),
    property: {
      version: 1,
      marker,
      artifactId: item.id,
      artifactKind: 'road-item',
      scope: source.scope,
      file: item.file,
      state,
      labels: labels.labels,
    },
    epicNameField: setup.epicNameField,
  }
  if (!fitsProperty(desired.property))
    return refusal('labels', `there are ${labels.labels.length}, more than the mark of an issue can list. Name fewer capabilities.`)
  return {
    kind: 'mapped',
    item: { artifactId: item.id, artifactKind: 'road-item', scope: source.scope, desired, hash: hashDesired(desired), marker },
  }
}
