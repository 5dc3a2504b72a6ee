// What an import from another tool does to a governed folder: pure, so that a difference that is shown and an import that is made
// are the same computation, and the first cannot write.
//
// Three values stand behind every field: what the file says, what the source says, and what the file last took from the source.
// A file that says neither the last nor the proposed was edited by people: that is drift, and the source wins all the same.
import type { Artifact } from './artifact.ts'
import { changeEntry, latestVersion } from './change-entry.ts'
import { checkGatesBehind, gateSentence } from './gates.ts'
import { makeNumbering, type Numbering } from './next-id.ts'
import { parseArtifact } from './parse-artifact.ts'
import { type PlainValue, samePlain } from './reconcile.ts'
import { type ExternalItem, type ExternalRoadmap, type ExternalSourceName, SOURCE_TITLES } from './roadmap-source.ts'
import type { RoadmapMapping } from './roadmap-source-config.ts'
import { editRoadFile, newRoadFile, type OwnedFile, readOwnedFile, type WantedRoad } from './roadmap-source-file.ts'
import { type Identified, identifyItems } from './roadmap-source-identity.ts'
import {
  type FindRoad,
  mapItem,
  SOURCE_FIELDS,
  type SourceField,
  type SourceFields,
  toLine,
  type Unmapped,
} from './roadmap-source-mapping.ts'

/** What is remembered of an item between imports. */
export interface RoadmapRecord {
  readonly externalId: string
  readonly contentId?: string | undefined
  readonly key: string
  readonly url?: string | undefined
  readonly artifactId: string
  /** What the file last took from the source; empty until it was seen there. */
  readonly base: SourceFields
  /** What was written or proposed last. */
  readonly proposed: SourceFields
  /** The change entry of its completion. */
  readonly change?: { readonly id: string; readonly date: string } | undefined
  /** Neither the source nor the folder has it any more; its number stays taken. */
  readonly isGone: boolean
}

export interface RoadmapPlanInput {
  readonly source: ExternalSourceName
  readonly config: RoadmapMapping
  readonly removed: 'keep' | 'delete'
  readonly roadmap: ExternalRoadmap
  readonly records: readonly RoadmapRecord[]
  readonly files: readonly { readonly file: string; readonly text: string }[]
  /** Artifacts that stand for an item already because they were exported to it, by the item's id. */
  readonly exported: ReadonlyMap<string, string>
  /** Ids that were ever given, also to files that are gone, and the counters. */
  readonly given: { readonly roads: readonly string[]; readonly changes: readonly string[] }
  readonly counters: { readonly road: number; readonly change: number }
  /** `YYYY-MM-DD`, for change entries. */
  readonly today: string
  /** Whether what is written is in the folder at once; a proposal may yet be declined. */
  readonly isImmediate: boolean
}

export interface ItemRef {
  readonly artifactId: string
  readonly key: string
  readonly url: string | undefined
  readonly file: string
}
export interface FieldChange {
  readonly field: string
  readonly old: PlainValue
  readonly new: PlainValue
}
export interface FieldDrift {
  readonly field: string
  readonly local: PlainValue
  readonly external: PlainValue
}
export interface PlannedFile {
  readonly file: string
  /** As it was read; undefined for a new file. */
  readonly was: string | undefined
  /** Undefined takes the file away. */
  readonly text: string | undefined
}

export interface RoadmapPlan {
  readonly added: readonly (ItemRef & { readonly fields: readonly FieldChange[] })[]
  readonly changed: readonly (ItemRef & { readonly fields: readonly FieldChange[] })[]
  readonly removed: readonly ItemRef[]
  readonly drift: readonly (ItemRef & { readonly fields: readonly FieldDrift[] })[]
  readonly unchanged: readonly ItemRef[]
  readonly unmapped: readonly (Unmapped & { readonly artifactId: string; readonly key: string })[]
  /** Gates that the source has passed by: the evidence is missing, and is not made up. */
  readonly violations: readonly { readonly artifactId: string; readonly gate: string; readonly path: string; readonly message: string }[]
  readonly changeEntries: readonly { readonly id: string; readonly artifactId: string; readonly file: string }[]
  readonly notes: readonly string[]
  readonly files: readonly PlannedFile[]
  readonly records: readonly RoadmapRecord[]
  readonly counters: { readonly road: number; readonly change: number }
}

const fileOf = (id: string) => `roads/${id}.md`
const EMPTY: Readonly<Partial<Record<SourceField, PlainValue>>> = { capabilities: [], dependencies: [], tags: [], summary: '', tasks: '' }

