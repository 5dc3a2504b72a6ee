// Which use case does the work of which kind of job. A root of composition: it puts the App's event handlers on Probot, and
// gives every job a context of its own whose request id is the job's, which is what people quote.
import type { ScheduleSpec } from '../integrations/engine/schedule.ts'
import type { JobContext, JobHandler } from '../integrations/engine/worker.ts'
import { jobRequestId } from './answers/job-answer.ts'
import type { OpenProcess } from './bootstrap.ts'
import { addDeliveryCheck } from './checks/delivery-check.ts'
import { addGovernanceCheck } from './checks/governance-check.ts'
import type { Config } from './config.ts'
import type { AppContext } from './context.ts'
import { DELIVERY_JOB } from './delivery-job.ts'
import { HAND_OVER_GOVERNANCE_JOB, HAND_OVER_JOB } from './hand-over.ts'
import { PUBLISH_JOB } from './steps/confluence/request.ts'
import { GITHUB_ISSUE_JOB } from './steps/github/issue-job.ts'
import { GITHUB_PUBLISH_JOB } from './steps/github/publication.ts'
import { CONFLUENCE_IMPORT_JOB } from './steps/imports/confluence-import.ts'
import { FIGURES_JOB, REFRESH_JOB } from './steps/imports/evidence-jobs.ts'
import { REFRESH_EVIDENCE_JOB } from './steps/imports/evidence-refresh.ts'
import { GITHUB_IMPORT_JOB } from './steps/imports/github-import.ts'
import { JIRA_IMPORT_JOB } from './steps/imports/jira-import.ts'
import { JIRA_SYNC_JOB } from './steps/jira/sync-job.ts'
import { WEBHOOKS_JOB } from './steps/jira/webhooks.ts'
import { FINISH_SCAN_JOB } from './steps/reports/scan.ts'
import type { UseCase } from './use-case.ts'
import { checkPullRequest } from './usecases/check-pull-request.ts'
import { finishScan } from './usecases/finish-scan.ts'
import { handOverGovernance } from './usecases/hand-over-governance.ts'
import { handOverReport } from './usecases/hand-over-report.ts'
import { handleDelivery } from './usecases/handle-delivery.ts'
import { ingestPush } from './usecases/ingest-push.ts'
import { keepJiraWebhooks } from './usecases/keep-jira-webhooks.ts'
import { pollConfluence } from './usecases/poll-confluence.ts'
import { pollGithubIssues } from './usecases/poll-github-issues.ts'
import { pollJira } from './usecases/poll-jira.ts'
import { pruneHistory } from './usecases/prune-history.ts'
import { publishConfluence } from './usecases/publish-confluence.ts'
import { publishGithub } from './usecases/publish-github.ts'
import { pushJiraArtifact } from './usecases/push-jira-artifact.ts'
import { refreshEvidence } from './usecases/refresh-evidence.ts'
import { refreshFacts } from './usecases/refresh-facts.ts'
import { refreshFigures } from './usecases/refresh-figures.ts'
import { reportDelivery } from './usecases/report-delivery.ts'
import { CHECK_JOB } from './usecases/request-check.ts'
import { DELIVERY_CHECK_JOB } from './usecases/request-delivery.ts'
import { INGEST_JOB } from './usecases/request-ingest.ts'
import { runConfluenceImport } from './usecases/run-confluence-import.ts'
import { runGithubImport } from './usecases/run-github-import.ts'
import { runJiraImport } from './usecases/run-jira-import.ts'
import { SCHEDULED_IMPORTS_JOB, scheduleImports } from './usecases/schedule-imports.ts'
import { sweepChecks } from './usecases/sweep-checks.ts'
import { syncGithubIssue } from './usecases/sync-github-issue.ts'
import { JIRA_PUSH_JOB } from './usecases/sync-jira.ts'
import { syncJiraArtifact } from './usecases/sync-jira-artifact.ts'
import { addGitHubEvents } from './webhooks/github-events.ts'
import { addEvidenceEvents } from './webhooks/github-evidence-events.ts'
import { addIssueEvents } from './webhooks/github-issue-events.ts'

export const SWEEP_JOB = 'checks.sweep'
export const PRUNE_JOB = 'history.prune'
export const POLL_JOB = 'jira.poll'
export const GITHUB_ISSUES_POLL_JOB = 'github.poll-issues'
export const CONFLUENCE_POLL_JOB = 'confluence.poll'

