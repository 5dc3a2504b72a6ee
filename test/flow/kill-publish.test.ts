// Processes die at any moment. While pages that link to each other go to Confluence, process after process is killed (SIGKILL),
// and after the next run there is one page for each document, every link leads where it should, each page has its picture once,
// and an edit of a person stands.
// Larger: KATALYST_KILLS=30 KATALYST_KILL_PAGES=60; again: KATALYST_SEED=….
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { ConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { killAll, makeSeededRandom, sizeOf, startKatalyst, until } from './child-process.ts'
import { confluenceEnvironment, openConfluence } from './confluence-site.ts'
import { makeFolder } from './open-product.ts'

const KILLS = sizeOf('KATALYST_KILLS', 2)
const PAGES = sizeOf('KATALYST_KILL_PAGES', 8)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
const REQUESTS_PER_PAGE = 6

let site: ConfluenceSandbox
const own = makeFolder()
const nameOf = (index: number) => `page-${String(index).padStart(2, '0')}`
const titleOf = (index: number) => `Page ${index}`
const next = (index: number) => (index + 1) % PAGES

beforeAll(async () => {
  site = await openConfluence({ contracts: { v1: undefined, v2: undefined }, searchLagMs: 300 })
  mkdirSync(path.join(own.folder, 'governance'))
  mkdirSync(path.join(own.folder, 'docs'))
  writeFileSync(path.join(own.folder, 'governance/README.md'), '# Governance\n')
  for (let index = 0; index < PAGES; index += 1) {
    const text = `# ${titleOf(index)}\n\nOn to the [next](${nameOf(next(index))}.md).\n\n![Picture](${nameOf(index)}.png)\n`
    writeFileSync(path.join(own.folder, 'docs', `${nameOf(index)}.md`), text)
    writeFileSync(path.join(own.folder, 'docs', `${nameOf(index)}.png`), `picture ${index}`)
  }
  const documents = Array.from({ length: PAGES }, (_, index) => ({ file: `docs/${nameOf(index)}.md` }))
  writeFileSync(
    path.join(own.folder, 'confluence-config.json'),
    JSON.stringify({ spaceKey: 'KDM', pageHierarchy: { document: 'Docs/All' }, documents }),
  )
})
afterEach(killAll)
afterAll(async () => {
  await site.close()
  own.remove()
})

const environment = () => ({ ...confluenceEnvironment(site, own.folder), LEASE_SECONDS: '1' })
const publish = () =>
  startKatalyst(
    ['confluence:sync', '--path', path.join(own.folder, 'governance'), '--repository', 'acme/docs', '--content', 'document', '--json'],
    environment(),
  )

test(
  'a publication whose processes are killed makes each page once, with its links, and loses no edit',
  async () => {
    const random = makeSeededRandom(SEED)
    for (let kills = 0; kills < KILLS; kills += 1) {
      const from = site.requests.length
      const wanted = 3 + Math.floor((random() * 1.5 * PAGES * REQUESTS_PER_PAGE) / KILLS)
      const child = publish()
      await until('requests before a kill', async () => child.hasEnded() || site.requests.length - from >= wanted)
      await new Promise((resolve) => setTimeout(resolve, random() * 20))
      child.kill('SIGKILL')
      await child.ended
      const first = site.page(titleOf(0))
      if (kills === KILLS - 1 && first) site.editPage(first.id, { body: '<p>A word of a person.</p>' })
    }
    const last = publish()
    const ended = await last.ended
    const edited = site.page(titleOf(0))?.body.includes('A word of a person.') === true
    expect({ seed: SEED, ...ended }).toEqual({ seed: SEED, code: edited ? 4 : 0, signal: null })
    const titles = site.pages().map(({ title }) => title)
    const expected = ['KDM Home', 'Docs', 'All', ...Array.from({ length: PAGES }, (_, index) => titleOf(index))]
    expect({ seed: SEED, titles: titles.sort() }).toEqual({ seed: SEED, titles: expected.sort() })
    for (let index = 0; index < PAGES; index += 1) {
      if (index === 0 && edited) continue
      const page = site.page(titleOf(index))
      expect({ seed: SEED, title: page?.title, parent: page?.parentTitle }).toEqual({ seed: SEED, title: titleOf(index), parent: 'All' })
      expect(page?.body).toContain(`ri:content-title="${titleOf(next(index))}"`)
      expect(page?.attachments).toMatchObject([{ text: `picture ${index}`, mediaType: 'image/png' }])
      expect(page?.body).toContain(`ri:filename="${page?.attachments[0]?.name}"`)
      expect(page?.labels).toContain('katalyst-published')
      expect(page?.properties['katalyst-page']).toMatchObject({ publishedVersion: page?.version })
    }
    expect(site.violations).toEqual([])
  },
  60_000 + KILLS * 20_000,
)
