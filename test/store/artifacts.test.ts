import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type ArtifactUpsert, findArtifact, listArtifacts, readScope, replaceArtifacts } from '../../integrations/store/artifacts.ts'
import type { Json, JsonObject } from '../../integrations/store/json.ts'
import { toJsonObject, toStorableText } from '../../integrations/store/json.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const upsert = (file: string, change: Partial<ArtifactUpsert> = {}): ArtifactUpsert => ({
  file,
  artifactId: file.replace('.md', ''),
  kind: 'road-item',
  title: 'T',
  status: undefined,
  contentHash: 'h',
  text: 'text',
  data: {},
  problems: [],
  blobSha: undefined,
  ...change,
})

eachDatabase('artifacts', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  beforeEach(() => database.clear())

  test('a replace writes the named files, marks the removed ones and leaves the others and other scopes', async () => {
    await replaceArtifacts(store.db, 'repository:1', { upserts: [upsert('a.md'), upsert('b.md'), upsert('c.md')], removedFiles: [], at })
    await replaceArtifacts(store.db, 'repository:2', { upserts: [upsert('a.md')], removedFiles: [], at })
    await replaceArtifacts(store.db, 'repository:1', {
      upserts: [upsert('b.md', { status: 'complete', blobSha: 's' })],
      removedFiles: ['a.md', 'none.md'],
      at,
    })
    expect((await readScope(store.db, 'repository:1')).map((artifact) => [artifact.file, artifact.status, artifact.blobSha])).toEqual([
      ['b.md', 'complete', 's'],
      ['c.md', undefined, undefined],
    ])
    expect(await findArtifact(store.db, { artifactId: 'a', scope: 'repository:1' })).toBeUndefined()
    expect(await findArtifact(store.db, { artifactId: 'a' })).toMatchObject({ scope: 'repository:2' })
    await replaceArtifacts(store.db, 'repository:1', { upserts: [upsert('a.md')], removedFiles: [], at })
    expect(await findArtifact(store.db, { artifactId: 'a', scope: 'repository:1' })).toMatchObject({ removedAt: undefined, updatedAt: at })
  })

  test('a rolled back replace changes nothing', async () => {
    const failing = store.transaction(async (tx) => {
      await replaceArtifacts(tx, 's', { upserts: [upsert('a.md')], removedFiles: [], at })
      throw new RangeError('stop')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(await readScope(store.db, 's')).toEqual([])
  })

  test('more rows than fit one statement arrive whole, and pages show each once', async () => {
    const upserts = Array.from({ length: 1203 }, (_, index) => upsert(`${String(index).padStart(5, '0')}.md`))
    await replaceArtifacts(store.db, 's', { upserts, removedFiles: [], at })
    const seen = new Set<string>()
    for (let cursor: string | undefined; ; ) {
      const page = await listArtifacts(store.db, { scope: 's', limit: 200, ...(cursor === undefined ? {} : { cursor }) })
      for (const artifact of page.items) seen.add(artifact.file)
      cursor = page.nextCursor
      if (cursor === undefined) break
    }
    expect(seen.size).toBe(1203)
  })

  test('any text and any JSON come back as they were, but for what no database keeps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))), {
          minLength: 1,
          maxLength: 6,
        }),
        async (contents) => {
          await database.clear()
          const upserts = contents.map(([text, data], index) =>
            upsert(`${index}.md`, { text, data: data as JsonObject, problems: [text, data as Json] }),
          )
          await replaceArtifacts(store.db, 's', { upserts, removedFiles: [], at })
          const stored = await readScope(store.db, 's')
          expect(stored.map(({ text }) => text)).toEqual(contents.map(([text]) => toStorableText(text)))
          expect(JSON.parse(JSON.stringify(stored.map(({ data }) => data)))).toEqual(
            JSON.parse(JSON.stringify(contents.map(([, data]) => toJsonObject(data)))),
          )
        },
      ),
      { numRuns: 25 },
    )
  })
})
