// Imports of Confluence as a whole: how one begins and what it ends with. The reading itself is a job (`run-confluence-import`),
// so that whichever process takes it goes on at the page where another stopped.
import { z } from 'zod'
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import { PRIORITIES, type Priority } from '../../../integrations/engine/provider.ts'
import { readDecisions } from '../../../integrations/foe/confluence/decision-records.ts'
import { typePages } from '../../../integrations/foe/confluence/document-types.ts'
import { type ConfluenceSettings, countedPages, measureConfluence } from '../../../integrations/foe/confluence/measure-confluence.ts'
import { scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import { readConfluenceFacts } from '../../../integrations/store/confluence-facts.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findImport, finishImport, type ImportState, type StoredImport, startImport } from '../../../integrations/store/imports.ts'
import { toJsonObject } from '../../../integrations/store/json.ts'
import { startRun } from '../../../integrations/store/runs.ts'
import { toResult } from '../../answers/import-answer.ts'
import type { AppContext } from '../../context.ts'
import { confluenceRefusalOf } from './confluence-refusal.ts'
import type { Refusal } from './import-refusal.ts'

export const CONFLUENCE_IMPORT_JOB = 'confluence.import'
const CONFLUENCE_IMPORT_RUN = 'confluence-import'

/** What is asked for, as it is kept with the import. */
export const ConfluenceRequest = z.object({
  spaceKey: z.string(),
  contentTypes: z.array(z.string()).default([]),
  labelFilter: z.string().optional(),
  mapTo: z.literal('governance-adrs').optional(),
  assessFreshness: z.boolean().default(true),
  assessCoverage: z.boolean().default(true),
})
export type ConfluenceRequest = z.output<typeof ConfluenceRequest>

export const ConfluenceImportJob = z.object({
  importId: z.string(),
  priority: z.enum(Object.keys(PRIORITIES) as [Priority, ...Priority[]]),
})
export type ConfluenceImportJob = z.output<typeof ConfluenceImportJob>

const DAY_MS = 86_400_000

/** Rules and limits of the file, with what was asked for. @throws AppError `config-invalid` with every fault of the file */
export async function readConfluenceSettings(ctx: AppContext, request: ConfluenceRequest): Promise<ConfluenceSettings> {
  const { docTypes, freshnessDays } = await ctx.providers.confluence.readConfig({ spaceKey: request.spaceKey })
  const { contentTypes, labelFilter, assessFreshness, assessCoverage } = request
  return { rules: docTypes, freshnessDays, contentTypes, labelFilter: labelFilter ?? null, assessFreshness, assessCoverage }
}

const scopeOf = (ctx: AppContext, spaceKey: string) => ({ connectionId: ctx.providers.confluence.connectionId, spaceKey })

/**
 * Begins an import: its row, its run and its job in one transaction, or at once its end where Confluence is not connected. Waits
 * for nothing.
 */
export async function beginConfluenceImport(ctx: AppContext, request: ConfluenceRequest, priority: Priority): Promise<StoredImport> {
  const store = await ctx.store()
  const { freshnessDays } = await readConfluenceSettings(ctx, request)
  const at = ctx.clock.now()
  const publicId = ctx.random.id()
  const scope = `confluence:${request.spaceKey}`
  const window = { from: new Date(at.getTime() - freshnessDays * DAY_MS), to: at }
  const input = toJsonObject(request)
  const begun = { publicId, provider: 'confluence', scope, dimension: 'understanding', input, window, at }
  if (!(await ctx.connections.effective('confluence'))) {
    const row = await startImport(store.db, begun)
    return concludeConfluenceImport(ctx, row, { refusals: [confluenceRefusalOf('confluence-not-configured')], requests: 0, state: 'done' })
  }
  const { connectionId } = ctx.providers.confluence
  return store.transaction(async (db) => {
    const run = await startRun(db, { kind: CONFLUENCE_IMPORT_RUN, connectionId, scope, input, at })
    const row = await startImport(db, { ...begun, runId: run.id })
    const payload = toJsonObject({ importId: publicId, priority } satisfies ConfluenceImportJob)
    // Imports of one space are one after another: what one has read the next need not.
    const keys = { connectionId, serialKey: `confluence-import:${request.spaceKey}`, dedupeKey: `${CONFLUENCE_IMPORT_JOB}:${publicId}` }
    await enqueueJob(db, { kind: CONFLUENCE_IMPORT_JOB, version: 1, payload, priority, runId: run.id, ...keys }, at)
    return row
  })
}

/** The answer's artifacts: what `mapTo` asks for. */
const decisionsOf = (facts: Awaited<ReturnType<typeof readConfluenceFacts>>, settings: ConfluenceSettings) =>
  readDecisions(countedPages(typePages(facts, settings.rules), settings), facts).map((record) => ({ kind: 'adr', ...record }))

/** Figures and score of what is stored of the space; never throws for want of facts. */
async function figuresOf(db: Db, ctx: AppContext, row: StoredImport, refusals: readonly Refusal[]) {
  const request = ConfluenceRequest.parse(row.input)
  const settings = await readConfluenceSettings(ctx, request)
  const stored = await readConfluenceFacts(db, scopeOf(ctx, request.spaceKey))
  const [refusal] = refusals
  const facts =
    stored.pages.state === 'absent' && refusal ? { ...stored, pages: { state: 'absent', reason: refusal.absence } as const } : stored
  const measured = measureConfluence(facts, settings, row.window.to)
  const said = refusals.map(({ gap }) => `${gap.title}. ${gap.recommendation}`)
  const stale = refusal && stored.pages.state === 'present' ? ['The figures are from what was read before.'] : []
  const gaps = [...new Map([...refusals.map(({ gap }) => gap), ...measured.gaps].map((gap) => [gap.code, gap])).values()]
  const figures = { metrics: measured.metrics, gaps, explanation: [...said, ...stale, ...measured.explanation] }
  const at = ctx.clock.now()
  const score = scoreDimension('understanding', [{ source: 'confluence', metrics: figures.metrics, at }])
  const answer = toResult(figures, score, { imported: measured.counted, refusal: refusal?.gap.code })
  const artifacts = request.mapTo === undefined ? {} : { artifacts: decisionsOf(facts, settings) }
  return { metrics: answer.metrics, result: { ...answer.result, ...artifacts }, gaps, score }
}

/** Ends an import with the figures of what is stored by now; of two who do, the first counts. Returns it as it is then. */
export async function concludeConfluenceImport(
  ctx: AppContext,
  row: StoredImport,
  {
    refusals,
    requests,
    state,
  }: { readonly refusals: readonly Refusal[]; readonly requests: number; readonly state: Exclude<ImportState, 'running'> },
): Promise<StoredImport> {
  const store = await ctx.store()
  const { result, metrics, gaps, score } = await figuresOf(store.db, ctx, row, refusals)
  await store.transaction(async (db) => {
    await finishImport(db, row.id, { state, result, metrics, gaps, scores: score, requests, at: ctx.clock.now() })
  })
  return (await findImport(store.db, row.publicId)) ?? row
}
