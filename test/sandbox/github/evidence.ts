// What a repository shows of how its people work, beside its code: runs, releases, deployments, reviews, discussions, rules and
// alerts. Empty until a test fills it, and cheap while it is empty.

import { type Commit, makeObjectStore, type ObjectStore } from './git-objects.ts'
import { makeRunShelf, type RunShelf, type Workflow } from './runs.ts'
import type { Series } from './series.ts'
import type { Account } from './world.ts'

export interface Artifact {
  readonly id: number
  readonly runId: number
  readonly name: string
  /** The archive itself. */
  readonly zip: Buffer
  readonly createdAt: Date
  expiresAt: Date
}

export interface Release {
  readonly id: number
  readonly tag: string
  readonly target: string
  name: string | null
  body: string
  draft: boolean
  prerelease: boolean
  readonly author: Account
  readonly createdAt: Date
  publishedAt: Date | undefined
}

export const DEPLOYMENT_STATES = ['queued', 'pending', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const

export interface DeploymentStatus {
  readonly id: number
  readonly state: (typeof DEPLOYMENT_STATES)[number]
  readonly description: string
  readonly creator: Account
  readonly createdAt: Date
}

export interface Deployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly environment: string
  readonly production: boolean
  readonly transient: boolean
  readonly creator: Account
  readonly createdAt: Date
  /** Oldest first; GitHub lists the newest first. */
  readonly statuses: DeploymentStatus[]
}

export interface Environment {
  readonly id: number
  readonly name: string
  readonly createdAt: Date
}

export const REVIEW_STATES = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING'] as const

export interface Review {
  readonly id: number
  readonly user: Account
  state: (typeof REVIEW_STATES)[number]
  readonly body: string
  readonly submittedAt: Date
  readonly commitSha: string
}

export interface ReviewComment {
  readonly id: number
  readonly reviewId: number | undefined
  readonly user: Account
  readonly body: string
  readonly path: string
  readonly line: number
  readonly commitSha: string
  readonly createdAt: Date
}

/** What happened to a pull request that its other members do not tell. */
export interface TimelineEvent {
  readonly id: number
  readonly kind: 'ready_for_review' | 'convert_to_draft' | 'review_dismissed'
  readonly actor: Account
  readonly at: Date
  /** Of a dismissal: what was dismissed, and what it had said. */
  readonly dismissed?: { readonly reviewId: number; readonly state: Review['state'] }
}

export interface PullCommit {
  readonly sha: string
  readonly commit: Commit
}

/** The parts of a seeded pull request, made on reading. */
export interface PullBulk {
  readonly commits: Series<PullCommit>
  readonly reviews: Series<Review>
  readonly comments: Series<ReviewComment>
  readonly size: { readonly additions: number; readonly deletions: number; readonly changedFiles: number }
}

export interface Discussion {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string
  readonly category: string
  /** Whether discussions of the category can be answered. */
  readonly answerable: boolean
  readonly author: Account
  readonly createdAt: Date
  updatedAt: Date
  answeredAt: Date | undefined
  readonly comments: { readonly id: number; readonly author: Account; readonly body: string; readonly createdAt: Date }[]
}

export interface Protection {
  readonly reviews?: {
    readonly count: number
    readonly dismissStale?: boolean
    readonly codeOwners?: boolean
    readonly lastPush?: boolean
  }
  readonly checks?: { readonly strict: boolean; readonly contexts: readonly string[] }
  readonly enforceAdmins?: boolean
  readonly linearHistory?: boolean
  readonly signatures?: boolean
  readonly conversationResolution?: boolean
}

export interface Ruleset {
  readonly id: number
  readonly name: string
  readonly source: 'Repository' | 'Organization'
  enforcement: 'active' | 'evaluate' | 'disabled'
  /** `~DEFAULT_BRANCH`, `~ALL`, or `refs/heads/…`. */
  readonly branches: readonly string[]
  /** As REST writes them: `{ type: 'pull_request', parameters: { … } }`. */
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[]
  readonly createdAt: Date
}

export type Severity = 'low' | 'medium' | 'high' | 'critical'

export interface Alert {
  readonly number: number
  state: 'open' | 'fixed' | 'dismissed'
  readonly severity: Severity
  /** A package, a rule, or a kind of secret. */
  readonly subject: string
  readonly createdAt: Date
  closedAt: Date | undefined
}

export interface EvidenceSettings {
  mergeCommit: boolean
  squash: boolean
  rebase: boolean
  autoMerge: boolean
  deleteBranchOnMerge: boolean
  issues: boolean
  wiki: boolean
  discussions: boolean
  dependabot: boolean
  /** `off`: Advanced Security is not switched on (403). `empty`: on, and nothing was ever analysed (404). */
  codeScanning: 'on' | 'empty' | 'off'
  secretScanning: boolean
}

export interface Wiki {
  readonly objects: ObjectStore
  readonly refs: Map<string, string>
}

export interface Evidence {
  readonly workflows: Map<number, Workflow>
  readonly runs: RunShelf
  readonly artifacts: Map<number, Artifact>
  readonly releases: Map<number, Release>
  readonly deployments: Map<number, Deployment>
  readonly environments: Map<string, Environment>
  /** By the number of the pull request, oldest first. */
  readonly reviews: Map<number, Review[]>
  readonly reviewComments: Map<number, ReviewComment[]>
  readonly timeline: Map<number, TimelineEvent[]>
  readonly bulk: Map<number, PullBulk>
  readonly discussions: Map<number, Discussion>
  readonly protection: Map<string, Protection>
  readonly rulesets: Ruleset[]
  readonly dependabotAlerts: Alert[]
  readonly codeScanningAlerts: Alert[]
  readonly secretScanningAlerts: Alert[]
  readonly settings: EvidenceSettings
  /** The wiki's own repository; without refs until the first page is written. */
  readonly wiki: Wiki
}

export function makeEvidence(): Evidence {
  return {
    ...{ workflows: new Map(), runs: makeRunShelf(), artifacts: new Map(), releases: new Map(), deployments: new Map() },
    ...{ environments: new Map(), reviews: new Map(), reviewComments: new Map(), timeline: new Map(), bulk: new Map() },
    ...{ discussions: new Map(), protection: new Map(), rulesets: [] },
    ...{ dependabotAlerts: [], codeScanningAlerts: [], secretScanningAlerts: [] },
    wiki: { objects: makeObjectStore(), refs: new Map() },
    settings: {
      ...{ mergeCommit: true, squash: true, rebase: true, autoMerge: false, deleteBranchOnMerge: false },
      ...{ issues: true, wiki: true, discussions: false, dependabot: false, codeScanning: 'off', secretScanning: false },
    },
  }
}

/** Adds to the list kept under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key)
  if (known) known.push(value)
  else lists.set(key, [value])
}
