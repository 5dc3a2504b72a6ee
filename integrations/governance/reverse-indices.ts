// The flat index read backwards: from a capability, user type, road item, context or aggregate to what names it. A link
// counts from whichever side says it.
import type { Artifact } from './artifact.ts'
import { ofKind, recordOf } from './artifact-set.ts'
import { type Links, makeLinks } from './coverage.ts'

/** Every list of a reverse index, filled from the artifacts that say the link. */
function reverseLinks(sorted: readonly Artifact[]) {
  const links = {
    capabilityUserTypes: makeLinks(),
    capabilityStories: makeLinks(),
    capabilityRoads: makeLinks(),
    userTypeStories: makeLinks(),
    roadChanges: makeLinks(),
    roadNfrs: makeLinks(),
    roadStories: makeLinks(),
  }
  const each = (list: readonly string[], to: Links, id: string) => {
    for (const key of list) to.add(key, id)
  }
  for (const { id, kind, data } of sorted) {
    if (kind === 'user-type') {
      each(data.capabilities, links.capabilityUserTypes, id)
      for (const story of data.stories) links.userTypeStories.add(id, story)
    } else if (kind === 'user-story') {
      each(data.capabilities, links.capabilityStories, id)
      each(data.roadItems, links.roadStories, id)
      if (data.userType !== undefined) links.userTypeStories.add(data.userType, id)
    } else if (kind === 'road-item') {
      each(data.capabilities, links.capabilityRoads, id)
      for (const nfr of data.nfrs.applicable) links.roadNfrs.add(id, nfr)
      for (const story of data.userStories) links.roadStories.add(id, story)
    } else if (kind === 'nfr') each(data.roadItems, links.roadNfrs, id)
    else if (kind === 'change' && data.roadId !== undefined) links.roadChanges.add(data.roadId, id)
  }
  return links
}

/** `byCapability`, `byUserType` and `byRoad`, with a row for each artifact that exists. */
export function reverseIndices(sorted: readonly Artifact[]) {
  const links = reverseLinks(sorted)
  return {
    byCapability: recordOf(
      ofKind(sorted, 'capability').map(({ id }) => [
        id,
        { userTypes: links.capabilityUserTypes.get(id), stories: links.capabilityStories.get(id), roads: links.capabilityRoads.get(id) },
      ]),
    ),
    byUserType: recordOf(
      ofKind(sorted, 'user-type').map(({ id, data }) => [id, { stories: links.userTypeStories.get(id), capabilities: data.capabilities }]),
    ),
    byRoad: recordOf(
      ofKind(sorted, 'road-item').map(({ id, data }) => [
        id,
        {
          adrs: data.adrs.ids,
          changes: links.roadChanges.get(id),
          capabilities: data.capabilities,
          nfrs: links.roadNfrs.get(id),
          stories: links.roadStories.get(id),
        },
      ]),
    ),
  }
}

/** What the domain documents say, and `byContext` and `byAggregate` over it. */
export function readDomain(sorted: readonly Artifact[]) {
  const documents = ofKind(sorted, 'ddd').map(({ data, file }) => ({ data, file }))
  const contexts = documents.flatMap(({ data, file }) => data.contexts.map((context) => ({ ...context, path: file })))
  const aggregates = documents.flatMap(({ data, file }) => data.aggregates.map((aggregate) => ({ ...aggregate, path: file })))
  const events = documents.flatMap(({ data, file }) => data.events.map((event) => ({ ...event, path: file })))
  const [aggregatesOf, eventsOf, eventsOfAggregate] = [makeLinks(), makeLinks(), makeLinks()]
  // A context's table names its aggregates, their own document has slugs for them.
  const slugOf = new Map(aggregates.map(({ slug, name }) => [name.toLowerCase(), slug]))
  for (const { slug, aggregates: named } of contexts)
    for (const name of named) aggregatesOf.add(slug, slugOf.get(name.toLowerCase()) ?? name)
  for (const { slug, context } of aggregates) if (context !== undefined) aggregatesOf.add(context, slug)
  for (const { slug, context, aggregate } of events) {
    if (context !== undefined) eventsOf.add(context, slug)
    if (aggregate !== undefined) eventsOfAggregate.add(aggregate, slug)
  }
  const titled = <T extends { readonly slug: string; readonly name: string }>(items: readonly T[]) =>
    recordOf(items.map(({ name, ...item }) => [item.slug, { title: name, ...item }] as const))
  return {
    boundedContexts: titled(contexts),
    aggregates: titled(aggregates),
    valueObjects: {},
    domainEvents: titled(events),
    byContext: recordOf(
      contexts.map(({ slug }) => [slug, { aggregates: aggregatesOf.get(slug), events: eventsOf.get(slug), valueObjects: [], roads: [] }]),
    ),
    byAggregate: recordOf(
      aggregates.map(({ slug, context }) => [slug, { context, valueObjects: [], events: eventsOfAggregate.get(slug) }]),
    ),
  }
}
