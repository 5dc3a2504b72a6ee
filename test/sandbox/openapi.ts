// Finding the operation that a request belongs to, and checking its query. Only as much of OpenAPI as the providers use.

interface Reference {
  readonly $ref?: string
}

interface OpenApiParameter extends Reference {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly explode?: boolean
  readonly schema?: { readonly type?: string; readonly $ref?: string }
  readonly 'x-multi-segment'?: boolean
}

interface OpenApiContent extends Reference {
  readonly required?: boolean
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
}

export interface OpenApiOperation {
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: OpenApiContent
  readonly responses: Readonly<Record<string, OpenApiContent>>
}

type PathItem = { readonly parameters?: readonly OpenApiParameter[] } & { readonly [method: string]: OpenApiOperation }

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface IndexedOperation {
  /** Method and template: `GET /repos/{owner}/{repo}`. */
  readonly key: string
  readonly method: string
  readonly pattern: RegExp
  readonly operation: OpenApiOperation
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const

/** What a `$ref` into the document's components names; anything else is answered as it is. */
export function resolveRef<T extends Reference>(document: OpenApiDocument, value: T): T {
  if (!value.$ref) return value
  const [, , section = '', name = ''] = value.$ref.split('/')
  const found = document.components?.[section]?.[name]
  if (found === undefined) throw new Error(`the description has no ${value.$ref}`)
  return found as T
}

/** Every operation, those with the longest fixed text first: the first match is the one meant. */
export function makeOperationIndex(document: OpenApiDocument): readonly IndexedOperation[] {
  const operations: (IndexedOperation & { fixed: number })[] = []
  for (const [template, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method]
      if (!operation) continue
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) => resolveRef(document, parameter))
      const many = new Set(parameters.filter((parameter) => parameter['x-multi-segment']).map((parameter) => parameter.name))
      const pattern = template.replace(/\{([^}]+)\}|[.*+?^$()|[\]\\]/g, (text, name: string | undefined) =>
        name ? (many.has(name) ? '.*' : '[^/]+') : `\\${text}`,
      )
      const fixed = template.replace(/\{[^}]+\}/g, '').length
      operations.push({
        key: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${pattern}$`),
        operation: { ...operation, parameters },
        fixed,
      })
    }
  }
  return operations.sort((a, b) => b.fixed - a.fixed)
}

export function findOperation(index: readonly IndexedOperation[], method: string, path: string): IndexedOperation | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  return index.find((entry) => entry.method === wanted && entry.pattern.test(path))
}

/** Where a query departs from the described parameters: unknown ones, missing ones, values of another type. */
export function checkQuery(
  document: OpenApiDocument,
  operation: OpenApiOperation,
  query: URLSearchParams,
  explain: (name: string, schema: unknown, value: unknown) => readonly string[],
): string[] {
  const described = new Map(
    (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map((parameter) => [parameter.name, parameter]),
  )
  const violations = [...new Set(query.keys())]
    .filter((name) => !described.has(name))
    .map((name) => `request: the query parameter ${name} is not described`)
  for (const [name, parameter] of described) {
    const sent = query.getAll(name)
    if (sent.length === 0) {
      if (parameter.required) violations.push(`request: the query parameter ${name} is required`)
    } else if (parameter.schema) {
      const value = toTyped(document, parameter, sent)
      violations.push(...explain(name, parameter.schema, value).map((text) => `request: query ${name}${text}`))
    }
  }
  return violations
}

/** Texts of a query as the type its schema wants, left as text where they do not read as it. */
function toTyped(document: OpenApiDocument, parameter: OpenApiParameter, sent: readonly string[]): unknown {
  const schema = parameter.schema?.$ref ? resolveRef(document, parameter.schema) : parameter.schema
  const [first = ''] = sent
  if (schema?.type === 'array') {
    const texts = parameter.explode === false ? sent.flatMap((text) => text.split(',')) : sent
    const items = (schema as { items?: { type?: string } }).items
    return texts.map((text) => toScalar(items?.type, text))
  }
  return toScalar(schema?.type, first)
}

function toScalar(type: string | undefined, text: string): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
