// Holds exchanges against the descriptions that the providers publish. The descriptions lie beside the project and ajv is a
// development dependency, so both are looked for at run time: where they are missing there is no contract, and callers say so.
//
// Validators are compiled on first use: a whole document takes a second to compile, the few operations of a test take little.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ValidateFunction } from 'ajv'
import type { Exchange } from './http.ts'
import { checkQuery, findOperation, makeOperationIndex, type OpenApiDocument, type OpenApiOperation, resolveRef } from './openapi.ts'
import { applyTolerances, type Tolerance, toJsonSchema } from './openapi-schema.ts'

const CONTRACTS = {
  'github-rest': { prefix: /^\/api\/v3(?=\/)/, relax: false },
  'jira-platform': { prefix: /^\/ex\/jira\/[^/]+(?=\/)/, relax: true },
  'jira-software': { prefix: /^\/ex\/jira\/[^/]+(?=\/)/, relax: true },
  'confluence-v1': { prefix: /^\/ex\/confluence\/[^/]+(?=\/)/, relax: true },
  'confluence-v2': { prefix: /^(\/ex\/confluence\/[^/]+)?\/wiki\/api\/v2(?=\/)/, relax: true },
  'github-webhooks': { prefix: /^$/, relax: false },
} as const

export type ContractName = keyof typeof CONTRACTS

/** Corrections that the descriptions need besides their own list of tolerances, each with its reason. */
const CORRECTIONS: Partial<Record<ContractName, readonly Tolerance[]>> = {
  // The list inlines `account` as a person AND an enterprise (allOf); the same object alone is either.
  'github-rest': [
    {
      op: 'replace',
      path: '/paths/~1app~1installations/get/responses/200/content/application~1json/schema/items',
      value: { $ref: '#/components/schemas/installation' },
    },
    // Described as one instant; GitHub's documentation gives it the range syntax of search.
    { op: 'replace', path: '/components/parameters/created/schema', value: { type: 'string' } },
    // Null once the fork is deleted, in every list of runs that is old enough.
    {
      op: 'replace',
      path: '/components/schemas/workflow-run/properties/head_repository',
      value: { nullable: true, allOf: [{ $ref: '#/components/schemas/minimal-repository' }] },
    },
    // Left out when the description was cut: the parts of an issue.
    {
      op: 'add',
      path: '/paths/~1repos~1{owner}~1{repo}~1issues~1{issue_number}~1sub_issues',
      value: {
        get: {
          parameters: [{ $ref: '#/components/parameters/per-page' }, { $ref: '#/components/parameters/page' }],
          responses: {
            200: { content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/issue' } } } } },
          },
        },
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { sub_issue_id: { type: 'integer' }, replace_parent: { type: 'boolean' } },
                  required: ['sub_issue_id'],
                },
              },
            },
          },
          responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/issue' } } } } },
        },
      },
    },
    // Left out when the description was cut; who a personal token belongs to.
    {
      op: 'add',
      path: '/paths/~1user',
      value: { get: { responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/simple-user' } } } } } } },
    },
  ],
}

export interface Contract {
  /** Whether the description has an operation for this method and path. */
  describes(method: string, path: string): boolean
  /**
   * Where an exchange departs from the description; empty when nowhere. An operation that is not described is a violation,
   * so is a 2xx that is not documented; undocumented errors are not, the descriptions are incomplete there. What a refused
   * request (4xx) was like is not held against anyone.
   */
  check(exchange: Exchange): readonly string[]
}

export interface WebhookContract {
  /** Where a payload departs from the description of `event` (and of its `action`). */
  check(event: string, payload: unknown): readonly string[]
}

/** The contract of one provider API, or `undefined` where the descriptions are not on this machine. */
export async function openContract(name: Exclude<ContractName, 'github-webhooks'>): Promise<Contract | undefined> {
  const loaded = await load(name)
  if (!loaded) return undefined
  const { document, compile, prefix, relax } = loaded
  const operations = makeOperationIndex(document)
  const find = (method: string, path: string) => findOperation(operations, method, path.replace(prefix, ''))

  return Object.freeze({
    describes: (method: string, path: string) => find(method, path) !== undefined,
    check(exchange: Exchange) {
      const found = find(exchange.method, exchange.path)
      if (!found) return [`no such operation is described: ${exchange.method} ${exchange.path.replace(prefix, '')}`]
      const { operation, key } = found
      const violations: string[] = []
      if (exchange.status < 400) {
        violations.push(
          ...checkQuery(document, operation, exchange.query, (at, schema, value) =>
            explain(compile(`${key} query ${at}`, schema, false), value),
          ),
        )
        violations.push(
          ...checkRequestBody(document, operation, exchange.requestBody, (schema) => compile(`${key} request`, schema, false)),
        )
      }
      violations.push(...checkResponse(document, operation, exchange, (schema) => compile(`${key} ${exchange.status}`, schema, relax)))
      return violations
    },
  })
}

/** The contract of GitHub's webhook payloads, or `undefined` where the descriptions are not on this machine. */
export async function openWebhookContract(): Promise<WebhookContract | undefined> {
  const loaded = await load('github-webhooks')
  if (!loaded) return undefined
  const { document, compile } = loaded
  return Object.freeze({
    check(event: string, payload: unknown) {
      const action = payload !== null && typeof payload === 'object' && 'action' in payload ? `/${String(payload.action)}` : ''
      const operation = document.paths[`/${event}${action}`]?.post ?? document.paths[`/${event}`]?.post
      if (!operation) return [`no such event is described: ${event}${action}`]
      return checkRequestBody(document, operation, payload, (schema) => compile(`${event}${action}`, schema, false)).map(
        (text) => `${event}${action}: ${text}`,
      )
    },
  })
}

