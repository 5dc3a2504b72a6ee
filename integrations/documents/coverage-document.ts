// Who stands behind each capability: stories, road items and user types as a matrix, with what is missing said first.
import type { RootContent } from 'mdast'
import type { CapabilityCoverage, Coverage } from '../governance/coverage.ts'
import type { StatusColour } from './document-nodes.ts'
import type { PageDocument } from './page-document.ts'
import { type Provenance, provenanceNote, provenanceTable } from './provenance.ts'
import { bullets, heading, joined, linked, paragraph, status, strong, table, textNode, type Words } from './tree-builder.ts'

export interface CoverageInput {
  readonly coverage: Coverage
  /** Where the file of an artifact can be seen, by its id. */
  readonly fileUrls: ReadonlyMap<string, string>
  readonly provenance: Provenance
}

const LISTS = ['stories', 'roads', 'userTypes'] as const

/** Covered from all three sides, from some, or from none. A deprecated capability needs nobody. */
function coverageOf(row: CapabilityCoverage): readonly [word: string, colour: StatusColour] {
  if (row.status === 'deprecated') return ['Deprecated', 'Grey']
  const sides = LISTS.filter((list) => row[list].length > 0).length
  return sides === LISTS.length ? ['Covered', 'Green'] : sides > 0 ? ['Partly', 'Yellow'] : ['Uncovered', 'Red']
}

function uncoveredItems({ uncovered }: Coverage): Words[] {
  const line = (label: string, ids: readonly string[]): Words[] =>
    ids.length > 0 ? [[strong(`${label} (${ids.length})`), textNode(': '), ...joined(ids)]] : []
  return [
    ...line('No user story', uncovered.byStories),
    ...line('No road item', uncovered.byRoads),
    ...line('No user type', uncovered.byUserTypes),
  ]
}

/** The page of capability coverage; its rows are those of `readCoverage` (governance/coverage.ts). */
export function coverageDocument({ coverage, fileUrls, provenance }: CoverageInput): PageDocument {
  const ids = (list: readonly string[]): Words => joined(list.map((id) => linked(id, fileUrls.get(id))))
  const rows = coverage.capabilities.map((row): readonly Words[] => {
    const [word, colour] = coverageOf(row)
    return [linked(row.id, fileUrls.get(row.id)), row.title, status(word, colour), ids(row.stories), ids(row.roads), ids(row.userTypes)]
  })
  const types = coverage.userTypes.map((row): readonly Words[] => [
    linked(row.id, fileUrls.get(row.id)),
    row.title,
    row.type ?? '',
    ids(row.stories),
    ids(row.capabilities),
  ])
  const missing = uncoveredItems(coverage)
  const children: RootContent[] = [
    provenanceNote(provenance),
    paragraph(`${rows.length} capabilities and ${types.length} user types.`),
    ...(missing.length > 0 ? [heading(2, 'What is missing'), bullets(missing)] : []),
    heading(2, 'Capabilities'),
    table(['Capability', 'Title', 'Coverage', 'User stories', 'Road items', 'User types'], rows),
    ...(types.length > 0 ? [heading(2, 'User types'), table(['User type', 'Title', 'Kind', 'User stories', 'Capabilities'], types)] : []),
    ...provenanceTable(provenance),
  ]
  return { key: 'capability-coverage', title: 'Capability Coverage', tree: { type: 'root', children } }
}
