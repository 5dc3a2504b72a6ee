import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { REFRESHERS, type RefreshSubject } from '../../../integrations/github/import/refresh.ts'
import { type ImportSite, openImportSite, SHOP } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const again = async (subject: RefreshSubject, ref = 0) => REFRESHERS[subject]?.(site.github, site.place(), ref)

describe('reading again over GraphQL', () => {
  test('a pull request brings itself with what hangs on it, in one request', async () => {
    const { number } = await site.sandbox.openPull(SHOP, { branch: 'a', files: { 'a.md': 'a' }, author: 'ada' })
    await site.sandbox.reviewPull(SHOP, number, 'bob', { state: 'APPROVED', comments: [{ body: 'why?' }] })
    site.sent()
    expect((await again('pull-request', number))?.lists).toMatchObject({
      ...{ pullRequests: [{ number }], reviews: [{ state: 'APPROVED' }], reviewComments: [{ author: { login: 'bob' } }] },
    })
    expect(site.sent()).toHaveLength(1)
  })

  test('lesson 26: a number that is not found, or not answered, is never taken for deleted', async () => {
    expect(await again('pull-request', 999)).toEqual({})
    site.sandbox.startDiscussion(SHOP, { title: 'A' })
    expect(await again('discussion', 999)).toEqual({})
    const { number } = await site.sandbox.openPull(SHOP, { branch: 'a', files: { 'a.md': 'a' } })
    site.sandbox.graphql.next({ kind: 'partial', field: 'Repository.pullRequest' })
    await expect(again('pull-request', number)).rejects.toMatchObject({ code: 'provider-failed' })
  })

  test('a deployment brings its statuses; one that GitHub has no more is gone, as long as the repository is there', async () => {
    const id = await site.sandbox.deploy(SHOP, { environment: 'production', states: ['success'] })
    expect((await again('deployment', id))?.lists?.deployments).toMatchObject([{ id: String(id), statuses: [{ state: 'SUCCESS' }] }])
    expect(await again('deployment', id + 1_000)).toEqual({ gone: { deployments: [String(id + 1_000)] } })
    await site.sandbox.transferRepository(SHOP, 'elsewhere')
    await expect(again('deployment', id + 1_000)).rejects.toMatchObject({ code: 'provider-not-found' })
  })

  test('discussions, documents and posture bring what they are now', async () => {
    const number = site.sandbox.startDiscussion(SHOP, { title: 'How?', answered: true })
    expect((await again('discussion', number))?.lists?.discussions).toMatchObject([{ number, isAnswered: true }])
    expect((await again('documents'))?.snapshots).toEqual({ paths: ['README.md'], pullRequestTemplate: null })
    site.sandbox.protectBranch(SHOP, 'main', { reviews: { count: 1 } })
    expect((await again('posture'))?.snapshots?.classicProtection?.requiredReviews).toBe(1)
  })
})
