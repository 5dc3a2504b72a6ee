// What a conclusion of a run or job means for the figures. GitHub adds conclusions from time to time and writes them in upper
// case in GraphQL, lower in REST; one we do not know is counted and shown, never guessed.

import type { JobFact, WorkflowRunFact } from './facts/workflow-fact.ts'
import { byInstant, spanSeconds } from './instants.ts'
import { groupBy } from './statistics.ts'

export const RESULT_CLASSES = {
  success: 'success',
  failure: 'failure',
  timed_out: 'failure',
  startup_failure: 'failure',
  cancelled: 'cancelled',
  skipped: 'skipped',
  neutral: 'neutral',
  stale: 'stale',
  action_required: 'action_required',
} as const

/** `running` has no conclusion yet; `unknown` has one that is not in the table. */
export type RunResult = (typeof RESULT_CLASSES)[keyof typeof RESULT_CLASSES] | 'running' | 'unknown'

const isResult = (word: string): word is keyof typeof RESULT_CLASSES => Object.hasOwn(RESULT_CLASSES, word)

export function resultOf({ status, conclusion }: { readonly status: string; readonly conclusion: string | null }): RunResult {
  if (status.toLowerCase() !== 'completed' || conclusion === null) return 'running'
  const word = conclusion.toLowerCase()
  return isResult(word) ? RESULT_CLASSES[word] : 'unknown'
}

/** A run with its attempts folded into one: the latest decides, that an earlier one failed is kept. */
export interface Run {
  readonly latest: WorkflowRunFact
  readonly result: RunResult
  readonly failedBefore: boolean
  /** Attempts that GitHub numbered and nobody has seen: whether they failed is unknown. */
  readonly attemptsUnseen: number
  /** When the latest attempt ended; null while it runs. */
  readonly endedAt: Date | null
}

/** One entry per run id, whatever its attempts and however often a row occurs, in order of id. */
export function foldAttempts(rows: readonly WorkflowRunFact[]): readonly Run[] {
  return [...groupBy(rows, (row) => row.id)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, attempts]) => {
      const inOrder = [...attempts].sort(
        (left, right) =>
          left.attempt - right.attempt ||
          byInstant<WorkflowRunFact>(
            (row) => row.updatedAt,
            (row) => row.status,
          )(left, right),
      )
      const latest = inOrder.at(-1) as WorkflowRunFact
      const earlier = inOrder.filter((row) => row.attempt < latest.attempt)
      const result = resultOf(latest)
      return {
        latest,
        result,
        failedBefore: earlier.some((row) => resultOf(row) === 'failure'),
        attemptsUnseen: latest.attempt - new Set(inOrder.map((row) => row.attempt)).size,
        endedAt: result === 'running' ? null : latest.updatedAt,
      }
    })
}

/** Seconds the latest attempt took, from its own start (a re-run keeps `createdAt`, which may be days ago); null while it runs. */
export const runDuration = ({ latest, endedAt }: Run): number | null => spanSeconds(latest.startedAt, endedAt)

/** Seconds a job took; null for one that runs, never started or was skipped. */
export const jobDuration = (job: JobFact): number | null => {
  const result = resultOf(job)
  return result === 'running' || result === 'skipped' ? null : spanSeconds(job.startedAt, job.completedAt)
}
