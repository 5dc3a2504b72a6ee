import { expect, test } from '@jest/globals'
import { refusalOf, refusalOfError } from '../../../../app/steps/imports/import-refusal.ts'
import { AppError } from '../../../../integrations/kernel/errors.ts'

test.each([
  ['provider-unauthenticated', 'github-unauthenticated'],
  ['provider-forbidden', 'github-no-permission'],
  ['provider-not-found', 'github-repository-not-found'],
  ['provider-rate-limited', 'github-rate-limited'],
  ['provider-unreachable', 'github-unreachable'],
  ['provider-timeout', 'github-unreachable'],
  ['not-configured', 'github-not-configured'],
] as const)('%s means %s, with the words of the provider', (code, expected) => {
  const refusal = refusalOfError(new AppError(code, 'GitHub said this.'))
  expect(refusal?.gap).toMatchObject({ code: expected, severity: 'high', recommendation: expect.stringContaining('GitHub said this.') })
})

test('when a limit ends is said', () => {
  const retryAt = new Date('2026-11-22T12:00:00Z')
  expect(refusalOfError(new AppError('provider-rate-limited', 'Wait.', { retryAt }))?.gap.recommendation).toContain(
    '2026-11-22T12:00:00.000Z',
  )
})

test('a fault of ours is no refusal of the provider', () => {
  expect(refusalOfError(new Error('oops'))).toBeUndefined()
  expect(refusalOfError(new AppError('cancelled', 'Stopped.'))).toBeUndefined()
})

test('a refusal without detail is a sentence to act on', () => {
  expect(refusalOf('github-installation-suspended').gap.recommendation).toBe(
    'Unsuspend it: Settings → GitHub Apps → Katalyst Integrations. It goes on by itself.',
  )
})
