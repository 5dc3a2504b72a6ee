// The life of a run: started, finished, done again. Each step sends the event that GitHub sends.
import { makeRunWriter, toJob, toWorkflow } from './payload-runs.ts'
import { Refusal } from './refusal.ts'
import { type Attempt, type Conclusion, type Job, latestAttempt, type Run, type RunStatus, type Workflow } from './runs.ts'
import { type Account, type Repository, resolveCommit, type World } from './world.ts'

export interface NewJob {
  readonly name: string
  readonly conclusion?: Conclusion
  /** Default 60. */
  readonly seconds?: number
}

export interface NewRun {
  /** Name of the workflow, made when it is new. Default `CI`. */
  readonly workflow?: string
  readonly event?: string
  readonly branch?: string | null
  readonly headSha?: string
  readonly title?: string
  readonly actor?: Account
  /** Default: now. */
  readonly createdAt?: Date
  /** Absent: the run goes on until it is finished. */
  readonly conclusion?: Conclusion
  readonly status?: Exclude<RunStatus, 'completed'>
  /** How long the attempt took. Default 60. */
  readonly seconds?: number
  readonly jobs?: readonly NewJob[]
  /** A fork it came from. */
  readonly headRepositoryId?: number
}

export function ensureWorkflow(world: World, repository: Repository, name: string): Workflow {
  const { workflows } = repository.evidence
  const known = [...workflows.values()].find((workflow) => workflow.name === name)
  if (known) return known
  const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const path = `.github/workflows/${file}.yml`
  const workflow: Workflow = { id: world.nextId(), name, path, state: 'active', createdAt: world.clock.now() }
  workflows.set(workflow.id, workflow)
  return workflow
}

function makeJobs(world: World, startedAt: Date, wanted: readonly NewJob[], conclusion: Conclusion | undefined, status: RunStatus): Job[] {
  return wanted.map((job) => {
    const result = job.conclusion ?? conclusion
    const done = result !== undefined
    return {
      ...{ id: world.nextId(), name: job.name, startedAt, conclusion: result, status: done ? 'completed' : status },
      completedAt: done ? new Date(startedAt.getTime() + (job.seconds ?? 60) * 1000) : undefined,
    }
  })
}

function makeAttempt(world: World, actor: Account, startedAt: Date, input: NewRun): Attempt {
  const { conclusion, seconds = 60 } = input
  const status = conclusion ? 'completed' : (input.status ?? 'in_progress')
  return {
    ...{ startedAt, status, conclusion, actor },
    updatedAt: conclusion ? new Date(startedAt.getTime() + seconds * 1000) : startedAt,
    jobs: makeJobs(world, startedAt, input.jobs ?? [{ name: 'build', seconds }], conclusion, status),
  }
}

/** A new run, complete when it is given a conclusion. */
export function addRun(world: World, repository: Repository, actor: Account, input: NewRun): Run {
  const { evidence } = repository
  const workflow = ensureWorkflow(world, repository, input.workflow ?? 'CI')
  const createdAt = input.createdAt ?? world.clock.now()
  const branch = input.branch === undefined ? repository.defaultBranch : input.branch
  const headSha = input.headSha ?? (branch && resolveCommit(repository, branch)) ?? '0'.repeat(40)
  const before = evidence.runs.kept.size + evidence.runs.blocks.reduce((sum, block) => sum + block.count, 0)
  const run: Run = {
    ...{ id: world.nextId(), suiteId: world.nextId(), workflowId: workflow.id, number: before + 1, branch, headSha, createdAt, actor },
    ...{ event: input.event ?? 'push', title: input.title ?? `Run of ${workflow.name}` },
    headRepositoryId: input.headRepositoryId ?? repository.id,
    attempts: [makeAttempt(world, actor, createdAt, input)],
  }
  evidence.runs.kept.set(run.id, run)
  emitRun(world, repository, run, latestAttempt(run).status === 'completed' ? 'completed' : 'requested')
  return run
}

/** Ends the latest attempt now. */
export function completeRun(world: World, repository: Repository, run: Run, conclusion: Conclusion): Run {
  const [now, attempt] = [world.clock.now(), latestAttempt(run)]
  const jobs = attempt.jobs.slice().map((job): Job => {
    if (job.status === 'completed') return job
    return { ...job, status: 'completed', conclusion, completedAt: now }
  })
  const ended: Attempt = { ...attempt, status: 'completed', conclusion, updatedAt: now, jobs }
  return keep(world, repository, { ...run, attempts: [...run.attempts.slice(0, -1), ended] }, 'completed')
}

/** Starts a new attempt: created_at stays, run_started_at is now. */
export function startRerun(world: World, repository: Repository, run: Run, actor: Account): Run {
  const last = latestAttempt(run)
  if (last.status !== 'completed') throw new Refusal(403, 'This workflow run is already running')
  const jobs = last.jobs.slice().map(({ name }) => ({ name }))
  const attempt = makeAttempt(world, actor, world.clock.now(), { jobs })
  return keep(world, repository, { ...run, attempts: [...run.attempts, attempt] }, 'requested')
}

function keep(world: World, repository: Repository, run: Run, action: string): Run {
  repository.evidence.runs.kept.set(run.id, run)
  emitRun(world, repository, run, action)
  return run
}

/** The run's own event, then those of the jobs of its latest attempt, each under the state it is in. */
function emitRun(world: World, repository: Repository, run: Run, action: string): void {
  const workflow = repository.evidence.workflows.get(run.workflowId)
  const { actor: sender, jobs } = latestAttempt(run)
  const payload = {
    ...{ action, workflow_run: makeRunWriter(world, repository)(run) },
    workflow: workflow ? toWorkflow(world, repository, workflow) : null,
  }
  world.emit({ event: 'workflow_run', repository, sender, payload })
  for (const job of jobs.slice()) {
    const written = toJob(world, repository, run, run.attempts.length, job)
    world.emit({ event: 'workflow_job', repository, sender, payload: { action: job.status, workflow_job: written } })
  }
}
