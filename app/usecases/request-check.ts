import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { findCheck } from '../../integrations/store/checks.ts'
import type { AppContext } from '../context.ts'
import { makeUseCase } from '../use-case.ts'

/** The job that checks one commit; its payload is the input of `check-pull-request`. */
export const CHECK_JOB = 'check.run'

const Place = { installationId: z.number().int(), repositoryId: z.number().int(), fullName: z.string(), headSha: z.string() }
const CheckInput = z.object({ ...Place, subject: z.string(), base: z.string(), rerun: z.boolean() })
const RerunInput = z.object({
  ...Place,
  externalId: z.string().optional(),
  checkName: z.string().optional(),
  appId: z.number().int().optional(),
})
type Check = z.infer<typeof CheckInput>
type Rerun = z.infer<typeof RerunInput>

/** What a re-run is to judge: what the run says of itself, what we remember of the commit, or the pull requests that end in it. */
async function checksOf(ctx: AppContext, rerun: Rerun): Promise<readonly Check[]> {
  const { github } = ctx.providers
  const context = await github.asInstallation(rerun.installationId)
  const repository = github.parseFullName(rerun.fullName)
  const { installationId, repositoryId, fullName, headSha } = rerun
  const toCheck = (subject: string, base: string): Check => ({
    installationId,
    repositoryId,
    fullName,
    headSha,
    subject,
    base,
    rerun: true,
  })

  const kept = await findCheck((await ctx.store()).db, { repositoryId, headSha, name: github.governanceCheck })
  const subject = github.parseExternalId(rerun.externalId ?? '')?.subject ?? github.parseExternalId(kept?.externalId ?? '')?.subject
  const [kind, rest = ''] = subject?.split('/') ?? []
  if (kind === 'merge-group') return [toCheck(`merge-group/${rest}`, rest)]
  if (kind === 'pull') {
    const pull = await github.readPull(context, repository, Number(rest))
    return pull ? [toCheck(`pull/${pull.number}`, pull.baseBranch)] : []
  }
  const pulls = await github.findPullsByHead(context, repository, headSha)
  return pulls.map((pull) => toCheck(`pull/${pull.number}`, pull.baseBranch))
}

/**
 * Asks for the check of a commit, as an event of GitHub does. Checks of one commit run one after the other, so that two events
 * about it never publish at the same time; an equal request that still waits is the same job.
 */
export const requestCheck = makeUseCase({
  name: 'request-check',
  summary: 'Asks for the governance check of a commit.',
  access: 'internal',
  input: z.strictObject({ check: CheckInput.optional(), rerun: RerunInput.optional() }),
  output: z.object({ requested: z.number().int() }),
  async run(ctx, { check, rerun }) {
    const { governanceCheck } = ctx.providers.github
    const isForeign = (rerun?.appId ?? ctx.config.APP_ID) !== ctx.config.APP_ID || (rerun?.checkName ?? governanceCheck) !== governanceCheck
    const found = rerun && !isForeign ? await checksOf(ctx, rerun) : []
    const checks = [...(check ? [check] : []), ...found]
    const store = await ctx.store()
    const at = ctx.clock.now()
    await store.transaction(async (db) => {
      for (const payload of checks) {
        const serialKey = `check:${payload.repositoryId}:${payload.headSha}`
        const dedupeKey = `${serialKey}:${payload.subject}${payload.rerun ? ':rerun' : ''}`
        const priority = payload.rerun ? 'interactive' : 'webhook'
        const connectionId = `github:${payload.installationId}`
        await enqueueJob(db, { kind: CHECK_JOB, version: 1, payload, priority, connectionId, serialKey, dedupeKey }, at)
      }
    })
    return { requested: checks.length }
  },
})
