// Bulk data for benchmarks: the same from the same seed, and made when it is read, so that 57,000 runs cost a few hundred bytes.
import type { PullBulk, PullCommit, Review, ReviewComment } from './evidence.ts'
import { openIssue } from './issues.ts'
import type { Pull } from './pulls.ts'
import { ensureWorkflow } from './run-life.ts'
import type { Attempt, Conclusion, Job, Run } from './runs.ts'
import { madeUpSha, makeSeries, mix } from './series.ts'
import { type Account, ensureAccount, type Repository, type World } from './world.ts'

// Ids stay below 2^31, which GraphQL's Int holds. A block of one repository has room for two million runs and five million jobs.
const RUN_BASE = 100_000_000
const SUITE_BASE = 500_000_000
const JOB_BASE = 1_000_000_000
const RUNS_PER_BLOCK = 2_000_000
const JOBS_PER_BLOCK = 20_000_000
/** The newest run has ended before anybody looks: the longest takes ten minutes. */
const LONGEST_MS = 600_000
const RERUN_AFTER_MS = 3 * 86_400_000
const PART_BASE = 600_000_000
const PARTS_PER_PULL = 1_000

export interface RunSeed {
  readonly seed?: number
  /** When the newest was created. Default: now. */
  readonly until?: Date
  /** Between two runs. Default 600. */
  readonly everySeconds?: number
  /** Default 2. */
  readonly jobs?: number
  readonly workflows?: readonly string[]
  /** One run in this many has a second attempt after a failed first. Default 20. */
  readonly rerunOneIn?: number
  /** One run in this many fails. Default 8. */
  readonly failOneIn?: number
}

/** Runs of the past; answers the id of the oldest. */
export function seedRuns(world: World, repository: Repository, actor: Account, count: number, options: RunSeed): number {
  const { seed = 1, everySeconds = 600, jobs = 2, rerunOneIn = 20, failOneIn = 8, workflows = ['CI', 'Deploy'] } = options
  const block = [...world.repositories.values()].reduce((sum, one) => sum + one.evidence.runs.blocks.length, 0)
  const until = (options.until ?? world.clock.now()).getTime() - LONGEST_MS
  const [firstId, firstSuiteId, firstJob] = [
    RUN_BASE + block * RUNS_PER_BLOCK,
    SUITE_BASE + block * RUNS_PER_BLOCK,
    JOB_BASE + block * JOBS_PER_BLOCK,
  ]
  const ids = workflows.map((name) => ensureWorkflow(world, repository, name).id)
  const createdAtMs = (index: number) => until - (count - 1 - index) * everySeconds * 1000
  const attempt = (index: number, number: number, conclusion: Conclusion): Attempt => {
    const startedAt = new Date(createdAtMs(index) + (number - 1) * RERUN_AFTER_MS)
    const seconds = 60 + (mix(seed + 1, index) % 540)
    const updatedAt = new Date(startedAt.getTime() + seconds * 1000)
    const job = (at: number): Job => ({
      ...{
        id: firstJob + ((index * 2 + number - 1) * jobs + at),
        name: `job ${at + 1}`,
        status: 'completed',
        startedAt,
        completedAt: updatedAt,
      },
      conclusion: at === 0 ? conclusion : 'success',
    })
    return { startedAt, updatedAt, status: 'completed', conclusion, actor, jobs: makeSeries(jobs, job) }
  }
  const make = (index: number): Run => {
    const again = mix(seed + 2, index) % rerunOneIn === 0 && createdAtMs(index) + RERUN_AFTER_MS <= until
    const conclusion = mix(seed + 3, index) % failOneIn === 0 ? 'failure' : 'success'
    return {
      ...{ id: firstId + index, suiteId: firstSuiteId + index, workflowId: ids[index % ids.length] ?? 0, number: index + 1, event: 'push' },
      ...{
        branch: repository.defaultBranch,
        headSha: madeUpSha(seed, index),
        title: `Change ${index + 1}`,
        createdAt: new Date(createdAtMs(index)),
      },
      ...{ actor, headRepositoryId: repository.id },
      attempts: again ? [attempt(index, 1, 'failure'), attempt(index, 2, conclusion)] : [attempt(index, 1, conclusion)],
    }
  }
  repository.evidence.runs.blocks.push({ firstId, firstSuiteId, count, createdAtMs, make })
  return firstId
}

