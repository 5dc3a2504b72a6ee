// Check runs and their suites with GitHub's rules: annotations are appended, never replaced; a conclusion completes the run;
// a suite is one App's work on one commit.
import { z } from 'zod'
import { repositoryUrl } from './payload-git.ts'
import { toPullRequestsOf } from './payload-pull.ts'
import { toApp, toRepository } from './payload-repository.ts'
import { invalid, notFound } from './refusal.ts'
import { type Account, fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'stale', 'timed_out'] as const

const annotation = z.looseObject({
  path: z.string(),
  start_line: z.int(),
  end_line: z.int(),
  start_column: z.int().optional(),
  end_column: z.int().optional(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string().max(65_536),
  title: z.string().max(255).optional(),
  raw_details: z.string().max(65_536).optional(),
})

const output = z.looseObject({
  title: z.string().optional(),
  summary: z.string().max(65_535),
  text: z.string().max(65_535).optional(),
  annotations: z.array(annotation).max(50, 'No more than 50 items are allowed').optional(),
})

const action = z.looseObject({ label: z.string().max(20), description: z.string().max(40), identifier: z.string().max(20) })

export const checkRunChange = z.looseObject({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  started_at: z.iso.datetime().optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  completed_at: z.iso.datetime().optional(),
  output: output.optional(),
  actions: z.array(action).max(3).optional(),
})
export const checkRunInput = checkRunChange.extend({ name: z.string(), head_sha: z.string() })

export type Annotation = z.output<typeof annotation>

export interface CheckRun {
  readonly id: number
  readonly suiteId: number
  readonly headSha: string
  name: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: (typeof CONCLUSIONS)[number] | undefined
  externalId: string
  detailsUrl: string
  startedAt: Date
  completedAt: Date | undefined
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: Annotation[]
}

export interface CheckSuite {
  readonly id: number
  readonly headSha: string
  readonly createdAt: Date
}

/** Creates a run in the App's suite of the commit; refuses unknown commits and a completed run without a conclusion. */
export function createCheckRun(world: World, repository: Repository, input: z.output<typeof checkRunInput>): CheckRun {
  if (!repository.objects.commit(input.head_sha)) throw invalid(`No commit found for SHA: ${input.head_sha}`)
  const id = world.nextId()
  const run: CheckRun = {
    ...{ id, suiteId: ensureSuite(world, repository, input.head_sha).id, headSha: input.head_sha, name: input.name },
    ...{ status: 'queued', conclusion: undefined, externalId: '', startedAt: world.clock.now(), completedAt: undefined },
    ...{ detailsUrl: `${world.htmlUrl}/${fullName(repository)}/runs/${id}`, title: null, summary: null, text: null, annotations: [] },
  }
  apply(world, run, input)
  repository.checkRuns.set(id, run)
  emitCheckRun(world, repository, run, world.app.bot, 'created')
  if (run.status === 'completed') emitCheckRun(world, repository, run, world.app.bot, 'completed')
  return run
}

/** Changes a run. Annotations come on top of those it has. */
export function updateCheckRun(world: World, repository: Repository, run: CheckRun, change: z.output<typeof checkRunChange>): void {
  const before = run.status
  apply(world, run, change)
  if (run.status === 'completed' && before !== 'completed') emitCheckRun(world, repository, run, world.app.bot, 'completed')
}

function apply(world: World, run: CheckRun, change: z.output<typeof checkRunChange>): void {
  const status = change.conclusion ? 'completed' : (change.status ?? run.status)
  if (status === 'completed' && !change.conclusion && !run.conclusion) throw invalid('Invalid request.\n\n"conclusion" wasn\'t supplied.')
  if (change.status && change.status !== 'completed' && !change.conclusion)
    Object.assign(run, { conclusion: undefined, completedAt: undefined })
  run.status = status
  if (change.conclusion) run.conclusion = change.conclusion
  if (status === 'completed') run.completedAt = change.completed_at ? new Date(change.completed_at) : (run.completedAt ?? world.clock.now())
  if (change.started_at) run.startedAt = new Date(change.started_at)
  run.name = change.name ?? run.name
  run.externalId = change.external_id ?? run.externalId
  run.detailsUrl = change.details_url ?? run.detailsUrl
  if (!change.output) return
  run.title = change.output.title ?? run.title
  run.summary = change.output.summary
  run.text = change.output.text ?? run.text
  run.annotations.push(...(change.output.annotations ?? []))
}

export function ensureSuite(world: World, repository: Repository, headSha: string): CheckSuite {
  const known = [...repository.checkSuites.values()].find((suite) => suite.headSha === headSha)
  if (known) return known
  const suite = { id: world.nextId(), headSha, createdAt: world.clock.now() }
  repository.checkSuites.set(suite.id, suite)
  return suite
}

export function getCheckRun(repository: Repository, id: number): CheckRun {
  const run = repository.checkRuns.get(id)
  if (!run) throw notFound()
  return run
}

/** Runs of a commit, newest first; `latest` keeps the newest of each name. */
export function checkRunsOf(repository: Repository, sha: string, filter: 'latest' | 'all' = 'latest'): CheckRun[] {
  const runs = [...repository.checkRuns.values()].filter((run) => run.headSha === sha).reverse()
  return filter === 'all' ? runs : runs.filter((run, index) => runs.findIndex((other) => other.name === run.name) === index)
}

export function emitCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  sender: Account,
  event: 'created' | 'completed' | 'rerequested',
): void {
  world.emit({ event: 'check_run', repository, sender, payload: { action: event, check_run: toCheckRunEvent(world, repository, run) } })
}

