import { afterEach, describe, expect, test } from '@jest/globals'
import { identify } from '../../integrations/confluence/identify.ts'
import { CONSENT_SCOPES } from '../../integrations/confluence/scopes.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { openConfluenceScopes } from '../sandbox/atlassian-scopes.ts'
import { FORMS, openTestSite, type TestSite } from './site.ts'

let site: TestSite
afterEach(async () => {
  const { violations } = site.sandbox
  await site.close()
  expect(violations).toEqual([])
})

describe.each(FORMS)('who we are on %s', (form) => {
  test('is said with one read, and a space that is not there is named', async () => {
    site = await openTestSite({ form })
    expect(await identify(site.context)).toMatchObject({ displayName: 'Katalyst Bot', missing: [] })
    // A scoped token is asked besides what it may read.
    expect(site.sent()).toHaveLength(form === 'gateway' ? 4 : 1)
    expect((await identify(site.context, { spaceKey: 'KDM' })).missing).toEqual([])
    expect((await identify(site.context, { spaceKey: 'NONE' })).missing).toEqual([expect.stringContaining('Space NONE')])
  })

  test('is nobody with a wrong token', async () => {
    site = await openTestSite({ form })
    const failure = await identify(site.connect('wrong')).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect(failure).toMatchObject({ code: 'provider-unauthenticated' })
  })
})

test('a permission that is missing in the space is named with what it is for', async () => {
  site = await openTestSite()
  site.sandbox.spaces.get('KDM')?.operations.delete('delete')
  expect((await identify(site.context, { spaceKey: 'KDM' })).missing).toEqual([
    expect.stringMatching(/delete pages in space KDM.*Katalyst Bot/s),
  ])
})

test('a scoped token is asked what it may read, and the scopes of a consent are known', async () => {
  site = await openTestSite({ form: 'gateway', tokenScopes: CONSENT_SCOPES.filter((scope) => !/^search|user$/.test(scope)) })
  const scopeless = await identify(site.context, { spaceKey: 'KDM' })
  // Where Atlassian's list is not on this machine the gateway lets everything through.
  const expected = openConfluenceScopes() ? [/read:confluence-user/, /search:confluence/] : []
  expect(scopeless.missing).toEqual(expected.map((scope) => expect.stringMatching(scope)))
  const granted = CONSENT_SCOPES.slice(1)
  expect((await identify(site.context, { granted })).missing).toEqual([expect.stringContaining(`Scope ${CONSENT_SCOPES[0]}`)])
})
