// YAML as frontmatter needs it: plain values without prototypes, and for every path the place where it stands. The tree is
// walked by us and not by the library's toJS, because a pull request can come from anyone: aliases, number of values and
// dangerous keys are bounded here, and duplicate keys are found without the library's quadratic search.
import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { ProblemCode } from './artifact.ts'
import { decodeEntities } from './entity-text.ts'
import { joinPath } from './value-path.ts'
import { composeYaml, MAX_DEPTH, type YamlDocument, type YamlFault } from './yaml-source.ts'

/** Aliases followed in one frontmatter. No real artifact has one. */
export const MAX_ALIASES = 32
/** Values in one frontmatter, each occurrence of an aliased one counted. The largest real artifact has about 100. */
export const MAX_VALUES = 20_000
/** Syntax errors reported of one frontmatter; one wrong indentation can cause hundreds. */
const MAX_SYNTAX_ERRORS = 5
/** Keys that mean something to JavaScript objects or to YAML itself; no artifact has a use for them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<'])

/** What a YAML 1.1 reader (Katalyst's) turns into an instant when it is not quoted. */
const TIMESTAMP =
  /^\d{4}-\d{2}-\d{2}$|^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::\d{2})?))?$/

const UNQUOTED: unique symbol = Symbol('unquoted date')

export const isTimestamp = (text: string): boolean => TIMESTAMP.test(text)

/** An unquoted date: kept apart from text, because Katalyst's own reader makes an instant of it and its schema refuses that. */
export interface UnquotedDate {
  /** A symbol, so that no map of a file can pass for one. */
  readonly [UNQUOTED]: true
  readonly unquotedDate: string
}
export interface YamlMap {
  readonly [key: string]: YamlValue
}
export type YamlValue = string | number | boolean | null | UnquotedDate | readonly YamlValue[] | YamlMap

export const isUnquotedDate = (value: unknown): value is UnquotedDate =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, UNQUOTED)
export const isYamlMap = (value: unknown): value is YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnquotedDate(value)

/** Where a value stands; offsets count from the start of the YAML text. An empty value stands behind its key's colon. */
export interface ValuePlace {
  readonly start: number
  readonly end: number
  readonly keyStart: number
  /** Set where the text held HTML entities. */
  readonly encoded?: true
}

export interface TreeFault {
  readonly code: ProblemCode
  readonly path: string
  readonly start: number
  readonly end: number
  readonly message: string
  readonly advice: string
}

export interface YamlTree {
  /** `undefined` when the text is not a map or cannot be read at all. */
  readonly root: YamlMap | undefined
  readonly places: ReadonlyMap<string, ValuePlace>
  readonly faults: readonly TreeFault[]
}

/** Reads YAML text. Never throws; what cannot be read is a fault, and the rest is kept where that is safe. */
export function readYamlTree(yaml: string): YamlTree {
  const composed = composeYaml(yaml)
  if (composed.kind === 'too-deep')
    return unreadable([refusal('', composed.at, TOO_DEEP, 'Flatten it; artifacts need no more than 5 levels.')])
  if (composed.kind === 'too-long') return unreadable([refusal('', 0, 'The frontmatter has too many parts.', TOO_LONG_ADVICE)])
  const { document } = composed
  if (composed.faults.length > 0) return unreadable(composed.faults.slice(0, MAX_SYNTAX_ERRORS).map(syntaxFault))
  const contents = document?.contents
  if (document === undefined || contents === null || contents === undefined || (isScalar(contents) && contents.value === null))
    return { root: {}, places: new Map(), faults: [] }
  const [start, end] = contents.range
  if (!isMap(contents)) return unreadable([{ code: 'yaml-invalid', path: '', start, end, ...NOT_A_MAP }])
  const walk: Walk = { document, faults: [], places: new Map(), aliases: 0, values: 0, stopped: false }
  const root = readMap(walk, contents as YAMLMap.Parsed, '', 0, true)
  return { root: walk.stopped ? undefined : root, places: walk.places, faults: walk.faults }
}

const TOO_DEEP = `The frontmatter is nested deeper than ${MAX_DEPTH} levels.`
const TOO_LONG_ADVICE = 'Move long lists into the body or split the artifact.'
const NOT_A_MAP = { message: 'The frontmatter is not a map of keys to values.', advice: 'Write one `key: value` per line.' }

const unreadable = (faults: readonly TreeFault[]): YamlTree => ({ root: undefined, places: new Map(), faults })

const syntaxFault = ({ start, end, message }: YamlFault): TreeFault => ({
  code: 'yaml-invalid',
  path: '',
  start,
  end,
  message: `The frontmatter is not valid YAML: ${message.replaceAll('\n', ' ')}.`,
  advice: 'Correct the YAML at this place; text with a colon or a # in it needs quotes.',
})

