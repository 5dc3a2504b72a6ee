// The search index lags behind the issues, as the real one does: a search sees an issue as it was when the index last took it
// in. Whoever looks for what was just created and concludes from an empty answer that it does not exist creates it twice.
import type { Site, SiteEvent, SiteIssue } from './site.ts'

export interface SearchLag {
  /** A change is in the index this long after it happened, by the clock of the sandbox. */
  readonly ms: number
  /** … or after this many searches, whichever comes first. Default: time alone decides. */
  readonly searches?: number
}

export interface SearchIndex {
  /** What a search may find. Issues whose ids are in `reconcile` are as they are now. Counts as a search. */
  search(reconcile: ReadonlySet<string>): readonly SiteIssue[]
  /** Takes the issue out until the lag has passed again: the real index loses one now and then. */
  forget(issue: SiteIssue): void
}

const snapshotOf = (issue: SiteIssue): SiteIssue => ({
  ...issue,
  values: { ...issue.values },
  history: [...issue.history],
  comments: issue.comments.map((comment) => ({ ...comment })),
  remoteLinks: [...issue.remoteLinks],
  properties: new Map(issue.properties),
})

/** An index that follows the site with the given lag. */
export function makeSearchIndex(site: Site, lag: SearchLag): SearchIndex {
  const visible = new Map<string, SiteIssue>()
  let waiting: { readonly id: string; readonly snapshot: SiteIssue | undefined; readonly at: number; readonly search: number }[] = []
  let searches = 0

  const enqueue = (id: string, snapshot: SiteIssue | undefined) => {
    waiting.push({ id, snapshot, at: site.clock.now().getTime(), search: searches })
  }
  const takeIn = () => {
    const now = site.clock.now().getTime()
    const ready = (entry: (typeof waiting)[number]) =>
      now - entry.at >= lag.ms || (lag.searches !== undefined && searches - entry.search > lag.searches)
    for (const entry of waiting.filter(ready)) {
      if (entry.snapshot === undefined) visible.delete(entry.id)
      else visible.set(entry.id, entry.snapshot)
    }
    waiting = waiting.filter((entry) => !ready(entry))
  }
  site.subscribe((event: SiteEvent) => enqueue(event.issue.id, event.kind === 'deleted' ? undefined : snapshotOf(event.issue)))

  return Object.freeze({
    search(reconcile: ReadonlySet<string>) {
      searches += 1
      takeIn()
      const found = new Map(visible)
      for (const id of reconcile) {
        const issue = site.issues.get(id)
        if (issue === undefined) found.delete(id)
        else found.set(id, issue)
      }
      return [...found.values()].filter(({ id }) => site.issues.get(id)?.archived !== true)
    },
    forget(issue: SiteIssue) {
      visible.delete(issue.id)
      waiting = waiting.filter((entry) => entry.id !== issue.id)
      enqueue(issue.id, snapshotOf(issue))
    },
  })
}
