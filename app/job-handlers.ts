// Which use case does the work of which kind of job. A root of composition: it puts the App's event handlers on Probot, and
// gives every job a context of its own whose request id is the job's, which is what people quote.
import type { JobContext, JobHandler } from '../integrations/engine/worker.ts'
import type { OpenProcess } from './bootstrap.ts'
import { addGovernanceCheck } from './checks/governance-check.ts'
import type { AppContext } from './context.ts'
import { DELIVERY_JOB } from './delivery-job.ts'
import { jobRequestId } from './job-answer.ts'
import type { UseCase } from './use-case.ts'
import { checkPullRequest } from './usecases/check-pull-request.ts'
import { handleDelivery } from './usecases/handle-delivery.ts'
import { ingestPush } from './usecases/ingest-push.ts'
import { pruneHistory } from './usecases/prune-history.ts'
import { pushJiraArtifact } from './usecases/push-jira-artifact.ts'
import { CHECK_JOB } from './usecases/request-check.ts'
import { INGEST_JOB } from './usecases/request-ingest.ts'
import { sweepChecks } from './usecases/sweep-checks.ts'
import { JIRA_PUSH_JOB } from './usecases/sync-jira.ts'
import { addGitHubEvents } from './webhooks/github-events.ts'

export { JIRA_PUSH_JOB }
export const SWEEP_JOB = 'checks.sweep'
export const PRUNE_JOB = 'history.prune'

const JOB_USE_CASES = {
  [DELIVERY_JOB]: handleDelivery,
  [CHECK_JOB]: checkPullRequest,
  [INGEST_JOB]: ingestPush,
  [JIRA_PUSH_JOB]: pushJiraArtifact,
  [SWEEP_JOB]: sweepChecks,
  [PRUNE_JOB]: pruneHistory,
} as const satisfies Record<string, UseCase>

/** What runs by the clock. */
export const SCHEDULES = [
  { name: 'sweep-checks', kind: SWEEP_JOB, everyMs: 10 * 60_000 },
  { name: 'prune-history', kind: PRUNE_JOB, everyMs: 60 * 60_000 },
] as const

/** The handlers of every kind of job, or of those named. */
export function makeJobHandlers(opened: OpenProcess, only?: readonly (keyof typeof JOB_USE_CASES)[]): Readonly<Record<string, JobHandler>> {
  let events: Promise<void> | undefined
  const eventContext = (deliveryId: string) => opened.contextFor({ kind: 'webhook', name: 'github' }, deliveryId)
  const withEvents = async (ctx: AppContext) => {
    events ??= ctx.providers.github.probot().then((probot) => {
      addGitHubEvents(probot, eventContext)
      addGovernanceCheck(probot, eventContext)
    })
    await events
  }
  const toHandler =
    (useCase: UseCase): JobHandler =>
    async ({ job }: JobContext) => {
      const ctx = opened.contextFor({ kind: 'worker', name: job.kind }, jobRequestId(job.id))
      // Only deliveries of GitHub need the App, and a process without one can still do everything else.
      if (useCase === handleDelivery && opened.config.APP_ID) await withEvents(ctx)
      const payload = job.payload as Record<string, unknown>
      await useCase.run(ctx, useCase.input.parse(useCase === checkPullRequest ? { ...payload, attempt: job.attempts } : payload))
    }
  const entries = Object.entries(JOB_USE_CASES).filter(([kind]) => only === undefined || (only as readonly string[]).includes(kind))
  return Object.fromEntries(entries.map(([kind, useCase]) => [kind, toHandler(useCase)]))
}
