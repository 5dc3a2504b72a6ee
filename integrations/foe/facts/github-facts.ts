// Everything GitHub told about one repository: what the metrics are functions of. The store keeps these rows by provider id,
// so importing again is an upsert and any window, past ones too, can be computed again.
import type { Collected, CollectedOne } from '../collected.ts'
import type { FactLists, FactSnapshots, ListKind } from './fact-kinds.ts'

type Lists = { readonly [Kind in ListKind]: Collected<FactLists[Kind]> }

export interface GithubFacts extends Lists {
  /** Text of the pull request template; null where there is none. */
  readonly pullRequestTemplate: FactSnapshots['pullRequestTemplate']
  /** Paths of files at the head of the default branch, where documents are looked for. */
  readonly paths: Collected<string>
  readonly classicProtection: CollectedOne<NonNullable<FactSnapshots['classicProtection']>>
  readonly branchRules: Collected<FactSnapshots['branchRules'][number]>
  readonly mergeSettings: CollectedOne<NonNullable<FactSnapshots['mergeSettings']>>
}

const NOT_COLLECTED = { state: 'absent', reason: 'not-collected' } as const

/** Facts of a repository that nobody has imported yet: what an import starts from. */
export const NO_FACTS: GithubFacts = Object.freeze({
  runs: NOT_COLLECTED,
  jobs: NOT_COLLECTED,
  testArtifacts: NOT_COLLECTED,
  releases: NOT_COLLECTED,
  deployments: NOT_COLLECTED,
  incidents: NOT_COLLECTED,
  pullRequests: NOT_COLLECTED,
  reviews: NOT_COLLECTED,
  reviewComments: NOT_COLLECTED,
  commits: NOT_COLLECTED,
  pullRequestTemplate: null,
  paths: NOT_COLLECTED,
  wikiPages: NOT_COLLECTED,
  discussions: NOT_COLLECTED,
  gapIssues: NOT_COLLECTED,
  classicProtection: NOT_COLLECTED,
  branchRules: NOT_COLLECTED,
  mergeSettings: NOT_COLLECTED,
  dependabotAlerts: NOT_COLLECTED,
  codeScanningAlerts: NOT_COLLECTED,
  secretAlerts: NOT_COLLECTED,
})
