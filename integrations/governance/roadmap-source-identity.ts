// Which road item an item of another tool is. An id is remembered, not derived: by the item's own id, by the id of what it shows,
// by what the file says of its source where the database was lost, or by an earlier export. Only what is none of these is new.
import type { Numbering } from './next-id.ts'
import type { ExternalItem } from './roadmap-source.ts'
import type { OwnedFile } from './roadmap-source-file.ts'
import type { FindRoad } from './roadmap-source-mapping.ts'
import type { RoadmapPlanInput, RoadmapRecord } from './roadmap-source-plan.ts'

export interface Identified {
  readonly item: ExternalItem
  readonly artifactId: string
  readonly record: RoadmapRecord | undefined
  readonly owned: OwnedFile | undefined
}

type Known = Pick<RoadmapPlanInput, 'source' | 'records' | 'exported' | 'roadmap'>

function makeFinder({ source, records, exported }: Known, owned: ReadonlyMap<string, OwnedFile>) {
  const byId = new Map(records.map((record) => [record.externalId, record]))
  const byContent = new Map(records.flatMap((record) => (record.contentId ? [[record.contentId, record] as const] : [])))
  const bySaid = new Map(
    [...owned.values()].flatMap(({ origin, road }) => (origin?.tool === source ? [[origin.id, road.id] as const] : [])).toReversed(),
  )
  return (item: ExternalItem): { readonly artifactId: string | undefined; readonly record: RoadmapRecord | undefined } => {
    const record = byId.get(item.id) ?? (item.contentId === undefined ? undefined : byContent.get(item.contentId))
    const artifactId = record?.artifactId ?? bySaid.get(item.id) ?? exported.get(item.contentId ?? item.id) ?? exported.get(item.id)
    return { artifactId, record }
  }
}

/** The items with their road items, in the order of the source; new ones get the next free numbers. */
export function identifyItems(
  known: Known,
  owned: ReadonlyMap<string, OwnedFile>,
  numbers: Numbering,
): { readonly items: readonly Identified[]; readonly notes: readonly string[]; readonly findRoad: FindRoad } {
  const find = makeFinder(known, owned)
  const items: Identified[] = []
  const notes: string[] = []
  const taken = new Set<string>()
  let archived = 0
  for (const item of known.roadmap.items) {
    const found = find(item)
    // What people put away before it was known here is not taken up.
    if (item.isArchived && found.artifactId === undefined) {
      archived += 1
      continue
    }
    if (found.artifactId !== undefined && taken.has(found.artifactId)) {
      notes.push(`${item.key} is ${found.artifactId} a second time and was left out: the source lists it twice.`)
      continue
    }
    const artifactId = found.artifactId ?? numbers.take()
    taken.add(artifactId)
    items.push({ item, artifactId, record: found.record, owned: owned.get(artifactId) })
    notes.push(...item.notes.map((note) => `${artifactId} (${item.key}): ${note}`))
  }
  if (archived > 0)
    notes.push(
      `${archived} archived ${archived === 1 ? 'item' : 'items'} that no road item stands for ${archived === 1 ? 'was' : 'were'} left out.`,
    )
  const hidden = known.roadmap.hidden.length
  if (hidden > 0)
    notes.push(
      `${hidden} ${hidden === 1 ? 'item' : 'items'} may not be read with this credential and ${hidden === 1 ? 'stays as it is' : 'stay as they are'}.`,
    )
  const references = new Map<string, string>(
    items.flatMap(({ item, artifactId }) =>
      [item.id, item.contentId, item.key].flatMap((one) => (one ? [[one.toLowerCase(), artifactId] as const] : [])),
    ),
  )
  const roads = new Set([...owned.keys(), ...taken])
  const findRoad: FindRoad = (reference) =>
    references.get(reference.toLowerCase()) ?? (roads.has(reference.toUpperCase()) ? reference.toUpperCase() : undefined)
  return { items, notes, findRoad }
}
