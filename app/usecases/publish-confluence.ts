import { z } from 'zod'
import { AppError, isAppError } from '../../integrations/kernel/errors.ts'
import { toJsonObject } from '../../integrations/store/json.ts'
import { savePublication } from '../../integrations/store/publications.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { findRun, type Run, updateRunProgress } from '../../integrations/store/runs.ts'
import type { AppContext } from '../context.ts'
import { toPageResult, toRecord } from '../steps/confluence/answer.ts'
import { buildPages, type PublicationRequest, runPublication } from '../steps/confluence/publication.ts'
import type { PageResult } from '../steps/confluence/publishing.ts'
import { isRefusalOfGitHub, type PullPlace } from '../steps/confluence/pull.ts'
import { readRequest } from '../steps/confluence/request.ts'
import { readKeptSource } from '../steps/publishing/publish-source.ts'
import { accessRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

/** Under this name a run keeps what concerns no page. */
export const NOTES = 'notes'

interface Recorded {
  readonly result: PageResult
  readonly order: number
}

async function record(ctx: AppContext, run: Run, { config }: PublicationRequest, { result, order }: Recorded): Promise<void> {
  const store = await ctx.store()
  const at = ctx.clock.now()
  const { artifactId, contentType, status, code, reason, ref, title } = result
  const isFirstOfType = artifactId === contentType
  await store.transaction(async (db) => {
    const data = toRecord(toPageResult(result), order)
    const isFirst = await recordRunItem(db, { runId: run.id, at, artifactId, status, code, message: reason, data })
    await updateRunProgress(db, run.id, { done: isFirst ? 1 : 0, at })
    if (!isFirstOfType) return
    await savePublication(db, {
      provider: 'confluence',
      connectionId: ctx.providers.confluence.connectionId,
      scope: config.spaceKey,
      target: 'confluence-page',
      contentType,
      remoteId: ref?.id,
      title,
      url: ref?.url,
      version: ref?.version,
      status,
      ...(status === 'created' || status === 'updated' ? { publishedAt: at } : {}),
      updatedAt: at,
    })
  })
}

const REPOSITORY_SCOPE = /^repository:(\d+)$/

/** Where edits of pages go; those of a folder are taken by the command that runs there. */
async function placeOf(ctx: AppContext, { config, origin }: PublicationRequest): Promise<PullPlace | undefined> {
  const [, id] = REPOSITORY_SCOPE.exec(origin.governanceScope) ?? []
  if (config.conflictPolicy !== 'pull' || id === undefined) return undefined
  try {
    const access = await accessRepository(ctx, Number(id))
    return access.kind === 'open' ? { kind: 'repository', repository: access } : access
  } catch (error) {
    // GitHub's refusal must not count against the connection of this job, which is Confluence's.
    if (!isAppError(error) || !isRefusalOfGitHub(error.code)) throw error
    return { kind: 'closed', reason: error.message }
  }
}

async function publish(ctx: AppContext, run: Run): Promise<void> {
  const store = await ctx.store()
  const { confluence } = ctx.providers
  const request = readRequest(confluence, run)
  const pages = await buildPages(ctx, request, await readKeptSource(store.db, request.origin), { keep: true })
  await updateRunProgress(store.db, run.id, { total: pages.pages.length, phase: 'publishing pages', at: ctx.clock.now() })
  let requests = 0
  const context = await confluence.connect({
    dryRun: false,
    priority: 'interactive',
    onExchange: () => {
      requests += 1
    },
  })
  const saveRequests = async () => {
    const spent = requests
    requests = 0
    // Pages that nothing was asked for: their own record says how far the run is.
    if (spent > 0) await updateRunProgress(store.db, run.id, { requests: spent, at: ctx.clock.now() })
  }
  const { clock, random, signal } = ctx
  const { force } = request
  const push = { store, clock, random, signal, dryRun: false, force, runId: run.id }
  try {
    const { notes } = await runPublication(ctx, request, pages, {
      context,
      push,
      place: await placeOf(ctx, request),
      async onPage() {
        if ((await findRun(store.db, run.id))?.cancelRequestedAt) throw new AppError('cancelled', 'The run was cancelled.')
        signal.throwIfAborted()
      },
      async onResult(result, order) {
        await record(ctx, run, request, { result, order })
        await saveRequests()
      },
    })
    if (notes.length > 0)
      await recordRunItem(store.db, {
        runId: run.id,
        at: clock.now(),
        artifactId: NOTES,
        status: NOTES,
        data: toJsonObject({ notes: [...notes] }),
      })
  } finally {
    await saveRequests()
  }
}

/** Carries out one publication. Interrupted, it begins again and finds what is there. */
export const publishConfluence = makeUseCase({
  name: 'publish-confluence',
  summary: 'Brings the Confluence pages of one publication into step.',
  access: 'internal',
  input: z.object({ runId: z.number().int() }),
  output: z.object({ status: z.enum(['done', 'gone']) }),
  async run(ctx, { runId }) {
    const run = await findRun((await ctx.store()).db, runId)
    if (!run || run.cancelRequestedAt) return { status: 'gone' as const }
    await publish(ctx, run)
    return { status: 'done' as const }
  },
})
