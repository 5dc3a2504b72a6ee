// OpenAPI 3.0 schemas as JSON Schema: `nullable` becomes a type, annotations go, references point into one document ("api").
// And the corrections to apply first, which are JSON Patch (RFC 6902) with reasons in it.

const ANNOTATIONS = new Set([
  'nullable',
  'discriminator',
  'readOnly',
  'writeOnly',
  'deprecated',
  'xml',
  'example',
  'examples',
  'externalDocs',
  'title',
  'description',
  'default',
])
const LISTS = new Set(['allOf', 'anyOf', 'oneOf'])
const SINGLE = new Set(['items', 'not', 'additionalProperties'])

type Json = Record<string, unknown>

const isRecord = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value)

/**
 * One schema (or, as a `map`, each value of a record of schemas) in JSON Schema. `relaxed` drops `additionalProperties: false`,
 * for providers that add members to answers without notice.
 */
export function toJsonSchema(schema: unknown, relaxed: boolean, kind: 'schema' | 'map' = 'schema'): unknown {
  if (!isRecord(schema)) return schema
  if (kind === 'map') return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, toJsonSchema(value, relaxed)]))
  // In OpenAPI 3.0 nothing beside a $ref counts.
  if (typeof schema.$ref === 'string') return { $ref: `api${schema.$ref}` }
  const made: Json = {}
  for (const [key, value] of Object.entries(schema)) {
    if (ANNOTATIONS.has(key) || key.startsWith('x-')) continue
    if (relaxed && key === 'additionalProperties' && value === false) continue
    if (key === 'properties') made[key] = toJsonSchema(value, relaxed, 'map')
    else if (SINGLE.has(key)) made[key] = toJsonSchema(value, relaxed)
    else if (LISTS.has(key) && Array.isArray(value)) made[key] = value.map((item) => toJsonSchema(item, relaxed))
    else made[key] = value
  }
  exclusive(made, 'exclusiveMinimum', 'minimum')
  exclusive(made, 'exclusiveMaximum', 'maximum')
  return schema.nullable === true ? nullable(made) : made
}

/** Draft 4's boolean beside the bound, which OpenAPI 3.0 kept, as the bound itself. */
function exclusive(schema: Json, keyword: 'exclusiveMinimum' | 'exclusiveMaximum', bound: 'minimum' | 'maximum'): void {
  if (typeof schema[keyword] !== 'boolean') return
  if (schema[keyword]) {
    schema[keyword] = schema[bound]
    delete schema[bound]
  } else delete schema[keyword]
}

function nullable(schema: Json): Json {
  const simple = typeof schema.type === 'string' && !['enum', ...LISTS].some((key) => key in schema)
  return simple ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [{ type: 'null' }, schema] }
}

export interface Tolerance {
  readonly op: 'add' | 'replace' | 'remove'
  /** A JSON pointer. */
  readonly path: string
  readonly value?: unknown
}

/** Applies `add`, `replace` and `remove` in place; throws where a correction no longer fits its document. */
export function applyTolerances(document: unknown, operations: readonly Tolerance[]): unknown {
  for (const { op, path, value } of operations) {
    const keys = path
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() ?? ''
    const parent = keys.reduce<unknown>((at, key) => (at === null || typeof at !== 'object' ? undefined : (at as Json)[key]), document)
    if (parent === null || typeof parent !== 'object' || (op !== 'add' && !(last in parent)))
      throw new Error(`a tolerance does not fit: ${op} ${path}`)
    if (op === 'remove') delete (parent as Json)[last]
    else (parent as Json)[last] = value
  }
  return document
}
