// A document that becomes a page of its own, wherever it is published.
import type { Root } from 'mdast'

export interface PageDocument {
  /** What the page is known by, whatever its title becomes: `roadmap`, `ddd-context-map/scanning`, `file:docs/runbook.md`. */
  readonly key: string
  readonly title: string
  /** Key of the page it belongs below, where that is one of ours. */
  readonly parentKey?: string
  readonly tree: Root
}
