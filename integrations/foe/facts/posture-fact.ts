/** Classic protection of one branch. */
export interface ClassicProtection {
  /** 0 when reviews are not required. */
  readonly requiredReviews: number
  /** Null when no checks are required. */
  readonly statusChecks: { readonly strict: boolean; readonly contexts: readonly string[] } | null
  readonly signedCommits: boolean
  readonly linearHistory: boolean
}

/** One rule of a ruleset that applies to the branch. Rules of rulesets that only evaluate are kept, and demand nothing. */
export type BranchRule = { readonly rulesetId: string; readonly enforcement: string } & (
  | { readonly kind: 'pull-request'; readonly requiredReviews: number; readonly allowedMethods: readonly string[] | null }
  | { readonly kind: 'status-checks'; readonly strict: boolean; readonly contexts: readonly string[] }
  | { readonly kind: 'merge-queue'; readonly method: string }
  | { readonly kind: 'signed-commits' }
  | { readonly kind: 'linear-history' }
)

/** How pull requests may be merged; null where the credential is not shown it. */
export interface MergeSettings {
  readonly allowMerge: boolean | null
  readonly allowSquash: boolean | null
  readonly allowRebase: boolean | null
}

/** A Dependabot or code-scanning alert, keyed by kind and number. */
export interface AlertFact {
  readonly id: string
  /** The provider's word; `normalSeverity` reads it. */
  readonly severity: string | null
  /** open, fixed, dismissed, auto_dismissed, in whatever case it came. */
  readonly state: string
  readonly createdAt: Date
  readonly fixedAt: Date | null
  readonly dismissedAt: Date | null
}

/** A leaked secret, keyed by number. */
export interface SecretAlertFact {
  readonly id: string
  readonly state: string
  readonly createdAt: Date
  readonly resolvedAt: Date | null
}
