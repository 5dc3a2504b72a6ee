// A road item that another tool owns, as a file: what of it belongs to the source, written anew or into what is there. Everything
// else in the file is its authors': governance evidence above all, which no import ever makes up.
import type { RoadItem } from './artifact.ts'
import { readSection, replaceSection } from './body-section-edit.ts'
import { encodeEntities } from './entity-text.ts'
import { parseArtifact } from './parse-artifact.ts'
import type { PlainValue } from './reconcile.ts'
import type { ExternalItem, ExternalSourceName } from './roadmap-source.ts'
import { SOURCE_FIELDS, type SourceField, type SourceFields, toLine, type Unmapped } from './roadmap-source-mapping.ts'
import { editSource, type SourceChange } from './source-edit.ts'
import type { EditValue } from './yaml-text.ts'
import { isYamlMap } from './yaml-tree.ts'

/** Frontmatter key that says where a road item comes from, so that it is found again without the database. */
export const SOURCE_KEY = 'roadmap_source'
const SECTIONS = { summary: 'Summary', tasks: 'Implementation Tasks' } as const

/** Where a file says it comes from. */
export interface Origin {
  readonly tool: string
  readonly id: string
}

export interface OwnedFile {
  readonly road: RoadItem
  readonly text: string
  readonly origin: Origin | undefined
  /** The values of the source's fields as they stand in the file. */
  readonly fields: Readonly<Record<SourceField, PlainValue>>
}

/** Reads a road item's file; undefined for a file that is none or cannot be read. */
export function readOwnedFile(file: string, text: string): OwnedFile | undefined {
  const { artifact, source } = parseArtifact(file, text)
  if (artifact?.kind !== 'road-item') return undefined
  const { data, body } = artifact
  const said = source.frontmatter === 'read' && isYamlMap(source.root) ? source.root[SOURCE_KEY] : undefined
  const origin = isYamlMap(said) && said.tool != null && said.id != null ? { tool: String(said.tool), id: String(said.id) } : undefined
  return {
    road: artifact,
    text,
    origin,
    fields: {
      title: artifact.title,
      status: data.status ?? data.statusText,
      phase: data.phase ?? null,
      priority: data.priority ?? null,
      capabilities: [...data.capabilities].sort(),
      dependencies: [...data.dependsOn].sort(),
      tags: [...data.tags].sort(),
      summary: readSection(body, SECTIONS.summary) ?? '',
      tasks: readSection(body, SECTIONS.tasks) ?? '',
    },
  }
}

/** The frontmatter's note on the source; unmapped values are kept in it. */
function originValue(source: ExternalSourceName, item: ExternalItem, unmapped: readonly Unmapped[]): EditValue {
  const kept = Object.fromEntries(
    [...new Set(unmapped.map(({ field }) => field))].map((field) => [
      field,
      unmapped.flatMap((one) => (one.field === field ? [one.value] : [])).join(', '),
    ]),
  )
  return {
    tool: source,
    id: item.id,
    key: toLine(item.key),
    ...(item.url === undefined ? {} : { url: item.url }),
    ...(unmapped.length > 0 ? { unmapped: kept } : {}),
  }
}

/** What is written of an item. */
export interface WantedRoad {
  readonly source: ExternalSourceName
  readonly item: ExternalItem
  readonly fields: SourceFields
  readonly unmapped: readonly Unmapped[]
}

/** Readers take entities for what they stand for: what looks like one is written so that it is read back. */
const quoted = (value: PlainValue | undefined): string => JSON.stringify(encodeEntities(String(value ?? ''), new Set()))
const listOf = (value: PlainValue | undefined): string =>
  `[${(Array.isArray(value) ? value : []).map((one) => (/^[A-Z]+-\d+$/.test(String(one)) ? String(one) : quoted(one))).join(', ')}]`

/** Road items that come to be without a word about these start so. */
export interface NewRoadDefaults {
  readonly phase: number
}

