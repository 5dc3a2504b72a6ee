// Circles in a directed graph. Strongly connected components are found first (Tarjan, with an explicit stack, because a
// chain of references may be longer than the call stack is deep), then the shortest circle through the first member of
// each is spelled out. One circle per component: a knot of many circles is one fault to its author.
import { compareIds } from './id-order.ts'

export interface Edge {
  readonly from: string
  readonly to: string
}

/** A circle as its members in order, the first by id first, and the edge that leads from the first to the second. */
export interface Cycle<E extends Edge> {
  readonly members: readonly string[]
  readonly edge: E
}

type Graph<E extends Edge> = ReadonlyMap<string, readonly E[]>

function graphOf<E extends Edge>(edges: readonly E[]): Graph<E> {
  const graph = new Map<string, E[]>()
  for (const edge of edges) {
    const leaving = graph.get(edge.from)
    if (leaving === undefined) graph.set(edge.from, [edge])
    else leaving.push(edge)
  }
  return graph
}

/** Components with more than one member, or with an edge to itself. */
function knots<E extends Edge>(graph: Graph<E>): readonly (readonly string[])[] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const found: string[][] = []
  const enter = (node: string) => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    open.push(node)
    isOpen.add(node)
    return { node, next: 0 }
  }
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node)!, to))
  const close = (node: string) => {
    const members = open.splice(open.lastIndexOf(node))
    for (const member of members) isOpen.delete(member)
    if (members.length > 1 || graph.get(node)?.some((edge) => edge.to === node)) found.push(members)
  }
  for (const start of graph.keys()) {
    if (index.has(start)) continue
    const stack = [enter(start)]
    while (stack.length > 0) {
      const at = stack.at(-1)!
      const edge = graph.get(at.node)?.[at.next]
      at.next += 1
      if (edge === undefined) {
        stack.pop()
        const parent = stack.at(-1)
        if (parent !== undefined) lower(parent.node, low.get(at.node)!)
        if (low.get(at.node) === index.get(at.node)) close(at.node)
      } else if (!index.has(edge.to)) stack.push(enter(edge.to))
      else if (isOpen.has(edge.to)) lower(at.node, index.get(edge.to)!)
    }
  }
  return found
}

/** The shortest circle through `start` that stays inside `members`. */
function shortestThrough<E extends Edge>(graph: Graph<E>, start: string, members: ReadonlySet<string>): Cycle<E> | undefined {
  const cameBy = new Map<string, E>()
  let frontier = [start]
  while (frontier.length > 0) {
    const further: string[] = []
    for (const node of frontier) {
      for (const edge of graph.get(node) ?? []) {
        if (!members.has(edge.to)) continue
        if (edge.to === start) return traced(start, edge, cameBy)
        if (cameBy.has(edge.to)) continue
        cameBy.set(edge.to, edge)
        further.push(edge.to)
      }
    }
    frontier = further
  }
  return undefined
}

function traced<E extends Edge>(start: string, last: E, cameBy: ReadonlyMap<string, E>): Cycle<E> {
  const edges = [last]
  for (let edge = last; edge.from !== start; ) {
    edge = cameBy.get(edge.from)!
    edges.push(edge)
  }
  edges.reverse()
  return { members: edges.map((edge) => edge.from), edge: edges[0]! }
}

/** One circle for each knot, in the order of their first members. The same for the same set of edges in sorted order. */
export function cyclesIn<E extends Edge>(edges: readonly E[]): readonly Cycle<E>[] {
  const graph = graphOf([...edges].sort((a, b) => compareIds(a.from, b.from) || compareIds(a.to, b.to)))
  return knots(graph)
    .map((members) => [...members].sort(compareIds))
    .flatMap((members) => shortestThrough(graph, members[0]!, new Set(members)) ?? [])
    .sort((a, b) => compareIds(a.members[0]!, b.members[0]!))
}
