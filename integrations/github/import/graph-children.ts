// Children that did not fit into the page of their parents. They are read for many parents in one query, from the beginning, with a
// hundred for each; only a parent that has more than that is read on by itself, because every parent has a cursor of its own.
import { z } from 'zod'
import type { GitHubContext } from '../client.ts'
import { connectionOf, hasFailedAt, toIncomplete } from './graph-page.ts'
import { firstPageSize, type PageSizeLimits, readSized } from './page-size.ts'

/** Parents in one query: 25 with a hundred children each are 2,500 nodes. */
const PARENTS: PageSizeLimits = { largest: 25, smallest: 1 }

export interface GraphChildren<C> {
  readonly operation: string
  /** Asks for `$ids` and `$after`: `nodes(ids: $ids) { ... on X { id page: …(first: 100, after: $after) { … } } }`. */
  readonly query: string
  readonly child: z.ZodType<C>
}

/** The children a parent came with; null or undefined where GitHub could not answer them. */
export type PartOf<C> = z.infer<ReturnType<typeof connectionOf<C>>> | null | undefined

export const isWhole = <C>(part: PartOf<C>): boolean =>
  part !== null &&
  part !== undefined &&
  Array.isArray(part.nodes) &&
  !part.pageInfo.hasNextPage &&
  part.nodes.every((node) => node !== null)

export const childrenOf = <C>(part: PartOf<C>): readonly C[] =>
  (part?.nodes ?? []).filter((node): node is NonNullable<typeof node> => node !== null)

/**
 * All children of the given parents, by the parent's node id. A parent that is not answered any more is left out: what is known of
 * it stays, and whether it is gone is not ours to infer. Throws `provider-failed` when GitHub leaves children out without a reason.
 */
export async function readChildren<C>(
  github: GitHubContext,
  children: GraphChildren<C>,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly C[]>> {
  const found = new Map<string, readonly C[]>()
  let size = firstPageSize(PARENTS)
  const read = async (ids: readonly string[], after: string | null) => {
    const Parent = z.object({ id: z.string(), page: connectionOf(children.child).nullish() })
    const { data, faults } = await github.client.query({
      ...{ query: children.query, operation: children.operation, variables: { ids, after }, isSized: true },
      answer: z.object({ nodes: z.array(z.union([Parent, z.object({ id: z.undefined() })]).nullable()) }),
    })
    // A parent can be null because of its children: where they failed it is asked for again, where they are refused it is left out.
    const hasFailed = data.nodes.some((node, at) => node === null && hasFailedAt(faults, ['nodes', at]))
    const parents = data.nodes.flatMap((node) => (node?.id === undefined ? [] : [node]))
    const isCut = parents.some(({ page }) => !Array.isArray(page?.nodes) || page.nodes.includes(null))
    if (hasFailed || isCut) throw toIncomplete(children.operation)
    return parents.map(({ id, page }) => ({ id, items: childrenOf(page), info: page?.pageInfo }))
  }
  for (let at = 0; at < parentIds.length; ) {
    const from = at
    const { answer, asked, next } = await readSized(PARENTS, size, (count) => read(parentIds.slice(from, from + count), null))
    size = next
    at += asked
    for (const { id, items, info } of answer) {
      const all = [...items]
      for (let after = info?.hasNextPage ? info.endCursor : undefined; after; ) {
        const [more] = await read([id], after)
        all.push(...(more?.items ?? []))
        after = more?.info?.hasNextPage ? more.info.endCursor : undefined
      }
      found.set(id, all)
    }
  }
  return found
}
