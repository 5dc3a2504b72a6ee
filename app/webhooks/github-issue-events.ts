// Events of issues. An event only says which issue to look at; most are of issues that stand for no artifact, and end here.
import type { Probot } from 'probot'
import { requestIssueSync } from '../usecases/request-issue-sync.ts'
import type { EventContext } from './github-events.ts'

/** Puts the handler on the App. */
export function addIssueEvents(app: Probot, contextOf: EventContext): void {
  app.on('issues', async ({ id, payload }) => {
    const ctx = contextOf(id)
    const { fullName, number } = ctx.providers.github.events.toIssueEvent(payload)
    await requestIssueSync.run(ctx, { fullName, number })
  })
}
