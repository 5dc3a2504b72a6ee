import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { IssueArtifact } from '../../../integrations/documents/issue-document.ts'
import { toDesiredIssue } from '../../../integrations/github/issues/issue-mapping.ts'
import { makeIssueTarget } from '../../../integrations/github/issues/issue-target.ts'
import { parseArtifact } from '../../../integrations/governance/parse-artifact.ts'
import { type ImportSite, openImportSite, SHOP } from '../import/import-site.ts'

const PLACE = { owner: 'acme', repo: 'shop' }
let site: ImportSite
const open = async (options = {}) => {
  site = await openImportSite(options)
}
beforeEach(() => open())
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const road = (status = 'proposed') =>
  parseArtifact('roads/ROAD-001.md', `---\nid: ROAD-001\ntitle: Search\nstatus: ${status}\n---\n\n# Search\n\nFind things.\n`)
    .artifact as IssueArtifact
function itemOf(artifact: IssueArtifact, parent?: number) {
  const source = { scope: SHOP, labels: [], ...(parent === undefined ? {} : { parent: { number: parent, key: `#${parent}` } }) }
  const mapped = toDesiredIssue(artifact, source)
  if (mapped.kind === 'refused') throw new Error(mapped.reason)
  return mapped.item
}
const target = () => makeIssueTarget(site.github, PLACE, { conflictPolicy: 'manual' })
const agreed = { origin: 'linked', base: {}, resolutions: {} } as const

describe('an issue of ours', () => {
  test('is found by its mark as soon as lists show it, without our label too', async () => {
    site.sandbox.setIssueListLag(SHOP, 5_000)
    const item = itemOf(road())
    const { key } = await target().create(item)
    expect(key).toBe('acme/shop#1')
    const looking = target()
    expect(await looking.find(item.marker, [])).toEqual({ kind: 'absent' })
    site.clock.move(5_000)
    expect(await looking.find(item.marker, [])).toMatchObject({ kind: 'found', ref: { key } })
    await site.sandbox.relabelIssue(SHOP, 1, { remove: ['katalyst'] })
    expect(await target().find(item.marker, [])).toMatchObject({ kind: 'found', ref: { key } })
  })

  test('is told from the copy that a person made of it', async () => {
    const item = itemOf(road())
    await target().create(item)
    const copy = site.sandbox.openIssue(SHOP, 'Copy', ['katalyst'])
    await site.sandbox.editIssue(SHOP, copy, { body: site.sandbox.issues(SHOP)[0]?.body ?? '' })
    expect(await target().find(item.marker, [])).toMatchObject({ kind: 'found', ref: { key: 'acme/shop#1' } })
  })

  test('that was transferred is left alone, and one that was deleted is gone', async () => {
    await site.sandbox.createRepository('acme/other', { 'README.md': '#' })
    const item = itemOf(road())
    const ref = await target().create(item)
    site.sandbox.transferIssue(SHOP, 1, 'acme/other')
    const moved = await target().read(ref)
    expect(moved && target().plan(item, moved.remote, agreed)).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining('transferred to'),
    })
    const second = await target().create(item)
    await site.sandbox.deleteIssue(SHOP, 2)
    expect(await target().read(second)).toBeUndefined()
  })

  test('is read once with all others, and again before it is written over', async () => {
    const ref = await target().create(itemOf(road()))
    const ahead = target()
    await ahead.readAhead()
    site.sent()
    expect(await ahead.read(ref)).toMatchObject({ ahead: true })
    expect(site.sent()).toEqual([])
    expect(await ahead.read(ref)).toMatchObject({ ahead: false })
  })

  test('keeps a place under its road item only where the server knows sub-issues', async () => {
    await site.close()
    await open({ subIssues: false })
    const ref = await target().create(itemOf(road()))
    site.sandbox.openIssue(SHOP, 'Parent')
    const item = itemOf(road(), 2)
    const present = await target().read(ref)
    if (!present) throw new Error('gone')
    const plan = target().plan(item, present.remote, agreed)
    expect(plan.changes).toMatchObject([{ field: 'parent' }])
    await target().apply(item, ref, present.remote, plan)
    expect(site.sandbox.issues(SHOP)[0]?.parent).toBeUndefined()
  })
})

describe('a refusal', () => {
  const refusals = [{ field: 'status', reason: 'No.', value: 'complete' }]

  test('is said once, and not on a locked issue', async () => {
    const ref = await target().create(itemOf(road()))
    expect(await target().sayRefusal(ref, 'ROAD-001', refusals)).toBe(true)
    expect(await target().sayRefusal(ref, 'ROAD-001', refusals)).toBe(false)
    await site.sandbox.lockIssue(SHOP, 1)
    expect(await target().sayRefusal(ref, 'ROAD-001', [{ ...refusals[0], value: 'other' } as never])).toBe(false)
    expect(site.sandbox.issues(SHOP)[0]?.comments).toHaveLength(1)
  })
})
