// How each kind of fact is a row. The tables have one shape; what differs from kind to kind is this table: the key, the
// instants by which facts are ordered and left out, and which members of the stored JSON are instants.
import type { FactLists, ListKind } from '../foe/facts/fact-kinds.ts'

export interface FactTable<Fact> {
  readonly table: string
  readonly idOf: (fact: Fact) => string
  /** A second part of the key, for kinds of which one id has several. */
  readonly attemptOf?: (fact: Fact) => number
  /** When it began: a fact that began after a window says nothing about it. */
  readonly atOf: (fact: Fact) => Date | null
  /** When it stopped to matter: a window that begins later need not read it. Left out where it always may matter. */
  readonly untilOf?: (fact: Fact) => Date | null
  /** Of two readings the one with the later version counts. Left out where the provider gives none: then the last. */
  readonly versionOf?: (fact: Fact) => Date
  /** Members that are instants, or lists of them; `a.b` is member `b` of each element of `a`. */
  readonly instants: readonly string[]
}

const idOf = ({ id }: { readonly id: string }): string => id
const createdAt = (fact: { readonly createdAt: Date | null }): Date | null => fact.createdAt
const alert = { idOf, atOf: createdAt }

export const FACT_TABLES: { readonly [Kind in ListKind]: FactTable<FactLists[Kind]> } = {
  runs: {
    table: 'facts_runs',
    idOf,
    attemptOf: ({ attempt }) => attempt,
    atOf: createdAt,
    versionOf: ({ updatedAt }) => updatedAt,
    instants: ['createdAt', 'startedAt', 'updatedAt'],
  },
  jobs: {
    table: 'facts_jobs',
    idOf,
    atOf: createdAt,
    untilOf: ({ completedAt }) => completedAt,
    instants: ['createdAt', 'startedAt', 'completedAt'],
  },
  testArtifacts: { table: 'facts_test_artifacts', idOf, atOf: createdAt, untilOf: createdAt, instants: ['createdAt'] },
  releases: { table: 'facts_releases', idOf, atOf: createdAt, instants: ['createdAt', 'publishedAt'] },
  deployments: { table: 'facts_deployments', idOf, atOf: createdAt, instants: ['createdAt', 'statuses.createdAt'] },
  incidents: { table: 'facts_incidents', idOf, atOf: ({ openedAt }) => openedAt, instants: ['openedAt'] },
  pullRequests: {
    table: 'facts_pull_requests',
    idOf,
    atOf: createdAt,
    instants: ['createdAt', 'mergedAt', 'closedAt', 'readyForReviewAt', 'commits.authoredAt', 'commits.committedAt'],
  },
  reviews: { table: 'facts_reviews', idOf, atOf: ({ submittedAt }) => submittedAt, instants: ['dismissedAt', 'submittedAt'] },
  reviewComments: { table: 'facts_review_comments', idOf, atOf: createdAt, instants: ['createdAt'] },
  commits: { table: 'facts_commits', idOf: ({ sha }) => sha, atOf: ({ committedAt }) => committedAt, instants: ['committedAt'] },
  // Of a page every change is kept: any of them may be the one a window asks about.
  wikiPages: { table: 'facts_wiki_pages', idOf: ({ path }) => path, atOf: () => null, instants: ['changedAt', 'deletedAt'] },
  discussions: { table: 'facts_discussions', idOf, atOf: createdAt, untilOf: createdAt, instants: ['createdAt'] },
  gapIssues: {
    table: 'facts_gap_issues',
    idOf,
    atOf: createdAt,
    untilOf: ({ closedAt }) => closedAt,
    instants: ['createdAt', 'closedAt'],
  },
  dependabotAlerts: { table: 'facts_dependabot_alerts', ...alert, instants: ['createdAt', 'fixedAt', 'dismissedAt'] },
  codeScanningAlerts: { table: 'facts_code_scanning_alerts', ...alert, instants: ['createdAt', 'fixedAt', 'dismissedAt'] },
  secretAlerts: { table: 'facts_secret_alerts', ...alert, instants: ['createdAt', 'resolvedAt'] },
}

export const LIST_KINDS = Object.keys(FACT_TABLES) as readonly ListKind[]

const toInstant = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(toInstant) : typeof value === 'string' ? new Date(value) : value

/** Makes the named members of a parsed fact instants again, in place: there may be a hundred thousand of them. */
export function reviveInstants(fact: Record<string, unknown>, instants: readonly string[]): void {
  for (const name of instants) {
    const dot = name.indexOf('.')
    if (dot < 0) {
      fact[name] = toInstant(fact[name])
      continue
    }
    const member = name.slice(dot + 1)
    const elements = fact[name.slice(0, dot)]
    if (Array.isArray(elements)) for (const element of elements) element[member] = toInstant(element[member])
  }
}
