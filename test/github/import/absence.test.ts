import { describe, expect, test } from '@jest/globals'
import { absenceOf, readUnlessAbsent } from '../../../integrations/github/import/absence.ts'
import { AppError, type ErrorCode } from '../../../integrations/kernel/errors.ts'

const refused = (code: ErrorCode, said: string) => new AppError(code, `GitHub answered 403 to github.x (GET /repos/a/b/x): ${said}.`)

describe('lesson 8: what a refusal of GitHub means', () => {
  test.each([
    ['provider-forbidden', 'Dependabot alerts are disabled for this repository', 'not-enabled'],
    ['provider-forbidden', 'Code Security must be enabled for this repository to use code scanning', 'not-enabled'],
    ['provider-forbidden', 'Advanced Security must be enabled for this repository to use code scanning', 'not-enabled'],
    ['provider-forbidden', 'Resource not accessible by integration', 'no-permission'],
    ['provider-forbidden', 'Resource protected by organization SAML enforcement', 'no-permission'],
    ['provider-not-found', 'no analysis found', 'not-enabled'],
    ['provider-not-found', 'Secret scanning is disabled on this repository', 'not-enabled'],
    ['provider-not-found', 'Not Found', 'not-found'],
    ['provider-gone', 'Issues are disabled for this repo', 'not-enabled'],
  ] as const)('%s "%s" is %s', (code, said, reason) => {
    expect(absenceOf(refused(code, said))).toBe(reason)
  })

  test.each([
    ['provider-forbidden', 'This installation has been suspended'],
    ['provider-unauthenticated', 'Bad credentials'],
    ['provider-rate-limited', 'API rate limit exceeded'],
    ['provider-failed', 'Server Error'],
  ] as const)('%s "%s" is a failure and no absence', async (code, said) => {
    expect(absenceOf(refused(code, said))).toBeUndefined()
    await expect(readUnlessAbsent(() => Promise.reject(refused(code, said)))).rejects.toMatchObject({ code })
  })

  test('what is no error of ours is passed on', async () => {
    await expect(readUnlessAbsent(() => Promise.reject(new TypeError('a fault')))).rejects.toThrow('a fault')
    expect(await readUnlessAbsent(async () => 5)).toBe(5)
  })
})
