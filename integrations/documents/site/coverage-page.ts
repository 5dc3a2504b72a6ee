// Who stands behind each capability: stories, road items and user types, with what is missing said first.
import type { CapabilityCoverage } from '../../governance/coverage.ts'
import { text, type XmlNode } from '../xml-tree.ts'
import type { SiteInput } from './site-input.ts'
import type { SitePage } from './site-page.ts'
import { badge, bullets, type Content, card, link, paragraph, strong, table } from './site-parts.ts'

const LISTS = ['stories', 'roads', 'userTypes'] as const

/** Covered from all three sides, from some, or from none. A deprecated capability needs nobody. */
function coverageBadge(row: CapabilityCoverage): XmlNode {
  if (row.status === 'deprecated') return badge('Deprecated', 'plain')
  const sides = LISTS.filter((list) => row[list].length > 0).length
  return sides === LISTS.length ? badge('Covered', 'good') : sides > 0 ? badge('Partly', 'warn') : badge('Uncovered', 'bad')
}

function missingItems({ uncovered }: SiteInput['coverage']): Content[] {
  const line = (label: string, ids: readonly string[]): Content[] =>
    ids.length > 0 ? [[strong(`${label} (${ids.length})`), text(`: ${ids.join(', ')}`)]] : []
  return [
    ...line('No user story', uncovered.byStories),
    ...line('No road item', uncovered.byRoads),
    ...line('No user type', uncovered.byUserTypes),
  ]
}

/** The page of capability coverage. */
export function coveragePage({ coverage, fileUrls }: SiteInput): SitePage {
  const ids = (list: readonly string[]): Content => list.flatMap((id, at) => [...(at > 0 ? [text(', ')] : []), link(id, fileUrls.get(id))])
  const missing = missingItems(coverage)
  const capabilities = coverage.capabilities.map((row): readonly Content[] => [
    link(row.id, fileUrls.get(row.id)),
    row.title,
    coverageBadge(row),
    ids(row.stories),
    ids(row.roads),
    ids(row.userTypes),
  ])
  const userTypes = coverage.userTypes.map((row): readonly Content[] => [
    link(row.id, fileUrls.get(row.id)),
    row.title,
    row.type ?? '',
    ids(row.stories),
    ids(row.capabilities),
  ])
  return {
    file: 'coverage.html',
    heading: 'Capability coverage',
    body: [
      ...(missing.length > 0 ? [card('What is missing', [bullets(missing)])] : []),
      card('Capabilities', [
        capabilities.length === 0
          ? paragraph('There are no capabilities yet.')
          : table('Who stands behind each', ['Capability', 'Title', 'Coverage', 'User stories', 'Road items', 'User types'], capabilities, {
              wide: ['Title'],
            }),
      ]),
      ...(userTypes.length > 0
        ? [
            card('User types', [
              table('What each needs', ['User type', 'Title', 'Kind', 'User stories', 'Capabilities'], userTypes, { wide: ['Title'] }),
            ]),
          ]
        : []),
    ],
  }
}
