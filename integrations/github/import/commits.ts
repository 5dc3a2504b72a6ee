// Commits of the branch, newest first. Dates of commits are no order of arrival: a branch that is merged brings commits that are
// weeks old. A further scan therefore goes back to four weeks before the newest commit it knew; GitHub is asked only when the
// head of the branch is another one.
import { z } from 'zod'
import type { CommitFact } from '../../foe/facts/knowledge-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import { isAppError } from '../../kernel/errors.ts'
import type { GitHubCall } from '../client.ts'
import type { GraphList } from './graph-page.ts'
import { ActorAnswer, toPerson } from './graph-person.ts'
import { makeGraphStream } from './graph-stream.ts'
import { COMMITS } from './queries/knowledge.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

const OVERLAP_MS = 28 * 86_400_000

export const CommitAnswer = z.object({
  oid: z.string(),
  message: z.string(),
  committedDate: z.string(),
  additions: z.int().nullish(),
  deletions: z.int().nullish(),
  author: z.object({ name: z.string().nullish(), user: ActorAnswer }).nullish(),
  parents: z.object({ nodes: z.array(z.object({ oid: z.string() }).nullable()).nullish() }).nullish(),
})
export type CommitAnswer = z.infer<typeof CommitAnswer>

const committedAt = ({ committedDate }: CommitAnswer): Date => parseInstant(committedDate) ?? new Date(0)

export const toCommitFact = (commit: CommitAnswer): CommitFact => ({
  sha: commit.oid,
  message: commit.message,
  author: toPerson(commit.author?.user),
  authorName: commit.author?.name ?? null,
  committedAt: committedAt(commit),
  parents: (commit.parents?.nodes ?? []).flatMap((parent) => parent?.oid ?? []),
  changedLines: typeof commit.additions === 'number' && typeof commit.deletions === 'number' ? commit.additions + commit.deletions : null,
})

export const toCommitLists = (commits: readonly CommitAnswer[]): NonNullable<FactBatch['lists']> => ({ commits: commits.map(toCommitFact) })

export const COMMIT_LIST: GraphList<CommitAnswer> = {
  operation: 'github.commits.list',
  query: COMMITS,
  variables: ({ branch, from }) => ({ branch: `refs/heads/${branch}`, since: from.toISOString() }),
  node: CommitAnswer,
  // An empty repository has no such branch.
  under: ['ref', 'target'],
}

/** Changes with the head of the branch. GitHub answers 409 where there is no commit at all. */
export const commitProbe = ({ owner, repo, branch }: ImportPlace): GitHubCall<unknown> => ({
  route: 'GET /repos/{owner}/{repo}/commits',
  parameters: { owner, repo, sha: branch, per_page: 1 },
  meta: { operation: 'github.commits.probe' },
  answer: z.array(z.unknown()),
})

const BRANCH_COMMITS = makeGraphStream<CommitAnswer>({
  name: 'commits',
  brings: ['commits'],
  list: COMMIT_LIST,
  probe: commitProbe,
  movedAt: committedAt,
  from: (place) => place.from,
  overlapMs: OVERLAP_MS,
  toLists: toCommitLists,
})

export const COMMITS_STREAM: FactStream = Object.freeze({
  ...BRANCH_COMMITS,
  async fetchPage(github, place, position) {
    try {
      return await BRANCH_COMMITS.fetchPage(github, place, position)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'provider-conflict') throw error
      return { batch: { lists: { commits: [] } }, next: undefined }
    }
  },
} satisfies FactStream)
