// A dimension's figures from facts: which data types there are, and what is computed for each. Nothing here knows how the facts
// were had or where they are kept, so the same call serves an import, a webhook and a question about last year.
import { itemsOf } from './collected.ts'
import type { GithubFacts } from './facts/github-facts.ts'
import { type Gap, gapsOfIssues } from './gap.ts'
import type { Window } from './instants.ts'
import { explain, type Measured } from './measured.ts'
import type { MetricValue } from './metric-value.ts'
import { measureCodeScanning, measureDependabot, measureSecretScanning } from './metrics/alerts.ts'
import { measureChangeFlow } from './metrics/change-flow.ts'
import { measureCommitMessages } from './metrics/commit-messages.ts'
import { measureDeployments, measureReleases } from './metrics/delivery.ts'
import { measureDescriptions } from './metrics/descriptions.ts'
import { measureDocuments } from './metrics/documents.ts'
import { measureDiscussions, measureWiki } from './metrics/knowledge.ts'
import { measureMerging, measureProtection } from './metrics/protection.ts'
import { measureReviews } from './metrics/reviews.ts'
import { measureTestResults } from './metrics/test-results.ts'
import { measureWorkflowRuns } from './metrics/workflow-runs.ts'
import type { MetricSettings } from './settings.ts'

export const DIMENSIONS = ['feedback', 'understanding', 'confidence'] as const
export type Dimension = (typeof DIMENSIONS)[number]

type Measure = (facts: GithubFacts, window: Window, settings: MetricSettings) => Measured

/** Releases and deployments answer one question together: whichever is asked for, releases may have to stand in. */
const DELIVERY: readonly Measure[] = [measureReleases, measureDeployments, measureChangeFlow]

/** What an import may be asked for (`dataTypes` of the contract), and what is computed for it. */
export const DATA_TYPES = {
  feedback: { 'workflow-runs': [measureWorkflowRuns], releases: DELIVERY, deployments: DELIVERY, 'test-artifacts': [measureTestResults] },
  understanding: {
    'pr-descriptions': [measureDescriptions],
    'commit-messages': [measureCommitMessages],
    'documentation-presence': [(facts, _, settings) => measureDocuments(facts, settings)],
    wiki: [measureWiki],
    discussions: [measureDiscussions],
  },
  confidence: {
    'pr-reviews': [measureReviews],
    'branch-protection': [measureProtection],
    'merge-policies': [measureMerging],
    'dependabot-alerts': [measureDependabot],
    'code-scanning': [measureCodeScanning, measureSecretScanning],
  },
} as const satisfies Readonly<Record<Dimension, Readonly<Record<string, readonly Measure[]>>>>

export type DataType<D extends Dimension = Dimension> = { [Each in D]: keyof (typeof DATA_TYPES)[Each] }[D]

/** The data types of a dimension, in the contract's order. */
export const dataTypesOf = <D extends Dimension>(dimension: D): readonly DataType<D>[] =>
  Object.keys(DATA_TYPES[dimension]) as DataType<D>[]

export interface DimensionMetrics {
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly gaps: readonly Gap[]
  /** Sentences; empty when every figure is known and needs no word. */
  readonly explanation: readonly string[]
}

/**
 * The figures of one dimension in a window.
 * @param asked data types to compute; null or empty: all of the dimension. One that it does not have adds nothing.
 */
export function measureGithub(
  facts: GithubFacts,
  dimension: Dimension,
  window: Window,
  settings: MetricSettings,
  asked: readonly string[] | null = null,
): DimensionMetrics {
  const table: Readonly<Record<string, readonly Measure[]>> = DATA_TYPES[dimension]
  const wanted = Object.keys(table).filter((dataType) => !asked?.length || asked.includes(dataType))
  const measures = [...new Set(wanted.flatMap((dataType) => table[dataType] ?? []))]
  const parts = measures.map((measure) => measure(facts, window, settings))
  const metrics = Object.assign({}, ...parts.map((part) => part.metrics)) as Record<string, MetricValue>
  const issues = dimension === 'understanding' ? gapsOfIssues(itemsOf(facts.gapIssues), window.to) : []
  const gaps = new Map([...parts.flatMap((part) => part.gaps), ...issues].map((gap) => [gap.code, gap]))
  return { metrics, gaps: [...gaps.values()], explanation: [...new Set([...parts.flatMap((part) => part.notes), ...explain(metrics)])] }
}
