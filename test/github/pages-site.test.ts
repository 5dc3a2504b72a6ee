import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readPages, switchPagesOn } from '../../integrations/github/pages-site.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { type ImportSite, openImportSite, SHOP } from './import/import-site.ts'

const REPOSITORY = { owner: 'acme', repo: 'shop' }
const ADMIN = { ...EVIDENCE_PERMISSIONS, pages: 'write', administration: 'write' } as const

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite({ permissions: ADMIN })
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

test('Pages that are off are off, also where the App may not look', async () => {
  expect(await readPages(site.github, REPOSITORY)).toEqual({ kind: 'off' })
  await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
  expect(await readPages(await site.connect(), REPOSITORY)).toEqual({ kind: 'forbidden' })
})

test('Pages are switched on for a branch, and say where they are seen', async () => {
  const switched = await switchPagesOn(site.github, REPOSITORY, { branch: 'main', folder: 'docs' })
  expect(switched).toEqual({
    kind: 'on',
    site: { url: 'https://acme.github.example/shop/', isByWorkflow: false, branch: 'main', folder: 'docs' },
  })
  expect(await readPages(site.github, REPOSITORY)).toEqual(switched)
  expect(site.sandbox.pagesOf(SHOP)).toEqual({ branch: 'main', folder: 'docs', byWorkflow: false })
  expect(await switchPagesOn(site.github, REPOSITORY, { branch: 'main', folder: '' })).toEqual({ kind: 'already' })
})

test('what GitHub refuses of it is an answer with its words', async () => {
  expect(await switchPagesOn(site.github, REPOSITORY, { branch: 'nowhere', folder: '' })).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('branch must exist'),
  })
  await site.sandbox.acceptPermissions(site.installation, { ...EVIDENCE_PERMISSIONS, pages: 'write' })
  expect(await switchPagesOn(await site.connect(), REPOSITORY, { branch: 'main', folder: '' })).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('administration=write'),
  })
})

test('Pages that a workflow builds are told apart', async () => {
  site.sandbox.setPages(SHOP, { branch: 'main', folder: '', byWorkflow: true })
  expect(await readPages(site.github, REPOSITORY)).toMatchObject({ kind: 'on', site: { isByWorkflow: true } })
})
