import { z } from 'zod'
import { DIMENSIONS, type Dimension } from '../../integrations/foe/measure.ts'
import { saveCheck } from '../../integrations/store/checks.ts'
import type { Db } from '../../integrations/store/db.ts'
import { listImports } from '../../integrations/store/imports.ts'
import { listScores } from '../../integrations/store/scores.ts'
import type { AppContext } from '../context.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { accessRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

type Standing = Parameters<AppContext['providers']['github']['renderDelivery']>[0][number]

/** The newest score of a dimension and the one before it, be it of the same import or an earlier one. */
async function standingOf(db: Db, repositoryId: number, dimension: Dimension): Promise<Standing | undefined> {
  const newest = await listImports(db, { provider: 'github', scope: `repository:${repositoryId}`, dimension, state: 'done', limit: 2 })
  const histories = await Promise.all(newest.items.map(({ id }) => listScores(db, id)))
  // Newest import first, and of each the newest score first.
  const [now, before] = histories.flatMap((scores) => [...scores].reverse())
  return now && { dimension, score: now.score, coverage: now.coverage, at: now.at, subscores: now.subscores, before }
}

const Output = z.object({ status: z.enum(['created', 'updated', 'unchanged', 'skipped']), reason: z.string().optional() })

/**
 * Publishes `Katalyst / delivery` on a commit: informational and neutral. Made as completed in one request, so that no run can stay
 * in progress; a repository that nobody has imported gets none, because there is nothing to show.
 */
export const reportDelivery = makeUseCase({
  name: 'report-delivery',
  summary: "Shows the repository's three dimensions, and what moved, on a pull request.",
  access: 'internal',
  input: z.object({
    repositoryId: z.number().int(),
    headSha: z.string(),
    /** Such as `pull/12`. */
    subject: z.string(),
    /** Branch whose settings count. */
    base: z.string(),
    rerun: z.boolean().default(false),
  }),
  output: Output,
  async run(ctx, { repositoryId, headSha, subject, base, rerun }): Promise<z.input<typeof Output>> {
    const { db } = await ctx.store()
    const found = await Promise.all(DIMENSIONS.map((dimension) => standingOf(db, repositoryId, dimension)))
    const standings = found.flatMap((standing) => standing ?? [])
    if (standings.length === 0) return { status: 'skipped', reason: 'The repository has not been imported.' }
    const repository = await accessRepository(ctx, repositoryId)
    if (repository.kind === 'closed') return { status: 'skipped', reason: repository.reason }
    const { github } = ctx.providers
    const { parseSettings } = await loadGovernance()
    const { settings } = parseSettings(await github.readSettingsText(repository.github, repository.name, base))
    if (!settings.checks.delivery)
      return { status: 'skipped', reason: 'The repository has switched the check off in .github/katalyst.yml.' }
    const name = github.deliveryCheck
    const output = github.renderDelivery(standings)
    const check = { ...output, repository: repository.name, headSha, name, subject, rerun }
    const { status, externalId, checkRunId } = await github.publishCheck(repository.github, check)
    const { conclusion } = output
    await saveCheck(db, { repositoryId, headSha, name, externalId, checkRunId, state: 'completed', conclusion, at: ctx.clock.now() })
    return { status }
  },
})
