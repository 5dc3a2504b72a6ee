// What an item of another tool means as a road item. Pure and total: what has no meaning here is kept and reported, and what the
// source says nothing about stays whatever it is in the file.
import type { Priority, RoadState } from './artifact.ts'
import type { PlainValue } from './reconcile.ts'
import type { ExternalItem, ExternalTask, TaskState } from './roadmap-source.ts'
import { DEFAULT_PRIORITIES, DEFAULT_STATES, type RoadmapMapping } from './roadmap-source-config.ts'

/** What of a road item belongs to its source. `summary` and `tasks` are sections of the body, in markdown. */
export const SOURCE_FIELDS = ['title', 'status', 'phase', 'priority', 'capabilities', 'dependencies', 'tags', 'summary', 'tasks'] as const
export type SourceField = (typeof SOURCE_FIELDS)[number]
/** A field that is not there is not the source's. */
export type SourceFields = Readonly<Partial<Record<SourceField, PlainValue>>>

/** A value of the tool that means nothing here. */
export interface Unmapped {
  readonly field: string
  readonly value: string
  readonly reason: string
}

export interface MappedItem {
  readonly fields: SourceFields
  readonly unmapped: readonly Unmapped[]
}

/** Finds the road item that a key or id of the tool, or a road id, stands for. */
export type FindRoad = (reference: string) => string | undefined

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g

/** One line of plain text. */
export const toLine = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(UNPRINTABLE, ' ')
    .replace(/\s+/g, ' ')
    .trim()

const fold = (text: string): string => text.trim().toLowerCase()

/** The value under a name, whichever way it is spelt. */
export function named<V>(record: Readonly<Record<string, V>>, wanted: string): V | undefined {
  return Object.entries(record).find(([key]) => fold(key) === fold(wanted))?.[1]
}

const textsOf = (value: ExternalItem['fields'][string] | undefined): readonly string[] => {
  const texts = value === undefined ? [] : typeof value === 'object' ? value : String(value).split(/[,;\n]/)
  return texts.map(toLine).filter((text) => text !== '')
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)]

/** Labels that a pattern takes, by what its first group (or all of it) says. */
function taken(labels: readonly string[], pattern: string): ReadonlyMap<string, string> {
  const expression = new RegExp(pattern, 'i')
  return new Map(
    labels.flatMap((label) => {
      const found = expression.exec(label)
      return found ? [[label, toLine(found[1] ?? found[0])] as const] : []
    }),
  )
}

interface Reading {
  readonly fields: SourceFields
  readonly unmapped: readonly Unmapped[]
  /** Labels that have said what they have to say. */
  readonly usedLabels?: Iterable<string>
}

function readStatus(item: ExternalItem, config: RoadmapMapping): Reading {
  const [word] = textsOf(named(item.fields, config.statusField))
  if (word === undefined) return { fields: {}, unmapped: [] }
  const state: RoadState | undefined = named(config.status, word) ?? named(DEFAULT_STATES, word)
  if (state) return { fields: { status: state }, unmapped: [] }
  const reason = `There is no state for it. Add it to status in roadmap-source.json; until then the state stays as it is.`
  return { fields: {}, unmapped: [{ field: 'status', value: word, reason }] }
}

function readPriority(item: ExternalItem, config: RoadmapMapping): Reading {
  const [word] = textsOf(named(item.fields, config.priorityField))
  if (word === undefined) return { fields: {}, unmapped: [] }
  const priority: Priority | undefined = named(config.priority, word) ?? named(DEFAULT_PRIORITIES, word)
  if (priority) return { fields: { priority }, unmapped: [] }
  const reason = `There is no priority for it. Add it to priority in roadmap-source.json.`
  return { fields: {}, unmapped: [{ field: 'priority', value: word, reason }] }
}

/** `2`, `Phase 2`, `2: Build`: one whole number alone, else it may be a year or a version. */
function phaseNumber(word: string): number | undefined {
  const numbers = word.match(/\d+(?:\.\d+)?/g) ?? []
  const [only] = numbers
  return numbers.length === 1 && only !== undefined && /^\d{1,2}$/.test(only) ? Number(only) : undefined
}

function readPhase(item: ExternalItem, { phase }: RoadmapMapping): Reading {
  const labels = taken(item.labels, phase.label)
  const [word] = [...textsOf(named(item.fields, phase.field)), ...labels.values()]
  if (word === undefined) return { fields: {}, unmapped: [] }
  const number = named(phase.values, word) ?? phaseNumber(word)
  if (number !== undefined) return { fields: { phase: number }, unmapped: [], usedLabels: labels.keys() }
  const reason = 'It names no phase. Add it to phase.values in roadmap-source.json.'
  return { fields: {}, unmapped: [{ field: 'phase', value: word, reason }], usedLabels: labels.keys() }
}

