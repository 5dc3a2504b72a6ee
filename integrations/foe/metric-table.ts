// Every figure of GitHub by name: what it counts in, where it belongs, how it is computed. docs/metrics.md is this table for
// people, and a test holds both together; what the program emits is held against it too.
import type { DataType, Dimension } from './measure.ts'

export const UNITS = {
  count: 'a whole number, 0 when nothing could be looked at',
  seconds: 'seconds',
  fraction: '0..1',
  percent: '0..100',
  boolean: 'true or false',
  word: 'one of a few words',
  object: 'an object or a list',
  number: 'a number',
  characters: 'characters',
} as const
export type Unit = keyof typeof UNITS

export interface MetricRow {
  readonly dimension: Dimension
  readonly dataType: DataType
  readonly unit: Unit
  /** Which way is better; null where neither is. */
  readonly better: 'more' | 'less' | null
  readonly definition: string
}

const row =
  (dimension: Dimension, dataType: DataType) =>
  (unit: Unit, better: MetricRow['better'], definition: string): MetricRow => ({ dimension, dataType, unit, better, definition })

const runs = row('feedback', 'workflow-runs')
const releases = row('feedback', 'releases')
const deployments = row('feedback', 'deployments')
const tests = row('feedback', 'test-artifacts')
const descriptions = row('understanding', 'pr-descriptions')
const commits = row('understanding', 'commit-messages')
const documents = row('understanding', 'documentation-presence')
const wiki = row('understanding', 'wiki')
const discussions = row('understanding', 'discussions')
const reviews = row('confidence', 'pr-reviews')
const protection = row('confidence', 'branch-protection')
const merging = row('confidence', 'merge-policies')
const dependabot = row('confidence', 'dependabot-alerts')
const scanning = row('confidence', 'code-scanning')

