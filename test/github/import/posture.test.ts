import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { POSTURE_STREAM, readPosture, toBranchRule } from '../../../integrations/github/import/posture.ts'
import type { GitHubSandboxOptions } from '../../sandbox/github/sandbox.ts'
import { type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
const open = async (options?: GitHubSandboxOptions) => {
  site = await openImportSite(options)
  site.sent()
}
beforeEach(() => open())
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const guard = () => {
  site.sandbox.protectBranch(SHOP, 'main', { reviews: { count: 2 }, checks: { strict: true, contexts: ['ci'] }, signatures: true })
  const rules = [
    { type: 'pull_request', parameters: { required_approving_review_count: 1, allowed_merge_methods: ['squash'] } },
    {
      type: 'required_status_checks',
      parameters: { required_status_checks: [{ context: 'test' }], strict_required_status_checks_policy: true },
    },
    { type: 'required_linear_history' },
    { type: 'deletion' },
  ]
  site.sandbox.addRuleset(SHOP, { rules })
}
const read = async () => (await scan(POSTURE_STREAM, site.github, site.place())).batches[0]

describe('posture', () => {
  test('is classic protection, rules of rulesets and merge settings, in one query', async () => {
    guard()
    site.sandbox.changeSettings(SHOP, { mergeCommit: false })
    expect(await read()).toEqual({
      snapshots: {
        classicProtection: {
          ...{ requiredReviews: 2, statusChecks: { strict: true, contexts: ['ci'] }, signedCommits: true, linearHistory: false },
        },
        branchRules: [
          expect.objectContaining({ kind: 'pull-request', enforcement: 'active', requiredReviews: 1, allowedMethods: ['squash'] }),
          expect.objectContaining({ kind: 'status-checks', strict: true, contexts: ['test'] }),
          expect.objectContaining({ kind: 'linear-history' }),
        ],
        mergeSettings: { allowMerge: false, allowSquash: true, allowRebase: true },
      },
    })
    expect(site.sent()).toEqual(['POST /graphql'])
  })

  test('is without rules of rulesets that only evaluate: they stop nobody', async () => {
    site.sandbox.addRuleset(SHOP, { enforcement: 'evaluate', rules: [{ type: 'required_signatures' }] })
    site.sandbox.addRuleset(SHOP, { enforcement: 'disabled', rules: [{ type: 'required_linear_history' }] })
    expect((await read())?.snapshots?.branchRules).toEqual([])
    const told = { type: 'REQUIRED_SIGNATURES', repositoryRuleset: { id: 'R', databaseId: 7, enforcement: 'EVALUATE' } }
    expect(toBranchRule(told)).toEqual({ rulesetId: '7', enforcement: 'evaluate', kind: 'signed-commits' })
  })

  test('of a branch nobody guards says that there is nothing', async () => {
    expect((await read())?.snapshots).toMatchObject({ classicProtection: null, branchRules: [] })
  })

  test('of fifty repositories takes at most four requests, and one that is gone does not disturb the others', async () => {
    const places = []
    for (let at = 0; at < 50; at += 1) {
      const { id } = await site.sandbox.createRepository(`acme/service-${at}`, { 'README.md': 'x' })
      places.push(site.place({ repo: `service-${at}`, repositoryId: id }))
    }
    site.sandbox.protectBranch('acme/service-7', 'main', { reviews: { count: 2 } })
    await site.sandbox.transferRepository('acme/service-8', 'elsewhere')
    site.sent()
    const posture = await readPosture(site.github, places)
    expect(site.sent().length).toBeLessThanOrEqual(4)
    expect(posture.get(places[7]?.repositoryId ?? 0)?.snapshots?.classicProtection?.requiredReviews).toBe(2)
    expect(posture.get(places[8]?.repositoryId ?? 0)).toEqual({
      absent: { classicProtection: 'not-found', branchRules: 'not-found', mergeSettings: 'not-found' },
    })
    expect([...posture.values()].filter(({ snapshots }) => snapshots)).toHaveLength(49)
  })

  test('lesson 8: a part that is forbidden is absent for that reason, and the others are there', async () => {
    guard()
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(POSTURE_STREAM, await site.connect(), site.place())
    expect(batches[0]).toMatchObject({
      absent: { classicProtection: 'no-permission' },
      snapshots: { branchRules: [{ kind: 'pull-request' }, {}, {}], mergeSettings: { allowSquash: true } },
    })
    expect(batches[0]?.snapshots).not.toHaveProperty('classicProtection')
  })

  test('lesson 6: a server without rulesets has none to tell', async () => {
    await site.close()
    await open({ enterprise: true, missingFields: ['Ref.rules', 'PullRequestParameters.allowedMergeMethods'] })
    site.sandbox.protectBranch(SHOP, 'main', { reviews: { count: 1 } })
    expect(await read()).toMatchObject({
      snapshots: { classicProtection: { requiredReviews: 1 } },
      absent: { branchRules: 'not-enabled' },
    })
  })

  test('lesson 3: a query that is too much is asked for in halves', async () => {
    site.sandbox.graphql.next({ kind: 'null-data' })
    const places = [site.place(), site.place({ repo: 'gone', repositoryId: 2 })]
    const posture = await readPosture(site.github, places)
    expect(posture.get(site.place().repositoryId)?.snapshots?.classicProtection).toBeNull()
    expect(posture.get(2)?.absent?.branchRules).toBe('not-found')
  })

  test('keeps rules of rulesets that only evaluate apart by their word', () => {
    const repositoryRuleset = { id: 'RR', databaseId: 5, enforcement: 'EVALUATE' }
    expect(toBranchRule({ type: 'REQUIRED_SIGNATURES', repositoryRuleset })).toEqual({
      ...{ rulesetId: '5', enforcement: 'evaluate', kind: 'signed-commits' },
    })
    expect(toBranchRule({ type: 'MERGE_QUEUE', parameters: { mergeMethod: 'SQUASH' }, repositoryRuleset })).toMatchObject({
      method: 'SQUASH',
    })
  })
})
