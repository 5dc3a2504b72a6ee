// The kinds of facts, by name. Lists are stored fact by fact, each under its provider's id, so that importing again is an
// upsert; snapshots are one value per repository, replaced as a whole, because what is not in them is not there.
import type { DeploymentFact, IncidentFact, ReleaseFact } from './delivery-fact.ts'
import type { CommitFact, DiscussionFact, GapIssueFact, WikiPageFact } from './knowledge-fact.ts'
import type { AlertFact, BranchRule, ClassicProtection, MergeSettings, SecretAlertFact } from './posture-fact.ts'
import type { PullRequestFact, ReviewCommentFact, ReviewFact } from './pull-request-fact.ts'
import type { JobFact, TestArtifactFact, WorkflowRunFact } from './workflow-fact.ts'

/** Facts that come in numbers. */
export interface FactLists {
  readonly runs: WorkflowRunFact
  readonly jobs: JobFact
  readonly testArtifacts: TestArtifactFact
  readonly releases: ReleaseFact
  readonly deployments: DeploymentFact
  readonly incidents: IncidentFact
  readonly pullRequests: PullRequestFact
  readonly reviews: ReviewFact
  readonly reviewComments: ReviewCommentFact
  readonly commits: CommitFact
  readonly wikiPages: WikiPageFact
  readonly discussions: DiscussionFact
  readonly gapIssues: GapIssueFact
  readonly dependabotAlerts: AlertFact
  readonly codeScanningAlerts: AlertFact
  readonly secretAlerts: SecretAlertFact
}

/** Facts there is one value of. */
export interface FactSnapshots {
  readonly paths: readonly string[]
  readonly pullRequestTemplate: string | null
  readonly classicProtection: ClassicProtection | null
  readonly branchRules: readonly BranchRule[]
  readonly mergeSettings: MergeSettings | null
}

export type ListKind = keyof FactLists
export type SnapshotKind = keyof FactSnapshots
export type FactKind = ListKind | SnapshotKind