export const METRICS = {
  workflowRuns: runs('count', null, 'run ids created in the window; attempts count once'),
  runsInProgress: runs('count', null, 'of those, the ones without a conclusion'),
  runsFailedBeforeRerun: runs('count', 'less', 'of those, the ones of which an earlier attempt failed'),
  runResults: runs('object', null, 'of those, how many ended how; `running` and `unknown` among them'),
  buildTimeP50: runs('seconds', 'less', 'median of the durations of successful and failed runs: end − start of the latest attempt'),
  buildTimeP90: runs('seconds', 'less', 'the same, 90th percentile'),
  buildTimeP99: runs('seconds', 'less', 'the same, 99th percentile'),
  failureRate: runs('fraction', 'less', 'failures ÷ (successes + failures)'),
  meanTimeToRecovery: runs(
    'seconds',
    'less',
    'per workflow and branch: end of the first failure of a streak → end of the next success; mean of streaks that ended in the window',
  ),
  releaseCount: releases('count', 'more', 'releases published in the window; no drafts, no pre-releases'),
  preReleaseCount: releases('count', null, 'pre-releases published in the window'),
  releaseCadenceTrend: releases(
    'object',
    null,
    '`{direction, counts}`: releases in each of the equal parts of the window; `up`, `down` or `flat` by the sign of Mann–Kendall',
  ),
  deploymentCount: deployments('count', 'more', 'deployments of all environments that ended, or still run and began, in the window'),
  deployments: deployments('object', null, 'those by result, production alone, and each environment'),
  deploymentFrequency: deployments(
    'object',
    'more',
    '`{daily, weekly, monthly, quarterly}` of successful production deployments, else of releases (said in `explanation`)',
  ),
  doraClassification: deployments('word', null, '`elite` ≥ 1 a day, `high` ≥ 1 a week, `medium` ≥ 1 a month (30.44 days), else `low`'),
  leadTimeForChanges: deployments(
    'seconds',
    'less',
    'median from merge to the end of the first successful production deployment that contains the merge commit',
  ),
  changeFailureRate: deployments(
    'fraction',
    'less',
    'production deployments after which the next one failed or went back to an older commit, or which an incident is laid to ÷ all that ended',
  ),
  testResults: tests(
    'object',
    null,
    '`{total, passed, failed, skipped, durationSeconds, passRate, flaky, suites[], skippedArtifacts[]}` summed over the window',
  ),
  averagePrDescriptionLength: descriptions('characters', 'more', 'mean length of bodies without comments and untouched template lines'),
  linkedIssueRate: descriptions('fraction', 'more', 'pull requests that close or name an issue ÷ all opened in the window'),
  prDescriptionQuality: descriptions('percent', 'more', 'mean of the points below'),
  conventionalCommitsRate: commits('fraction', 'more', 'commits whose subject parses as Conventional Commits 1.0 ÷ all of the window'),
  commitMessageClarity: commits('percent', 'more', 'mean of the points below'),
  commitLinkedIssueRate: commits('fraction', 'more', 'commits whose message names an issue ÷ all of the window'),
  hasReadme: documents('boolean', 'more', 'a README in one of the usual places'),
  hasContributing: documents('boolean', 'more', 'a contributing guide in one of the usual places'),
  hasChangelog: documents('boolean', 'more', 'a changelog in one of the usual places'),
  hasCodeowners: documents('boolean', 'more', 'CODEOWNERS in one of the usual places'),
  hasSecurityPolicy: documents('boolean', 'more', 'a security policy in one of the usual places'),
  hasLicense: documents('boolean', 'more', 'a licence in one of the usual places'),
  hasCodeOfConduct: documents('boolean', 'more', 'a code of conduct in one of the usual places'),
  adrCount: documents('count', 'more', '`NNNN-*.md` and `ADR-*.md` in the usual folders or under the governance path, templates left out'),
  wikiPageCount: wiki('count', 'more', 'pages of the wiki at the end of the window'),
  wikiFreshness: wiki('percent', 'more', 'share of them changed in the 180 days before the end of the window'),
  discussionCount: discussions('count', 'more', 'discussions begun in the window'),
  discussions: discussions('object', null, 'those: number, title, category, answered, comments, url, createdAt'),
  mergedPullRequests: reviews('count', null, 'pull requests merged in the window'),
  unreviewedPullRequests: reviews('count', 'less', 'opened in the window, no draft, and nobody else has reviewed them'),
  approvalRate: reviews('fraction', 'more', 'merged with an approval of another person that stood at the merge ÷ merged'),
  codeReviewCoverage: reviews(
    'fraction',
    'more',
    'merged with a substantive review or an approval with a comment, before the merge ÷ merged',
  ),
  reviewDepth: reviews('number', 'more', 'mean comments on lines by other people per merged pull request that was reviewed'),
  reviewTurnaroundTime: reviews(
    'seconds',
    'less',
    'median from opened, or the last time ready for review before it, to the first review or comment on a line of another person',
  ),
  requiredReviews: protection('number', 'more', 'approvals the default branch requires'),
  requiredStatusChecks: protection('object', null, '`{required, strict, contexts}` of the default branch'),
  signedCommitsRequired: protection('boolean', 'more', 'the default branch requires signed commits'),
  mergeStrategy: merging('word', null, '`squash`, `rebase` or `merge` where settings and rules leave one, else `mixed`'),
  mergeStrategies: merging('object', null, 'the ones that are left'),
  linearHistoryRequired: merging('boolean', 'more', 'the default branch requires a linear history'),
  openAlerts: dependabot('count', 'less', 'Dependabot alerts open at the end of the window'),
  openAlertsBySeverity: dependabot('object', 'less', 'those by severity'),
  resolutionRate: dependabot('fraction', 'more', 'resolved in the window within SLA ÷ (resolved in the window + open past SLA at its end)'),
  meanTimeToRemediate: dependabot('seconds', 'less', 'mean of fixed − created of alerts fixed in the window'),
  codeScanningAlerts: scanning('object', 'less', '`{open, fixed, dismissed, bySeverity}`: open at the end of the window, the others in it'),
  secretScanningAlerts: scanning('object', 'less', '`{open, resolved}`: open at the end of the window, resolved in it'),
} as const satisfies Readonly<Record<string, MetricRow>>

export type MetricName = keyof typeof METRICS

/** Names the contract promises for each data type (`contract.md` 4.1); the others of the table are shown beside them. */
export const PROMISED: Readonly<Record<DataType, readonly MetricName[]>> = {
  'workflow-runs': ['workflowRuns', 'buildTimeP50', 'buildTimeP90', 'buildTimeP99', 'failureRate', 'meanTimeToRecovery'],
  releases: ['releaseCount', 'deploymentCount', 'deployments', 'deploymentFrequency', 'releaseCadenceTrend', 'doraClassification'],
  deployments: ['releaseCount', 'deploymentCount', 'deployments', 'deploymentFrequency', 'releaseCadenceTrend', 'doraClassification'],
  'test-artifacts': ['testResults'],
  'pr-descriptions': ['prDescriptionQuality', 'averagePrDescriptionLength', 'linkedIssueRate'],
  'commit-messages': ['conventionalCommitsRate', 'commitMessageClarity', 'commitLinkedIssueRate'],
  'documentation-presence': ['hasReadme', 'hasContributing', 'hasChangelog', 'adrCount'],
  wiki: ['wikiPageCount', 'wikiFreshness'],
  discussions: ['discussionCount', 'discussions'],
  'pr-reviews': ['approvalRate', 'reviewDepth', 'reviewTurnaroundTime', 'codeReviewCoverage'],
  'branch-protection': ['requiredReviews', 'requiredStatusChecks', 'signedCommitsRequired'],
  'merge-policies': ['mergeStrategy', 'linearHistoryRequired'],
  'dependabot-alerts': ['openAlerts', 'openAlertsBySeverity', 'resolutionRate', 'meanTimeToRemediate'],
  'code-scanning': ['codeScanningAlerts'],
}
