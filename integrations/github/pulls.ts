// Pull requests, as far as a check needs them.
import { z } from 'zod'
import { toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import type { RepositoryName } from './git-tree.ts'

const PullAnswer = z.object({
  number: z.number().int(),
  state: z.string(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string(), sha: z.string() }),
})

export interface PullRequest {
  readonly number: number
  readonly isOpen: boolean
  readonly headSha: string
  /** Branch it is to be merged into. */
  readonly baseBranch: string
}

const toPullRequest = (pull: z.infer<typeof PullAnswer>): PullRequest => ({
  number: pull.number,
  isOpen: pull.state === 'open',
  headSha: pull.head.sha,
  baseBranch: pull.base.ref,
})

/** One pull request, `undefined` where there is none. */
export async function readPull(context: GitHubContext, repository: RepositoryName, number: number): Promise<PullRequest | undefined> {
  try {
    const { data } = await context.client.request({
      route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
      parameters: { ...repository, pull_number: number },
      meta: { operation: 'github.pull.read' },
      answer: PullAnswer,
    })
    return toPullRequest(data)
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return undefined
    throw failure
  }
}

/** A repository rarely has more open at once; beyond it a re-run of a whole suite finds the newest. */
const MAX_PULLS = 1_000

/**
 * The open pull requests whose head is exactly this commit. The list of open ones is searched, because GitHub's "pulls of a
 * commit" and the payload of a re-run both leave out those that come from forks.
 */
export async function findPullsByHead(
  context: GitHubContext,
  repository: RepositoryName,
  headSha: string,
): Promise<readonly PullRequest[]> {
  const call = {
    route: 'GET /repos/{owner}/{repo}/pulls',
    parameters: { ...repository, state: 'open', sort: 'updated', direction: 'desc' },
    meta: { operation: 'github.pull.list' },
    answer: z.array(PullAnswer),
  }
  const pulls = await context.client.list(call, (page) => page, MAX_PULLS)
  return pulls.filter((pull) => pull.head.sha === headSha).map(toPullRequest)
}
