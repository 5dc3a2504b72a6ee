// Holds a frontmatter against Katalyst's own schema. Whether Katalyst accepts a file and whether a person has to act are two
// answers: every refusal makes `passes` false, but one whose meaning is certain is only a warning.
import type { z } from 'zod'
import { type ArtifactKind, PROBLEM_CODES, type Problem, type ProblemCode } from './artifact.ts'
import { describeValue, valueAt } from './front-reader.ts'
import { foldWord, type KindDefinition } from './kinds/kind-definition.ts'
import { positionOf, type SourceDocument } from './source-document.ts'
import { formatPath, matchesPath, type PathSegment } from './value-path.ts'
import { isUnquotedDate, type YamlMap, type YamlValue } from './yaml-tree.ts'

export interface StrictCheck {
  /** What Katalyst's schema says of the file. */
  readonly passes: boolean
  /** The schema's output, defaults filled in and unknown keys stripped, where it passes. */
  readonly value?: unknown
  readonly problems: readonly Problem[]
}

type Definition = Pick<KindDefinition<ArtifactKind>, 'kind' | 'schema' | 'fields' | 'variants'>
type Issue = z.core.$ZodIssue

/** Checks a read frontmatter as one of a kind. A kind without schema passes. */
export function checkStrict(definition: Definition, source: SourceDocument): StrictCheck {
  if (source.frontmatter !== 'read') return { passes: false, problems: [] }
  if (definition.schema === undefined) return { passes: true, problems: [] }
  const result = definition.schema.safeParse(toSchemaInput(definition.fields, source.root))
  if (result.success) return { passes: true, value: result.data, problems: [] }
  return { passes: false, problems: result.error.issues.map((issue) => toProblem(definition, source, issue)) }
}

/** The frontmatter in the schema's names. Katalyst's parser fills defaults in for every empty value, so empty ones are left out. */
function toSchemaInput(fields: Readonly<Record<string, string>>, root: YamlMap): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const [to, from] of Object.entries(fields)) {
    const value = valueAt(root, from)
    if (value === undefined || value === null || value === false || (value === '' && to !== 'title')) continue
    const keys = to.split('.')
    const last = keys.pop() ?? to
    let at = input
    for (const key of keys) {
      at[key] ??= {}
      at = at[key] as Record<string, unknown>
    }
    at[last] = value
  }
  return input
}

/** The path in the file that a path in the schema is read from. */
export function toFilePath(fields: Readonly<Record<string, string>>, path: readonly PathSegment[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const head = path.slice(0, length).join('.')
    const rest = path.slice(length)
    const exact = Object.hasOwn(fields, head) ? fields[head] : undefined
    if (exact !== undefined) return formatPath([...exact.split('.'), ...rest])
    const below = Object.entries(fields).find(([to]) => to.startsWith(`${head}.`))?.[1]
    if (below !== undefined) return formatPath([...below.split('.').slice(0, length), ...rest])
  }
  return formatPath(path)
}

interface Finding {
  readonly code: ProblemCode
  readonly message: string
  readonly expected: string
  readonly advice: string
}

function toProblem(definition: Definition, source: SourceDocument, issue: Issue): Problem {
  const path = toFilePath(
    definition.fields,
    issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment))),
  )
  const value = valueAt(source.root, path)
  const finding = judge(definition, source.root, path, value, issue)
  return {
    severity: PROBLEM_CODES[finding.code].severity,
    file: source.file,
    path,
    ...positionOf(source, path),
    ...finding,
    found: describeValue(value),
  }
}

function judge(definition: Definition, root: YamlMap, path: string, value: YamlValue | undefined, issue: Issue): Finding {
  const expected = expectationOf(issue)
  if (isUnquotedDate(value) && issue.code === 'invalid_type') {
    const advice = `Write "${value.unquotedDate}".`
    return {
      code: 'date-unquoted',
      message: `\`${path}\` is a date without quotes, which Katalyst reads as an instant.`,
      expected: 'a quoted date',
      advice,
    }
  }
  const meant = meaningOf(definition, root, path, value, issue)
  if (meant !== undefined)
    return {
      code: meant.code,
      message: `\`${path}\` is ${describeValue(value)}, read as ${meant.words}; Katalyst's schema wants ${expected}.`,
      expected,
      advice: `Write ${expected}.`,
    }
  if (value === undefined || value === null)
    return { code: 'key-missing', message: `\`${path}\` is missing.`, expected, advice: `Add \`${path}\`: ${expected}.` }
  return {
    code: codeOf(definition.kind, path, issue),
    message: `\`${path}\` is ${describeValue(value)}, not ${expected}.`,
    expected,
    advice: `Write ${expected}.`,
  }
}

function codeOf(kind: ArtifactKind, path: string, issue: Issue): ProblemCode {
  if (kind === 'road-item' && path === 'status') return 'state-unknown'
  switch (issue.code) {
    case 'invalid_value':
      return 'value-unknown'
    case 'invalid_format':
      return 'id-malformed'
    case 'too_small':
      return issue.origin === 'array' ? 'list-empty' : 'value-out-of-range'
    case 'too_big':
      return 'value-out-of-range'
    default:
      return 'type-wrong'
  }
}

/** Names of zod's types in words for authors. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected
    case 'invalid_format':
      return `an id of the form ${issue.message}`
    case 'too_small':
      return issue.origin === 'array'
        ? `a list with at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`
        : `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}`
    default:
      return issue.message
  }
}

interface Meaning {
  readonly code: ProblemCode
  readonly words: string
}

/** What a refused value is read as all the same: a variant of the kind, another case, a number in quotes, a list of one. */
function meaningOf({ variants }: Definition, root: YamlMap, path: string, value: YamlValue | undefined, issue: Issue): Meaning | undefined {
  for (const { path: pattern, readAs, code = 'strict-variant' } of variants) {
    const words = matchesPath(pattern, path) ? readAs(value, root) : undefined
    if (words !== undefined) return { code, words }
  }
  const words = commonMeaningOf(value, issue)
  return words === undefined ? undefined : { code: 'strict-variant', words }
}

function commonMeaningOf(value: YamlValue | undefined, issue: Issue): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string')
    return issue.values.map(String).find((word) => foldWord(word) === foldWord(value))
  if (issue.code !== 'invalid_type') return undefined
  if (issue.expected === 'string') return typeof value === 'number' || typeof value === 'boolean' ? 'text' : undefined
  if (issue.expected === 'array') return typeof value === 'string' || typeof value === 'number' ? 'a list of one' : undefined
  if (issue.expected === 'number' || issue.expected === 'int')
    return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? 'a number' : undefined
  if (issue.expected === 'boolean') return typeof value === 'string' && /^(?:true|false|yes|no)$/i.test(value) ? 'true or false' : undefined
  return undefined
}
