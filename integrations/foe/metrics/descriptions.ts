// How well pull requests say what they are. Definitions: docs/metrics.md, understanding.
import type { Collected } from '../collected.ts'
import { descriptionPoints } from '../description-points.ts'
import type { PullRequestFact } from '../facts/pull-request-fact.ts'
import { isWithin, type Window } from '../instants.ts'
import { branchReferencesIssue, referencesIssue } from '../issue-references.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { knownOr, ratio } from '../metric-value.ts'
import { isBot } from '../people.ts'
import type { MetricSettings } from '../settings.ts'
import { mean } from '../statistics.ts'
import { characterCount, writtenPart } from '../written-text.ts'

const NAMES = ['averagePrDescriptionLength', 'linkedIssueRate', 'prDescriptionQuality'] as const
export type DescriptionMetric = (typeof NAMES)[number]

/** Whether a pull request belongs to an issue: GitHub says it closes one, or its title, text or branch names one. */
export function hasLinkedIssue(pullRequest: PullRequestFact, text: string, { issueKeys }: MetricSettings): boolean {
  const rule = { issueKeys, notIssues: new Set([pullRequest.number]) }
  return (
    pullRequest.closingReferences > 0 ||
    referencesIssue(pullRequest.title, rule) ||
    referencesIssue(text, rule) ||
    branchReferencesIssue(pullRequest.headBranch, rule)
  )
}

/** Pull requests opened in the window by people: mean length (characters), share with an issue (0..1), quality (0..100). */
export function measureDescriptions(
  facts: { readonly pullRequests: Collected<PullRequestFact>; readonly pullRequestTemplate: string | null },
  window: Window,
  settings: MetricSettings,
): Measured<DescriptionMetric> {
  if (facts.pullRequests.state === 'absent') return measuredAbsent(facts.pullRequests, 'pull-requests', { counts: [], others: NAMES })
  const opened = facts.pullRequests.items.filter(({ createdAt, author }) => isWithin(createdAt, window) && !isBot(author, settings))
  const described = opened.map((pullRequest) => {
    const text = writtenPart(pullRequest.body, facts.pullRequestTemplate)
    return { text, hasLinkedIssue: hasLinkedIssue(pullRequest, text, settings) }
  })
  return {
    metrics: {
      averagePrDescriptionLength: knownOr(mean(described.map(({ text }) => characterCount(text)))),
      linkedIssueRate: ratio(described.filter((change) => change.hasLinkedIssue).length, described.length),
      prDescriptionQuality: knownOr(mean(described.map(descriptionPoints))),
    },
    gaps: [],
    notes: [],
  }
}
