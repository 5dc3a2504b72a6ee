// The check of a pull request, start to end: what changed since the merge base, judged by the governance core, published once.
// Nothing is ever left open: what fails for a passing reason is tried again by the job, and what fails for good, or too often,
// ends as a neutral check that gives a reference.
import { z } from 'zod'
import { decideRetry, JOB_RETRY } from '../../integrations/engine/retry.ts'
import type { ChangeVerdict } from '../../integrations/governance/evaluate-change.ts'
import type { Settings } from '../../integrations/governance/settings.ts'
import { type AppError, toAppError } from '../../integrations/kernel/errors.ts'
import { readScope } from '../../integrations/store/artifacts.ts'
import { saveCheck } from '../../integrations/store/checks.ts'
import type { AppContext } from '../context.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { accessRepository, type OpenRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

type CheckOutput = ReturnType<AppContext['providers']['github']['renderCheck']>

const Input = z.object({
  installationId: z.number().int(),
  repositoryId: z.number().int(),
  /** As of the event; the name we hold now is preferred. */
  fullName: z.string(),
  headSha: z.string(),
  /** What is judged: `pull/12`, `merge-group/<base commit>`. */
  subject: z.string(),
  /** Branch or commit that the change is measured against. */
  base: z.string(),
  rerun: z.boolean().default(false),
  /** The try of the job that this is, counted from 1: the last one publishes whatever it comes to. */
  attempt: z.number().int().positive().default(1),
})
type Input = z.infer<typeof Input>

const Output = z.object({
  status: z.enum(['created', 'updated', 'unchanged', 'skipped']),
  conclusion: z.enum(['success', 'failure', 'neutral']).optional(),
  reason: z.string().optional(),
  checkRunId: z.number().int().optional(),
  url: z.string().optional(),
})
type Output = z.infer<typeof Output>

/** The verdict on the change, as a check's output; `undefined` where the repository has switched the check off. */
async function judge(ctx: AppContext, input: Input, { github: context, name: repository, fullName }: OpenRepository) {
  const { github } = ctx.providers
  const { parseSettings } = await loadGovernance()
  // Of the base: the settings in force, whatever the change does to them.
  const { settings, problems: settingsProblems } = parseSettings(await github.readSettingsText(context, repository, input.base))
  if (!settings.checks.governance) return undefined
  const mergeBase = await github.readMergeBase(context, repository, input.base, input.headSha)
  const verdict = await compare(ctx, input, { context, repository, settings, mergeBase })
  const repositoryUrl = `${ctx.config.GITHUB_SERVER_URL}/${fullName}`
  const [kind, number] = input.subject.split('/')
  return github.renderCheck(verdict, {
    governancePath: settings.governancePath,
    repositoryUrl,
    headSha: input.headSha,
    reportUrl: kind === 'pull' ? `${repositoryUrl}/pull/${number}/files` : `${repositoryUrl}/commit/${input.headSha}`,
    settingsProblems,
  })
}

interface Comparison {
  readonly context: OpenRepository['github']
  readonly repository: OpenRepository['name']
  readonly settings: Settings
  readonly mergeBase: string
}

async function compare(ctx: AppContext, input: Input, { context, repository, settings, mergeBase }: Comparison): Promise<ChangeVerdict> {
  const { github } = ctx.providers
  const { evaluateChange, parseGovernance } = await loadGovernance()
  const baseSha = await github.readFolderSha(context, repository, mergeBase, settings.governancePath)
  const headSha = await github.readFolderSha(context, repository, input.headSha, settings.governancePath)
  // Equal ids are equal folders: most pull requests end here, without a file having been looked at.
  const list = async (treeSha: string | undefined) =>
    github.governedOnly(await github.listFolder(context, repository, baseSha === headSha ? undefined : treeSha))
  const [base, head] = [await list(baseSha), await list(headSha)]
  const changedFiles = github.diffFolders(base.files, head.files)
  if (changedFiles.length === 0) return evaluateChange({ base: parseGovernance([]), head: parseGovernance([]), changedFiles, settings })

  // What was ingested from the default branch is at hand, and head and base share nearly everything: only the rest is fetched.
  const known = github.knownContents(await readScope((await ctx.store()).db, `repository:${input.repositoryId}`))
  const { files: baseFiles } = await github.readGovernedFiles(context, base, { repository, known })
  const both = new Map([...known, ...baseFiles.map(({ sha, content }) => [sha, content] as const)])
  const { files: headFiles } = await github.readGovernedFiles(context, head, { repository, known: both })
  return evaluateChange({ base: parseGovernance(baseFiles), head: parseGovernance(headFiles), changedFiles, settings })
}

async function publish(ctx: AppContext, input: Input, repository: OpenRepository, output: CheckOutput): Promise<Output> {
  const { github } = ctx.providers
  const { headSha, subject, rerun } = input
  const name = github.governanceCheck
  const published = await github.publishCheck(repository.github, { ...output, repository: repository.name, headSha, name, subject, rerun })
  const { externalId, checkRunId, status, url } = published
  const { conclusion } = output
  const digest = github.parseExternalId(externalId)?.digest
  const row = { repositoryId: input.repositoryId, headSha, name, externalId, checkRunId, digest, conclusion }
  await saveCheck((await ctx.store()).db, { ...row, state: 'completed', at: ctx.clock.now() })
  ctx.log.info({ repository: repository.id, headSha, checkRun: checkRunId, conclusion, status }, 'check published')
  return { status, conclusion, checkRunId, url }
}

/**
 * Whether the job will deal with a failure by trying again, so that nothing needs to be said yet. A fault of ours is said at once:
 * nobody should wait for it, and pressing "Re-run" tries again.
 */
function isForTheJob(ctx: AppContext, { code, retryAt }: AppError, attempt: number): boolean {
  if (code === 'lease-lost') return true
  const question = { code, attempt, retryAt, now: ctx.clock.now(), random: ctx.random.next(), policy: JOB_RETRY }
  return code !== 'internal' && decideRetry(question).kind !== 'give-up'
}

/** Publishes the check `Katalyst / governance` on the head commit. Throws only what passes by itself, for the job to try again. */
export const checkPullRequest = makeUseCase({
  name: 'check-pull-request',
  summary: 'Checks the artifacts a change touches and publishes the result on its head commit.',
  access: 'internal',
  input: Input,
  output: Output,
  async run(ctx, input): Promise<Output> {
    const repository = await accessRepository(ctx, input.repositoryId)
    if (repository.kind === 'closed') return { status: 'skipped', reason: repository.reason }
    const { db } = await ctx.store()
    const row = {
      repositoryId: input.repositoryId,
      headSha: input.headSha,
      name: ctx.providers.github.governanceCheck,
      externalId: input.subject,
    }
    // Remembered before anything is asked: if this process dies and nobody takes the job over, the sweep finds it.
    await saveCheck(db, { ...row, state: 'pending', at: ctx.clock.now() })
    try {
      const output = await judge(ctx, input, repository)
      if (output) return await publish(ctx, input, repository, output)
      await saveCheck(db, { ...row, state: 'completed', at: ctx.clock.now() })
      return { status: 'skipped', reason: 'The repository has switched the check off in .github/katalyst.yml.' }
    } catch (error) {
      const failure = toAppError(error)
      if (isForTheJob(ctx, failure, input.attempt)) throw failure
      ctx.log.error({ err: failure, request: ctx.requestId, repository: repository.id, headSha: input.headSha }, 'check failed')
      return publish(ctx, input, repository, ctx.providers.github.renderOwnFailure(ctx.requestId, failure.message))
    }
  },
})
