// Reads frontmatter values as they are meant: a single text where a list is expected, a number where text is, a date that
// is not quoted. What cannot be meant is left out and noted; the strict check (strict-check.ts) says the rest.
import { type ArtifactKind, type Position, PROBLEM_CODES, type Problem, type ProblemCode } from './artifact.ts'
import { KIND_PLACES } from './catalogue.ts'
import { positionOf, type SourceDocument, sourceTextOf } from './source-document.ts'
import { joinPath, parsePath } from './value-path.ts'
import { isUnquotedDate, isYamlMap, type YamlMap, type YamlValue } from './yaml-tree.ts'

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
  note(code: ProblemCode, path: string, message: string, more?: Pick<Problem, 'expected' | 'found' | 'advice'>): void
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

export function makeFrontReader(source: SourceDocument): FrontReader {
  const problems: Problem[] = []
  const note: FrontReader['note'] = (code, path, message, more = {}) => {
    const position: Position = positionOf(source, path)
    problems.push({ code, severity: PROBLEM_CODES[code].severity, file: source.file, path, ...position, message, ...more })
  }
  const get = (path: string) => {
    const value = valueAt(source.root, path)
    return value === null || value === '' ? undefined : value
  }
  const wrong = (path: string, expected: string, value: YamlValue) =>
    note('type-wrong', path, `\`${path}\` is ${describeValue(value)}, not ${expected}.`, {
      expected,
      found: describeValue(value),
      advice: `Write ${expected}.`,
    })

  const textOf = (path: string, value: YamlValue | undefined): string | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'string') return value
    if (isUnquotedDate(value)) {
      note('date-unquoted', path, `\`${path}\` is a date without quotes, which Katalyst reads as an instant.`, {
        expected: 'a quoted date',
        found: value.unquotedDate,
        advice: `Write "${value.unquotedDate}".`,
      })
      return value.unquotedDate
    }
    // The text that stands there, because 0.10 is not the number 0.1.
    if (typeof value === 'number' || typeof value === 'boolean') return sourceTextOf(source, path) ?? String(value)
    wrong(path, 'text', value)
    return undefined
  }
  const text = (path: string) => textOf(path, get(path))

  const list = (path: string): readonly string[] => {
    const value = get(path)
    if (value === undefined) return []
    if (isYamlMap(value) || typeof value === 'boolean') {
      wrong(path, 'a list', value)
      return []
    }
    if (!Array.isArray(value)) {
      note('strict-variant', path, `\`${path}\` is one value; it is read as a list of one.`, {
        expected: 'a list',
        found: describeValue(value),
        advice: 'Put it in brackets: [ … ].',
      })
      return union([textOf(path, value) ?? []].flat())
    }
    return union((value as readonly YamlValue[]).flatMap((item, at) => textOf(joinPath(path, at), item) ?? []))
  }

  const checkId = (path: string, id: string, kind: ArtifactKind) => {
    const { id: pattern, idForm } = KIND_PLACES[kind]
    if (!pattern.test(id))
      note('id-malformed', path, `\`${path}\`: ${describeValue(id)} is not an id of the form ${idForm}.`, {
        expected: idForm,
        found: id,
        advice: `Write the id of a file in ${KIND_PLACES[kind].folder}/.`,
      })
  }

  return Object.freeze({
    source,
    problems,
    get,
    text,
    note,
    list,
    date: (path) => text(path)?.slice(0, 10),
    number: (path) => numberOf(get(path)),
    flag: (path) => get(path) === true || /^(?:true|yes)$/i.test(text(path) ?? ''),
    map: (path) => {
      const value = get(path)
      if (value !== undefined && !isYamlMap(value)) wrong(path, 'a map', value)
      return isYamlMap(value) ? value : {}
    },
    ids: (path, kind) => {
      const ids = list(path)
      const isList = Array.isArray(get(path))
      const standing = isList ? (get(path) as readonly YamlValue[]) : []
      for (const id of ids) checkId(isList ? joinPath(path, Math.max(0, standing.indexOf(id))) : path, id, kind)
      return ids
    },
    id: (path, kind) => {
      const id = text(path)
      if (id !== undefined) checkId(path, id, kind)
      return id
    },
  } satisfies FrontReader)
}

/** A finite number, also where it stands in quotes. */
function numberOf(value: YamlValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
