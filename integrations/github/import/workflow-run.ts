// A workflow run as GitHub tells it over REST and in `workflow_run` events, and as a fact. GraphQL is no source of runs: its schema
// knows neither attempts nor when one began.
import { z } from 'zod'
import type { WorkflowRunFact } from '../../foe/facts/workflow-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubCall } from '../client.ts'
import type { ImportPlace } from './stream.ts'

export const RunAnswer = z.object({
  id: z.int(),
  name: z.string().nullish(),
  /** Given to workflows without a name of their own. */
  path: z.string().nullish(),
  workflow_id: z.int().nullish(),
  event: z.string().nullish(),
  head_branch: z.string().nullish(),
  head_sha: z.string(),
  /** Null when the fork is gone; the repository of a run cannot be. */
  head_repository: z.object({ id: z.int() }).nullish(),
  repository: z.object({ id: z.int() }).nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  created_at: z.string(),
  run_started_at: z.string().nullish(),
  updated_at: z.string(),
  run_attempt: z.int().min(1).nullish(),
  check_suite_node_id: z.string().nullish(),
})
export type RunAnswer = z.infer<typeof RunAnswer>

export const RunsAnswer = z.object({ total_count: z.int(), workflow_runs: z.array(RunAnswer) })

/** Without any instant a run counts as of 1970: kept, and in no window. */
const instantOf = (text: string): Date => parseInstant(text) ?? new Date(0)

export const createdAtOf = (run: RunAnswer): Date => instantOf(run.created_at)

/** Whether a later look may find it changed without anybody starting it again. */
export const isOpen = (run: RunAnswer): boolean => (run.status ?? '').toLowerCase() !== 'completed'

/** The fact of a run's attempt; words GitHub adds are kept as they are. */
export function toWorkflowRun(run: RunAnswer, repositoryId: number): WorkflowRunFact {
  return {
    id: String(run.id),
    attempt: run.run_attempt ?? 1,
    workflowId: String(run.workflow_id ?? ''),
    workflowName: run.name ?? run.path ?? '',
    event: run.event ?? '',
    headBranch: run.head_branch ?? null,
    headSha: run.head_sha,
    headRepositoryId: run.head_repository ? String(run.head_repository.id) : null,
    repositoryId: String(run.repository?.id ?? repositoryId),
    status: run.status ?? 'unknown',
    conclusion: run.conclusion ?? null,
    createdAt: instantOf(run.created_at),
    // Older Enterprise Servers do not say when an attempt began; that of the first is when the run was created.
    startedAt: parseInstant(run.run_started_at) ?? ((run.run_attempt ?? 1) === 1 ? parseInstant(run.created_at) : null),
    updatedAt: instantOf(run.updated_at),
  }
}

/** Runs of a repository, newest first; `created` in GitHub's date syntax makes it a filtered list. */
export const runsCall = ({ owner, repo }: ImportPlace, created?: string): GitHubCall<z.infer<typeof RunsAnswer>> => ({
  route: 'GET /repos/{owner}/{repo}/actions/runs',
  parameters: { owner, repo, ...(created === undefined ? {} : { created }) },
  meta: { operation: 'github.run.list' },
  answer: RunsAnswer,
})

export const runCall = ({ owner, repo }: ImportPlace, runId: number): GitHubCall<RunAnswer> => ({
  route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  parameters: { owner, repo, run_id: runId },
  meta: { operation: 'github.run.read' },
  answer: RunAnswer,
})

export const attemptCall = ({ owner, repo }: ImportPlace, runId: number, attempt: number): GitHubCall<RunAnswer> => ({
  route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}',
  parameters: { owner, repo, run_id: runId, attempt_number: attempt },
  meta: { operation: 'github.run.attempt.read' },
  answer: RunAnswer,
})
