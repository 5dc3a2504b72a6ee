import { z } from 'zod'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { startRun } from '../../integrations/store/runs.ts'
import { countStatuses } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import { PublishedPageResult, readRecords, toPageResult } from '../steps/confluence/answer.ts'
import type { PublicationRequest } from '../steps/confluence/publication.ts'
import { keepRequest, PUBLISH_JOB, PUBLISH_RUN } from '../steps/confluence/request.ts'
import { followRun, readRunEvents } from '../steps/follow-run.ts'
import { PUBLISHED_TYPES } from '../steps/publishing/content-types.ts'
import { keepSource, openPublishSource, type PublishSource, readKeptSource } from '../steps/publishing/publish-source.ts'
import { policyFor, SYNC_DIRECTIONS } from '../steps/sync-direction.ts'
import { makeUseCase } from '../use-case.ts'

/** Loaded when a publication is asked for, not when the table of use cases is read. */
const loadPublication = () => import('../steps/confluence/publication.ts')
const loadPublishing = () => import('../steps/confluence/publishing.ts')
const loadFolder = () => import('../steps/confluence/folder.ts')

const Input = z.strictObject({
  direction: z
    .enum(SYNC_DIRECTIONS)
    .default('both')
    .describe('Which way changes go: to Confluence, from Confluence (edits of pages that are files), or both'),
  contentType: z
    .enum(PUBLISHED_TYPES)
    .optional()
    .describe('Only this kind of page (default: all, and the documents of confluence-config.json)'),
  spaceKey: z
    .string()
    .regex(/^~?[A-Za-z0-9]+$/, 'a space key: letters and digits')
    .optional()
    .describe('Key of the Confluence space (default: of confluence-config.json)'),
  parentPageId: z
    .string()
    .regex(/^\d+$/, 'the number of a page')
    .optional()
    .describe('Page that everything goes below, instead of where pageHierarchy says'),
  repository: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
    .optional()
    .describe('owner/name of the repository the artifacts belong to'),
  path: z.string().min(1).optional().describe('Folder that holds roads/ and the others'),
  conflictPolicy: z
    .enum(['warn', 'overwrite', 'managed-region', 'pull'])
    .optional()
    .describe('What happens to a page that a person edited (default: of confluence-config.json, else warn)'),
  dryRun: z.boolean().default(false).describe('Show the plan and write nothing'),
  force: z.boolean().default(false).describe('Write unchanged pages as well: each is a new version'),
})
type Input = z.output<typeof Input>

const Output = z.object({
  runId: z.string().nullable(),
  dryRun: z.boolean(),
  syncResults: z.array(PublishedPageResult),
  conflicts: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
})
type Output = z.output<typeof Output>

/** Documents that are not there are results like any other, so that they are not overlooked. */
const missingResults = ({ missing }: PublishSource): PublishedPageResult[] =>
  missing.map(({ file, reason }) => ({
    contentType: 'document' as const,
    documentId: `file:${file}`,
    pageId: null,
    pageUrl: null,
    title: file,
    status: 'failed' as const,
    version: null,
    code: 'not-found',
    reason,
  }))

function answer(runId: string | null, { dryRun }: Input, results: readonly PublishedPageResult[], notes: readonly string[]): Output {
  const conflicts = results.flatMap(({ documentId, status }) => (status === 'conflict' ? [documentId] : []))
  return { runId, dryRun, syncResults: [...results], conflicts, counts: countStatuses(results), notes: [...notes] }
}

/** Reads and compares everything; nothing can be written. */
async function plan(ctx: AppContext, input: Input, request: PublicationRequest, source: PublishSource): Promise<Output> {
  const store = await ctx.store()
  const governance = source.governance ?? (await readKeptSource(store.db, source.origin)).governance
  const { buildPages, runPublication } = await loadPublication()
  const pages = await buildPages(ctx, request, { ...source, governance })
  const context = await ctx.providers.confluence.connect({ dryRun: true, priority: 'interactive' })
  const { clock, random, signal } = ctx
  const push = { store, clock, random, signal, dryRun: true, force: request.force }
  let done = 0
  const onPage = async () => {
    ctx.progress({ phase: 'planning', done, total: pages.pages.length })
    done += 1
  }
  const place = input.path === undefined || input.direction !== 'export' ? ({ kind: 'plan' } as const) : undefined
  const { results, notes } = await runPublication(ctx, request, pages, { context, push, place, onPage })
  return answer(null, input, [...results.map(toPageResult), ...missingResults(source)], notes)
}

