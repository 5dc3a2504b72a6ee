// Changing keys of a frontmatter and nothing else. After every change the text is read again and held against what was
// meant: an edit that would change another key, or not be read as the value given, is our fault and never gets out.
import { AppError } from '../kernel/errors.ts'
import { encodeEntities } from './entity-text.ts'
import { parseSource, type SourceDocument, writeSource } from './source-document.ts'
import { type PathSegment, parsePath } from './value-path.ts'
import { editToRemove, editToSet } from './yaml-edit.ts'
import { composeYaml } from './yaml-source.ts'
import { type EditValue, isEditMap } from './yaml-text.ts'
import { isUnquotedDate, isYamlMap, type YamlMap, type YamlValue } from './yaml-tree.ts'

export interface SourceChange {
  /** Path of the key, such as `governance.nfrs.status`; maps above it are created where they are missing. */
  readonly path: string
  /** The new value, HTML entities decoded; `undefined` removes the key. */
  readonly value: EditValue | undefined
}

/**
 * The text of the file with the changes made in order. Lines of other keys stay byte for byte; a value that is there
 * already changes nothing.
 * @throws AppError `refused` when the frontmatter was not read, or a path leads through what is no map, or to a list entry that is not there
 */
export function editSource(document: SourceDocument, changes: readonly SourceChange[]): string {
  if (document.frontmatter !== 'read') throw refusal(document.file, '', 'the file has no frontmatter that can be read')
  return String(writeSource(changes.reduce(applyChange, document)))
}

function applyChange(document: SourceDocument, { path, value }: SourceChange): SourceDocument {
  const segments = parsePath(path)
  if (segments === undefined || segments.length === 0) throw refusal(document.file, path, 'this is not the path of a key')
  const expected = withValue(document.root, segments, value)
  if (sameValue(document.root, expected)) return document
  const { yaml } = document.parts
  const composed = composeYaml(yaml)
  const root = composed.kind === 'document' ? (composed.document?.contents ?? null) : null
  const outcome =
    value === undefined ? editToRemove(yaml, root, segments) : editToSet(yaml, root, segments, encodeValue(value, document.entities))
  if ('refused' in outcome) throw refusal(document.file, path, outcome.refused)
  const { bom, open, close, body } = document.parts
  const edited = yaml.slice(0, outcome.start) + outcome.text + yaml.slice(outcome.end)
  const { document: next } = parseSource(document.file, bom + open + edited + close + body)
  const kept = next.frontmatter === 'read' && next.parts.yaml === edited && sameValue(next.root, expected)
  if (!kept)
    throw new AppError('internal', `Changing ${path} in ${document.file} would have changed more than that; nothing was written.`, {
      details: { file: document.file, path },
    })
  return next
}

const refusal = (file: string, path: string, reason: string): AppError =>
  new AppError('refused', `${file}: ${path === '' ? 'the file' : path} cannot be changed: ${reason}. Change the file by hand.`, {
    details: { file, path },
  })

function encodeValue(value: EditValue, entities: ReadonlySet<string>): EditValue {
  if (typeof value === 'string') return encodeEntities(value, entities)
  if (Array.isArray(value)) return (value as readonly EditValue[]).map((item) => encodeValue(item, entities))
  if (isEditMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeValue(item, entities)]))
  return value
}

/** The tree as it should be after the change. */
function withValue(at: YamlValue | undefined, segments: readonly PathSegment[], value: EditValue | undefined): YamlValue {
  const [head, ...rest] = segments
  if (head === undefined) return value as YamlValue
  if (typeof head === 'number') {
    const list = Array.isArray(at) ? [...(at as readonly YamlValue[])] : []
    list[head] = withValue(list[head], rest, value)
    return list
  }
  const map: Record<string, YamlValue> = Object.assign(Object.create(null), isYamlMap(at) ? at : {})
  if (rest.length > 0 && (value !== undefined || isYamlMap(map[head]) || Array.isArray(map[head])))
    map[head] = withValue(map[head], rest, value)
  else if (value === undefined) delete map[head]
  else if (rest.length === 0) map[head] = value as YamlValue
  return map
}

/** Whether two trees mean the same; an unquoted date means its text. */
export function sameValue(a: YamlValue | undefined, b: YamlValue | undefined): boolean {
  const left = isUnquotedDate(a) ? a.unquotedDate : a
  const right = isUnquotedDate(b) ? b.unquotedDate : b
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item: YamlValue, at) => sameValue(item, right[at] as YamlValue))
  if (isYamlMap(left) && isYamlMap(right)) return sameMap(left, right)
  return Object.is(left, right)
}

function sameMap(a: YamlMap, b: YamlMap): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
}
