import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { findCheck } from '../../integrations/store/checks.ts'
import type { AppContext } from '../context.ts'
import { makeUseCase } from '../use-case.ts'

/** The job that shows delivery figures on one commit; its payload is the input of `report-delivery`. */
export const DELIVERY_CHECK_JOB = 'check.delivery'

const Place = { installationId: z.number().int(), repositoryId: z.number().int(), headSha: z.string() }
const Pull = z.object({ ...Place, subject: z.string(), base: z.string() })
const Rerun = z.object({ ...Place, fullName: z.string(), checkName: z.string().optional(), appId: z.number().int().optional() })

/** The pull requests of a re-run: only where we have shown the check on the commit, and the re-run means it. */
async function pullsOf(ctx: AppContext, { installationId, repositoryId, headSha, fullName, checkName, appId }: z.output<typeof Rerun>) {
  const { github } = ctx.providers
  const isOurs = (appId ?? ctx.config.APP_ID) === ctx.config.APP_ID && (checkName ?? github.deliveryCheck) === github.deliveryCheck
  const shown = isOurs ? await findCheck((await ctx.store()).db, { repositoryId, headSha, name: github.deliveryCheck }) : undefined
  if (!shown) return []
  const context = await github.asInstallation(installationId)
  const pulls = await github.findPullsByHead(context, github.parseFullName(fullName), headSha)
  return pulls.map((pull) => ({ subject: `pull/${pull.number}`, base: pull.baseBranch }))
}

/** Asks for the delivery figures on a commit, as an event of GitHub does: a new head of a pull request, or "Re-run". */
export const requestDelivery = makeUseCase({
  name: 'request-delivery',
  summary: 'Asks for the delivery figures to be shown on a commit.',
  access: 'internal',
  input: z.object({ pull: Pull.optional(), rerun: Rerun.optional() }),
  output: z.object({ requested: z.number().int() }),
  async run(ctx, { pull, rerun }) {
    const { db } = await ctx.store()
    const again = rerun ? await pullsOf(ctx, rerun) : []
    const place = pull ?? rerun
    if (!place) return { requested: 0 }
    const { repositoryId, headSha, installationId } = place
    const wanted = [
      ...(pull ? [{ subject: pull.subject, base: pull.base, rerun: false }] : []),
      ...again.map((one) => ({ ...one, rerun: true })),
    ]
    for (const one of wanted) {
      const dedupeKey = `delivery:${repositoryId}:${headSha}:${one.subject}${one.rerun ? ':rerun' : ''}`
      const serialKey = `delivery:${repositoryId}:${headSha}`
      const job = {
        kind: DELIVERY_CHECK_JOB,
        version: 1,
        payload: { repositoryId, headSha, ...one },
        connectionId: `github:${installationId}`,
      }
      await enqueueJob(db, { ...job, priority: 'webhook', dedupeKey, serialKey }, ctx.clock.now())
    }
    return { requested: wanted.length }
  },
})
