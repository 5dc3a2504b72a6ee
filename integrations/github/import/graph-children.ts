// Children that did not fit into the page of their parents. They are read for many parents in one query, from the beginning, with a
// hundred for each; only a parent that has more than that is read on by itself, because every parent has a cursor of its own.
import { z } from 'zod'
import type { GitHubContext } from '../client.ts'
import { connectionOf, hasFailedAt, toIncomplete } from './graph-page.ts'
import { firstPageSize, isOverload, type PageSizeLimits, readSized } from './page-size.ts'

/** Parents in one query: 25 with a hundred children each are 2,500 nodes. */
const PARENTS: PageSizeLimits = { largest: 25, smallest: 1 }

export interface GraphChildren<C> {
  readonly operation: string
  /** Asks for `$ids` and `$after`: `nodes(ids: $ids) { ... on X { id page: …(first: 100, after: $after) { … } } }`. */
  readonly query: string
  readonly child: z.ZodType<C>
  /** Whether the caller can do without a parent that GitHub cannot answer by itself either. */
  readonly canLeaveOut?: boolean
}

/** Parents that are left out of one reading: when GitHub fails more of them, it is the one that is ill. */
const MOST_LEFT_OUT = 3

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

interface ParentPage<C> {
  readonly id: string
  readonly items: readonly C[]
  /** Where its children go on. */
  readonly after: string | undefined
}

/** A page of the children of each of the parents. Throws `provider-failed` when GitHub leaves some out without a reason. */
async function readPages<C>(
  github: GitHubContext,
  children: GraphChildren<C>,
  ids: readonly string[],
  after: string | null,
): Promise<readonly ParentPage<C>[]> {
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
  return parents.map(({ id, page }) => ({
    ...{ id, items: childrenOf(page), after: page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined },
  }))
}

/** The children of a parent from its first page on; undefined where it is not answered any more. */
async function readOn<C>(github: GitHubContext, children: GraphChildren<C>, first: ParentPage<C>): Promise<readonly C[] | undefined> {
  const all = [...first.items]
  for (let { after } = first; after !== undefined; ) {
    const [more] = await readPages(github, children, [first.id], after)
    if (more === undefined) return undefined
    all.push(...more.items)
    after = more.after
  }
  return all
}

/**
 * All children of the given parents, by the parent's node id. A parent that is not answered any more is left out: what is known of
 * it stays, and whether it is gone is not ours to infer. So is one that GitHub fails to answer, where the caller can do without.
 * Throws `provider-failed` otherwise.
 */
export async function readChildren<C>(
  github: GitHubContext,
  children: GraphChildren<C>,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly C[]>> {
  const found = new Map<string, readonly C[]>()
  let leftOut = 0
  const orLeaveOut = (error: unknown): undefined => {
    if (!children.canLeaveOut || !isOverload(error) || leftOut === MOST_LEFT_OUT) throw error
    leftOut += 1
    github.log.warn({ operation: children.operation, err: error }, 'something that GitHub cannot answer is left out')
  }
  let size = firstPageSize(PARENTS)
  for (let at = 0; at < parentIds.length; ) {
    const from = at
    const read = (count: number) => readPages(github, children, parentIds.slice(from, from + count), null)
    const pages = await readSized(PARENTS, size, read).catch(orLeaveOut)
    size = pages?.next ?? { size: PARENTS.smallest, steady: 0 }
    at += pages?.asked ?? PARENTS.smallest
    for (const page of pages?.answer ?? []) {
      const all = await readOn(github, children, page).catch(orLeaveOut)
      if (all) found.set(page.id, all)
    }
  }
  return found
}
