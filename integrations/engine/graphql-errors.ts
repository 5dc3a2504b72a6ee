// GraphQL answers failures as 200 with `errors`. An answer without any data is a failure like that of any other request and
// gets a code of the closed list; one with a part of its data is an answer, whose errors the caller reads. Pure.
import { z } from 'zod'
import type { ErrorCode } from '../kernel/errors.ts'

/** GitHub's `type` of an error; limits are graphql-budget.ts's affair as well, because they also move the budget. */
const CODE_BY_TYPE: Readonly<Record<string, ErrorCode>> = {
  RATE_LIMITED: 'provider-rate-limited',
  NOT_FOUND: 'provider-not-found',
  FORBIDDEN: 'provider-forbidden',
  INSUFFICIENT_SCOPES: 'provider-forbidden',
  STALE_DATA: 'provider-conflict',
  INTERNAL: 'provider-failed',
  SERVICE_UNAVAILABLE: 'provider-failed',
  TIMEOUT: 'provider-timeout',
}

const Answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.looseObject({ type: z.string().optional(), extensions: z.looseObject({ code: z.string().optional() }).nullish() }))
    .min(1),
})

/** Whether there is something in the data: an object with nothing but nulls is what a failed query leaves. */
const isEmpty = (data: unknown): boolean =>
  data === null ||
  data === undefined ||
  (typeof data === 'object' && Object.entries(data).every(([name, value]) => value === null || name === 'rateLimit'))

/**
 * The code that a parsed answer of status 200 stands for; undefined when it is usable. An error with neither type nor code is
 * GitHub's "something went wrong", which may work the next time; an unknown type is a refusal of the query.
 */
export function classifyGraphql(body: unknown): ErrorCode | undefined {
  const parsed = Answer.safeParse(body)
  if (!parsed.success || !isEmpty(parsed.data.data)) return undefined
  const [first] = parsed.data.errors
  if (first?.type !== undefined) return CODE_BY_TYPE[first.type] ?? 'provider-rejected'
  return first?.extensions?.code === undefined ? 'provider-failed' : 'provider-rejected'
}
