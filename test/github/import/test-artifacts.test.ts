import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { TEST_ARTIFACT_STREAM } from '../../../integrations/github/import/test-artifacts.ts'
import { type ImportSite, NOW, openImportSite, SHOP, scan } from './import-site.ts'

const anyList = z.object({ artifacts: z.array(z.object({ id: z.number() })) })
let site: ImportSite
let run: number
beforeEach(async () => {
  site = await openImportSite()
  run = await site.sandbox.startRun(SHOP, { conclusion: 'success' })
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('katalyst-artifact-'))).toEqual([])
})

const junit = (name: string) => ({ 'report.xml': `<testsuite name="s"><testcase name="${name}"/></testsuite>` })
const read = (watermark?: string, change = {}) => scan(TEST_ARTIFACT_STREAM, site.github, site.place(change), watermark)
const downloads = () => site.sent().filter((line) => line.includes('/_downloads/')).length

describe('test artifacts', () => {
  test('are those whose names say so, loaded from the store without the token', async () => {
    const id = site.sandbox.addArtifact(SHOP, run, 'JUnit-linux', junit('a'))
    site.sandbox.addArtifact(SHOP, run, 'binaries', { 'app.exe': 'x' })
    const { batches } = await read()
    expect(batches).toMatchObject([
      {
        lists: {
          testArtifacts: [
            {
              ...{ id: String(id), runId: String(run), name: 'JUnit-linux', createdAt: NOW },
              headSha: expect.stringMatching(/^[0-9a-f]{40}$/),
              results: { state: 'read', cases: [{ suite: 's', name: 'a', outcome: 'passed' }] },
            },
          ],
        },
      },
    ])
    // The store answers 400 to whoever sends a token.
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([200, 302, 200])
  })

  test('that were read are not loaded again, and nothing new is one request that is not counted', async () => {
    for (let at = 0; at < 23; at += 1) site.sandbox.addArtifact(SHOP, run, `test-${at}`, junit(String(at)))
    const first = await read()
    expect(first.facts('testArtifacts')).toHaveLength(23)
    expect(first.pages).toBe(3)
    expect(downloads()).toBe(23)
    await read(first.watermark)
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
    site.sandbox.addArtifact(SHOP, run, 'test-new', junit('new'))
    site.sent()
    const third = await read(first.watermark)
    expect(third.facts('testArtifacts').map(({ name }) => name)).toEqual(['test-new'])
    expect(downloads()).toBe(1)
  })

  test('of a list of many pages are all read', async () => {
    for (let at = 0; at < 230; at += 1) site.sandbox.addArtifact(SHOP, run, at % 50 === 0 ? `test-${at}` : `other-${at}`, junit(String(at)))
    expect((await read()).facts('testArtifacts').map(({ name }) => name)).toEqual(['test-200', 'test-150', 'test-100', 'test-50', 'test-0'])
  })

  test('are looked for anew when other names count', async () => {
    site.sandbox.addArtifact(SHOP, run, 'quality', junit('a'))
    const first = await read()
    expect(first.facts('testArtifacts')).toEqual([])
    const second = await read(first.watermark, { testArtifactNames: ['qual*'] })
    expect(second.facts('testArtifacts')).toHaveLength(1)
  })

  test('that are expired, too large or harmful are named with the reason, and the others are read', async () => {
    site.sandbox.addArtifact(SHOP, run, 'test-old', junit('a'), { expired: true })
    site.sandbox.addArtifact(SHOP, run, 'test-evil', { '../evil.xml': 'x' })
    site.sandbox.addArtifact(SHOP, run, 'test-huge', Buffer.alloc(51 * 1024 * 1024))
    site.sandbox.addArtifact(SHOP, run, 'test-broken', Buffer.from('no zip'))
    site.sandbox.addArtifact(SHOP, run, 'test-good', junit('b'))
    const results = (await read())
      .facts('testArtifacts')
      .map(({ name, results: told }) => [name, told.state === 'skipped' ? told.reason : told.state])
    expect(results).toEqual([
      ['test-good', 'read'],
      ['test-broken', 'not-a-zip'],
      ['test-huge', 'too-large'],
      ['test-evil', 'unsafe-path'],
      ['test-old', 'expired'],
    ])
    expect(downloads()).toBe(3)
  })

  test('that GitHub deletes between list and download are expired', async () => {
    site.sandbox.addArtifact(SHOP, run, 'test-a', junit('a'))
    site.sandbox.faults.next({ kind: 'status', status: 410, match: { path: '/zip' } })
    expect((await read()).facts('testArtifacts')[0]?.results).toEqual({ state: 'skipped', reason: 'expired' })
  })

  test('are loaded by another address when the first is not accepted any more', async () => {
    site.sandbox.addArtifact(SHOP, run, 'test-a', junit('a'))
    site.sandbox.faults.next({ kind: 'status', status: 403, match: { path: '/_downloads/' } })
    expect((await read()).facts('testArtifacts')[0]?.results.state).toBe('read')
  })

  test('that grow beyond what was said are given up while they are loaded', async () => {
    site.sandbox.addArtifact(SHOP, run, 'test-a', Buffer.alloc(51 * 1024 * 1024))
    const lying = { artifacts: [{ id: 1, name: 'test-a', size_in_bytes: 10, workflow_run: { id: run, head_sha: 'a'.repeat(40) } }] }
    const [{ id }] = [
      ...(await site.github.client.request({ route: `GET /repos/${SHOP}/actions/artifacts`, meta: { operation: 't' }, answer: anyList }))
        .data.artifacts,
    ] as [{ id: number }]
    const listed = { ...lying, artifacts: lying.artifacts.map((one) => ({ ...one, id })) }
    site.sandbox.faults.next({ kind: 'status', status: 200, json: listed, match: { path: /\/actions\/artifacts$/ } })
    expect((await read()).facts('testArtifacts')[0]?.results).toEqual({ state: 'skipped', reason: 'too-large' })
  })

  test('lesson 8: are absent without the permission', async () => {
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(TEST_ARTIFACT_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { testArtifacts: 'no-permission' } }])
  })
})
