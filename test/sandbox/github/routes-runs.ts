// Actions over HTTP: lists with GitHub's caps, attempts, jobs, and artifacts behind an address of one minute.
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import type { Artifact } from './evidence.ts'
import { makeRunWriter, toArtifact, toJob, toWorkflow } from './payload-runs.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, answerCounted, type RepositoryContext, type Route, readNumber, repositoryRoute } from './router.ts'
import { startRerun } from './run-life.ts'
import { findRun, parseCreated, type Run, type RunFilter, selectRuns } from './runs.ts'
import { randomHex, type World } from './world.ts'

const DOWNLOAD_SECONDS = 60
export const DOWNLOADS = '/_downloads/'
const FILTERS = ['actor', 'branch', 'check_suite_id', 'created', 'event', 'head_sha', 'status'] as const

const runOf = (context: RepositoryContext): Run => {
  const found = findRun(context.repository.evidence.runs, readNumber(context, 'run'))
  if (!found) throw notFound()
  return found
}

/** A workflow by id or by the name of its file. */
function workflowOf({ repository, params }: RepositoryContext) {
  const { workflows } = repository.evidence
  const found = workflows.get(Number(params.workflow)) ?? [...workflows.values()].find(({ path }) => path.endsWith(`/${params.workflow}`))
  if (!found) throw notFound()
  return found
}

