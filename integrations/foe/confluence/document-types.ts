// Which type of document a page is: by its labels, its title, or a page it stands below, as confluence-config.json says.

import { itemsOf } from '../collected.ts'
import type { ConfluenceFacts, ConfluencePageFact } from './confluence-facts.ts'

/** A page with one of the labels, whose title fits, or below the page with the title `ancestor`. */
export interface DocumentTypeRule {
  readonly labels: readonly string[]
  /** A regular expression; letter case aside. */
  readonly title?: string | undefined
  readonly ancestor?: string | undefined
}

export type DocumentTypeRules = Readonly<Record<string, DocumentTypeRule>>

export interface TypedPage {
  readonly page: ConfluencePageFact
  /** In the order of the rules; a page can be of several types. */
  readonly types: readonly string[]
  readonly labels: readonly string[]
}

/** Deeper than people nest; a circle in what was read ends here too. */
const MAX_DEPTH = 100

function ancestorTitles(page: ConfluencePageFact, byId: ReadonlyMap<string, ConfluencePageFact>): readonly string[] {
  const titles: string[] = []
  for (let at = page.parentId; at !== null && titles.length < MAX_DEPTH; ) {
    const parent = byId.get(at)
    if (!parent) break
    titles.push(parent.title.toLowerCase())
    at = parent.parentId
  }
  return titles
}

/**
 * Every page with its types. A template, or a page that only lists others of a type by its exact name ("Runbooks"), is judged like
 * any other: a rule that is too wide is to be narrowed in the file.
 */
export function typePages(facts: ConfluenceFacts, rules: DocumentTypeRules): readonly TypedPage[] {
  const pages = itemsOf(facts.pages)
  const byId = new Map(pages.map((page) => [page.id, page]))
  const labelsOf = new Map(facts.labels.map(({ pageId, labels }) => [pageId, labels]))
  const compiled = Object.entries(rules).map(([type, { labels, title, ancestor }]) => ({
    type,
    labels: new Set(labels.map((label) => label.toLowerCase())),
    title: title === undefined ? null : new RegExp(title, 'i'),
    ancestor: ancestor?.toLowerCase(),
  }))
  return pages.map((page) => {
    const labels = labelsOf.get(page.id) ?? []
    const above = compiled.some(({ ancestor }) => ancestor !== undefined) ? ancestorTitles(page, byId) : []
    const types = compiled.filter(
      (rule) =>
        labels.some((label) => rule.labels.has(label.toLowerCase())) ||
        rule.title?.test(page.title) === true ||
        (rule.ancestor !== undefined && above.includes(rule.ancestor)),
    )
    return { page, labels, types: types.map(({ type }) => type) }
  })
}
