// Workflow runs with their attempts. A run keeps its id, its number and its created_at whatever is done again; what starts anew
// is an attempt. Seeded runs are blocks whose runs are made on reading, so that fifty thousand cost nothing; a seeded run that
// changes is kept as it became.
import { cutSeries, joinSeries, makeSeries, type Series } from './series.ts'
import type { Account } from './world.ts'

export type RunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting'
export type Conclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'neutral'
  | 'timed_out'
  | 'action_required'
  | 'stale'
  | 'startup_failure'

export interface Workflow {
  readonly id: number
  name: string
  readonly path: string
  state: 'active' | 'disabled_manually' | 'deleted'
  readonly createdAt: Date
}

export interface Job {
  readonly id: number
  readonly name: string
  readonly status: RunStatus
  readonly conclusion: Conclusion | undefined
  readonly startedAt: Date
  readonly completedAt: Date | undefined
}

export interface Attempt {
  readonly startedAt: Date
  readonly updatedAt: Date
  readonly status: RunStatus
  readonly conclusion: Conclusion | undefined
  readonly jobs: Series<Job>
  /** Who started this attempt. */
  readonly actor: Account
}

export interface Run {
  readonly id: number
  readonly suiteId: number
  readonly workflowId: number
  readonly number: number
  readonly event: string
  readonly branch: string | null
  readonly headSha: string
  readonly title: string
  readonly createdAt: Date
  readonly actor: Account
  /** The repository or a fork, which may be deleted since. */
  readonly headRepositoryId: number
  /** Oldest first, at least one. */
  readonly attempts: readonly Attempt[]
}

/** Runs that are made on reading: `make(0)` is the oldest, ids and instants rise with the index. */
export interface RunBlock {
  readonly firstId: number
  readonly firstSuiteId: number
  readonly count: number
  createdAtMs(index: number): number
  make(index: number): Run
}

export interface RunShelf {
  /** Runs that happened one by one, and seeded ones that changed. */
  readonly kept: Map<number, Run>
  readonly blocks: RunBlock[]
}

export const makeRunShelf = (): RunShelf => ({ kept: new Map(), blocks: [] })

export const latestAttempt = (run: Run): Attempt => run.attempts.at(-1) as Attempt

export function findRun(shelf: RunShelf, id: number): Run | undefined {
  const kept = shelf.kept.get(id)
  if (kept) return kept
  const block = shelf.blocks.find(({ firstId, count }) => id >= firstId && id < firstId + count)
  return block?.make(id - block.firstId)
}

export function findRunBySuite(shelf: RunShelf, suiteId: number): Run | undefined {
  const block = shelf.blocks.find(({ firstSuiteId, count }) => suiteId >= firstSuiteId && suiteId < firstSuiteId + count)
  if (block) return findRun(shelf, block.firstId + suiteId - block.firstSuiteId)
  for (const run of shelf.kept.values()) if (run.suiteId === suiteId) return run
  return undefined
}

export interface RunFilter {
  readonly workflowId?: number
  readonly branch?: string
  readonly event?: string
  readonly actor?: string
  readonly headSha?: string
  readonly suiteId?: number
  /** A status or a conclusion: GitHub takes both under one name. */
  readonly status?: string
  /** Instants in milliseconds, both ends belonging to it. */
  readonly created?: { readonly from: number; readonly to: number }
}

