// `katalyst roadmap:diff` and `roadmap:import` on a folder of this machine.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLog } from '../../integrations/kernel/log.ts'
import { environmentFor, makeFolder, openProviders, type Providers } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

let providers: Providers
const own = makeFolder()
const folder = path.join(own.folder, 'governance')
const road = (id: string) => path.join(folder, `roads/${id}.md`)
const texts = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(path.join(entry.parentPath, entry.name), 'utf8')]),
  )

const run = (...args: string[]) => katalyst(args, { environment: environmentFor(providers, { folder: own.folder }), log: silentLog })
async function answer(...args: string[]) {
  const { exit, out, err } = await run(...args, '--source', 'jira', '--json')
  expect([exit, err]).toEqual([0, expect.any(String)])
  return JSON.parse(out) as { written: { state: string; files: string[] }; counts: Record<string, number>; added: { artifactId: string }[] }
}

beforeAll(async () => {
  providers = await openProviders()
  mkdirSync(path.join(folder, 'roads'), { recursive: true })
  writeFileSync(road('ROAD-004'), '---\nid: ROAD-004\ntitle: Mine\nstatus: proposed\nphase: 1\npriority: low\n---\n\n# ROAD-004: Mine\n')
  for (const summary of ['One', 'Two', 'Three']) providers.jira.createAsPerson('ROAD', 'Epic', { summary })
})
afterAll(async () => {
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

test('without settings the file is named and what it needs, with exit code 2', async () => {
  const { exit, err } = await run('roadmap:diff', folder, '--source', 'jira')
  expect(exit).toBe(2)
  expect(err).toContain('roadmap-source.json: (whole file): expected settings with source "jira", found no file')
  writeFileSync(path.join(own.folder, 'roadmap-source.json'), JSON.stringify({ source: 'jira', jira: { projectKey: 'ROAD' } }))
})

test('a difference and a dry run write nothing; an import writes the files; the next finds nothing to do', async () => {
  const before = texts()
  const sent = () => providers.jira.requests.filter(({ method, path: where }) => method !== 'GET' && !/search|bulkfetch/.test(where))
  expect(await answer('roadmap:diff', folder)).toMatchObject({ written: { state: 'planned' }, counts: { added: 3 } })
  expect(await answer('roadmap:import', folder, '--dry-run')).toMatchObject({ written: { state: 'planned' } })
  expect(texts()).toEqual(before)

  const done = await answer('roadmap:import', folder)
  expect(done.added.map(({ artifactId }) => artifactId)).toEqual(['ROAD-005', 'ROAD-006', 'ROAD-007'])
  expect(done.written).toMatchObject({ state: 'written', files: ['roads/ROAD-005.md', 'roads/ROAD-006.md', 'roads/ROAD-007.md'] })
  expect(readFileSync(road('ROAD-005'), 'utf8')).toContain('title: "One"')
  expect(await answer('roadmap:import', folder)).toMatchObject({ written: { state: 'none' }, counts: { unchanged: 3 } })
  expect(sent()).toEqual([])
  expect((await run('governance:validate', folder)).out).toContain(' 0 errors')
})

test('an edit of the file is drift that people can read, and is written over; a lost database changes no number', async () => {
  writeFileSync(road('ROAD-005'), readFileSync(road('ROAD-005'), 'utf8').replace('title: "One"', 'title: "Mine"'))
  const { out } = await run('roadmap:diff', folder, '--source', 'jira')
  expect(out).toContain('title: Mine here, One wins')
  expect(await answer('roadmap:import', folder)).toMatchObject({ counts: { drift: 1, changed: 0 } })
  expect(readFileSync(road('ROAD-005'), 'utf8')).toContain('title: "One"')
  for (const file of readdirSync(own.folder)) if (file.startsWith('katalyst.db')) rmSync(path.join(own.folder, file))
  expect(await answer('roadmap:import', folder)).toMatchObject({ counts: { added: 0, changed: 0, drift: 0, unchanged: 3 } })
})

test('a tool that refuses ends with 3, and what was imported stays', async () => {
  const before = texts()
  const environment = { ...environmentFor(providers, { folder: own.folder }), JIRA_API_TOKEN: 'another' }
  const { exit, err } = await katalyst(['roadmap:import', folder, '--source', 'jira'], { environment, log: silentLog })
  expect([exit, err.length > 20]).toEqual([3, true])
  expect(texts()).toEqual(before)
})
