import { afterEach, describe, expect, test } from '@jest/globals'
import { jiraProvider } from '../../integrations/jira/index.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite | undefined
afterEach(async () => {
  await site?.close()
  site = undefined
})

describe('who we are', () => {
  test('is the account of the token, with nothing missing', async () => {
    site = await openTestSite()
    expect(await jiraProvider.identify(site.context, 'ROAD')).toEqual({
      account: site.sandbox.accountId,
      displayName: 'Katalyst Bot',
      missing: [],
    })
  })

  test('comes with every missing permission and what it is needed for', async () => {
    site = await openTestSite()
    site.sandbox.revoke('ROAD', 'TRANSITION_ISSUES')
    const { missing } = await jiraProvider.identify(site.context, 'ROAD')
    expect(missing).toEqual([
      'TRANSITION_ISSUES in project ROAD: needed to move issues to the status of their road item. A project administrator can grant it to Katalyst Bot.',
    ])
  })

  test.each(['refused', 'anonymous'] as const)('is nobody with a wrong token, on a site that answers it as %s', async (badToken) => {
    site = await openTestSite({ badToken })
    await expect(jiraProvider.identify(site.connect('wrong'))).rejects.toMatchObject({ code: 'provider-unauthenticated' })
  })
})