export interface PullSeed {
  readonly seed?: number
  /** When the newest was merged. Default: now. */
  readonly until?: Date
  readonly everySeconds?: number
  /** Per pull request. Default 3 reviews, 4 commits, 2 comments. */
  readonly reviews?: number
  readonly commits?: number
  readonly comments?: number
}

const REVIEW_CYCLE = ['COMMENTED', 'CHANGES_REQUESTED', 'APPROVED'] as const

function makeBulk(pullId: number, index: number, openedAt: Date, people: readonly Account[], options: PullSeed): PullBulk {
  const { seed = 1, reviews = 3, commits = 4, comments = 2 } = options
  const person = (at: number) => people[at % people.length] as Account
  const firstPart = PART_BASE + pullId * PARTS_PER_PULL
  const after = (minutes: number) => new Date(openedAt.getTime() + minutes * 60_000)
  const sha = (at: number) => madeUpSha(seed + 7, index * PARTS_PER_PULL + at)
  const commit = (at: number): PullCommit => {
    const { login } = person(index)
    const signature = { name: login, email: `${login}@users.noreply.example`, date: after(at - commits) }
    const parents = at > 0 ? [sha(at - 1)] : []
    return {
      sha: sha(at),
      commit: { type: 'commit', tree: sha(at), parents, author: signature, committer: signature, message: `feat: step ${at + 1}` },
    }
  }
  const review = (at: number): Review => ({
    ...{ id: firstPart + at, user: person(index + 1 + at), submittedAt: after(10 + at), commitSha: sha(commits - 1) },
    state: at === reviews - 1 ? 'APPROVED' : (REVIEW_CYCLE[at % 2] ?? 'COMMENTED'),
    body: at % 2 === 0 ? 'Please say why this is the better way.' : '',
  })
  const comment = (at: number): ReviewComment => ({
    ...{ id: firstPart + reviews + at, reviewId: reviews > 0 ? firstPart : undefined, user: person(index + 1), body: `Line ${at + 1}?` },
    ...{ path: 'src/a.ts', line: at + 1, commitSha: sha(commits - 1), createdAt: after(11 + at) },
  })
  return {
    commits: makeSeries(commits, commit),
    reviews: makeSeries(reviews, review),
    comments: makeSeries(comments, comment),
    size: { additions: mix(seed, index) % 400, deletions: mix(seed + 1, index) % 200, changedFiles: 1 + (mix(seed + 2, index) % 12) },
  }
}

/** Merged pull requests of the past; answers the number of the oldest. */
export function seedPulls(world: World, repository: Repository, count: number, options: PullSeed): number {
  const { seed = 1, everySeconds = 3600, commits = 4 } = options
  const until = (options.until ?? world.clock.now()).getTime()
  const people = ['ada', 'bob', 'cyd', 'dan'].map((login) => ensureAccount(world, login))
  const closed = openIssue(world, repository, people[0] as Account, { title: 'What the seeded changes are for' }).number
  const first = repository.nextNumber
  const base = { ref: repository.defaultBranch, sha: madeUpSha(seed + 9, 0) }
  for (let index = 0; index < count; index += 1) {
    const mergedAt = new Date(until - (count - 1 - index) * everySeconds * 1000)
    const createdAt = new Date(mergedAt.getTime() - 3_600_000)
    const [user, number] = [people[index % people.length] as Account, first + index]
    const pull: Pull = {
      ...{ id: world.nextId(), number, user, title: `feat: change ${number}`, state: 'closed', draft: false, base },
      body: mix(seed + 4, index) % 3 === 0 ? `Closes #${closed}` : 'Makes the shop faster, because people leave when it is slow.',
      head: {
        repositoryId: repository.id,
        ref: `change-${number}`,
        sha: madeUpSha(seed + 7, index * PARTS_PER_PULL + Math.max(0, commits - 1)),
      },
      ...{ mergeCommitSha: madeUpSha(seed + 8, index), mergedAt, mergedBy: user, createdAt, updatedAt: mergedAt, closedAt: mergedAt },
    }
    repository.pulls.set(number, pull)
    repository.evidence.bulk.set(number, makeBulk(pull.id, index, createdAt, people, options))
  }
  repository.nextNumber += count
  return first
}