/** The folder of the descriptions: KATALYST_CONTRACTS, or `shared/contracts` beside the project. */
export function findContracts(): string | undefined {
  const named = process.env.KATALYST_CONTRACTS
  if (named) return existsSync(join(named, 'tolerances.json')) ? resolve(named) : undefined
  for (let at = process.cwd(); ; at = dirname(at)) {
    const folder = join(at, 'shared', 'contracts')
    if (existsSync(join(folder, 'tolerances.json'))) return folder
    if (dirname(at) === at) return undefined
  }
}

async function load(name: ContractName) {
  const folder = findContracts()
  if (!folder) return undefined
  const readJson = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown
  const tolerances = readJson('tolerances.json') as Record<
    string,
    readonly { op: 'add' | 'replace' | 'remove'; path: string; value?: unknown }[]
  >
  const document = applyTolerances(readJson(`${name}.json`), [
    ...(tolerances[`${name}.json`] ?? []),
    ...(CORRECTIONS[name] ?? []),
  ]) as OpenApiDocument
  const { relax, prefix } = CONTRACTS[name]

  const [{ Ajv }, formats] = await Promise.all([import('ajv'), import('ajv-formats')])
  // Requests are checked as published, answers of Atlassian without "nothing else may be here": two sets of components.
  const engines = [false, ...(relax ? [true] : [])].map((relaxed) => {
    // Without inlining and optimising, compiling takes half the time, and nothing here runs often enough to earn it back.
    const ajv = new Ajv({
      strict: false,
      allErrors: true,
      validateSchema: false,
      logger: false,
      inlineRefs: false,
      code: { optimize: false },
    })
    formats.default.default(ajv)
    // Providers send an empty text where the description says URI, and the addresses of GitHub's bots have brackets; formats
    // that only they know are not checked.
    const uri = ajv.formats.uri
    ajv.addFormat('uri', { type: 'string', validate: (text: string) => text === '' || (typeof uri === 'function' && uri(text)) })
    ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/)
    for (const format of [
      'timestamp',
      'repo.nwo',
      'ssh-key',
      'git-oid',
      'uri-template',
      'int32',
      'int64',
      'float',
      'double',
      'binary',
      'byte',
      'password',
    ])
      if (!ajv.formats[format]) ajv.addFormat(format, true)
    ajv.addSchema({ $id: 'api', components: { schemas: toJsonSchema(document.components?.schemas ?? {}, relaxed, 'map') } })
    return ajv
  })

  const compiled = new Map<string, ValidateFunction>()
  const compile = (key: string, schema: unknown, relaxed: boolean): ValidateFunction => {
    const id = `${relaxed ? 'relaxed' : 'strict'} ${key}`
    const known = compiled.get(id)
    if (known) return known
    const engine = engines[relaxed ? 1 : 0]
    if (!engine) throw new Error(`${name} has no relaxed form`)
    const made = engine.compile(toJsonSchema(schema, relaxed) as object)
    compiled.set(id, made)
    return made
  }
  return { document, compile, prefix, relax }
}

type Compile = (schema: unknown) => ValidateFunction

function checkRequestBody(document: OpenApiDocument, operation: OpenApiOperation, body: unknown, compile: Compile): string[] {
  const described = operation.requestBody && resolveRef(document, operation.requestBody)
  if (body === undefined) return described?.required ? ['request: a body is required'] : []
  if (!described) return ['request: no body is described']
  const schema = described.content?.['application/json']?.schema
  return schema ? explain(compile(schema), body).map((text) => `request${text}`) : []
}

function checkResponse(document: OpenApiDocument, operation: OpenApiOperation, exchange: Exchange, compile: Compile): string[] {
  const listed = operation.responses[String(exchange.status)] ?? operation.responses.default
  if (!listed) return exchange.status >= 200 && exchange.status < 300 ? [`response: status ${exchange.status} is not documented`] : []
  if (exchange.responseType && !/^application\/(vnd\.github(\.v3)?\+)?json\b/.test(exchange.responseType)) return []
  const content = resolveRef(document, listed).content
  const schema = content?.['application/json']?.schema
  if (exchange.responseBody === undefined)
    // An empty schema describes nothing, so nothing may be sent.
    return schema && Object.keys(schema).length > 0 && exchange.status < 300 ? ['response: a body is documented and none was sent'] : []
  // Atlassian leaves the bodies of documented errors out of its descriptions.
  if (!schema) return content || exchange.status >= 400 ? [] : ['response: no body is documented and one was sent']
  return explain(compile(schema), exchange.responseBody, exchange.status >= 400).map((text) => `response${text}`)
}

/** Error bodies are described by alternatives that overlap: for them, matching more than one is a match (`loose`). */
function explain(validate: ValidateFunction, value: unknown, loose = false): string[] {
  if (validate(value)) return []
  const failed = (validate.errors ?? []).filter((error) => !(loose && error.keyword === 'oneOf' && error.params.passingSchemas))
  // A failed oneOf lists every branch: the deepest places say most.
  const errors = [...failed].sort((a, b) => b.instancePath.split('/').length - a.instancePath.split('/').length)
  return errors.slice(0, 12).map((error) => `${error.instancePath || ''} ${error.message ?? 'is wrong'} ${JSON.stringify(error.params)}`)
}
