// What is known outside of the code: the wiki and discussions. Definitions: docs/metrics.md, understanding.
import type { Collected } from '../collected.ts'
import type { DiscussionFact, WikiPageFact } from '../facts/knowledge-fact.ts'
import { gapOfAbsence, gapOfMissing } from '../gap.ts'
import { byInstant, DAY_SECONDS, isWithin, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, uncounted, unknown } from '../metric-value.ts'
import type { MetricSettings } from '../settings.ts'

export type WikiMetric = 'wikiPageCount' | 'wikiFreshness'
export type DiscussionMetric = 'discussionCount' | 'discussions'

/** Frames around pages, which are no pages. */
const isFrame = (path: string): boolean => /(?:^|\/)_(?:sidebar|footer|header)\.[^/]*$/i.test(path)

/**
 * Pages of the wiki at the end of the window, and the share of them (×100) changed within the last days before it. No wiki
 * is 0 of both and a gap; a wiki that may not be read is unknown.
 */
export function measureWiki(
  facts: { readonly wikiPages: Collected<WikiPageFact> },
  { to }: Window,
  { freshDays }: MetricSettings,
): Measured<WikiMetric> {
  const { wikiPages } = facts
  if (wikiPages.state === 'absent') {
    const isNone = wikiPages.reason === 'not-enabled' || wikiPages.reason === 'not-found'
    return {
      metrics: {
        wikiPageCount: uncounted(wikiPages.reason),
        wikiFreshness: isNone ? { value: 0, reason: wikiPages.reason } : unknown(wikiPages.reason),
      },
      gaps: [gapOfAbsence('wiki', wikiPages.reason)],
      notes: [],
    }
  }
  const fresh: Window = { from: new Date(to.getTime() - freshDays * DAY_SECONDS * 1000), to }
  const pages = wikiPages.items.filter(
    ({ path, changedAt, deletedAt }) => !isFrame(path) && changedAt.some((at) => at < to) && (deletedAt === null || deletedAt >= to),
  )
  const freshPages = pages.filter(({ changedAt }) => changedAt.some((at) => isWithin(at, fresh)))
  return {
    metrics: {
      wikiPageCount: known(pages.length),
      wikiFreshness: pages.length === 0 ? { value: 0, reason: 'no-data' } : known((100 * freshPages.length) / pages.length),
    },
    gaps: pages.length === 0 ? [gapOfMissing('wiki-empty')] : [],
    notes: [],
  }
}

/** Discussions begun in the window, oldest first. */
export function measureDiscussions(facts: { readonly discussions: Collected<DiscussionFact> }, window: Window): Measured<DiscussionMetric> {
  if (facts.discussions.state === 'absent')
    return measuredAbsent(facts.discussions, 'discussions', { counts: ['discussionCount'], others: ['discussions'] })
  const begun = facts.discussions.items
    .filter(({ createdAt }) => isWithin(createdAt, window))
    .sort(
      byInstant(
        (discussion) => discussion.createdAt,
        (discussion) => discussion.id,
      ),
    )
  const rows = begun.map(({ number, title, category, isAnswered, comments, url, createdAt }) => ({
    number,
    title,
    category,
    answered: isAnswered,
    comments,
    url,
    createdAt: createdAt.toISOString(),
  }))
  return { metrics: { discussionCount: known(begun.length), discussions: known(rows) }, gaps: [], notes: [] }
}