/** The runs a filter leaves, newest first. A filter by `created` alone touches no run that is not read. */
export function selectRuns(shelf: RunShelf, filter: RunFilter): Series<Run> {
  const { created = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }, ...rest } = filter
  const plain = Object.values(rest).every((value) => value === undefined)
  const seeded = (id: number) => shelf.blocks.some(({ firstId, count }) => id >= firstId && id < firstId + count)
  const own = [...shelf.kept.values()]
    .filter(
      (run) => !seeded(run.id) && matches(run, rest) && run.createdAt.getTime() >= created.from && run.createdAt.getTime() <= created.to,
    )
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
  const parts = [...shelf.blocks].reverse().map((block) => {
    const read = (index: number) => shelf.kept.get(block.firstId + index) ?? block.make(index)
    const first = firstAtOrAfter(block, created.from)
    const end = firstAtOrAfter(block, created.to + 1)
    if (plain) {
      const newerThan = (ms: number) => Math.max(0, end - Math.max(first, firstAtOrAfter(block, ms)))
      return { series: makeSeries(Math.max(0, end - first), (at) => read(end - 1 - at)), newerThan }
    }
    const chosen: number[] = []
    for (let index = end - 1; index >= first; index -= 1) if (matches(read(index), rest)) chosen.push(index)
    const newerThan = (ms: number) => chosen.filter((index) => block.createdAtMs(index) >= ms).length
    return { series: makeSeries(chosen.length, (at) => read(chosen[at] as number)), newerThan }
  })
  return joinSeries(interleave(own, parts))
}

interface BlockPart {
  readonly series: Series<Run>
  /** How many of its runs were created at an instant or after it. */
  newerThan(ms: number): number
}

/** Runs of their own between those of the blocks, each before the first that is older. */
function interleave(own: readonly Run[], parts: readonly BlockPart[]): Series<Run>[] {
  const rest = [...own]
  const ordered: Series<Run>[] = []
  for (const { series, newerThan } of parts) {
    let from = 0
    while (rest[0]) {
      const at = newerThan(rest[0].createdAt.getTime() + 1)
      if (at >= series.length) break
      if (at > from) ordered.push(cutSeries(series, from, at))
      from = Math.max(from, at)
      ordered.push([rest.shift() as Run])
    }
    ordered.push(cutSeries(series, from, series.length))
  }
  return [...ordered, rest]
}

function matches(run: Run, filter: Omit<RunFilter, 'created'>): boolean {
  const { status, conclusion } = latestAttempt(run)
  const same = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value
  return (
    same(filter.workflowId, run.workflowId) &&
    same<string | null>(filter.branch, run.branch) &&
    same(filter.event, run.event) &&
    same(filter.actor, run.actor.login) &&
    same(filter.headSha, run.headSha) &&
    same(filter.suiteId, run.suiteId) &&
    (filter.status === undefined || filter.status === status || filter.status === conclusion)
  )
}

/** By halving: `createdAtMs` rises. */
function firstAtOrAfter(block: RunBlock, instantMs: number): number {
  let [low, high] = [0, block.count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (block.createdAtMs(middle) < instantMs) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The range that GitHub's date syntax names: `2026-01-01..2026-02-01`, `>=…`, `>…`, `<=…`, `<…`, `*..…`, `…..*` or one day.
 * A day without a time is the whole day in UTC. `undefined` for what GitHub cannot read.
 */
export function parseCreated(text: string): { readonly from: number; readonly to: number } | undefined {
  const [whole, everBefore, everAfter] = [86_400_000, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const span = (part: string) => {
    const from = Date.parse(part)
    // An instant names its second: what is stored finer than that belongs to it.
    return { from, to: from + (/^\d{4}-\d\d-\d\d$/.test(part) ? whole : 1000) - 1 }
  }
  const range = /^(.+?)\.\.(.+)$/.exec(text)
  const compared = /^(>=|<=|>|<)(.+)$/.exec(text)
  let found: { from: number; to: number }
  if (range) {
    const [, first = '', last = ''] = range
    found = { from: first === '*' ? everBefore : span(first).from, to: last === '*' ? everAfter : span(last).to }
  } else if (compared) {
    const [, sign = '', part = ''] = compared
    const at = span(part)
    found = sign.startsWith('>')
      ? { from: sign === '>' ? at.to + 1 : at.from, to: everAfter }
      : { from: everBefore, to: sign === '<' ? at.from - 1 : at.to }
    if (Number.isNaN(at.from)) return undefined
  } else found = span(text)
  return Number.isNaN(found.from) || Number.isNaN(found.to) ? undefined : found
}
