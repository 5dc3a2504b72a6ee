import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { RELEASE_STREAM, ReleaseAnswer, refreshRelease, toRelease } from '../../../integrations/github/import/releases.ts'
import { daysAgo, type ImportSite, NOW, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = (watermark?: string) => scan(RELEASE_STREAM, site.github, site.place(), watermark)
const publish = (tag: string, options = {}) => site.sandbox.publishRelease(SHOP, { tag, ...options })

describe('releases', () => {
  test('lesson 28: drafts, pre-releases and those whose tag is gone are kept apart', async () => {
    const id = await publish('v1')
    await publish('v2-rc', { prerelease: true })
    await publish('v3', { draft: true })
    await publish('v0')
    site.sandbox.deleteTag(SHOP, 'v0')
    const byTag = new Map((await read()).facts('releases').map((release) => [release.tagName, release]))
    expect(byTag.get('v1')).toEqual({
      ...{ id: String(id), tagName: 'v1', targetSha: expect.stringMatching(/^[0-9a-f]{40}$/), isDraft: false, isPrerelease: false },
      ...{ createdAt: NOW, publishedAt: NOW },
    })
    expect(byTag.get('v2-rc')?.isPrerelease).toBe(true)
    expect(byTag.get('v3')).toMatchObject({ isDraft: true, publishedAt: null, targetSha: null })
    expect(byTag.get('v0')?.targetSha).toBeNull()
  })

  test('are two requests for a hundred, and one that is not counted when nothing happened', async () => {
    for (let at = 0; at < 120; at += 1) await publish(`v${at}`, { at: daysAgo(120 - at) })
    const first = await read()
    expect(first.facts('releases')).toHaveLength(120)
    expect(site.sent()).toHaveLength(4)
    await read(first.watermark)
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
  })

  test('older than any draft is likely to wait are left alone', async () => {
    for (let at = 0; at < 250; at += 1) await publish(`v${at}`, { at: daysAgo(2_500 - at * 10) })
    expect((await read()).pages).toBe(1)
  })

  test('are read one by one when an event says so, and gone when GitHub says so', async () => {
    const id = await publish('v1')
    expect((await refreshRelease(site.github, site.place(), id)).lists?.releases).toMatchObject([{ id: String(id), tagName: 'v1' }])
    site.sandbox.deleteRelease(SHOP, id)
    expect(await refreshRelease(site.github, site.place(), id)).toEqual({ gone: { releases: [String(id)] } })
  })

  test('that were deleted while nobody listened are gone with the next scan, where one page shows all there are', async () => {
    const [kept, deleted] = [await publish('v1'), await publish('v2')]
    const first = await read()
    expect(first.batches).toMatchObject([{ whole: ['releases'] }])
    site.sandbox.deleteRelease(SHOP, deleted)
    const second = await read(first.watermark)
    expect(second.batches).toMatchObject([{ whole: ['releases'], lists: { releases: [{ id: String(kept) }] } }])
    expect((await read(second.watermark)).batches).toEqual([{ lists: { releases: [] } }])
    for (let at = 0; at < 100; at += 1) await publish(`w${at}`)
    expect((await read(second.watermark)).batches.map(({ whole }) => whole)).toEqual([undefined, undefined])
  })

  test('of which nobody can say the commit take a target that is one', () => {
    const bare = ReleaseAnswer.parse({ id: 1, target_commitish: 'a'.repeat(40) })
    expect(toRelease(bare, undefined)).toMatchObject({ targetSha: 'a'.repeat(40), tagName: '', createdAt: new Date(0) })
    expect(toRelease({ ...bare, target_commitish: 'main' }, undefined).targetSha).toBeNull()
  })
})
