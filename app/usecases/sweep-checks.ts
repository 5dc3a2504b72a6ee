import { z } from 'zod'
import { decideRetry, JOB_RETRY } from '../../integrations/engine/retry.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { type Check, listStaleChecks, saveCheck } from '../../integrations/store/checks.ts'
import type { AppContext } from '../context.ts'
import { accessRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

/** Longer than a check takes with all its retries; after it nobody is working on it any more. */
const STALE_AFTER_MS = 30 * 60 * 1000

/** Ends one check that nobody ended: open runs are closed, and the commit gets an answer instead of silence. */
async function settle(ctx: AppContext, check: Check): Promise<void> {
  const { db } = await ctx.store()
  const { github } = ctx.providers
  const { repositoryId, headSha, name } = check
  const settled = { repositoryId, headSha, name, state: 'completed', conclusion: 'neutral' } as const
  const repository = await accessRepository(ctx, repositoryId)
  // Nobody can publish there any more, or not for now: the next event about the commit asks again.
  if (repository.kind === 'closed') {
    await saveCheck(db, { ...settled, externalId: check.externalId, at: ctx.clock.now() })
    return
  }
  const place = { repository: repository.name, headSha, name }
  for (const id of await github.findOpenRuns(repository.github, place)) await github.closeRun(repository.github, repository.name, id)
  const output = github.renderOwnFailure(ctx.requestId, 'The check was interrupted and did not come to an end.')
  const subject = github.parseExternalId(check.externalId)?.subject ?? check.externalId
  const { externalId, checkRunId } = await github.publishCheck(repository.github, { ...place, ...output, subject })
  await saveCheck(db, { ...settled, externalId, checkRunId, at: ctx.clock.now() })
}

/** Finds checks that were begun and never ended, and ends them as neutral. Run by the schedule. */
export const sweepChecks = makeUseCase({
  name: 'sweep-checks',
  summary: 'Ends checks that were begun and never ended.',
  access: 'internal',
  input: z.strictObject({}),
  output: z.object({ settled: z.number().int(), failed: z.number().int() }),
  async run(ctx) {
    const { db } = await ctx.store()
    const stale = await listStaleChecks(db, new Date(ctx.clock.now().getTime() - STALE_AFTER_MS))
    let failed = 0
    for (const check of stale) {
      try {
        await settle(ctx, check)
      } catch (error) {
        // One repository that refuses must not keep the others waiting. What passes is tried at the next sweep, what stays is let go.
        failed += 1
        const failure = toAppError(error)
        const question = { code: failure.code, attempt: 1, now: ctx.clock.now(), random: ctx.random.next(), policy: JOB_RETRY }
        const { repositoryId, headSha, name, externalId } = check
        if (decideRetry(question).kind === 'give-up')
          await saveCheck(db, { repositoryId, headSha, name, externalId, state: 'completed', at: ctx.clock.now() })
        ctx.log.warn({ err: failure, repository: check.repositoryId, headSha: check.headSha }, 'stale check could not be ended')
      }
    }
    return { settled: stale.length - failed, failed }
  },
})
