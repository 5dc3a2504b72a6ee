// Input of a use case from texts (query strings, command line flags) and from JSON, checked against its one schema.
import { z } from 'zod'
import { AppError } from '../integrations/kernel/errors.ts'
import type { UseCase } from './use-case.ts'

/** One key of an input, as far as entry points need to know it. */
export interface InputField {
  readonly name: string
  readonly kind: 'string' | 'number' | 'boolean' | 'list' | 'other'
  readonly required: boolean
  readonly description: string
  readonly choices: readonly string[]
  readonly fallback: unknown
}

interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

const KINDS: Readonly<Record<string, InputField['kind']>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
}

/** The JSON Schema of a use case's input (what callers send) or output (what they get). */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): SchemaNode & Record<string, unknown> {
  const { $schema: _dialect, ...node } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>
  return node
}

/** Use cases never change, and reading a schema costs more than most requests. */
const fieldsOf = new WeakMap<UseCase, readonly InputField[]>()

/** The keys of a use case's input in the order of its schema. */
export function inputFields(useCase: UseCase): readonly InputField[] {
  const known = fieldsOf.get(useCase) ?? readFields(useCase)
  fieldsOf.set(useCase, known)
  return known
}

function readFields(useCase: UseCase): readonly InputField[] {
  const schema = schemaOf(useCase.input, 'input')
  return Object.entries(schema.properties ?? {}).map(([name, node]) => ({
    name,
    kind: KINDS[node.type ?? node.anyOf?.[0]?.type ?? ''] ?? 'other',
    required: (schema.required ?? []).includes(name),
    description: node.description ?? '',
    choices: (node.enum ?? []).map(String),
    fallback: node.default,
  }))
}

/** Whether an input has to be given: nothing at all does not do. */
export function isRequired(useCase: UseCase, name: string): boolean {
  const field = useCase.input instanceof z.ZodObject ? (useCase.input.shape[name] as z.ZodType | undefined) : undefined
  return field !== undefined && !field.safeParse(undefined).success
}

/** Texts as the values the schema wants: `"5"` → 5, `"true"` → true, `"a,b"` → ["a", "b"]. What does not fit stays text for the schema to refuse. */
export function valuesFromTexts(useCase: UseCase, texts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kinds = new Map(inputFields(useCase).map((field) => [field.name, field.kind]))
  const convert = (name: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value
    const kind = kinds.get(name)
    if (kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
    if (kind === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
    if (kind === 'list') return value.split(',').flatMap((part) => part.trim() || [])
    return value
  }
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, convert(name, value)]))
}

/** The type of a JSON value in words. */
const typeName = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** The value at a path, to say what was found without repeating long texts. */
function foundAt(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
  if (found === undefined) return 'nothing'
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? JSON.stringify(found).slice(0, 80)
    : typeName(found)
}

/** Issues of a failed parse as `{ path, expected, received }`, for answers and messages alike. */
export function describeIssues(error: z.ZodError, value: unknown): { path: string; expected: string; received: string }[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [path, key].filter(Boolean).join('.'), expected: 'no such key', received: 'a value' }))
    const expected =
      issue.code === 'invalid_type'
        ? issue.expected
        : issue.code === 'invalid_value'
          ? `one of ${issue.values.map(String).join(', ')}`
          : issue.message.replace(/^(Too (big|small|long|short)|Invalid [a-z]+): expected /, '')
    return [{ path, expected, received: foundAt(value, issue.path) }]
  })
}

/**
 * Checks raw input against the use case's schema.
 * @throws AppError `bad-request` with `details.issues` of `{ path, expected, received }`.
 */
export function parseInput<I extends z.ZodType>(useCase: UseCase<I>, raw: unknown): z.output<I> {
  const parsed = useCase.input.safeParse(raw)
  if (parsed.success) return parsed.data
  const issues = describeIssues(parsed.error, raw)
  const sentence = issues.map((issue) => `${issue.path || 'the input'}: expected ${issue.expected}, found ${issue.received}`).join('; ')
  throw new AppError('bad-request', `The input is not valid: ${sentence}.`, { details: { issues } })
}
