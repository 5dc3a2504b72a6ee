// How commits on the default branch speak. Definitions: docs/metrics.md, understanding.
import { type Collected, itemsOf } from '../collected.ts'
import { clarityPoints } from '../commit-clarity.ts'
import { parseSubject } from '../conventional-commit.ts'
import type { CommitFact } from '../facts/knowledge-fact.ts'
import type { PullRequestFact } from '../facts/pull-request-fact.ts'
import { isWithin, type Window } from '../instants.ts'
import { referencesIssue } from '../issue-references.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { knownOr, ratio } from '../metric-value.ts'
import { isBot } from '../people.ts'
import type { MetricSettings } from '../settings.ts'
import { mean } from '../statistics.ts'

const NAMES = ['conventionalCommitsRate', 'commitMessageClarity', 'commitLinkedIssueRate'] as const
export type CommitMetric = (typeof NAMES)[number]

/** A commit of a person that is no merge. Bots without an account are known by the name they write into the commit. */
const isWrittenByPerson = ({ parents, author, authorName }: CommitFact, settings: MetricSettings): boolean =>
  parents.length < 2 &&
  !isBot(author, settings) &&
  !isBot(authorName === null ? null : { id: null, login: authorName, type: 'User' }, settings)

/** Commits of the window: share of Conventional Commits (0..1), clarity (0..100), share that names an issue (0..1). */
export function measureCommitMessages(
  facts: { readonly commits: Collected<CommitFact>; readonly pullRequests: Collected<PullRequestFact> },
  window: Window,
  settings: MetricSettings,
): Measured<CommitMetric> {
  if (facts.commits.state === 'absent') return measuredAbsent(facts.commits, 'commits', { counts: [], others: NAMES })
  const commits = facts.commits.items.filter((commit) => isWithin(commit.committedAt, window) && isWrittenByPerson(commit, settings))
  // A squash ends in (#n), the number of its pull request: that is no issue.
  const rule = { issueKeys: settings.issueKeys, notIssues: new Set(itemsOf(facts.pullRequests).map(({ number }) => number)) }
  const subjectLine = (commit: CommitFact) => commit.message.split(/\r?\n/, 1)[0] ?? ''
  return {
    metrics: {
      conventionalCommitsRate: ratio(commits.filter((commit) => parseSubject(subjectLine(commit)) !== null).length, commits.length),
      commitMessageClarity: knownOr(mean(commits.map(clarityPoints))),
      commitLinkedIssueRate: ratio(commits.filter(({ message }) => referencesIssue(message, rule)).length, commits.length),
    },
    gaps: [],
    notes: [],
  }
}
