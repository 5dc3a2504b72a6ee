// Reads frontmatter values as they are meant: a single text where a list is expected, a number where text is, a date that
// is not quoted. What cannot be meant is left out and noted; the strict check (strict-check.ts) says the rest.
import { type ArtifactKind, PROBLEM_CODES, type Problem, type ProblemCode } from './artifact.ts'
import { KIND_PLACES } from './catalogue.ts'
import { positionOf, type SourceDocument, sourceTextOf } from './source-document.ts'
import { joinPath, parsePath } from './value-path.ts'
import { isUnquotedDate, isYamlMap, type YamlMap, type YamlValue } from './yaml-tree.ts'

/** What a problem says beside its message. */
export type ProblemFacts = Pick<Problem, 'expected' | 'found' | 'advice'>

export interface FrontReader {
  readonly source: SourceDocument
  readonly problems: readonly Problem[]
  /** The value at a path; `null` and empty text count as absent. */
  get(path: string): YamlValue | undefined
  text(path: string): string | undefined
  /** A date as text; an unquoted one is noted. */
  date(path: string): string | undefined
  number(path: string): number | undefined
  flag(path: string): boolean
  map(path: string): YamlMap
  list(path: string): readonly string[]
  /** A list of ids; an id that does not have the form of its kind is noted and kept, so that it can be seen as missing. */
  ids(path: string, kind: ArtifactKind): readonly string[]
  id(path: string, kind: ArtifactKind): string | undefined
  /** Notes a problem at a path. */
  note(code: ProblemCode, path: string, message: string, more?: ProblemFacts): void
}

/** A value as short text for a message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (isUnquotedDate(value)) return `the unquoted date ${value.unquotedDate}`
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isYamlMap(value)) return 'a map'
  const text = typeof value === 'string' ? `"${value.replaceAll(/\s+/g, ' ')}"` : String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** The value at a path of a map; never looks at prototypes. */
export function valueAt(root: YamlMap, path: string): YamlValue | undefined {
  let at: YamlValue | undefined = root
  for (const segment of parsePath(path) ?? []) {
    if (typeof segment === 'number') at = Array.isArray(at) ? (at as readonly YamlValue[])[segment] : undefined
    else at = isYamlMap(at) && Object.hasOwn(at, segment) ? at[segment] : undefined
    if (at === undefined) return undefined
  }
  return at
}

/** Texts of a list without repeats. */
export const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())]

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The entries of a record that have a value. */
export function present<T extends object>(facts: T): Present<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Present<T>
}

/** A file being read and what was noted of it. */
interface Reading {
  readonly source: SourceDocument
  readonly problems: Problem[]
}

export function makeFrontReader(source: SourceDocument): FrontReader {
  const reading: Reading = { source, problems: [] }
  const get = (path: string) => {
    const value = valueAt(source.root, path)
    return value === null || value === '' ? undefined : value
  }
  const text = (path: string) => textOf(reading, path, get(path))
  return Object.freeze({
    source,
    problems: reading.problems,
    get,
    text,
    note: (code, path, message, more) => note(reading, code, path, message, more),
    list: (path) => listOf(reading, path, get(path)),
    date: (path) => text(path)?.slice(0, 'YYYY-MM-DD'.length),
    number: (path) => numberOf(get(path)),
    flag: (path) => get(path) === true || /^(?:true|yes)$/i.test(text(path) ?? ''),
    map: (path) => mapOf(reading, path, get(path)),
    ids: (path, kind) => idsOf(reading, path, get(path), kind),
    id: (path, kind) => {
      const id = text(path)
      if (id !== undefined) checkId(reading, path, id, kind)
      return id
    },
  } satisfies FrontReader)
}

function note({ source, problems }: Reading, code: ProblemCode, path: string, message: string, more: ProblemFacts = {}): void {
  problems.push({ code, severity: PROBLEM_CODES[code].severity, file: source.file, path, ...positionOf(source, path), message, ...more })
}

function noteType(reading: Reading, path: string, expected: string, value: YamlValue): void {
  const found = describeValue(value)
  note(reading, 'type-wrong', path, `\`${path}\` is ${found}, not ${expected}.`, { expected, found, advice: `Write ${expected}.` })
}

function textOf(reading: Reading, path: string, value: YamlValue | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  if (isUnquotedDate(value)) {
    const date = value.unquotedDate
    const facts = { expected: 'a quoted date', found: date, advice: `Write "${date}".` }
    note(reading, 'date-unquoted', path, `\`${path}\` is a date without quotes, which Katalyst reads as an instant.`, facts)
    return date
  }
  // The text that stands there, because 0.10 is not the number 0.1.
  if (typeof value === 'number' || typeof value === 'boolean') return sourceTextOf(reading.source, path) ?? String(value)
  noteType(reading, path, 'text', value)
  return undefined
}

function listOf(reading: Reading, path: string, value: YamlValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (isYamlMap(value) || typeof value === 'boolean') {
    noteType(reading, path, 'a list', value)
    return []
  }
  if (Array.isArray(value))
    return union((value as readonly YamlValue[]).flatMap((item, at) => textOf(reading, joinPath(path, at), item) ?? []))
  const facts = { expected: 'a list', found: describeValue(value), advice: 'Put it in brackets: [ … ].' }
  note(reading, 'strict-variant', path, `\`${path}\` is one value; it is read as a list of one.`, facts)
  return [textOf(reading, path, value) ?? []].flat()
}

function mapOf(reading: Reading, path: string, value: YamlValue | undefined): YamlMap {
  if (isYamlMap(value)) return value
  if (value !== undefined) noteType(reading, path, 'a map', value)
  return {}
}

function idsOf(reading: Reading, path: string, value: YamlValue | undefined, kind: ArtifactKind): readonly string[] {
  const ids = listOf(reading, path, value)
  const standing = Array.isArray(value) ? (value as readonly YamlValue[]) : undefined
  for (const id of ids) checkId(reading, standing === undefined ? path : joinPath(path, Math.max(0, standing.indexOf(id))), id, kind)
  return ids
}

function checkId(reading: Reading, path: string, id: string, kind: ArtifactKind): void {
  const { id: pattern, idForm, folder } = KIND_PLACES[kind]
  if (pattern.test(id)) return
  const facts = { expected: idForm, found: id, advice: `Write the id of a file in ${folder}/.` }
  note(reading, 'id-malformed', path, `\`${path}\`: ${describeValue(id)} is not an id of the form ${idForm}.`, facts)
}

/** A finite number, also where it stands in quotes. */
function numberOf(value: YamlValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
