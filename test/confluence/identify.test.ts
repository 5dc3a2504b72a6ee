import { afterEach, describe, expect, test } from '@jest/globals'
import { identify } from '../../integrations/confluence/identify.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
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
    expect(site.sent()).toHaveLength(1)
    expect((await identify(site.context, 'KDM')).missing).toEqual([])
    expect((await identify(site.context, 'NONE')).missing).toEqual([expect.stringContaining('Space NONE')])
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
  expect((await identify(site.context, 'KDM')).missing).toEqual([expect.stringMatching(/delete pages in space KDM.*Katalyst Bot/s)])
})
