// One page of a repository's connection over GraphQL. What GitHub could not answer is told apart here, once for all streams: a part
// that is forbidden or switched off is absent; a part that came to nothing is too much for GitHub and asked for in a smaller page;
// and a null never means that something was deleted.
import { z } from 'zod'
import type { AbsenceReason } from '../../foe/collected.ts'
import { AppError } from '../../kernel/errors.ts'
import type { GitHubContext, QueryFault } from '../client.ts'
import { readAnswer } from '../read-answer.ts'
import { firstPageSize, type PageSizeLimits, PageSizeSchema, readSized } from './page-size.ts'
import type { ImportPlace } from './stream.ts'

/** 100 is GitHub's most; with five things a query that fails has another reason than its size. */
export const GRAPH_SIZES: PageSizeLimits = { largest: 100, smallest: 5 }

export const GraphPlaceSchema = z.object({ after: z.string().optional(), size: PageSizeSchema })
export type GraphPlace = z.infer<typeof GraphPlaceSchema>
export const GRAPH_START: GraphPlace = { size: firstPageSize(GRAPH_SIZES) }

/** A page of a connection; null nodes are those that could not be answered. */
export const connectionOf = <T>(node: z.ZodType<T>) =>
  z.object({
    totalCount: z.int().nullish(),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
    nodes: z.array(node.nullable()).nullish(),
  })

export interface GraphList<N> {
  readonly operation: string
  /** Asks for `$owner`, `$repo`, `$first` and `$after`, and names the connection `page`. */
  readonly query: string
  readonly variables?: (place: ImportPlace) => Readonly<Record<string, unknown>>
  readonly node: z.ZodType<N>
  /** The members of the repository that lead to the page, where something may be missing that is no fault, such as a branch. */
  readonly under?: readonly string[]
  /** The repository's member that says whether there is such a thing at all. */
  readonly switchedOnBy?: string
}

export interface GraphPage<N> {
  readonly nodes: readonly N[]
  readonly total: number | undefined
  /** Whether these are all things of the connection, none of them left out. */
  readonly isAll: boolean
  readonly next: GraphPlace | undefined
}

const REFUSALS: Readonly<Record<string, AbsenceReason>> = {
  FORBIDDEN: 'no-permission',
  INSUFFICIENT_SCOPES: 'no-permission',
  NOT_FOUND: 'not-found',
}

const leadsTo = (fault: QueryFault, path: readonly string[]): boolean =>
  (fault.path ?? []).length <= path.length && (fault.path ?? []).every((step, at) => step === path[at])

/** Why the part at a path was refused; undefined where it was not, or only failed. */
export function refusalAt(faults: readonly QueryFault[], path: readonly string[]): AbsenceReason | undefined {
  const found = faults.find((fault) => fault.path !== undefined && leadsTo(fault, path))
  return REFUSALS[found?.type ?? '']
}

/** Whether something at a path or below it is missing for another reason than being refused. */
export const hasFailedAt = (faults: readonly QueryFault[], path: readonly (string | number)[]): boolean =>
  faults.some((fault) => REFUSALS[fault.type ?? ''] === undefined && path.every((step, at) => step === fault.path?.[at]))

/** Status 200: `page-size.ts` reads it as "too much at once". */
export const toIncomplete = (operation: string): AppError =>
  new AppError(
    'provider-failed',
    `GitHub answered ${operation} in part only and did not say why. It is asked again; if it stays so, look at the status page of GitHub.`,
    { details: { provider: 'github', operation, status: 200 } },
  )

/** Another repository may have taken the name since it was looked up. Throws `provider-not-found`. */
export function assertSamePlace(place: ImportPlace, databaseId: number | null | undefined): void {
  if (databaseId === undefined || databaseId === null || databaseId === place.repositoryId) return
  throw new AppError(
    'provider-not-found',
    `${place.owner}/${place.repo} is another repository now: the one that is imported was renamed or deleted. Import again.`,
    { details: { repository: place.repositoryId, found: databaseId } },
  )
}

const RepositoryAnswer = z.object({ repository: z.looseObject({ databaseId: z.int().nullish() }) })

/** The value at a path, or null. */
const dig = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, step) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[step] : null), value) ?? null

/**
 * What became of the nodes of a page. GitHub answers null for one of whose parts it must answer and cannot: where the part failed, the
 * node may be answered in a smaller page; where the part is refused for all of them, so is the page.
 */
function judgeNodes(faults: readonly QueryFault[], nodes: readonly unknown[], path: readonly (string | number)[]) {
  const missing = nodes.flatMap((node, at) => (node === null ? [[...path, at]] : []))
  const hasNone = nodes.length > 0 && missing.length === nodes.length
  const isFailed = missing.some((at) => hasFailedAt(faults, at))
  const below = faults.find((fault) => missing.some((at) => at.every((step, index) => step === fault.path?.[index])))
  return { hasNone, isFailed, absent: hasNone && !isFailed ? REFUSALS[below?.type ?? ''] : undefined }
}

/**
 * Reads the page at a place, in smaller ones where that is too much for GitHub.
 * @throws AppError `provider-*`; that the connection is refused is answered
 */
export async function readGraphPage<N>(
  github: GitHubContext,
  place: ImportPlace,
  list: GraphList<N>,
  at: GraphPlace,
): Promise<GraphPage<N> | { readonly absent: AbsenceReason }> {
  const { owner, repo } = place
  const under = [...(list.under ?? []), 'page']
  const { answer, next } = await readSized(GRAPH_SIZES, at.size, async (first) => {
    const { data, faults } = await github.client.query({
      ...{ query: list.query, operation: list.operation, answer: RepositoryAnswer, isSized: true },
      variables: { owner, repo, first, after: at.after ?? null, ...list.variables?.(place) },
    })
    assertSamePlace(place, data.repository.databaseId)
    if (list.switchedOnBy !== undefined && data.repository[list.switchedOnBy] === false) return { absent: 'not-enabled' as const }
    const path = ['repository', ...under]
    const found = dig(data.repository, under)
    if (found === null) {
      const absent = refusalAt(faults, path)
      if (absent !== undefined) return { absent }
      if (list.under !== undefined && faults.length === 0) return { nodes: [], pageInfo: { hasNextPage: false }, totalCount: 0 }
      throw toIncomplete(list.operation)
    }
    const page = readAnswer(connectionOf(list.node), found, list.operation)
    const nodes = page.nodes ?? []
    const { hasNone, isFailed, absent } = judgeNodes(faults, nodes, [...path, 'nodes'])
    if (absent !== undefined) return { absent }
    const isIncomplete = page.nodes === null || isFailed
    // Without any node there is no telling one that is poisoned from an outage.
    if (isIncomplete && (hasNone || first > GRAPH_SIZES.smallest)) throw toIncomplete(list.operation)
    if (isIncomplete)
      github.log.warn({ operation: list.operation, repository: place.repositoryId }, 'things that GitHub cannot answer are left out')
    return { ...page, nodes }
  })
  if (answer.absent !== undefined) return { absent: answer.absent }
  const { nodes, pageInfo, totalCount } = answer
  const after = pageInfo.endCursor ?? undefined
  return {
    nodes: nodes.filter((node) => node !== null),
    total: totalCount ?? undefined,
    isAll: at.after === undefined && !pageInfo.hasNextPage && !nodes.includes(null) && (totalCount ?? nodes.length) === nodes.length,
    next: pageInfo.hasNextPage && after !== undefined ? { after, size: next } : undefined,
  }
}
