// GraphQL tells of limits in its body: what a query cost and what is left (`rateLimit`), and refusals as 200 with an error of
// type RATE_LIMITED. Pure.
import { z } from 'zod'
import type { BudgetNumbers } from './budget-headers.ts'

/** The budget of GraphQL requests, as GitHub names it. */
export const GRAPHQL = 'graphql'

const RateLimit = z.object({
  limit: z.number().int().positive(),
  cost: z.number().int().nonnegative(),
  remaining: z.number().int().nonnegative(),
  resetAt: z.iso.datetime({ offset: true }),
})
// Enterprise Server with limits off answers `rateLimit: null`.
const Answer = z.object({
  data: z
    .object({ rateLimit: RateLimit.nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  errors: z
    .array(z.object({ type: z.string().optional() }))
    .optional()
    .catch(undefined),
})

export interface GraphqlReading {
  readonly told?: BudgetNumbers
  /** Points the query cost. */
  readonly cost?: number
  readonly limited: boolean
}

/** The body of an answer, parsed once for all who read it; undefined when it is not JSON, of which nothing is concluded here. */
export function parseGraphql(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whether an answer can be used is not asked here.
    return undefined
  }
}

/** Reads the parsed answer to a GraphQL query; what it does not tell, or tells in another form, is absent. */
export function readGraphqlBudget(body: unknown): GraphqlReading {
  const { data: answer } = Answer.safeParse(body)
  const limited = answer?.errors?.some(({ type }) => type === 'RATE_LIMITED') ?? false
  const rateLimit = answer?.data?.rateLimit
  if (!rateLimit) return { limited }
  const { limit, cost, remaining, resetAt } = rateLimit
  return { limited, cost, told: { scope: GRAPHQL, limit, remaining, resetAt: new Date(resetAt) } }
}
