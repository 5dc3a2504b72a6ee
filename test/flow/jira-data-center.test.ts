// What only a Data Center can get wrong, through the whole product: wiki markup with content that has broken others, both ways.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SyncResult } from '../../app/answers/push-answer.ts'
import { syncJira } from '../../app/usecases/sync-jira.ts'
import { cleanText, oneLine } from '../../integrations/documents/clean-text.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { HOSTILE } from '../jira/hostile.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const own = makeFolder({ projectKey: 'ROAD', fieldMappings: { 'road-item.owner': 'Governance Status' } })
const folder = path.join(own.folder, 'governance')
const file = (id: string) => path.join(folder, 'roads', `${id}.md`)
let providers: Providers
let product: Product

const road = ({ id = 'ROAD-001', title = 'Search', owner = 'Gina', body = 'Text.' } = {}) =>
  `---\nid: ${id}\ntitle: ${JSON.stringify(title)}\nstatus: proposed\nphase: 1\npriority: high\nowner: ${JSON.stringify(owner)}\n---\n\n## Summary\n\n${body}\n`
const write = (id: string, text: string) => writeFileSync(file(id), text)
const read = (id: string) => parseArtifact(`roads/${id}.md`, readFileSync(file(id), 'utf8')).artifact
const writes = () => providers.jira.requests.filter(({ method, path: at }) => method !== 'GET' && !at.endsWith('/search')).length
async function sync(...artifactIds: string[]): Promise<readonly SyncResult[]> {
  const ctx = product.opened.contextFor({ kind: 'admin', name: 'test' }, 'hostile')
  const input = { direction: 'both', path: folder, repository: 'acme/hostile', artifactIds }
  return (await syncJira.run(ctx, syncJira.input.parse(input))).syncResults
}
const issueOf = (id: string) => providers.jira.issues().find(({ labels }) => labels.includes(id))
const statuses = (results: readonly SyncResult[]) => results.map(({ artifactId, status, reason }) => ({ artifactId, status, reason }))
const each = (items: readonly { readonly id: string }[], status: string) =>
  items.map(({ id }) => ({ artifactId: id, status, reason: undefined }))
const numbered = (from: number, fits: (text: string) => boolean) =>
  HOSTILE.filter(fits).map((text, index) => ({ text, id: `ROAD-${from + index}` }))

beforeAll(async () => {
  providers = await openProviders({ form: 'data-center' })
  const environment = { JIRA_EMAIL: '', JIRA_API_TOKEN: '', JIRA_PAT: providers.jira.token }
  product = await openProduct(providers, { folder: own.folder, environment })
  mkdirSync(path.join(folder, 'roads'), { recursive: true })
})
afterAll(async () => {
  await product.close()
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

test('content of a file goes out in every place, and another run finds nothing to write', async () => {
  const items = numbered(100, (text) => !text.startsWith('\u0000'))
  for (const { id, text } of items) {
    const places = [
      ...[text, `### a ${text}`, `- ${text}\n- [x] ${text}`, `> ${text}`],
      ...[`| a |\n| - |\n| ${text} |`, `\`\`\`\`\n${text}\n\`\`\`\``],
    ]
    write(id, road({ id, title: `a ${text} b`, owner: `c ${text} d`, body: places.join('\n\n') }))
  }
  const ids = items.map(({ id }) => id)
  expect(statuses(await sync(...ids))).toEqual(each(items, 'created'))
  expect(ids.map((id) => issueOf(id)?.summary)).toEqual(ids.map((id) => oneLine(read(id)?.title ?? '')))
  const before = { writes: writes(), files: ids.map((id) => readFileSync(file(id), 'utf8')) }
  expect(statuses(await sync(...ids))).toEqual(each(items, 'unchanged'))
  expect({ writes: writes(), files: ids.map((id) => readFileSync(file(id), 'utf8')) }).toEqual(before)
})

test('a line that a person adds leaves every other block of the file as its author wrote it', async () => {
  const items = numbered(200, (text) => text === cleanText(text) && text.trim() !== '')
  const ids = items.map(({ id }) => id)
  const bodyOf = (text: string) => `First   line,\nwrapped.\n\n* a ${text}\n* two\n\n\`\`\`\`\n${text}\n\`\`\`\``
  for (const { id, text } of items) write(id, road({ id, body: bodyOf(text) }))
  await sync(...ids)
  for (const { id } of items) {
    const { key = '', description = '' } = issueOf(id) ?? {}
    providers.jira.editAsPerson(key, { description: description.replace(/----(?![\s\S]*----)/, 'Added *here*.\r\n\r\n----') })
  }
  const before = writes()
  expect((await sync(...ids)).map(({ artifactId, inbound }) => [artifactId, inbound?.taken])).toEqual(
    ids.map((id) => [id, ['description']]),
  )
  expect(items.map(({ id }) => readFileSync(file(id), 'utf8'))).toEqual(
    items.map(({ id, text }) => road({ id, body: `${bodyOf(text)}\n\nAdded **here**.` })),
  )
  expect(statuses(await sync(...ids))).toEqual(each(items, 'unchanged'))
  expect(writes()).toBe(before)
})

test('of 5 MB the beginning goes out, says so, and stays equal', async () => {
  const line = 'A line of {code} ]]> </script> עברית 👩‍👩‍👧, which goes on.\n\n'
  write('ROAD-005', road({ id: 'ROAD-005', body: line.repeat(Math.ceil((5 * 1024 * 1024) / Buffer.byteLength(line))) }))
  expect(await sync('ROAD-005')).toMatchObject([{ status: 'created' }])
  const { description = '' } = issueOf('ROAD-005') ?? {}
  expect(description).toContain('The text is longer than Jira takes')
  expect(description.length).toBeGreaterThan(30_000)
  expect(description.length).toBeLessThanOrEqual(32_767)
  const before = writes()
  expect(await sync('ROAD-005')).toMatchObject([{ status: 'unchanged' }])
  expect(writes()).toBe(before)
})
