// Everything GitHub told about one repository: what the metrics are functions of. The store keeps these rows by provider id,
// so importing again is an upsert and any window, past ones too, can be computed again.
import type { Collected, CollectedOne } from '../collected.ts'
import type { DeploymentFact, IncidentFact, ReleaseFact } from './delivery-fact.ts'
import type { CommitFact, DiscussionFact, GapIssueFact, WikiPageFact } from './knowledge-fact.ts'
import type { AlertFact, BranchRule, ClassicProtection, MergeSettings, SecretAlertFact } from './posture-fact.ts'
import type { PullRequestFact, ReviewCommentFact, ReviewFact } from './pull-request-fact.ts'
import type { JobFact, TestArtifactFact, WorkflowRunFact } from './workflow-fact.ts'

export interface GithubFacts {
  readonly runs: Collected<WorkflowRunFact>
  readonly jobs: Collected<JobFact>
  readonly testArtifacts: Collected<TestArtifactFact>
  readonly releases: Collected<ReleaseFact>
  readonly deployments: Collected<DeploymentFact>
  readonly incidents: Collected<IncidentFact>
  readonly pullRequests: Collected<PullRequestFact>
  readonly reviews: Collected<ReviewFact>
  readonly reviewComments: Collected<ReviewCommentFact>
  readonly commits: Collected<CommitFact>
  /** Text of the pull request template; null where there is none. */
  readonly pullRequestTemplate: string | null
  /** Paths of files at the head of the default branch, where documents are looked for. */
  readonly paths: Collected<string>
  readonly wikiPages: Collected<WikiPageFact>
  readonly discussions: Collected<DiscussionFact>
  readonly gapIssues: Collected<GapIssueFact>
  readonly classicProtection: CollectedOne<ClassicProtection>
  readonly branchRules: Collected<BranchRule>
  readonly mergeSettings: CollectedOne<MergeSettings>
  readonly dependabotAlerts: Collected<AlertFact>
  readonly codeScanningAlerts: Collected<AlertFact>
  readonly secretAlerts: Collected<SecretAlertFact>
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