export function toCheckRun(world: World, repository: Repository, run: CheckRun): Json {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`
  return {
    id: run.id,
    head_sha: run.headSha,
    node_id: nodeId('CheckRun', run.id),
    external_id: run.externalId,
    url,
    html_url: `${world.htmlUrl}/${fullName(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion ?? null,
    started_at: instant(run.startedAt),
    completed_at: run.completedAt ? instant(run.completedAt) : null,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suiteId },
    app: toApp(world, world.app),
    pull_requests: toPullRequestsOf(world, repository, run.headSha),
  }
}

/** Webhooks carry more of the suite. */
function toCheckRunEvent(world: World, repository: Repository, run: CheckRun): Json {
  const suite = repository.checkSuites.get(run.suiteId)
  return { ...toCheckRun(world, repository, run), check_suite: suite ? toSuiteMembers(world, repository, suite) : { id: run.suiteId } }
}

function toSuiteMembers(world: World, repository: Repository, suite: CheckSuite): Json {
  const runs = checkRunsOf(repository, suite.headSha)
  const done = runs.length > 0 && runs.every((run) => run.status === 'completed')
  const branch = [...repository.refs].find(([ref, sha]) => sha === suite.headSha && ref.startsWith('refs/heads/'))?.[0]
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: branch?.slice('refs/heads/'.length) ?? null,
    head_sha: suite.headSha,
    status: done ? 'completed' : runs.length > 0 ? 'in_progress' : 'queued',
    conclusion: done ? (runs.find((run) => run.conclusion === 'failure')?.conclusion ?? runs[0]?.conclusion ?? null) : null,
    url: `${repositoryUrl(world, repository)}/check-suites/${suite.id}`,
    before: repository.objects.commit(suite.headSha)?.parents[0] ?? '0'.repeat(40),
    after: suite.headSha,
    pull_requests: toPullRequestsOf(world, repository, suite.headSha),
    app: toApp(world, world.app),
    created_at: instant(suite.createdAt),
    updated_at: instant(suite.createdAt),
  }
}

export function toCheckSuite(world: World, repository: Repository, suite: CheckSuite): Json {
  const members = toSuiteMembers(world, repository, suite)
  const runs = checkRunsOf(repository, suite.headSha)
  return {
    ...members,
    repository: toRepository(world, repository),
    head_commit: toSimpleCommit(repository, suite.headSha),
    latest_check_runs_count: runs.length,
    check_runs_url: `${String(members.url)}/check-runs`,
  }
}

export function toSimpleCommit(repository: Repository, sha: string): Json {
  const commit = repository.objects.commit(sha)
  if (!commit) throw notFound()
  const person = ({ name, email }: { readonly name: string; readonly email: string }) => ({ name, email })
  return {
    id: sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: instant(commit.committer.date),
    author: person(commit.author),
    committer: person(commit.committer),
  }
}
