// Workflow runs with their jobs, newest first; `run-scan.ts` says which page comes next. Runs that had not ended are looked at again
// until they do. A further scan with nothing new is one request, answered 304.
import type { PullPosition } from '../../engine/pull.ts'
import type { FactBatch } from '../../foe/facts/fact-batch.ts'
import type { WorkflowRunFact } from '../../foe/facts/workflow-fact.ts'
import { isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import { readUnlessAbsent, readUnlessGone } from './absence.ts'
import { readListPage } from './list-page.ts'
import {
  afterPage,
  beginScan,
  beginUnchanged,
  createdFilter,
  type OpenRun,
  parseReached,
  parseRunCursor,
  type Reached,
  type RunCursor,
  reachedFor,
  SLACK_MS,
  stillOpen,
  toWindow,
} from './run-scan.ts'
import { toScanText } from './scan-text.ts'
import type { FactPage, FactStream, ImportPlace } from './stream.ts'
import { readJobs } from './workflow-jobs.ts'
import { attemptCall, createdAtOf, isOpen, type RunAnswer, runCall, runsCall, toWorkflowRun } from './workflow-run.ts'

/** Unfinished runs looked at with one page, each by a request of its own. */
const OPEN_PER_PAGE = 20
/** Earlier attempts read of one run: a run that was started again more often than that is seen as it goes on. */
const MOST_ATTEMPTS = 10
/** Runs of one page whose earlier attempts are read. */
const RERUNS_PER_PAGE = 20

const toOpenRun = (run: RunAnswer): OpenRun => ({ id: run.id, at: createdAtOf(run).toISOString() })

/** The facts of runs, and of the jobs of some of them. */
async function toBatch(
  github: GitHubContext,
  place: ImportPlace,
  runs: readonly RunAnswer[],
  withJobs: readonly RunAnswer[],
): Promise<FactBatch> {
  const facts = runs.map((run) => toWorkflowRun(run, place.repositoryId))
  const jobs = await readUnlessAbsent(() => readJobs(github, place, withJobs))
  if ('absent' in jobs) return { lists: { runs: facts }, absent: { jobs: jobs.absent } }
  return { lists: { runs: facts, jobs } }
}

/** A page of the list; `capped` where GitHub refuses to show so far into it. */
async function readRuns(github: GitHubContext, place: ImportPlace, cursor: Exclude<RunCursor, { phase: 'open' }>, etag?: string) {
  try {
    const created = cursor.phase === 'window' ? createdFilter(cursor) : undefined
    return await readListPage(github, runsCall(place, created), cursor.place, etag)
  } catch (error) {
    const refused = isAppError(error) && error.code === 'provider-rejected'
    if (refused && cursor.phase === 'list' && cursor.oldest !== undefined) return 'capped'
    throw error
  }
}

const NOTHING: FactBatch = { lists: { runs: [], jobs: [] } }

const toPage = (batch: FactBatch, next: RunCursor | undefined, candidate: Reached | undefined, total?: number): FactPage => ({
  batch,
  next: next && toScanText(next),
  ...(candidate === undefined ? {} : { candidate: toScanText(candidate) }),
  ...(total === undefined ? {} : { total }),
})

async function listedPage(
  github: GitHubContext,
  place: ImportPlace,
  position: PullPosition,
  cursor: Exclude<RunCursor, { phase: 'open' }>,
  deepAt: Date,
): Promise<FactPage> {
  const known = reachedFor(place.from, parseReached(position.watermark))
  const isFirst = position.cursor === undefined
  const now = github.clock.now()
  const page = await readUnlessAbsent(() => readRuns(github, place, cursor, isFirst ? known?.etag : undefined))
  if (page === 'capped') {
    const { oldest } = cursor as { readonly oldest: string }
    return toPage(NOTHING, toWindow(cursor, oldest, cursor.place), undefined)
  }
  if (page === 'not-modified') {
    const next = known && beginUnchanged(place.from, known, now)
    if (!known || !next) return toPage(NOTHING, undefined, undefined)
    if (next.phase === 'list') return toPage(NOTHING, next, undefined)
    const waiting = new Set(next.waiting.map(({ id }) => id))
    return toPage(NOTHING, next, { ...known, open: known.open.filter(({ id }) => !waiting.has(id)) })
  }
  // An empty candidate forgets the ETag: once Actions are there again, "not modified" must not be the answer.
  if ('absent' in page) return { batch: { absent: { runs: page.absent, jobs: page.absent } }, next: undefined, candidate: '' }

  const { workflow_runs: runs, total_count: total } = page.data
  const readAt = known === undefined ? undefined : new Date(Date.parse(known.readAt) - SLACK_MS)
  const changed = readAt === undefined ? runs : runs.filter((run) => new Date(run.updated_at) >= readAt)
  const latest = await toBatch(github, place, runs, changed)
  // The first scan leaves earlier attempts out, which would cost more than all the rest; they count as not seen.
  const batch = readAt === undefined ? latest : await withEarlierAttempts(github, place, changed, latest)
  const created = runs.map((run) => ({ id: run.id, createdAt: createdAtOf(run) }))
  const seen = { runs: created, total, offset: page.offset, next: page.next }
  const candidate: Reached = parseReached(position.candidate) ?? {
    ...{ v: 1, readAt: now.toISOString(), from: place.from.toISOString(), deepAt: deepAt.toISOString(), open: [] },
    ...(page.etag === undefined ? {} : { etag: page.etag }),
    ...(created[0] ? { newest: created[0].createdAt.toISOString() } : {}),
    ...(created.length > 0 ? { firstPageFrom: (created.at(-1) as (typeof created)[0]).createdAt.toISOString() } : {}),
  }
  const open = stillOpen([...candidate.open, ...runs.filter(isOpen).map(toOpenRun)], now)
  return toPage(batch, afterPage(cursor, seen), { ...candidate, open }, Math.ceil(total / cursor.place.size.size))
}

/** Earlier attempts of a run, which lists do not show: that one failed counts although the latest did not. */
async function readEarlierAttempts(github: GitHubContext, place: ImportPlace, run: RunAnswer): Promise<WorkflowRunFact[]> {
  const latest = run.run_attempt ?? 1
  const attempts = Array.from({ length: latest - 1 }, (_, at) => at + 1).slice(-MOST_ATTEMPTS)
  const found = await Promise.all(
    attempts.map(async (attempt) => {
      const earlier = await readUnlessAbsent(() => github.client.request(attemptCall(place, run.id, attempt)))
      return 'absent' in earlier ? [] : [toWorkflowRun(earlier.data, place.repositoryId)]
    }),
  )
  return found.flat()
}

/** A batch with the earlier attempts of runs that were started again, each some requests. */
async function withEarlierAttempts(
  github: GitHubContext,
  place: ImportPlace,
  runs: readonly RunAnswer[],
  batch: FactBatch,
): Promise<FactBatch> {
  const again = runs.filter((run) => (run.run_attempt ?? 1) > 1).slice(0, RERUNS_PER_PAGE)
  const earlier = await Promise.all(again.map((run) => readEarlierAttempts(github, place, run)))
  return { ...batch, lists: { ...batch.lists, runs: [...earlier.flat(), ...(batch.lists?.runs ?? [])] } }
}

/** One run as it is now; `gone` where GitHub has deleted it. */
const readRun = (github: GitHubContext, place: ImportPlace, id: number): Promise<RunAnswer | 'gone'> =>
  readUnlessGone(github, place, async () => (await github.client.request(runCall(place, id))).data)

async function openPage(github: GitHubContext, place: ImportPlace, position: PullPosition, cursor: RunCursor): Promise<FactPage> {
  const [now, part] = [github.clock.now(), cursor.waiting.slice(0, OPEN_PER_PAGE)]
  const found = await Promise.all(part.map(({ id }) => readRun(github, place, id)))
  const runs = found.filter((run) => run !== 'gone')
  const gone = part.filter((_, at) => found[at] === 'gone').map(({ id }) => String(id))
  const batch = await withEarlierAttempts(github, place, runs, await toBatch(github, place, runs, runs))
  const candidate = parseReached(position.candidate) ?? parseReached(position.watermark)
  const rest = cursor.waiting.slice(OPEN_PER_PAGE)
  return toPage(
    { ...batch, ...(gone.length > 0 ? { gone: { runs: gone } } : {}) },
    rest.length > 0 ? { ...cursor, waiting: rest } : undefined,
    candidate && { ...candidate, open: stillOpen([...candidate.open, ...runs.filter(isOpen).map(toOpenRun)], now) },
  )
}

export const WORKFLOW_RUN_STREAM: FactStream = Object.freeze({
  name: 'workflow-runs',
  brings: ['runs', 'jobs'],
  async fetchPage(github, place, position) {
    const known = reachedFor(place.from, parseReached(position.watermark))
    const begun = beginScan(place.from, github.clock.now(), known)
    const cursor = parseRunCursor(position.cursor) ?? begun.cursor
    if (cursor.phase === 'open') return openPage(github, place, position, cursor)
    return listedPage(github, place, position, cursor, begun.deepAt)
  },
} satisfies FactStream)

/**
 * One run as GitHub has it now, with its jobs and all its attempts: what an event about it is followed by.
 * @throws AppError `provider-*`
 */
export async function refreshRun(github: GitHubContext, place: ImportPlace, runId: number): Promise<FactBatch> {
  const run = await readRun(github, place, runId)
  if (run === 'gone') return { gone: { runs: [String(runId)] } }
  return withEarlierAttempts(github, place, [run], await toBatch(github, place, [run], [run]))
}