/** What the source says now; what it said once and says no more is empty. */
function wantedFields(said: SourceFields, record: RoadmapRecord | undefined): SourceFields {
  const once = SOURCE_FIELDS.filter((field) => said[field] === undefined && EMPTY[field] !== undefined)
  const cleared = once.filter((field) => record?.base[field] !== undefined || record?.proposed[field] !== undefined)
  return { ...Object.fromEntries(cleared.map((field) => [field, EMPTY[field]])), ...said }
}

interface Compared {
  readonly changed: readonly FieldChange[]
  readonly drift: readonly FieldDrift[]
  /** What the file is known to have taken. */
  readonly base: SourceFields
}

function compare(owned: OwnedFile, wanted: SourceFields, record: RoadmapRecord | undefined): Compared {
  const changed: FieldChange[] = []
  const drift: FieldDrift[] = []
  const base: Partial<Record<SourceField, PlainValue>> = {}
  for (const field of SOURCE_FIELDS) {
    const external = wanted[field]
    if (external === undefined) continue
    const local = owned.fields[field]
    const [last, proposed] = [record?.base[field], record?.proposed[field]]
    const isLast = last !== undefined && samePlain(local, last)
    const isTaken = samePlain(local, external) || (proposed !== undefined && samePlain(local, proposed))
    if (isTaken) base[field] = local
    else if (last !== undefined) base[field] = last
    if (samePlain(local, external)) continue
    // Without a last value the file came with what was proposed; where nothing was, the field is new to the source.
    const isEdited = !isLast && !isTaken && (last !== undefined || proposed !== undefined)
    if (isEdited) drift.push({ field, local, external })
    else {
      changed.push({ field, old: local, new: external })
      base[field] ??= local
    }
  }
  return { changed, drift, base }
}

/** The plan while it grows. */
interface Draft {
  readonly input: RoadmapPlanInput
  readonly changesOfFolder: readonly Artifact<'change'>[]
  readonly changeNumbers: Numbering
  readonly plan: {
    -readonly [K in
      | 'added'
      | 'changed'
      | 'removed'
      | 'drift'
      | 'unchanged'
      | 'unmapped'
      | 'violations'
      | 'changeEntries'
      | 'files'
      | 'records']: RoadmapPlan[K][number][]
  }
}

function addViolations(draft: Draft, file: string, text: string): void {
  const { artifact } = parseArtifact(file, text)
  if (artifact?.kind !== 'road-item') return
  for (const unmet of checkGatesBehind(artifact.data))
    if (unmet.severity === 'error')
      draft.plan.violations.push({
        artifactId: artifact.id,
        gate: unmet.target,
        path: unmet.path,
        message: gateSentence(artifact.id, unmet),
      })
}

/** A road item that becomes complete owes a change entry; one per road item. */
function addChangeEntry(draft: Draft, owned: OwnedFile, text: string, record: RoadmapRecord | undefined): RoadmapRecord['change'] {
  const { artifact: road } = parseArtifact(owned.road.file, text)
  if (road?.kind !== 'road-item' || road.data.status !== 'complete' || owned.road.data.status === 'complete') return record?.change
  if (draft.changesOfFolder.some(({ data }) => data.roadId === road.id)) return record?.change
  const { source, today, files } = draft.input
  const change = record?.change ?? { id: draft.changeNumbers.take(), date: today }
  const file = `changes/${change.id}.md`
  if (files.some((one) => one.file === file)) return change
  const reason = `${SOURCE_TITLES[source]} reports ${road.id} as complete.`
  const version = latestVersion(draft.changesOfFolder)
  draft.plan.files.push({ file, was: undefined, text: changeEntry({ ...change, road, version, reason }) })
  draft.plan.changeEntries.push({ id: change.id, artifactId: road.id, file })
  return change
}

const refOf = (item: Pick<ExternalItem, 'key' | 'url'>, artifactId: string, file: string): ItemRef => ({
  artifactId,
  key: toLine(item.key),
  url: item.url,
  file,
})

