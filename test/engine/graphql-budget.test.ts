import { expect, test } from '@jest/globals'
import { parseGraphql, readGraphqlBudget } from '../../integrations/engine/graphql-budget.ts'

const rateLimit = { limit: 5000, cost: 3, remaining: 4100, resetAt: '2026-11-22T11:00:00Z' }

test.each([
  [
    'what a query cost and what is left',
    JSON.stringify({ data: { rateLimit, viewer: {} } }),
    { limited: false, cost: 3, told: { scope: 'graphql', limit: 5000, remaining: 4100, resetAt: new Date(rateLimit.resetAt) } },
  ],
  ['a refusal that looks like success', JSON.stringify({ errors: [{ type: 'RATE_LIMITED', message: 'x' }] }), { limited: true }],
  ['an error of another kind', JSON.stringify({ data: null, errors: [{ type: 'NOT_FOUND' }, { message: 'x' }] }), { limited: false }],
  ['an Enterprise Server with limits off', JSON.stringify({ data: { rateLimit: null } }), { limited: false }],
  ['limits of 0', JSON.stringify({ data: { rateLimit: { ...rateLimit, limit: 0 } } }), { limited: false }],
  ['an answer that is no JSON', '<html>', { limited: false }],
] as const)('%s is read', (_name, text, reading) => {
  expect(readGraphqlBudget(parseGraphql(text))).toEqual(reading)
})