const NoteRecord = z.object({ notes: z.array(z.string()) })

async function resultsOf(ctx: AppContext, runId: number) {
  const events = await readRunEvents(ctx, runId)
  const results = readRecords(events.map(({ data }) => data))
  const notes = events.flatMap(({ data }) => NoteRecord.safeParse(data).data?.notes ?? [])
  const failure = events.find(({ status, artifactId }) => status === 'failed' && artifactId === PUBLISH_RUN)
  return { results, notes, failure }
}

/** Starts the run with its one job, and waits until it is done, wherever that happens. */
async function execute(ctx: AppContext, input: Input, request: PublicationRequest, source: PublishSource): Promise<Output> {
  const store = await ctx.store()
  const at = ctx.clock.now()
  const { connectionId } = ctx.providers.confluence
  const run = await store.transaction(async (db) => {
    await keepSource(db, source, at)
    const started = await startRun(db, { kind: PUBLISH_RUN, connectionId, scope: request.origin.source, input: keepRequest(request), at })
    const payload = { runId: started.id, artifactId: PUBLISH_RUN }
    // Two publications into one space would meet at its titles.
    const serialKey = `confluence:${request.config.spaceKey}`
    await enqueueJobs(db, [{ kind: PUBLISH_JOB, payload, connectionId, serialKey, priority: 'interactive', runId: started.id }], at)
    return started
  })
  await followRun(ctx, run.id, 'publishing pages')
  const { results, notes, failure } = await resultsOf(ctx, run.id)
  if (failure && results.length === 0)
    throw new AppError('outcome-unknown', failure.message ?? 'The publication failed.', {
      details: { runId: String(run.id), code: failure.code },
    })
  const folder = input.direction === 'export' ? undefined : input.path
  const texts = folder === undefined ? undefined : await readKeptSource(store.db, source.origin)
  const taken = texts && folder !== undefined ? await (await loadFolder()).takeIntoFolder(ctx, request, texts, results, folder) : results
  return answer(String(run.id), input, [...taken, ...missingResults(source)], [...notes, ...(failure?.message ? [failure.message] : [])])
}

/** Publishes governance documents and files of the repository as Confluence pages, and brings edits of the files back. */
export const syncConfluence = makeUseCase({
  name: 'sync-confluence',
  summary: 'Brings governance report, roadmap, context map, coverage and documents into step with their Confluence pages.',
  access: 'admin',
  input: Input,
  output: Output,
  http: { method: 'POST', path: '/integrations/confluence/sync', defaults: { force: true }, required: ['spaceKey'], hidden: ['path'] },
  cli: {
    command: 'confluence:sync',
    aliases: { contentType: 'content', spaceKey: 'space', parentPageId: 'parent' },
    hidden: ['direction'],
    switches: {
      export: { description: 'only write to Confluence', values: { direction: 'export' } },
      import: { description: 'only take edits of pages that are files', values: { direction: 'import' } },
    },
    defaults: { path: 'governance' },
    writes: true,
    exitCode: ({ counts }: Pick<Output, 'counts'>) =>
      (counts.failed ?? 0) + (counts.refused ?? 0) + (counts.skipped ?? 0) > 0 ? 1 : (counts.conflict ?? 0) > 0 ? 4 : 0,
  },
  async run(ctx, input): Promise<Output> {
    const { confluence } = ctx.providers
    const given = await confluence.readConfig({ spaceKey: input.spaceKey })
    const config = { ...given, conflictPolicy: policyFor(input.direction, input.conflictPolicy ?? given.conflictPolicy) }
    const types = input.contentType ? [input.contentType] : [...PUBLISHED_TYPES]
    const files = types.includes('document') ? config.documents.map(({ file }) => file) : []
    const source = await openPublishSource(ctx, { path: input.path, repository: input.repository, files })
    // Before anything is kept or queued: a space that is not there is the caller's to correct.
    const { findSpace } = await loadPublishing()
    await findSpace(await confluence.connect({ dryRun: true }), config.spaceKey)
    const request = {
      types,
      config,
      parentPageId: input.parentPageId,
      origin: source.origin,
      force: input.force,
      direction: input.direction,
    }
    return input.dryRun ? plan(ctx, input, request, source) : execute(ctx, input, request, source)
  },
})
