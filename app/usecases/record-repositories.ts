import { z } from 'zod'
import { renameImports } from '../../integrations/store/imports.ts'
import { removeRepositories, saveRepositories } from '../../integrations/store/repositories.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Records repositories as an event shows them, by GitHub's number: a rename or a transfer is the same repository under another
 * name or installation. What the App lost sight of is marked and keeps its artifacts and links.
 */
export const recordRepositories = makeUseCase({
  name: 'record-repositories',
  summary: 'Records repositories that the GitHub App sees, and those it no longer sees.',
  access: 'internal',
  input: z.object({
    installationId: z.number().int().optional(),
    seen: z
      .array(
        z.object({
          id: z.number().int(),
          fullName: z.string(),
          isPrivate: z.boolean().optional(),
          defaultBranch: z.string().optional(),
          isArchived: z.boolean().optional(),
        }),
      )
      .readonly(),
    removedIds: z.array(z.number().int()).readonly(),
  }),
  output: z.object({ seen: z.number().int(), removed: z.number().int() }),
  async run(ctx, { installationId, seen, removedIds }) {
    const at = ctx.clock.now()
    const changes = seen.map(({ id, fullName, defaultBranch, isArchived, isPrivate }) => ({
      id,
      fullName,
      installationId,
      defaultBranch,
      archived: isArchived,
      isPrivate,
    }))
    const store = await ctx.store()
    await store.transaction(async (db) => {
      if (changes.length > 0) await saveRepositories(db, changes, at)
      for (const { id, fullName } of seen) await renameImports(db, id, fullName)
      if (removedIds.length > 0) await removeRepositories(db, removedIds, at)
    })
    return { seen: seen.length, removed: removedIds.length }
  },
})
