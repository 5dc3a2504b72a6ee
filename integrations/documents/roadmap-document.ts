// The roadmap as a table per phase: one row per road item, with its state as a lozenge and links to its file, its issue and its
// pull request.
import type { PhrasingContent, RootContent } from 'mdast'
import type { Priority, RoadItem, RoadState } from '../governance/artifact.ts'
import type { StatusColour } from './document-nodes.ts'
import type { PageDocument } from './page-document.ts'
import { type Provenance, provenanceNote, provenanceTable } from './provenance.ts'
import { heading, joined, linked, paragraph, status, table, type Words } from './tree-builder.ts'

/** Grey: not begun; blue: being prepared; yellow: being built; purple: being checked. */
export const STATE_COLOURS: Readonly<Record<RoadState, StatusColour>> = {
  proposed: 'Grey',
  adr_validated: 'Blue',
  bdd_pending: 'Blue',
  bdd_complete: 'Blue',
  implementing: 'Yellow',
  nfr_validating: 'Purple',
  nfr_blocked: 'Red',
  complete: 'Green',
}
const PRIORITY_COLOURS: Readonly<Record<Priority, StatusColour>> = { critical: 'Red', high: 'Yellow', medium: 'Blue', low: 'Grey' }

/** What is known of a road item elsewhere. */
export interface RoadItemLinks {
  readonly fileUrl?: string
  readonly issue?: { readonly key: string; readonly url: string; readonly isJira: boolean }
  readonly pullRequest?: { readonly number: number; readonly url: string }
}

export interface RoadmapInput {
  /** In the order they are to be shown in. */
  readonly items: readonly RoadItem[]
  readonly links: ReadonlyMap<string, RoadItemLinks>
  /** The state in words for people (governance/states.ts). */
  readonly stateLabel: (state: RoadState) => string
  readonly provenance: Provenance
}

const COLUMNS = ['Item', 'Title', 'Status', 'Priority', 'Requires', 'Issue', 'Pull request'] as const

function stateLozenge({ data }: RoadItem, stateLabel: RoadmapInput['stateLabel']): PhrasingContent {
  // A word that names none of the states is shown as it stands, in the colour of what is wrong.
  return data.status === undefined ? status(data.statusText || 'none', 'Red') : status(stateLabel(data.status), STATE_COLOURS[data.status])
}

function issueWords(issue: RoadItemLinks['issue']): Words {
  if (!issue) return ''
  return issue.isJira ? { type: 'jiraIssue', value: issue.key, url: issue.url } : linked(issue.key, issue.url)
}

function itemRow(item: RoadItem, { links, stateLabel }: RoadmapInput): readonly Words[] {
  const { fileUrl, issue, pullRequest } = links.get(item.id) ?? {}
  const { priority, dependsOn } = item.data
  return [
    linked(item.id, fileUrl),
    item.title,
    stateLozenge(item, stateLabel),
    priority === undefined ? '' : status(priority, PRIORITY_COLOURS[priority]),
    joined(dependsOn),
    issueWords(issue),
    pullRequest ? linked(`#${pullRequest.number}`, pullRequest.url) : '',
  ]
}

/** How many items are in each state, in the order of the states; words that are none come after them. */
function stateCounts({ items, stateLabel }: RoadmapInput): RootContent {
  const counts = new Map<string, { readonly lozenge: PhrasingContent; count: number }>()
  for (const item of items) {
    const key = item.data.status ?? item.data.statusText
    const known = counts.get(key)
    if (known) known.count += 1
    else counts.set(key, { lozenge: stateLozenge(item, stateLabel), count: 1 })
  }
  const order = Object.keys(STATE_COLOURS)
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length)
  const sorted = [...counts].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
  return table(
    ['Status', 'Road items'],
    sorted.map(([, { lozenge, count }]) => [lozenge, String(count)]),
    ['Road items'],
  )
}

/** The page of the roadmap. Deterministic: the same input gives the same tree. */
export function roadmapDocument(input: RoadmapInput): PageDocument {
  const phases = new Map<number | undefined, RoadItem[]>()
  for (const item of input.items) phases.set(item.data.phase, [...(phases.get(item.data.phase) ?? []), item])
  const sorted = [...phases].sort(([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
  const count = input.items.length
  const sections = sorted.flatMap(([phase, items]): RootContent[] => [
    heading(2, phase === undefined ? 'Without a phase' : `Phase ${phase}`),
    table(
      COLUMNS,
      items.map((item) => itemRow(item, input)),
    ),
  ])
  const counted = count === 0 ? 'There are no road items yet.' : `${count} road ${count === 1 ? 'item' : 'items'}.`
  const children: RootContent[] = [
    provenanceNote(input.provenance),
    paragraph(counted),
    ...(count > 0 ? [stateCounts(input)] : []),
    ...sections,
    ...provenanceTable(input.provenance),
  ]
  return { key: 'roadmap', title: 'Roadmap', tree: { type: 'root', children } }
}