const JOB_USE_CASES = {
  [DELIVERY_JOB]: handleDelivery,
  [CHECK_JOB]: checkPullRequest,
  [INGEST_JOB]: ingestPush,
  [JIRA_PUSH_JOB]: pushJiraArtifact,
  [PUBLISH_JOB]: publishConfluence,
  [GITHUB_PUBLISH_JOB]: publishGithub,
  [JIRA_SYNC_JOB]: syncJiraArtifact,
  [GITHUB_ISSUE_JOB]: syncGithubIssue,
  [GITHUB_ISSUES_POLL_JOB]: pollGithubIssues,
  [POLL_JOB]: pollJira,
  [WEBHOOKS_JOB]: keepJiraWebhooks,
  [CONFLUENCE_POLL_JOB]: pollConfluence,
  [SWEEP_JOB]: sweepChecks,
  [PRUNE_JOB]: pruneHistory,
  [GITHUB_IMPORT_JOB]: runGithubImport,
  [JIRA_IMPORT_JOB]: runJiraImport,
  [CONFLUENCE_IMPORT_JOB]: runConfluenceImport,
  [FINISH_SCAN_JOB]: finishScan,
  [REFRESH_EVIDENCE_JOB]: refreshEvidence,
  [HAND_OVER_JOB]: handOverReport,
  [HAND_OVER_GOVERNANCE_JOB]: handOverGovernance,
  [SCHEDULED_IMPORTS_JOB]: scheduleImports,
  [REFRESH_JOB]: refreshFacts,
  [DELIVERY_CHECK_JOB]: reportDelivery,
  [FIGURES_JOB]: refreshFigures,
} as const satisfies Record<string, UseCase>

/** Use cases that do something else at a later attempt than at the first. */
const COUNTS_ATTEMPTS: ReadonlySet<UseCase> = new Set<UseCase>([
  checkPullRequest,
  runGithubImport,
  runJiraImport,
  runConfluenceImport,
  handOverGovernance,
])

/** What a command works off, beside what it began itself. */
export const COMMAND_JOBS = [
  PUBLISH_JOB,
  GITHUB_PUBLISH_JOB,
  JIRA_PUSH_JOB,
  GITHUB_IMPORT_JOB,
  JIRA_IMPORT_JOB,
  CONFLUENCE_IMPORT_JOB,
] as const

const HOUR_MS = 60 * 60_000

/** What runs by the clock. */
export const schedulesOf = ({ IMPORT_EVERY_HOURS: hours }: Pick<Config, 'IMPORT_EVERY_HOURS'>): readonly ScheduleSpec[] => [
  { name: 'sweep-checks', kind: SWEEP_JOB, everyMs: 10 * 60_000 },
  { name: 'poll-jira', kind: POLL_JOB, everyMs: 5 * 60_000 },
  { name: 'jira-webhooks', kind: WEBHOOKS_JOB, everyMs: 6 * HOUR_MS },
  { name: 'poll-github-issues', kind: GITHUB_ISSUES_POLL_JOB, everyMs: 10 * 60_000 },
  { name: 'poll-confluence', kind: CONFLUENCE_POLL_JOB, everyMs: 10 * 60_000 },
  { name: 'prune-history', kind: PRUNE_JOB, everyMs: HOUR_MS },
  ...(hours === 0 ? [] : [{ name: 'github-imports', kind: SCHEDULED_IMPORTS_JOB, everyMs: hours * HOUR_MS }]),
]

/** The handlers of every kind of job, or of those named. */
export function makeJobHandlers(opened: OpenProcess, only?: readonly (keyof typeof JOB_USE_CASES)[]): Readonly<Record<string, JobHandler>> {
  let events: Promise<void> | undefined
  const eventContext = (deliveryId: string) => opened.contextFor({ kind: 'webhook', name: 'github' }, deliveryId)
  const withEvents = async (ctx: AppContext) => {
    events ??= ctx.providers.github.probot().then((probot) => {
      addGitHubEvents(probot, eventContext)
      addEvidenceEvents(probot, eventContext)
      addIssueEvents(probot, eventContext)
      addDeliveryCheck(probot, eventContext)
      addGovernanceCheck(probot, eventContext)
    })
    await events
  }
  const toHandler =
    (useCase: UseCase): JobHandler =>
    async ({ job, signal }: JobContext) => {
      const process = opened.contextFor({ kind: 'worker', name: job.kind }, jobRequestId(job.id))
      // Work that was taken over elsewhere stops here at its next step.
      const ctx = Object.freeze({ ...process, signal: AbortSignal.any([process.signal, signal]) })
      // Only deliveries of GitHub need the App, and a process without one can still do everything else.
      if (useCase === handleDelivery && opened.config.APP_ID) await withEvents(ctx)
      const payload = job.payload as Record<string, unknown>
      await useCase.run(ctx, useCase.input.parse(COUNTS_ATTEMPTS.has(useCase) ? { ...payload, attempt: job.attempts } : payload))
    }
  const entries = Object.entries(JOB_USE_CASES).filter(([kind]) => only === undefined || (only as readonly string[]).includes(kind))
  return Object.fromEntries(entries.map(([kind, useCase]) => [kind, toHandler(useCase)]))
}
