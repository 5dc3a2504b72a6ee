// Things by their node ids, many in one query.
import { z } from 'zod'
import type { GitHubContext } from '../client.ts'
import { GRAPH_SIZES, toIncomplete } from './graph-page.ts'
import { firstPageSize, readSized } from './page-size.ts'

export interface GraphNodes<N> {
  readonly operation: string
  /** Asks for `$ids`: `nodes(ids: $ids) { … }`. */
  readonly query: string
  readonly node: z.ZodType<N>
}

/** Refusals that asking again does not change. */
const FINAL: ReadonlySet<unknown> = new Set(['NOT_FOUND', 'FORBIDDEN', 'INSUFFICIENT_SCOPES'])

/**
 * The things GitHub answers, in the order of the ids. One that is not found or forbidden is left out, which does not say that it
 * is gone. Throws `provider-failed` for those that are missing without such a reason.
 */
export async function readNodes<N>(github: GitHubContext, nodes: GraphNodes<N>, ids: readonly string[]): Promise<readonly N[]> {
  const found: N[] = []
  let size = firstPageSize(GRAPH_SIZES)
  for (let at = 0; at < ids.length; ) {
    const from = at
    const { answer, asked, next } = await readSized(GRAPH_SIZES, size, async (count) => {
      const { data, faults } = await github.client.query({
        ...{ query: nodes.query, operation: nodes.operation, variables: { ids: ids.slice(from, from + count) }, isSized: true },
        answer: z.object({ nodes: z.array(nodes.node.nullable()) }),
      })
      if (faults.some(({ type }) => !FINAL.has(type))) throw toIncomplete(nodes.operation)
      return data.nodes
    })
    found.push(...answer.filter((node) => node !== null))
    size = next
    at += asked
  }
  return found
}
