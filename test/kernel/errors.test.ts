import { expect, test } from '@jest/globals'
import { AppError, toAppError } from '../../integrations/kernel/errors.ts'

test('what we threw is found again inside what libraries wrapped around it', () => {
  const ours = new AppError('provider-timeout', 'GitHub did not answer.', { details: { operation: 'x' } })
  expect(toAppError(new Error('outer', { cause: new TypeError('fetch failed', { cause: ours }) }))).toBe(ours)
})

test('an unknown fault becomes `internal`, keeps its cause, and tells the outside nothing of it', () => {
  const fault = new TypeError('secret detail')
  const error = toAppError(fault)
  expect(error).toMatchObject({ code: 'internal', cause: fault })
  expect(error.message).not.toContain('secret detail')
  expect(toAppError('text').code).toBe('internal')
  expect(toAppError(undefined).code).toBe('internal')
})

test('a circle of causes ends', () => {
  const a = new Error('a')
  const b = new Error('b', { cause: a })
  a.cause = b
  expect(toAppError(a).code).toBe('internal')
})
