// POST /graphql: GitHub's published schema, executed by the reference implementation over the stand-in's state. Both are development
// dependencies and take half a second to load, so nothing of them is touched before the first query.
//
// A query that asks for what the stand-in does not know fails loudly (500, and a violation): it never answers an invented null.

import type { DocumentNode, GraphQLError, GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import { z } from 'zod'
import type { SandboxResponse } from '../http.ts'
import { type Measured, measureQuery } from './graphql-cost.ts'
import { type Args, GraphFault, type Json } from './graphql-node.ts'
import type { makeQueryRoot } from './graphql-root.ts'
import type { RateLimiter } from './rate-limit.ts'
import { Refusal } from './refusal.ts'
import { answer, type Route, type RouteContext, readBody } from './router.ts'
import { nameOf } from './server.ts'

const TIMED_OUT = 'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.'
const KEPT_DOCUMENTS = 50

export interface GraphQLFaultPlan {
  /**
   * `null-data`: 200 with `data: null` and an error. `partial`: the field is null beside the rest, with an error of `type`.
   * 502, connection faults and secondary limits are asked for through `faults` and `limits`, as for REST.
   */
  readonly kind: 'null-data' | 'partial'
  /** For `partial`: `Type.field`. */
  readonly field?: string
  /** For `partial`: only of the pull request or issue with this number. */
  readonly number?: number
  /** Of the error beside a `partial`. Default `SERVICE_UNAVAILABLE`. */
  readonly type?: 'SERVICE_UNAVAILABLE' | 'FORBIDDEN'
  /** How many queries, or fields, it spoils. Default 1. */
  readonly times?: number
}

export interface GraphQLFaults {
  next(plan: GraphQLFaultPlan): void
  /** From now on queries that could answer more nodes fail: with a status, or with 200 and `data: null`. `undefined` ends it. */
  limitPages(limit: { readonly nodes: number; readonly answer: 502 | 504 | 'null-data' } | undefined): void
}

interface Loaded {
  readonly library: typeof import('graphql')
  readonly schema: GraphQLSchema
  readonly makeQueryRoot: typeof makeQueryRoot
}

/** Thrown for fields that the schema has and the stand-in has not. */
class Unprovided extends Error {
  override readonly name = 'Unprovided'
}

let loading: Promise<Loaded> | undefined

/** Once per process: the schema has 70,000 lines. */
function load(): Promise<Loaded> {
  loading ??= (async () => {
    const [library, { schema }, root] = await Promise.all([
      import('graphql'),
      import('@octokit/graphql-schema'),
      import('./graphql-root.ts'),
    ])
    return { library, makeQueryRoot: root.makeQueryRoot, schema: library.buildSchema(schema.idl, { assumeValidSDL: true }) }
  })()
  return loading
}

const queryBody = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

export interface GraphQLDeps {
  readonly limiter: RateLimiter
  /** `Type.field` that this server's schema lacks. */
  readonly missingFields: readonly string[]
}

/** The route, and what a test can spoil about it. */
export function makeGraphQLRoute(deps: GraphQLDeps): { readonly route: Route; readonly faults: GraphQLFaults } {
  const planned: { plan: GraphQLFaultPlan; left: number }[] = []
  let pages: Parameters<GraphQLFaults['limitPages']>[0]
  const take = (test: (plan: GraphQLFaultPlan) => boolean): GraphQLFaultPlan | undefined => {
    const found = planned.find(({ plan, left }) => left > 0 && test(plan))
    if (found) found.left -= 1
    return found?.plan
  }
  const spoil = (measured: Measured): SandboxResponse | undefined => {
    const timedOut = (status: number) => answer({ data: null, errors: [{ message: TIMED_OUT }] }, status)
    if (take((plan) => plan.kind === 'null-data')) return timedOut(200)
    if (pages && measured.nodes > pages.nodes) return timedOut(pages.answer === 'null-data' ? 200 : pages.answer)
    return undefined
  }
  const spoilsField: Spoils = (name, { number }) =>
    planned.length > 0 ? take((plan) => plan.kind === 'partial' && plan.field === name && (plan.number ?? number) === number) : undefined
  const prepare = makePreparer(deps.missingFields)

  const run = async (context: RouteContext): Promise<SandboxResponse> => {
    if (context.actor.kind === 'anonymous') throw new Refusal(401, 'This endpoint requires you to be authenticated.')
    const { query, variables, operationName } = readBody(context, queryBody)
    const loaded = await load()
    const { document, errors } = prepare(loaded, query)
    if (!document) return { ...answer({ errors }), points: 1 }
    const measured = measureQuery(loaded.library, loaded.schema, document, variables ?? {})
    const points = measured.points
    if (measured.faults.length > 0) return { ...answer({ errors: measured.faults }), points }
    const spoiled = spoil(measured)
    if (spoiled) return { ...spoiled, points }
    const result = await loaded.library.execute({
      ...{ schema: loaded.schema, document, variableValues: variables ?? {}, operationName: operationName ?? null },
      rootValue: { ...loaded.makeQueryRoot(context), rateLimit: () => rateLimit(deps.limiter, context, measured) },
      fieldResolver: makeFieldResolver(spoilsField),
      typeResolver: (value) => (value as { readonly __typename: string }).__typename,
    })
    const foreign = result.errors?.find((error) => error.originalError && !(error.originalError instanceof GraphFault))
    if (foreign) throw foreign.originalError
    const faults = result.errors?.map(toGitHubError)
    return { ...answer({ data: result.data ?? null, ...(faults ? { errors: faults } : {}) }), points }
  }
  const faults: GraphQLFaults = {
    next: (plan) => void planned.push({ plan, left: plan.times ?? 1 }),
    limitPages(limit) {
      pages = limit
    },
  }
  return { route: { method: 'POST', path: '/graphql', auth: 'token', run }, faults }
}

function rateLimit(limiter: RateLimiter, { actor }: RouteContext, { points, nodes }: Measured): Json | null {
  if (!limiter.enabled()) return null
  const { limit, remaining, used, reset } = limiter.overview(nameOf(actor), 'graphql')
  const resetAt = new Date(reset * 1000).toISOString()
  return { cost: points, limit, nodeCount: nodes, remaining: Math.max(0, remaining - points), used: used + points, resetAt }
}

type Spoils = (field: string, holder: Json) => GraphQLFaultPlan | undefined

const makeFieldResolver =
  (spoils: Spoils) =>
  (source: unknown, args: Args, _context: unknown, info: GraphQLResolveInfo): unknown => {
    const holder = source as Json
    const name = `${info.parentType.name}.${info.fieldName}`
    const plan = spoils(name, holder)
    if (plan?.type === 'FORBIDDEN') throw new GraphFault(plan.type, 'Resource not accessible by integration')
    if (plan) throw new GraphFault('SERVICE_UNAVAILABLE', TIMED_OUT)
    if (!(info.fieldName in holder)) throw new Unprovided(`the stand-in for GitHub has no ${name}`)
    const value = holder[info.fieldName]
    return typeof value === 'function' ? (value as (args: Args) => unknown)(args) : value
  }

/** GitHub writes its `type` beside the message. */
function toGitHubError(error: GraphQLError): Json {
  const { message, path, locations, originalError } = error
  return { ...(originalError instanceof GraphFault ? { type: originalError.type } : {}), path, locations, message }
}

type Prepared =
  | { readonly document: DocumentNode; readonly errors?: never }
  | { readonly document?: never; readonly errors: readonly Json[] }

/** Reads and checks a query once; the same text is answered from memory. */
function makePreparer(missingFields: readonly string[]) {
  const known = new Map<string, Prepared>()
  return (loaded: Loaded, query: string): Prepared => {
    const found = known.get(query) ?? check(loaded, query, missingFields)
    if (known.size >= KEPT_DOCUMENTS) known.clear()
    known.set(query, found)
    return found
  }
}

function check({ library, schema }: Loaded, query: string, missingFields: readonly string[]): Prepared {
  let document: DocumentNode
  try {
    document = library.parse(query)
  } catch (error) {
    if (!(error instanceof library.GraphQLError)) throw error
    return { errors: [{ message: error.message, locations: error.locations }] }
  }
  const errors: Json[] = library.validate(schema, document).map(({ message, locations }) => ({ message, locations }))
  const types = new library.TypeInfo(schema)
  const visitor = library.visitWithTypeInfo(types, {
    Field(node) {
      const [typeName, fieldName] = [types.getParentType()?.name ?? '', node.name.value]
      if (!missingFields.includes(`${typeName}.${fieldName}`)) return
      const message = `Field '${fieldName}' doesn't exist on type '${typeName}'`
      errors.push({ message, path: ['query'], extensions: { code: 'undefinedField', typeName, fieldName } })
    },
  })
  library.visit(document, visitor)
  return errors.length > 0 ? { errors } : { document }
}
