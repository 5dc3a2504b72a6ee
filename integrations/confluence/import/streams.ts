// What an import reads, page by page, as facts.
import type { ConfluenceContentFact, ConfluenceLabelFact, ConfluencePageFact } from '../../foe/confluence/confluence-facts.ts'
import { changedSince } from '../changes.ts'
import type { PageSummary, Space } from '../client.ts'
import { type ConfluenceContext, pageUrl } from '../context.ts'
import type { EvidencePage } from './evidence-client.ts'
import { toContentFact } from './page-content.ts'

const toPageFact = (context: ConfluenceContext, page: PageSummary): ConfluencePageFact => ({
  id: page.id,
  title: page.title,
  parentId: page.parentId ?? null,
  version: page.version.number,
  modifiedAt: page.version.createdAt,
  url: pageUrl(context, page),
})

/** Current pages of the space: 1,000 in 4 requests on Cloud. */
export async function readPageList(
  context: ConfluenceContext,
  space: Space,
  cursor: string | undefined,
): Promise<EvidencePage<ConfluencePageFact>> {
  const { items, next } = await context.client.pageList(space, cursor)
  return { items: items.filter(({ status }) => status === 'current').map((page) => toPageFact(context, page)), next }
}

/** A text of a query. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** Labels of the pages that have any of these. */
export async function readLabels(
  context: ConfluenceContext,
  space: Pick<Space, 'key'>,
  labels: readonly string[],
  cursor: string | undefined,
): Promise<EvidencePage<ConfluenceLabelFact>> {
  const cql = `space = ${quoted(space.key)} AND type = page AND label in (${labels.map(quoted).join(', ')})`
  const { items, next } = await context.client.labelledPages(cql, cursor)
  return { items: items.map(({ summary, labels: own }) => ({ pageId: summary.id, labels: own })), next }
}

/**
 * Pages changed since an instant, with their labels. More is asked for than is new (search compares minutes, in the zone of whoever
 * asks, and lags behind), so reading the same page twice must change nothing.
 */
export async function readChangedEvidence(
  context: ConfluenceContext,
  space: Pick<Space, 'key'>,
  since: Date,
  cursor: string | undefined,
): Promise<EvidencePage<{ readonly page: ConfluencePageFact; readonly labels: ConfluenceLabelFact }>> {
  const cql = `space = ${quoted(space.key)} AND type = page AND lastmodified >= "${changedSince(since)}" ORDER BY lastmodified ASC`
  const { items, next } = await context.client.labelledPages(cql, cursor)
  const facts = items
    .filter(({ summary }) => summary.status === 'current')
    .map(({ summary, labels }) => ({ page: toPageFact(context, summary), labels: { pageId: summary.id, labels } }))
  return { items: facts, next }
}

/** What is in the words of these pages. */
export async function readContents(context: ConfluenceContext, ids: readonly string[]): Promise<readonly ConfluenceContentFact[]> {
  const bodies = await context.client.pageBodies(ids)
  return bodies.map(({ id, version, body }) => toContentFact(id, version, body))
}
