// The jobs of runs. A run is a check suite to GraphQL and its jobs are check runs of the same ids, so that one request tells the jobs
// of a hundred runs; over REST it is one request for each run, which is the way where GraphQL may not or cannot tell.
import { z } from 'zod'
import type { JobFact } from '../../foe/facts/workflow-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import { isAppError } from '../../kernel/errors.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { firstPageSize, type PageSizeLimits, readSized } from './page-size.ts'
import { JOBS_OF_SUITES, MORE_JOBS_OF_SUITE } from './queries/jobs.ts'
import type { ImportPlace } from './stream.ts'
import type { RunAnswer } from './workflow-run.ts'

export const JobAnswer = z.object({
  id: z.int(),
  run_id: z.int(),
  run_attempt: z.int().min(1).nullish(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  created_at: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
})

/** The fact of a job as REST and `workflow_job` events tell it. */
export const toJob = (job: z.infer<typeof JobAnswer>): JobFact => ({
  id: String(job.id),
  runId: String(job.run_id),
  attempt: job.run_attempt ?? 1,
  name: job.name ?? '',
  status: job.status ?? 'unknown',
  conclusion: job.conclusion ?? null,
  createdAt: parseInstant(job.created_at),
  startedAt: parseInstant(job.started_at),
  completedAt: parseInstant(job.completed_at),
})

/** Jobs a run may have: GitHub's limit of a matrix is 256, of a run some thousands with reusable workflows. */
const MOST_JOBS = 10_000
/** `nodes` takes 100 ids. */
const SUITE_SIZES: PageSizeLimits = { largest: 100, smallest: 5 }

const jobsCall = ({ owner, repo }: ImportPlace, runId: number): GitHubCall<{ readonly jobs: z.infer<typeof JobAnswer>[] }> => ({
  route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
  parameters: { owner, repo, run_id: runId, filter: 'latest' },
  meta: { operation: 'github.job.list' },
  answer: z.object({ jobs: z.array(JobAnswer) }),
})

async function readJobsOfRun(github: GitHubContext, place: ImportPlace, run: RunAnswer): Promise<JobFact[]> {
  return (await github.client.list(jobsCall(place, run.id), ({ jobs }) => jobs, MOST_JOBS)).map(toJob)
}

const JobConnection = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  nodes: z.array(
    z
      .object({
        databaseId: z.int().nullable(),
        name: z.string(),
        status: z.string(),
        conclusion: z.string().nullable(),
        startedAt: z.string().nullable(),
        completedAt: z.string().nullable(),
      })
      .nullable(),
  ),
})
type JobConnection = z.infer<typeof JobConnection>
const Suite = z.object({ id: z.string().optional(), checkRuns: JobConnection.nullish() }).nullable()
const SuitesAnswer = z.object({ nodes: z.array(Suite) })
const SuiteAnswer = z.object({ node: Suite })

/** A check run as a job of its run: GraphQL knows neither the attempt, which is the latest, nor when the job was queued. */
const toJobOf =
  (run: RunAnswer) =>
  (job: JobConnection['nodes'][number]): JobFact[] =>
    job === null || job.databaseId === null
      ? []
      : [
          {
            ...{ id: String(job.databaseId), runId: String(run.id), attempt: run.run_attempt ?? 1, name: job.name },
            ...{ status: job.status, conclusion: job.conclusion, createdAt: null },
            ...{ startedAt: parseInstant(job.startedAt), completedAt: parseInstant(job.completedAt) },
          },
        ]

/** All pages of a run's jobs after the first; undefined where one of them cannot be had. */
async function readMore(github: GitHubContext, run: RunAnswer, first: JobConnection): Promise<JobFact[] | undefined> {
  const jobs = first.nodes.flatMap(toJobOf(run))
  for (let page = first; page.pageInfo.hasNextPage; ) {
    const variables = { suite: run.check_suite_node_id, after: page.pageInfo.endCursor }
    const { data } = await github.client.query({
      ...{ query: MORE_JOBS_OF_SUITE, variables, operation: 'github.job.more', answer: SuiteAnswer },
    })
    const next = data.node?.checkRuns
    if (!next || next.nodes.length === 0 || jobs.length >= MOST_JOBS) return undefined
    jobs.push(...next.nodes.flatMap(toJobOf(run)))
    page = next
  }
  return jobs
}

/** The first pages of suites, by suite; smaller requests where many at once are too much for GitHub. */
async function readSuites(github: GitHubContext, suites: readonly string[]): Promise<ReadonlyMap<string, JobConnection>> {
  const found = new Map<string, JobConnection>()
  for (let at = 0, size = firstPageSize(SUITE_SIZES); at < suites.length; ) {
    const { answer, asked, next } = await readSized(SUITE_SIZES, size, (count) =>
      github.client.query({
        ...{ query: JOBS_OF_SUITES, operation: 'github.job.suites', answer: SuitesAnswer },
        variables: { suites: suites.slice(at, at + count) },
      }),
    )
    for (const suite of answer.data.nodes) if (suite?.id !== undefined && suite.checkRuns) found.set(suite.id, suite.checkRuns)
    at += asked
    size = next
  }
  return found
}

/** Jobs by run, for those runs that GraphQL tells all of; none where it may not tell any. */
async function readBySuite(github: GitHubContext, runs: readonly RunAnswer[]): Promise<ReadonlyMap<number, readonly JobFact[]>> {
  const told = new Map<number, readonly JobFact[]>()
  const suites = [...new Set(runs.flatMap(({ check_suite_node_id: suite }) => suite ?? []))]
  const found = await readUnlessAbsent(() => readSuites(github, suites)).catch((error: unknown) => {
    // Enterprise Server without this part of the schema refuses the query; REST has it.
    if (isAppError(error) && error.code === 'provider-rejected') return { absent: 'not-enabled' as const }
    throw error
  })
  if ('absent' in found) return told
  for (const run of runs) {
    const first = found.get(run.check_suite_node_id ?? '')
    const jobs = first && (await readMore(github, run, first))
    if (jobs) told.set(run.id, jobs)
  }
  return told
}

/**
 * Jobs of the latest attempts of runs, each once. What GraphQL leaves open (a suite it cannot read, a null) is asked for over REST.
 * Throws what requests throw.
 */
export async function readJobs(github: GitHubContext, place: ImportPlace, runs: readonly RunAnswer[]): Promise<JobFact[]> {
  if (runs.length === 0) return []
  const told = await readBySuite(github, runs)
  const jobs = new Map<string, JobFact>()
  for (const run of runs) for (const job of told.get(run.id) ?? (await readJobsOfRun(github, place, run))) jobs.set(job.id, job)
  return [...jobs.values()]
}
