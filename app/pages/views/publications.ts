import { html } from 'hono/html'
import type { AppContext } from '../../context.ts'
import { listConnections } from '../../usecases/list-connections.ts'
import { listPublications } from '../../usecases/list-publications.ts'
import { listRoads } from '../../usecases/list-roads.ts'
import type { Html, Page } from '../page.ts'
import { badge, card, facts, link, type Tone, table } from '../parts.ts'
import { instant } from '../words.ts'

type Publication = Awaited<ReturnType<typeof listPublications.run>>['items'][number]

const TONES: Readonly<Record<string, Tone>> = {
  created: 'good',
  updated: 'good',
  unchanged: 'good',
  conflict: 'warn',
  refused: 'warn',
  failed: 'bad',
}

const newest = (items: readonly Publication[]) =>
  items
    .flatMap(({ publishedAt }) => publishedAt ?? [])
    .sort()
    .at(-1)

async function publicationsAt(ctx: AppContext, provider: 'github' | 'confluence'): Promise<readonly Publication[]> {
  return (await listPublications.run(ctx, { provider, limit: 200 })).items
}

const rowsOf = (items: readonly Publication[], placed: (item: Publication) => string) =>
  items.map((item) => [
    link(item.url, item.title ?? placed(item)),
    item.version,
    badge(item.status, TONES[item.status] ?? 'plain'),
    item.publishedAt && instant(item.publishedAt),
  ])

/** One place on GitHub, under its own heading: the words a page shows once stand there and nowhere else. */
const target = (heading: string, said: string, items: readonly Publication[]): Html =>
  items.length === 0
    ? card(heading, html`<p class="quiet">Nothing there yet.</p>`)
    : card(
        heading,
        html`<p>${items.some(({ publishedAt }) => publishedAt) ? badge(said, 'good') : badge('Tried', 'warn')}</p>${table(
          'Newest first',
          ['Where', 'Version', 'Last attempt', 'When'],
          rowsOf(items, ({ scope }) => scope),
        )}`,
      )

/** What is on GitHub: the site, the wiki, the issues. */
export const syncStatusPage: Page = {
  path: '/integrations/github/sync-status',
  section: '/integrations',
  async load(ctx) {
    const items = await publicationsAt(ctx, 'github')
    const at = (wanted: string) => items.filter((item) => item.target === wanted)
    return {
      title: 'On GitHub',
      body: html`${target('GitHub Pages', 'Published', at('github-pages'))}${target('Wiki', 'Written', at('wiki'))}${target('Issues', 'In step', at('issues'))}`,
    }
  },
}

const spaces = (items: readonly Publication[]): Html =>
  html`${[...new Set(items.map(({ scope }) => scope))].map((space) => {
    const here = items.filter(({ scope }) => scope === space)
    return html`${facts([
      ['Space', space],
      ['Last published', instant(newest(here))],
    ])}${table(
      'Pages',
      ['Page', 'Version', 'Last attempt', 'When'],
      rowsOf(here, ({ contentType }) => contentType),
    )}`
  })}`

/** Where governance artifacts stand in other tools. */
export const governanceIntegrationsPage: Page = {
  path: '/taxonomy/governance/integrations',
  section: '/integrations',
  async load(ctx) {
    const [pages, roads, connections] = await Promise.all([
      publicationsAt(ctx, 'confluence'),
      listRoads.run(ctx, { limit: 200 }),
      listConnections.run(ctx, {}),
    ])
    const linked = roads.items.filter(({ links }) => links.some(({ connection }) => connection === 'jira')).length
    const isConnected = (provider: string) => connections.items.some((one) => one.provider === provider)
    const empty = html`<p class="quiet">Nothing there yet. katalyst confluence:sync --export makes the pages.</p>`
    const issues = facts([
      ['Connection', isConnected('jira') ? badge('connected', 'good') : badge('not connected', 'plain')],
      ['Road items with an issue', `${linked} of ${roads.items.length}`],
    ])
    return {
      title: 'Governance elsewhere',
      body: html`${card('Confluence', pages.length === 0 ? empty : spaces(pages))}${card('Jira', issues)}`,
    }
  },
}
