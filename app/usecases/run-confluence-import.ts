import { z } from 'zod'
import { type OpenRun, resumeRun } from '../../integrations/engine/runs.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { findImport, type StoredImport } from '../../integrations/store/imports.ts'
import { findRun } from '../../integrations/store/runs.ts'
import { ConfluenceImportJob, ConfluenceRequest, concludeConfluenceImport, readConfluenceSettings } from '../confluence-import.ts'
import { confluenceRefusalOf, confluenceRefusalOfError } from '../confluence-refusal.ts'
import { readSpace } from '../confluence-streams.ts'
import type { AppContext } from '../context.ts'
import { isWorthWaiting } from '../import-patience.ts'
import type { Refusal } from '../import-refusal.ts'
import { makeUseCase } from '../use-case.ts'

const Input = ConfluenceImportJob.extend({ attempt: z.number().int().default(1) })
type Input = z.output<typeof Input>

/** Reads the space; answers what stood in the way. @throws what may pass later, where nobody waits, and what is ours */
async function readAll(ctx: AppContext, row: StoredImport, run: OpenRun, { priority, attempt }: Input): Promise<readonly Refusal[]> {
  const request = ConfluenceRequest.parse(row.input)
  try {
    const settings = await readConfluenceSettings(ctx, request)
    const confluence = await ctx.providers.confluence.connect({ dryRun: true, priority, onExchange: run.countRequest })
    const space = await confluence.client.space(request.spaceKey)
    if (!space) return [confluenceRefusalOf('confluence-space-not-found')]
    await readSpace({ ctx, run, confluence, space, settings }, { onlyChanges: priority === 'poll' })
    return []
  } catch (error) {
    const refusal = run.signal.aborted ? undefined : confluenceRefusalOfError(error)
    if (!refusal) throw error
    if (isWorthWaiting(error, { priority, attempt, now: ctx.clock.now() })) throw error
    ctx.log.warn({ err: error, scope: row.scope }, 'the space could not be read')
    return [refusal]
  }
}

/** Does the reading of an import and ends it. Whatever page it stops at, the next try goes on there. */
export const runConfluenceImport = makeUseCase({
  name: 'run-confluence-import',
  summary: "Reads a space's pages from Confluence, page by page, and computes the figures.",
  access: 'internal',
  input: Input,
  output: z.object({ status: z.enum(['done', 'cancelled', 'ended']) }),
  async run(ctx, input) {
    const store = await ctx.store()
    const row = await findImport(store.db, input.importId)
    if (row?.state !== 'running' || row.runId === undefined) return { status: 'ended' as const }
    const run = await resumeRun({ store, clock: ctx.clock, signal: ctx.signal }, row.runId)
    if (!run) return { status: 'ended' as const }
    const { runId } = row
    const spent = async () => (await findRun(store.db, runId))?.requests ?? 0
    try {
      const refusals = await readAll(ctx, row, run, input)
      await run.advance({ phase: 'computing' })
      await concludeConfluenceImport(ctx, row, { refusals, requests: await spent(), state: 'done' })
      return { status: 'done' as const }
    } catch (error) {
      const isCancelled = toAppError(error).code === 'cancelled' && (await findRun(store.db, runId))?.cancelRequestedAt !== undefined
      if (!isCancelled) throw error
      await concludeConfluenceImport(ctx, row, { refusals: [], requests: await spent(), state: 'cancelled' })
      return { status: 'cancelled' as const }
    }
  },
})
