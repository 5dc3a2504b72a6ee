// When and how a deployment ended. Its end is its first terminal status: later ones (`inactive` when the next one replaces
// it) tell about its successors, and `updatedAt` moves with them.
import type { DeploymentFact } from './facts/delivery-fact.ts'
import { byInstant } from './instants.ts'
import type { MetricSettings } from './settings.ts'

export type DeploymentResult = 'success' | 'failure' | 'unfinished'

export interface Deployment {
  readonly fact: DeploymentFact
  readonly result: DeploymentResult
  /** Null where GitHub kept no statuses: then only that it succeeded is known. */
  readonly endedAt: Date | null
  /** The instant figures count it by: its end, else its creation. */
  readonly at: Date
  readonly isProduction: boolean
}

const TERMINAL: Readonly<Record<string, DeploymentResult>> = { success: 'success', failure: 'failure', error: 'failure' }
/** GraphQL's summary where no status is left: it is or was live, or it failed. */
const SUMMARY: Readonly<Record<string, DeploymentResult>> = {
  active: 'success',
  inactive: 'success',
  success: 'success',
  failure: 'failure',
  error: 'failure',
}

/**
 * Production is what GitHub marks so, or an environment whose name matches. The mark can only add: it is false by default.
 * `search` ignores the place where a pattern with the flags g or y stopped before, so the answer never depends on the last one.
 */
const isProduction = ({ environment, isProduction: marked }: DeploymentFact, { productionPattern }: MetricSettings): boolean =>
  marked === true || environment.search(productionPattern) !== -1

/** One deployment with its outcome. */
export function readDeployment(fact: DeploymentFact, settings: MetricSettings): Deployment {
  const inOrder = [...fact.statuses].sort(
    byInstant(
      (status) => status.createdAt,
      (status) => status.id,
    ),
  )
  const end = inOrder.find(({ state }) => TERMINAL[state.toLowerCase()] !== undefined)
  const summary = fact.statuses.length === 0 ? SUMMARY[fact.state?.toLowerCase() ?? ''] : undefined
  const result = end ? TERMINAL[end.state.toLowerCase()] : summary
  const endedAt = end?.createdAt ?? null
  return { fact, result: result ?? 'unfinished', endedAt, at: endedAt ?? fact.createdAt, isProduction: isProduction(fact, settings) }
}

/** All deployments with their outcomes, in the order in which they count. */
export const readDeployments = (facts: readonly DeploymentFact[], settings: MetricSettings): readonly Deployment[] =>
  facts
    .map((fact) => readDeployment(fact, settings))
    .sort(
      byInstant(
        (deployment) => deployment.at,
        (deployment) => deployment.fact.id,
      ),
    )
