// Workflows, their runs, and the check suites through which GraphQL alone tells how a run ended. As at GitHub the schema knows
// nothing of attempts: a suite shows the latest.

import { toCommitNode } from './graphql-git.ts'
import { type Args, connection, type Graph, type Json, need, ordered, toPerson } from './graphql-node.ts'
import { toRepositoryNode } from './graphql-repository.ts'
import { runUrl } from './payload-runs.ts'
import { type Job, latestAttempt, type Run, selectRuns, type Workflow } from './runs.ts'
import { reverseSeries } from './series.ts'
import { fullName, instant, nodeId, type Repository } from './world.ts'

const upper = (text: string | undefined): string | null => text?.toUpperCase() ?? null

export function toWorkflowNode(graph: Graph, repository: Repository, workflow: Workflow): Json {
  const path = `/${fullName(repository)}/actions/workflows/${workflow.path.split('/').at(-1) ?? ''}`
  return {
    __typename: 'Workflow',
    ...{ id: nodeId('Workflow', workflow.id), databaseId: workflow.id, name: workflow.name, state: workflow.state.toUpperCase() },
    ...{ createdAt: instant(workflow.createdAt), updatedAt: instant(workflow.createdAt) },
    ...{ url: `${graph.world.htmlUrl}${path}`, resourcePath: path },
    runs(args: Args) {
      need(graph, 'actions')
      const newest = selectRuns(repository.evidence.runs, { workflowId: workflow.id })
      const { direction = 'DESC' } = (args.orderBy ?? {}) as { direction?: string }
      return connection(direction === 'ASC' ? reverseSeries(newest) : newest, args, (run) => toRunNode(graph, repository, run))
    },
  }
}

export function toRunNode(graph: Graph, repository: Repository, run: Run): Json {
  const workflow = repository.evidence.workflows.get(run.workflowId)
  return {
    __typename: 'WorkflowRun',
    ...{ id: nodeId('WorkflowRun', run.id), databaseId: run.id, runNumber: run.number, event: run.event },
    ...{ createdAt: instant(run.createdAt), updatedAt: instant(latestAttempt(run).updatedAt) },
    ...{ url: runUrl(graph.world, repository, run.id), resourcePath: `/${fullName(repository)}/actions/runs/${run.id}` },
    checkSuite: () => toSuiteNode(graph, repository, run),
    workflow: () => workflow && toWorkflowNode(graph, repository, workflow),
  }
}

export function toSuiteNode(graph: Graph, repository: Repository, run: Run): Json {
  const attempt = latestAttempt(run)
  const path = `/${fullName(repository)}/commit/${run.headSha}/checks?check_suite_id=${run.suiteId}`
  const ref = run.branch === null ? undefined : `refs/heads/${run.branch}`
  return {
    __typename: 'CheckSuite',
    ...{ id: nodeId('CheckSuite', run.suiteId), databaseId: run.suiteId },
    ...{ status: upper(attempt.status), conclusion: upper(attempt.conclusion) },
    ...{ createdAt: instant(run.createdAt), updatedAt: instant(attempt.updatedAt) },
    ...{ url: `${graph.world.htmlUrl}${path}`, resourcePath: path },
    app: { __typename: 'App', id: nodeId('App', 15_368), databaseId: 15_368, slug: 'github-actions', name: 'GitHub Actions' },
    branch: ref && repository.refs.has(ref) ? { __typename: 'Ref', id: nodeId('Ref', ref), name: run.branch, prefix: 'refs/heads/' } : null,
    creator: () => toPerson(graph, run.actor),
    commit() {
      const commit = repository.objects.commit(run.headSha)
      return commit
        ? toCommitNode(graph, repository, run.headSha, commit)
        : { __typename: 'Commit', id: nodeId('Commit', run.headSha), oid: run.headSha }
    },
    repository: () => toRepositoryNode(graph, repository),
    workflowRun: () => toRunNode(graph, repository, run),
    checkRuns(args: Args) {
      need(graph, 'checks')
      return connection(attempt.jobs, args, (job) => toCheckRunNode(graph, repository, run, job))
    },
  }
}

function toCheckRunNode(graph: Graph, repository: Repository, run: Run, job: Job): Json {
  const path = `/${fullName(repository)}/actions/runs/${run.id}/job/${job.id}`
  const url = `${graph.world.htmlUrl}${path}`
  return {
    __typename: 'CheckRun',
    ...{ id: nodeId('CheckRun', job.id), databaseId: job.id, name: job.name },
    ...{ status: upper(job.status), conclusion: upper(job.conclusion) },
    ...{ startedAt: instant(job.startedAt), completedAt: job.completedAt ? instant(job.completedAt) : null },
    ...{ url, permalink: url, detailsUrl: url, resourcePath: path, externalId: '', title: null, summary: null, text: null },
    checkSuite: () => toSuiteNode(graph, repository, run),
    repository: () => toRepositoryNode(graph, repository),
  }
}

/** The suites of a commit that runs made, newest first. */
export function suitesOf(graph: Graph, repository: Repository, sha: string, args: Args): Json {
  need(graph, 'checks')
  const runs = selectRuns(repository.evidence.runs, { headSha: sha }).slice()
  const sorted = ordered(runs, { direction: 'ASC' }, (run) => run.createdAt.getTime())
  return connection(sorted, args, (run) => toSuiteNode(graph, repository, run))
}
