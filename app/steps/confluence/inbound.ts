// A page of ours was touched at Confluence: what it belongs to is published again, as it was asked for last, so that
// conflictPolicy decides about the edit at once and not with the next publication.
import { enqueueJobs } from '../../../integrations/engine/jobs.ts'
import { settleRun } from '../../../integrations/engine/run-end.ts'
import { isAppError } from '../../../integrations/kernel/errors.ts'
import { fromJsonObject } from '../../../integrations/store/json.ts'
import { findLink } from '../../../integrations/store/links.ts'
import { listRuns, startRun } from '../../../integrations/store/runs.ts'
import type { AppContext } from '../../context.ts'
import { keepSource, openPublishSource, type PublishSource } from '../publishing/publish-source.ts'
import type { PublicationRequest } from './publication.ts'
import { keepRequest, PUBLISH_JOB, PUBLISH_RUN, readRequest } from './request.ts'

/** A delivery as far as it is a hint: which page, and which version of it; our own writes are known by theirs. */
export interface TouchedPage {
  readonly id: string
  readonly version: number | undefined
  /** When it was touched: a publication that began later has seen it. */
  readonly at?: Date
}

/** Runs looked through for the last publication of a source. */
const RECENT_RUNS = 50

const REPOSITORY_SCOPE = /^repository:\d+$/

/** What is in git now, where that can be read from here; an edit is held against that and not against what was published last. */
async function readSource(ctx: AppContext, { types, config, origin }: PublicationRequest): Promise<PublishSource | undefined> {
  if (!REPOSITORY_SCOPE.test(origin.governanceScope)) return undefined
  const files = types.includes('document') ? config.documents.map(({ file }) => file) : []
  try {
    return await openPublishSource(ctx, { repository: origin.source, files })
  } catch (error) {
    // The App was taken away from the repository: what was kept of it is all there is.
    if (isAppError(error) && (error.code === 'refused' || error.code === 'not-found')) return undefined
    throw error
  }
}

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
  if (!last) return false
  // A run whose job is done may not be ended yet, and would hide the edit that came after it.
  const isRunning = last.state === 'running' && (await settleRun({ store, clock: ctx.clock }, last.id))?.state === 'running'
  if (isRunning || (page.at && last.startedAt > page.at)) return false
  const request = { ...readRequest(ctx.providers.confluence, last), force: false }
  const source = await readSource(ctx, request)
  const at = ctx.clock.now()
  await store.transaction(async (db) => {
    if (source) await keepSource(db, source, at)
    const input = keepRequest(source ? { ...request, origin: source.origin } : request)
    const run = await startRun(db, { kind: PUBLISH_RUN, connectionId, scope: link.scope, input, at })
    const payload = { runId: run.id, artifactId: PUBLISH_RUN }
    const serialKey = `confluence:${request.config.spaceKey}`
    await enqueueJobs(db, [{ kind: PUBLISH_JOB, payload, connectionId, serialKey, priority: 'webhook', runId: run.id }], at)
  })
  return true
}
