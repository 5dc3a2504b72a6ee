import { z } from 'zod'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { kindsOf } from '../../integrations/foe/data-kinds.ts'
import type { FactKind } from '../../integrations/foe/facts/fact-kinds.ts'
import { DIMENSIONS } from '../../integrations/foe/measure.ts'
import { applyFacts } from '../../integrations/store/facts.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'
import { FIGURES_JOB, figuresKey, RefreshJob } from '../steps/imports/evidence-jobs.ts'
import { DEFAULT_LOOKBACK_DAYS, readImportSettings, windowUntil } from '../steps/imports/github-import.ts'
import { type Reading, readStream } from '../steps/imports/github-streams.ts'
import { findAccess, openAccess } from '../steps/imports/import-access.ts'
import { readImportPlace } from '../steps/imports/import-place.ts'
import { makeUseCase } from '../use-case.ts'

/** Opens the repository for reading; undefined for one that is gone or closed to us, which its own events tell. */
async function openReading(ctx: AppContext, repositoryId: number): Promise<Reading | undefined> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { id: repositoryId })
  if (!repository || repository.deletedAt) return undefined
  const name = ctx.providers.github.parseFullName(repository.fullName)
  const access = await findAccess(ctx, name)
  if (access.kind === 'refused') return undefined
  const lookbackDays = (await ctx.providers.github.readConfig())?.lookbackDays ?? DEFAULT_LOOKBACK_DAYS
  const settings = await readImportSettings(ctx, { dimension: 'feedback' })
  const github = await openAccess(ctx, access.auth, { priority: 'webhook', signal: ctx.signal })
  const at = ctx.clock.now()
  const { from } = windowUntil(at, lookbackDays)
  const place = await readImportPlace(ctx, github, name, { from, settings, auth: access.auth })
  // After a rename another repository may have the name; that one is not meant.
  if (place.repositoryId !== repositoryId) return undefined
  return { ctx, signal: ctx.signal, advance: async () => {}, github, place, branch: '', startedAt: at }
}

/** Reads one thing again where it has a reader of its own, else what is new in the lists that bring its kinds. */
async function readAgain(ctx: AppContext, reading: Reading, { subject, ref }: RefreshJob, kinds: readonly FactKind[]): Promise<void> {
  const { refresh, importStreams } = ctx.providers.github
  const { github, place } = reading
  const refresher = refresh[subject as keyof typeof refresh]
  if (!refresher) {
    for (const stream of importStreams) if (stream.brings.some((kind) => kinds.includes(kind))) await readStream(reading, stream)
    return
  }
  const batch = await refresher(github, place, ref)
  const store = await ctx.store()
  await store.transaction((db) => applyFacts(db, place.repositoryId, batch, ctx.clock.now()))
}

/**
 * Brings the facts about one thing up to date after an event, and asks for the figures that depend on them to be computed again.
 * However often and in whatever order events arrive, what is stored is what GitHub said last.
 */
export const refreshFacts = makeUseCase({
  name: 'refresh-facts',
  summary: 'Reads again what an event says has changed, and has the figures computed anew.',
  access: 'internal',
  input: RefreshJob,
  output: z.object({ status: z.enum(['refreshed', 'skipped']) }),
  async run(ctx, job) {
    const { refreshSubjects } = ctx.providers.github
    const reading = await openReading(ctx, job.repositoryId)
    if (!reading || !Object.hasOwn(refreshSubjects, job.subject)) return { status: 'skipped' as const }
    const kinds: readonly FactKind[] = refreshSubjects[job.subject as keyof typeof refreshSubjects]
    await readAgain(ctx, reading, job, kinds)
    const { repositoryId } = job
    const moved = DIMENSIONS.filter((dimension) => kindsOf(dimension).some((kind) => kinds.includes(kind)))
    const specs = moved.map((dimension) => ({
      kind: FIGURES_JOB,
      version: 1,
      payload: { repositoryId, dimension },
      priority: 'webhook' as const,
      dedupeKey: figuresKey(repositoryId, dimension),
    }))
    await enqueueJobs((await ctx.store()).db, specs, ctx.clock.now())
    return { status: 'refreshed' as const }
  },
})
