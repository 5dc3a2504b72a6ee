import { z } from 'zod'
import { fromJsonObject } from '../../integrations/store/json.ts'
import { listRuns } from '../../integrations/store/runs.ts'
import { askForPublication } from '../steps/confluence/inbound.ts'
import { PUBLISH_RUN } from '../steps/confluence/request.ts'
import { makeUseCase } from '../use-case.ts'

/** How far back a poll looks; far more than the time between two, so that one that was missed is made up for. */
const LOOK_BACK_MS = 60 * 60_000

/** Looks for edits of our pages where no webhook tells of them: Confluence Cloud sends none to an application like this one. */
export const pollConfluence = makeUseCase({
  name: 'poll-confluence',
  summary: 'Looks for edits of published pages, and publishes again what was touched.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ touched: z.number(), asked: z.number() }),
  async run(ctx) {
    const { confluence } = ctx.providers
    const { db } = await ctx.store()
    const published = await listRuns(db, { kind: PUBLISH_RUN, connectionId: confluence.connectionId, limit: 1 })
    // Nothing was ever published from here, or Confluence is not connected any more: there is nothing to look for.
    const { spaceKey } = fromJsonObject(published.items[0]?.input.config)
    if (typeof spaceKey !== 'string' || !(await ctx.connections.effective('confluence'))) return { touched: 0, asked: 0 }
    const context = await confluence.connect({ dryRun: true, priority: 'poll' })
    const since = new Date(ctx.clock.now().getTime() - LOOK_BACK_MS)
    const pages = await confluence.readChangedPages(context, spaceKey, since)
    let asked = 0
    for (const { id, version } of pages)
      if (await askForPublication(ctx, { id, version: version.number, at: version.createdAt })) asked += 1
    return { touched: pages.length, asked }
  },
})
