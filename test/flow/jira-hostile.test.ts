// Content that has broken others, through the whole product: what Jira can hold goes out valid and comes back equal; what it
// cannot hold is refused with the field named, before anything of that artifact is written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { SyncResult } from '../../app/answers/push-answer.ts'
import { syncJira } from '../../app/usecases/sync-jira.ts'
import { oneLine } from '../../integrations/documents/clean-text.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { HOSTILE } from '../jira/hostile.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const SOURCE_LIMIT = 5 * 1024 * 1024
const own = makeFolder({
  projectKey: 'ROAD',
  fieldMappings: { 'road-item.owner': 'Governance Status', 'road-item.tags': 'Capabilities' },
})
const folder = path.join(own.folder, 'governance')
const file = (id: string) => path.join(folder, 'roads', `${id}.md`)
const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
let providers: Providers
let product: Product

const road = ({ id = 'ROAD-001', title = 'Search', owner = 'Gina', tags = ['api'], body = 'Text.' } = {}) =>
  `---\nid: ${id}\ntitle: ${JSON.stringify(title)}\nstatus: proposed\nphase: 1\npriority: high\nowner: ${JSON.stringify(owner)}\ntags: ${JSON.stringify(tags)}\n---\n\n## Summary\n\n${body}\n`
const write = (id: string, text: string) => writeFileSync(file(id), text)
const read = (id: string) => parseArtifact(`roads/${id}.md`, readFileSync(file(id), 'utf8')).artifact
const writes = () =>
  providers.jira.requests.filter(({ method, path: route }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(route)).length
async function sync(...artifactIds: string[]): Promise<readonly SyncResult[]> {
  const input = { direction: 'both', path: folder, repository: 'acme/hostile', artifactIds }
  const ctx = product.opened.contextFor({ kind: 'admin', name: 'test' }, 'hostile')
  return (await syncJira.run(ctx, syncJira.input.parse(input))).syncResults
}
const issueOf = (id: string) => providers.jira.issues().find(({ labels }) => labels.includes(id))
const contentOf = (issue: ReturnType<typeof issueOf>): readonly object[] =>
  (issue?.fields.description as { readonly content: readonly object[] } | undefined)?.content ?? []

beforeAll(async () => {
  providers = await openProviders()
  product = await openProduct(providers, { folder: own.folder })
  mkdirSync(path.join(folder, 'roads'), { recursive: true })
})
beforeEach(() => write('ROAD-001', road()))
afterAll(async () => {
  await product.close()
  expect(providers.jira.violations).toEqual([])
  await providers.close()
  own.remove()
})

/** Every text with an id of its own; `fits` leaves out what cannot be typed there. */
const numbered = (from: number, fits: (text: string) => boolean) =>
  HOSTILE.filter(fits).map((text, index) => ({ text, id: `ROAD-${from + index}` }))
const statuses = (results: readonly SyncResult[]) => results.map(({ artifactId, status, reason }) => ({ artifactId, status, reason }))
const each = (items: readonly { readonly id: string }[], status: string) =>
  items.map(({ id }) => ({ artifactId: id, status, reason: undefined }))
const hasControl = (text: string) => text.startsWith('\u0000')

describe('content of a file', () => {
  test('goes out valid in every place, and another run finds nothing to write', async () => {
    const items = numbered(100, (text) => !hasControl(text))
    for (const { id, text } of items) {
      const places = [
        text,
        `### a ${text}`,
        `- ${text}\n- [x] ${text}`,
        `> ${text}`,
        `| a |\n| - |\n| ${text} |`,
        `\`\`\`\`\n${text}\n\`\`\`\``,
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

  test.each([
    ['a title of 300 characters', { title: '👩‍👩‍👧 '.repeat(40) }, /^title: it has \d+ characters/],
    ['a title of nothing but white space', { title: ' \n ' }, /^title: /],
    ['a label with a space', { tags: ['two words'] }, /two words/],
    ['a line too long for its field', { owner: 'x'.repeat(300) }, /Governance Status.*road-item\.owner.*300 characters/],
    ['a NUL', { body: 'a\u0000b' }, /^roads\/ROAD-001\.md:\d+: /],
  ])('%s is refused with its place named, and nothing is written', async (_name, over, reason) => {
    write('ROAD-001', road(over))
    const before = writes()
    const [result] = await sync('ROAD-001')
    expect(result).toMatchObject({ status: expect.stringMatching(/refused|failed/), reason: expect.stringMatching(reason) })
    expect([writes(), issueOf('ROAD-001')]).toEqual([before, undefined])
  })

  test('of 5 MB goes out as its beginning, says so, stays equal, and what Jira says of it is not taken for the whole', async () => {
    const line = 'A line of {code} ]]> </script> עברית 👩‍👩‍👧, which goes on.\n\n'
    const body = line.repeat(Math.ceil(SOURCE_LIMIT / Buffer.byteLength(line)))
    write('ROAD-005', road({ id: 'ROAD-005', body }))
    expect(await sync('ROAD-005')).toMatchObject([{ status: 'created' }])
    const { key = '', description = '', fields } = issueOf('ROAD-005') ?? {}
    expect(description).toContain('The text is longer than Jira takes')
    expect(JSON.stringify(fields?.description).length).toBeGreaterThan(20_000)
    const before = writes()
    expect(await sync('ROAD-005')).toMatchObject([{ status: 'unchanged' }])
    expect(writes()).toBe(before)
    const [first, ...rest] = contentOf(issueOf('ROAD-005'))
    const content = [first, paragraph('Mine.'), ...rest.slice(-3)]
    providers.jira.editAsPerson(key, { description: { type: 'doc', version: 1, content }, summary: 'Found' })
    expect(await sync('ROAD-005')).toMatchObject([{ inbound: { taken: ['summary'], refused: [{ field: 'description' }] } }])
    expect(read('ROAD-005')?.title).toBe('Found')
    expect(readFileSync(file('ROAD-005'), 'utf8').length).toBe(road({ id: 'ROAD-005', body, title: 'Found' }).length)
  })
})

describe('what people type in Jira', () => {
  test('comes into the files as it was typed, and nothing is echoed', async () => {
    const items = numbered(200, (text) => text.trim() !== '' && !/[\r\n]/.test(text))
    const ids = items.map(({ id }) => id)
    for (const { id } of items) write(id, road({ id }))
    await sync(...ids)
    for (const { id, text } of items) {
      const { key = '' } = issueOf(id) ?? {}
      const [heading, , ...footer] = contentOf(issueOf(id))
      const content = [heading, paragraph(text), paragraph(`a ${text} b`), ...footer]
      providers.jira.editAsPerson(key, { summary: `${text}  c`, description: { type: 'doc', version: 1, content } })
    }
    const before = writes()
    const taken = await sync(...ids)
    expect(taken.map(({ artifactId, inbound }) => ({ id: artifactId, ...inbound, where: '' }))).toEqual(
      ids.map((id) => ({ id, state: 'written', taken: ['summary', 'description'], refused: [], where: '' })),
    )
    expect(ids.map((id) => read(id)?.title)).toEqual(items.map(({ text }) => oneLine(`${text} c`)))
    expect(statuses(await sync(...ids))).toEqual(each(items, 'unchanged'))
    expect(writes()).toBe(before)
  })
})
