// Domain-driven design. Katalyst's own model is prose in `ddd/*.md`; its globs also know folders with one artifact per file,
// whose frontmatter is read where someone has them.
import type { DddData } from '../artifact.ts'
import { baseName } from '../catalogue.ts'
import { type FrontReader, present, valueAt } from '../front-reader.ts'
import { isYamlMap, type YamlValue } from '../yaml-tree.ts'
import { readDddProse, slugOf } from './ddd-prose.ts'
import type { KindDefinition } from './kind-definition.ts'

const NOTHING: DddData = { contexts: [], relationships: [], aggregates: [], events: [] }

function readDdd(front: FrontReader, body: string): DddData {
  const folder = front.source.file.split('/').at(-2)
  const slug = front.text('slug') ?? slugOf(baseName(front.source.file))
  const name = front.text('title') ?? front.text('name') ?? slug
  const context = front.text('context')
  switch (folder) {
    case 'contexts':
      return { ...NOTHING, contexts: [readContextFile(front, slug, name)], relationships: readRelationships(front, slug) }
    case 'aggregates':
      return { ...NOTHING, aggregates: [{ slug, name, ...present({ context }), properties: propertyNames(front.get('properties')) }] }
    case 'events':
      return {
        ...NOTHING,
        events: [{ slug, name, ...present({ context, aggregate: front.text('aggregate'), trigger: front.list('triggers')[0] }) }],
      }
    case 'value-objects':
      return NOTHING
    default:
      return readDddProse(body)
  }
}

const readContextFile = (front: FrontReader, slug: string, name: string): DddData['contexts'][number] => ({
  slug,
  name,
  ...present({ subdomain: front.text('subdomain_type'), responsibility: front.text('responsibility') }),
  aggregates: front.list('aggregates'),
})

/** Each context file names its neighbours: `upstream_contexts`, `downstream_contexts` and, with a pattern, `relationships`. */
function readRelationships(front: FrontReader, slug: string): DddData['relationships'] {
  const pattern = front.text('communication_pattern') ?? 'unknown'
  const plain = [
    ...front.list('upstream_contexts').map((upstream) => ({ upstream, downstream: slug, pattern })),
    ...front.list('downstream_contexts').map((downstream) => ({ upstream: slug, downstream, pattern })),
  ]
  const listed = front.get('relationships')
  const detailed = (Array.isArray(listed) ? (listed as readonly YamlValue[]) : []).flatMap((entry) => {
    const target = textAt(entry, 'targetContext') ?? textAt(entry, 'target_context')
    const type = textAt(entry, 'type')
    if (target === undefined || type === undefined) return []
    const integration = present({ integration: textAt(entry, 'description') })
    const isDownstream = type === 'downstream'
    return [{ upstream: isDownstream ? target : slug, downstream: isDownstream ? slug : target, pattern: type, ...integration }]
  })
  return [...detailed, ...plain]
}

const textAt = (value: YamlValue, key: string): string | undefined => {
  const text = isYamlMap(value) ? valueAt(value, key) : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

const propertyNames = (value: YamlValue | undefined): readonly string[] =>
  (Array.isArray(value) ? (value as readonly YamlValue[]) : []).flatMap((entry) =>
    typeof entry === 'string' ? entry : (textAt(entry, 'name') ?? []),
  )

export const ddd: KindDefinition<'ddd'> = Object.freeze<KindDefinition<'ddd'>>({
  kind: 'ddd',
  titleKeys: ['title', 'name'],
  fields: {},
  variants: [],
  read: readDdd,
})
