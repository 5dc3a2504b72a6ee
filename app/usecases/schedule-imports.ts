import { z } from 'zod'
import { DIMENSIONS } from '../../integrations/foe/measure.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { findLatestImport } from '../../integrations/store/imports.ts'
import { findInstallation } from '../../integrations/store/installations.ts'
import { listRepositories, type Repository } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'
import { beginConfluenceImport, ConfluenceRequest } from '../steps/imports/confluence-import.ts'
import { beginImport, DEFAULT_LOOKBACK_DAYS } from '../steps/imports/github-import.ts'
import { makeUseCase } from '../use-case.ts'

/** The job of the schedule that imports every installed repository. */
export const SCHEDULED_IMPORTS_JOB = 'github.imports'

/** Whether GitHub would let us read it: what is suspended or archived is not even asked for. */
async function isReadable(ctx: AppContext, { installationId, archived }: Repository): Promise<boolean> {
  if (installationId === undefined || archived) return false
  const installation = await findInstallation((await ctx.store()).db, installationId)
  return installation === undefined || (!installation.suspendedAt && !installation.deletedAt)
}

/**
 * Begins the import of the space of confluence-config.json, if Confluence is connected and it has been imported before: which
 * space tells about the product is for a person to say first.
 */
async function scheduleSpace(ctx: AppContext, counts: { begun: number; underWay: number }): Promise<void> {
  if (!(await ctx.connections.effective('confluence'))) return
  const config = await ctx.providers.confluence.readConfig({}).catch((error: unknown) => {
    if (toAppError(error).code !== 'config-invalid') throw error
    ctx.log.info({ err: error }, 'no space is named to be imported by the clock')
    return undefined
  })
  if (!config) return
  const { db } = await ctx.store()
  const scope = `confluence:${config.spaceKey}`
  const latest = await findLatestImport(db, { provider: 'confluence', scope, dimension: 'understanding' })
  if (!latest) return
  if (latest.state === 'running') counts.underWay += 1
  else {
    await beginConfluenceImport(ctx, ConfluenceRequest.parse(latest.input), 'poll')
    counts.begun += 1
  }
}

/**
 * Begins an import of every dimension of every repository the App sees. One that is still being imported is left alone, so that a
 * tick after days without us adds what one tick adds. A first import goes behind everything else.
 */
export const scheduleImports = makeUseCase({
  name: 'schedule-imports',
  summary: 'Begins the imports of installed repositories and of the space that the schedule asks for.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ begun: z.number().int(), underWay: z.number().int() }),
  async run(ctx) {
    const { db } = await ctx.store()
    const lookbackDays = (await ctx.providers.github.readConfig())?.lookbackDays ?? DEFAULT_LOOKBACK_DAYS
    const counts = { begun: 0, underWay: 0 }
    for (const repository of await listRepositories(db)) {
      if (ctx.signal.aborted || !(await isReadable(ctx, repository))) continue
      const place = ctx.providers.github.parseFullName(repository.fullName)
      for (const dimension of DIMENSIONS) {
        const latest = await findLatestImport(db, { provider: 'github', scope: `repository:${repository.id}`, dimension })
        if (latest?.state === 'running') counts.underWay += 1
        else {
          await beginImport(ctx, { ...place, dimension, dataTypes: [], lookbackDays }, latest ? 'poll' : 'backfill')
          counts.begun += 1
        }
      }
    }
    await scheduleSpace(ctx, counts)
    ctx.log.info(counts, 'scheduled imports begun')
    return counts
  },
})
