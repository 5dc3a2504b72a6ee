/** One attempt of one workflow run, keyed by `id` and `attempt`: GitHub answers the newest, earlier ones are kept when seen. */
export interface WorkflowRunFact {
  readonly id: string
  /** 1 for the first; a re-run keeps the id and `createdAt`. */
  readonly attempt: number
  readonly workflowId: string
  readonly workflowName: string
  readonly event: string
  readonly headBranch: string | null
  readonly headSha: string
  /** Null when the fork the run came from is gone. */
  readonly headRepositoryId: string | null
  readonly repositoryId: string
  /** GitHub's words, in whatever case they came. */
  readonly status: string
  readonly conclusion: string | null
  readonly createdAt: Date
  /** Start of this attempt (`run_started_at`). */
  readonly startedAt: Date | null
  readonly updatedAt: Date
}

/** Keyed by `id`; a job of a re-run has its own id. */
export interface JobFact {
  readonly id: string
  readonly runId: string
  readonly attempt: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly createdAt: Date | null
  /** Null for a job that never started; read it with `parseInstant`, which knows the provider's placeholder. */
  readonly startedAt: Date | null
  readonly completedAt: Date | null
}

/** Why an artifact that looks like test results was not read. */
export const SKIP_REASONS = {
  expired: 'the provider has deleted it',
  'too-large': 'it unpacks to more than the limit',
  'unsafe-path': 'it holds a path outside of itself',
  'not-a-zip': 'it is no readable archive',
  'unknown-format': 'it holds no file in a format we read',
  unreadable: 'a file in it is not what its format promises',
} as const
export type SkipReason = keyof typeof SKIP_REASONS

/** The test results of one artifact, keyed by the artifact's id. */
export interface TestArtifactFact {
  readonly id: string
  readonly runId: string
  readonly name: string
  readonly headSha: string
  readonly createdAt: Date
  readonly results:
    | { readonly state: 'read'; readonly cases: readonly TestCase[] }
    | { readonly state: 'skipped'; readonly reason: SkipReason }
}

export const TEST_OUTCOMES = ['passed', 'failed', 'skipped'] as const
export type TestOutcome = (typeof TEST_OUTCOMES)[number]

/** One test as one report tells it. An error counts as failed. */
export interface TestCase {
  readonly suite: string
  readonly name: string
  readonly outcome: TestOutcome
  /** Null where the format or the report does not say. */
  readonly durationSeconds: number | null
  /** The report itself says that the test failed first and passed when tried again. */
  readonly retried?: true
}
