// The domain model of a repository as one value: its parts stand in several files, and a relationship may name "all" contexts
// or one that has no file.
import type { DddData } from '../governance/artifact.ts'

export interface DomainContext {
  readonly slug: string
  readonly name: string
  readonly subdomain?: string
  readonly responsibility?: string
  /** Names of its aggregates, from its own table and from the aggregates that name it. */
  readonly aggregates: readonly string[]
  /** False for one that only relationships name. */
  readonly isDescribed: boolean
}

export interface ContextRelationship {
  readonly upstream: string
  readonly downstream: string
  readonly pattern: string
  readonly integration?: string
}

export interface DomainModel {
  readonly contexts: readonly DomainContext[]
  /** Between two different contexts of the list; one per pair and pattern. */
  readonly relationships: readonly ContextRelationship[]
  readonly aggregates: DddData['aggregates']
  readonly events: DddData['events']
}

/** What the files call every context. */
const ALL = 'all'

const titleOf = (slug: string): string =>
  slug
    .split('-')
    .map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join(' ')

const firstBySlug = <T extends { readonly slug: string }>(items: readonly T[]): T[] => {
  const found = new Map<string, T>()
  for (const item of items) if (!found.has(item.slug)) found.set(item.slug, item)
  return [...found.values()]
}

function contextsOf(parts: readonly DddData[], relationships: DddData['relationships']): DomainContext[] {
  const described = firstBySlug(parts.flatMap(({ contexts }) => contexts))
  const aggregates = parts.flatMap((part) => part.aggregates)
  const named = relationships.flatMap(({ upstream, downstream }) => [upstream, downstream])
  const others = [...new Set([...named, ...aggregates.flatMap(({ context }) => context ?? [])])]
    .filter((slug) => slug !== ALL && slug !== '' && !described.some((context) => context.slug === slug))
    .map((slug) => ({ slug, name: titleOf(slug), aggregates: [] as readonly string[] }))
  const isDescribed = new Set(described.map(({ slug }) => slug))
  return [...described, ...others].map((context) => {
    const own = aggregates.filter((aggregate) => aggregate.context === context.slug).map(({ name }) => name)
    return { ...context, aggregates: [...new Set([...context.aggregates, ...own])], isDescribed: isDescribed.has(context.slug) }
  })
}

/** `all` becomes every other context; a relationship of a context with itself says nothing. The first of equals is kept. */
function relationshipsOf(raw: DddData['relationships'], contexts: readonly DomainContext[]): ContextRelationship[] {
  const slugs = contexts.map(({ slug }) => slug)
  const expand = (slug: string): readonly string[] => (slug === ALL ? slugs : slugs.includes(slug) ? [slug] : [])
  const found = new Map<string, ContextRelationship>()
  for (const relationship of raw) {
    for (const upstream of expand(relationship.upstream)) {
      for (const downstream of expand(relationship.downstream)) {
        const key = JSON.stringify([upstream, downstream, relationship.pattern])
        if (upstream !== downstream && !found.has(key)) found.set(key, { ...relationship, upstream, downstream })
      }
    }
  }
  return [...found.values()]
}

/** Joins the parts of a domain model, in the order they come. */
export function domainModel(parts: readonly DddData[]): DomainModel {
  const raw = parts.flatMap(({ relationships }) => relationships)
  const contexts = contextsOf(parts, raw)
  return {
    contexts,
    relationships: relationshipsOf(raw, contexts),
    aggregates: firstBySlug(parts.flatMap(({ aggregates }) => aggregates)),
    events: firstBySlug(parts.flatMap(({ events }) => events)),
  }
}
