// The domain model as pages: the context map with its picture and tables, and below it a page per context with its aggregates
// and events.
import type { RootContent } from 'mdast'
import type { DddData } from '../governance/artifact.ts'
import { describeContextMap, drawContextMap } from './context-map-drawing.ts'
import type { DomainContext, DomainModel } from './domain-model.ts'
import type { PageDocument } from './page-document.ts'
import { type Provenance, provenanceNote, provenanceTable } from './provenance.ts'
import { bullets, heading, joined, paragraph, status, table, type Words } from './tree-builder.ts'

export interface ContextMapInput {
  readonly model: DomainModel
  readonly provenance: Provenance
}

const MAP_KEY = 'ddd-context-map'
const SUBDOMAIN_COLOURS = { core: 'Green', supporting: 'Blue', generic: 'Grey' } as const

const subdomainWords = (subdomain: string | undefined): Words =>
  subdomain !== undefined && Object.hasOwn(SUBDOMAIN_COLOURS, subdomain)
    ? status(subdomain, SUBDOMAIN_COLOURS[subdomain as keyof typeof SUBDOMAIN_COLOURS])
    : (subdomain ?? '')

const patternWords = (pattern: string): string => pattern.replaceAll('-', ' ')

function relationshipRows({ contexts, relationships }: DomainModel, only?: string): (readonly Words[])[] {
  const nameOf = (slug: string): string => contexts.find((context) => context.slug === slug)?.name ?? slug
  return relationships
    .filter(({ upstream, downstream }) => only === undefined || upstream === only || downstream === only)
    .map(({ upstream, downstream, pattern, integration }) => [
      nameOf(upstream),
      nameOf(downstream),
      patternWords(pattern),
      integration ?? '',
    ])
}

const RELATIONSHIP_COLUMNS = ['Upstream', 'Downstream', 'Pattern', 'Integration'] as const

function mapPage({ model, provenance }: ContextMapInput): PageDocument {
  const rows = model.contexts.map((context): readonly Words[] => [
    context.name,
    subdomainWords(context.subdomain),
    context.responsibility ?? '',
    joined(context.aggregates),
  ])
  const relationships = relationshipRows(model)
  const isEmpty = model.contexts.length === 0
  const children: RootContent[] = [
    provenanceNote(provenance),
    ...(isEmpty
      ? [paragraph('No bounded context is described in the governance folder yet.')]
      : [
          { type: 'drawing', name: 'context-map.svg', svg: drawContextMap(model), alt: describeContextMap(model) } as const,
          heading(2, 'Bounded contexts'),
          table(['Context', 'Subdomain', 'Responsibility', 'Aggregates'], rows),
        ]),
    ...(relationships.length > 0 ? [heading(2, 'Relationships'), table(RELATIONSHIP_COLUMNS, relationships)] : []),
    ...provenanceTable(provenance),
  ]
  return { key: MAP_KEY, title: 'Context Map', tree: { type: 'root', children } }
}

function aggregateBlocks(aggregate: DddData['aggregates'][number], events: DddData['events']): RootContent[] {
  const own = events.filter((event) => event.aggregate === aggregate.slug)
  return [
    heading(3, aggregate.name),
    aggregate.properties.length > 0 ? bullets(aggregate.properties) : paragraph('Its properties are not described.'),
    ...(own.length > 0 ? [paragraph(['Events: ', ...own.map(({ name }, at) => (at > 0 ? `, ${name}` : name))].join(''))] : []),
  ]
}

function contextPage(context: DomainContext, { model, provenance }: ContextMapInput): PageDocument {
  const described = model.aggregates.filter((aggregate) => aggregate.context === context.slug)
  const slugs = new Set(described.map(({ name }) => name.toLowerCase()))
  const onlyNamed = context.aggregates.filter((name) => !slugs.has(name.toLowerCase()))
  const events = model.events.filter((event) => event.context === context.slug)
  const relationships = relationshipRows(model, context.slug)
  const eventRows = events.map((event): readonly Words[] => [event.name, event.aggregate ?? '', event.trigger ?? ''])
  const hasAggregates = described.length + onlyNamed.length > 0
  const children: RootContent[] = [
    provenanceNote(provenance),
    ...(context.subdomain === undefined ? [] : [paragraph(subdomainWords(context.subdomain))]),
    ...(context.responsibility === undefined ? [] : [paragraph(context.responsibility)]),
    heading(2, 'Aggregates'),
    ...(hasAggregates ? [] : [paragraph('None is described.')]),
    ...described.flatMap((aggregate) => aggregateBlocks(aggregate, model.events)),
    ...(onlyNamed.length > 0 ? [paragraph('Named without a description:'), bullets(onlyNamed)] : []),
    ...(eventRows.length > 0 ? [heading(2, 'Domain events'), table(['Event', 'Aggregate', 'Trigger'], eventRows)] : []),
    ...(relationships.length > 0 ? [heading(2, 'Relationships'), table(RELATIONSHIP_COLUMNS, relationships)] : []),
    ...provenanceTable(provenance),
  ]
  return { key: `${MAP_KEY}/${context.slug}`, parentKey: MAP_KEY, title: `Context: ${context.name}`, tree: { type: 'root', children } }
}

/** The context map first, then a page per described context. Deterministic: the same input gives the same trees. */
export function contextMapDocuments(input: ContextMapInput): readonly PageDocument[] {
  const described = input.model.contexts.filter(({ isDescribed }) => isDescribed)
  return [mapPage(input), ...described.map((context) => contextPage(context, input))]
}
