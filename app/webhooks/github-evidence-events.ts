// Events that move evidence. A handler only says what may have changed; jobs read it again, one for each thing however many
// events name it, so that their order and repeats do not matter.
import type { Probot } from 'probot'
import type { AppContext } from '../context.ts'
import { recordRepositories } from '../usecases/record-repositories.ts'
import { requestRefresh } from '../usecases/request-refresh.ts'

const EVIDENCE_EVENTS = [
  'branch_protection_rule',
  'code_scanning_alert',
  'dependabot_alert',
  'deployment',
  'deployment_status',
  'discussion',
  'gollum',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'release',
  'repository',
  'repository_ruleset',
  'secret_scanning_alert',
  'workflow_job',
  'workflow_run',
] as const

/** Puts the handlers on the App. */
export function addEvidenceEvents(app: Probot, contextOf: (deliveryId: string) => AppContext): void {
  app.on([...EVIDENCE_EVENTS], async ({ id, name, payload }) => {
    const ctx = contextOf(id)
    const event = ctx.providers.github.events.toEvidenceEvent(name, payload)
    // What a deleted repository was like stays known; its own handler marks it, and there is nothing left to read.
    const isGone = name === 'repository' && payload.action === 'deleted'
    if (!event || isGone || event.hints.length === 0) return
    const { installationId, repository, hints } = event
    await recordRepositories.run(ctx, { installationId, seen: [repository], removedIds: [] })
    await requestRefresh.run(ctx, { repositoryId: repository.id, hints })
  })
}
