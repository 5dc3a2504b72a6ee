// GraphQL queries. @octokit/graphql carries them: it knows where Enterprise Server has its endpoint. They leave through the
// Requester like every other request, as reads of the GraphQL budget.
//
// The schemas of older Enterprise Servers lack fields. Such a server refuses the whole query and names them; they are taken out
// of the documents of this connection from then on, so that finding out costs one request and nothing has to be asked beforehand.
import { z } from 'zod'
import { GRAPHQL } from '../engine/graphql-budget.ts'
import { readJson } from '../engine/parsed-answer.ts'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { isAppError, toAppError } from '../kernel/errors.ts'
import { readAnswer } from './read-answer.ts'

export interface GitHubQuery<T> {
  /** A constant document; what varies is in the variables. A field that may be lacking stands on a line of its own. */
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operation: string
  /** What of `data` is used, nulls of parts that could not be read included. */
  readonly answer: z.ZodType<T>
  /** Whether the caller asks for less where this was too much: then it is not sent again as it is. */
  readonly isSized?: boolean
}

/** Why a part of a query's answer is missing. */
export interface QueryFault {
  /** `NOT_FOUND`, `FORBIDDEN`, …; GitHub leaves it out where the query itself is at fault or something went wrong. */
  readonly type?: string | undefined
  readonly message: string
  readonly path?: readonly (string | number)[] | undefined
}

export interface QueryAnswer<T> {
  readonly data: T
  /** Empty when everything was answered. A null in the data that a fault explains says nothing about what is there. */
  readonly faults: readonly QueryFault[]
}

/** Parts of the data are read by the caller's own schema; where there is an error, there may be data all the same. */
const Answered = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        type: z.string().optional(),
        message: z.string().default(''),
        path: z.array(z.union([z.string(), z.number()])).optional(),
      }),
    )
    .default([]),
})

type Fetch = (url: string, init?: RequestInit) => Promise<Response>

export interface QueryChannel {
  /** Octokit's, which signs. */
  readonly request: Parameters<typeof import('@octokit/graphql').withCustomRequest>[0]
  /** `Type.field` that the schema of this connection's GitHub lacks, as far as it has said so. */
  readonly lacks: Set<string>
  readonly context: ProviderContext
}

/** A refusal names all fields at once; those that hang on a dropped one come to light with the next try. */
const MOST_REFUSALS = 5

/**
 * Sends one query. An answer with a part of its data is an answer; one without any is thrown as the failure it stands for
 * (`provider-*`, by `engine/graphql-errors.ts`).
 */
export async function sendQuery<T>(channel: QueryChannel, call: GitHubQuery<T>): Promise<QueryAnswer<T>> {
  for (let refusals = 0; ; refusals += 1) {
    try {
      const { data, errors } = await sendOnce(channel, call, [...channel.lacks].reduce(withoutField, call.query))
      return { data: readAnswer(call.answer, data, call.operation), faults: errors }
    } catch (error) {
      const found = lackingFields(error).filter((field) => !channel.lacks.has(field))
      if (found.length === 0 || refusals === MOST_REFUSALS) throw error
      for (const field of found) channel.lacks.add(field)
      channel.context.log.info({ connection: channel.context.connectionId, fields: found }, 'fields that this GitHub lacks are left out')
    }
  }
}

async function sendOnce({ request, context }: QueryChannel, call: GitHubQuery<unknown>, document: string) {
  const { withCustomRequest } = await import('@octokit/graphql')
  const meta: RequestMeta = { operation: call.operation, reads: true, idempotent: !call.isSized, budget: GRAPHQL }
  let body: unknown
  // Octokit's parser keeps numbers that JSON cannot hold and is slow: it gets an empty answer, and what came is what the requester parsed.
  const fetch: Fetch = async (url, init) => {
    const response = await context.requester.fetch(url, init, meta)
    // What is not JSON is no answer, which readAnswer says below with the operation's name.
    body = await readJson(response).catch(() => undefined)
    const empty = new Response('{"data":{}}', { headers: { 'content-type': 'application/json' } })
    return Object.defineProperty(empty, 'url', { value: response.url })
  }
  try {
    await withCustomRequest(request)(document, { ...call.variables, request: { fetch, signal: context.signal } })
  } catch (error) {
    throw toAppError(error)
  }
  return readAnswer(Answered, body, call.operation)
}

const LackingFields = z.object({ fields: z.array(z.string().regex(/^\w+\.\w+$/)) })

function lackingFields(error: unknown): readonly string[] {
  if (!isAppError(error) || error.code !== 'provider-rejected') return []
  return LackingFields.safeParse(error.details).data?.fields ?? []
}

/**
 * A document without a field, wherever it stands: its line, or from its line to the brace that closes it. Documents are ours, and
 * are written so; of which type the field is does not matter, because an answer may lack it anywhere.
 * @param typeAndField as GitHub names it, such as `Ref.rules`
 */
export function withoutField(document: string, typeAndField: string): string {
  const field = typeAndField.slice(typeAndField.indexOf('.') + 1)
  const begins = new RegExp(`^\\s*(?:\\w+:\\s*)?${field}\\b`)
  let depth = 0
  const kept = document.split('\n').filter((line) => {
    if (depth === 0 && !begins.test(line)) return true
    depth += line.split('{').length - line.split('}').length
    return false
  })
  return kept.join('\n')
}
