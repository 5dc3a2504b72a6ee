import { expect, test } from '@jest/globals'
import { parseGraphql } from '../../integrations/engine/graphql-budget.ts'
import { classifyGraphql } from '../../integrations/engine/graphql-errors.ts'

const nothing = { data: { repository: null, rateLimit: { cost: 1 } } }

test.each([
  ['a limit', { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }, 'provider-rate-limited'],
  ['something that is not there', { ...nothing, errors: [{ type: 'NOT_FOUND', path: ['repository'] }] }, 'provider-not-found'],
  ['a missing permission', { data: null, errors: [{ type: 'FORBIDDEN' }] }, 'provider-forbidden'],
  ['a missing scope', { errors: [{ type: 'INSUFFICIENT_SCOPES' }] }, 'provider-forbidden'],
  ['a query that is too large', { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED' }] }, 'provider-rejected'],
  ['a query that does not validate', { errors: [{ extensions: { code: 'undefinedField' }, message: 'no' }] }, 'provider-rejected'],
  ['a fault of theirs without a type', { errors: [{ message: 'Something went wrong while executing your query.' }] }, 'provider-failed'],
  ['an answer', { data: { repository: { id: 1 } } }, undefined],
  ['an answer of nothing', { data: { repository: null } }, undefined],
  ['a part of the answer', { data: { a: { id: 1 }, b: null }, errors: [{ type: 'NOT_FOUND', path: ['b'] }] }, undefined],
  ['no errors in a list', { data: null, errors: [] }, undefined],
  ['a list', [], undefined],
] as const)('%s', (_what, body, code) => {
  expect(classifyGraphql(body)).toBe(code)
})

test('what is not JSON is not judged here', () => {
  expect(['', '<html>', '{"errors":[{'].map((text) => classifyGraphql(parseGraphql(text)))).toEqual([undefined, undefined, undefined])
})
