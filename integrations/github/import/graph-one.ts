// One thing of a repository, by its number.
import { z } from 'zod'
import type { GitHubContext } from '../client.ts'
import { readAnswer } from '../read-answer.ts'
import { assertSamePlace, refusalAt, toIncomplete } from './graph-page.ts'
import type { ImportPlace } from './stream.ts'

export interface GraphOne {
  readonly operation: string
  /** Asks for `$owner` and `$repo` beside the variables given. */
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * The thing under a member of the repository; undefined where GitHub says that it is not there or not shown.
 * @throws AppError `provider-*`, also when GitHub leaves it out without a reason
 */
export async function readOne<T>(
  github: GitHubContext,
  place: ImportPlace,
  { operation, query, variables }: GraphOne,
  member: string,
  answer: z.ZodType<T>,
): Promise<T | undefined> {
  const { owner, repo } = place
  const { data, faults } = await github.client.query({
    ...{ query, operation, variables: { owner, repo, ...variables } },
    answer: z.object({ repository: z.looseObject({ databaseId: z.int().nullish() }) }),
  })
  assertSamePlace(place, data.repository.databaseId)
  const found = data.repository[member] ?? null
  if (found !== null) return readAnswer(answer, found, operation)
  if (refusalAt(faults, ['repository', member]) === undefined) throw toIncomplete(operation)
  return undefined
}
