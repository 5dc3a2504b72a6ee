// What a space of Confluence says about its documentation: what the figures of docs/metrics.md are functions of.
import type { Collected } from '../collected.ts'

/** A current page, without its words. */
export interface ConfluencePageFact {
  readonly id: string
  readonly title: string
  /** Null at the root of the space. */
  readonly parentId: string | null
  readonly version: number
  /** When the latest version was made. */
  readonly modifiedAt: Date
  /** Address for people. */
  readonly url: string
}

/** The labels of a page, among those that were asked for. */
export interface ConfluenceLabelFact {
  readonly pageId: string
  readonly labels: readonly string[]
}

/** What a page's words were found to have; never the words themselves. */
export interface ConfluenceContentFact {
  readonly pageId: string
  /** The version that was read. */
  readonly version: number
  /** Texts of its headings, in order. */
  readonly headings: readonly string[]
  readonly hasTable: boolean
  /** A picture, a diagram macro, or a diagram kept as code. */
  readonly hasDiagram: boolean
  /** Titles of pages and addresses it links to, and the words of those links. */
  readonly links: readonly string[]
  /** The status the page gives itself: a lozenge, a "Status" heading, row or line; null where it gives none. */
  readonly status: string | null
}

export interface ConfluenceFacts {
  readonly pages: Collected<ConfluencePageFact>
  readonly labels: readonly ConfluenceLabelFact[]
  readonly contents: readonly ConfluenceContentFact[]
}
