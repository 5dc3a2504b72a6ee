// Workflows, runs, jobs and artifacts as GitHub writes them.

import { toSimpleCommit } from './check-runs.ts'
import type { Artifact } from './evidence.ts'
import { repositoryUrl } from './payload-git.ts'
import { toRepository, toUser } from './payload-repository.ts'
import { type Attempt, type Job, latestAttempt, type Run, type Workflow } from './runs.ts'
import { fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export const runUrl = (world: World, repository: Repository, id: number): string =>
  `${world.htmlUrl}/${fullName(repository)}/actions/runs/${id}`

export function toWorkflow(world: World, repository: Repository, workflow: Workflow): Json {
  const url = `${repositoryUrl(world, repository)}/actions/workflows/${workflow.id}`
  const file = workflow.path.split('/').at(-1) ?? ''
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: instant(workflow.createdAt),
    updated_at: instant(workflow.createdAt),
    url,
    html_url: `${world.htmlUrl}/${fullName(repository)}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${world.htmlUrl}/${fullName(repository)}/actions/workflows/${file}/badge.svg`,
  }
}

/** Writes runs of one repository: what they share is made once for a page. */
export function makeRunWriter(world: World, repository: Repository): (run: Run, attempt?: number) => Json {
  const shared = toRepository(world, repository)
  const api = repositoryUrl(world, repository)
  return (run, number = run.attempts.length) => {
    const attempt: Attempt = run.attempts[number - 1] ?? latestAttempt(run)
    const workflow = repository.evidence.workflows.get(run.workflowId)
    const [url, suite] = [`${api}/actions/runs/${run.id}`, `${api}/check-suites/${run.suiteId}`]
    const head = world.repositories.get(run.headRepositoryId)
    return {
      id: run.id,
      name: workflow?.name ?? null,
      node_id: nodeId('WorkflowRun', run.id),
      ...{ check_suite_id: run.suiteId, check_suite_node_id: nodeId('CheckSuite', run.suiteId), check_suite_url: suite },
      ...{ head_branch: run.branch, head_sha: run.headSha, path: workflow?.path ?? '.github/workflows/ci.yml' },
      ...{ run_number: run.number, run_attempt: number, event: run.event, display_title: run.title },
      ...{ status: attempt.status, conclusion: attempt.conclusion ?? null, workflow_id: run.workflowId },
      ...{ url, html_url: runUrl(world, repository, run.id), pull_requests: [], referenced_workflows: [] },
      created_at: instant(run.createdAt),
      run_started_at: instant(attempt.startedAt),
      updated_at: instant(attempt.updatedAt),
      actor: toUser(world, run.actor),
      triggering_actor: toUser(world, attempt.actor),
      ...{ jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, artifacts_url: `${url}/artifacts` },
      ...{ cancel_url: `${url}/cancel`, rerun_url: `${url}/rerun`, workflow_url: `${api}/actions/workflows/${run.workflowId}` },
      previous_attempt_url: number > 1 ? `${url}/attempts/${number - 1}` : null,
      head_commit: repository.objects.commit(run.headSha) ? toSimpleCommit(repository, run.headSha) : madeUpCommit(run),
      repository: shared,
      head_repository: head === repository ? shared : head ? toRepository(world, head) : null,
    }
  }
}

/** Seeded runs are of commits that no store holds. */
function madeUpCommit(run: Run): Json {
  const person = { name: run.actor.login, email: `${run.actor.login}@users.noreply.example` }
  return { id: run.headSha, tree_id: run.headSha, message: run.title, timestamp: instant(run.createdAt), author: person, committer: person }
}

export function toJob(world: World, repository: Repository, run: Run, attempt: number, job: Job): Json {
  const api = repositoryUrl(world, repository)
  // A job has only the conclusions that jobs have; a run that never started has none at all.
  const conclusion = job.conclusion === 'startup_failure' || job.conclusion === 'stale' ? 'failure' : (job.conclusion ?? null)
  return {
    id: job.id,
    run_id: run.id,
    node_id: nodeId('CheckRun', job.id),
    ...{ run_url: `${api}/actions/runs/${run.id}`, run_attempt: attempt, head_sha: run.headSha, head_branch: run.branch },
    ...{ url: `${api}/actions/jobs/${job.id}`, html_url: `${runUrl(world, repository, run.id)}/job/${job.id}` },
    ...{ status: job.status, conclusion, name: job.name, check_run_url: `${api}/check-runs/${job.id}` },
    created_at: instant(job.startedAt),
    started_at: instant(job.startedAt),
    completed_at: job.completedAt ? instant(job.completedAt) : null,
    steps: [],
    labels: ['ubuntu-latest'],
    ...{ runner_id: 1, runner_name: 'GitHub Actions 1', runner_group_id: 0, runner_group_name: 'GitHub Actions' },
    workflow_name: repository.evidence.workflows.get(run.workflowId)?.name ?? null,
  }
}

export function toArtifact(world: World, repository: Repository, artifact: Artifact, run: Run | undefined): Json {
  const url = `${repositoryUrl(world, repository)}/actions/artifacts/${artifact.id}`
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expiresAt <= world.clock.now(),
    created_at: instant(artifact.createdAt),
    updated_at: instant(artifact.createdAt),
    expires_at: instant(artifact.expiresAt),
    workflow_run: run
      ? {
          ...{ id: run.id, repository_id: repository.id, head_repository_id: run.headRepositoryId },
          ...{ head_branch: run.branch ?? '', head_sha: run.headSha },
        }
      : null,
  }
}
