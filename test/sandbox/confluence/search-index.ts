// Search sees a page as it was when the index last took it in: whoever concludes from an empty answer that a page does not
// exist makes it twice.
import type { Site, SitePage } from './site.ts'
import { versionOf } from './site.ts'

export interface IndexedPage {
  readonly page: SitePage
  readonly title: string
  readonly labels: readonly string[]
  readonly status: SitePage['status']
  readonly modifiedAt: Date
}

export interface SearchIndex {
  /** Says that something about the page changed that has no event, such as a label. */
  touch(page: SitePage): void
  /** What a search may find. */
  pages(): readonly IndexedPage[]
}

/** `lagMs`: a change is in the index this long after it happened, by the clock of the sandbox. */
export function makeSearchIndex(site: Site, lagMs: number): SearchIndex {
  const visible = new Map<string, IndexedPage>()
  let waiting: { readonly at: number; readonly entry: IndexedPage }[] = []
  const touch = (page: SitePage) => {
    const entry = { page, title: page.title, labels: [...page.labels], status: page.status, modifiedAt: versionOf(page).createdAt }
    waiting.push({ at: site.clock.now().getTime(), entry })
  }
  site.subscribe(({ page }) => touch(page))
  return Object.freeze({
    touch,
    pages() {
      const now = site.clock.now().getTime()
      for (const { at, entry } of waiting) if (now - at >= lagMs) visible.set(entry.page.id, entry)
      waiting = waiting.filter(({ at }) => now - at < lagMs)
      return [...visible.values()].filter(({ status, page }) => status === 'current' && !page.hidden)
    },
  })
}
