import { z } from 'zod'
import type { OpenRun } from '../../integrations/engine/runs.ts'
import type { StoredImport } from '../../integrations/store/imports.ts'
import type { AppContext } from '../context.ts'
import {
  ConfluenceImportJob,
  ConfluenceRequest,
  concludeConfluenceImport,
  readConfluenceSettings,
} from '../steps/imports/confluence-import.ts'
import { confluenceRefusalOf, confluenceRefusalOfError } from '../steps/imports/confluence-refusal.ts'
import { readSpace } from '../steps/imports/confluence-streams.ts'
import { ImportReadAnswer, type Obstacle, runImport } from '../steps/imports/import-reading.ts'
import { makeUseCase } from '../use-case.ts'

const Input = ConfluenceImportJob.extend({ attempt: z.number().int().default(1) })
type Input = z.output<typeof Input>

/** Reads the space; answers what stood in the way. @throws what is ours */
async function readAll(ctx: AppContext, row: StoredImport, run: OpenRun, { priority }: Input): Promise<readonly Obstacle[]> {
  const request = ConfluenceRequest.parse(row.input)
  try {
    const settings = await readConfluenceSettings(ctx, request)
    const confluence = await ctx.providers.confluence.connect({ dryRun: true, priority, onExchange: run.countRequest })
    const space = await confluence.client.space(request.spaceKey)
    if (!space) return [{ refusal: confluenceRefusalOf('confluence-space-not-found') }]
    await readSpace({ ctx, run, confluence, space, settings }, { onlyChanges: priority === 'poll' })
    return []
  } catch (error) {
    const refusal = run.signal.aborted ? undefined : confluenceRefusalOfError(error)
    if (!refusal) throw error
    ctx.log.warn({ err: error, scope: row.scope }, 'the space could not be read')
    return [{ refusal, error }]
  }
}

/** Does the reading of an import and ends it, as `runImport` says. */
export const runConfluenceImport = makeUseCase({
  name: 'run-confluence-import',
  summary: "Reads a space's pages from Confluence, page by page, and computes the figures.",
  access: 'internal',
  input: Input,
  output: ImportReadAnswer,
  run: (ctx, input) =>
    runImport(ctx, input, {
      provider: 'Confluence',
      placeOf: () => ({}),
      read: async (row, run) => ({ place: {}, obstacles: await readAll(ctx, row, run, input) }),
      conclude: (row, conclusion) => concludeConfluenceImport(ctx, row, conclusion),
    }),
})
