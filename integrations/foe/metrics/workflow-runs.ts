// Speed and health of the builds. Definitions: docs/metrics.md, feedback.
import { type Collected, itemsOf } from '../collected.ts'
import type { WorkflowRunFact } from '../facts/workflow-fact.ts'
import { byInstant, isWithin, spanSeconds, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, knownOr, ratio } from '../metric-value.ts'
import { foldAttempts, type Run, runDuration } from '../run-result.ts'
import type { MetricSettings } from '../settings.ts'
import { groupBy, mean, percentile, tally } from '../statistics.ts'

const NAMES = {
  counts: ['workflowRuns', 'runsInProgress', 'runsFailedBeforeRerun'],
  others: ['buildTimeP50', 'buildTimeP90', 'buildTimeP99', 'failureRate', 'meanTimeToRecovery', 'runResults'],
} as const

export type WorkflowRunMetric = (typeof NAMES)['counts' | 'others'][number]

/** Runs of the asked workflow, and of the asked branch of the repository itself: a fork's branch may have the same name. */
const isAsked = ({ latest }: Run, { workflowName, branch }: MetricSettings): boolean =>
  (workflowName === null || latest.workflowName === workflowName) &&
  (branch === null || (latest.headBranch === branch && latest.headRepositoryId === latest.repositoryId))

/**
 * Seconds from the end of the first failure of each streak to the end of the next success, for streaks of one workflow on
 * one branch of one repository that ended in the window. The streak may have begun before it.
 */
export function recoveryTimes(runs: readonly Run[], window: Window): readonly number[] {
  const streams = groupBy(runs, ({ latest }) => JSON.stringify([latest.workflowId, latest.headRepositoryId, latest.headBranch]))
  const times: number[] = []
  for (const stream of streams.values()) {
    const ended = stream.filter((run) => run.result === 'success' || run.result === 'failure')
    let failedAt: Date | null = null
    for (const run of [...ended].sort(
      byInstant<Run>(
        (each) => each.endedAt,
        (each) => each.latest.id,
      ),
    )) {
      if (run.result === 'failure') {
        failedAt ??= run.endedAt
        continue
      }
      const seconds = spanSeconds(failedAt, run.endedAt)
      if (seconds !== null && isWithin(run.endedAt, window)) times.push(seconds)
      failedAt = null
    }
  }
  return times
}

/** Figures of workflow runs created in the window; durations in seconds. */
export function measureWorkflowRuns(
  facts: { readonly runs: Collected<WorkflowRunFact> },
  window: Window,
  settings: MetricSettings,
): Measured<WorkflowRunMetric> {
  if (facts.runs.state === 'absent') return measuredAbsent(facts.runs, 'workflow-runs', NAMES)
  const asked = foldAttempts(itemsOf(facts.runs)).filter((run) => isAsked(run, settings))
  const runs = asked.filter(({ latest }) => isWithin(latest.createdAt, window))
  const judged = runs.filter(({ result }) => result === 'success' || result === 'failure')
  const durations = judged.map(runDuration).filter((seconds) => seconds !== null)
  const failures = judged.filter(({ result }) => result === 'failure').length
  return {
    metrics: {
      workflowRuns: known(runs.length),
      runsInProgress: known(runs.filter(({ result }) => result === 'running').length),
      runsFailedBeforeRerun: known(runs.filter(({ failedBefore }) => failedBefore).length),
      runResults: known(tally(runs, ({ result }) => result)),
      buildTimeP50: knownOr(percentile(durations, 0.5)),
      buildTimeP90: knownOr(percentile(durations, 0.9)),
      buildTimeP99: knownOr(percentile(durations, 0.99)),
      failureRate: ratio(failures, judged.length),
      meanTimeToRecovery: knownOr(mean(recoveryTimes(asked, window))),
    },
    gaps: [],
    notes: notesOf(runs, judged.length - durations.length),
  }
}

function notesOf(runs: readonly Run[], withoutDuration: number): readonly string[] {
  const unknownWords = tally(
    runs.filter(({ result }) => result === 'unknown'),
    ({ latest }) => (latest.conclusion ?? '').toLowerCase(),
  )
  const unseen = runs.filter(({ attemptsUnseen }) => attemptsUnseen > 0).length
  return [
    ...Object.entries(unknownWords).map(
      ([word, count]) => `${count} runs ended as "${word}", which we do not know and count as neither success nor failure.`,
    ),
    ...(unseen > 0 ? [`${unseen} runs were started again before we saw their first attempt; whether that failed is unknown.`] : []),
    ...(withoutDuration > 0 ? [`${withoutDuration} finished runs have no usable start and are left out of the build times.`] : []),
  ]
}