function planItem(draft: Draft, { item, artifactId, record, owned }: Identified, findRoad: FindRoad): void {
  const { input, plan } = draft
  const mapped = mapItem(item, input.config, findRoad)
  const fields = wantedFields(mapped.fields, record)
  const wanted: WantedRoad = { source: input.source, item, fields, unmapped: mapped.unmapped }
  const ref = refOf(item, artifactId, owned?.road.file ?? fileOf(artifactId))
  for (const one of mapped.unmapped) plan.unmapped.push({ ...one, artifactId, key: ref.key })
  const remembered = { externalId: item.id, contentId: item.contentId, key: ref.key, url: item.url, artifactId, isGone: false }
  const settle = (base: SourceFields, change: RoadmapRecord['change']) =>
    plan.records.push({ ...remembered, base: input.isImmediate ? fields : base, proposed: fields, change })
  if (!owned) {
    const text = newRoadFile(artifactId, wanted, { phase: input.config.phase.default })
    plan.files.push({ file: ref.file, was: undefined, text })
    addViolations(draft, ref.file, text)
    // A file that had been there was taken away by people.
    const isDeleted = record !== undefined && !record.isGone && Object.keys(record.base).length > 0
    if (isDeleted) plan.drift.push({ ...ref, fields: [{ field: 'file', local: null, external: ref.file }] })
    else
      plan.added.push({
        ...ref,
        fields: SOURCE_FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [{ field, old: null, new: fields[field] }])),
      })
    settle(record?.base ?? {}, record?.change)
    return
  }
  const { changed, drift, base } = compare(owned, fields, record)
  const edited = Object.fromEntries([...changed, ...drift].map(({ field }) => [field, fields[field as SourceField]]))
  const text = editRoadFile(owned, edited, wanted)
  if (text !== owned.text) plan.files.push({ file: ref.file, was: owned.text, text })
  if (changed.length > 0) plan.changed.push({ ...ref, fields: changed })
  if (drift.length > 0) plan.drift.push({ ...ref, fields: drift })
  if (changed.length === 0 && drift.length === 0) plan.unchanged.push(ref)
  addViolations(draft, ref.file, text)
  settle(base, addChangeEntry(draft, owned, text, record))
}

/** Items that the source has no more. Hidden ones are there; nothing is known of them. */
function planRemoved(draft: Draft, seen: ReadonlySet<string>, owned: ReadonlyMap<string, OwnedFile>): void {
  const { input, plan } = draft
  const hidden = new Set(input.roadmap.hidden)
  for (const record of input.records) {
    if (seen.has(record.artifactId)) continue
    const file = owned.get(record.artifactId)
    if (hidden.has(record.externalId) || !file) {
      plan.records.push({ ...record, isGone: !hidden.has(record.externalId) })
      continue
    }
    plan.removed.push(refOf({ key: record.key, ...(record.url ? { url: record.url } : {}) }, record.artifactId, file.road.file))
    if (input.removed === 'delete') plan.files.push({ file: file.road.file, was: file.text, text: undefined })
    plan.records.push({ ...record, isGone: input.removed === 'delete' && input.isImmediate })
  }
}

/** What an import does. The same input gives the same plan; nothing is written by it. */
export function planRoadmap(input: RoadmapPlanInput): RoadmapPlan {
  const owned = new Map<string, OwnedFile>()
  const changesOfFolder: Artifact<'change'>[] = []
  for (const { file, text } of input.files) {
    if (file.startsWith('changes/')) {
      const { artifact } = parseArtifact(file, text)
      if (artifact?.kind === 'change') changesOfFolder.push(artifact)
    }
    const road = file.startsWith('roads/') ? readOwnedFile(file, text) : undefined
    if (road && !owned.has(road.road.id)) owned.set(road.road.id, road)
  }
  const roadIds = [...input.given.roads, ...owned.keys(), ...input.records.map(({ artifactId }) => artifactId)]
  // A file that cannot be read has its number all the same.
  const named = input.files.flatMap(({ file }) => /^(?:roads|changes)\/([A-Z]+-\d+)/.exec(file)?.[1] ?? [])
  const roadNumbers = makeNumbering('ROAD', [...roadIds, ...named], input.counters.road)
  const givenChanges = [...input.given.changes, ...named, ...input.records.flatMap(({ change }) => change?.id ?? [])]
  const draft: Draft = {
    input,
    changesOfFolder,
    changeNumbers: makeNumbering('CHANGE', givenChanges, input.counters.change),
    plan: {
      added: [],
      changed: [],
      removed: [],
      drift: [],
      unchanged: [],
      unmapped: [],
      violations: [],
      changeEntries: [],
      files: [],
      records: [],
    },
  }
  const { items, notes, findRoad } = identifyItems(input, owned, roadNumbers)
  for (const identified of items) planItem(draft, identified, findRoad)
  planRemoved(draft, new Set(items.map(({ artifactId }) => artifactId)), owned)
  return { ...draft.plan, notes, counters: { road: roadNumbers.last, change: draft.changeNumbers.last } }
}