function readFilter(context: RepositoryContext, workflowId: number | undefined): RunFilter {
  const { query } = context.request
  const text = (name: string) => query.get(name) ?? undefined
  const created = text('created')
  const span = created === undefined ? undefined : parseCreated(created)
  if (created !== undefined && !span) throw invalid('Validation Failed', [{ resource: 'WorkflowRun', field: 'created', code: 'invalid' }])
  const found = {
    ...{ workflowId, branch: text('branch'), event: text('event'), actor: text('actor'), status: text('status') },
    ...{ headSha: text('head_sha'), created: span, suiteId: query.has('check_suite_id') ? Number(text('check_suite_id')) : undefined },
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as RunFilter
}

/**
 * With any filter the list ends at 1,000, without one at 40,000, while `total_count` goes on telling the truth. What is asked
 * beyond is an empty page, or 422 where a test wants it: GitHub has done both.
 */
function listRuns(context: RepositoryContext, workflowId?: number): SandboxResponse {
  const { world, repository, request } = context
  const { filtered, unfiltered, beyond } = world.runCaps
  const runs = selectRuns(repository.evidence.runs, readFilter(context, workflowId))
  const cap = FILTERS.some((name) => request.query.has(name)) ? filtered : unfiltered
  const perPage = Math.min(100, Number(request.query.get('per_page')) || 30)
  const first = (Math.max(1, Number(request.query.get('page')) || 1) - 1) * perPage
  if (beyond === 'refuse' && first >= cap) throw invalid(`Only the first ${cap} workflow runs are available.`)
  const write = makeRunWriter(world, repository)
  const reachable = { length: Math.min(cap, runs.length), slice: (from = 0, to = cap) => runs.slice(from, Math.min(to, cap)) }
  const page = answerCounted(context, 'workflow_runs', reachable, (run) => write(run))
  return { ...page, json: { ...(page.json as object), total_count: runs.length } }
}

function listJobs(context: RepositoryContext, run: Run, attempt: number): SandboxResponse {
  const found = run.attempts[attempt - 1]
  if (!found) throw notFound()
  return answerCounted(context, 'jobs', found.jobs, (job) => toJob(context.world, context.repository, run, attempt, job))
}

/** `filter=all` lists the jobs of every attempt, the default those of the latest. */
function listRunJobs(context: RepositoryContext): SandboxResponse {
  const run = runOf(context)
  if (context.request.query.get('filter') !== 'all') return listJobs(context, run, run.attempts.length)
  const all = run.attempts.flatMap(({ jobs }, index) => jobs.slice().map((job) => ({ job, attempt: index + 1 })))
  return answerCounted(context, 'jobs', all, ({ job, attempt }) => toJob(context.world, context.repository, run, attempt, job))
}

const artifactOf = (context: RepositoryContext): Artifact => {
  const found = context.repository.evidence.artifacts.get(readNumber(context, 'artifact'))
  if (!found) throw notFound()
  return found
}

function listArtifacts(context: RepositoryContext, runId?: number): SandboxResponse {
  const { world, repository, request } = context
  const name = request.query.get('name')
  const found = [...repository.evidence.artifacts.values()]
    .filter((artifact) => (runId === undefined || artifact.runId === runId) && (!name || artifact.name === name))
    .reverse()
  return answerCounted(context, 'artifacts', found, (one) =>
    toArtifact(world, repository, one, findRun(repository.evidence.runs, one.runId)),
  )
}

function downloadArtifact(context: RepositoryContext): SandboxResponse {
  const { world, params } = context
  const artifact = artifactOf(context)
  if (params.format !== 'zip') throw notFound()
  const now = world.clock.now()
  if (artifact.expiresAt <= now) throw new Refusal(410, 'Artifact has expired')
  const ticket = randomHex(16)
  world.downloads.set(ticket, { data: artifact.zip, expiresAt: new Date(now.getTime() + DOWNLOAD_SECONDS * 1000) })
  return { status: 302, headers: { location: `${world.htmlUrl}${DOWNLOADS}${ticket}` } }
}

/** The other side of a download: a store that knows no GitHub token and refuses whoever sends one. */
export function serveDownload(world: World, request: SandboxRequest): SandboxResponse {
  const plain = (status: number, text: string) => ({ status, headers: { 'content-type': 'text/plain' }, text })
  if (request.headers.authorization) return plain(400, 'InvalidAuthenticationInfo: a token was forwarded to the store.')
  const found = world.downloads.get(request.path.slice(DOWNLOADS.length))
  if (!found || found.expiresAt <= world.clock.now()) return plain(403, 'AuthenticationFailed: the address has expired.')
  return { status: 200, headers: { 'content-type': 'application/zip' }, text: found.data }
}

const ACTIONS = ['actions', 'read'] as const

export const RUN_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/actions/workflows', ACTIONS, (context) =>
    answerCounted(context, 'workflows', [...context.repository.evidence.workflows.values()], (one) =>
      toWorkflow(context.world, context.repository, one),
    ),
  ),
  repositoryRoute('GET', '/actions/workflows/{workflow}', ACTIONS, (context) =>
    answer(toWorkflow(context.world, context.repository, workflowOf(context))),
  ),
  repositoryRoute('GET', '/actions/workflows/{workflow}/runs', ACTIONS, (context) => listRuns(context, workflowOf(context).id)),
  repositoryRoute('GET', '/actions/runs', ACTIONS, (context) => listRuns(context)),
  repositoryRoute('GET', '/actions/runs/{run}', ACTIONS, (context) =>
    answer(makeRunWriter(context.world, context.repository)(runOf(context))),
  ),
  repositoryRoute('GET', '/actions/runs/{run}/attempts/{attempt}', ACTIONS, (context) => {
    const [run, attempt] = [runOf(context), readNumber(context, 'attempt')]
    if (!run.attempts[attempt - 1]) throw notFound()
    return answer(makeRunWriter(context.world, context.repository)(run, attempt))
  }),
  repositoryRoute('GET', '/actions/runs/{run}/jobs', ACTIONS, listRunJobs),
  repositoryRoute('GET', '/actions/runs/{run}/attempts/{attempt}/jobs', ACTIONS, (context) =>
    listJobs(context, runOf(context), readNumber(context, 'attempt')),
  ),
  repositoryRoute('POST', '/actions/runs/{run}/rerun', ['actions', 'write'], (context) => {
    startRerun(context.world, context.repository, runOf(context), context.sender)
    return answer({}, 201)
  }),
  repositoryRoute('GET', '/actions/runs/{run}/artifacts', ACTIONS, (context) => listArtifacts(context, runOf(context).id)),
  repositoryRoute('GET', '/actions/artifacts', ACTIONS, (context) => listArtifacts(context)),
  repositoryRoute('GET', '/actions/artifacts/{artifact}', ACTIONS, (context) => {
    const artifact = artifactOf(context)
    return answer(toArtifact(context.world, context.repository, artifact, findRun(context.repository.evidence.runs, artifact.runId)))
  }),
  repositoryRoute('GET', '/actions/artifacts/{artifact}/{format}', ACTIONS, downloadArtifact),
]
