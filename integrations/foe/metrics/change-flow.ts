// From merge to production, and what went wrong there. Definitions: docs/metrics.md, feedback.
//
// Which deployment delivered a merge is decided by the commit graph alone: going through production deployments in time,
// each takes the commits reachable from its own that no earlier one had. The first deployment with a known commit only
// draws the line: everything before it was delivered by nobody knows what, and attaching it would show years of lead time.
import { type Collected, itemsOf } from '../collected.ts'
import { type Deployment, readDeployments } from '../deployment-outcome.ts'
import type { DeploymentFact, IncidentFact } from '../facts/delivery-fact.ts'
import type { CommitFact } from '../facts/knowledge-fact.ts'
import type { PullRequestFact } from '../facts/pull-request-fact.ts'
import { gapOfAbsence } from '../gap.ts'
import { isWithin, spanSeconds, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { knownOr, ratio, unknown } from '../metric-value.ts'
import type { MetricSettings } from '../settings.ts'
import { groupBy, median } from '../statistics.ts'

export type ChangeFlowMetric = 'leadTimeForChanges' | 'changeFailureRate'

interface ChangeFlowFacts {
  readonly deployments: Collected<DeploymentFact>
  readonly commits: Collected<CommitFact>
  readonly pullRequests: Collected<PullRequestFact>
  readonly incidents: Collected<IncidentFact>
}

/** Commit → the first deployment that contains it. Each commit is looked at once, however many deployments there are. */
export function firstDeployments(deployments: readonly Deployment[], commits: readonly CommitFact[]): ReadonlyMap<string, Deployment> {
  const parentsOf = new Map(commits.map((commit) => [commit.sha, commit.parents]))
  const delivered = new Map<string, Deployment>()
  const seen = new Set<string>()
  let isFirst = true
  for (const deployment of deployments) {
    if (!parentsOf.has(deployment.fact.sha)) continue
    const open = [deployment.fact.sha]
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      const parents = parentsOf.get(sha)
      if (parents === undefined || seen.has(sha)) continue
      seen.add(sha)
      if (!isFirst) delivered.set(sha, deployment)
      open.push(...parents)
    }
    isFirst = false
  }
  return delivered
}

/** Seconds from merge to the end of the first successful production deployment with it, for deployments in the window. */
function leadTimes(facts: ChangeFlowFacts, succeeded: readonly Deployment[], window: Window): readonly number[] {
  const delivered = firstDeployments(succeeded, itemsOf(facts.commits))
  return itemsOf(facts.pullRequests).flatMap(({ mergedAt, mergeCommitSha }) => {
    const deployment = mergeCommitSha === null ? undefined : delivered.get(mergeCommitSha)
    if (!deployment || !isWithin(deployment.at, window)) return []
    const seconds = spanSeconds(mergedAt, deployment.at)
    return seconds === null ? [] : [seconds]
  })
}

/** Whether a deployment turned out badly: the next one failed or went back to an older commit, or an incident is laid to it. */
function wentWrong(at: number, inEnvironment: readonly Deployment[], incidents: ReadonlySet<string>): boolean {
  const deployment = inEnvironment[at] as Deployment
  if (incidents.has(deployment.fact.id)) return true
  const next = inEnvironment[at + 1]
  if (next === undefined) return false
  if (next.result === 'failure') return true
  const wentBack = inEnvironment.slice(0, at).some(({ fact, result }) => result === 'success' && fact.sha === next.fact.sha)
  return wentBack && next.fact.sha !== deployment.fact.sha
}

function failureShare(production: readonly Deployment[], incidents: ReadonlySet<string>, window: Window) {
  let counted = 0
  let wrong = 0
  for (const inEnvironment of groupBy(production, ({ fact }) => fact.environment).values()) {
    for (const [at, deployment] of inEnvironment.entries()) {
      if (!isWithin(deployment.at, window)) continue
      counted += 1
      if (wentWrong(at, inEnvironment, incidents)) wrong += 1
    }
  }
  return ratio(wrong, counted)
}

/** Lead time for changes (median, seconds) and change failure rate (0..1) of production deployments in the window. */
export function measureChangeFlow(facts: ChangeFlowFacts, window: Window, settings: MetricSettings): Measured<ChangeFlowMetric> {
  if (facts.deployments.state === 'absent')
    return measuredAbsent(facts.deployments, 'deployments', { counts: [], others: ['leadTimeForChanges', 'changeFailureRate'] })
  const production = readDeployments(facts.deployments.items, settings).filter(
    ({ isProduction, result }) => isProduction && result !== 'unfinished',
  )
  const incidents = new Set(itemsOf(facts.incidents).map(({ deploymentId }) => deploymentId))
  const changeFailureRate = failureShare(production, incidents, window)
  for (const [feature, source] of [
    ['commits', facts.commits],
    ['pull-requests', facts.pullRequests],
  ] as const) {
    if (source.state === 'absent')
      return {
        metrics: { leadTimeForChanges: unknown(source.reason), changeFailureRate },
        gaps: [gapOfAbsence(feature, source.reason)],
        notes: [],
      }
  }
  const succeeded = production.filter(({ result }) => result === 'success')
  return { metrics: { leadTimeForChanges: knownOr(median(leadTimes(facts, succeeded, window))), changeFailureRate }, gaps: [], notes: [] }
}
