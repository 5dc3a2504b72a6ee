// Pages that record decisions, as governance artifacts know them: id, title and status.
import type { ConfluenceFacts } from './confluence-facts.ts'
import type { TypedPage } from './document-types.ts'

export interface DecisionRecord {
  /** `ADR-012` where the title has a number, else `ADR-C` and the page's id, which stays when the title changes. */
  readonly id: string
  readonly title: string
  readonly status: DecisionStatus
  readonly pageId: string
  readonly url: string
  readonly modifiedAt: Date
}

export const DECISION_STATUSES = ['proposed', 'accepted', 'rejected', 'deprecated', 'superseded', 'unknown'] as const
export type DecisionStatus = (typeof DECISION_STATUSES)[number]

/** Words people use, by what they mean; the first that occurs counts, so that "Superseded (was accepted)" is superseded. */
const WORDS: readonly (readonly [RegExp, DecisionStatus])[] = [
  [/supersed|replaced/i, 'superseded'],
  [/deprecat|obsolete|retired/i, 'deprecated'],
  [/reject|declined|abandoned/i, 'rejected'],
  [/accept|approved|decided|adopted|implemented|done/i, 'accepted'],
  [/propos|draft|review|open|in progress|discussion/i, 'proposed'],
]

const statusOf = (text: string): DecisionStatus | undefined => WORDS.find(([word]) => word.test(text))?.[1]

const NUMBERED = /^\s*(?:ADR|Decision)[\s_#:-]*0*(\d{1,6})\b[\s:.—–-]*/i

/** The records among typed pages, in the order of their ids. Of two pages with one number the older page keeps it. */
export function readDecisions(typed: readonly TypedPage[], { contents }: Pick<ConfluenceFacts, 'contents'>): readonly DecisionRecord[] {
  const contentOf = new Map(contents.map((content) => [content.pageId, content]))
  const taken = new Set<string>()
  const records = typed
    .filter(({ types }) => types.includes('adr'))
    .toSorted((left, right) => Number(left.page.id) - Number(right.page.id))
    .map(({ page, labels }): DecisionRecord => {
      const number = NUMBERED.exec(page.title)?.[1]
      const wanted = number === undefined ? undefined : `ADR-${number.padStart(3, '0')}`
      const id = wanted === undefined || taken.has(wanted) ? `ADR-C${page.id}` : wanted
      taken.add(id)
      const said = contentOf.get(page.id)?.status
      const status = (said && statusOf(said)) || labels.map(statusOf).find((found) => found !== undefined) || 'unknown'
      const title = page.title.replace(NUMBERED, '').trim() || page.title
      return { id, title, status, pageId: page.id, url: page.url, modifiedAt: page.modifiedAt }
    })
  return records.sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0))
}
