// Two people and the product work on the same items, one in git, one in Jira, in random order. Under every policy both sides end
// up the same, nothing is written that nobody changed, and every value that was written over is on record.
// Larger: KATALYST_STEPS=500 KATALYST_ITEMS=50; again: KATALYST_SEED=….
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { listConflicts as listConflictsUseCase } from '../../app/usecases/list-conflicts.ts'
import { resolveConflict } from '../../app/usecases/resolve-conflict.ts'
import { syncJira } from '../../app/usecases/sync-jira.ts'
import { makeSeededRandom, sizeOf } from './child-process.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const STEPS = sizeOf('KATALYST_STEPS', 30)
const ITEMS = sizeOf('KATALYST_ITEMS', 4)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
const LIMIT_MS = 60_000 + STEPS * ITEMS * 500
const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
const IN_JIRA = { critical: 'Highest', high: 'High', medium: 'Medium', low: 'Low' } as const
/** Titles and texts that have broken others: quotes, colons, markup, emoji, right-to-left, another script. */
const WORDS = ['Search', 'a: "b"', "it's", '{code}', ']]>', '</script>', '🚧 emoji', 'עברית', '# no comment', '- dash', '100%', '日本語']

interface Item {
  title: string
  priority: (typeof PRIORITIES)[number]
  text: string
}

const ids = Array.from({ length: ITEMS }, (_, index) => `ROAD-${String(index + 1).padStart(3, '0')}`)

describe.each(['prefer-git', 'prefer-remote', 'manual'] as const)('under %s', (policy) => {
  const own = makeFolder({ projectKey: 'ROAD' })
  const folder = path.join(own.folder, 'governance')
  const file = (id: string) => path.join(folder, 'roads', `${id}.md`)
  let providers: Providers
  let product: Product
  let next = makeSeededRandom(SEED)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T

  const ctx = () => product.opened.contextFor({ kind: 'admin', name: 'test' }, 'two-sides')
  const write = (id: string, { title, priority, text }: Item) =>
    writeFileSync(
      file(id),
      `---\nid: ${id}\ntitle: ${JSON.stringify(title)}\nstatus: proposed\nphase: 1\npriority: ${priority}\n---\n\n## Summary\n\n${text}\n`,
    )
  const read = (id: string) => {
    const content = readFileSync(file(id), 'utf8')
    const value = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(content)?.[1] ?? ''
    return { content, title: value('title'), priority: value('priority') as Item['priority'] }
  }
  const issueOf = (id: string) => providers.jira.issues().find(({ labels }) => labels.includes(id))
  const edits = () => providers.jira.requests.filter(({ method }) => method === 'PUT').length
  const sync = () =>
    syncJira.run(ctx(), syncJira.input.parse({ direction: 'both', path: folder, repository: 'acme/two', conflictPolicy: policy }))

  beforeAll(async () => {
    next = makeSeededRandom(SEED)
    providers = await openProviders()
    product = await openProduct(providers, { folder: own.folder })
    mkdirSync(path.join(folder, 'roads'), { recursive: true })
  }, LIMIT_MS)
  afterAll(async () => {
    await product.close()
    await providers.close()
    own.remove()
  })

  test(
    `both sides come to agree (seed ${SEED}, ${STEPS} steps, ${ITEMS} items)`,
    async () => {
      const items = new Map(ids.map((id): [string, Item] => [id, { title: `Start ${id}`, priority: 'high', text: 'Text.' }]))
      for (const [id, item] of items) write(id, item)
      await sync()
      const before = edits()
      let inGit = 0
      /** What a person typed in Jira and the product replaced there. */
      const replaced: { id: string; value: string }[] = []
      const recorded: string[] = []
      const bring = async () => {
        const shown = new Map(ids.map((id) => [id, issueOf(id)?.summary ?? '']))
        const { syncResults } = await sync()
        for (const { artifactId, decisions = [] } of syncResults)
          for (const { remote } of decisions) recorded.push(`${artifactId} ${String(remote)}`)
        for (const id of ids) if (issueOf(id)?.summary !== shown.get(id)) replaced.push({ id, value: shown.get(id) ?? '' })
        return syncResults
      }
      const typedInJira = new Set<string>()
      for (let step = 0; step < STEPS; step += 1) {
        const id = pick(ids)
        const title = `${pick(WORDS)} ${step}`
        const key = issueOf(id)?.key ?? ''
        const action = Math.floor(next() * 5)
        if (action === 0) {
          writeFileSync(file(id), read(id).content.replace(/^title: .*$/m, `title: ${JSON.stringify(title).replaceAll('$', '$$$$')}`))
          inGit += 1
        } else if (action === 1) {
          writeFileSync(file(id), read(id).content.replace(/^priority: .*$/m, `priority: ${pick(PRIORITIES)}`))
          inGit += 1
        } else if (action === 2) {
          providers.jira.editAsPerson(key, { summary: title })
          typedInJira.add(`${id} ${title}`)
        } else if (action === 3) providers.jira.editAsPerson(key, { priority: { name: IN_JIRA[pick(PRIORITIES)] } })
        else await bring()
      }
      let settled = false
      for (let round = 0; round < 6 && !settled; round += 1) {
        const results = await bring()
        const { items: open } = await listConflictsUseCase.run(ctx(), listConflictsUseCase.input.parse({ limit: 200 }))
        for (const { id } of open) await resolveConflict.run(ctx(), resolveConflict.input.parse({ id, keep: pick(['git', 'remote']) }))
        settled = open.length === 0 && results.every(({ status }) => status === 'unchanged')
      }
      expect(settled).toBe(true)
      for (const id of ids) {
        const { title, priority } = read(id)
        const issue = issueOf(id)
        const plain = title.startsWith('"') ? (JSON.parse(title) as string) : title.replace(/^'(.*)'$/, '$1').replaceAll("''", "'")
        expect([id, issue?.summary, issue?.priority]).toEqual([id, plain, IN_JIRA[priority]])
      }
      // No echo: what people did in Jira makes no write there, and a change in git at most one.
      expect(edits() - before).toBeLessThanOrEqual(inGit)
      const lost = replaced.map(({ id, value }) => `${id} ${value}`).filter((one) => typedInJira.has(one) && !recorded.includes(one))
      expect(lost).toEqual([])
      const writes = edits()
      await sync()
      expect(edits()).toBe(writes)
    },
    LIMIT_MS,
  )
})
