// What can be read of a domain model from prose: Katalyst keeps its model in headings and tables of `ddd/*.md`, one file for
// all contexts, one for all aggregates, one for all events. Contexts are named by slugs, so that the parts of the model,
// which stand in different files, can be joined; `all` stands for every context.
import type { DddData } from '../artifact.ts'
import { type BodySection, MAX_MARKED_LINE, readSections } from '../body-sections.ts'
import { plainText, readTables, type TableRow } from '../body-tables.ts'
import { present } from '../front-reader.ts'

type Context = DddData['contexts'][number]
type Relationship = DddData['relationships'][number]
type Aggregate = DddData['aggregates'][number]
type DomainEvent = DddData['events'][number]

const CONTEXT_HEADING = /^(?:\d+\. )?(\S.*) Context \(([^()]+)\)$/
const AGGREGATE_HEADING = /^(?:\d+\. )?(\S.*) \((\S.*) Context\)$/

/** What a relationship table's direction says of the context it belongs to. */
const DIRECTIONS: Readonly<Record<string, 'upstream' | 'downstream'>> = {
  'upstream to': 'upstream',
  'consumed by': 'upstream',
  'separate ways': 'upstream',
  'downstream from': 'downstream',
  uses: 'downstream',
}

/** `Field Guide` → `field-guide`; every way to say all contexts → `all`. */
export function slugOf(name: string): string {
  const slug = plainText(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return slug === 'all-contexts' ? 'all' : slug
}

/** Reads the body of one file of `ddd/`. */
export function readDddProse(body: string): DddData {
  const sections = readSections(body).filter((section) => section.title.length <= MAX_MARKED_LINE)
  const groups = groupByHeading(sections)
  return {
    contexts: groups.flatMap(readContext),
    relationships: [...groups.flatMap(readContextRelationships), ...readMapRelationships(sections)],
    aggregates: groups.flatMap(readAggregate),
    events: sections.flatMap(readEvent),
  }
}

/** A heading of the second level with the sections below it. */
interface Group {
  readonly head: BodySection
  readonly below: readonly BodySection[]
}

function groupByHeading(sections: readonly BodySection[]): readonly Group[] {
  const groups: { head: BodySection; below: BodySection[] }[] = []
  for (const section of sections) {
    if (section.level <= 2) groups.push({ head: section, below: [] })
    else groups.at(-1)?.below.push(section)
  }
  return groups
}

const sectionOf = (group: Group, title: string): readonly string[] =>
  group.below.find((section) => section.title.toLowerCase() === title)?.lines ?? []

function contextName(group: Group): { readonly name: string; readonly subdomain: string } | undefined {
  const match = CONTEXT_HEADING.exec(group.head.title)
  return match === null ? undefined : { name: plainText(match[1] ?? ''), subdomain: match[2] ?? '' }
}

function readContext(group: Group): readonly Context[] {
  const named = contextName(group)
  if (named === undefined) return []
  const word = named.subdomain.toLowerCase()
  const responsibility = sectionOf(group, 'responsibility')
    .map((line) => line.trim())
    .join('\n')
    .trim()
    .split('\n\n')[0]
  const aggregates = readTables(sectionOf(group, 'key aggregates')).flatMap((rows) => rows.map((row) => row.aggregate ?? ''))
  return [
    {
      slug: slugOf(named.name),
      name: named.name,
      ...present({
        subdomain: ['core', 'supporting', 'generic'].find((kind) => word.startsWith(kind)),
        responsibility: responsibility === '' ? undefined : responsibility?.replaceAll('\n', ' '),
      }),
      aggregates: [...new Set(aggregates.map(withoutRemark).filter((name) => name !== ''))],
    },
  ]
}

/** `FOEReport (stored)` → `FOEReport` */
const withoutRemark = (name: string): string => (name.split(' (')[0] ?? name).trim()

function readContextRelationships(group: Group): readonly Relationship[] {
  const named = contextName(group)
  if (named === undefined) return []
  const rows = readTables(sectionOf(group, 'relationships')).flat()
  return rows.flatMap((row) => {
    const side = DIRECTIONS[(row.direction ?? '').toLowerCase()]
    const target = row['target context'] ?? row.target ?? ''
    if (side === undefined || target === '') return []
    const [self, other] = [slugOf(named.name), slugOf(target)]
    const [upstream, downstream] = side === 'upstream' ? [self, other] : [other, self]
    return [relationship(upstream, downstream, row.pattern, row.description)]
  })
}

function readMapRelationships(sections: readonly BodySection[]): readonly Relationship[] {
  const rows = sections.flatMap((section) => readTables(section.lines)).flat()
  return rows
    .filter((row) => row.upstream && row.downstream && row.pattern)
    .map((row) => relationship(slugOf(row.upstream ?? ''), slugOf(row.downstream ?? ''), row.pattern, row['integration mechanism']))
}

const relationship = (upstream: string, downstream: string, pattern = '', integration = ''): Relationship => ({
  upstream,
  downstream,
  pattern: slugOf(pattern),
  ...present({ integration: integration === '' ? undefined : integration }),
})

function readAggregate({ head }: Group): readonly Aggregate[] {
  const match = AGGREGATE_HEADING.exec(head.title)
  if (match === null) return []
  const name = plainText(match[1] ?? '')
  const properties = propertiesOf(head).map(([property, value]) => `${property}: ${value}`)
  return [{ slug: slugOf(name), name, context: slugOf(match[2] ?? ''), properties }]
}

function readEvent(section: BodySection): readonly DomainEvent[] {
  const properties = new Map(propertiesOf(section).map(([property, value]) => [property.toLowerCase(), value]))
  const context = properties.get('source context')
  if (context === undefined) return []
  const name = plainText(section.title)
  const aggregate = properties.get('source aggregate') ?? properties.get('aggregate')
  return [
    {
      slug: slugOf(name),
      name,
      context: slugOf(context),
      ...present({ aggregate: aggregate === undefined ? undefined : slugOf(aggregate), trigger: properties.get('trigger') }),
    },
  ]
}

/** The rows of a section's table whose first column is headed `Property`. */
function propertiesOf(section: BodySection): readonly (readonly [string, string])[] {
  const rows: readonly TableRow[] = readTables(section.lines).find((table) => table[0]?.property !== undefined) ?? []
  return rows.map((row) => [row.property ?? '', Object.values(row)[1] ?? ''] as const)
}
