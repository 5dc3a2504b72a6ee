import { z } from 'zod'
import { reopenConnections } from '../../integrations/engine/breaker.ts'
import { saveInstallation } from '../../integrations/store/installations.ts'
import { listRepositories, removeRepositories, saveRepositories } from '../../integrations/store/repositories.ts'
import { makeUseCase } from '../use-case.ts'

/** What an installation's event means for the row: `null` takes a mark away. */
const EFFECTS: Readonly<Record<string, 'installed' | 'suspended' | 'deleted' | 'changed'>> = {
  created: 'installed',
  unsuspend: 'installed',
  suspend: 'suspended',
  deleted: 'deleted',
  new_permissions_accepted: 'changed',
}

/**
 * Records where the App is installed, with what permissions, and whether it is suspended. A deleted installation keeps its row
 * and its repositories' artifacts: who installs again goes on where they stopped.
 */
export const recordInstallation = makeUseCase({
  name: 'record-installation',
  summary: 'Records an installation of the GitHub App, its permissions and its repositories.',
  access: 'internal',
  input: z.object({
    action: z.string(),
    installationId: z.number().int(),
    account: z.object({ id: z.number().int(), login: z.string(), type: z.string() }),
    permissions: z.record(z.string(), z.string()).readonly(),
    suspendedAt: z.date().optional(),
    allRepositories: z.boolean(),
    repositories: z.array(z.object({ id: z.number().int(), fullName: z.string(), isPrivate: z.boolean().optional() })).readonly(),
  }),
  /** Repositories that may have changed while we could not see them. */
  output: z.object({ repositoryIds: z.array(z.number().int()) }),
  async run(ctx, event) {
    const at = ctx.clock.now()
    const effect = EFFECTS[event.action] ?? 'changed'
    const store = await ctx.store()
    const repositoryIds = await store.transaction(async (db) => {
      await saveInstallation(db, {
        id: event.installationId,
        account: event.account.login,
        accountId: event.account.id,
        accountType: event.account.type,
        repositorySelection: event.allRepositories ? 'all' : 'selected',
        permissions: event.permissions,
        ...(effect === 'installed' ? { suspendedAt: null, deletedAt: null } : {}),
        ...(effect === 'suspended' ? { suspendedAt: event.suspendedAt ?? at } : {}),
        ...(effect === 'deleted' ? { deletedAt: at } : {}),
        at,
      })
      const seen = event.repositories.map(({ id, fullName, isPrivate }) => ({
        id,
        fullName,
        isPrivate,
        installationId: event.installationId,
      }))
      if (seen.length > 0 && effect !== 'deleted') await saveRepositories(db, seen, at)
      const ids = (await listRepositories(db, { installationId: event.installationId })).map(({ id }) => id)
      if (effect === 'deleted') await removeRepositories(db, ids, at)
      // What was refused before is worth another try: jobs of this installation that were parked go on.
      if (effect === 'installed' || effect === 'changed') await reopenConnections(db, `github:${event.installationId}`, at)
      return effect === 'installed' ? ids : []
    })
    ctx.log.info(
      { installation: event.installationId, effect, missing: ctx.providers.github.missingPermissions(event.permissions).length },
      'installation recorded',
    )
    return { repositoryIds }
  },
})
