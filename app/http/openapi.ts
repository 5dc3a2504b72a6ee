// openapi.json, made from the records that serve it.
import { inputFields, schemaOf } from '../input.ts'
import type { UseCase } from '../use-case.ts'

const JSON_TYPE = 'application/json'

const failure = {
  type: 'object',
  required: ['error', 'code', 'requestId'],
  properties: { error: { type: 'string' }, code: { type: 'string' }, details: { type: 'object' }, requestId: { type: 'string' } },
} as const

const failureAnswer = (description: string) => ({
  description,
  content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Failure' } } },
})

/** The names in braces of a path. */
export const pathParameters = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)

function operationOf(useCase: UseCase) {
  const reach = useCase.http
  if (!reach) return undefined
  const inPath = pathParameters(reach.path)
  const schema = schemaOf(useCase.input, 'input')
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !reach.hidden?.includes(name)))
  const parameters = inputFields(useCase)
    .filter(({ name }) => name in properties)
    .flatMap((field) => {
      const place = inPath.includes(field.name) ? 'path' : reach.method === 'GET' || reach.method === 'DELETE' ? 'query' : undefined
      return place
        ? [
            {
              name: field.name,
              in: place,
              required: place === 'path' || field.required,
              description: field.description,
              schema: properties[field.name],
            },
          ]
        : []
    })
  const body = Object.fromEntries(Object.entries(properties).filter(([name]) => !parameters.some((parameter) => parameter.name === name)))
  const required = [...(schema.required ?? []), ...(reach.required ?? [])].filter((name) => name in body)
  return {
    operationId: useCase.name,
    summary: useCase.summary,
    security: useCase.access === 'public' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(Object.keys(body).length > 0
      ? { requestBody: { required: required.length > 0, content: { [JSON_TYPE]: { schema: { ...schema, properties: body, required } } } } }
      : {}),
    responses: {
      [String(reach.status ?? 200)]: {
        description: useCase.summary,
        content: reach.document
          ? { [reach.document.contentType]: { schema: { type: 'string' } } }
          : { [JSON_TYPE]: { schema: schemaOf(useCase.output, 'output') } },
      },
      '400': failureAnswer('The input is not valid; details.issues has path, expected and received.'),
      ...(useCase.access === 'public'
        ? {}
        : { '401': failureAnswer('No valid bearer token.'), '403': failureAnswer('The token may not do this.') }),
      ...(inPath.length > 0 ? { '404': failureAnswer('There is no such thing.') } : {}),
    },
  }
}

/** The description of the whole API. */
export function describeApi(table: readonly UseCase[], version: string, publicUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const useCase of table) {
    if (!useCase.http) continue
    const { path, method } = useCase.http
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(useCase) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Katalyst Integrations',
      version,
      description: 'Governance artifacts in step across GitHub, Jira and Confluence, and the evidence those tools hold.',
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    components: { schemas: { Failure: failure }, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}
