import { html } from 'hono/html'
import { listRoads } from '../../usecases/list-roads.ts'
import type { Page } from '../page.ts'
import { badge, card, link, more, type Tone, table } from '../parts.ts'

/** The eight states of a road item (katalyst.md 7). */
const STATE_TONES: Readonly<Record<string, Tone>> = {
  proposed: 'plain',
  adr_validated: 'note',
  bdd_pending: 'note',
  bdd_complete: 'note',
  implementing: 'warn',
  nfr_validating: 'warn',
  nfr_blocked: 'bad',
  complete: 'good',
}

type Road = Awaited<ReturnType<typeof listRoads.run>>['items'][number]

/** Links, and the item of the tool that owns it, once where both are the same. */
function standIns({ links, source }: Road): readonly { readonly url: string | null; readonly key: string }[] {
  return source && !links.some(({ key }) => key === source.key) ? [source, ...links] : links
}

/** Who owns what is shown, in a line each. */
function sourcesOf(roads: readonly Road[]) {
  const titles = [...new Set(roads.map(({ source }) => source?.title ?? 'local'))].sort()
  return titles.map((title) => html`<p>Source: ${title}</p>`)
}

/** Road items with what stands for them elsewhere. */
export const roadsPage: Page = {
  path: '/taxonomy/roads',
  section: '/taxonomy/roads',
  async load(ctx, { query }) {
    const page = await listRoads.run(ctx, { limit: 200, ...(query.cursor ? { cursor: query.cursor } : {}) })
    const roads = [...page.items].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    const rows = roads.map((road) => [
      road.id,
      road.title,
      road.status && badge(road.status, STATE_TONES[road.status] ?? 'plain'),
      road.phase,
      road.priority,
      html`${standIns(road).map(({ url, key }) => html`${link(url, key)} `)}`,
      road.repository,
    ])
    const headings = ['Item', 'Title', 'State', 'Phase', 'Priority', 'Stands for it', 'Repository']
    const listed = table('By number', headings, rows, 'No road item has been read yet. Install the App on a repository that has some.')
    return { title: 'Roads', body: card('Items', html`${sourcesOf(roads)}${listed}${more('/taxonomy/roads', page.nextCursor)}`) }
  },
}
