// GitHub's events on the life of installations and repositories, and pushes. Probot hands over deliveries that were verified
// and stored before; each handler translates and calls use cases, so that a repeat of the delivery repeats only what is safe.
import type { Probot } from 'probot'
import type { AppContext } from '../context.ts'
import { recordInstallation } from '../usecases/record-installation.ts'
import { recordRepositories } from '../usecases/record-repositories.ts'
import { requestIngest } from '../usecases/request-ingest.ts'

/** A context for one delivery; its id becomes the request id, which is what people quote. */
export type EventContext = (deliveryId: string) => AppContext

/** Puts the handlers on the App. */
export function addGitHubEvents(app: Probot, contextOf: EventContext): void {
  app.on('installation', async ({ id, payload }) => {
    const ctx = contextOf(id)
    const event = ctx.providers.github.events.toInstallationEvent(payload)
    const { repositoryIds } = await recordInstallation.run(ctx, event)
    for (const repositoryId of repositoryIds) await requestIngest.run(ctx, { repositoryId })
  })

  app.on('installation_repositories', async ({ id, payload }) => {
    const ctx = contextOf(id)
    const { installationId, added, removedIds } = ctx.providers.github.events.toRepositoriesEvent(payload)
    await recordRepositories.run(ctx, { installationId, seen: added, removedIds })
    for (const repository of added) await requestIngest.run(ctx, { repositoryId: repository.id })
  })

  app.on('repository', async ({ id, payload }) => {
    const ctx = contextOf(id)
    const { action, installationId, repository } = ctx.providers.github.events.toRepositoryEvent(payload)
    const gone = action === 'deleted'
    await recordRepositories.run(ctx, { installationId, seen: gone ? [] : [repository], removedIds: gone ? [repository.id] : [] })
    // The default branch may be another one now, and a repository that was transferred or unarchived may have changed unseen.
    if (!gone) await requestIngest.run(ctx, { repositoryId: repository.id })
  })

  app.on('push', async ({ id, payload }) => {
    const ctx = contextOf(id)
    const { installationId, repository, isDefaultBranch, headSha } = ctx.providers.github.events.toPushEvent(payload)
    if (!isDefaultBranch || headSha === undefined) return
    await recordRepositories.run(ctx, { installationId, seen: [repository], removedIds: [] })
    await requestIngest.run(ctx, { repositoryId: repository.id })
  })
}
