// The events that ask for the check `Katalyst / delivery`. A handler only asks; the job looks up what there is to show.
import type { Probot } from 'probot'
import type { AppContext } from '../context.ts'
import { requestDelivery } from '../usecases/request-delivery.ts'

const PULL_REQUEST_EVENTS = [
  'pull_request.opened',
  'pull_request.synchronize',
  'pull_request.reopened',
  'pull_request.ready_for_review',
] as const

/** Puts the handlers on the App. */
export function addDeliveryCheck(app: Probot, contextOf: (deliveryId: string) => AppContext): void {
  app.on([...PULL_REQUEST_EVENTS], async ({ id, payload }) => {
    const ctx = contextOf(id)
    const pull = ctx.providers.github.events.toPullRequestCheck(payload)
    if (pull) await requestDelivery.run(ctx, { pull })
  })

  app.on('check_run.rerequested', async ({ id, payload }) => {
    const ctx = contextOf(id)
    await requestDelivery.run(ctx, { rerun: ctx.providers.github.events.toCheckRunRerun(payload) })
  })

  app.on('check_suite.rerequested', async ({ id, payload }) => {
    const ctx = contextOf(id)
    await requestDelivery.run(ctx, { rerun: ctx.providers.github.events.toCheckSuiteRerun(payload) })
  })
}
