import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DOCUMENTS_STREAM, templateAmong } from '../../../integrations/github/import/documents.ts'
import { type ImportSite, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const read = (watermark?: string) => scan(DOCUMENTS_STREAM, site.github, site.place({ governancePath: './governance/decided/' }), watermark)

describe('documents', () => {
  test('are found in the folders where they are looked for, whatever the case of their names', async () => {
    await site.sandbox.commit(
      SHOP,
      'main',
      {
        ...{ 'docs/adr/0001-money.md': 'x', 'Docs/CONTRIBUTING.md': 'x', '.github/pull_request_template.md': '## Why\n', 'src/a.ts': 'x' },
        ...{ 'governance/decided/adr/ADR-2.md': 'x', 'doc/adr/0002-b.md': 'x' },
      },
      'docs: all',
    )
    site.sent()
    const [batch] = (await read()).batches
    expect([...(batch?.snapshots?.paths ?? [])].sort()).toEqual([
      ...['.github/pull_request_template.md', 'Docs/CONTRIBUTING.md', 'README.md', 'doc/adr/0002-b.md', 'docs/adr/0001-money.md'],
      'governance/decided/adr/ADR-2.md',
    ])
    expect(batch?.snapshots?.pullRequestTemplate).toBe('## Why\n')
    expect(site.sent()).toHaveLength(4)
  })

  test('cost one request that is not counted while the head stays', async () => {
    const first = await read()
    site.sandbox.forgetRequests()
    const second = await read(first.watermark)
    expect(second.batches).toEqual([{}])
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
    await site.sandbox.commit(SHOP, 'main', { 'README.md': null, 'CHANGELOG.md': 'x' }, 'docs: change')
    expect((await read(second.watermark)).batches[0]?.snapshots).toEqual({ paths: ['CHANGELOG.md'], pullRequestTemplate: null })
  })

  test('of a repository that is not there are absent', async () => {
    const { batches } = await scan(DOCUMENTS_STREAM, site.github, site.place({ repo: 'nothing' }))
    expect(batches).toEqual([{ absent: { paths: 'not-found', pullRequestTemplate: 'not-found' } }])
  })

  test('a single template goes before a folder of them', () => {
    const many = ['.github/PULL_REQUEST_TEMPLATE/b.md', '.github/PULL_REQUEST_TEMPLATE/a.md']
    expect(templateAmong(many)).toBe('.github/PULL_REQUEST_TEMPLATE/a.md')
    expect(templateAmong([...many, 'docs/Pull_Request_Template.txt'])).toBe('docs/Pull_Request_Template.txt')
    expect(templateAmong(['src/pull_request_template.md'])).toBeUndefined()
  })
})