function readCapabilities(item: ExternalItem, { capabilities }: RoadmapMapping): Reading {
  const direct = new Map(item.labels.flatMap((label) => (named(capabilities.values, label) ? [[label, label] as const] : [])))
  const labels = new Map([...direct, ...taken(item.labels, capabilities.label)])
  const words = unique([...textsOf(named(item.fields, capabilities.field)), ...labels.values()])
  const read = words.map((word) => {
    const id = named(capabilities.values, word) ?? word.toUpperCase()
    return { word, id: /^CAP-\d{3,}$/.test(id) ? id : undefined }
  })
  const ids = unique(read.flatMap(({ id }) => id ?? [])).toSorted()
  const reason = 'It is no id of a capability (CAP-001). Correct it, or add it to capabilities.values in roadmap-source.json.'
  const unmapped = read.flatMap(({ word, id }) => (id === undefined ? [{ field: 'capabilities', value: word, reason }] : []))
  return { fields: ids.length > 0 ? { capabilities: ids } : {}, unmapped, usedLabels: labels.keys() }
}

function readDependencies(item: ExternalItem, { dependencies }: RoadmapMapping, findRoad: FindRoad): Reading {
  const labels = taken(item.labels, dependencies.label)
  const linked = dependencies.links ? item.waitsFor : []
  const said = unique([...textsOf(named(item.fields, dependencies.field)), ...labels.values()])
  const words = unique([...linked, ...said.flatMap((text) => text.split(/\s+(?:and\s+)?/).filter((part) => part !== ''))])
  const found = words.map((word) => ({ word, id: findRoad(word) }))
  const ids = unique(found.flatMap(({ id }) => id ?? [])).toSorted()
  const reason = 'It is neither an item of this roadmap nor a road item.'
  const unmapped = found.flatMap(({ word, id }) => (id === undefined ? [{ field: 'dependencies', value: word, reason }] : []))
  return { fields: ids.length > 0 ? { dependencies: ids } : {}, unmapped, usedLabels: labels.keys() }
}

const TASK_MARKS: Readonly<Record<TaskState, string>> = { done: '✅', doing: '🚧', open: '🎯' }
const STATE_OF_ROAD: Readonly<Partial<Record<RoadState, TaskState>>> = { proposed: 'open', complete: 'done' }

const escapeInline = (text: string): string => toLine(text).replace(/[\\`*_[\]<>]/g, '\\$&')

function taskLines(tasks: readonly ExternalTask[], config: RoadmapMapping, indent: string): readonly string[] {
  return tasks.flatMap(({ title, status, state, key, url, tasks: below }) => {
    const mapped = status === undefined ? undefined : (named(config.status, status) ?? named(DEFAULT_STATES, status))
    const mark = TASK_MARKS[mapped === undefined ? state : (STATE_OF_ROAD[mapped] ?? 'doing')]
    const link = key === undefined ? '' : url === undefined ? `${escapeInline(key)}: ` : `[${escapeInline(key)}](<${encodeURI(url)}>): `
    return [`${indent}- ${mark} ${link}${escapeInline(title)}`, ...taskLines(below, config, `${indent}  `)]
  })
}

/** What an item says of its road item. `findRoad` knows the ids of all items, also of those that are new. */
export function mapItem(item: ExternalItem, config: RoadmapMapping, findRoad: FindRoad): MappedItem {
  const readings = [
    readStatus(item, config),
    readPhase(item, config),
    readPriority(item, config),
    readCapabilities(item, config),
    readDependencies(item, config, findRoad),
  ]
  const used = new Set(readings.flatMap(({ usedLabels = [] }) => [...usedLabels]))
  const tags = unique(item.labels.flatMap((label) => (used.has(label) ? [] : toLine(label) || []))).toSorted()
  const summary = item.text.replace(/\r\n?/g, '\n').trim()
  const tasks = config.tasks ? taskLines(item.tasks, config, '').join('\n') : ''
  const said: SourceFields = {
    title: toLine(item.title) || toLine(item.key),
    ...Object.assign({}, ...readings.map(({ fields }) => fields)),
    ...(tags.length > 0 ? { tags } : {}),
    ...(summary === '' ? {} : { summary }),
    ...(tasks === '' ? {} : { tasks }),
  }
  return { fields: said, unmapped: readings.flatMap(({ unmapped }) => unmapped) }
}