/** The whole file of a road item that is new. Its evidence is empty: nothing has been shown yet. */
export function newRoadFile(id: string, wanted: WantedRoad, defaults: NewRoadDefaults): string {
  const { fields, item } = wanted
  const { title, status = 'proposed', phase = defaults.phase, priority = 'medium' } = fields
  const front = [
    `id: ${id}`,
    `title: ${quoted(title)}`,
    `status: ${String(status)}`,
    `phase: ${String(phase)}`,
    `priority: ${String(priority)}`,
    ...(item.created ? [`created: ${quoted(item.created)}`] : []),
    `tags: ${listOf(fields.tags)}`,
    'governance:',
    '  adrs:',
    '    validated: false',
    '    ids: []',
    '  bdd:',
    '    status: draft',
    '    feature_files: []',
    '    scenarios: 0',
    '    passing: 0',
    '  nfrs:',
    '    applicable: []',
    '    status: pending',
    '    results: {}',
    `  capabilities: ${listOf(fields.capabilities)}`,
    'dependencies:',
    `  requires: ${listOf(fields.dependencies)}`,
    '  enables: []',
  ]
  const sections = (['summary', 'tasks'] as const).flatMap((key) =>
    fields[key] ? ['', `## ${SECTIONS[key]}`, '', String(fields[key])] : [],
  )
  const bare = `---\n${front.join('\n')}\n---\n\n# ${id}: ${String(title ?? '')}\n${sections.join('\n')}${sections.length > 0 ? '\n' : ''}`
  return withOrigin(`roads/${id}.md`, bare, wanted)
}

function withOrigin(file: string, text: string, { source, item, unmapped }: WantedRoad): string {
  const parsed = parseArtifact(file, text)
  const root = isYamlMap(parsed.source.root) ? parsed.source.root[SOURCE_KEY] : undefined
  const value = originValue(source, item, unmapped)
  if (root !== undefined && JSON.stringify(root) === JSON.stringify(value)) return text
  return editSource(parsed.source, [{ path: SOURCE_KEY, value }])
}

const asEdit = (value: PlainValue): EditValue => value as EditValue

/** The keys a field is written to, as far as the file has them already. */
function changesOf(owned: OwnedFile, field: SourceField, value: PlainValue): readonly SourceChange[] {
  const { source } = parseArtifact(owned.road.file, owned.text)
  const root = isYamlMap(source.root) ? source.root : {}
  switch (field) {
    case 'summary':
    case 'tasks':
      return []
    case 'dependencies':
      return [{ path: Array.isArray(root.dependencies) ? 'dependencies' : 'dependencies.requires', value: asEdit(value) }]
    case 'capabilities': {
      // A road item may name them in two places, which count together.
      const above = 'capabilities' in root ? [{ path: 'capabilities', value: undefined }] : []
      return [...above, { path: 'governance.capabilities', value: asEdit(value) }]
    }
    default:
      return [{ path: field, value: asEdit(value) }]
  }
}

/** The file with other values of some fields; the heading goes along with the title where it repeats it. */
export function editRoadFile(owned: OwnedFile, changed: SourceFields, wanted: WantedRoad): string {
  const { road } = owned
  const fields = SOURCE_FIELDS.filter((field) => changed[field] !== undefined)
  const changes = fields.flatMap((field) => changesOf(owned, field, changed[field] as PlainValue))
  const withKeys = changes.length > 0 ? editSource(parseArtifact(road.file, owned.text).source, changes) : owned.text
  const before = parseArtifact(road.file, withKeys).source.parts.body
  let body = before
  if (changed.title !== undefined)
    body = body
      .split('\n')
      .map((line) => (line.trimEnd() === `# ${road.id}: ${road.title}` ? `# ${road.id}: ${String(changed.title)}` : line))
      .join('\n')
  for (const key of ['summary', 'tasks'] as const)
    if (changed[key] !== undefined) body = replaceSection(body, SECTIONS[key], String(changed[key]), key === 'summary' ? 'first' : 'last')
  return withOrigin(road.file, withKeys.slice(0, withKeys.length - before.length) + body, wanted)
}
