// Where the contexts of a map stand: in columns, upstream to the left of downstream, so that most lines lead to the right. The
// same model gives the same places, on every machine: no measuring of fonts, no chance.
import type { DomainModel } from './domain-model.ts'

export interface PlacedContext {
  readonly slug: string
  readonly column: number
  readonly x: number
  readonly y: number
}

export interface ContextMapLayout {
  readonly width: number
  readonly height: number
  readonly places: ReadonlyMap<string, PlacedContext>
}

export const BOX = { width: 220, height: 92, gapX: 190, gapY: 56, margin: 24, bow: 34 } as const

/** Column of each context: one more than the furthest of its upstreams; a line that would close a circle is left out. */
function columnsOf({ contexts, relationships }: DomainModel): ReadonlyMap<string, number> {
  const upstreams = new Map(contexts.map(({ slug }) => [slug, new Set<string>()]))
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>()
    const queue = [from]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (at === to) return true
      if (seen.has(at)) continue
      seen.add(at)
      queue.push(...(upstreams.get(at) ?? []))
    }
    return false
  }
  for (const { upstream, downstream } of relationships) if (!reaches(upstream, downstream)) upstreams.get(downstream)?.add(upstream)
  const columns = new Map<string, number>()
  // Each round settles at least one context, because what is left in has no circle.
  while (columns.size < contexts.length) {
    for (const { slug } of contexts) {
      const above = [...(upstreams.get(slug) ?? [])]
      if (!columns.has(slug) && above.every((other) => columns.has(other)))
        columns.set(slug, Math.max(0, ...above.map((other) => (columns.get(other) as number) + 1)))
    }
  }
  return columns
}

/** How many columns the longest line passes: lines that pass boxes are led around them, and need room above and below. */
function longestPass({ relationships }: DomainModel, columns: ReadonlyMap<string, number>): number {
  const passed = relationships.map(
    ({ upstream, downstream }) => Math.abs((columns.get(upstream) ?? 0) - (columns.get(downstream) ?? 0)) - 1,
  )
  return Math.max(0, ...passed)
}

/** Places every context; columns are centred on each other. In units of the drawing. */
export function layOutContextMap(model: DomainModel): ContextMapLayout {
  const columns = columnsOf(model)
  const byColumn = new Map<number, string[]>()
  for (const { slug } of model.contexts) {
    const column = columns.get(slug) ?? 0
    byColumn.set(column, [...(byColumn.get(column) ?? []), slug])
  }
  const rows = Math.max(1, ...[...byColumn.values()].map((slugs) => slugs.length))
  const step = BOX.height + BOX.gapY
  const passes = longestPass(model, columns)
  const room = passes > 0 ? (passes + 1) * BOX.bow : 0
  const places = new Map<string, PlacedContext>()
  for (const [column, slugs] of byColumn) {
    const top = BOX.margin + room + ((rows - slugs.length) * step) / 2
    for (const [at, slug] of slugs.entries())
      places.set(slug, { slug, column, x: BOX.margin + column * (BOX.width + BOX.gapX), y: top + at * step })
  }
  const columnCount = Math.max(1, byColumn.size)
  return {
    width: 2 * BOX.margin + columnCount * BOX.width + (columnCount - 1) * BOX.gapX,
    height: 2 * (BOX.margin + room) + rows * step - BOX.gapY,
    places,
  }
}
