// Facts built by hand: each names only what its test is about.
import { collected } from '../../integrations/foe/collected.ts'
import type { DeploymentFact, ReleaseFact } from '../../integrations/foe/facts/delivery-fact.ts'
import type { CommitFact } from '../../integrations/foe/facts/knowledge-fact.ts'
import type { AlertFact } from '../../integrations/foe/facts/posture-fact.ts'
import type { PullRequestFact, ReviewCommentFact, ReviewFact } from '../../integrations/foe/facts/pull-request-fact.ts'
import type { TestArtifactFact, TestCase, WorkflowRunFact } from '../../integrations/foe/facts/workflow-fact.ts'
import type { Window } from '../../integrations/foe/instants.ts'
import type { Person } from '../../integrations/foe/people.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

/** An instant so many hours after the start of 2026. */
export const hour = (hours: number): Date => new Date(START + hours * 3_600_000)
export const day = (days: number): Date => hour(24 * days)

/** The first ninety days of 2026. */
export const WINDOW: Window = { from: day(0), to: day(90) }

let lastId = 0
const nextId = (): string => {
  lastId += 1
  return String(lastId)
}

export const ada: Person = { id: '1', login: 'ada', type: 'User' }
export const grace: Person = { id: '2', login: 'grace', type: 'User' }
export const robot: Person = { id: '3', login: 'renovate', type: 'Bot' }

/** A successful run of one hour on main, begun at `at`. */
export const run = (at: Date, over: Partial<WorkflowRunFact> = {}): WorkflowRunFact => ({
  id: nextId(),
  attempt: 1,
  workflowId: 'ci',
  workflowName: 'CI',
  event: 'push',
  headBranch: 'main',
  headSha: 'a'.repeat(40),
  headRepositoryId: 'repository',
  repositoryId: 'repository',
  status: 'completed',
  conclusion: 'success',
  createdAt: at,
  startedAt: at,
  updatedAt: new Date(at.getTime() + 3_600_000),
  ...over,
})

export const release = (publishedAt: Date | null, over: Partial<ReleaseFact> = {}): ReleaseFact => ({
  id: nextId(),
  tagName: 'v1',
  targetSha: null,
  isDraft: publishedAt === null,
  isPrerelease: false,
  createdAt: publishedAt ?? day(0),
  publishedAt,
  ...over,
})

/** A production deployment begun at `at` with these statuses, one every hour after it. */
export const deployment = (at: Date, states: readonly string[], over: Partial<DeploymentFact> = {}): DeploymentFact => ({
  id: nextId(),
  sha: 'sha',
  environment: 'production',
  isProduction: null,
  state: null,
  createdAt: at,
  statuses: states.map((state, index) => ({ id: nextId(), state, createdAt: new Date(at.getTime() + (index + 1) * 3_600_000) })),
  ...over,
})

/** A pull request of ada, opened at `at`. */
export const pull = (at: Date, over: Partial<PullRequestFact> = {}): PullRequestFact => {
  const id = nextId()
  return {
    id,
    number: Number(id),
    title: 'Keep the order of the rows',
    body: null,
    headBranch: 'order',
    author: ada,
    isDraft: false,
    createdAt: at,
    mergedAt: null,
    closedAt: null,
    mergeCommitSha: null,
    closingReferences: 0,
    readyForReviewAt: [],
    ...over,
  }
}

/** An approval of grace. */
export const review = (of: PullRequestFact, submittedAt: Date | null, over: Partial<ReviewFact> = {}): ReviewFact => ({
  id: nextId(),
  pullRequestId: of.id,
  author: grace,
  state: 'APPROVED',
  stateBeforeDismissal: null,
  dismissedAt: null,
  body: null,
  submittedAt,
  ...over,
})

export const comment = (of: PullRequestFact, createdAt: Date, over: Partial<ReviewCommentFact> = {}): ReviewCommentFact => ({
  id: nextId(),
  pullRequestId: of.id,
  reviewId: null,
  author: grace,
  createdAt,
  ...over,
})

export const commit = (message: string, over: Partial<CommitFact> = {}): CommitFact => ({
  sha: nextId().padStart(40, '0'),
  message,
  author: ada,
  authorName: 'Ada',
  committedAt: day(1),
  parents: ['parent'],
  changedLines: 10,
  ...over,
})

/** A high alert, open. */
export const alert = (createdAt: Date, over: Partial<AlertFact> = {}): AlertFact => ({
  id: nextId(),
  severity: 'high',
  state: 'open',
  createdAt,
  fixedAt: null,
  dismissedAt: null,
  ...over,
})

export const testArtifact = (cases: readonly Partial<TestCase>[], over: Partial<TestArtifactFact> = {}): TestArtifactFact => ({
  id: nextId(),
  runId: 'run',
  name: 'test-results',
  headSha: 'a'.repeat(40),
  createdAt: day(1),
  results: { state: 'read', cases: cases.map((test) => ({ suite: 's', name: 't', outcome: 'passed', durationSeconds: null, ...test })) },
  ...over,
})

export const reviewFacts = (
  pullRequests: readonly PullRequestFact[],
  reviews: readonly ReviewFact[],
  comments: readonly ReviewCommentFact[] = [],
) => ({
  pullRequests: collected(pullRequests),
  reviews: collected(reviews),
  reviewComments: collected(comments),
})

/** The values of metrics alone. */
export const valuesOf = (measured: { readonly metrics: Readonly<Record<string, { readonly value: unknown }>> }): Record<string, unknown> =>
  Object.fromEntries(Object.entries(measured.metrics).map(([name, { value }]) => [name, value]))
