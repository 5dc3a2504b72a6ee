// The events that ask for the check `Katalyst / governance`. A handler only asks: the check itself is a job of its own, so that
// it can be tried again, put off and seen without the delivery being handled again.
import type { Probot } from 'probot'
import type { AppContext } from '../context.ts'
import { recordRepositories } from '../usecases/record-repositories.ts'
import { requestCheck } from '../usecases/request-check.ts'

const PULL_REQUEST_EVENTS = [
  'pull_request.opened',
  'pull_request.synchronize',
  'pull_request.reopened',
  'pull_request.edited',
  'pull_request.ready_for_review',
] as const

/** The event that told of the repository may have been missed while we were down: GitHub does not send it again. */
async function contextWithRepository(ctx: AppContext, payload: unknown): Promise<AppContext> {
  const { installationId, repository } = ctx.providers.github.events.toRepositoryEvent(payload)
  await recordRepositories.run(ctx, { installationId, seen: [repository], removedIds: [] })
  return ctx
}

/** Puts the handlers on the App. */
export function addGovernanceCheck(app: Probot, contextOf: (deliveryId: string) => AppContext): void {
  app.on([...PULL_REQUEST_EVENTS], async ({ id, payload }) => {
    const ctx = await contextWithRepository(contextOf(id), payload)
    const check = ctx.providers.github.events.toPullRequestCheck(payload)
    if (check) await requestCheck.run(ctx, { check })
  })

  app.on('merge_group.checks_requested', async ({ id, payload }) => {
    const ctx = await contextWithRepository(contextOf(id), payload)
    await requestCheck.run(ctx, { check: ctx.providers.github.events.toMergeGroupCheck(payload) })
  })

  app.on('check_run.rerequested', async ({ id, payload }) => {
    const ctx = await contextWithRepository(contextOf(id), payload)
    await requestCheck.run(ctx, { rerun: ctx.providers.github.events.toCheckRunRerun(payload) })
  })

  app.on('check_suite.rerequested', async ({ id, payload }) => {
    const ctx = await contextWithRepository(contextOf(id), payload)
    await requestCheck.run(ctx, { rerun: ctx.providers.github.events.toCheckSuiteRerun(payload) })
  })
}
