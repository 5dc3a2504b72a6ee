// The roadmap by phase: a row per item with its state, and where its file, its issue and its pull request are.
import type { Priority, RoadItem } from '../../governance/artifact.ts'
import type { XmlNode } from '../xml-tree.ts'
import { element, text } from '../xml-tree.ts'
import type { SiteInput } from './site-input.ts'
import type { SitePage } from './site-page.ts'
import { badge, type Content, card, link, paragraph, stateBadge, type Tone, table } from './site-parts.ts'

const PRIORITY_TONES: Readonly<Record<Priority, Tone>> = { critical: 'bad', high: 'warn', medium: 'note', low: 'plain' }

const withBetween = (parts: readonly XmlNode[]): readonly XmlNode[] => parts.flatMap((part, at) => (at > 0 ? [text(', '), part] : [part]))

function itemRow(item: RoadItem, { links, fileUrls, stateLabel }: SiteInput): readonly Content[] {
  const { fileUrl, issue, pullRequest } = links.get(item.id) ?? {}
  const { priority, dependsOn, capabilities } = item.data
  const linked = (ids: readonly string[]) => withBetween(ids.map((id) => link(id, fileUrls.get(id))))
  const elsewhere = [
    ...(issue ? [link(issue.key, issue.url)] : []),
    ...(pullRequest ? [link(`#${pullRequest.number}`, pullRequest.url)] : []),
  ]
  return [
    link(item.id, fileUrl ?? fileUrls.get(item.id)),
    stateBadge(item, stateLabel),
    item.title,
    priority === undefined ? '' : badge(priority, PRIORITY_TONES[priority]),
    linked(capabilities),
    linked(dependsOn),
    withBetween(elsewhere),
  ]
}

/** The state beside the item: on a small screen these two are seen without scrolling. */
const COLUMNS = ['Item', 'State', 'Title', 'Priority', 'Capabilities', 'Requires', 'Elsewhere'] as const

function phaseCard(phase: number | undefined, items: readonly RoadItem[], input: SiteInput): XmlNode {
  const name = phase === undefined ? 'Without a phase' : `Phase ${phase}`
  const complete = items.filter(({ data }) => data.status === 'complete').length
  const rows = items.map((item) => itemRow(item, input))
  return card(name, [
    paragraph(`${complete} of ${items.length} complete.`, 'quiet'),
    table(`Road items, ${name}`, COLUMNS, rows, { wide: ['Title'] }),
  ])
}

/** The page of the roadmap. */
export function roadmapPage(input: SiteInput): SitePage {
  const phases = new Map<number | undefined, RoadItem[]>()
  for (const item of input.items) phases.set(item.data.phase, [...(phases.get(item.data.phase) ?? []), item])
  const sorted = [...phases].sort(([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
  const body = sorted.map(([phase, items]) => phaseCard(phase, items, input))
  return {
    file: 'roadmap.html',
    heading: 'Roadmap',
    body: body.length > 0 ? body : [element('section', { class: 'card' }, [paragraph('There are no road items yet.')])],
  }
}