interface Walk {
  readonly document: YamlDocument
  readonly faults: TreeFault[]
  readonly places: Map<string, ValuePlace>
  aliases: number
  values: number
  /** Set when a bound was passed: what was read so far is not the author's meaning. */
  stopped: boolean
}

const refusal = (path: string, start: number, message: string, advice: string): TreeFault => ({
  code: 'yaml-refused',
  path,
  start,
  end: start,
  message,
  advice,
})

function stop(walk: Walk, path: string, start: number, message: string, advice: string): null {
  if (!walk.stopped) walk.faults.push(refusal(path, start, message, advice))
  walk.stopped = true
  return null
}

/** `own` is false below an alias, where the places are those of the anchor and not of this path. */
function readValue(walk: Walk, node: ParsedNode | null, path: string, depth: number, own: boolean): YamlValue {
  if (walk.stopped || node === null) return null
  walk.values += 1
  if (walk.values > MAX_VALUES)
    return stop(walk, path, node.range[0], `The frontmatter has more than ${MAX_VALUES} values.`, TOO_LONG_ADVICE)
  if (depth > MAX_DEPTH)
    return stop(
      walk,
      path,
      node.range[0],
      `The frontmatter is nested deeper than ${MAX_DEPTH} levels.`,
      'Flatten it; an alias must not contain itself.',
    )
  if (isAlias(node)) return readAlias(walk, node, path, depth)
  if (isMap(node)) return readMap(walk, node, path, depth, own)
  if (isSeq(node))
    return (node as YAMLSeq.Parsed).items.map((item, at) => readItem(walk, item as ParsedNode | null, joinPath(path, at), depth, own))
  return readScalar(node)
}

function readItem(walk: Walk, item: ParsedNode | null, path: string, depth: number, own: boolean): YamlValue {
  if (own && item !== null) place(walk, path, item, item.range[0])
  return readValue(walk, item, path, depth + 1, own)
}

function readAlias(walk: Walk, node: Alias.Parsed, path: string, depth: number): YamlValue {
  walk.aliases += 1
  if (walk.aliases > MAX_ALIASES)
    return stop(walk, path, node.range[0], `The frontmatter uses more than ${MAX_ALIASES} aliases.`, 'Write the values out.')
  const target = node.resolve(walk.document) as ParsedNode | undefined
  if (target === undefined) return null
  return readValue(walk, target, path, depth + 1, false)
}

function readScalar(node: Scalar.Parsed): YamlValue {
  const { value } = node
  if (typeof value === 'string')
    return node.type === 'PLAIN' && TIMESTAMP.test(value) ? { [UNQUOTED]: true, unquotedDate: value } : decodeEntities(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return value === null || value === undefined ? null : String(value)
}

function readMap(walk: Walk, node: YAMLMap.Parsed, path: string, depth: number, own: boolean): YamlMap {
  const map: Record<string, YamlValue> = Object.create(null)
  for (const pair of node.items as Pair<ParsedNode, ParsedNode | null>[]) {
    const key = readKey(walk, pair, path)
    if (key === undefined) continue
    const at = joinPath(path, key)
    const keyStart = pair.key.range[0]
    if (FORBIDDEN_KEYS.has(key)) {
      walk.faults.push(refusal(at, keyStart, `The key \`${key}\` is refused.`, 'Rename or remove it.'))
      continue
    }
    if (Object.hasOwn(map, key)) {
      walk.faults.push({
        code: 'key-duplicate',
        path: at,
        start: keyStart,
        end: keyStart + key.length,
        message: `The key \`${at}\` stands twice.`,
        advice: 'Keep one of them; the first is read.',
      })
      continue
    }
    if (own && pair.value !== null) place(walk, at, pair.value, keyStart)
    map[key] = readValue(walk, pair.value, at, depth + 1, own)
  }
  return map
}

function readKey(walk: Walk, pair: Pair<ParsedNode, ParsedNode | null>, path: string): string | undefined {
  const { key } = pair
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
  walk.faults.push(refusal(path, (key as ParsedNode | null)?.range[0] ?? 0, 'A key is a list or a map.', 'Use text as keys.'))
  return undefined
}

function place(walk: Walk, path: string, node: ParsedNode, keyStart: number): void {
  const encoded = isScalar(node) && typeof node.value === 'string' && node.value.includes('&') && decodeEntities(node.value) !== node.value
  walk.places.set(path, { start: node.range[0], end: node.range[1], keyStart, ...(encoded ? { encoded: true as const } : {}) })
}
