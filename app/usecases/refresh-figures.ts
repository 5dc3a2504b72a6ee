import { z } from 'zod'
import { findLatestImport, refreshImport } from '../../integrations/store/imports.ts'
import { FiguresJob } from '../steps/imports/evidence-jobs.ts'
import { figuresOf, ImportRequest, windowUntil } from '../steps/imports/github-import.ts'
import { makeUseCase } from '../use-case.ts'

/** Computes the figures of the newest import of a dimension again, for a window of the same length that ends now. */
export const refreshFigures = makeUseCase({
  name: 'refresh-figures',
  summary: 'Computes the newest figures of a repository again from the facts as they are now.',
  access: 'internal',
  input: FiguresJob,
  output: z.object({ status: z.enum(['computed', 'skipped']) }),
  async run(ctx, { repositoryId, dimension }) {
    const store = await ctx.store()
    const latest = { provider: 'github', scope: `repository:${repositoryId}`, dimension, state: 'done' } as const
    const row = await findLatestImport(store.db, latest)
    if (!row) return { status: 'skipped' as const }
    const window = windowUntil(ctx.clock.now(), ImportRequest.parse(row.input).lookbackDays)
    const { result, metrics, gaps, score } = await figuresOf(store.db, ctx, row, { repositoryId, window, refusals: [] })
    await store.transaction((db) => refreshImport(db, row.id, { result, metrics, gaps, scores: score, window, at: ctx.clock.now() }))
    return { status: 'computed' as const }
  },
})
