import { z } from 'zod'
import { findLatestImport } from '../../integrations/store/imports.ts'
import type { AppContext } from '../context.ts'
import { readEvidence } from '../steps/imports/evidence.ts'
import { staleDimensions } from '../steps/imports/evidence-refresh.ts'
import { beginImport, DEFAULT_LOOKBACK_DAYS } from '../steps/imports/github-import.ts'
import { makeUseCase } from '../use-case.ts'

async function isUnderWay(ctx: AppContext, scope: string, dimension: string): Promise<boolean> {
  const { db } = await ctx.store()
  return (await findLatestImport(db, { provider: 'github', scope, dimension }))?.state === 'running'
}

/** Begins imports of the dimensions whose evidence is old, but for those that are being imported already. */
export const refreshEvidence = makeUseCase({
  name: 'refresh-evidence',
  summary: 'Imports again what is too old of the evidence of a repository.',
  access: 'internal',
  input: z.object({ repository: z.string() }),
  output: z.object({ begun: z.array(z.string()) }),
  async run(ctx, { repository: name }) {
    const { repository, imports } = await readEvidence(ctx, name)
    if (!repository || repository.archived) return { begun: [] }
    const lookbackDays = (await ctx.providers.github.readConfig())?.lookbackDays ?? DEFAULT_LOOKBACK_DAYS
    const place = ctx.providers.github.parseFullName(repository.fullName)
    const begun: string[] = []
    for (const dimension of staleDimensions(imports, ctx.clock.now())) {
      if (await isUnderWay(ctx, `repository:${repository.id}`, dimension)) continue
      await beginImport(ctx, { ...place, dimension, dataTypes: [], lookbackDays }, 'poll')
      begun.push(dimension)
    }
    return { begun }
  },
})
