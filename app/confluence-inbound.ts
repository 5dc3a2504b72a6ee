// A page of ours was touched at Confluence: what it belongs to is published again, as it was asked for last, so that
// conflictPolicy decides about the edit at once and not with the next publication.
import { enqueueJobs } from '../integrations/engine/jobs.ts'
import { fromJsonObject } from '../integrations/store/json.ts'
import { findLink } from '../integrations/store/links.ts'
import { listRuns, startRun } from '../integrations/store/runs.ts'
import { PUBLISH_JOB, PUBLISH_RUN } from './confluence-request.ts'
import type { AppContext } from './context.ts'

/** A delivery as far as it is a hint: which page, and which version of it; our own writes are known by theirs. */
export interface TouchedPage {
  readonly id: string
  readonly version: number | undefined
  /** When it was touched: a publication that began later has seen it. */
  readonly at?: Date
}

/** Runs looked through for the last publication of a source. */
const RECENT_RUNS = 50

/**
 * Asks for a publication of what the page belongs to; false where it is nobody's, or holds what we wrote. While the source is
 * being published nothing is asked for: its own writes come back too.
 */
export async function askForPublication(ctx: AppContext, page: TouchedPage): Promise<boolean> {
  const store = await ctx.store()
  const { connectionId } = ctx.providers.confluence
  const link = await findLink(store.db, { connectionId, remoteKind: 'page', remoteId: page.id })
  if (!link || (page.version !== undefined && link.remoteVersion === String(page.version))) return false
  const runs = await listRuns(store.db, { kind: PUBLISH_RUN, connectionId, limit: RECENT_RUNS })
  const last = runs.items.find(({ scope, input }) => {
    const { types } = fromJsonObject(input)
    return scope === link.scope && Array.isArray(types) && types.includes(link.artifactKind)
  })
  if (!last || last.state === 'running' || (page.at && last.startedAt > page.at)) return false
  const at = ctx.clock.now()
  await store.transaction(async (db) => {
    const run = await startRun(db, { kind: PUBLISH_RUN, connectionId, scope: link.scope, input: { ...last.input, force: false }, at })
    const payload = { runId: run.id, artifactId: PUBLISH_RUN }
    const { spaceKey } = fromJsonObject(last.input.config)
    const serialKey = `confluence:${typeof spaceKey === 'string' ? spaceKey : link.scope}`
    await enqueueJobs(db, [{ kind: PUBLISH_JOB, payload, connectionId, serialKey, priority: 'webhook', runId: run.id }], at)
  })
  return true
}
